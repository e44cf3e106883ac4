import type { ConnectionPolicy, GroupPolicy } from '../../policy/types.ts'
import type { Choices } from './choices.ts'

const FIELDS = [
  'title',
  'status',
  'priority',
  'summary',
  'board',
  'assignee',
  'text',
  'kind',
  'hours',
  'email',
  'name',
]

function group(choose: Choices): GroupPolicy {
  const level = choose.of(['DISABLED', 'READ_ONLY', 'READ_WRITE'] as const)
  if (level !== 'READ_WRITE') return { level }
  const fields = () => (choose.chance(60) ? ('ALL' as const) : [...new Set(choose.some(FIELDS, 5))])
  return {
    level,
    delete: choose.chance(30),
    merge: choose.chance(30),
    bundle: choose.chance(30),
    allowedFields: { CREATE: fields(), UPDATE: fields() },
    approval: [{ approvers: choose.chance(60) ? 0 : 1 }],
    ...(choose.chance(15) && { allowedValues: { status: ['New', 'In Progress'] } }),
  }
}

/** Any group at any level: what no administrator would write must hold as well. */
export function policy(choose: Choices, groups: readonly string[]): ConnectionPolicy {
  const chosen = groups.filter(() => choose.chance(75))
  return {
    groups: Object.fromEntries(chosen.map((name) => [name, group(choose)])),
    testMode: choose.chance(20),
    acrossCompanies: choose.chance(30),
    timeOwner: { who: 'TICKET_OWNER' },
  }
}
