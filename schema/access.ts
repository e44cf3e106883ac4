import type { UnifiedGroup } from './groups.ts'
import type { VendorRecord } from './records.ts'

/** Roles that people hold, per connection. Agents hold none. */
export const ROLES = ['viewer', 'approver', 'policyAdmin', 'connectionAdmin', 'auditor', 'owner'] as const
export type Role = (typeof ROLES)[number]

/** Access to a piece of PSA information: judged by the policy of the connection that the record belongs to. */
export interface PsaAccess {
  readonly of: 'PSA'
  /** OPEN: carries nothing of its own (ids, list envelopes, `node`); what it leads to is judged there. */
  readonly group: UnifiedGroup | 'OPEN'
  /** The field's name in a policy. */
  readonly field: string
  readonly byRecord?: ByRecord
  /** A vendor may have to be asked for it record by record, which is what it is taken to cost. */
  readonly askedEach?: boolean
}

/** For what belongs to another group from record to record (a note that the client can see). */
export interface ByRecord {
  /** Every group that it can turn out to be: who may read none of them is refused before anything is read. */
  readonly among: readonly UnifiedGroup[]
  /**
   * The groups of this very record, all of which must pass. Left out by what leads to such records: one of the groups
   * is enough there, and each record is judged by itself.
   */
  groupsOf?(record: VendorRecord): readonly UnifiedGroup[]
}

/** Access to the gateway's own records: by kind of caller and role. */
export interface ControlAccess {
  readonly of: 'CONTROL'
  readonly agents: boolean
  /** A person needs one of these; ANY: every signed-in person. Empty: no person. */
  readonly roles: readonly Role[] | 'ANY'
  /** The holder of the one-time set-up code too. */
  readonly setup?: boolean
}

/**
 * Stands in the extensions (`extensions.access`) of every object type, field, filter member and order value
 * of both subgraphs. A field without one inherits its type's; what has neither is denied.
 */
export type Access = PsaAccess | ControlAccess

export function psa(group: UnifiedGroup | 'OPEN', field: string, byRecord?: ByRecord): { access: PsaAccess } {
  return { access: { of: 'PSA', group, field, ...(byRecord && { byRecord }) } }
}

export function control(who: { agents?: boolean; roles?: readonly Role[] | 'ANY'; setup?: boolean }): {
  access: ControlAccess
} {
  const { agents = false, roles = [], setup = false } = who
  return { access: { of: 'CONTROL', agents, roles, ...(setup && { setup }) } }
}

/** The declaration in an element's extensions, if it has one. */
export function accessOf(element: {
  readonly extensions?: Readonly<Record<string, unknown>> | null
}): Access | undefined {
  return element.extensions?.access as Access | undefined
}
