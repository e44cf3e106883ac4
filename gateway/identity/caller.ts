import type { ControlAccess, Role } from '../../schema/access.ts'
import { GatewayError } from '../../schema/errors.ts'
import type { PersonRoleRow } from '../store/tables.ts'

export interface AgentCaller {
  readonly kind: 'AGENT'
  readonly id: string
  readonly name: string
  readonly tokenId: string
  /** The person who made the token. */
  readonly tokenOwner: string | null
  readonly workflowId: string
  readonly workflowName: string
  readonly workflowTestMode: boolean
  /** The person for whom the agent works, if an administrator named one. */
  readonly onBehalfOf: string | null
}

export interface PersonCaller {
  readonly kind: 'PERSON'
  readonly id: string
  readonly name: string
  readonly tokenId: string
  /** Per connection: this person's login at the PSA. */
  readonly memberKeys: Readonly<Record<string, string>>
  readonly roles: readonly PersonRoleRow[]
  readonly signIn: SignInProof
}

/** How somebody proved who they are, and when last. */
export interface SignInProof {
  readonly by: 'TOKEN' | 'SESSION' | 'PROVIDER_TOKEN'
  readonly at: Date
  /** Of the sandbox, under which alone it lives: always fresh (docs/safety.md (h)). */
  readonly sandbox: boolean
}

/** The holder of the one-time set-up code: may create the first owner and nothing else. */
export interface SetupCaller {
  readonly kind: 'SETUP'
  readonly id: string
  readonly name: string
  readonly tokenId: string
  readonly codeHash: Buffer
}

export type Caller = AgentCaller | PersonCaller | SetupCaller

/** A role for a connection: one granted for every connection counts too, and an owner holds every role. */
export function holdsRole(caller: PersonCaller, role: Role, connection?: string): boolean {
  return caller.roles.some(
    (grant) =>
      (grant.role === role || grant.role === 'owner') &&
      (connection === undefined || grant.connection === null || grant.connection === connection),
  )
}

/** Not only for some connections: what concerns the whole installation needs that. */
export function holdsRoleEverywhere(caller: PersonCaller, role: Role): boolean {
  return caller.roles.some(
    (grant) => (grant.role === role || grant.role === 'owner') && grant.connection === null,
  )
}

/** Null when the caller may use this part of the gateway. Narrower scopes are judged where the record is known. */
export function judgeControl(caller: Caller, access: ControlAccess): GatewayError | null {
  if (caller.kind === 'SETUP') {
    if (access.setup) return null
    return new GatewayError('ROLE_REQUIRED', 'The set-up code creates the first owner and does nothing else.')
  }
  if (caller.kind === 'AGENT') {
    return access.agents
      ? null
      : new GatewayError('ROLE_REQUIRED', 'This is for people; an AI agent holds no role.')
  }
  const { roles } = access
  if (roles === 'ANY' || roles.some((role) => holdsRole(caller, role))) return null
  if (roles.length === 0) {
    return new GatewayError(
      'FORBIDDEN_OPERATION',
      'People write to a PSA by approving what an AI agent proposes.',
    )
  }
  const code = roles.length === 1 && roles[0] === 'approver' ? 'APPROVER_ROLE_REQUIRED' : 'ROLE_REQUIRED'
  return new GatewayError(code, `This needs one of the roles: ${roles.join(', ')}.`, { roles })
}
