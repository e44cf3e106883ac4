import type { RecordScope, ScopeFacts } from './types.ts'
import { includesWithoutCase } from './without-case.ts'

const DIMENSIONS = [
  { fact: 'company', list: 'companies' },
  { fact: 'companyType', list: 'companyTypes' },
  { fact: 'board', list: 'boards' },
] as const

type Dimension = (typeof DIMENSIONS)[number]

/** What the scope goes by. */
export function limitsOf(scope: RecordScope): readonly Dimension[] {
  return DIMENSIONS.filter(
    ({ list }) => scope.include?.[list] !== undefined || scope.exclude?.[list] !== undefined,
  )
}

/**
 * A record must be on every include list and on no exclude list. NOT_JUDGED: the scope goes by nothing that such a
 * record has. What is unknown is outside, unless it `mayBeUnknown`: a write before it is planned.
 */
export function scopeVerdict(
  scope: RecordScope,
  record: ScopeFacts,
  mayBeUnknown = false,
): 'INSIDE' | 'OUTSIDE' | 'NOT_JUDGED' {
  let verdict: 'INSIDE' | 'NOT_JUDGED' = 'NOT_JUDGED'
  for (const { fact, list } of limitsOf(scope)) {
    if (record.notApplicable?.includes(fact)) continue
    const value = record[fact]
    if (value === undefined) {
      if (mayBeUnknown) continue
      return 'OUTSIDE'
    }
    const values = value === null ? [] : [value].flat()
    const on = (names: readonly string[]) => values.some((one) => includesWithoutCase(names, one))
    const include = scope.include?.[list]
    if ((include !== undefined && !on(include)) || on(scope.exclude?.[list] ?? [])) return 'OUTSIDE'
    verdict = 'INSIDE'
  }
  return verdict
}
