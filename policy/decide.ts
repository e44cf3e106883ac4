import { approvalOf } from './approval.ts'
import { rules } from './rules/index.ts'
import type { Question } from './rules/rule.ts'
import type { Decision, Demand, PlanFacts, Principal } from './types.ts'

/**
 * The one judgement that guard, shield, transport and executor all ask. It never throws.
 *
 * Without `facts` it is the first judgement, on what an input or a read asks for: the answer is ALLOW or DENY,
 * and for a write ALLOW means only that it may be planned. With the facts of its plan the answer for a write is
 * final, and HOLD when somebody has to sign.
 */
export function decide(principal: Principal, demands: readonly Demand[], facts?: PlanFacts): Decision {
  let asking = 'decide'
  try {
    // A plan that reaches nothing is a planner's mistake; allowing it would send what nobody judged.
    if (facts !== undefined && demands.length === 0) throw new Error('a plan without demands')

    const question: Question = { principal, demands, facts }
    for (const rule of rules) {
      asking = rule.name
      const objection = rule(question)
      if (objection === undefined) continue
      // Sorted only now: whether a rule objects does not depend on the order, the words it uses do.
      const { code, message, details } = rule({ ...question, demands: inOneOrder(demands) }) ?? objection
      return { verdict: 'DENY', rule: rule.name, code, message, details: { ...details, rule: rule.name } }
    }

    const passed = rules.map((rule) => rule.name)
    if (facts === undefined) return { verdict: 'ALLOW', rules: passed }
    asking = 'approval'
    const { rules: matched, ...needed } = approvalOf(principal, demands, facts)
    return needed.approvers === 0
      ? { verdict: 'ALLOW', rules: [...passed, ...matched] }
      : { verdict: 'HOLD', rules: [...passed, ...matched], ...needed }
  } catch {
    return {
      verdict: 'DENY',
      rule: asking,
      code: 'INTERNAL',
      message: 'This could not be decided, so it is refused.',
      details: { rule: asking },
    }
  }
}

function inOneOrder(demands: readonly Demand[]): readonly Demand[] {
  return demands
    .map((demand) => ({ demand, key: sortKey(demand) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ demand }) => demand)
}

/** Everything that a message can name. */
function sortKey({
  connection,
  group,
  kind,
  fields,
  values,
  forbidden,
  unscopable,
  gone,
  scope,
}: Demand): string {
  return JSON.stringify([
    connection,
    group ?? '',
    kind,
    [...fields].sort(),
    forbidden ?? '',
    unscopable === true,
    gone === true,
    scope ?? [],
    values ?? {},
  ])
}
