import { badInput } from '../../schema/errors.ts'
import { countEvents, type EventCounts, type EventFilter } from '../audit/read.ts'
import type { GatewayContext } from '../context.ts'
import { eventsVisibleTo } from './visible.ts'

export interface ActivityPoint {
  readonly from: Date
  readonly counts: EventCounts
}

/** As many bars as a chart can show. */
const MOST_POINTS = 100
const LONGEST_MS = 400 * 24 * 3_600_000
const NONE: EventCounts = { asked: 0, approved: 0, rejected: 0, written: 0, refused: 0 }

/** Counts of the events that the caller may see, in equal stretches of time. @throws GatewayError BAD_USER_INPUT */
export async function activity(
  context: GatewayContext,
  { from, to, ...filter }: EventFilter & { readonly from: Date; readonly to: Date },
  points: number,
): Promise<readonly ActivityPoint[]> {
  const wholeMs = to.getTime() - from.getTime()
  if (wholeMs <= 0 || wholeMs > LONGEST_MS)
    throw badInput('to', 'a moment after `from`, and at most 400 days later', to.toISOString())
  if (points < 1 || points > MOST_POINTS)
    throw badInput('points', `a whole number from 1 to ${MOST_POINTS}`, points)
  const stretchMs = wholeMs / points
  const mine = eventsVisibleTo(context.caller)
  const { db } = context.services.store
  const counted = await countEvents(db, { ...filter, from, to, ...mine }, stretchMs)
  const found = new Map(counted.map((one) => [one.stretch, one]))
  return Array.from({ length: points }, (_, index) => ({
    from: new Date(from.getTime() + index * stretchMs),
    counts: found.get(index) ?? NONE,
  }))
}
