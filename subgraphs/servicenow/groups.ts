import type { UnifiedGroup } from '../../schema/groups.ts'

/**
 * Unified group -> the group that the endpoint catalogue gives the same tables. Typed reads and writes name the
 * unified one: what the platform calls one table may be two groups of people (sys_user), and setup that a
 * ticket needs is not all of System.
 */
export const CATALOGUE_GROUP: Readonly<Record<UnifiedGroup, string>> = {
  Tickets: 'Tickets',
  'Ticket Notes': 'Ticket Notes',
  // No endpoint of its own: the element of a journal entry decides.
  'Client-Facing Notes': 'Ticket Notes',
  'Time Entries': 'Time Entries',
  // sys_user with a row filter (API.md 13, Contact).
  Contacts: 'Members',
  Companies: 'Companies',
  Sites: 'Sites',
  Members: 'Members',
  // sys_choice, sys_dictionary, dl_* and sys_user_group; only ever read, as reference data or as boards.
  'Boards & Ticket Setup': 'System',
  'Time Setup': 'System',
}

/** The distinct groups of groups.tsv. */
const CATALOGUE: readonly string[] = [
  'AI',
  'Agreements',
  'Approvals',
  'Attachments',
  'Audit Trail',
  'Changes',
  'Companies',
  'Configurations',
  'Contacts',
  'DevOps',
  'Finance',
  'HR',
  'IT Operations',
  'Knowledge Base',
  'Marketing/Sales',
  'Members',
  'Messaging',
  'Opportunities',
  'Products',
  'Projects',
  'Reports',
  'SLAs',
  'Schedule Entries',
  'Security Operations',
  'Sites',
  'System',
  'Telecom',
  'Ticket Notes',
  'Tickets',
  'Time Entries',
  'Work Orders',
  'Workplace',
]

/** Every permission group of ServiceNow: its catalogue's, and the unified ones that it has no name for. */
export const SERVICENOW_GROUPS: readonly string[] = Object.freeze(
  [...new Set([...CATALOGUE, ...Object.keys(CATALOGUE_GROUP)])].toSorted(),
)
