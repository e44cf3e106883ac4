import { badInput, GatewayError } from '../../../schema/errors.ts'
import { parseId } from '../../../schema/ids.ts'
import type { EntityType, StatusCategory } from '../../../schema/records.ts'
import type { Filter, ListName, VendorSession } from '../../../schema/source.ts'
import { CALENDAR_FILTERS } from '../../reading/calendar.ts'
import { containsExactly } from '../../reading/fold.ts'
import { objectOf, query } from '../client.ts'
import {
  all,
  alternatives,
  any,
  boolean,
  type Condition,
  compare,
  contains,
  datetime,
  exists,
  fieldName,
  instant,
  integer,
  isIn,
  MAX_ALTERNATIVES,
  needsSecondLook,
  text,
} from '../conditions.ts'
import { clientReplied } from '../entities/ticket.ts'
import { isVendorId } from '../read-many.ts'
import {
  COMPLETE,
  configurationItemTypes,
  personTypes,
  priorities,
  queues,
  statuses,
  ticketTypes,
} from '../reference.ts'

/** Nothing on this connection can match (an id of another one, a name it has not): nothing is asked. */
export const NOTHING = Symbol('nothing matches')

export type Built = Condition | typeof NOTHING | undefined

type Row = Readonly<Record<string, unknown>>

/** A text whose characters the vendor may read as wildcards: what comes back is compared once more. */
export interface SecondLook {
  readonly columns: readonly string[]
  matches(row: Row): boolean
}

/** From `from` on and before `to`, in milliseconds. */
export interface Span {
  readonly from: number | null
  readonly to: number | null
}

export interface FilterResult {
  readonly conditions: readonly Condition[]
  readonly nothing: boolean
  readonly secondLook: readonly SecondLook[]
  /** Spans of time that the filter leaves, by column: windows begin and end with them. */
  readonly spans: ReadonlyMap<string, Span>
  /** The filter names something that few tickets share: it is worth asking for all of them at once. */
  readonly selective: boolean
}

interface Context {
  readonly session: VendorSession
  readonly secondLook: SecondLook[]
  readonly spans: Map<string, Span>
}

type Builder = (value: unknown, context: Context, name: string) => Built | Promise<Built>

/** Members that leave a tenant's tickets by the dozen and not by the thousand. */
const SELECTIVE: ReadonlySet<string> = new Set([
  'company',
  'contact',
  'assignee',
  'unassigned',
  'numbers',
  'text',
  'waitingSince',
  'clientReplied',
  'configurationItem',
  'ticket',
])

export async function buildFilter(
  session: VendorSession,
  list: ListName,
  filter: Filter,
): Promise<FilterResult> {
  const context: Context = { session, secondLook: [], spans: new Map() }
  const conditions: Condition[] = []
  let nothing = false
  // Lists below a record take their conditions as arguments of their own.
  const prefix = list.includes('.') ? '' : 'filter.'
  for (const [name, value] of Object.entries(filter)) {
    if (value === null || value === undefined) continue
    const builder = Object.hasOwn(FILTERS[list], name) ? FILTERS[list][name] : undefined
    if (builder === undefined) {
      throw new GatewayError('BAD_USER_INPUT', `Autotask cannot filter this list by "${name}".`, {
        argument: prefix + name,
        allowed: Object.keys(FILTERS[list]),
      })
    }
    const built = await builder(value, context, prefix + name)
    if (built === NOTHING) nothing = true
    else if (built !== undefined) conditions.push(built)
  }
  if (alternatives(conditions) > MAX_ALTERNATIVES - 10) {
    throw new GatewayError('BAD_USER_INPUT', 'The filter holds more values than Autotask takes at once.', {
      argument: 'filter',
    })
  }
  const selective = filter.open === true || Object.keys(filter).some((name) => SELECTIVE.has(name))
  return { conditions, nothing, secondLook: context.secondLook, spans: context.spans, selective }
}

function lookAgain(context: Context, part: string, columns: readonly string[]): void {
  if (!needsSecondLook(part)) return
  context.secondLook.push({
    columns,
    matches: (row) =>
      columns.some((column) => typeof row[column] === 'string' && containsExactly(row[column], part)),
  })
}

/** Every word of the text in one of these columns. */
function words(...columns: readonly string[]): Builder {
  return (value, context, name) => {
    const wanted = stringOf(value, name).trim().split(/\s+/)
    if (wanted.length > 10) throw badInput(name, 'a text of at most 10 words', value)
    return all(
      wanted.map((word) => {
        lookAgain(context, word, columns)
        return any(columns.map((column) => contains(name, fieldName(column), word))) as Condition
      }),
    )
  }
}

/** The text as one piece in one of these columns. */
function phrase(...columns: readonly string[]): Builder {
  return (value, context, name) => {
    const part = stringOf(value, name)
    lookAgain(context, part, columns)
    return any(columns.map((column) => contains(name, fieldName(column), part)))
  }
}

/** Exactly this text, but for its case: so does the vendor compare. */
function exactly(column: string): Builder {
  return (value, _context, name) => compare(fieldName(column), 'eq', text(name, stringOf(value, name)))
}

function flag(column: string): Builder {
  return (value, _context, name) => compare(fieldName(column), 'eq', boolean(name, value))
}

/** From `after` on and before `before`. */
function range(column: string): Builder {
  return (value, { spans }, name) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw badInput(name, '{ after, before }', value)
    const known = spans.get(column) ?? { from: null, to: null }
    let { from, to } = known
    for (const [member, bound] of Object.entries(value)) {
      if (bound === null || bound === undefined) continue
      const argument = `${name}.${member}`
      const at = instant(argument, bound instanceof Date ? bound.toISOString() : bound)
      if (member === 'after') from = Math.max(from ?? at, at)
      else if (member === 'before') to = Math.min(to ?? at, at)
      else throw badInput(argument, '"after" or "before"', bound)
    }
    spans.set(column, { from, to })
    return spanCondition(column, { from, to })
  }
}

/** Times are shown and compared by whole seconds: a fraction in the filter means the next one. */
export function spanCondition(column: string, { from, to }: Span): Condition | undefined {
  const up = (time: number) => datetime(Math.ceil(time / 1000) * 1000)
  const field = fieldName(column)
  return all([
    ...(from === null ? [] : [compare(field, 'gte', up(from))]),
    ...(to === null ? [] : [compare(field, 'lt', up(to))]),
  ])
}

/** Records by global id of this connection, or by vendor key. */
function refersTo(column: string, type: EntityType): Builder {
  return (value, { session }, name) => {
    const keys: string[] = []
    for (const one of listOf(value, name)) {
      const parsed = parseId(one)
      if (parsed === undefined) {
        if (!isVendorId(one)) throw badInput(name, `the id of a ${type}`, one)
        keys.push(one)
      } else {
        if (parsed.type !== type) throw badInput(name, `the id of a ${type}`, one)
        if (parsed.connection === session.connection.slug && isVendorId(parsed.key)) keys.push(parsed.key)
      }
    }
    return keysIn(column, name, keys)
  }
}

interface Listed {
  readonly key: string
  readonly name: string
}

/** Values of a picklist by key or by name; a name that the tenant does not have matches no ticket. */
function listed(
  column: string,
  choices: (session: VendorSession) => Promise<readonly Listed[]>,
  type?: EntityType,
): Builder {
  return async (value, { session }, name) => {
    const keys: string[] = []
    for (const one of listOf(value, name)) {
      const parsed = type === undefined ? undefined : parseId(one)
      if (parsed !== undefined) {
        if (parsed.type !== type) throw badInput(name, `the id or name of a ${type}`, one)
        if (parsed.connection === session.connection.slug && isVendorId(parsed.key)) keys.push(parsed.key)
      } else if (isVendorId(one)) keys.push(one)
      else {
        const wanted = one.trim().toLowerCase()
        for (const choice of await choices(session))
          if (choice.name.toLowerCase() === wanted) keys.push(choice.key)
      }
    }
    return keysIn(column, name, keys)
  }
}

function keysIn(column: string, name: string, keys: readonly string[]): Built {
  if (keys.length === 0) return NOTHING
  return isIn(
    fieldName(column),
    keys.map((key) => integer(name, key)),
  )
}

const CATEGORIES: ReadonlySet<string> = new Set<StatusCategory>([
  'NEW',
  'ACTIVE',
  'WAITING_CLIENT',
  'WAITING_OTHER',
  'RESOLVED',
  'CLOSED',
])

/** The vendor has no categories: the statuses that have them are asked for by id. */
const statusCategory: Builder = async (value, { session }, name) => {
  const wanted = new Set(listOf(value, name))
  for (const one of wanted)
    if (!CATEGORIES.has(one)) throw badInput(name, `one of ${[...CATEGORIES].join(', ')}`, one)
  const found = (await statuses(session)).filter(({ category }) => wanted.has(category))
  return keysIn(
    'status',
    name,
    found.map(({ key }) => key),
  )
}

const STATUS = fieldName('status')
const complete = integer('status', COMPLETE)
export const OPEN: Condition = compare(STATUS, 'noteq', complete)
export const CLOSED: Condition = compare(STATUS, 'eq', complete)

const open: Builder = (value, _context, name) => {
  boolean(name, value)
  return value === true ? OPEN : CLOSED
}

/** The operator for "no value" has been reported to let every row through: what comes back is looked at again. */
const unassigned: Builder = (value, { secondLook }, name) => {
  boolean(name, value)
  secondLook.push({
    columns: ['assignedResourceID'],
    matches: ({ assignedResourceID }) => ((assignedResourceID ?? null) === null) === value,
  })
  return exists(fieldName('assignedResourceID'), value !== true)
}

/** Open without any of these dates, and over with one: what comes back is looked at again, as above. */
function without(...columns: readonly string[]): Builder {
  return (value, { secondLook }, name) => {
    boolean(name, value)
    secondLook.push({
      columns,
      matches: (row) => columns.every((column) => (row[column] ?? null) === null) === value,
    })
    const dates = columns.map((column) => exists(fieldName(column), value !== true))
    return value === true ? all(dates) : any(dates)
  }
}

/** Who touched a ticket last can be read but not asked for (API.md 4): what comes back is looked at. */
const replied: Builder = async (value, { session, secondLook }, name) => {
  boolean(name, value)
  const known = await personTypes(session)
  if (known.length === 0) {
    throw new GatewayError('BAD_USER_INPUT', `"${name}": this Autotask does not tell who wrote last.`, {
      argument: name,
    })
  }
  secondLook.push({
    columns: ['lastActivityPersonType', 'status'],
    matches: ({ status, lastActivityPersonType }) =>
      clientReplied(
        {
          status: typeof status === 'number' ? status : null,
          lastActivityPersonType: typeof lastActivityPersonType === 'number' ? lastActivityPersonType : null,
        },
        { personTypes: known },
      ) === value,
  })
  return value === true ? OPEN : undefined
}

const numbers: Builder = (value, _context, name) => {
  const wanted = listOf(value, name).map((one) => one.replace(/^#/, '').trim())
  for (const one of wanted)
    if (!/^[A-Za-z0-9._-]{1,50}$/.test(one)) throw badInput(name, 'ticket numbers like "T20261120.0001"', one)
  return isIn(
    fieldName('ticketNumber'),
    wanted.map((one) => text(name, one)),
  )
}

const waitingSince: Builder = async (value, context, name) => {
  const within = await range('lastActivityDate')(value, context, name)
  return within === undefined || within === NOTHING ? within : all([OPEN, within])
}

/** 1 and 0, where other entities hold true and false (API.md 5). */
function flagNumber(column: string): Builder {
  return (value, _context, name) => {
    boolean(name, value)
    return compare(fieldName(column), 'eq', integer(name, value === true ? 1 : 0))
  }
}

/** Kinds and visibility decide what is read at all; see `children.ts`. */
const elsewhere: Builder = () => undefined

/** The item that a ticket names itself, or one of the rows below it: those are asked for first. */
const configurationItem: Builder = async (value, context, name) => {
  const own = await refersTo('configurationItemID', 'ConfigurationItem')(stringOf(value, name), context, name)
  if (own === undefined || own === NOTHING) return own
  const { rows, cut } = await query(context.session, {
    entity: 'TicketAdditionalConfigurationItems',
    filter: [own],
    fields: ['id', 'ticketID'],
    max: MAX_ALTERNATIVES - 20,
    access: { group: 'Tickets', kind: 'READ', fields: ['configurationItems'] },
  })
  if (cut)
    throw new GatewayError('LIMIT_EXCEEDED', 'The item is on more tickets than Autotask takes at once.', {
      argument: name,
    })
  const tickets = rows
    .map(objectOf)
    .flatMap(({ ticketID }) => (typeof ticketID === 'number' ? [ticketID] : []))
  const others = tickets.map((id) => integer(name, id))
  return others.length === 0 ? own : any([own, isIn(fieldName('id'), others)])
}

const FILTERS: Readonly<Record<ListName, Readonly<Record<string, Builder>>>> = {
  Ticket: {
    text: phrase('title'),
    status: listed('status', statuses),
    statusCategory,
    open,
    board: listed('queueID', queues, 'Board'),
    company: refersTo('companyID', 'Company'),
    contact: refersTo('contactID', 'Contact'),
    configurationItem,
    assignee: refersTo('assignedResourceID', 'Member'),
    unassigned,
    priority: listed('priority', priorities),
    type: listed('ticketType', ticketTypes),
    createdAt: range('createDate'),
    updatedAt: range('lastActivityDate'),
    slaDueAt: range('resolvedDueDateTime'),
    waitingSince,
    clientReplied: replied,
    numbers,
  },
  // Not by `company`: an entry holds its ticket, and the ticket its company.
  TimeEntry: {
    ticket: refersTo('ticketID', 'Ticket'),
    member: refersTo('resourceID', 'Member'),
    startedAt: range('startDateTime'),
  },
  Contact: {
    text: words('firstName', 'lastName'),
    email: exactly('emailAddress'),
    company: refersTo('companyID', 'Company'),
    active: flagNumber('isActive'),
  },
  Company: {
    text: words('companyName', 'companyNumber'),
    identifier: exactly('companyNumber'),
    active: flag('isActive'),
  },
  Site: {
    text: phrase('name'),
    company: refersTo('companyID', 'Company'),
    active: flag('isActive'),
  },
  ConfigurationItem: {
    text: phrase('referenceTitle'),
    company: refersTo('companyID', 'Company'),
    site: refersTo('companyLocationID', 'Site'),
    contact: refersTo('contactID', 'Contact'),
    type: listed('configurationItemType', configurationItemTypes),
    serialNumber: exactly('serialNumber'),
    active: flag('isActive'),
  },
  Agreement: {
    text: phrase('contractName'),
    company: refersTo('companyID', 'Company'),
    active: flagNumber('status'),
  },
  Article: { text: words('title', 'keywords'), active: flag('isActive') },
  TicketTemplate: {},
  Product: { text: phrase('name', 'sku'), identifier: exactly('sku'), active: flag('isActive') },
  Member: {
    text: words('firstName', 'lastName', 'userName'),
    identifier: exactly('userName'),
    active: flag('isActive'),
  },
  Sla: { text: elsewhere },
  Project: {
    text: phrase('projectName'),
    company: refersTo('companyID', 'Company'),
    open: without('completedDateTime'),
  },
  ProjectTask: { text: phrase('title'), project: refersTo('projectID', 'Project'), open },
  Opportunity: {
    text: phrase('title'),
    company: refersTo('companyID', 'Company'),
    open: without('closedDate', 'lostDate'),
  },
  Board: { text: elsewhere, active: elsewhere },
  'Ticket.configurationItems': {},
  'Company.sites': {},
  'Ticket.lineItems': {},
  'Ticket.tasks': {},
  'Ticket.attachments': {},
  // Calendars are read as wholes: `calendar.ts` takes their conditions.
  ScheduleEntry: {},
  'Ticket.scheduleEntries': {},
  'Ticket.notes': {
    kinds: elsewhere,
    kind: elsewhere,
    clientVisible: elsewhere,
    createdAt: range('createDateTime'),
  },
  'Ticket.timeEntries': {
    member: refersTo('resourceID', 'Member'),
    startedAt: range('startDateTime'),
  },
}

export function filterNames(list: ListName): readonly string[] {
  return list === 'ScheduleEntry' ? CALENDAR_FILTERS : Object.keys(FILTERS[list])
}

export function stringOf(value: unknown, name: string): string {
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
