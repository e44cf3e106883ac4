import { groupPolicyOf, policyOf, sortedOnce } from './rules/rule.ts'
import type { ApprovalRule, Demand, PlanFacts, Principal } from './types.ts'
import { includesWithoutCase } from './without-case.ts'

export interface Approval {
  /** 0: nobody has to sign. */
  readonly approvers: number
  readonly notRequester: boolean
  readonly fourEyes: boolean
  readonly groups: readonly string[]
  /** Names of the approval rules that held, for the audit. */
  readonly rules: readonly string[]
}

/** Absent configuration means approval required. */
const ONE_APPROVER: ApprovalRule = { approvers: 1 }

/** Who has to sign a plan: the strictest of all its groups and kinds. Reads need no signature. */
export function approvalOf(principal: Principal, demands: readonly Demand[], facts: PlanFacts): Approval {
  const writes = demands.filter(({ kind }) => kind !== 'READ')
  const matched = writes.flatMap((demand) => {
    const { approval = [] } = groupPolicyOf(policyOf(principal, demand), demand.group)
    return aspectsOf(demand, facts).map((aspect) => {
      const index = approval.findIndex((rule) => holds(rule, aspect))
      const name = `approval ${demand.group} ${index < 0 ? 'default' : index}`
      return { name, rule: approval[index] ?? ONE_APPROVER }
    })
  })
  return {
    approvers: Math.max(0, ...matched.map(({ rule }) => signatures(rule))),
    notRequester: matched.some(({ rule }) => rule.notRequester === true),
    fourEyes: matched.some(({ rule }) => rule.fourEyes === true),
    groups: sortedOnce(writes.flatMap(({ group }) => group ?? [])),
    rules: sortedOnce(matched.map(({ name }) => name)),
  }
}

function signatures({ approvers }: ApprovalRule): number {
  if (!Number.isInteger(approvers) || approvers < 0) throw new Error('approvers is no count')
  return approvers
}

interface Aspect {
  readonly demand: Demand
  readonly facts: PlanFacts
  readonly values: Readonly<Record<string, readonly string[]>>
}

/**
 * A write as a whole, and each of its fields, companies and boards as if it were the only one; the strictest counts.
 * The whole alone would let a rule for something harmless ("a new title needs nobody") carry whatever is written
 * beside it. Looking closer can only ask for more signatures, never for fewer.
 */
function aspectsOf(demand: Demand, facts: PlanFacts): readonly Aspect[] {
  const values = { ...facts.values, ...demand.values }
  const eachField = demand.fields.map((field) => ({
    demand: { ...demand, fields: [field] },
    values: Object.hasOwn(values, field) ? { [field]: values[field]! } : {},
  }))
  const eachCompany = facts.companies.map((company) => ({ ...facts, company, companies: [company] }))
  // A move leaves one board for another, and both have a say.
  const eachBoard = facts.reaches.flatMap(({ board }) => (board == null ? [] : [{ ...facts, board }]))
  return [{ demand, values }, ...eachField].flatMap((part) =>
    [facts, ...eachCompany, ...eachBoard].map((those) => ({ ...part, facts: those })),
  )
}

/** All conditions that a rule has; one that it leaves out holds. */
function holds({ when = {} }: ApprovalRule, { demand, facts, values }: Aspect): boolean {
  const { company, companies } = facts
  return (
    (when.kinds?.includes(demand.kind) ?? true) &&
    (when.fields?.some((field) => demand.fields.includes(field)) ?? true) &&
    Object.entries(when.values ?? {}).every(
      ([field, wanted]) =>
        Object.hasOwn(values, field) && values[field]!.some((value) => includesWithoutCase(wanted, value)),
    ) &&
    (when.closes ?? facts.closes) === facts.closes &&
    (when.reopens ?? facts.reopens) === facts.reopens &&
    (when.boards === undefined || (facts.board !== null && includesWithoutCase(when.boards, facts.board))) &&
    (when.companies?.some((one) =>
      includesWithoutCase(company === null ? companies : [company, ...companies], one),
    ) ??
      true) &&
    (when.clientMail === undefined || when.clientMail === (facts.clientMail !== 'NO')) &&
    (when.priorityAtLeast === undefined ||
      (facts.priorityRank !== null && facts.priorityRank <= when.priorityAtLeast)) &&
    (when.billableHoursOver === undefined || facts.billableHours > when.billableHoursOver)
  )
}
