import { badInput, GatewayError } from '../../../schema/errors.ts'
import { parseId } from '../../../schema/ids.ts'
import type { EntityType, StatusCategory } from '../../../schema/records.ts'
import type { Filter, ListName, VendorSession } from '../../../schema/source.ts'
import { CALENDAR_FILTERS } from '../../reading/calendar.ts'
import type { Row } from '../client.ts'
import { instant } from '../projection.ts'
import {
  checkedText,
  containsText,
  date,
  flag,
  ids,
  type Parameter,
  type Query,
  searchPiece,
} from '../query.ts'
import { isVendorId, TICKETS_PER_READ } from '../read-tickets.ts'
import {
  assetTypes,
  nobody,
  priorities,
  type Status,
  statuses,
  statusNames,
  teams,
  ticketTypes,
} from '../reference.ts'
import { booleanOf, keysOf, listOf, rangeOf, within } from './values.ts'

/**
 * A filter of a list that the server pages: parameters that narrow it, and tests that decide. Halo ignores a
 * parameter that it does not know and then returns everything (API.md 4), so each row is compared again; the
 * parameters only save pages.
 */
export interface Narrowing {
  readonly query: Query
  readonly tests: readonly ((row: Row) => boolean)[]
  /** Statuses that are left, where the filter speaks of them: one parameter for all its members. */
  readonly statuses: ReadonlySet<number> | null
  /** Nothing on this connection can match: the page is empty and nothing is asked. */
  readonly nothing: boolean
}

interface Draft {
  readonly session: VendorSession
  readonly filter: Filter
  readonly query: Parameter[]
  readonly tests: ((row: Row) => boolean)[]
  statuses: ReadonlySet<number> | null
  nothing: boolean
}

type Builder = (draft: Draft, value: unknown, name: string) => void | Promise<void>

/** `null` and an absent member ask for nothing; any other member is honoured or refused by name. */
export async function narrow(
  session: VendorSession,
  list: keyof typeof PAGED_FILTERS,
  filter: Filter,
): Promise<Narrowing> {
  const draft: Draft = { session, filter, query: [], tests: [], statuses: null, nothing: false }
  const builders: Readonly<Record<string, Builder>> = PAGED_FILTERS[list]
  for (const [name, value] of Object.entries(filter)) {
    if (value === null || value === undefined) continue
    const builder = Object.hasOwn(builders, name) ? builders[name] : undefined
    if (builder === undefined) throw noFilter(`filter.${name}`, Object.keys(builders))
    await builder(draft, value, `filter.${name}`)
  }
  return { ...draft, nothing: draft.nothing || draft.statuses?.size === 0 }
}

export function noFilter(argument: string, allowed: readonly string[]): GatewayError {
  const name = argument.replace(/^filter\./, '')
  return new GatewayError('BAD_USER_INPUT', `HaloPSA cannot filter this list by "${name}".`, {
    argument,
    allowed,
  })
}

function onlyStatuses(draft: Draft, keep: Iterable<number>): void {
  const wanted = new Set(keep)
  draft.statuses =
    draft.statuses === null ? wanted : new Set([...draft.statuses].filter((id) => wanted.has(id)))
}

function oneOf(draft: Draft, member: string, wanted: ReadonlySet<number>): void {
  if (wanted.size === 0) draft.nothing = true
  draft.tests.push((row) => wanted.has(Number(row[member])))
}

const digits = (wanted: ReadonlySet<number>) => [...wanted].map(String)

/** `many` takes a comma list; where there is only a parameter for one id, several are told apart here. */
function refersTo(member: string, type: EntityType, one: string, many?: string): Builder {
  return (draft, value, name) => {
    const wanted = keysOf(draft.session, type, value, name)
    oneOf(draft, member, wanted)
    const parameter = wanted.size === 1 ? one : many
    if (parameter !== undefined && wanted.size > 0) draft.query.push(ids(parameter, digits(wanted), name))
  }
}

interface Choice {
  readonly id: number
  readonly name: string
}

/** Setup values by key (digits) or by name; what this connection does not have matches nothing here. */
function chosen(choices: readonly Choice[], value: unknown, name: string): ReadonlySet<number> {
  const found = new Set<number>()
  for (const one of listOf(value, name)) {
    const wanted = one.trim().toLowerCase()
    const byName = choices.filter((choice) => choice.name.toLowerCase() === wanted)
    if (isVendorId(one)) found.add(Number(one))
    else for (const choice of byName) found.add(choice.id)
  }
  return found
}

function setup(
  member: string,
  parameter: string,
  choices: (session: VendorSession) => Promise<readonly Choice[]>,
): Builder {
  return async (draft, value, name) => {
    const wanted = chosen(await choices(draft.session), value, name)
    oneOf(draft, member, wanted)
    if (wanted.size > 0) draft.query.push(ids(parameter, digits(wanted), name))
  }
}

/** The parameter takes one type: several are told apart here. */
const assetType: Builder = async (draft, value, name) => {
  const wanted = chosen(await assetTypes(draft.session), value, name)
  oneOf(draft, 'assettype_id', wanted)
  if (wanted.size === 1) draft.query.push(ids('assettype_id', digits(wanted), name))
}

const status: Builder = async (draft, value, name) =>
  onlyStatuses(draft, chosen(await statusNames(draft.session), value, name))

const CATEGORIES: ReadonlySet<string> = new Set<StatusCategory>([
  'NEW',
  'ACTIVE',
  'WAITING_CLIENT',
  'WAITING_OTHER',
  'RESOLVED',
  'CLOSED',
])

async function statusesThat(draft: Draft, keep: (status: Status) => boolean): Promise<void> {
  const known = await statuses(draft.session)
  onlyStatuses(
    draft,
    known.filter(keep).map(({ id }) => id),
  )
}

const statusCategory: Builder = (draft, value, name) => {
  const wanted = new Set(listOf(value, name))
  for (const one of wanted)
    if (!CATEGORIES.has(one)) throw badInput(name, `one of ${[...CATEGORIES].join(', ')}`, one)
  return statusesThat(draft, ({ category }) => wanted.has(category))
}

/** By the statuses themselves, so that it agrees with what `closed` says of each ticket. */
const open: Builder = (draft, value, name) => {
  const wanted = booleanOf(value, name)
  return statusesThat(draft, ({ closes }) => closes !== wanted)
}

/** Tickets carry the team's name (API.md 12.10), and the parameter takes its number. */
const board: Builder = async (draft, value, name) => {
  const known = await teams(draft.session)
  const wanted = new Set<number>()
  for (const one of listOf(value, name)) {
    const parsed = parseId(one)
    if (parsed === undefined) for (const id of chosen(known, [one], name)) wanted.add(id)
    else for (const id of keysOf(draft.session, 'Board', [one], name)) wanted.add(id)
  }
  const names = new Set(known.filter(({ id }) => wanted.has(id)).map((team) => team.name))
  if (names.size === 0) draft.nothing = true
  else draft.query.push(ids('team', digits(wanted), name))
  draft.tests.push((row) => names.has(String(row.team)))
}

const unassigned: Builder = (draft, value, name) => {
  const wanted = booleanOf(value, name)
  const none = nobody(draft.session)
  if (wanted && draft.filter.assignee == null) draft.query.push(ids('agent', [String(none)], name))
  draft.tests.push(({ agent_id }) => (Number(agent_id ?? 0) <= 0 || Number(agent_id) === none) === wanted)
}

const DAY = 86_400_000

/**
 * Whether an end of the span means a moment or a day, and of which zone, is not documented: a day more on both
 * sides is asked for. Only one span can be (`datesearch` names one field); another is told apart here.
 */
function span(member: string, datesearch: string): Builder {
  return (draft, value, name) => {
    const range = rangeOf(value, name)
    draft.tests.push((row) => within(instant(row[member]), range))
    if (range.from === null && range.to === null) return
    if (draft.query.some(([parameter]) => parameter === 'datesearch')) return
    // Without both ends a span of Halo may be none at all.
    const from = range.from === null ? Date.UTC(1990, 0, 1) : range.from - DAY
    const to = range.to === null ? Date.UTC(2100, 0, 1) : range.to + DAY
    draft.query.push(['datesearch', datesearch], date('startdate', from), date('enddate', to))
  }
}

const waitingSince: Builder = async (draft, value, name) => {
  await statusesThat(draft, ({ closes }) => !closes)
  await span('last_update', 'last_update')(draft, value, name)
}

const numbers: Builder = (draft, value, name) => {
  const wanted = listOf(value, name).map((one) => one.replace(/^#/, '').trim())
  for (const one of wanted) if (!isVendorId(one)) throw badInput(name, 'ticket numbers', one)
  if (wanted.length > TICKETS_PER_READ)
    throw badInput(name, `at most ${TICKETS_PER_READ} numbers`, wanted.length)
  oneOf(draft, 'id', new Set(wanted.map(Number)))
  draft.query.push(ids('ticketids', wanted, name))
}

/** The text as one piece. */
function phrase(parameter: string, ...members: readonly string[]): Builder {
  return (draft, value, name) => {
    const text = checkedText(name, value)
    const piece = searchPiece(text)
    if (piece !== null) draft.query.push([parameter, piece])
    draft.tests.push((row) => members.some((member) => containsText(String(row[member] ?? ''), text)))
  }
}

/** Every word of the text in one of these members. */
function words(parameter: string, ...members: readonly string[]): Builder {
  return (draft, value, name) => {
    const wanted = checkedText(name, value).trim().split(/\s+/)
    if (wanted.length > 10) throw badInput(name, 'a text of at most 10 words', value)
    const pieces = wanted.flatMap((word) => searchPiece(word) ?? [])
    const [longest] = pieces.toSorted((a, b) => b.length - a.length)
    if (longest !== undefined) draft.query.push([parameter, longest])
    for (const word of wanted)
      draft.tests.push((row) => members.some((member) => containsText(String(row[member] ?? ''), word)))
  }
}

const email: Builder = (draft, value, name) => {
  const wanted = checkedText(name, value).trim().toLowerCase()
  const piece = searchPiece(wanted)
  if (piece !== null && !draft.query.some(([parameter]) => parameter === 'search'))
    draft.query.push(['search', piece])
  draft.tests.push(({ emailaddress }) => String(emailaddress ?? '').toLowerCase() === wanted)
}

const itemReference: Builder = (draft, value, name) => {
  const wanted = checkedText(name, value).trim().toLowerCase()
  const piece = searchPiece(wanted)
  if (piece !== null && !draft.query.some(([parameter]) => parameter === 'search'))
    draft.query.push(['search', piece])
  draft.tests.push(({ internalreference }) => String(internalreference ?? '').toLowerCase() === wanted)
}

/** Which records a list shows unasked is not documented: both flags are always said. */
const active: Builder = (draft, value, name) => {
  const wanted = booleanOf(value, name)
  draft.query.push(flag('includeactive', wanted), flag('includeinactive', !wanted))
  draft.tests.push(({ inactive }) => (inactive !== true) === wanted)
}

const inForce: Builder = (draft, value, name) => {
  const wanted = booleanOf(value, name)
  draft.query.push(flag('includeinactive', !wanted))
  draft.tests.push(({ expired }) => (expired !== true) === wanted)
}

const contactText: Builder = (draft, value, name) => {
  // One `search` for both: the mail address narrows more.
  const found = draft.query.findIndex(([parameter]) => parameter === 'search')
  if (found >= 0) draft.query.splice(found, 1)
  const withEmail = typeof draft.filter.email === 'string'
  words('search', 'firstname', 'surname')(draft, value, name)
  if (!withEmail) return
  const mine = draft.query.findIndex(([parameter]) => parameter === 'search')
  if (mine >= 0) draft.query.splice(mine, 1)
  const piece = searchPiece(String(draft.filter.email).trim().toLowerCase())
  if (piece !== null) draft.query.push(['search', piece])
}

/** A row does not tell its assets, and so nothing is compared again: the parameter is documented (API.md 4). */
const configurationItem: Builder = (draft, value, name) => {
  const wanted = keysOf(draft.session, 'ConfigurationItem', value, name)
  if (wanted.size === 0) draft.nothing = true
  else draft.query.push(ids('asset_id', digits(wanted), name))
}

export const PAGED_FILTERS = {
  Ticket: {
    text: phrase('search_summary', 'summary'),
    status,
    statusCategory,
    open,
    board,
    company: refersTo('client_id', 'Company', 'client_id', 'client_ids'),
    contact: refersTo('user_id', 'Contact', 'user_id'),
    configurationItem,
    assignee: refersTo('agent_id', 'Member', 'agent', 'agent'),
    unassigned,
    priority: setup('priority_id', 'priority', priorities),
    type: setup('tickettype_id', 'requesttype', ticketTypes),
    createdAt: span('dateoccurred', 'dateoccured'),
    updatedAt: span('last_update', 'last_update'),
    waitingSince,
    numbers,
  },
  Contact: {
    text: contactText,
    email,
    company: refersTo('client_id', 'Company', 'client_id'),
    active,
  },
  Company: { text: phrase('search', 'name'), active },
  // Not by contact: a row does not tell it, and so nothing could be compared again.
  ConfigurationItem: {
    text: phrase('search', 'key_field'),
    company: refersTo('client_id', 'Company', 'client_id'),
    site: refersTo('site_id', 'Site', 'site_id'),
    type: assetType,
    active,
  },
  Agreement: {
    text: phrase('search', 'ref'),
    company: refersTo('client_id', 'Company', 'client_id'),
    active: inForce,
  },
  // Lists leave the solution out, and so nothing could be compared again.
  Article: { text: words('search', 'name', 'description'), active },
  // Not by `active`: a row does not tell it.
  Product: { text: phrase('search', 'name', 'internalreference'), identifier: itemReference },
  Project: {
    text: phrase('search_summary', 'summary'),
    company: refersTo('client_id', 'Company', 'client_id', 'client_ids'),
    open,
  },
  ProjectTask: {
    text: phrase('search_summary', 'summary'),
    project: refersTo('parent_id', 'Project', 'parent_id', 'project_ids'),
    open,
  },
  Opportunity: {
    text: phrase('search_summary', 'summary'),
    company: refersTo('client_id', 'Company', 'client_id', 'client_ids'),
    open,
  },
  TicketTemplate: { text: phrase('search', 'name') },
  Site: {
    text: phrase('search', 'name'),
    company: refersTo('client_id', 'Company', 'client_id'),
    active,
  },
} as const satisfies Partial<Record<ListName, Readonly<Record<string, Builder>>>>

/** Filters of the lists that come whole: the tests are all there is to them. */
export const WHOLE_FILTERS = {
  Member: ['text', 'identifier', 'active'],
  Board: ['text', 'active'],
  Sla: ['text'],
  'Ticket.lineItems': [],
  'Ticket.tasks': [],
  'Ticket.attachments': [],
  'Ticket.notes': ['kinds', 'kind', 'clientVisible', 'createdAt'],
  'Ticket.timeEntries': ['member', 'startedAt'],
} as const satisfies Partial<Record<ListName, readonly string[]>>

export function filterNames(list: ListName): readonly string[] {
  if (list === 'ScheduleEntry') return CALENDAR_FILTERS
  if (list === 'Company.sites' || list === 'Ticket.configurationItems' || list === 'Ticket.scheduleEntries')
    return []
  if (list === 'TimeEntry') return ['ticket', 'company', 'member', 'startedAt']
  return list in WHOLE_FILTERS
    ? WHOLE_FILTERS[list as keyof typeof WHOLE_FILTERS]
    : Object.keys(PAGED_FILTERS[list as keyof typeof PAGED_FILTERS])
}
