import { badInput } from '../errors.ts'
import { expectId } from '../ids.ts'
import type { WriteDeclaration } from './declaration.ts'
import {
  changedFields,
  changedValues,
  connectionOf,
  expectSomething,
  noteCreate,
  ticketUpdate,
  timeCreate,
  withoutCall,
} from './demands.ts'

export const createTicket: WriteDeclaration<'createTicket'> = {
  name: 'createTicket',
  description: 'Opens a ticket for a company. Nobody is mailed by the gateway.',
  group: 'Tickets',
  kind: 'CREATE',
  connection: (input) => {
    expectId(input.company, 'Company', 'input.company')
    return input.connection
  },
  demands: (input) => {
    const change = withoutCall(input, 'connection')
    return [
      { group: 'Tickets', kind: 'CREATE', fields: changedFields(change), values: changedValues(change) },
    ]
  },
  sideEffects: ["The PSA's own rules may assign, route or acknowledge a new ticket."],
  baseline: { none: 'nothing exists yet; the company is checked while planning' },
  correlation: { field: 'the external reference of the ticket' },
  reconcile: 'CORRELATION',
}

export const updateTicket: WriteDeclaration<'updateTicket'> = {
  name: 'updateTicket',
  description:
    'Changes fields of one ticket. Only what you give is written; what already has the value is left alone.',
  group: 'Tickets',
  kind: 'UPDATE',
  connection: (input) => connectionOf(input.id, 'input.id'),
  demands: (input) => {
    const change = withoutCall(input, 'id')
    expectSomething('input', Object.keys(change).length > 0)
    return [ticketUpdate(change)]
  },
  sideEffects: [
    'A status may mail the client and move the SLA clock; a board or company resets what depends on it.',
  ],
  baseline: ['the fields written', 'status', 'company', 'mergedInto'],
  correlation: { none: 'nothing is created' },
  reconcile: 'VALUES',
}

export const resolveTicket: WriteDeclaration<'resolveTicket'> = {
  name: 'resolveTicket',
  description:
    "Writes the resolution and sets the board's resolved status (or the one you name), with time if you give it: one plan, one signature.",
  group: 'Tickets',
  kind: 'UPDATE',
  connection: (input) => connectionOf(input.id, 'input.id'),
  demands: (input) => [
    input.status == null
      ? { group: 'Tickets', kind: 'UPDATE', fields: ['status'] }
      : ticketUpdate({ status: input.status }),
    noteCreate({ kind: 'RESOLUTION' }),
    ...(input.time == null ? [] : [timeCreate(input.time)]),
  ],
  sideEffects: ['The client can read a resolution in the portal; the status may mail the client.'],
  baseline: ['status', 'company', 'mergedInto'],
  correlation: { fingerprint: ['ticket', 'text', 'time of writing'] },
  reconcile: 'VALUES',
}

export const workTicket: WriteDeclaration<'workTicket'> = {
  name: 'workTicket',
  description:
    'Everything a technician would do on one ticket in one go: notes, time and changes as one plan with one signature.',
  group: 'Tickets',
  kind: 'UPDATE',
  connection: (input) => connectionOf(input.id, 'input.id'),
  demands: (input) => {
    const { update, notes, time } = input
    const changed = update != null && Object.keys(update).length > 0
    expectSomething('input', changed || (notes ?? []).length > 0 || (time ?? []).length > 0)
    return [
      ...(changed ? [ticketUpdate(update)] : []),
      ...(notes ?? []).map(noteCreate),
      ...(time ?? []).map(timeCreate),
    ]
  },
  sideEffects: ['Those of each part; the plan names them.'],
  baseline: ['the fields written', 'status', 'company', 'mergedInto'],
  correlation: { fingerprint: ['ticket', 'text', 'time of writing'] },
  reconcile: 'VALUES',
}

export const mergeTickets: WriteDeclaration<'mergeTickets'> = {
  name: 'mergeTickets',
  description: 'Merges tickets into one that survives. Cannot be undone through the PSA.',
  group: 'Tickets',
  kind: 'MERGE',
  connection: (input) => connectionOf(input.into, 'input.into'),
  demands: (input) => {
    const { connection } = expectId(input.into, 'Ticket', 'input.into')
    expectSomething('input.tickets', input.tickets.length > 0)
    for (const id of input.tickets) {
      const other = expectId(id, 'Ticket', 'input.tickets')
      if (other.connection !== connection || id === input.into) {
        throw badInput('input.tickets', 'other tickets of the same connection as the survivor', id)
      }
    }
    return [{ group: 'Tickets', kind: 'MERGE', fields: [] }]
  },
  sideEffects: ['The merged tickets close and their notes move to the survivor.'],
  baseline: ['status', 'company', 'mergedInto', 'parent'],
  correlation: { none: 'nothing is created' },
  reconcile: 'VALUES',
}
