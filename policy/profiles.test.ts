import { describe, expect, it } from 'vitest'
import { forbiddenGroups } from './forbidden-groups.ts'
import { groupsWithoutRow, type VendorFamily } from './profile-rows.ts'
import {
  ACCESS_PROFILES,
  type AccessProfile,
  DEFAULT_PROFILE,
  profileNeedsConfirmation,
  profilePolicy,
} from './profiles.ts'
import { expectAllowed, expectDenied, expectHeld, facts, judge } from './testing/harness.ts'
import type { AllowedFields, Demand } from './types.ts'
import { parsePolicy } from './validate.ts'

/** Every group of ConnectWise's endpoint catalogue, and ours. */
const CONNECTWISE = [
  'Client-Facing Notes',
  'Activities',
  'Agreements',
  'Attachments',
  'Audit Trail',
  'Boards & Ticket Setup',
  'Bundles (generic)',
  'Callbacks',
  'Companies',
  'Company Notes',
  'Configurations',
  'Contact Notes',
  'Contact Portal Security',
  'Contacts',
  'Finance',
  'Integrations',
  'Inventory',
  'Knowledge Base',
  'Marketing/Sales',
  'Member Impersonation',
  'Member Security',
  'Members',
  'Opportunities',
  'Products',
  'Projects',
  'Reports',
  'SLAs',
  'Sales Orders',
  'Schedule Entries',
  'Schedule Setup',
  'Security & Integrations Setup',
  'Service Templates',
  'Sites',
  'Surveys',
  'System',
  'Ticket Notes',
  'Ticket Tasks',
  'Tickets',
  'Time Entries',
  'Time Setup',
  'Time Sheets',
  'Workflows',
]

/** Groups of the other catalogues that are not among ConnectWise's. */
const OTHERS: Readonly<Partial<Record<VendorFamily, readonly string[]>>> = {
  autotask: ['CRM Activities', 'Ticket Charges', 'Time Off', 'Work Types & Roles'],
  halo: ['Approvals', 'Communications', 'Releases', 'Service Catalog', 'Ticket Setup'],
  servicenow: [
    'AI',
    'Approvals',
    'Changes',
    'DevOps',
    'HR',
    'IT Operations',
    'Messaging',
    'Security Operations',
    'Telecom',
    'Work Orders',
    'Workplace',
  ],
}

const NOTES = ['Ticket Notes', 'Client-Facing Notes']
const DESK = ['Contacts', 'Configurations', 'Schedule Entries', 'Products']
const CLIENT = [
  ...['Companies', 'Sites', 'Projects', 'Opportunities', 'Knowledge Base', 'Attachments', 'Activities'],
  ...['Company Notes', 'Contact Notes'],
]
const SETUP = ['Agreements', 'SLAs', 'Members', 'Boards & Ticket Setup', 'Time Setup', 'Schedule Setup']
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

describe.each(ACCESS_PROFILES)('%s on ConnectWise', (profile) => {
  const policy = profilePolicy(profile, 'connectwise', CONNECTWISE)

  it.each(CONNECTWISE)('%s: allows what the table lists and nothing else', (group) => {
    for (const kind of ['READ', 'CREATE', 'UPDATE', 'MERGE', 'BUNDLE', 'DELETE'] as const) {
      for (const field of TRIED) {
        const asked: Demand = { connection: 'acme-cw', group, kind, fields: [field], companies: ['Acme'] }
        const { verdict } = judge(policy, asked)
        expect([kind, field, verdict]).toEqual([kind, field, expectedOf(profile, asked) ? 'ALLOW' : 'DENY'])
      }
    }
  })

  it('names every group, in test mode, with the requester as owner of the time', () => {
    expect(Object.keys(policy.groups).sort()).toEqual([...CONNECTWISE].sort())
    expect(policy).toMatchObject({ testMode: true, timeOwner: { who: 'REQUESTER' } })
  })

  it('is a policy that could have been typed in', () => {
    expect(parsePolicy(JSON.parse(JSON.stringify(policy)), CONNECTWISE)).toEqual(policy)
  })

  it('keeps companies apart', () => {
    expect(judge(policy, { kind: 'MERGE', companies: ['Acme', 'Globex'] }).verdict).toBe('DENY')
  })
})

describe('signatures', () => {
  const create = { kind: 'CREATE', fields: ['title'] } as const

  it.each(['HELPDESK', 'IT_ADMIN'] as const)('%s needs one for every writable group', (profile) => {
    const policy = profilePolicy(profile, 'connectwise', CONNECTWISE)

    for (const group of Object.keys(WRITES[profile])) {
      expectHeld(1, policy, { ...create, group, fields: [group === 'Time Entries' ? 'hours' : 'title'] })
    }
  })

  it('FULL_AUTOMATION needs none', () => {
    const policy = profilePolicy('FULL_AUTOMATION', 'connectwise', CONNECTWISE)

    for (const group of Object.keys(WRITES.FULL_AUTOMATION))
      expectAllowed(policy, { ...create, group }, facts())
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
  it('hold every group of ConnectWise', () =>
    expect(groupsWithoutRow('connectwise', CONNECTWISE)).toEqual([]))

  it.each(Object.entries(OTHERS))('hold the groups of %s', (vendor, groups) => {
    expect(groupsWithoutRow(vendor as VendorFamily, groups)).toEqual([])
  })

  it("disable a group without a row, such as an administrator's own", () => {
    const policy = profilePolicy('FULL_AUTOMATION', 'connectwise', ['Tickets', 'Rockets'])

    expect(groupsWithoutRow('connectwise', ['Rockets'])).toEqual(['Rockets'])
    expectDenied('GROUP_DISABLED', policy, { group: 'Rockets' })
  })

  it('start a workflow with HELPDESK', () => expect(DEFAULT_PROFILE).toBe('HELPDESK'))
})
