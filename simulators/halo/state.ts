import type { Dataset } from '../dataset/index.ts'
import type { Mail } from '../shared/answer.ts'
import type { Rec } from '../shared/json.ts'

export type { Mail }

const NAMES = [
  'agents',
  'appointments',
  'articles',
  'assetGroups',
  'assetTypes',
  'assets',
  'attachments',
  'categories',
  'chargeRates',
  'clients',
  'contracts',
  'customFields',
  'events',
  'faqLists',
  'items',
  'outcomes',
  'priorities',
  'sites',
  'slas',
  'statuses',
  'teams',
  'templates',
  'tickets',
  'ticketTypes',
  'topLevels',
  'users',
] as const
export type TableName = (typeof NAMES)[number]

export interface Table {
  /** Members that start with `$` are the simulator's own and never leave it. */
  rows: Map<number, Rec>
  nextId: number
}
export interface State {
  dataset: Dataset
  tables: Record<TableName, Table>
  /** By ticket, in the order of their numbers: an action's id counts from 1 on every ticket. */
  actions: Map<number, Rec[]>
  audit: Rec[]
  outbox: Mail[]
  /** Bytes of the attachments. */
  files: Map<number, Buffer>
}

export function createState(dataset: Dataset): State {
  const tables = Object.fromEntries(NAMES.map((name) => [name, { rows: new Map(), nextId: 1 }]))
  return {
    dataset,
    tables: tables as Record<TableName, Table>,
    actions: new Map(),
    audit: [],
    outbox: [],
    files: new Map(),
  }
}

export function insert(state: State, name: TableName, row: Rec): Rec {
  const table = state.tables[name]
  const id = typeof row.id === 'number' && row.id !== 0 ? row.id : table.nextId
  row.id = id
  table.rows.set(id, row)
  table.nextId = Math.max(table.nextId, id + 1)
  return row
}

export const rowsOf = (state: State, name: TableName): Rec[] => [...state.tables[name].rows.values()]

export const find = (state: State, name: TableName, id: unknown): Rec | undefined =>
  state.tables[name].rows.get(Number(id))

export const nameOf = (state: State, name: TableName, id: unknown): string =>
  String(find(state, name, id)?.name ?? '')

export const actionsOf = (state: State, ticketId: number): Rec[] => state.actions.get(ticketId) ?? []

/** Gives the action the ticket's next number; a deleted one's number is not used again. */
export function addAction(state: State, ticketId: number, action: Rec): Rec {
  const ticket = find(state, 'tickets', ticketId)
  const id = Number(ticket?.$lastAction ?? 0) + 1
  if (ticket) ticket.$lastAction = id
  const list = state.actions.get(ticketId)
  const row: Rec = { ...action, ticket_id: ticketId, id }
  if (list) list.push(row)
  else state.actions.set(ticketId, [row])
  return row
}

/** Statuses on which the tenant counts a ticket as closed. */
export const isClosedStatus = (state: State, statusId: unknown): boolean =>
  find(state, 'statuses', statusId)?.$closed === true

/** What the simulator keeps to itself stays here. */
export function shown(row: Rec): Rec {
  const seen: Rec = {}
  for (const name in row) if (!name.startsWith('$')) seen[name] = row[name]
  return seen
}
