import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { AuditEventRow } from '../store/tables.ts'

/** What the hash of an event covers, besides the hash before it. */
export type ChainedEvent = Pick<AuditEventRow, 'seq' | 'id' | 'at' | 'type' | 'body' | 'payload_hash'>

/** `prev_hash` of the first event. */
export const GENESIS: Buffer = Buffer.alloc(32)

/** SHA-256(prevHash || RFC 8785(event with payloadHash)). */
export function hashEvent(prevHash: Buffer, event: ChainedEvent): Buffer {
  const canonical = canonicalize({
    ...event.body,
    seq: event.seq,
    id: event.id,
    at: event.at.toISOString(),
    type: event.type,
    payloadHash: event.payload_hash?.toString('hex') ?? null,
  })
  return createHash('sha256').update(prevHash).update(canonical!, 'utf8').digest()
}

export function hashPayload(payload: unknown): Buffer {
  return createHash('sha256').update(canonicalize(payload)!, 'utf8').digest()
}
