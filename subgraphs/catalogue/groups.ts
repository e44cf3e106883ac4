import type { UnifiedGroup } from '../../schema/groups.ts'
import type { Vendor } from '../../schema/source.ts'
import { catalogueOf } from './index.ts'

/**
 * Typed reads and writes ask for these by name, also where a vendor's catalogue calls the same thing otherwise:
 * Halo's Ticket Setup, Autotask's picklists of Tickets and ServiceNow's System are the boards of the one and the
 * work types of the other, and a contact of ServiceNow is a row of Members.
 */
const UNIFIED: Readonly<Record<UnifiedGroup, true>> = {
  Tickets: true,
  'Ticket Notes': true,
  // No endpoint has these to itself: the body of a note decides.
  'Client-Facing Notes': true,
  'Time Entries': true,
  Contacts: true,
  Companies: true,
  Sites: true,
  Configurations: true,
  Agreements: true,
  SLAs: true,
  Projects: true,
  Opportunities: true,
  Products: true,
  'Ticket Tasks': true,
  Attachments: true,
  'Audit Trail': true,
  'Knowledge Base': true,
  'Schedule Entries': true,
  Members: true,
  'Boards & Ticket Setup': true,
  'Time Setup': true,
}

const known = new Map<Vendor, readonly string[]>()

/** Every permission group of a vendor: its catalogue's, and the unified names that it has no row for. */
export function groupsOf(vendor: Vendor): readonly string[] {
  const groups =
    known.get(vendor) ??
    Object.freeze([...new Set([...catalogueOf(vendor).groups, ...Object.keys(UNIFIED)])].toSorted())
  known.set(vendor, groups)
  return groups
}
