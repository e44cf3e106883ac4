import { badInput } from '../schema/errors.ts'

/** As many bars as a chart can show. */
const MOST_POINTS = 100
const LONGEST_MS = 400 * 24 * 3_600_000

export interface Span {
  readonly from: Date
  readonly to: Date
}

/** How long it is, when a chart can show it in so many points. @throws GatewayError BAD_USER_INPUT */
export function lengthOf({ from, to }: Span, points: number): number {
  const wholeMs = to.getTime() - from.getTime()
  if (wholeMs <= 0 || wholeMs > LONGEST_MS)
    throw badInput('to', 'a moment after `from`, and at most 400 days later', to.toISOString())
  if (points < 1 || points > MOST_POINTS)
    throw badInput('points', `a whole number from 1 to ${MOST_POINTS}`, points)
  return wholeMs
}
