import { limitsOf, scopeVerdict } from '../record-scope.ts'
import type { Demand, ScopeFacts } from '../types.ts'
import { firstObjection, type Objection, objectTo, type Question } from './rule.ts'

const OUTSIDE = "a record that this reaches or refers to is outside the policy's record scope"

/**
 * A record must be on every include list and on no exclude list. Of a write, the target and every record that
 * it refers to is judged.
 *
 * Unknown facts: a read without any passes here, because its source narrows it and each record is judged
 * again. A write without them passes the first judgement only, which must not look at the record yet; with a
 * plan at hand they are refused.
 */
export function recordIsInScope(question: Question): Objection | undefined {
  const planned = question.facts !== undefined
  return firstObjection(question, (demand, { recordScope }) => {
    if (recordScope === undefined) return undefined
    if (limitsOf(recordScope).length === 0) return undefined
    if (demand.unscopable === true) {
      return refuse(demand, 'it cannot be told apart by company or board, and the policy has a record scope')
    }
    if (demand.gone === true) return refuse(demand, OUTSIDE)
    const isRead = demand.kind === 'READ'
    const records = demand.scope ?? []
    if (records.length === 0) {
      return isRead || !planned
        ? undefined
        : refuse(
            demand,
            'it is not known which company and board it reaches, and the policy has a record scope',
          )
    }
    const mayBeUnknown = !isRead && !planned
    const judged = records.map((record) => scopeVerdict(recordScope, record, mayBeUnknown))
    // Whatever the demand left out: a plan that reaches into another company is out of scope there, too.
    const reached = isRead ? [] : (question.facts?.companies ?? []).map(companyAlone)
    judged.push(...reached.map((record) => scopeVerdict(recordScope, record, mayBeUnknown)))
    // A scope by board says nothing of a contact: read alone it cannot be scoped, below a ticket it may pass.
    const nothingSaid = judged.slice(0, records.length).every((verdict) => verdict === 'NOT_JUDGED')
    return judged.includes('OUTSIDE') || (nothingSaid && !mayBeUnknown) ? refuse(demand, OUTSIDE) : undefined
  })
}

function companyAlone(company: string): ScopeFacts {
  return { company, notApplicable: ['companyType', 'board'] }
}

/** Says neither which record nor what it holds, so that nobody learns of it by being refused. */
function refuse(demand: Demand, because: string): Objection {
  return objectTo('RECORD_OUT_OF_SCOPE', demand, because)
}
