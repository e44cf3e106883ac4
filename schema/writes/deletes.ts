import type { UnifiedGroup } from '../groups.ts'
import { expectId } from '../ids.ts'
import type { EntityType } from '../records.ts'
import type { WriteDeclaration, WriteResult } from './declaration.ts'

type DeleteName =
  | 'deleteTicket'
  | 'deleteTicketNote'
  | 'deleteTimeEntry'
  | 'deleteContact'
  | 'deleteSite'
  | 'deleteConfigurationItem'
  | 'deleteTicketLineItem'
  | 'deleteTicketTask'
  | 'deleteTicketAttachment'
  | 'deleteScheduleEntry'

/** Deletes differ in what they delete and in nothing else. */
function deletion<W extends DeleteName>(
  name: W,
  type: EntityType,
  group: UnifiedGroup,
  result: WriteResult,
  what: string,
): WriteDeclaration<W> {
  return {
    name,
    description: `Deletes ${what} for good. Off in every access profile; an administrator turns the switch on.`,
    result,
    group,
    kind: 'DELETE',
    connection: (input) => expectId(input.id, type, 'input.id').connection,
    demands: () => [{ group, kind: 'DELETE', fields: [] }],
    sideEffects: ['The PSA has no way back.'],
    baseline: ['any change of the record since the plan'],
    correlation: { none: 'nothing is created' },
    reconcile: 'VALUES',
  }
}

export const deleteTicket = deletion('deleteTicket', 'Ticket', 'Tickets', 'Ticket', 'a ticket')
/** The plan's own demands tell a note that the client can see. */
export const deleteTicketNote = deletion('deleteTicketNote', 'Note', 'Ticket Notes', 'Ticket', 'a note')
export const deleteTimeEntry = deletion(
  'deleteTimeEntry',
  'TimeEntry',
  'Time Entries',
  'TimeEntry',
  'a time entry',
)
export const deleteContact = deletion('deleteContact', 'Contact', 'Contacts', 'Contact', 'a contact')
export const deleteSite = deletion('deleteSite', 'Site', 'Sites', 'Site', 'a site')
export const deleteConfigurationItem = deletion(
  'deleteConfigurationItem',
  'ConfigurationItem',
  'Configurations',
  'ConfigurationItem',
  'a configuration item',
)
export const deleteTicketLineItem = deletion(
  'deleteTicketLineItem',
  'TicketLineItem',
  'Products',
  'TicketLineItem',
  'a line of what was sold with a ticket',
)
export const deleteTicketTask = deletion(
  'deleteTicketTask',
  'TicketTask',
  'Ticket Tasks',
  'TicketTask',
  'a task of a ticket',
)
export const deleteTicketAttachment = deletion(
  'deleteTicketAttachment',
  'Attachment',
  'Attachments',
  'Attachment',
  'a file of a ticket',
)
export const deleteScheduleEntry = deletion(
  'deleteScheduleEntry',
  'ScheduleEntry',
  'Schedule Entries',
  'ScheduleEntry',
  'what is planned, which cancels it,',
)
