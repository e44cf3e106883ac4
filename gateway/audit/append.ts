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

/** Checked, with an id of its own, and waiting for its place in the chain. */
export interface ReadyEvent extends ReturnType<typeof checkEvent> {
  readonly id: string
  /** The columns that lists filter by. */
  readonly columns: {
    readonly request_id: string | null
    readonly connection: string | null
    readonly agent_id: string | null
    readonly ticket_id: string | null
  }
}

/** @throws TypeError for what an event may not hold */
export function readyEvent(input: AuditEventInput): ReadyEvent {
  return {
    ...checkEvent(input),
    id: randomUUID(),
    columns: {
      request_id: input.requestId ?? null,
      connection: input.connection ?? null,
      agent_id: input.agentId ?? null,
      ticket_id: input.ticketId ?? null,
    },
  }
}

/**
 * Appends one event in the caller's transaction. Call it last: from here until the commit no other event can be
 * written anywhere, which is what makes the order of numbers the order of commits, without a gap.
 *
 * @throws GatewayError AUDIT_UNAVAILABLE: the transaction is lost, and with it what the event was about
 */
export async function appendEvent(trx: Trx, input: AuditEventInput): Promise<Appended> {
  const event = readyEvent(input)
  try {
    return { seq: await appendReady(trx, [event]), id: event.id }
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

/** Some events in their order, under one lock and in one statement. Answers the number of the last. */
export async function appendReady(trx: Trx, events: readonly ReadyEvent[]): Promise<number> {
  const head = await lockHead(trx)
  let { seq, hash } = head
  const payloads: { readonly seq: number; readonly payload: string }[] = []
  const rows = events.map(({ id, type, body, payload, columns }) => {
    seq += 1
    const payload_hash = payload === undefined ? null : hashPayload(payload)
    if (payload !== undefined) payloads.push({ seq, payload: asJson(payload) })
    const event = { seq, id, at: head.at, type, body, payload_hash }
    const prev_hash = hash
    hash = hashEvent(prev_hash, event)
    return { ...event, body: asJson(body), prev_hash, hash, ...columns }
  })
  // A trigger moves the head and wakes the subscribers; one statement, since every audit waits for this one.
  if (payloads.length === 0) {
    await trx.insertInto('audit_event').values(rows).execute()
  } else {
    await trx
      .with('event', (db) => db.insertInto('audit_event').values(rows).returning('seq'))
      .insertInto('audit_payload')
      .values(payloads)
      .execute()
  }
  return seq
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
