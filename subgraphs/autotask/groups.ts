import type { UnifiedGroup } from '../../schema/groups.ts'

/**
 * Unified group -> the group of Autotask's endpoint catalogue that holds it. `access.group` speaks unified
 * names; where the two differ, this table is the one place that says so.
 */
export const CATALOGUE_GROUP: Readonly<Record<UnifiedGroup, string>> = {
  Tickets: 'Tickets',
  'Ticket Notes': 'Ticket Notes',
  // No endpoint has these to itself: `publish` in a note's body decides.
  'Client-Facing Notes': 'Ticket Notes',
  'Time Entries': 'Time Entries',
  Contacts: 'Contacts',
  Companies: 'Companies',
  Sites: 'Sites',
  Members: 'Members',
  // Queues, statuses, priorities and types are picklists of the Tickets entity (API.md 13).
  'Boards & Ticket Setup': 'Tickets',
  'Time Setup': 'Work Types & Roles',
}

/** The distinct groups of the endpoint catalogue. */
const CATALOGUE = [
  'Agreements',
  'Attachments',
  'Audit Trail',
  'CRM Activities',
  'Companies',
  'Configurations',
  'Contacts',
  'Finance',
  'Inventory',
  'Knowledge Base',
  'Marketing/Sales',
  'Members',
  'Opportunities',
  'Products',
  'Projects',
  'Reports',
  'SLAs',
  'Schedule Entries',
  'Sites',
  'System',
  'Ticket Charges',
  'Ticket Notes',
  'Tickets',
  'Time Entries',
  'Time Off',
  'Work Types & Roles',
] as const

/** Every permission group of Autotask: the catalogue's, and the unified names that it has no row for. */
export const AUTOTASK_GROUPS: readonly string[] = Object.freeze(
  [...new Set([...CATALOGUE, ...Object.keys(CATALOGUE_GROUP)])].toSorted(),
)
