import { GatewayError } from '../../schema/errors.ts'
import type { StatusCategory } from '../../schema/records.ts'
import type { VendorAccess, VendorSession } from '../../schema/source.ts'
import { readAllRows } from './client.ts'
import { any, type Clause, compare, text } from './encoded-query.ts'
import { flagAt, numberAt, valueAt } from './rows.ts'
import { type TicketTable, ticketTables } from './ticket-tables.ts'

export const CACHE_SECONDS = 600
export const SETUP: VendorAccess = {
  group: 'Boards & Ticket Setup',
  kind: 'READ',
  fields: [],
  reference: true,
}
export const TIME_SETUP: VendorAccess = { group: 'Time Setup', kind: 'READ', fields: [], reference: true }

/** Choice lists are short; the cap is a guard against an instance that is not. */
const PAGE_SIZE = 1000
const MAX_PAGES = 10

export interface Choice {
  readonly table: string
  readonly element: string
  readonly value: string
  readonly name: string
  readonly sequence: number
  readonly inactive: boolean
}

const ELEMENTS = ['state', 'priority', 'impact', 'urgency', 'category', 'close_code', 'resolution_code']

/** Values of the base system, for an instance that keeps its choices from the gateway's user (API.md 12). */
const BASE: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>> = {
  incident: {
    state: { 1: 'New', 2: 'In Progress', 3: 'On Hold', 6: 'Resolved', 7: 'Closed', 8: 'Canceled' },
    impact: { 1: '1 - High', 2: '2 - Medium', 3: '3 - Low' },
    urgency: { 1: '1 - High', 2: '2 - Medium', 3: '3 - Low' },
    hold_reason: { 1: 'Awaiting Caller', 3: 'Awaiting Problem', 4: 'Awaiting Vendor', 5: 'Awaiting Change' },
  },
  task: {
    priority: { 1: '1 - Critical', 2: '2 - High', 3: '3 - Moderate', 4: '4 - Low', 5: '5 - Planning' },
  },
  sn_customerservice_case: {
    state: { 1: 'New', 3: 'Closed', 6: 'Resolved', 10: 'Open', 18: 'Awaiting Info' },
    priority: { 1: 'Critical', 2: 'High', 3: 'Moderate', 4: 'Low' },
  },
  problem: {
    state: {
      101: 'New',
      102: 'Assess',
      103: 'Root Cause Analysis',
      104: 'Fix in Progress',
      106: 'Resolved',
      107: 'Closed',
    },
  },
  change_request: {
    state: {
      '-5': 'New',
      '-4': 'Assess',
      '-3': 'Authorize',
      '-2': 'Scheduled',
      '-1': 'Implement',
      0: 'Review',
      3: 'Closed',
      4: 'Canceled',
    },
  },
  sc_task: {
    state: {
      '-5': 'Pending',
      1: 'Open',
      2: 'Work in Progress',
      3: 'Closed Complete',
      4: 'Closed Incomplete',
      5: 'Closed Skipped',
    },
  },
}

/** Every choice list that tickets need, of every ticket table, in one read. */
async function ticketChoices(session: VendorSession): Promise<readonly Choice[]> {
  return choicesOf(
    session,
    'ticket choices',
    ticketTables(session).map(({ table }) => table),
    [...ELEMENTS, 'hold_reason'],
    SETUP,
  )
}

export async function choicesOf(
  session: VendorSession,
  key: string,
  tables: readonly string[],
  elements: readonly string[],
  access: VendorAccess,
): Promise<readonly Choice[]> {
  return session.cached(`${key} ${tables.join(' ')}`, CACHE_SECONDS, async () => {
    const either = (field: string, values: readonly string[]): Clause =>
      any(values.map((value) => compare(field, '=', text(field, value))))
    try {
      const rows = await readAllRows(
        session,
        {
          table: 'sys_choice',
          clauses: [
            // Lists may be inherited from the parent table (tables.json).
            either('name', [...new Set([...tables, 'task'])]),
            either('element', elements),
            compare('language', '=', text('language', session.connection.settings.language ?? 'en')),
          ],
          fields: ['name', 'element', 'value', 'label', 'sequence', 'inactive'],
          order: [
            { field: 'sequence', descending: false },
            { field: 'sys_id', descending: false },
          ],
          access,
        },
        PAGE_SIZE,
        MAX_PAGES,
      )
      const choices = rows.flatMap((row): Choice[] => {
        const [table, element, value] = ['name', 'element', 'value'].map((name) => valueAt(row, name))
        if (table == null || element == null || value == null) return []
        return [
          {
            table,
            element,
            value,
            name: valueAt(row, 'label') ?? value,
            sequence: numberAt(row, 'sequence') ?? 0,
            inactive: flagAt(row, 'inactive') ?? false,
          },
        ]
      })
      // An ACL hides rows instead of refusing: no list at all means that nobody may look.
      return choices.length === 0 ? baseChoices() : choices
    } catch (error) {
      if (isRefused(error)) return baseChoices()
      throw error
    }
  })
}

/** A 403 for a setup table: the integration user has no right to it. */
export function isRefused(error: unknown): boolean {
  if (!(error instanceof GatewayError)) return false
  const { status } = (error.extensions.vendor ?? {}) as { readonly status?: number }
  return status === 403 || status === 404 || status === 400
}

function baseChoices(): readonly Choice[] {
  return Object.entries(BASE).flatMap(([table, elements]) =>
    Object.entries(elements).flatMap(([element, values]) =>
      Object.entries(values).map(([value, name]) => ({
        table,
        element,
        value,
        name,
        sequence: Number(value),
        inactive: false,
      })),
    ),
  )
}

/** A table's own list, else its parent's. */
export function listOf(choices: readonly Choice[], table: string, element: string): readonly Choice[] {
  const own = choices.filter((choice) => choice.table === table && choice.element === element)
  const found =
    own.length > 0 ? own : choices.filter((choice) => choice.table === 'task' && choice.element === element)
  return found.toSorted((a, b) => a.sequence - b.sequence)
}

/** A status: a state, and on hold the reason for it. */
export interface Status {
  readonly key: string
  readonly state: string
  /** The hold reason, "" for a state that is on hold without one; null where the state has none. */
  readonly reason: string | null
  readonly name: string
  readonly category: StatusCategory
  readonly inactive: boolean
}

const ON_HOLD = '3'

/** Statuses of incidents go by the bare state; of another table by `<table>.<state>`, since they repeat. */
export function statusKey({ table }: TicketTable, state: string, reason: string | null): string {
  const own = reason === null || reason === '' ? state : `${state}.${reason}`
  return table === 'incident' ? own : `${table}.${own}`
}

/** Everything that a ticket's choice lists say. */
export interface TicketChoices {
  readonly statuses: readonly Status[]
  readonly priorities: readonly Choice[]
  readonly types: readonly Choice[]
  readonly closeCodes: readonly Choice[]
}

export async function choicesFor(session: VendorSession, table: TicketTable): Promise<TicketChoices> {
  const all = await ticketChoices(session)
  const list = (element: string | undefined) =>
    element === undefined ? [] : listOf(all, table.table, element)
  const states = list('state')
  const reasons = list(table.holdReason)
  const mapped = session.connection.mapping.statusCategories ?? {}
  const status = (state: Choice, reason: Choice | null): Status => {
    const held = table.holdReason !== undefined && state.value === ON_HOLD
    const key = statusKey(table, state.value, reason?.value ?? null)
    return {
      key,
      state: state.value,
      reason: held ? (reason?.value ?? '') : null,
      name: reason === null ? state.name : `${state.name}: ${reason.name}`,
      category:
        mapped[key] ??
        mapped[statusKey(table, state.value, null)] ??
        guessCategory(table, state.value, state.name, reason),
      inactive: state.inactive || reason?.inactive === true,
    }
  }
  return {
    statuses: states.flatMap((state) =>
      table.holdReason !== undefined && state.value === ON_HOLD
        ? [status(state, null), ...reasons.map((reason) => status(state, reason))]
        : [status(state, null)],
    ),
    priorities: list('priority'),
    types: list(table.type),
    closeCodes: list(table.closeCode),
  }
}

/** Meaning of the base system's states (API.md 13); labels and the mapping tell of everything else. */
const CATEGORIES: Readonly<Record<string, Readonly<Record<string, StatusCategory>>>> = {
  incident: {
    1: 'NEW',
    2: 'ACTIVE',
    3: 'WAITING_OTHER',
    6: 'RESOLVED',
    7: 'CLOSED',
    8: 'CLOSED',
  },
  sn_customerservice_case: {
    1: 'NEW',
    10: 'ACTIVE',
    18: 'WAITING_CLIENT',
    6: 'RESOLVED',
    3: 'CLOSED',
  },
  problem: {
    101: 'NEW',
    102: 'ACTIVE',
    103: 'ACTIVE',
    104: 'ACTIVE',
    106: 'RESOLVED',
    107: 'CLOSED',
  },
  change_request: {
    '-5': 'NEW',
    '-4': 'ACTIVE',
    '-3': 'ACTIVE',
    '-2': 'ACTIVE',
    '-1': 'ACTIVE',
    0: 'ACTIVE',
    3: 'CLOSED',
    4: 'CLOSED',
  },
  sc_task: {
    '-5': 'WAITING_OTHER',
    1: 'NEW',
    2: 'ACTIVE',
    3: 'CLOSED',
    4: 'CLOSED',
    5: 'CLOSED',
  },
}

/** Awaiting the caller (API.md 13). */
const CALLER = '1'

export function guessCategory(
  { table }: TicketTable,
  state: string,
  name: string,
  reason: Pick<Choice, 'value' | 'name'> | null,
): StatusCategory {
  if (table === 'incident' && state === ON_HOLD && reason !== null)
    return reason.value === CALLER ? 'WAITING_CLIENT' : 'WAITING_OTHER'
  const base = CATEGORIES[table]?.[state]
  if (base !== undefined) return base
  if (/closed|cancel|complete|skipped|rejected/i.test(name)) return 'CLOSED'
  if (/resolved|solved|fixed/i.test(name)) return 'RESOLVED'
  if (/await|wait|hold|pending|paused/i.test(name))
    return /caller|client|customer|user|info/i.test(name) ? 'WAITING_CLIENT' : 'WAITING_OTHER'
  return /^(new|open|draft)\b/i.test(name) ? 'NEW' : 'ACTIVE'
}

/** A state that no list has is stored and shown raw (API.md 12). */
export function statusOf(
  table: TicketTable,
  known: TicketChoices,
  state: string,
  holdReason: string | null,
): Status {
  const held = table.holdReason !== undefined && state === ON_HOLD
  const found =
    known.statuses.find(
      (status) => status.state === state && (!held || status.reason === (holdReason ?? '')),
    ) ?? known.statuses.find((status) => status.state === state)
  return (
    found ?? {
      key: statusKey(table, state, null),
      state,
      reason: null,
      name: state,
      category: guessCategory(table, state, state, null),
      inactive: true,
    }
  )
}

export function isDone({ category }: Pick<Status, 'category'>): boolean {
  return category === 'RESOLVED' || category === 'CLOSED'
}

/** Kinds of work: the categories of time, which both time tables may define. */
export async function workTypes(session: VendorSession): Promise<readonly Choice[]> {
  const all = await choicesOf(
    session,
    'time categories',
    ['task_time_worked', 'time_card'],
    ['category'],
    TIME_SETUP,
  )
  const own = listOf(all, 'task_time_worked', 'category').filter(({ table }) => table === 'task_time_worked')
  return own.length > 0 ? own : all.filter(({ table }) => table === 'time_card')
}

/** What can be chosen now. */
export function active<T extends { readonly inactive: boolean }>(choices: readonly T[]): readonly T[] {
  return choices.filter(({ inactive }) => !inactive)
}
