import type { Role } from '../../schema/access.ts'
import { badInput, GatewayError } from '../../schema/errors.ts'
import { type Rejudged, recordRejudged, rejudgeWaiting } from '../approvals/rejudge.ts'
import { record } from '../audit/record.ts'
import type { GatewayContext } from '../context.ts'
import type { Caller } from '../identity/caller.ts'
import { expectFresh } from '../identity/fresh.ts'
import type { Trx } from '../store/index.ts'
import {
  findPerson,
  findRole,
  grantRole as insertRole,
  lockOwners,
  revokeRole as removeRole,
} from '../store/people.ts'
import type { WaitingWhere } from '../store/requests.ts'
import type { PersonRoleRow } from '../store/tables.ts'
import { expectFitting } from './scope.ts'

export interface RoleInput {
  readonly role: Role
  readonly connection?: string | null
  readonly groups?: readonly string[] | null
  readonly boards?: readonly string[] | null
  readonly companies?: readonly string[] | null
}

const SCOPES = ['groups', 'boards', 'companies'] as const

/** @throws GatewayError */
export async function grantRole(
  context: GatewayContext,
  personId: string,
  input: RoleInput,
): Promise<PersonRoleRow> {
  await expectFresh(context)
  expectMayGrant(context.caller, input)
  const person = await findPerson(context.services.store.db, personId)
  if (person?.active !== true) throw badInput('person', 'the id of an active person', personId)
  return context.services.store.transaction(async (trx) => {
    const grant = await addRole(trx, context, personId, 'input', input)
    const judged = await readdress(trx, context, [grant])
    await recordRole(trx, context, 'ROLE_GRANTED', grant, person.name)
    await recordReaddressed(trx, context, judged)
    return grant
  })
}

/** One grant, checked; whoever calls it has judged that the caller may, and puts it on record. */
export function addRole(
  trx: Trx,
  { caller }: GatewayContext,
  personId: string,
  argument: string,
  input: RoleInput,
): Promise<PersonRoleRow> {
  const scope = SCOPES.find((name) => input[name] != null)
  // Only signing looks at them: on another role they would promise a limit that nothing keeps.
  if (scope !== undefined && input.role !== 'approver')
    throw badInput(`${argument}.${scope}`, 'nothing, except for the role approver', input[scope])
  return expectFitting(
    argument,
    'a connection that exists, and lists that are left out or not empty',
    input,
    () => insertRole(trx, { personId, ...input, grantedBy: caller.kind === 'PERSON' ? caller.id : null }),
  )
}

/** From the next request on the person lacks it; what they signed before is judged again before it is sent. */
export async function revokeRole(context: GatewayContext, id: string): Promise<PersonRoleRow> {
  const { services, caller } = context
  return services.store.transaction(async (trx) => {
    const owners = await lockOwners(trx)
    const grant = await findRole(trx, id)
    if (grant === undefined)
      throw new GatewayError('NOT_FOUND', 'There is no role with this id.', { id: id.slice(0, 60) })
    expectMayGrant(caller, grant)
    await removeRole(trx, id)
    await expectOwnerLeft(trx, owners)
    const person = await findPerson(trx, grant.person_id)
    const judged = await readdress(trx, context, [grant])
    await recordRole(trx, context, 'ROLE_REVOKED', grant, person?.name)
    await recordReaddressed(trx, context, judged)
    return grant
  })
}

/** What waits where these roles sign, addressed to whoever may sign there from now on. Not yet on record. */
export async function readdress(
  trx: Trx,
  { services }: GatewayContext,
  roles: readonly Pick<RoleInput, 'role' | 'connection'>[],
): Promise<readonly Rejudged[]> {
  const judged: Rejudged[] = []
  for (const where of signingAt(roles)) judged.push(await rejudgeWaiting(trx, services, where))
  return judged
}

/** After every other record of the change: see `rejudgeWaiting`. */
export async function recordReaddressed(
  trx: Trx,
  context: GatewayContext,
  judged: readonly Rejudged[],
): Promise<void> {
  for (const one of judged) await recordRejudged(trx, context, one)
}

function signingAt(roles: readonly Pick<RoleInput, 'role' | 'connection'>[]): readonly WaitingWhere[] {
  const signing = roles.filter(({ role }) => role === 'approver' || role === 'owner')
  const slugs = new Set(signing.map(({ connection }) => connection ?? null))
  if (slugs.has(null)) return [{}]
  return [...slugs].flatMap((connection) => (connection === null ? [] : [{ connection }]))
}

/** An installation that had an owner keeps one; `owners` are those from before the change. @throws GatewayError FORBIDDEN_OPERATION */
export async function expectOwnerLeft(trx: Trx, owners: readonly string[]): Promise<void> {
  if (owners.length === 0 || (await lockOwners(trx)).length > 0) return
  throw new GatewayError(
    'FORBIDDEN_OPERATION',
    'This is the last active owner of the whole installation. Make another one first.',
  )
}

/**
 * Owners grant and take roles, each within what they own: the owner of one connection gives nothing on another, nor
 * on all of them. @throws GatewayError ROLE_REQUIRED
 */
export function expectMayGrant(caller: Caller, { connection }: Pick<RoleInput, 'connection'>): void {
  const owns =
    caller.kind === 'PERSON' &&
    caller.roles.some(
      (own) => own.role === 'owner' && (own.connection === null || own.connection === (connection ?? null)),
    )
  if (owns) return
  const where = connection == null ? 'for every connection' : 'for this connection'
  throw new GatewayError('ROLE_REQUIRED', `This needs the role owner ${where}.`, { roles: ['owner'] })
}

function recordRole(
  trx: Trx,
  context: GatewayContext,
  type: 'ROLE_GRANTED' | 'ROLE_REVOKED',
  { id, person_id, role, connection, groups, boards, companies }: PersonRoleRow,
  name: string | undefined,
) {
  return record(trx, context.services, {
    type,
    actor: context.caller,
    operation: context.operation,
    ...(connection !== null && { connection }),
    subject: { kind: 'PERSON', id: person_id, ...(name !== undefined && { name }) },
    payload: { id, role, connection, groups, boards, companies },
  })
}
