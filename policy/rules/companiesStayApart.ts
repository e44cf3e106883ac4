import { firstObjection, type Objection, objectTo, type Question } from './rule.ts'

/**
 * FORBIDDEN_OPERATION and not RECORD_OUT_OF_SCOPE: every one of these records may be in scope, so "check the id"
 * would send the agent looking for another id, and what is refused is putting them together. Not
 * ACTION_DISABLED either, since the switch "merge" is on when this rule is asked.
 *
 * A plan that does not know the companies is refused like one that crosses them.
 */
export function companiesStayApart(question: Question): Objection | undefined {
  return firstObjection(question, (demand, policy) => {
    if (demand.kind !== 'MERGE' && demand.kind !== 'BUNDLE') return undefined
    if (policy.acrossCompanies === true) return undefined
    const companies = new Set([...(demand.companies ?? []), ...(question.facts?.companies ?? [])])
    const unknown = question.facts !== undefined && companies.size === 0
    return companies.size > 1 || unknown
      ? objectTo(
          'FORBIDDEN_OPERATION',
          demand,
          `records of different companies stay apart, since the switch "acrossCompanies" is off`,
          { switch: 'acrossCompanies' },
        )
      : undefined
  })
}
