import { expectId } from '../ids.ts'
import type { WriteDeclaration } from './declaration.ts'
import {
  changedFields,
  changedValues,
  connectionOf,
  expectItem,
  expectOthers,
  expectSomething,
  noteCreate,
  READS_ITEM,
  ticketUpdate,
  timeCreate,
  withoutCall,
} from './demands.ts'

export const createTicket: WriteDeclaration<'createTicket'> = {
  name: 'createTicket',
  description: 'Opens a ticket for a company. Nobody is mailed by the gateway.',
  result: 'Ticket',
  group: 'Tickets',
  kind: 'CREATE',
  connection: (input) => {
    expectId(input.company, 'Company', 'input.company')
    return input.connection
  },
  demands: (input) => {
    const { configurationItem, ...change } = withoutCall(input, 'connection')
    const fields = changedFields(change)
    const values = changedValues(change)
    if (configurationItem === undefined) return [{ group: 'Tickets', kind: 'CREATE', fields, values }]
    const opened = {
      group: 'Tickets',
      kind: 'CREATE',
      fields: [...fields, 'configurationItems'],
      values,
    } as const
    // A null is a field to the policy, and no item.
    if (configurationItem === null) return [opened]
    expectItem(configurationItem, input.connection, 'input.configurationItem')
    return [opened, READS_ITEM]
  },
  sideEffects: ["The PSA's own rules may assign, route or acknowledge a new ticket."],
  baseline: { none: 'nothing exists yet; the company is checked while planning' },
  correlation: { field: 'the external reference of the ticket' },
  reconcile: 'CORRELATION',
}

export const createTicketFromTemplate: WriteDeclaration<'createTicketFromTemplate'> = {
  name: 'createTicketFromTemplate',
  description:
    'Opens a ticket that is filled in from a template of the PSA; what you give goes before what the template says. It is planned, judged and shown as the ticket that comes of it. Nobody is mailed by the gateway.',
  result: 'Ticket',
  group: 'Tickets',
  kind: 'CREATE',
  connection: (input) => expectId(input.template, 'TicketTemplate', 'input.template').connection,
  // What the template fills in is known once it is read: the plan's own demands judge it.
  demands: (input) => {
    const change = withoutCall(input, 'template')
    return [
      { group: 'Tickets', kind: 'CREATE', fields: changedFields(change), values: changedValues(change) },
    ]
  },
  sideEffects: ["The PSA's own rules may assign, route or acknowledge a new ticket."],
  baseline: {
    none: 'nothing exists yet; the template is read while planning, and the plan shows what it says',
  },
  correlation: { field: 'the external reference of the ticket' },
  reconcile: 'CORRELATION',
}

export const updateTicket: WriteDeclaration<'updateTicket'> = {
  name: 'updateTicket',
  description:
    'Changes fields of one ticket. Only what you give is written; what already has the value is left alone.',
  result: 'Ticket',
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
  result: 'Ticket',
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
  result: 'Ticket',
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
  result: 'Ticket',
  group: 'Tickets',
  kind: 'MERGE',
  connection: (input) => connectionOf(input.into, 'input.into'),
  demands: (input) => {
    expectOthers('input.tickets', input.into, input.tickets)
    return [{ group: 'Tickets', kind: 'MERGE', fields: [] }]
  },
  sideEffects: ['The merged tickets close and their notes move to the survivor.'],
  baseline: ['status', 'company', 'mergedInto', 'parent'],
  correlation: { none: 'nothing is created' },
  reconcile: 'VALUES',
}

export const bundleTickets: WriteDeclaration<'bundleTickets'> = {
  name: 'bundleTickets',
  description:
    'Puts tickets under a parent ticket, so that they are worked together. Each stays a ticket of its own.',
  result: 'Ticket',
  group: 'Tickets',
  kind: 'BUNDLE',
  connection: (input) => connectionOf(input.parent, 'input.parent'),
  demands: (input) => {
    expectOthers('input.tickets', input.parent, input.tickets)
    return [{ group: 'Tickets', kind: 'BUNDLE', fields: [] }]
  },
  sideEffects: ['Status changes of the parent may flow to its children, by rules of the PSA.'],
  baseline: ['status', 'company', 'mergedInto', 'parent'],
  correlation: { none: 'nothing is created' },
  reconcile: 'VALUES',
}

export const reopenTicket: WriteDeclaration<'reopenTicket'> = {
  name: 'reopenTicket',
  description:
    "Sets a resolved or closed ticket back to an open status (the board's own, or the one you name).",
  result: 'Ticket',
  group: 'Tickets',
  kind: 'UPDATE',
  connection: (input) => connectionOf(input.id, 'input.id'),
  demands: (input) => [
    input.status == null
      ? { group: 'Tickets', kind: 'UPDATE', fields: ['status'] }
      : ticketUpdate({ status: input.status }),
    ...(input.note == null ? [] : [noteCreate({ kind: 'INTERNAL' })]),
  ],
  sideEffects: ['The SLA clock may run again; the status may mail the client.'],
  baseline: ['status', 'company', 'mergedInto'],
  correlation: { none: 'nothing but a note is created' },
  reconcile: 'VALUES',
}
