import { badInput, GatewayError } from '../../schema/errors.ts'
import { record } from '../audit/record.ts'
import type { GatewayContext } from '../context.ts'
import { expectFresh } from '../identity/fresh.ts'
import { freshToken } from '../identity/tokens.ts'
import type { Db, Trx } from '../store/index.ts'
import { claimSetup } from '../store/installation.ts'
import { endInvitations, saveInvitation, unlinkLogins } from '../store/logins.ts'
import { storeNow } from '../store/now.ts'
import { findPerson, createPerson as insertPerson, lockOwners, rolesOf, savePerson } from '../store/people.ts'
import { endSessionsOf } from '../store/sessions.ts'
import type { PersonRow } from '../store/tables.ts'
import { createPersonToken, revokeTokensOfPerson } from '../store/tokens.ts'
import { type CreatedToken, DAY } from './agent-tokens.ts'
import {
  addRole,
  expectMayGrant,
  expectOwnerLeft,
  type RoleInput,
  readdress,
  recordReaddressed,
} from './roles.ts'
import { expectRoleEverywhere, expectUnique, mailOf, nameOf } from './scope.ts'

interface Member {
  readonly connection: string
  readonly member: string
}

export interface PersonInput {
  readonly name: string
  readonly email: string
  readonly roles: readonly RoleInput[]
  readonly members?: readonly Member[] | null
}

/** A one-time code, shown once, by which somebody sets a password or links a login. */
export interface Invitation {
  readonly code: string
  readonly expiresAt: Date
}

export interface CreatedPerson {
  readonly person: PersonRow
  /** For the holder of the set-up code, who is this person. */
  readonly token: CreatedToken | null
  readonly invitation: Invitation | null
}

/** The set-up code makes the first owner and is used up by it. */
export async function createPerson(context: GatewayContext, input: PersonInput): Promise<CreatedPerson> {
  const { services, caller } = context
  const isSetup = caller.kind === 'SETUP'
  if (!isSetup) {
    // Who makes people can make owners: a right over the whole installation.
    expectRoleEverywhere(context, 'owner')
    for (const grant of input.roles) expectMayGrant(caller, grant)
    await expectFresh(context)
  }
  const name = nameOf('input.name', input.name)
  const email = mailOf('input.email', input.email)
  if (isSetup && !input.roles.some(({ role, connection }) => role === 'owner' && connection == null)) {
    throw badInput(
      'input.roles',
      'the role "owner" for every connection: the first person must be able to do the rest',
      input.roles,
    )
  }
  return services.store.transaction(async (trx) => {
    if (isSetup && (await claimSetup(trx, caller.codeHash)) === undefined) {
      throw new GatewayError('UNAUTHENTICATED', 'The set-up code was used before.')
    }
    const person = await expectUnique('input.email', email, () =>
      insertPerson(trx, { name, email, memberKeys: keysOf(input.members ?? []) }),
    )
    for (const [index, grant] of input.roles.entries())
      await addRole(trx, context, person.id, `input.roles.${index}`, grant)
    const token = isSetup ? await firstToken(trx, context, person.id) : null
    const invitation = isSetup ? null : await invite(trx, context, person.id)
    const judged = await readdress(trx, context, input.roles)
    await record(trx, services, {
      type: 'PERSON_CREATED',
      actor: caller,
      operation: context.operation,
      subject: { kind: 'PERSON', id: person.id, name: person.name },
      payload: { roles: input.roles },
    })
    await recordReaddressed(trx, context, judged)
    return { person, token, invitation }
  })
}

async function firstToken(trx: Trx, { services }: GatewayContext, personId: string): Promise<CreatedToken> {
  const { token, id, hash } = freshToken('csp')
  const expiresAt = new Date((await storeNow(trx)).getTime() + services.settings.personTokenDays * DAY)
  await createPersonToken(trx, { id, personId, hash, expiresAt, name: 'Set-up' })
  return { token, tokenId: id, expiresAt }
}

async function invite(trx: Trx, { services, caller }: GatewayContext, personId: string): Promise<Invitation> {
  const { token: code, id, hash } = freshToken('csi')
  const expiresAt = await saveInvitation(trx, {
    id,
    personId,
    hash,
    lifeSeconds: services.settings.invitationFor,
    createdBy: caller.kind === 'PERSON' ? caller.id : null,
  })
  return { code, expiresAt }
}

/**
 * A new invitation, the way back in for somebody who lost theirs. With `reset` whatever they signed in with so far is
 * worth nothing at once.
 */
export async function invitePerson(
  context: GatewayContext,
  personId: string,
  reset: boolean,
): Promise<Invitation & { readonly person: PersonRow }> {
  const { services } = context
  expectRoleEverywhere(context, 'owner')
  await expectFresh(context)
  return services.store.transaction(async (trx) => {
    const person = await expectPerson(trx, personId)
    if (!person.active) throw badInput('person', 'a person who is active', personId)
    if (reset) {
      await shutOut(trx, personId)
      await savePerson(trx, personId, { password_hash: null })
      await unlinkLogins(trx, personId)
    }
    const invitation = await invite(trx, context, personId)
    await record(trx, services, {
      type: 'PERSON_INVITED',
      actor: context.caller,
      operation: context.operation,
      subject: { kind: 'PERSON', id: personId, name: person.name },
      payload: { reset },
    })
    return { ...invitation, person }
  })
}

export interface PersonChange {
  readonly id: string
  readonly name?: string | null
  readonly email?: string | null
  /** All of them. */
  readonly members?: readonly Member[] | null
}

export async function changePerson(context: GatewayContext, change: PersonChange): Promise<PersonRow> {
  const { services } = context
  expectRoleEverywhere(context, 'owner')
  await expectFresh(context)
  const given = {
    ...(change.name != null && { name: nameOf('input.name', change.name) }),
    ...(change.email != null && { email: mailOf('input.email', change.email) }),
    ...(change.members != null && { member_keys: keysOf(change.members) }),
  }
  if (Object.keys(given).length === 0) throw badInput('input', 'something to change', null)
  return services.store.transaction(async (trx) => {
    const before = await expectPerson(trx, change.id)
    const after = await expectUnique('input.email', change.email ?? '', () =>
      savePerson(trx, change.id, given),
    )
    await record(trx, services, {
      type: 'PERSON_CHANGED',
      actor: context.caller,
      operation: context.operation,
      subject: { kind: 'PERSON', id: change.id, name: after?.name ?? before.name },
      payload: { before: shown(before), after: shown(after ?? before) },
    })
    return after ?? before
  })
}

/** Off: every token, session and invitation of the person is worth nothing at once, and stays so. */
export async function setPersonActive(
  context: GatewayContext,
  id: string,
  active: boolean,
): Promise<PersonRow> {
  const { services } = context
  expectRoleEverywhere(context, 'owner')
  if (active) await expectFresh(context)
  return services.store.transaction(async (trx) => {
    const owners = await lockOwners(trx)
    const before = await expectPerson(trx, id)
    const after = (await savePerson(trx, id, { active })) ?? before
    await expectOwnerLeft(trx, owners)
    if (!active) await shutOut(trx, id)
    const judged = await readdress(trx, context, await rolesOf(trx, id))
    await record(trx, services, {
      type: 'PERSON_CHANGED',
      actor: context.caller,
      operation: context.operation,
      subject: { kind: 'PERSON', id, name: before.name },
      payload: { before: shown(before), after: shown(after) },
    })
    await recordReaddressed(trx, context, judged)
    return after
  })
}

async function shutOut(trx: Trx, personId: string): Promise<void> {
  await endSessionsOf(trx, personId)
  await revokeTokensOfPerson(trx, personId)
  await endInvitations(trx, personId)
}

/** @throws GatewayError NOT_FOUND */
async function expectPerson(db: Db, id: string): Promise<PersonRow> {
  const person = await findPerson(db, id)
  if (person !== undefined) return person
  throw new GatewayError('NOT_FOUND', 'There is no person with this id.', { id: id.slice(0, 60) })
}

const keysOf = (members: readonly Member[]) =>
  Object.fromEntries(members.map(({ connection, member }) => [connection, member]))

const shown = ({ name, email, active, member_keys }: PersonRow) => ({
  name,
  email,
  active,
  members: member_keys,
})
