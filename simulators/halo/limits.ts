const WINDOW_SECONDS = 300

/** So many requests in any five minutes; a self-hosted system counts nothing. */
export function createLimiter(limit: number | undefined, clock: () => Date) {
  let seen: number[] = []
  return {
    /** Counts a request and gives the seconds to wait when it was one too many. */
    take(): number | undefined {
      if (limit === undefined) return undefined
      const now = clock().getTime()
      seen = seen.filter((moment) => now - moment < WINDOW_SECONDS * 1000)
      if (seen.length >= limit) return Math.ceil((seen[0]! + WINDOW_SECONDS * 1000 - now) / 1000)
      seen.push(now)
      return undefined
    },
  }
}

/** The message names the limit; that is where a client learns it from. */
export const rateLimitText = (limit: number) =>
  `Rate Limit Reached - ${limit} Requests per rolling 5 minute window`
