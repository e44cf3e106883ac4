import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { GatewayError } from '../../schema/errors.ts'
import { asJson, type Trx } from '../store/index.ts'
import { hashEvent, hashPayload } from './chain.ts'
import { type AuditEventInput, checkEvent } from './event.ts'

export interface Appended {
  readonly seq: number
  readonly id: string
}

/**
 * Appends one event in the caller's transaction. Call it last: from here until the commit no other event can be
 * written anywhere, which is what makes the order of numbers the order of commits, without a gap.
 *
 * @throws GatewayError AUDIT_UNAVAILABLE: the transaction is lost, and with it what the event was about
 */
export async function appendEvent(trx: Trx, input: AuditEventInput): Promise<Appended> {
  const { type, body, payload } = checkEvent(input)
  const id = randomUUID()
  const payloadHash = payload === undefined ? null : hashPayload(payload)
  try {
    const head = await lockHead(trx)
    const event = { seq: head.seq + 1, id, at: head.at, type, body, payload_hash: payloadHash }
    const row = {
      ...event,
      body: asJson(body),
      prev_hash: head.hash,
      hash: hashEvent(head.hash, event),
      request_id: input.requestId ?? null,
      connection: input.connection ?? null,
      agent_id: input.agentId ?? null,
      ticket_id: input.ticketId ?? null,
    }
    // A trigger moves the head and wakes the subscribers; one statement, since every audit waits for this one.
    if (payload === undefined) {
      await trx.insertInto('audit_event').values(row).execute()
    } else {
      await trx
        .with('event', (db) => db.insertInto('audit_event').values(row).returning('seq'))
        .insertInto('audit_payload')
        .values((eb) => ({ seq: eb.selectFrom('event').select('seq').$asScalar(), payload: asJson(payload) }))
        .execute()
    }
    return { seq: event.seq, id }
  } catch (error) {
    throw new GatewayError(
      'AUDIT_UNAVAILABLE',
      'The audit trail can not be written; nothing was sent.',
      {},
      {
        originalError: error as Error,
      },
    )
  }
}

/** Nothing else can be appended until the transaction ends. `at` is the store's time. */
export async function lockHead(
  trx: Trx,
): Promise<{ readonly seq: number; readonly hash: Buffer; readonly at: Date }> {
  const { rows } = await sql<{
    seq: number
    hash: Buffer
    at: Date
  }>`select * from audit_lock_head()`.execute(trx)
  return rows[0]!
}
