import { describe, expect, it } from 'vitest'
import { sources } from '../subgraphs/index.ts'
import { forbiddenGroups } from './forbidden-groups.ts'
import { groupsWithoutRow } from './profile-rows.ts'
import {
  ACCESS_PROFILES,
  type AccessProfile,
  DEFAULT_PROFILE,
  profileNeedsConfirmation,
  profilePolicy,
} from './profiles.ts'
import { expectAllowed, expectDenied, expectHeld, facts, judge } from './testing/harness.ts'
import type { AllowedFields, ConnectionPolicy, Demand } from './types.ts'
import { parsePolicy } from './validate.ts'

const NOTES = ['Ticket Notes', 'Client-Facing Notes']
const DESK = ['Contacts', 'Configurations', 'Schedule Entries', 'Products', 'Ticket Charges']
const CLIENT = [
  ...['Companies', 'Sites', 'Projects', 'Opportunities', 'Knowledge Base', 'Attachments', 'Activities'],
  // Autotask's name for activities.
  ...['Company Notes', 'Contact Notes', 'CRM Activities'],
]
const SETUP = [
  ...['Agreements', 'SLAs', 'Members', 'Boards & Ticket Setup', 'Time Setup', 'Schedule Setup'],
  ...['Work Types & Roles', 'Ticket Setup'],
]
/** Finance, Reports, Marketing, System and the rest of all four catalogues. */
const REST = [
  ...[
    'AI',
    'Approvals',
    'Changes',
    'Communications',
    'DevOps',
    'Finance',
    'HR',
    'IT Operations',
    'Integrations',
  ],
  ...[
    'Inventory',
    'Marketing/Sales',
    'Messaging',
    'Releases',
    'Reports',
    'Sales Orders',
    'Security Operations',
  ],
  ...['Service Catalog', 'Service Templates', 'Surveys', 'System', 'Telecom', 'Time Off', 'Time Sheets'],
  ...['Work Orders', 'Workflows', 'Workplace'],
]
const FORBIDDEN = [
  ...['Bundles (generic)', 'Callbacks', 'Contact Portal Security', 'Member Impersonation', 'Member Security'],
  'Security & Integrations Setup',
]
const READABLE = [
  'Tickets',
  ...NOTES,
  'Time Entries',
  'Ticket Tasks',
  ...DESK,
  ...CLIENT,
  ...SETUP,
  'Audit Trail',
]

const TICKET_UPDATE = ['status', 'priority', 'type', 'board', 'assignee', 'title']
const TICKET_CREATE = [...TICKET_UPDATE, 'company', 'contact', 'site', 'description']
const TIME_ENTRY = [
  ...['startedAt', 'endedAt', 'hours', 'billableOption', 'workType', 'workRole', 'member', 'ticket'],
  ...['clientText', 'internalText'],
]

/** What each profile may write, told apart from the code; what is not listed must be denied. */
const WRITES: Readonly<
  Record<AccessProfile, Readonly<Record<string, { CREATE: AllowedFields; UPDATE: AllowedFields }>>>
> = {
  READ_ONLY: {},
  HELPDESK: { Tickets: { CREATE: TICKET_CREATE, UPDATE: TICKET_UPDATE }, ...all(NOTES) },
  IT_ADMIN: {
    ...all(['Tickets', ...NOTES, 'Ticket Tasks', ...DESK]),
    'Time Entries': { CREATE: TIME_ENTRY, UPDATE: TIME_ENTRY },
  },
  FULL_AUTOMATION: all(READABLE.filter((group) => group !== 'Audit Trail')),
}

const KINDS = ['READ', 'CREATE', 'UPDATE', 'MERGE', 'BUNDLE', 'DELETE'] as const

const MERGES: readonly AccessProfile[] = ['IT_ADMIN', 'FULL_AUTOMATION']

/** Fields to try: the named ones, and some that only ALL covers. */
const TRIED = [...TICKET_CREATE, ...TIME_ENTRY, 'rate', 'invoice', 'agreement', 'custom:7']

function all(groups: readonly string[]) {
  return Object.fromEntries(groups.map((group) => [group, { CREATE: 'ALL', UPDATE: 'ALL' } as const]))
}

function expectedOf(profile: AccessProfile, { group = '', kind, fields }: Demand): boolean {
  if (kind === 'READ') return READABLE.includes(group)
  if (kind === 'DELETE') return false
  if (kind === 'MERGE' || kind === 'BUNDLE') return group === 'Tickets' && MERGES.includes(profile)
  const allowed = WRITES[profile][group]?.[kind]
  return allowed === 'ALL' || (allowed?.includes(fields[0] ?? '') ?? false)
}

/** Whatever the source of a vendor names, which is its endpoint catalogue and ours. */
const VENDORS = [...sources].map(([vendor, { groups }]) => ({ vendor, groups: [...new Set(groups)].sort() }))
const CONNECTWISE = sources.get('connectwise')!.groups

function verdicts(policy: ConnectionPolicy, group: string) {
  return KINDS.flatMap((kind) =>
    TRIED.map((field) => {
      const asked: Demand = { connection: 'acme-cw', group, kind, fields: [field], companies: ['Acme'] }
      return { asked, verdict: judge(policy, asked).verdict }
    }),
  )
}

describe.each(VENDORS)('$vendor', ({ vendor, groups }) => {
  it('has no group that the table of this test does not know, and none without a row', () => {
    const known = new Set([...READABLE, ...REST, ...FORBIDDEN])
    expect(groups.filter((group) => !known.has(group))).toEqual([])
    expect(groupsWithoutRow(vendor, groups)).toEqual([])
  })

  describe.each(ACCESS_PROFILES)('%s', (profile) => {
    const policy = profilePolicy(profile, vendor, groups)

    it.each(groups)('%s: allows what the table lists and nothing else', (group) => {
      for (const { asked, verdict } of verdicts(policy, group)) {
        const wanted = expectedOf(profile, asked) ? 'ALLOW' : 'DENY'
        expect([asked.kind, asked.fields, verdict]).toEqual([asked.kind, asked.fields, wanted])
      }
    })

    it('names every group, in test mode, with the requester as owner of the time', () => {
      expect(Object.keys(policy.groups).sort()).toEqual(groups)
      expect(policy).toMatchObject({ testMode: true, timeOwner: { who: 'REQUESTER' } })
    })

    it('is a policy that could have been typed in', () => {
      expect(parsePolicy(JSON.parse(JSON.stringify(policy)), groups)).toEqual(policy)
    })

    it('keeps companies apart', () => {
      expect(judge(policy, { kind: 'MERGE', companies: ['Acme', 'Globex'] }).verdict).toBe('DENY')
    })
  })

  it('FULL_AUTOMATION with every group confirmed writes the rest too, and neither deletes nor opens what is forbidden', () => {
    const confirmedGroups = profileNeedsConfirmation('FULL_AUTOMATION', vendor, groups)
    expect([...confirmedGroups].sort()).toEqual(groups.filter((group) => REST.includes(group)))
    const policy = profilePolicy('FULL_AUTOMATION', vendor, groups, { confirmedGroups })
    for (const group of [...REST, ...FORBIDDEN].filter((one) => groups.includes(one))) {
      for (const { asked, verdict } of verdicts(policy, group)) {
        const opens = REST.includes(group) && ['READ', 'CREATE', 'UPDATE'].includes(asked.kind)
        expect([group, asked.kind, verdict]).toEqual([group, asked.kind, opens ? 'ALLOW' : 'DENY'])
      }
    }
  })
})

describe.each(VENDORS)('$vendor: signatures', ({ vendor, groups }) => {
  const create = (group: string) =>
    ({ group, kind: 'CREATE', fields: [group === 'Time Entries' ? 'hours' : 'title'] }) as const
  const writable = (profile: AccessProfile) =>
    Object.keys(WRITES[profile]).filter((group) => groups.includes(group))

  it.each(['HELPDESK', 'IT_ADMIN'] as const)('%s needs one for every writable group', (profile) => {
    const policy = profilePolicy(profile, vendor, groups)

    for (const group of writable(profile)) expectHeld(1, policy, create(group))
  })

  it('FULL_AUTOMATION needs none', () => {
    const policy = profilePolicy('FULL_AUTOMATION', vendor, groups)

    for (const group of writable('FULL_AUTOMATION')) expectAllowed(policy, create(group), facts())
  })
})

describe('groups to confirm', () => {
  const toConfirm = profileNeedsConfirmation('FULL_AUTOMATION', 'connectwise', CONNECTWISE)
  const system = { group: 'System', kind: 'UPDATE', fields: ['name'] } as const

  it('are those of the last row that are not forbidden', () => {
    expect(toConfirm).toEqual([
      'Finance',
      'Integrations',
      'Inventory',
      'Marketing/Sales',
      'Reports',
      'Sales Orders',
      'Service Templates',
      'Surveys',
      'System',
      'Time Sheets',
      'Workflows',
    ])
  })

  it.each(['READ_ONLY', 'HELPDESK', 'IT_ADMIN'] as const)('are none of %s', (profile) => {
    expect(profileNeedsConfirmation(profile, 'connectwise', CONNECTWISE)).toEqual([])
  })

  it('open when confirmed, each on its own', () => {
    const confirmed = profilePolicy('FULL_AUTOMATION', 'connectwise', CONNECTWISE, {
      confirmedGroups: ['System'],
    })

    expectAllowed(confirmed, system, facts())
    expectDenied('GROUP_DISABLED', confirmed, { ...system, group: 'Finance' })
    expectDenied('GROUP_DISABLED', profilePolicy('FULL_AUTOMATION', 'connectwise', CONNECTWISE), system)
  })

  it('stay shut to deletes even when all are confirmed', () => {
    const confirmed = profilePolicy('FULL_AUTOMATION', 'connectwise', CONNECTWISE, {
      confirmedGroups: toConfirm,
    })

    for (const group of CONNECTWISE) expect(judge(confirmed, { group, kind: 'DELETE' }).verdict).toBe('DENY')
  })

  it.each([...forbiddenGroups.keys(), 'Tickets', 'Tickts'])(
    'refuse %s, which asks for no confirmation',
    (group) => {
      expect(() =>
        profilePolicy('FULL_AUTOMATION', 'connectwise', CONNECTWISE, { confirmedGroups: [group] }),
      ).toThrow(`to name groups that profile FULL_AUTOMATION asks to confirm, got "${group}"`)
    },
  )
})

describe('rows', () => {
  it("disable a group without a row, such as an administrator's own", () => {
    const policy = profilePolicy('FULL_AUTOMATION', 'connectwise', ['Tickets', 'Rockets'])

    expect(groupsWithoutRow('connectwise', ['Rockets'])).toEqual(['Rockets'])
    expectDenied('GROUP_DISABLED', policy, { group: 'Rockets' })
  })

  it('start a workflow with HELPDESK', () => expect(DEFAULT_PROFILE).toBe('HELPDESK'))
})
