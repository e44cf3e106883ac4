import type { ErrorCode } from '../schema/errors.ts'
import { circumstancesIn, decideCase, regionOf, sizeOf } from './cases.ts'
import { decidedBy } from './question.ts'
import { sortedOnce } from './rules/rule.ts'
import type { Demand, Principal } from './types.ts'

/** What may become of a write that passes its first judgement: its plan is not known yet. */
export interface Outlook {
  readonly atLeast: number
  readonly atMost: number
  /** Approval rules that decide, each in words; more than one where it depends on the plan. */
  readonly rules: readonly string[]
  /** Why its plan may be refused all the same, such as a record outside the scope. */
  readonly refusals: readonly ErrorCode[]
}

/** Agents ask as often as they like, so a tenth of a second for each demand. */
const MOST_CASES_OF_A_CALL = 2_500

/** Undefined: its cases are too many to be counted out, and only the plan tells. */
export function outlookOf(principal: Principal, demand: Demand): Outlook | undefined {
  const policy = principal.connections.get(demand.connection)
  if (policy === undefined) return undefined
  const region = regionOf(policy, demand)
  // The hour is known, and so is what the policy makes of it.
  const domains = { ...region.domains, insideBusinessHours: [principal.insideBusinessHours ?? null] }
  if (sizeOf([{ ...region, domains }]) > MOST_CASES_OF_A_CALL) return undefined
  const approvers = new Set<number>()
  const rules = new Set<string>()
  const refusals = new Set<ErrorCode>()
  for (const circumstances of circumstancesIn(domains)) {
    for (const act of region.acts) {
      const decision = decideCase(policy, { act, circumstances })
      if (decision.verdict === 'DENY') {
        refusals.add(decision.code)
        continue
      }
      approvers.add(decision.verdict === 'HOLD' ? decision.approvers : 0)
      for (const rule of decidedBy(policy, act.group, decision)) rules.add(rule)
    }
  }
  return {
    atLeast: approvers.size === 0 ? 0 : Math.min(...approvers),
    atMost: Math.max(0, ...approvers),
    rules: sortedOnce([...rules]),
    refusals: sortedOnce([...refusals]) as readonly ErrorCode[],
  }
}
