import type { Demand, RecordScope, ScopeFacts } from '../types.ts'
import { includesWithoutCase } from '../without-case.ts'
import { firstObjection, type Objection, objectTo, type Question } from './rule.ts'

const DIMENSIONS = [
  { fact: 'company', list: 'companies' },
  { fact: 'companyType', list: 'companyTypes' },
  { fact: 'board', list: 'boards' },
] as const

type Dimension = (typeof DIMENSIONS)[number]

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
    const limits = DIMENSIONS.filter(
      ({ list }) => recordScope.include?.[list] !== undefined || recordScope.exclude?.[list] !== undefined,
    )
    if (limits.length === 0) return undefined
    if (demand.unscopable === true) {
      return refuse(demand, 'it cannot be told apart by company or board, and the policy has a record scope')
    }
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
    const judged = records.map((record) => judge(record, limits, recordScope, mayBeUnknown))
    // Whatever the demand left out: a plan that reaches into another company is out of scope there, too.
    const reached = isRead ? [] : (question.facts?.companies ?? []).map(companyAlone)
    judged.push(...reached.map((record) => judge(record, limits, recordScope, mayBeUnknown)))
    // A scope by board says nothing of a contact: read alone it cannot be scoped, below a ticket it may pass.
    const nothingSaid = judged.slice(0, records.length).every((verdict) => verdict === 'NOT_JUDGED')
    return judged.includes('OUTSIDE') || (nothingSaid && !mayBeUnknown)
      ? refuse(demand, "a record that this reaches or refers to is outside the policy's record scope")
      : undefined
  })
}

function judge(
  record: ScopeFacts,
  limits: readonly Dimension[],
  scope: RecordScope,
  mayBeUnknown: boolean,
): 'INSIDE' | 'OUTSIDE' | 'NOT_JUDGED' {
  let verdict: 'INSIDE' | 'NOT_JUDGED' = 'NOT_JUDGED'
  for (const { fact, list } of limits) {
    if (record.notApplicable?.includes(fact)) continue
    const value = record[fact]
    if (value === undefined) {
      if (mayBeUnknown) continue
      return 'OUTSIDE'
    }
    const include = scope.include?.[list]
    if (include !== undefined && (value === null || !includesWithoutCase(include, value))) return 'OUTSIDE'
    if (value !== null && includesWithoutCase(scope.exclude?.[list] ?? [], value)) return 'OUTSIDE'
    verdict = 'INSIDE'
  }
  return verdict
}

function companyAlone(company: string): ScopeFacts {
  return { company, notApplicable: ['companyType', 'board'] }
}

/** Says neither which record nor what it holds, so that nobody learns of it by being refused. */
function refuse(demand: Demand, because: string): Objection {
  return objectTo('RECORD_OUT_OF_SCOPE', demand, because)
}
