import { ACCESS_PROFILES, profilePolicy } from '../../policy/profiles.ts'
import type { ApprovalRule, ConnectionPolicy, GroupPolicy, RecordScope } from '../../policy/types.ts'
import type { Vendor } from '../../schema/source.ts'
import type { Choices } from './choices.ts'
import type { Records } from './records.ts'

const FIELDS = [
  'title',
  'status',
  'priority',
  'board',
  'assignee',
  'text',
  'kind',
  'hours',
  'startedAt',
  'email',
  'company',
  'description',
  'firstName',
  'lastName',
  'clientText',
  'internalText',
]
const DESK = [
  'Tickets',
  'Ticket Notes',
  'Client-Facing Notes',
  'Time Entries',
  'Contacts',
  'Companies',
  'Members',
]

const NOBODY: readonly ApprovalRule[] = [{ approvers: 0 }]
const RULES: readonly (readonly ApprovalRule[] | undefined)[] = [
  undefined,
  [{ approvers: 1 }],
  [{ when: { kinds: ['UPDATE'] }, approvers: 0 }, { approvers: 1 }],
  [{ when: { fields: ['title', 'text', 'kind', 'email'] }, approvers: 0 }],
  [{ when: { kinds: ['DELETE', 'MERGE', 'BUNDLE'] }, approvers: 2 }, { approvers: 0 }],
]

/** Anything but merge and bundle, which mean something on Tickets alone. */
function group(choose: Choices, name: string, likely: 'ANY' | 'OPEN'): GroupPolicy {
  const level =
    likely === 'OPEN'
      ? 'READ_WRITE'
      : choose.of(['DISABLED', 'READ_ONLY', 'READ_WRITE', 'READ_WRITE'] as const)
  if (level !== 'READ_WRITE') return { level }
  const fields = () => (choose.chance(65) ? ('ALL' as const) : [...new Set(choose.some(FIELDS, 8))])
  const approval = choose.chance(50) ? NOBODY : choose.of(RULES)
  return {
    level,
    delete: choose.chance(50),
    ...(name === 'Tickets' && { merge: choose.chance(60), bundle: choose.chance(60) }),
    allowedFields: { CREATE: fields(), UPDATE: fields() },
    ...(approval !== undefined && { approval }),
    ...(name === 'Tickets' &&
      choose.chance(25) && {
        allowedValues: { status: ['New', 'In Progress', 'New Qcw', 'In Progress Qcw'] },
      }),
  }
}

function scope(choose: Choices, { companyKeys, boardKeys }: Records): RecordScope {
  const names = () => [...new Set(choose.some(companyKeys, 12))]
  const kind = choose.below(3)
  if (kind === 0) return { include: { companies: names() } }
  if (kind === 1) return { exclude: { companies: names() } }
  return { include: { boards: [...new Set(choose.some(boardKeys, 3))] } }
}

export interface NamedPolicy {
  readonly name: string
  readonly policy: ConnectionPolicy
}

/**
 * The four profiles as they are but for test mode, the widest with one group closed or narrowed, and any group at any
 * level: what no administrator would write must hold as well.
 */
export function policy(
  choose: Choices,
  at: number,
  vendor: Vendor,
  groups: readonly string[],
  records: Records,
): NamedPolicy {
  const profile = ACCESS_PROFILES[at]
  const base = { acrossCompanies: choose.chance(40), timeOwner: { who: 'TICKET_OWNER' } } as const
  if (profile !== undefined)
    return { name: profile, policy: { ...profilePolicy(profile, vendor, groups), ...base, testMode: false } }
  const widest = { ...profilePolicy('FULL_AUTOMATION', vendor, groups), ...base, testMode: false }
  const kind = at % 4
  if (kind < 2) {
    const closed = choose.some(DESK, kind + 1)
    const off = Object.fromEntries(closed.map((name) => [name, { level: 'DISABLED' as const }]))
    const erasing = { ...widest.groups.Tickets, level: 'READ_WRITE' as const, delete: true }
    return {
      name: 'a group off',
      policy: { ...widest, groups: { ...widest.groups, Tickets: erasing, ...off } },
    }
  }
  if (kind === 2)
    return {
      name: 'scoped',
      policy: { ...widest, recordScope: scope(choose, records) },
    }
  const desk = DESK.map((name) => [name, group(choose, name, choose.chance(60) ? 'OPEN' : 'ANY')] as const)
  const others = groups
    .filter(() => choose.chance(60))
    .map((name) => [name, group(choose, name, 'ANY')] as const)
  return {
    name: 'any',
    policy: {
      ...base,
      groups: Object.fromEntries([...others, ...desk]),
      testMode: choose.chance(12),
      ...(choose.chance(20) && { recordScope: scope(choose, records) }),
    },
  }
}
