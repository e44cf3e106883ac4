import { groupPolicyOf, policyOf, sortedOnce } from './rules/rule.ts'
import type { ApprovalRule, Demand, PlanFacts, Principal, ScopeFacts } from './types.ts'
import { includesWithoutCase } from './without-case.ts'

export interface Approval {
  /** 0: nobody has to sign. */
  readonly approvers: number
  readonly notRequester: boolean
  readonly fourEyes: boolean
  readonly bulk: boolean
  readonly groups: readonly string[]
  /** Names of the approval rules that held, for the audit. */
  readonly rules: readonly string[]
}

interface Matched {
  readonly name: string
  readonly rule: ApprovalRule
}

/** Absent configuration means approval required. */
const ONE_APPROVER: ApprovalRule = { approvers: 1 }

/** Who has to sign a plan: the strictest of all its groups and kinds. Reads need no signature. */
export function approvalOf(principal: Principal, demands: readonly Demand[], facts: PlanFacts): Approval {
  const writes = demands.filter(({ kind }) => kind !== 'READ')
  const matched = writes.flatMap((demand) => {
    const { approval = [] } = groupPolicyOf(policyOf(principal, demand), demand.group)
    return aspectsOf(demand, facts).flatMap((aspect) =>
      decisive(approval, { ...aspect, insideBusinessHours: principal.insideBusinessHours }),
    )
  })
  return {
    approvers: Math.max(0, ...matched.map(({ rule }) => signatures(rule))),
    notRequester: matched.some(({ rule }) => rule.notRequester === true),
    fourEyes: matched.some(({ rule }) => rule.fourEyes === true),
    bulk: matched.length > 0 && matched.every(({ rule }) => rule.bulk === true),
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
  readonly insideBusinessHours: Principal['insideBusinessHours']
}

/**
 * A write as a whole, and each of its fields, values, companies and boards as if it were the only one; the strictest counts.
 * The whole alone would let a rule for something harmless ("a new title needs nobody") carry whatever is written
 * beside it. Looking closer can only ask for more signatures, never for fewer.
 */
function aspectsOf(demand: Demand, facts: PlanFacts): readonly Omit<Aspect, 'insideBusinessHours'>[] {
  const values = { ...facts.values, ...demand.values }
  const eachField = demand.fields.flatMap((field) => {
    // Of several values too: a merge may close one ticket and only park another.
    const told = Object.hasOwn(values, field) ? values[field]! : []
    const each = told.length > 1 ? told.map((value) => ({ [field]: [value] })) : []
    const own = Object.hasOwn(values, field) ? { [field]: told } : {}
    return [own, ...each].map((those) => ({ demand: { ...demand, fields: [field] }, values: those }))
  })
  const eachCompany = facts.companies.map((company) => ({ ...facts, company, companies: [company] }))
  // A move leaves one board for another, and both have a say. So has a board that nobody told.
  const eachBoard = facts.reaches
    .filter(({ board, notApplicable }) => board !== null && !notApplicable?.includes('board'))
    .map((record) => ({ ...facts, board: record.board ?? null, reaches: [record] }))
  const eachType = facts.reaches
    .filter(({ notApplicable }) => !notApplicable?.includes('companyType'))
    .map((record) => ({ ...facts, reaches: [record] }))
  // Two records may be one company's and another board's: each pair of them is looked at as if it were one record.
  const eachPair = eachCompany.flatMap(({ company, companies }) =>
    eachBoard.map((record) => ({ ...record, company, companies })),
  )
  return [{ demand, values }, ...eachField].flatMap((part) =>
    [facts, ...eachCompany, ...eachBoard, ...eachType, ...eachPair].map((those) => ({
      ...part,
      facts: those,
    })),
  )
}

/**
 * The rules that may decide: the first that holds, and before it each that could hold if what is not known of the
 * plan were known. So an unknown fact leads to the strictest of them and never past a strict rule to a loose one.
 */
function decisive(rules: readonly ApprovalRule[], aspect: Aspect): readonly Matched[] {
  const matched: Matched[] = []
  for (const [index, rule] of rules.entries()) {
    const verdict = holds(rule, aspect)
    if (verdict === 'NO') continue
    matched.push({ name: `approval ${aspect.demand.group} ${index}`, rule })
    if (verdict === 'YES') return matched
  }
  return [...matched, { name: `approval ${aspect.demand.group} default`, rule: ONE_APPROVER }]
}

type Held = 'YES' | 'NO' | 'UNKNOWN'

/** All conditions that a rule has; one that it leaves out holds. */
function holds({ when = {} }: ApprovalRule, aspect: Aspect): Held {
  return all(
    (Object.keys(when) as (keyof When)[]).map((name) =>
      when[name] === undefined ? 'YES' : conditions[name](when as Required<When>, aspect),
    ),
  )
}

type When = NonNullable<ApprovalRule['when']>
type Condition = (when: Required<When>, aspect: Aspect) => Held

/** What a rule may look at: a condition that has no judge here does not compile. */
const conditions: Readonly<Record<keyof When, Condition>> = {
  kinds: ({ kinds }, { demand }) => yes(kinds.includes(demand.kind)),
  fields: ({ fields }, { demand }) => yes(fields.some((field) => demand.fields.includes(field))),
  values: ({ values }, { demand, values: written }) =>
    all(Object.entries(values).map(([field, wanted]) => writesOneOf(wanted, field, demand, written))),
  closes: ({ closes }, { facts }) => yes(closes === facts.closes),
  reopens: ({ reopens }, { facts }) => yes(reopens === facts.reopens),
  boards: ({ boards }, { facts }) => {
    if (facts.board !== null) return yes(includesWithoutCase(boards, facts.board))
    return facts.reaches.length > 0 && facts.reaches.every((record) => tells(record, 'board'))
      ? 'NO'
      : 'UNKNOWN'
  },
  companies: ({ companies }, { facts }) => {
    const known = facts.company === null ? facts.companies : [facts.company, ...facts.companies]
    if (known.some((one) => includesWithoutCase(companies, one))) return 'YES'
    return known.length > 0 ||
      (facts.reaches.length > 0 && facts.reaches.every((record) => tells(record, 'company')))
      ? 'NO'
      : 'UNKNOWN'
  },
  companyTypes: ({ companyTypes }, { facts: { reaches } }) => {
    const known = reaches.flatMap(({ companyType }) => companyType ?? [])
    if (known.some((one) => includesWithoutCase(companyTypes, one))) return 'YES'
    return reaches.length > 0 && reaches.every((record) => tells(record, 'companyType')) ? 'NO' : 'UNKNOWN'
  },
  // MAY counts as YES where that is stricter, and frees nothing from a signature where it is not.
  clientMail: ({ clientMail }, { facts }) =>
    facts.clientMail === 'MAY' ? 'UNKNOWN' : yes(clientMail === (facts.clientMail === 'YES')),
  priorityAtLeast: ({ priorityAtLeast }, { facts }) =>
    ifKnown(facts.priorityRank, (rank) => rank <= priorityAtLeast),
  billableHoursOver: ({ billableHoursOver }, { facts }) => yes(facts.billableHours > billableHoursOver),
  amountOver: ({ amountOver }, { facts }) => ifKnown(facts.amount, (amount) => amount > amountOver),
  insideBusinessHours: ({ insideBusinessHours }, { insideBusinessHours: now }) =>
    ifKnown(now, (inside) => inside === insideBusinessHours),
}

/** A field that is written with a value nobody told may have any. */
function writesOneOf(
  wanted: readonly string[],
  field: string,
  demand: Demand,
  written: Readonly<Record<string, readonly string[]>>,
): Held {
  if (Object.hasOwn(written, field))
    return yes(written[field]!.some((value) => includesWithoutCase(wanted, value)))
  return demand.fields.includes(field) ? 'UNKNOWN' : 'NO'
}

function tells(record: ScopeFacts, fact: 'company' | 'companyType' | 'board'): boolean {
  return record[fact] !== undefined || record.notApplicable?.includes(fact) === true
}

function yes(held: boolean): Held {
  return held ? 'YES' : 'NO'
}

function ifKnown<T>(fact: T | null | undefined, judge: (fact: T) => boolean): Held {
  return fact === null || fact === undefined ? 'UNKNOWN' : yes(judge(fact))
}

function all(held: readonly Held[]): Held {
  if (held.includes('NO')) return 'NO'
  return held.includes('UNKNOWN') ? 'UNKNOWN' : 'YES'
}
