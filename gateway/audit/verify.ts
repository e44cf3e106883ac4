import type { AuditEventRow } from '../store/tables.ts'
import { GENESIS, hashEvent, hashPayload } from './chain.ts'

/** An event as exported, with its payload unless that was erased. */
export type ExportedEvent = AuditEventRow & { readonly payload?: unknown }

/** A place in the chain that is known from elsewhere: a checkpoint, or the head. */
export interface ChainPlace {
  readonly seq: number
  readonly hash: Buffer
}

export type Verification =
  | { readonly intact: true; readonly last: ChainPlace }
  | { readonly intact: false; readonly seq: number; readonly reason: string }

/**
 * Walks the events in the order given and names the first that is not what was written. `after` is the place that
 * the first event follows; the chain alone can't show a cut tail, which is what `upTo` is for.
 */
export async function verifyChain(
  events: Iterable<ExportedEvent> | AsyncIterable<ExportedEvent>,
  known: { readonly after?: ChainPlace; readonly upTo?: ChainPlace } = {},
): Promise<Verification> {
  let last: ChainPlace = known.after ?? { seq: 0, hash: GENESIS }
  for await (const event of events) {
    const reason = whatIsWrong(event, last)
    if (reason !== undefined) return { intact: false, seq: last.seq + 1, reason }
    last = { seq: event.seq, hash: event.hash }
    if (known.upTo?.seq === event.seq && !known.upTo.hash.equals(event.hash)) {
      return { intact: false, seq: event.seq, reason: 'it is not the event that the checkpoint has seen' }
    }
  }
  if (known.upTo !== undefined && last.seq < known.upTo.seq) {
    return { intact: false, seq: last.seq + 1, reason: `the chain once went on to ${known.upTo.seq}` }
  }
  return { intact: true, last }
}

function whatIsWrong(event: ExportedEvent, last: ChainPlace): string | undefined {
  if (event.seq !== last.seq + 1) return `it is missing: ${event.seq} follows ${last.seq}`
  if (!event.prev_hash.equals(last.hash)) return 'it does not follow the event before it'
  if (!hashEvent(last.hash, event).equals(event.hash)) return 'its content was changed'
  if (event.payload !== undefined && event.payload !== null) {
    if (event.payload_hash === null || !hashPayload(event.payload).equals(event.payload_hash)) {
      return 'its payload was changed'
    }
  }
  // The columns for filters stand outside the hash and must tell the same.
  const { requestId, connection, agentId, ticketId } = event.body as Readonly<
    Record<string, string | undefined>
  >
  const isSame =
    event.request_id === (requestId ?? null) &&
    event.connection === (connection ?? null) &&
    event.agent_id === (agentId ?? null) &&
    event.ticket_id === (ticketId ?? null)
  return isSame ? undefined : 'its columns for filters were changed'
}
