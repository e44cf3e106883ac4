/**
 * Every permission group of HaloPSA: the distinct groups of its endpoint catalogue (groups.tsv, third column),
 * Client-Facing Notes, which no endpoint has to itself, and the unified names of its setup groups.
 */
export const HALO_GROUPS: readonly string[] = Object.freeze([
  'Agreements',
  'Approvals',
  'Attachments',
  'Audit Trail',
  'Boards & Ticket Setup',
  'Client-Facing Notes',
  'Communications',
  'Companies',
  'Configurations',
  'Contacts',
  'Finance',
  'Knowledge Base',
  'Marketing/Sales',
  'Members',
  'Opportunities',
  'Products',
  'Projects',
  'Releases',
  'Reports',
  'SLAs',
  'Schedule Entries',
  'Service Catalog',
  'Sites',
  'System',
  'Ticket Notes',
  'Ticket Setup',
  'Tickets',
  'Time Entries',
  'Time Setup',
])

/** Unified group -> the group of the same endpoints in the vendor's catalogue, where the two names differ. */
export const CATALOGUE_GROUPS: Readonly<Record<string, string>> = Object.freeze({
  'Boards & Ticket Setup': 'Ticket Setup',
  // Charge rates, which stand for work types, are listed below Time Entries.
  'Time Setup': 'Time Entries',
  'Client-Facing Notes': 'Ticket Notes',
})
