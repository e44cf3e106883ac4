import type { WriteDeclaration } from './declaration.ts'
import { connectionOf, noteCreate, timeCreate, withoutCall } from './demands.ts'

export const addTicketNote: WriteDeclaration<'addTicketNote'> = {
  name: 'addTicketNote',
  description:
    'Adds a note to a ticket: INTERNAL for technicians, the other kinds where the client can read them. Mails nobody unless you ask for it.',
  result: 'Ticket',
  group: 'Ticket Notes',
  kind: 'CREATE',
  connection: (input) => connectionOf(input.ticket, 'input.ticket'),
  demands: (input) => [noteCreate(input)],
  sideEffects: ['The client can read every kind but INTERNAL in the portal.'],
  baseline: ['status', 'company', 'mergedInto'],
  correlation: { fingerprint: ['ticket', 'text', 'time of writing'] },
  reconcile: 'FINGERPRINT',
}

export const logTime: WriteDeclaration<'logTime'> = {
  name: 'logTime',
  description:
    "Logs time on a ticket. Whose time it is says the workflow's policy; text for the client and internal text are kept apart.",
  result: 'Ticket',
  group: 'Time Entries',
  kind: 'CREATE',
  connection: (input) => connectionOf(input.ticket, 'input.ticket'),
  demands: (input) => [timeCreate(withoutCall(input, 'ticket'))],
  sideEffects: ['Billable time reaches an invoice or an agreement.'],
  baseline: ['status', 'company', 'mergedInto'],
  correlation: { fingerprint: ['ticket', 'member', 'start', 'hours', 'texts'] },
  reconcile: 'FINGERPRINT',
}
