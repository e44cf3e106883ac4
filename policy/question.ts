import { actInWords, circumstancesInWords, conditionsOf, decisionInWords } from './case-in-words.ts'
import {
  type Act,
  type Asked,
  type Case,
  type Circumstances,
  circumstancesIn,
  type Domains,
  decideCase,
  regionsOf,
  sizeOf,
} from './cases.ts'
import { ruleInWords } from './rule-in-words.ts'
import { groupPolicyOf } from './rules/rule.ts'
import type { ConnectionPolicy, Decision } from './types.ts'

/** "Can it ...?", where it may mean with signatures or without any. */
export interface PolicyQuestion extends Asked {
  /** True: a write that waits for somebody's signature does not count. */
  readonly withoutSignature?: boolean
}

/** NO: in no case. YES: in some way, whatever the circumstances. */
export type Verdict = 'YES' | 'NO' | 'ONLY_UNDER_CONDITIONS'

export interface Witness extends Case {
  readonly decision: Decision
  /** The rules that decided, in words where they are the policy's own. */
  readonly decidedBy: readonly string[]
  /** When a write of this kind is decided this way; empty: whatever the circumstances. */
  readonly conditions: readonly string[]
  readonly text: string
}

export interface PolicyAnswer {
  readonly answer: Verdict
  readonly text: string
  /** Every case of what was asked was decided: so many. */
  readonly cases: number
  readonly permitted: number
  /** For a yes, what is permitted; for a no, why not. One for each act that differs, `MOST_WITNESSES` at most. */
  readonly witnesses: readonly Witness[]
}

export const MOST_WITNESSES = 25

interface JudgedAct {
  readonly act: Act
  readonly domains: Domains
  readonly all: number
  readonly permitted: readonly Circumstances[]
  /** The first of what is not permitted. */
  readonly against: Circumstances | undefined
}

/**
 * Answers by deciding every case that the policy can tell apart: the verdicts are those of `decide`, and no case is
 * left out. It is about one write, or read, of one record; a plan of several is decided by the strictest of its parts.
 * @throws GatewayError LIMIT_EXCEEDED
 */
export function answerQuestion(
  policy: ConnectionPolicy | null,
  groups: readonly string[],
  question: PolicyQuestion,
): PolicyAnswer {
  const regions = regionsOf([policy], groups, question)
  const judged = regions.flatMap(({ acts, domains }) => {
    const around = [...circumstancesIn(domains)]
    return acts.map((act) => judgeAct(policy, act, domains, around, question))
  })
  const always = judged.filter(({ permitted, all }) => permitted.length === all)
  const sometimes = judged.filter(({ permitted, all }) => permitted.length > 0 && permitted.length < all)
  const answer = always.length > 0 ? 'YES' : sometimes.length > 0 ? 'ONLY_UNDER_CONDITIONS' : 'NO'
  const cases = sizeOf(regions)
  const witnesses =
    answer === 'NO'
      ? firstOfEach(judged).map((one) => witness(policy, one, one.against!, []))
      : [...always, ...sometimes].map((one) =>
          witness(policy, one, one.permitted[0]!, conditionsOf(one.permitted, one.domains)),
        )
  const permitted = judged.reduce((sum, one) => sum + one.permitted.length, 0)
  return {
    answer,
    text: sentence(answer, permitted, cases),
    cases,
    permitted,
    witnesses: witnesses.slice(0, MOST_WITNESSES),
  }
}

function judgeAct(
  policy: ConnectionPolicy | null,
  act: Act,
  domains: Domains,
  around: readonly Circumstances[],
  question: PolicyQuestion,
): JudgedAct {
  const permitted = around.filter((circumstances) =>
    isPermitted(decideCase(policy, { act, circumstances }), question),
  )
  const against =
    permitted.length === around.length ? undefined : around.find((one) => !permitted.includes(one))
  return { act, domains, all: around.length, permitted, against }
}

export function isPermitted({ verdict }: Decision, { withoutSignature }: PolicyQuestion): boolean {
  return verdict === 'ALLOW' || (verdict === 'HOLD' && withoutSignature !== true)
}

/** A no is told once for each kind of write in a group. */
function firstOfEach(judged: readonly JudgedAct[]): readonly JudgedAct[] {
  const keyOf = ({ act: { group, kind } }: JudgedAct) => `${group} ${kind}`
  return judged.filter((one, index) => judged.findIndex((other) => keyOf(other) === keyOf(one)) === index)
}

function witness(
  policy: ConnectionPolicy | null,
  { act, domains }: JudgedAct,
  circumstances: Circumstances,
  conditions: readonly string[],
): Witness {
  const decision = decideCase(policy, { act, circumstances })
  const when =
    conditions.length > 0
      ? conditions
      : decision.verdict === 'ALLOW'
        ? []
        : circumstancesInWords(circumstances, domains)
  const ifAny = when.length === 0 ? '' : ` when ${when.join(' and ')}`
  return {
    act,
    circumstances,
    decision,
    decidedBy: decidedBy(policy, act.group, decision),
    conditions,
    text: `${actInWords(act)}: ${decisionInWords(decision)}${ifAny}.`,
  }
}

const OF_APPROVAL = 'approval '

/** The rule that refused, or the approval rules that held: the policy's own in its own words. */
export function decidedBy(
  policy: ConnectionPolicy | null,
  group: string,
  decision: Decision,
): readonly string[] {
  if (decision.verdict === 'DENY') return [decision.rule]
  const { approval = [] } = groupPolicyOf(policy ?? { groups: {} }, group)
  return decision.rules
    .filter((name) => name.startsWith(OF_APPROVAL))
    .map((name) => {
      const rule = approval[Number(name.slice(name.lastIndexOf(' ') + 1))]
      return `${name}: ${rule === undefined ? '1 approver, since no other rule holds' : ruleInWords(rule)}`
    })
}

function sentence(answer: Verdict, permitted: number, cases: number): string {
  if (cases === 0) return 'No: nothing that this connection has is of this kind.'
  if (answer === 'NO') return `No, in none of the ${cases} cases that the policy can tell apart.`
  const some = `permitted in ${permitted} of the ${cases} cases that the policy can tell apart`
  return answer === 'YES' ? `Yes, ${some}.` : `Only under conditions: ${some}, and no way to do it always is.`
}
