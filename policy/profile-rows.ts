/** The rows of the table of access profiles, in its order. */
export type ProfileRow = 'TICKETS' | 'NOTES' | 'TIME' | 'DESK' | 'CLIENT' | 'SETUP' | 'REST'

/** Same names as `Vendor` in schema; spelled out, since a policy knows nothing else of vendors. */
export type VendorFamily = 'connectwise' | 'autotask' | 'halo' | 'servicenow'

/** Whatever the customer can see or be mailed: a group of ours beside those of every vendor's catalogue. */
export const CLIENT_FACING_NOTES = 'Client-Facing Notes'

type Rows = Readonly<Partial<Record<ProfileRow, readonly string[]>>>

/** Groups that vendors share by name. */
const COMMON: Rows = {
  TICKETS: ['Tickets'],
  NOTES: ['Ticket Notes', CLIENT_FACING_NOTES],
  TIME: ['Time Entries', 'Ticket Tasks'],
  DESK: ['Contacts', 'Configurations', 'Schedule Entries', 'Products', 'Ticket Charges'],
  CLIENT: ['Companies', 'Sites', 'Projects', 'Opportunities', 'Knowledge Base', 'Attachments'],
  // The two setup groups are the schema's own names: every vendor's typed reads ask for them.
  SETUP: ['Agreements', 'SLAs', 'Members', 'Audit Trail', 'Boards & Ticket Setup', 'Time Setup'],
  REST: ['Finance', 'Reports', 'Marketing/Sales', 'System'],
}

/**
 * Groups of one vendor's catalogue (the third column of `vendors/<vendor>/groups.tsv`). What the table does not
 * name is in the rest, and so are the groups that `forbidden-groups.ts` closes for good.
 */
const OF_VENDOR: Readonly<Record<VendorFamily, Rows>> = {
  connectwise: {
    CLIENT: ['Activities', 'Company Notes', 'Contact Notes'],
    SETUP: ['Schedule Setup'],
    REST: [
      'Bundles (generic)',
      'Callbacks',
      'Contact Portal Security',
      'Integrations',
      'Inventory',
      'Member Impersonation',
      'Member Security',
      'Sales Orders',
      'Security & Integrations Setup',
      'Service Templates',
      'Surveys',
      'Time Sheets',
      'Workflows',
    ],
  },
  autotask: {
    CLIENT: ['CRM Activities'],
    SETUP: ['Work Types & Roles'],
    REST: ['Inventory', 'Time Off'],
  },
  halo: {
    SETUP: ['Ticket Setup'],
    REST: ['Approvals', 'Communications', 'Releases', 'Service Catalog'],
  },
  servicenow: {
    REST: [
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
  },
}

const rowByGroup = new Map(
  Object.entries(OF_VENDOR).map(([vendor, own]) => [
    vendor,
    new Map(
      [COMMON, own].flatMap((rows) => Object.entries(rows).flatMap(([row, groups]) => pairs(row, groups))),
    ),
  ]),
)

function pairs(row: string, groups: readonly string[]): readonly (readonly [string, ProfileRow])[] {
  return groups.map((group) => [group, row as ProfileRow])
}

/** Undefined for a group that the table does not know, such as an administrator's own catalogue entry. */
export function rowOf(vendor: VendorFamily, group: string): ProfileRow | undefined {
  return rowByGroup.get(vendor)?.get(group)
}

/** Groups of a catalogue that every profile would leave disabled because nobody gave them a row. */
export function groupsWithoutRow(vendor: VendorFamily, vendorGroups: readonly string[]): readonly string[] {
  return vendorGroups.filter((group) => rowOf(vendor, group) === undefined)
}
