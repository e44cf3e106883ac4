import { badInput, GatewayError } from '../../../schema/errors.ts'
import { parseId } from '../../../schema/ids.ts'
import type { EntityType, StatusCategory } from '../../../schema/records.ts'
import type { Filter, ListName, VendorSession } from '../../../schema/source.ts'
import { containsExactly, fold } from '../../reading/fold.ts'
import { type Choice, choicesFor, type Status } from '../choices.ts'
import { readRows } from '../client.ts'
import {
  any,
  boolean,
  type Clause,
  compare,
  contains,
  integer,
  isEmpty,
  isIn,
  isNotEmpty,
  moment,
  sysId,
  text,
} from '../encoded-query.ts'
import { flagAt, isSysId, type Row, valueAt } from '../rows.ts'
import { numberClause, numbersMeant } from '../ticket-by-number.ts'
import { type TicketTable, ticketKey } from '../ticket-tables.ts'
import { dayUp, instant, rawDate, rawTime, secondUp } from '../times.ts'

/** Nothing on this connection can match (an id of another one): the page is empty and nothing is asked. */
export const NOTHING = Symbol('nothing matches')

/**
 * A condition twice over: for the platform, which drops what it does not understand and then answers with more,
 * and for us, who look at what comes back.
 */
export interface Condition {
  readonly clauses: readonly Clause[]
  /** Columns that the check reads. */
  readonly paths: readonly string[]
  check(row: Row): boolean
  /** Parts of texts: the platform's wildcards may find more, which is no sign of a lost condition. */
  readonly narrows?: boolean
}

export type Built = Condition | typeof NOTHING

interface Context {
  readonly session: VendorSession
  /** Set for the lists of tickets: the columns are its table's. */
  readonly table: TicketTable | undefined
}

type Builder = (value: unknown, context: Context, name: string) => Built | Promise<Built>

/** `null` and an absent member ask for nothing; any other member is honoured or refused by name. */
export async function buildFilter(
  context: Context,
  list: ListName,
  filter: Filter,
): Promise<readonly Condition[] | typeof NOTHING> {
  const conditions: Condition[] = []
  let nothing = false
  for (const [name, value] of Object.entries(filter)) {
    if (value === null || value === undefined) continue
    const builder = Object.hasOwn(FILTERS[list], name) ? FILTERS[list][name] : undefined
    if (builder === undefined) {
      throw new GatewayError('BAD_USER_INPUT', `ServiceNow cannot filter this list by "${name}".`, {
        argument: name,
        allowed: Object.keys(FILTERS[list]),
      })
    }
    const built = await builder(value, context, name)
    if (built === NOTHING) nothing = true
    else conditions.push(built)
  }
  return nothing ? NOTHING : conditions
}

/** Every word of the text in one of these columns. */
function words(...columns: readonly string[]): Builder {
  return (value, _context, name) => {
    const wanted = stringOf(value, name).trim().split(/\s+/)
    if (wanted.length > 10) throw badInput(name, 'a text of at most 10 words', value)
    return {
      clauses: wanted.map((word) => any(columns.map((column) => contains(column, text(name, word))))),
      paths: columns,
      narrows: true,
      check: (row) =>
        wanted.every((word) => columns.some((column) => containsExactly(valueAt(row, column) ?? '', word))),
    }
  }
}

/** The text as one piece. */
function phrase(column: string): Builder {
  return (value, _context, name) => {
    const part = stringOf(value, name).trim()
    return {
      clauses: [contains(column, text(name, part))],
      paths: [column],
      narrows: true,
      check: (row) => containsExactly(valueAt(row, column) ?? '', part),
    }
  }
}

/** Exactly this text, without case, as the platform compares. */
function exactly(column: string): Builder {
  return (value, _context, name) => {
    const wanted = stringOf(value, name).trim()
    return {
      clauses: [compare(column, '=', text(name, wanted))],
      paths: [column],
      check: (row) => fold(valueAt(row, column) ?? '') === fold(wanted),
    }
  }
}

function flag(column: string): Builder {
  return (value, _context, name) => {
    if (typeof value !== 'boolean') throw badInput(name, 'true or false', value)
    return {
      clauses: [compare(column, '=', boolean(value))],
      paths: [column],
      check: (row) => flagAt(row, column) === value,
    }
  }
}

const published: Builder = (value, _context, name) => {
  if (typeof value !== 'boolean') throw badInput(name, 'true or false', value)
  return {
    clauses: [compare('workflow_state', value ? '=' : '!=', text(name, 'published'))],
    paths: ['workflow_state'],
    check: (row) => (valueAt(row, 'workflow_state') === 'published') === value,
  }
}

/** From `after` on and before `before`; a column of days holds their midnights. */
function range(column: string, unit: 'second' | 'day' = 'second'): Builder {
  return (value, _context, name) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw badInput(name, '{ after, before }', value)
    const bounds: { readonly operator: '>=' | '<'; readonly raw: string }[] = []
    for (const [member, bound] of Object.entries(value)) {
      if (bound === null || bound === undefined) continue
      const argument = `${name}.${member}`
      if (member !== 'after' && member !== 'before') throw badInput(argument, '"after" or "before"', bound)
      const at = instant(argument, bound)
      const raw = unit === 'day' ? rawDate(dayUp(at)) : rawTime(secondUp(at))
      bounds.push({ operator: member === 'after' ? '>=' : '<', raw })
    }
    return {
      clauses: bounds.map(({ operator, raw }) => compare(column, operator, moment(name, raw))),
      paths: [column],
      check: (row) => {
        const found = valueAt(row, column)
        if (found === null) return bounds.length === 0
        return bounds.every(({ operator, raw }) => (operator === '<' ? found < raw : found >= raw))
      },
    }
  }
}

/** Records by global id of this connection, or by vendor key. */
function refersTo(column: string | ((table: TicketTable) => string | undefined), type: EntityType): Builder {
  return (value, { session, table }, name) => {
    const keys: string[] = []
    for (const one of listOf(value, name)) {
      const parsed = parseId(one)
      if (parsed !== undefined && parsed.type !== type) throw badInput(name, `the id of a ${type}`, one)
      if (parsed === undefined && keyOf(session, type, one) === undefined)
        throw badInput(name, `the id of a ${type}`, one)
      if (parsed !== undefined && parsed.connection !== session.connection.slug) continue
      const key = keyOf(session, type, parsed?.key ?? one)
      if (key !== undefined) keys.push(key)
    }
    const path = typeof column === 'string' ? column : table === undefined ? undefined : column(table)
    // A table without the column has no record that could match.
    if (keys.length === 0 || path === undefined) return NOTHING
    return oneOf(name, path, keys)
  }
}

function keyOf(session: VendorSession, type: EntityType, key: string): string | undefined {
  if (type === 'Ticket') return ticketKey(session, key)?.sysId
  return isSysId(key) ? key : undefined
}

function oneOf(name: string, path: string, keys: readonly string[]): Condition {
  const wanted = new Set(keys)
  return {
    clauses: [
      isIn(
        path,
        [...wanted].map((key) => sysId(name, key)),
      ),
    ],
    paths: [path],
    check: (row) => wanted.has(valueAt(row, path) ?? ''),
  }
}

/** The class itself, by the name of its table, and not what extends it. */
const ciClass: Builder = (value, _context, name) => {
  const wanted = new Set(listOf(value, name).map((one) => one.trim().toLowerCase()))
  return {
    clauses: [any([...wanted].map((one) => compare('sys_class_name', '=', text(name, one))))],
    paths: ['sys_class_name'],
    check: (row) => wanted.has(valueAt(row, 'sys_class_name') ?? ''),
  }
}

/** Boards by id or by name. */
const board: Builder = (value, { session }, name) => {
  const keys: string[] = []
  const names: string[] = []
  for (const one of listOf(value, name)) {
    const parsed = parseId(one)
    if (parsed === undefined && !isSysId(one)) names.push(one)
    else {
      if (parsed !== undefined && parsed.type !== 'Board')
        throw badInput(name, 'the id or name of a Board', one)
      if (parsed !== undefined && parsed.connection !== session.connection.slug) continue
      const key = parsed?.key ?? one
      if (isSysId(key)) keys.push(key)
    }
  }
  if (keys.length === 0 && names.length === 0) return NOTHING
  const wanted = new Set(keys)
  const folded = new Set(names.map(fold))
  return {
    clauses: [
      any([
        ...(keys.length === 0
          ? []
          : [
              isIn(
                'assignment_group',
                [...wanted].map((key) => sysId(name, key)),
              ),
            ]),
        ...names.map((one) => compare('assignment_group.name', '=', text(name, one))),
      ]),
    ],
    paths: ['assignment_group', ...(names.length === 0 ? [] : ['assignment_group.name'])],
    check: (row) =>
      wanted.has(valueAt(row, 'assignment_group') ?? '') ||
      folded.has(fold(valueAt(row, 'assignment_group.name') ?? '')),
  }
}

function isTable(table: TicketTable | undefined): TicketTable {
  if (table === undefined) throw new TypeError('Expected the list of a ticket table')
  return table
}

/** A state and, on hold, its reason: a state asked for whole takes every reason. */
function statuses(name: string, table: TicketTable, chosen: readonly Status[]): Built {
  if (chosen.length === 0) return NOTHING
  const reasonColumn = table.holdReason
  const whole = new Set(chosen.flatMap(({ state, reason }) => (reason === null ? [state] : [])))
  const partly = chosen.filter(({ reason }) => reason !== null)
  const state = isIn(
    'state',
    [...new Set(chosen.map((status) => status.state))].map((one) => integer(name, one)),
  )
  const check = (row: Row) => {
    const found = valueAt(row, 'state') ?? ''
    if (whole.has(found)) return true
    const reason = reasonColumn === undefined ? '' : (valueAt(row, reasonColumn) ?? '')
    return partly.some((status) => status.state === found && status.reason === reason)
  }
  if (partly.length === 0 || reasonColumn === undefined) return { clauses: [state], paths: ['state'], check }
  const reasons = partly.map(({ reason }) =>
    reason === '' || reason === null
      ? isEmpty(reasonColumn)
      : compare(reasonColumn, '=', integer(name, reason)),
  )
  const others = [...whole].map((one) => compare('state', '=', integer(name, one)))
  return { clauses: [state, any([...others, ...reasons])], paths: ['state', reasonColumn], check }
}

/** By key or by name; what this table does not have is another table's. */
const status: Builder = async (value, { session, table }, name) => {
  const here = isTable(table)
  const known = (await choicesFor(session, here)).statuses
  const chosen = listOf(value, name).flatMap((one) => {
    const meant = known.filter(
      (status) => status.key === one || status.state === one || fold(status.name) === fold(one),
    )
    // "On Hold" without a reason means on hold for whichever.
    const held = meant.find(({ reason }) => reason === '')
    return held === undefined ? meant : known.filter(({ state }) => state === held.state)
  })
  return statuses(name, here, chosen)
}

const CATEGORIES: ReadonlySet<string> = new Set<StatusCategory>([
  'NEW',
  'ACTIVE',
  'WAITING_CLIENT',
  'WAITING_OTHER',
  'RESOLVED',
  'CLOSED',
])

const statusCategory: Builder = async (value, { session, table }, name) => {
  const here = isTable(table)
  const wanted = new Set(listOf(value, name))
  for (const one of wanted)
    if (!CATEGORIES.has(one)) throw badInput(name, `one of ${[...CATEGORIES].join(', ')}`, one)
  const known = (await choicesFor(session, here)).statuses
  return statuses(
    name,
    here,
    known.filter(({ category }) => wanted.has(category)),
  )
}

/** Values of a choice list by key or name; a key that no list has may still be stored (API.md 12). */
function choice(
  column: (table: TicketTable) => string | undefined,
  pick: (session: VendorSession, table: TicketTable) => Promise<readonly Choice[]>,
): Builder {
  return async (value, { session, table }, name) => {
    const here = isTable(table)
    const path = column(here)
    if (path === undefined) return NOTHING
    const known = await pick(session, here)
    const wanted = new Set(
      listOf(value, name).flatMap((one) => {
        const meant = known.filter((choice) => choice.value === one || fold(choice.name) === fold(one))
        return meant.length === 0 ? [one] : meant.map((choice) => choice.value)
      }),
    )
    return {
      clauses: [any([...wanted].map((one) => compare(path, '=', text(name, one))))],
      paths: [path],
      check: (row) => {
        const found = fold(valueAt(row, path) ?? '')
        return [...wanted].some((one) => fold(one) === found)
      },
    }
  }
}

const unassigned: Builder = (value, _context, name) => {
  if (typeof value !== 'boolean') throw badInput(name, 'true or false', value)
  return {
    clauses: [value ? isEmpty('assigned_to') : isNotEmpty('assigned_to')],
    paths: ['assigned_to'],
    check: (row) => (valueAt(row, 'assigned_to') === null) === value,
  }
}

const numbers: Builder = (value, { table }, name) => {
  const here = isTable(table)
  const wanted = listOf(value, name)
  for (const one of wanted)
    if (!/^#?[A-Za-z_]{0,20}\d{1,20}$/.test(one.trim())) throw badInput(name, 'ticket numbers', one)
  const meant = new Set(wanted.flatMap((one) => numbersMeant(here, one)))
  return {
    clauses: [numberClause(name, [...meant])],
    paths: ['number'],
    check: (row) => meant.has((valueAt(row, 'number') ?? '').toUpperCase()),
  }
}

const waitingSince: Builder = async (value, context, name) => {
  const open = (await flag('active')(true, context, name)) as Condition
  const within = (await range('sys_updated_on')(value, context, name)) as Condition
  return {
    clauses: [...open.clauses, ...within.clauses],
    paths: [...open.paths, ...within.paths],
    check: (row) => open.check(row) && within.check(row),
  }
}

/** Tickets that one query can name by their ids, beside its other conditions (API.md 4). */
const MOST_NAMED = 40

/** The item that a ticket names itself, or one of the rows that attach it: those are asked for first. */
const configurationItem: Builder = async (value, context, name) => {
  const own = await refersTo('cmdb_ci', 'ConfigurationItem')(stringOf(value, name), context, name)
  if (own === NOTHING) return NOTHING
  const key = parseId(stringOf(value, name))?.key ?? stringOf(value, name)
  const { rows } = await readRows(context.session, {
    table: 'task_ci',
    clauses: [compare('ci_item', '=', sysId(name, key))],
    fields: ['task', 'ci_item'],
    limit: MOST_NAMED + 1,
    access: { group: 'Configurations', kind: 'READ', fields: ['tickets'] },
  })
  if (rows.length > MOST_NAMED)
    throw new GatewayError('LIMIT_EXCEEDED', 'The item is on more tickets than ServiceNow takes at once.', {
      argument: name,
    })
  const tickets = new Set(
    rows.flatMap((row) => (row && valueAt(row, 'ci_item') === key ? (valueAt(row, 'task') ?? []) : [])),
  )
  if (tickets.size === 0) return own
  const named = isIn(
    'sys_id',
    [...tickets].map((id) => sysId(name, id)),
  )
  return {
    clauses: [any([...own.clauses, named])],
    paths: own.paths,
    check: (row) => own.check(row) || tickets.has(row.sysId),
  }
}

const noFilter: Readonly<Record<string, Builder>> = {}

export const FILTERS: Readonly<Record<ListName, Readonly<Record<string, Builder>>>> = {
  Ticket: {
    text: phrase('short_description'),
    status,
    statusCategory,
    open: flag('active'),
    board,
    company: refersTo(({ company }) => company, 'Company'),
    contact: refersTo(({ contact }) => contact, 'Contact'),
    configurationItem,
    assignee: refersTo('assigned_to', 'Member'),
    unassigned,
    priority: choice(
      () => 'priority',
      async (session, table) => (await choicesFor(session, table)).priorities,
    ),
    type: choice(
      ({ type }) => type,
      async (session, table) => (await choicesFor(session, table)).types,
    ),
    createdAt: range('opened_at'),
    updatedAt: range('sys_updated_on'),
    waitingSince,
    numbers,
  },
  TimeEntry: {
    ticket: refersTo('task', 'Ticket'),
    company: refersTo('task.company', 'Company'),
    member: refersTo('user', 'Member'),
    startedAt: range('work_date', 'day'),
  },
  Contact: {
    text: words('first_name', 'last_name'),
    email: exactly('email'),
    company: refersTo('company', 'Company'),
    active: flag('active'),
  },
  Company: { text: words('name') },
  // A location has no active flag.
  Site: { text: phrase('name'), company: refersTo('company', 'Company') },
  // Not by `active`: whether an item is in use is one of many states.
  ConfigurationItem: {
    text: phrase('name'),
    company: refersTo('company', 'Company'),
    site: refersTo('location', 'Site'),
    contact: refersTo('assigned_to', 'Contact'),
    type: ciClass,
    serialNumber: exactly('serial_number'),
  },
  Agreement: {
    text: phrase('short_description'),
    company: refersTo('customer', 'Company'),
    active: flag('active'),
  },
  Sla: { text: phrase('name') },
  Project: {
    text: phrase('short_description'),
    company: refersTo('company', 'Company'),
    open: flag('active'),
  },
  ProjectTask: {
    text: phrase('short_description'),
    project: refersTo('top_task', 'Project'),
    open: flag('active'),
  },
  Opportunity: noFilter,
  TicketTemplate: noFilter,
  // Not by `identifier`: what stands in a catalogue of services has no part number.
  Article: { text: words('short_description', 'text'), active: published },
  Product: { text: phrase('name'), active: flag('active') },
  Member: {
    text: words('first_name', 'last_name', 'user_name'),
    identifier: exactly('user_name'),
    active: flag('active'),
  },
  Board: { text: phrase('name'), active: flag('active') },
  'Ticket.notes': noFilter,
  'Ticket.configurationItems': noFilter,
  'Company.sites': noFilter,
  'Ticket.lineItems': noFilter,
  'Ticket.tasks': noFilter,
  'Ticket.attachments': noFilter,
  ScheduleEntry: noFilter,
  'Ticket.scheduleEntries': noFilter,
  'Ticket.timeEntries': { member: refersTo('user', 'Member'), startedAt: range('work_date', 'day') },
}

/** Notes are put together from two sources: their filters stand with them. */
export const NOTE_FILTERS = ['kinds', 'kind', 'clientVisible', 'createdAt'] as const

export function filterNames(list: ListName): readonly string[] {
  return list === 'Ticket.notes' ? NOTE_FILTERS : Object.keys(FILTERS[list])
}

function stringOf(value: unknown, name: string): string {
  if (typeof value !== 'string') throw badInput(name, 'a text', value)
  return value
}

/** One value or several; numbers pass as their digits. */
export function listOf(value: unknown, name: string): readonly string[] {
  const values = Array.isArray(value) ? (value as readonly unknown[]) : [value]
  if (values.length === 0) throw badInput(name, 'at least one value', value)
  if (values.length > 100) throw badInput(name, 'at most 100 values', values.length)
  return values.map((one) => stringOf(typeof one === 'number' ? String(one) : one, name))
}
