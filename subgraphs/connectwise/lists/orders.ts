import type { ListName } from '../../../schema/source.ts'
import { boolean, compare, fieldPath, NULL } from '../conditions.ts'
import type { OrderSpec } from './keyset.ts'

type Row = Readonly<Record<string, unknown>>

function at(row: Row, ...path: readonly string[]): string | number | null {
  let value: unknown = row
  for (const name of path)
    value = typeof value === 'object' && value !== null ? (value as Row)[name] : undefined
  return typeof value === 'string' || typeof value === 'number' ? value : null
}

const byId: OrderSpec = { field: fieldPath('id'), type: 'id', paths: [], read: (row) => at(row, 'id') }

/** `dateEntered` by its own name in conditions and order, inside `_info` in answers (API.md 10.4). */
const created: OrderSpec = {
  field: fieldPath('dateEntered'),
  type: 'time',
  paths: ['_info'],
  read: (row) => at(row, '_info', 'dateEntered'),
}

const updated: OrderSpec = {
  field: fieldPath('lastUpdated'),
  type: 'time',
  paths: ['_info'],
  read: (row) => at(row, '_info', 'lastUpdated'),
}

/** A text that the vendor requires, so that none is empty. */
function byText(field: string): OrderSpec {
  return { field: fieldPath(field), type: 'text', paths: [field], read: (row) => at(row, field) }
}

const name = fieldPath('name')
const lastName = fieldPath('lastName')

const started: OrderSpec = {
  field: fieldPath('timeStart'),
  type: 'time',
  paths: ['timeStart'],
  read: (row) => at(row, 'timeStart'),
}

const starts: OrderSpec = {
  field: fieldPath('dateStart'),
  type: 'time',
  paths: ['dateStart'],
  read: (row) => at(row, 'dateStart'),
}

const requiredDate = fieldPath('requiredDate')
const closedFlag = fieldPath('closedFlag')

export const ORDERS: Readonly<Record<ListName, Readonly<Record<string, OrderSpec>>>> = {
  Ticket: {
    CREATED_AT: created,
    UPDATED_AT: updated,
    // Only an open ticket waits: closed ones have no value and come last.
    WAITING_SINCE: {
      ...updated,
      paths: ['_info', 'closedFlag'],
      read: (row) => (row.closedFlag === true ? null : updated.read(row)),
      split: {
        valued: compare(closedFlag, '=', boolean('closedFlag', false)),
        empty: compare(closedFlag, '=', boolean('closedFlag', true)),
      },
    },
    DUE_AT: {
      field: requiredDate,
      type: 'time',
      paths: ['requiredDate'],
      read: (row) => at(row, 'requiredDate'),
      split: { valued: compare(requiredDate, '!=', NULL), empty: compare(requiredDate, '=', NULL) },
    },
    // The priority's place in the tenant's own order; a ticket always has one, by default the board's.
    PRIORITY: {
      field: fieldPath('priority/sort'),
      type: 'number',
      paths: ['priority/id', 'priority/sort'],
      read: (row) => at(row, 'priority', 'sort'),
    },
    NUMBER: byId,
  },
  Contact: {
    NUMBER: byId,
    UPDATED_AT: updated,
    NAME: {
      ...byText('lastName'),
      split: { valued: compare(lastName, '!=', NULL), empty: compare(lastName, '=', NULL) },
    },
  },
  Company: { NUMBER: byId, UPDATED_AT: updated, NAME: byText('name') },
  Site: { NAME: byText('name') },
  ConfigurationItem: { NAME: byText('name') },
  Agreement: { NAME: byText('name') },
  Sla: { NAME: byText('name') },
  Project: { NAME: byText('name') },
  ProjectTask: { NAME: byText('summary') },
  Opportunity: { NAME: byText('name') },
  TicketTemplate: {
    NAME: {
      ...byText('name'),
      split: { valued: compare(name, '!=', NULL), empty: compare(name, '=', NULL) },
    },
  },
  Product: { NAME: byText('description') },
  Article: { NAME: byText('title') },
  Member: { NUMBER: byId, NAME: byText('identifier') },
  Board: { NUMBER: byId, NAME: byText('name') },
  TimeEntry: { STARTED_AT: started },
  'Ticket.notes': {
    CREATED_AT: {
      field: fieldPath('dateCreated'),
      type: 'time',
      paths: ['dateCreated'],
      read: (row) => at(row, 'dateCreated'),
    },
  },
  'Ticket.lineItems': { NUMBER: byId },
  // Its place can be empty: the tasks of a ticket are read whole and sorted here.
  'Ticket.tasks': {
    POSITION: {
      field: fieldPath('priority'),
      type: 'number',
      paths: ['priority'],
      read: (row) => at(row, 'priority'),
    },
  },
  // A document's number tells when it came.
  'Ticket.attachments': { CREATED_AT: byId },
  ScheduleEntry: { STARTS_AT: starts },
  'Ticket.scheduleEntries': { STARTS_AT: starts },
  'Company.sites': { NAME: byText('name') },
  'Ticket.configurationItems': { NAME: byText('name') },
  'Ticket.timeEntries': {
    STARTED_AT: started,
    CREATED_AT: {
      field: fieldPath('dateEntered'),
      type: 'time',
      paths: ['dateEntered'],
      read: (row) => at(row, 'dateEntered'),
    },
  },
}
