import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { GatewayError } from '../../schema/errors.ts'
import type { GatewayContext } from '../context.ts'
import type { AgentCaller } from '../identity/caller.ts'
import { findKey, type KeyScope, keepKey, type Reservation, reserveKey } from '../store/idempotency.ts'
import type { Trx } from '../store/index.ts'
import { getRequest } from '../store/requests.ts'
import type { WriteRequestRow } from '../store/tables.ts'
import { outcomeOf, type WriteOutcome } from './outcome.ts'

/** A key of one agent on one connection, and the call that it stands for. */
export interface KeyedCall {
  readonly scope: KeyScope
  /** Hex SHA-256 of the mutation's name and what it was told. */
  readonly fingerprint: string
}

/** What `putBack` is told: the values that it gives back are read anew each time, and no part of it. */
export function putBackTold(request: string): [string, string] {
  return ['putBack', request]
}

/** Null without a key. `told` is what the mutation was told, in JSON. */
export function keyedCall(
  caller: AgentCaller,
  connection: string,
  key: string | null,
  mutation: string,
  ...told: readonly unknown[]
): KeyedCall | null {
  if (key === null) return null
  return {
    scope: { agentId: caller.id, connection, keyHash: createHash('sha256').update(key).digest() },
    fingerprint: createHash('sha256')
      .update(canonicalize([mutation, ...told]) ?? '')
      .digest('hex'),
  }
}

/** What the same call was answered before; null when the key is this call's from now on. @throws GatewayError */
export async function reserve(context: GatewayContext, key: KeyedCall): Promise<WriteOutcome | null> {
  const { db } = context.services.store
  return replayed(context, await reserveKey(db, key.scope, key))
}

/** What the same call was answered before; null when there was none. It takes no key. @throws GatewayError */
export async function answeredBefore(context: GatewayContext, key: KeyedCall): Promise<WriteOutcome | null> {
  const found = await findKey(context.services.store.db, key.scope, key)
  return found === null ? null : replayed(context, found)
}

async function replayed(context: GatewayContext, reservation: Reservation): Promise<WriteOutcome | null> {
  switch (reservation.result) {
    case 'RESERVED':
      return null
    case 'REPLAY': {
      const { db } = context.services.store
      return outcomeOf((await getRequest(db, reservation.requestId)) as WriteRequestRow, true)
    }
    case 'IN_PROGRESS':
      throw new GatewayError(
        'IDEMPOTENCY_IN_PROGRESS',
        'The first call with this key is still being planned.',
      )
    case 'REUSED':
      throw new GatewayError(
        'IDEMPOTENCY_KEY_REUSED',
        'This key was used for another call; a new intent needs a new key.',
      )
  }
}

/** Whether it is still this call's. @throws GatewayError */
export async function keep(trx: Trx, key: KeyedCall | null, id: string): Promise<void> {
  if (key === null || (await keepKey(trx, key.scope, key.fingerprint, id))) return
  throw new GatewayError(
    'IDEMPOTENCY_IN_PROGRESS',
    'Another call took this key over while this one was being planned.',
  )
}
