import { countEvents, type EventCounts, type EventFilter } from '../audit/read.ts'
import type { GatewayContext } from '../context.ts'
import { lengthOf, type Span } from '../stretches.ts'
import { eventsVisibleTo } from './visible.ts'

export interface ActivityPoint {
  readonly from: Date
  readonly counts: EventCounts
}

const NONE: EventCounts = { asked: 0, approved: 0, rejected: 0, written: 0, refused: 0 }

/** Counts of the events that the caller may see, in equal stretches of time. @throws GatewayError BAD_USER_INPUT */
export async function activity(
  context: GatewayContext,
  { from, to, ...filter }: EventFilter & Span,
  points: number,
): Promise<readonly ActivityPoint[]> {
  const stretchMs = lengthOf({ from, to }, points) / points
  const mine = eventsVisibleTo(context.caller)
  const { db } = context.services.store
  const counted = await countEvents(db, { ...filter, from, to, ...mine }, stretchMs)
  const found = new Map(counted.map((one) => [one.stretch, one]))
  return Array.from({ length: points }, (_, index) => ({
    from: new Date(from.getTime() + index * stretchMs),
    counts: found.get(index) ?? NONE,
  }))
}
