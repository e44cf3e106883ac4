import { sql } from 'kysely'
import { clock, fromNow } from './clock.ts'
import type { Db } from './index.ts'
import { TERMINAL } from './requests.ts'

export interface KeyScope {
  readonly agentId: string
  readonly connection: string
  /** SHA-256 of the key: agents put names of customers into keys. */
  readonly keyHash: Buffer
}

export type Reservation =
  | { readonly result: 'RESERVED' }
  | { readonly result: 'REPLAY'; readonly requestId: string }
  | { readonly result: 'IN_PROGRESS' }
  | { readonly result: 'REUSED' }

/** Inserts or reads on the primary key. A reservation whose gateway died is taken over when its lease is over. */
export async function reserveKey(
  db: Db,
  scope: KeyScope,
  { fingerprint, leaseSeconds = 60 }: { readonly fingerprint: string; readonly leaseSeconds?: number },
): Promise<Reservation> {
  const lease = fromNow(leaseSeconds)
  const reserved = await db
    .insertInto('idempotency_key')
    .values({
      agent_id: scope.agentId,
      connection: scope.connection,
      key_hash: scope.keyHash,
      fingerprint,
      lease_until: lease,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['agent_id', 'connection', 'key_hash'])
        .doUpdateSet({ fingerprint, lease_until: lease })
        .where('idempotency_key.request_id', 'is', null)
        .where('idempotency_key.lease_until', '<=', clock),
    )
    .returning('key_hash')
    .executeTakeFirst()
  if (reserved !== undefined) return { result: 'RESERVED' }

  // Released between the two statements: the caller's next try will get it.
  return (await findKey(db, scope, { fingerprint })) ?? { result: 'IN_PROGRESS' }
}

/** How a key stands, without taking it; null when nobody has it. */
export async function findKey(
  db: Db,
  scope: KeyScope,
  { fingerprint }: { readonly fingerprint: string },
): Promise<Reservation | null> {
  const found = await db
    .selectFrom('idempotency_key')
    .select(['fingerprint', 'request_id', sql<boolean>`lease_until <= ${clock}`.as('lost')])
    .where('agent_id', '=', scope.agentId)
    .where('connection', '=', scope.connection)
    .where('key_hash', '=', scope.keyHash)
    .executeTakeFirst()
  if (found === undefined || (found.request_id === null && found.lost)) return null
  if (found.fingerprint !== fingerprint) return { result: 'REUSED' }
  return found.request_id === null
    ? { result: 'IN_PROGRESS' }
    : { result: 'REPLAY', requestId: found.request_id }
}

/** In the transaction that stores the request. False: the lease was lost to another call; roll back. */
export async function keepKey(
  db: Db,
  scope: KeyScope,
  fingerprint: string,
  requestId: string,
): Promise<boolean> {
  const kept = await db
    .updateTable('idempotency_key')
    .set({ request_id: requestId })
    .where('agent_id', '=', scope.agentId)
    .where('connection', '=', scope.connection)
    .where('key_hash', '=', scope.keyHash)
    .where('fingerprint', '=', fingerprint)
    .where('request_id', 'is', null)
    .returning('key_hash')
    .executeTakeFirst()
  return kept !== undefined
}

/** A refused call stores nothing. */
export async function releaseKey(db: Db, scope: KeyScope): Promise<void> {
  await db
    .deleteFrom('idempotency_key')
    .where('agent_id', '=', scope.agentId)
    .where('connection', '=', scope.connection)
    .where('key_hash', '=', scope.keyHash)
    .where('request_id', 'is', null)
    .execute()
}

/** Kept 90 days, and never shorter than the request is open. */
export async function purgeKeys(db: Db): Promise<void> {
  await db
    .deleteFrom('idempotency_key')
    .where('created_at', '<', sql<Date>`now() - interval '90 days'`)
    .where((eb) =>
      eb.or([
        eb('request_id', 'is', null),
        eb.exists(
          eb
            .selectFrom('write_request')
            .select('write_request.id')
            .whereRef('write_request.id', '=', 'idempotency_key.request_id')
            .where('write_request.state', 'in', TERMINAL),
        ),
      ]),
    )
    .execute()
}
