import { badInput, GatewayError } from '../../../schema/errors.ts'
import { parseId } from '../../../schema/ids.ts'
import type { EntityType, StatusCategory } from '../../../schema/records.ts'
import type { Filter, ListName, VendorSession } from '../../../schema/source.ts'
import { CALENDAR_FILTERS } from '../../reading/calendar.ts'
import {
  all,
  any,
  boolean,
  type Condition,
  compare,
  contains,
  datetime,
  fieldPath,
  integer,
  isIn,
  NULL,
  needsSecondLook,
  text,
} from '../conditions.ts'
import { CLIENT_VISIBLE, KIND_CONDITIONS } from '../note-groups.ts'
import { isChildKey, isVendorId } from '../read-many.ts'
import { boards, statusesOf } from '../reference.ts'

/** Nothing on this connection can match (an id of another one): the page is empty and nothing is asked. */
export const NOTHING = Symbol('nothing matches')

export type Built = Condition | typeof NOTHING

/** A text whose characters the vendor may read as wildcards: what comes back is compared once more. */
export interface SecondLook {
  readonly part: string
  readonly paths: readonly string[]
}

export interface FilterResult {
  readonly conditions: readonly Condition[]
  readonly childConditions: readonly Condition[]
  readonly nothing: boolean
  readonly secondLook: readonly SecondLook[]
}

interface Context {
  readonly session: VendorSession
  readonly filter: Filter
  readonly secondLook: SecondLook[]
  readonly childConditions: Condition[]
}

type Builder = (
  value: unknown,
  context: Context,
  name: string,
) => Built | undefined | Promise<Built | undefined>

/** `null` and an absent member ask for nothing; any other member is honoured or refused by name. */
export async function buildFilter(
  session: VendorSession,
  list: ListName,
  filter: Filter,
): Promise<FilterResult> {
  const context: Context = { session, filter, secondLook: [], childConditions: [] }
  const conditions: Condition[] = []
  let nothing = false
  // Lists below a record take their conditions as arguments of their own.
  const prefix = list.includes('.') ? '' : 'filter.'
  for (const [name, value] of Object.entries(filter)) {
    if (value === null || value === undefined) continue
    const builder = Object.hasOwn(FILTERS[list], name) ? FILTERS[list][name] : undefined
    if (builder === undefined) {
      throw new GatewayError('BAD_USER_INPUT', `ConnectWise cannot filter this list by "${name}".`, {
        argument: prefix + name,
        allowed: Object.keys(FILTERS[list]),
      })
    }
    const built = await builder(value, context, prefix + name)
    if (built === NOTHING) nothing = true
    else if (built !== undefined) conditions.push(built)
  }
  return { conditions, childConditions: context.childConditions, nothing, secondLook: context.secondLook }
}

/** Every word of the text in one of these fields. */
function words(...fields: readonly string[]): Builder {
  return (value, context, name) => {
    const wanted = stringOf(value, name).trim().split(/\s+/)
    if (wanted.length > 10) throw badInput(name, 'a text of at most 10 words', value)
    return all(
      wanted.map((word) => {
        if (needsSecondLook(word)) context.secondLook.push({ part: word, paths: fields })
        return any(fields.map((field) => contains(name, fieldPath(field), word))) as Condition
      }),
    )
  }
}

/** The text as one piece in one of these fields. */
function phrase(...fields: readonly string[]): Builder {
  return (value, context, name) => {
    const part = stringOf(value, name)
    if (needsSecondLook(part)) context.secondLook.push({ part, paths: fields })
    return any(fields.map((field) => contains(name, fieldPath(field), part)))
  }
}

/** Exactly this text. */
function exactly(field: string): Builder {
  return (value, _context, name) => compare(fieldPath(field), '=', text(name, stringOf(value, name)))
}

function flag(field: string, inverted = false): Builder {
  return (value, _context, name) => {
    if (typeof value !== 'boolean') throw badInput(name, 'true or false', value)
    return compare(fieldPath(field), '=', boolean(name, inverted ? !value : value))
  }
}

/** From `after` on and before `before`; the vendor knows whole seconds, so a fraction means the next one for both. */
function range(field: string): Builder {
  return (value, _context, name) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw badInput(name, '{ after, before }', value)
    const found: Condition[] = []
    for (const [member, bound] of Object.entries(value)) {
      if (bound === null || bound === undefined) continue
      const at = bound instanceof Date ? bound.toISOString() : stringOf(bound, `${name}.${member}`)
      const argument = `${name}.${member}`
      if (member === 'after') found.push(compare(fieldPath(field), '>=', datetime(argument, at, 'up')))
      else if (member === 'before') found.push(compare(fieldPath(field), '<', datetime(argument, at, 'up')))
      else throw badInput(argument, '"after" or "before"', bound)
    }
    return all(found)
  }
}

/** Records by global id of this connection, or by vendor key. */
function refersTo(field: string, type: EntityType): Builder {
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
    return keys.length === 0
      ? NOTHING
      : isIn(
          fieldPath(field),
          keys.map((key) => integer(name, key)),
        )
  }
}

/** Setup values by key (digits) or by name. */
function namedOrKeyed(member: string, type?: EntityType): Builder {
  return (value, { session }, name) => {
    const keys: string[] = []
    const names: string[] = []
    let elsewhere = 0
    for (const one of listOf(value, name)) {
      const parsed = type === undefined ? undefined : parseId(one)
      if (parsed !== undefined) {
        if (parsed.type !== type) throw badInput(name, `the id or name of a ${type}`, one)
        if (parsed.connection === session.connection.slug && isVendorId(parsed.key)) keys.push(parsed.key)
        else elsewhere += 1
      } else if (isVendorId(one)) keys.push(one)
      else names.push(one)
    }
    const found: Condition[] = []
    if (keys.length > 0)
      found.push(
        isIn(
          fieldPath(`${member}/id`),
          keys.map((key) => integer(name, key)),
        ),
      )
    if (names.length > 0)
      found.push(
        isIn(
          fieldPath(`${member}/name`),
          names.map((one) => text(name, one)),
        ),
      )
    if (found.length === 0 && elsewhere > 0) return NOTHING
    return any(found)
  }
}

const CATEGORIES: ReadonlySet<string> = new Set<StatusCategory>([
  'NEW',
  'ACTIVE',
  'WAITING_CLIENT',
  'WAITING_OTHER',
  'RESOLVED',
  'CLOSED',
])

/** The vendor has no categories: the statuses that have them, of every board, are asked for by id. */
const statusCategory: Builder = async (value, { session }, name) => {
  const wanted = new Set(listOf(value, name))
  for (const one of wanted)
    if (!CATEGORIES.has(one)) throw badInput(name, `one of ${[...CATEGORIES].join(', ')}`, one)
  const all = await Promise.all((await boards(session)).map(({ id }) => statusesOf(session, String(id))))
  const keys = all.flat().filter(({ category }) => wanted.has(category))
  return keys.length === 0
    ? NOTHING
    : isIn(
        fieldPath('status/id'),
        keys.map(({ key }) => integer(name, key)),
      )
}

const noteKinds: Builder = (value, _context, name) => {
  const kinds = new Set(listOf(value, name))
  for (const kind of kinds) {
    if (kind !== 'CLIENT_FACING' && !Object.hasOwn(KIND_CONDITIONS, kind))
      throw badInput(name, 'kinds of notes', kind)
  }
  if (kinds.has('CLIENT_FACING') !== kinds.has('DESCRIPTION') && kinds.has('CLIENT_FACING')) {
    throw new GatewayError(
      'BAD_USER_INPUT',
      'ConnectWise does not keep which note was mailed: CLIENT_FACING notes read as DESCRIPTION. Ask for both.',
      { argument: name, allowed: Object.keys(KIND_CONDITIONS) },
    )
  }
  return any(
    Object.entries(KIND_CONDITIONS).flatMap(([kind, condition]) => (kinds.has(kind) ? [condition] : [])),
  )
}

const clientVisible: Builder = (value, _context, name) => {
  if (typeof value !== 'boolean') throw badInput(name, 'true or false', value)
  return value ? CLIENT_VISIBLE : KIND_CONDITIONS.INTERNAL
}

/** An array inside the record is reached by `childConditions` (API.md 4.2). */
const email: Builder = (value, { childConditions }, name) => {
  const address = text(name, stringOf(value, name))
  childConditions.push(
    all([
      compare(fieldPath('communicationItems/value'), '=', address),
      compare(fieldPath('communicationItems/communicationType'), '=', text(name, 'Email')),
    ]) as Condition,
  )
  return undefined
}

const unassigned: Builder = (value, _context, name) => {
  if (typeof value !== 'boolean') throw badInput(name, 'true or false', value)
  return compare(fieldPath('owner/id'), value ? '=' : '!=', NULL)
}

const numbers: Builder = (value, _context, name) => {
  const wanted = listOf(value, name).map((one) => one.replace(/^#/, ''))
  for (const one of wanted) if (!isVendorId(one)) throw badInput(name, 'ticket numbers', one)
  return isIn(
    fieldPath('id'),
    wanted.map((one) => integer(name, one)),
  )
}

const waitingSince: Builder = async (value, context, name) => {
  const within = await range('lastUpdated')(value, context, name)
  if (within === undefined || within === NOTHING) return within
  return all([compare(fieldPath('closedFlag'), '=', boolean(name, false)), within])
}

/** The company stands in the path (`siteParent`), and so in no condition. */
const onlyOne: Builder = () => undefined

/**
 * The vendor has no list of sites but those below one company.
 * @returns its key, or null for a company of another connection
 */
export function siteParent({ connection }: VendorSession, { company }: Filter): string | null {
  const [one, ...others] = company === undefined ? [] : listOf(company, 'filter.company')
  const parsed = one === undefined ? undefined : parseId(one)
  if (parsed === undefined || parsed.type !== 'Company' || others.length > 0) {
    throw badInput('filter.company', 'exactly one company: ConnectWise keeps sites below theirs', company)
  }
  return parsed.connection === connection.slug && isVendorId(parsed.key) ? parsed.key : null
}

/** A site is named by its company and its own id; a bare id of one would leave open whose it is. */
const atSite: Builder = (value, { session }, name) => {
  const found = listOf(value, name).flatMap((one) => {
    const parsed = parseId(one)
    if (parsed === undefined || parsed.type !== 'Site') throw badInput(name, 'the id of a Site', one)
    if (parsed.connection !== session.connection.slug || !isChildKey(parsed.key)) return []
    const [company = '', site = ''] = parsed.key.split('.')
    return [
      all([
        compare(fieldPath('company/id'), '=', integer(name, company)),
        compare(fieldPath('site/id'), '=', integer(name, site)),
      ]) as Condition,
    ]
  })
  return found.length === 0 ? NOTHING : any(found)
}

/** One alone: the vendor refuses several (API.md 4.3), and knows the device by no other path. */
const configurationItem: Builder = (value, context, name) =>
  refersTo('configuration/id', 'ConfigurationItem')(stringOf(value, name), context, name)

/** Ids of projects and activities count apart: the kind of charge is asked with them. */
const onTickets: Builder = async (value, context, name) => {
  const within = await refersTo('chargeToId', 'Ticket')(value, context, name)
  if (within === undefined || within === NOTHING) return within
  return all([compare(fieldPath('chargeToType'), '=', text(name, 'ServiceTicket')), within])
}

const FILTERS: Readonly<Record<ListName, Readonly<Record<string, Builder>>>> = {
  Ticket: {
    text: phrase('summary'),
    status: namedOrKeyed('status'),
    statusCategory,
    open: flag('closedFlag', true),
    board: namedOrKeyed('board', 'Board'),
    company: refersTo('company/id', 'Company'),
    contact: refersTo('contact/id', 'Contact'),
    configurationItem,
    assignee: refersTo('owner/id', 'Member'),
    unassigned,
    priority: namedOrKeyed('priority'),
    type: namedOrKeyed('type'),
    createdAt: range('dateEntered'),
    updatedAt: range('lastUpdated'),
    waitingSince,
    clientReplied: flag('customerUpdatedFlag'),
    numbers,
  },
  Contact: {
    text: words('firstName', 'lastName'),
    email,
    company: refersTo('company/id', 'Company'),
    active: flag('inactiveFlag', true),
  },
  Company: {
    text: words('name', 'identifier'),
    identifier: exactly('identifier'),
    status: namedOrKeyed('status'),
    active: flag('deletedFlag', true),
  },
  ConfigurationItem: {
    text: phrase('name'),
    company: refersTo('company/id', 'Company'),
    site: atSite,
    contact: refersTo('contact/id', 'Contact'),
    type: namedOrKeyed('type'),
    serialNumber: exactly('serialNumber'),
    active: flag('activeFlag'),
  },
  Agreement: {
    text: phrase('name'),
    company: refersTo('company/id', 'Company'),
    active: (value, _context, name) => {
      if (typeof value !== 'boolean') throw badInput(name, 'true or false', value)
      return compare(fieldPath('agreementStatus'), value ? '=' : '!=', text(name, 'Active'))
    },
  },
  Sla: { text: phrase('name') },
  Project: {
    text: phrase('name'),
    company: refersTo('company/id', 'Company'),
    open: flag('closedFlag', true),
  },
  ProjectTask: {
    text: phrase('summary'),
    project: refersTo('project/id', 'Project'),
    open: flag('closedFlag', true),
  },
  Opportunity: {
    text: phrase('name'),
    company: refersTo('company/id', 'Company'),
    open: (value, _context, name) => {
      if (typeof value !== 'boolean') throw badInput(name, 'true or false', value)
      return compare(fieldPath('closedDate'), value ? '=' : '!=', NULL)
    },
  },
  TicketTemplate: { text: phrase('name') },
  Product: {
    text: phrase('description', 'identifier'),
    identifier: exactly('identifier'),
    active: flag('inactiveFlag', true),
  },
  // Not by `active`: an article does not tell it.
  Article: { text: words('title', 'issue', 'resolution') },
  Site: { text: phrase('name'), company: onlyOne, active: flag('inactiveFlag', true) },
  Member: {
    text: words('firstName', 'lastName', 'identifier'),
    identifier: exactly('identifier'),
    active: flag('inactiveFlag', true),
  },
  Board: { text: phrase('name'), active: flag('inactiveFlag', true) },
  TimeEntry: {
    ticket: onTickets,
    company: refersTo('company/id', 'Company'),
    member: refersTo('member/id', 'Member'),
    startedAt: range('timeStart'),
  },
  'Ticket.notes': { kinds: noteKinds, kind: noteKinds, clientVisible, createdAt: range('dateCreated') },
  'Ticket.timeEntries': { member: refersTo('member/id', 'Member'), startedAt: range('timeStart') },
  'Ticket.configurationItems': {},
  'Company.sites': {},
  'Ticket.lineItems': {},
  'Ticket.tasks': {},
  'Ticket.attachments': {},
  // Calendars are read as wholes: `calendar.ts` takes their conditions.
  ScheduleEntry: {},
  'Ticket.scheduleEntries': {},
}

export function filterNames(list: ListName): readonly string[] {
  return list === 'ScheduleEntry' ? CALENDAR_FILTERS : Object.keys(FILTERS[list])
}

function stringOf(value: unknown, name: string): string {
  if (typeof value !== 'string') throw badInput(name, 'a text', value)
  return value
}

/** One value or several; numbers pass as their digits. */
function listOf(value: unknown, name: string): readonly string[] {
  const values = Array.isArray(value) ? (value as readonly unknown[]) : [value]
  if (values.length === 0) throw badInput(name, 'at least one value', value)
  if (values.length > 100) throw badInput(name, 'at most 100 values', values.length)
  return values.map((one) => stringOf(typeof one === 'number' ? String(one) : one, name))
}
