import { type RawBuilder, sql } from 'kysely'
import { openStore, type Trx } from '../store/index.ts'
import { appendEvent } from './append.ts'

/** Whose texts and values go: all older than a moment, or those about one request or one ticket. */
export type Erasure =
  | { readonly before: Date | RawBuilder<Date> }
  | { readonly requestId: string }
  | { readonly ticketId: string }

/** Rows of one statement: short of the store's timeout by far. */
const AT_ONCE = 5_000

/**
 * Erases payloads, and files that wait to be sent, as the owner of the database; the gateway's own role has no right to. Events and their hashes stay,
 * so the chain verifies as before, and the erasure is an event itself. Answers how many went.
 */
export async function erasePayloads(ownerUrl: string, erasure: Erasure, instance: string): Promise<number> {
  const store = openStore({ url: ownerUrl, poolSize: 1 })
  try {
    return await store.transaction(async (trx) => {
      let erased = 0
      for (let some = AT_ONCE; some === AT_ONCE; erased += some) some = await eraseSome(trx, erasure)
      erased += await eraseFiles(trx, erasure)
      if (erased === 0) return 0
      await appendEvent(trx, {
        type: 'PAYLOAD_ERASED',
        instance,
        actor: { kind: 'GATEWAY', id: null },
        count: erased,
        ...(await whatOf(trx, erasure)),
      })
      return erased
    })
  } finally {
    await store.close()
  }
}

async function eraseSome(trx: Trx, erasure: Erasure): Promise<number> {
  const { numDeletedRows } = await trx
    .deleteFrom('audit_payload')
    .where('seq', 'in', (eb) => {
      const held = eb
        .selectFrom('audit_payload as payload')
        .innerJoin('audit_event as event', 'event.seq', 'payload.seq')
        .select('payload.seq')
        .limit(AT_ONCE)
      if ('requestId' in erasure) return held.where('event.request_id', '=', erasure.requestId)
      if ('ticketId' in erasure) return held.where('event.ticket_id', '=', erasure.ticketId)
      return held.where('event.at', '<', erasure.before)
    })
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}

/** A request that still waits for such a file is refused when it is to be sent. */
async function eraseFiles(trx: Trx, erasure: Erasure): Promise<number> {
  const { numDeletedRows } = await trx
    .deleteFrom('upload')
    .where((eb) => {
      if ('before' in erasure) return eb('created_at', '<', erasure.before)
      const held = eb.selectFrom('write_request').select(sql<string>`input ->> 'upload'`.as('upload'))
      const uploads = held.where('write', '=', 'uploadAttachment')
      return 'requestId' in erasure
        ? eb('id', 'in', uploads.where('id', '=', erasure.requestId))
        : eb('id', 'in', uploads.where('ticket_id', '=', erasure.ticketId))
    })
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}

/** What of it stands in the event: up to where, or about whom. */
async function whatOf(trx: Trx, erasure: Erasure) {
  if ('requestId' in erasure) return { subject: { kind: 'REQUEST', id: erasure.requestId } }
  if ('ticketId' in erasure) return { subject: { kind: 'TICKET', id: erasure.ticketId } }
  const { last } = await trx
    .selectFrom('audit_event')
    .select((eb) => eb.fn.max('seq').as('last'))
    .where('at', '<', erasure.before)
    .executeTakeFirstOrThrow()
  return { firstSeq: 1, lastSeq: last }
}
