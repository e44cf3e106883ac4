/** A data set has some ten thousand; a simulator that runs for weeks meets ever new ones. */
const MOST = 200_000

/** Every data set has the same instants, and writing them is a good part of what seeding one costs. */
export function remembered(write: (at: number) => string): (at: Date | number) => string {
  const known = new Map<number, string>()
  return (at) => {
    const instant = Number(at)
    let text = known.get(instant)
    if (text === undefined) {
      text = write(instant)
      if (known.size === MOST) known.clear()
      known.set(instant, text)
    }
    return text
  }
}
