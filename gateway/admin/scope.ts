import type { Role } from '../../schema/access.ts'
import { badInput, GatewayError } from '../../schema/errors.ts'
import type { GatewayContext } from '../context.ts'
import { holdsRole, holdsRoleEverywhere } from '../identity/caller.ts'
import { violatedConstraint } from '../store/errors.ts'
import type { Db } from '../store/index.ts'
import { currentPolicies } from '../store/workflows.ts'

/** The field asked only whether the role is held somewhere; here the connection is known. @throws GatewayError ROLE_REQUIRED */
export function expectRoleFor({ caller }: GatewayContext, role: Role, connection: string): void {
  if (caller.kind === 'PERSON' && holdsRole(caller, role, connection)) return
  throw roleRequired(role, 'for this connection')
}

/** For what belongs to no single connection. @throws GatewayError ROLE_REQUIRED */
export function expectRoleEverywhere({ caller }: GatewayContext, role: Role): void {
  if (caller.kind === 'PERSON' && holdsRoleEverywhere(caller, role)) return
  throw roleRequired(role, 'for every connection')
}

/** A workflow reaches every connection that it has a policy for, and so does a token of its agents. */
export async function expectRoleForWorkflow(
  context: GatewayContext,
  db: Db,
  role: Role,
  workflowId: string,
): Promise<void> {
  if (!(await reachesWorkflow(context, db, role, workflowId)))
    throw roleRequired(role, 'for every connection of this workflow')
}

export async function reachesWorkflow(
  { caller }: GatewayContext,
  db: Db,
  role: Role,
  workflowId: string,
): Promise<boolean> {
  if (caller.kind !== 'PERSON') return false
  if (holdsRoleEverywhere(caller, role)) return true
  const policies = (await currentPolicies(db, workflowId)).filter(({ policy }) => policy !== null)
  return policies.length > 0 && policies.every(({ connection }) => holdsRole(caller, role, connection))
}

/** Those who change the policies of this workflow, and those who look after the changes. @throws GatewayError ROLE_REQUIRED */
export async function expectWorkflowReader(
  context: GatewayContext,
  db: Db,
  workflowId: string,
): Promise<void> {
  if (await reachesWorkflow(context, db, 'auditor', workflowId)) return
  await expectRoleForWorkflow(context, db, 'policyAdmin', workflowId)
}

function roleRequired(role: Role, where: string): GatewayError {
  return new GatewayError('ROLE_REQUIRED', `This needs the role ${role} ${where}.`, { roles: [role] })
}

/** @throws GatewayError BAD_USER_INPUT for a name or an address that somebody else has */
export function expectUnique<T>(argument: string, given: string, work: () => Promise<T>): Promise<T> {
  return expectFitting(argument, 'one that is not in use', given, work)
}

/** What only the store can tell, since another may be faster. @throws GatewayError BAD_USER_INPUT */
export async function expectFitting<T>(
  argument: string,
  expected: string,
  given: unknown,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (violatedConstraint(error) === undefined) throw error
    throw badInput(argument, expected, given)
  }
}

const LONGEST_NAME = 200

/** Names stand in lists, mails and the audit trail. @throws GatewayError BAD_USER_INPUT */
export function nameOf(argument: string, name: string | null | undefined): string {
  const trimmed = (name ?? '').trim()
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused here
  if (trimmed === '' || trimmed.length > LONGEST_NAME || /[\u0000-\u001f\u007f]/.test(trimmed)) {
    throw badInput(argument, `a name of 1 to ${LONGEST_NAME} characters on one line`, name)
  }
  return trimmed
}

/** @throws GatewayError BAD_USER_INPUT */
export function mailOf(argument: string, email: string): string {
  if (!/^[^\s@]{1,100}@[^\s@]{1,200}$/.test(email)) throw badInput(argument, 'a mail address', email)
  return email
}
