export interface Clock {
  now(): Date
  /** Stops the clock at a moment; undefined lets it run again. */
  setNow(moment: Date | undefined): void
}

/** Real time unless another source is given. */
export function createClock(source?: () => Date): Clock {
  let stopped: Date | undefined
  return {
    now: () => stopped ?? source?.() ?? new Date(),
    setNow: (moment) => {
      stopped = moment
    },
  }
}
