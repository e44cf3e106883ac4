import type { ErrorCode } from '../../schema/errors.ts'
import type { ConnectionPolicy, Demand, GroupPolicy, PlanFacts, Principal } from '../types.ts'

export interface Question {
  readonly principal: Principal
  readonly demands: readonly Demand[]
  /** Undefined at the first judgement, before anything is planned. */
  readonly facts: PlanFacts | undefined
}

export interface Objection {
  readonly code: ErrorCode
  readonly message: string
  readonly details: Readonly<Record<string, unknown>>
}

/**
 * Whether a rule objects may not depend on the order of the demands. Which demand its message names may:
 * `decide` sorts them before it asks for the message.
 */
export type PolicyRule = (question: Question) => Objection | undefined

const NOTHING: ConnectionPolicy = { groups: {} }
const DISABLED: GroupPolicy = { level: 'DISABLED' }

export function policyOf(principal: Principal, demand: Demand): ConnectionPolicy {
  return principal.connections.get(demand.connection) ?? NOTHING
}

/** Own members only: a group called "constructor" must not find what every object inherits. */
export function groupPolicyOf(policy: ConnectionPolicy, group: string | undefined): GroupPolicy {
  return group !== undefined && Object.hasOwn(policy.groups, group) ? policy.groups[group]! : DISABLED
}

/** The first objection to a single demand. */
export function firstObjection(
  question: Question,
  judge: (demand: Demand, policy: ConnectionPolicy, group: GroupPolicy) => Objection | undefined,
): Objection | undefined {
  for (const demand of question.demands) {
    const policy = policyOf(question.principal, demand)
    const objection = judge(demand, policy, groupPolicyOf(policy, demand.group))
    if (objection !== undefined) return objection
  }
  return undefined
}

export function objectTo(
  code: ErrorCode,
  demand: Demand,
  because: string,
  details: Readonly<Record<string, unknown>> = {},
): Objection {
  const { connection, group, kind } = demand
  return {
    code,
    message: `Not allowed to ${actionOf(demand)}: ${because}.`,
    details: { connection, group: group ?? null, kind, ...details },
  }
}

/** As in: update Tickets (status, title) on "acme-cw". */
function actionOf({ connection, group, kind, fields }: Demand): string {
  const what = group === undefined ? 'something that the catalogue does not know' : clean(group)
  const named = fields.length === 0 ? '' : ` (${listed(fields)})`
  return `${clean(kind.toLowerCase())} ${what}${named} on "${clean(connection)}"`
}

const MOST_NAMES = 12

/** Sorted, each once, and never so many that the sentence is lost. */
export function listed(names: readonly string[]): string {
  const sorted = sortedOnce(names)
  const shown = sorted.slice(0, MOST_NAMES).map(clean).join(', ')
  return sorted.length > MOST_NAMES ? `${shown} and ${sorted.length - MOST_NAMES} more` : shown
}

export function sortedOnce(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort()
}

/**
 * A raw write's field names are an agent's text, and messages are read by people and models: no control, bidi
 * or quoting characters, and not long (docs/safety.md (k)).
 */
function clean(name: string): string {
  return name.replace(/[^\p{L}\p{N} _.:&/()+-]/gu, '?').slice(0, 60)
}
