/**
 * The permission groups that the unified schema speaks of. A vendor's catalogue may split further or name
 * more; `VendorSource.groups` lists all of one vendor's, and these are among them under the same names.
 */
export type UnifiedGroup =
  | 'Tickets'
  | 'Ticket Notes'
  /** Whatever the customer can see or be mailed; recognised from the body, not from the endpoint alone. */
  | 'Client-Facing Notes'
  | 'Time Entries'
  | 'Contacts'
  | 'Companies'
  | 'Sites'
  | 'Configurations'
  | 'Agreements'
  /** Policies of what is due when, and the clocks of tickets under them. */
  | 'SLAs'
  /** Projects with their phases and tasks. */
  | 'Projects'
  | 'Opportunities'
  /** The catalogue, and what of it stands on tickets. */
  | 'Products'
  /** Tasks and checklists of tickets. */
  | 'Ticket Tasks'
  | 'Attachments'
  /** What the PSA itself recorded of a record's changes. */
  | 'Audit Trail'
  | 'Knowledge Base'
  /** Calendars: appointments, service calls and whatever else is planned for somebody. */
  | 'Schedule Entries'
  | 'Members'
  /** Boards or queues with their statuses, types and priorities; each vendor maps it to its own setup group. */
  | 'Boards & Ticket Setup'
  /** Work types and work roles. */
  | 'Time Setup'

export type AccessKind = 'READ' | 'CREATE' | 'UPDATE' | 'MERGE' | 'BUNDLE' | 'DELETE'
