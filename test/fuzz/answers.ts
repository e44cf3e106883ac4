import type { ConnectionPolicy } from '../../policy/types.ts'
import { type Canary, type Records, TAIL } from './records.ts'

/** What an answer tells of a record that the policy does not let the agent read: null when nothing. */
export function told(answer: unknown, policy: ConnectionPolicy | undefined, records: Records): string | null {
  for (const text of textsOf(answer)) {
    let at = text.indexOf(records.mark)
    while (at !== -1) {
      const before = text.slice(0, at)
      const alike = records.canaries.get(before.slice(-TAIL)) ?? new Map<string, readonly Canary[]>()
      const found = [...alike.keys()].filter((one) => before.endsWith(one))
      // The longest is what stands there: a last name is the end of a whole name.
      const longest = found.toSorted((one, other) => other.length - one.length)[0] ?? ''
      const same = alike.get(longest) ?? []
      if (same.length > 0 && same.every((one) => closed(one, policy, records) !== null))
        return `"${longest}" ${closed(same[0] as Canary, policy, records)}`
      at = text.indexOf(records.mark, at + 1)
    }
  }
  return null
}

function closed(
  { groups, company, heldBy = [] }: Canary,
  policy: ConnectionPolicy | undefined,
  records: Records,
): string | null {
  if (policy === undefined) return 'of a connection that is not the agent’s'
  if (groups.every((group) => (policy.groups[group]?.level ?? 'DISABLED') === 'DISABLED'))
    return `of ${groups.join(' or ')}, which is off`
  const { include, exclude } = policy.recordScope ?? {}
  if (company === undefined || heldBy.some((one) => records.isMoved(one))) return null
  if (include?.companies !== undefined && !include.companies.includes(company))
    return `of ${company}, out of scope`
  return exclude?.companies?.includes(company) === true ? `of ${company}, out of scope` : null
}

/** Every text of an answer; what stands in JSON in JSON as it is. */
function* textsOf(value: unknown): Generator<string> {
  if (typeof value === 'string') {
    if (/^\s*[[{]/.test(value)) {
      try {
        yield* textsOf(JSON.parse(value))
        return
      } catch {
        // No JSON: a text like any other.
      }
    }
    yield value
  } else if (typeof value === 'object' && value !== null) {
    for (const one of Object.values(value)) yield* textsOf(one)
  }
}
