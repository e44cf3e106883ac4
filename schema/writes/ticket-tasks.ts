import { expectId } from '../ids.ts'
import type { WriteDeclaration } from './declaration.ts'
import { connectionOf, expectSomething, given } from './demands.ts'

const QUIET = { none: 'a task mails nobody and bills nothing' } as const

export const addTicketTask: WriteDeclaration<'addTicketTask'> = {
  name: 'addTicketTask',
  description: 'Adds a task to a ticket, or an item to its checklist.',
  result: 'TicketTask',
  group: 'Ticket Tasks',
  kind: 'CREATE',
  connection: (input) => connectionOf(input.ticket, 'input.ticket'),
  demands: (input) => [{ group: 'Ticket Tasks', kind: 'CREATE', fields: given(input) }],
  sideEffects: QUIET,
  baseline: ['status', 'company', 'mergedInto'],
  correlation: { fingerprint: ['ticket', 'text', 'that it was not there before'] },
  reconcile: 'FINGERPRINT',
}

export const updateTicketTask: WriteDeclaration<'updateTicketTask'> = {
  name: 'updateTicketTask',
  description:
    'Checks a task of a ticket off, takes that back, or changes what it says; what is left out stays.',
  result: 'TicketTask',
  group: 'Ticket Tasks',
  kind: 'UPDATE',
  connection: (input) => expectId(input.id, 'TicketTask', 'input.id').connection,
  demands: (input) => {
    const fields = given(input, 'id')
    expectSomething('input', fields.length > 0)
    return [{ group: 'Ticket Tasks', kind: 'UPDATE', fields }]
  },
  sideEffects: QUIET,
  baseline: ['the fields written', 'text', 'done', 'ticket'],
  correlation: { none: 'nothing is created' },
  reconcile: 'VALUES',
}
