import { badInput, GatewayError } from '../../schema/errors.ts'
import { record } from '../audit/record.ts'
import type { GatewayContext } from '../context.ts'
import { holdsRoleEverywhere, type PersonCaller } from '../identity/caller.ts'
import { expectFresh } from '../identity/fresh.ts'
import { freshToken } from '../identity/tokens.ts'
import { storeNow } from '../store/now.ts'
import { findPerson } from '../store/people.ts'
import { endSession as end, findSession } from '../store/sessions.ts'
import { createPersonToken, findPersonTokenRow, revokePersonToken as revoke } from '../store/tokens.ts'
import { type CreatedToken, DAY } from './agent-tokens.ts'
import { nameOf } from './scope.ts'

/** For scripts and clients that are no browser. It carries the age of the sign-in by which it was made. */
export async function createPersonalToken(
  context: GatewayContext,
  input: { readonly name: string; readonly expiresInDays?: number | null },
): Promise<CreatedToken> {
  const { services } = context
  const caller = expectPersonCaller(context)
  await expectFresh(context)
  const name = nameOf('name', input.name)
  const most = services.settings.personTokenDays
  const days = input.expiresInDays ?? most
  if (!Number.isInteger(days) || days < 1 || days > most)
    throw badInput('expiresInDays', `a whole number from 1 to ${most}`, days)
  const { token, id, hash } = freshToken('csp')
  return services.store.transaction(async (trx) => {
    const person = await findPerson(trx, caller.id)
    const expiresAt = new Date((await storeNow(trx)).getTime() + days * DAY)
    const signedInAt = caller.signIn.at
    const sandbox = caller.signIn.sandbox || person?.sandbox === true
    await createPersonToken(trx, { id, personId: caller.id, hash, expiresAt, name, signedInAt, sandbox })
    await record(trx, services, {
      type: 'TOKEN_CREATED',
      actor: caller,
      operation: context.operation,
      subject: { kind: 'PERSON_TOKEN', id, name: caller.name },
      payload: { name, days },
    })
    return { token, tokenId: id, expiresAt }
  })
}

/** Nobody needs a fresh sign-in to take something away. */
export async function revokePersonalToken(context: GatewayContext, id: string): Promise<boolean> {
  const { services } = context
  const caller = expectPersonCaller(context)
  const found = await findPersonTokenRow(services.store.db, id)
  expectOwn(caller, found?.person_id, id)
  return services.store.transaction(async (trx) => {
    const row = await revoke(trx, id)
    if (row === undefined) return false
    await record(trx, services, {
      type: 'TOKEN_REVOKED',
      actor: caller,
      operation: context.operation,
      subject: { kind: 'PERSON_TOKEN', id },
    })
    return true
  })
}

export async function endSession(context: GatewayContext, id: string): Promise<boolean> {
  const { services } = context
  const caller = expectPersonCaller(context)
  const found = await findSession(services.store.db, id)
  expectOwn(caller, found?.person_id, id)
  return services.store.transaction(async (trx) => {
    const row = await end(trx, id)
    if (row === undefined) return false
    await record(trx, services, {
      type: 'PERSON_SIGNED_OUT',
      actor: caller,
      operation: context.operation,
      subject: { kind: 'PERSON', id: row.person_id, ...(found !== undefined && { name: found.name }) },
    })
    return true
  })
}

export function expectPersonCaller({ caller }: GatewayContext): PersonCaller {
  if (caller.kind === 'PERSON') return caller
  throw new GatewayError('ROLE_REQUIRED', 'This is for people.')
}

/** One's own, or anybody's for an owner; to all others it does not exist. @throws GatewayError NOT_FOUND */
function expectOwn(caller: PersonCaller, personId: string | undefined, id: string): void {
  if (personId !== undefined && (personId === caller.id || holdsRoleEverywhere(caller, 'owner'))) return
  throw new GatewayError('NOT_FOUND', 'There is nothing of yours with this id.', { id: id.slice(0, 60) })
}
