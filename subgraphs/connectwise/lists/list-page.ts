import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { VendorRecord } from '../../../schema/records.ts'
import type { ListPage, ListRequest, VendorAccess, VendorSession } from '../../../schema/source.ts'
import { unavailable } from '../../http/errors.ts'
import { calendarPage, ticketCalendars } from '../../reading/calendar.ts'
import { containsExactly } from '../../reading/fold.ts'
import { calendar } from '../calendar.ts'
import { type Query, readJson } from '../client.ts'
import { all, boolean, type Condition, compare, fieldPath, integer, text } from '../conditions.ts'
import { agreementSpec } from '../entities/agreement.ts'
import { articleSpec } from '../entities/article.ts'
import { attachmentSpec } from '../entities/attachment.ts'
import { boardSpec } from '../entities/board.ts'
import { companySpec } from '../entities/company.ts'
import { configurationItemSpec } from '../entities/configuration-item.ts'
import { contactSpec } from '../entities/contact.ts'
import { memberSpec } from '../entities/member.ts'
import { noteSpec } from '../entities/note.ts'
import { opportunitySpec } from '../entities/opportunity.ts'
import { productSpec } from '../entities/product.ts'
import { projectSpec, projectTaskSpec } from '../entities/project.ts'
import { siteSpec } from '../entities/site.ts'
import { slaSpec } from '../entities/sla.ts'
import { ticketSpec } from '../entities/ticket.ts'
import { ticketLineItemSpec } from '../entities/ticket-line-item.ts'
import { ticketTemplateSpec } from '../entities/ticket-template.ts'
import { timeEntrySpec } from '../entities/time-entry.ts'
import { noteReach } from '../note-groups.ts'
import {
  type EntitySpec,
  extrasFor,
  fieldsQuery,
  readAccess,
  time,
  toRecord,
  wantedFields,
} from '../projection.ts'
import { documentsOf, isVendorId, ONLY_SERVICE_TICKETS } from '../read-many.ts'
import { prioritiesOf } from '../reference.ts'
import { buildFilter, type SecondLook, siteParent } from './filters.ts'
import { behind, type Direction, type OrderSpec, orderBy, type Position, readPosition } from './keyset.ts'
import { ORDERS } from './orders.ts'
import { ticketItems } from './ticket-items.ts'
import { ticketTasks } from './ticket-tasks.ts'

/** Keep a URL under 2,000 characters (API.md 4.2); the path and the other parameters take their share. */
const MAX_CONDITIONS = 1500

/** Requests that one page may take when what comes back is thinned out again; then the page ends, and says so. */
const MAX_ROUNDS = 5

interface ListSpec<Body> {
  readonly entity: EntitySpec<Body>
  readonly path: string
  readonly query?: Query
  readonly search?: string
  readonly fixed: readonly Condition[]
}

/** The parts of one list that stay the same from page to page. */
interface Standing {
  readonly session: VendorSession
  readonly path: string
  readonly search?: string
  readonly access: VendorAccess
  readonly fields: Query
  readonly conditions: readonly Condition[]
  readonly childConditions: readonly Condition[]
}

export async function listPage(session: VendorSession, request: ListRequest): Promise<ListPage> {
  const { list, parent } = request
  switch (list) {
    case 'Ticket':
      return page(session, request, {
        entity: ticketSpec,
        path: '/service/tickets',
        search: '/service/tickets/search',
        fixed: [ONLY_SERVICE_TICKETS],
      })
    case 'Contact':
      return page(session, request, { entity: contactSpec, path: '/company/contacts', fixed: [] })
    case 'Company':
      return page(session, request, { entity: companySpec, path: '/company/companies', fixed: [] })
    case 'Site': {
      const company = siteParent(session, request.filter)
      return company === null ? EMPTY : sites(session, request, company)
    }
    case 'ConfigurationItem':
      return page(session, request, {
        entity: configurationItemSpec,
        path: '/company/configurations',
        fixed: [],
      })
    case 'Agreement':
      return page(session, request, { entity: agreementSpec, path: '/finance/agreements', fixed: [] })
    case 'Sla':
      return page(session, request, { entity: slaSpec, path: '/service/SLAs', fixed: [] })
    case 'Project':
      return page(session, request, { entity: projectSpec, path: '/project/projects', fixed: [] })
    case 'ProjectTask':
      return page(session, request, {
        entity: projectTaskSpec,
        path: '/project/tickets',
        search: '/project/tickets/search',
        fixed: [],
      })
    case 'Opportunity':
      return page(session, request, { entity: opportunitySpec, path: '/sales/opportunities', fixed: [] })
    case 'TicketTemplate':
      return page(session, request, { entity: ticketTemplateSpec, path: '/service/templates', fixed: [] })
    case 'Product':
      return page(session, request, { entity: productSpec, path: '/procurement/catalog', fixed: [] })
    case 'Article':
      return page(session, request, {
        entity: articleSpec,
        path: '/service/knowledgeBaseArticles',
        fixed: [],
      })
    case 'Company.sites':
      return sites(session, request, parentKey(parent, 'company'))
    case 'Ticket.configurationItems': {
      const parents = [parentKey(parent)]
      const [one] = await ticketItems(
        session,
        { ...request, list, parents, brought: undefined },
        request.after,
      )
      if (one instanceof Error) throw one
      return one ?? EMPTY
    }
    case 'Member':
      return page(session, request, { entity: memberSpec, path: '/system/members', fixed: [] })
    case 'Board':
      // Project boards hold project tickets, which have a group of their own.
      return page(session, request, {
        entity: boardSpec,
        path: '/service/boards',
        fixed: [NO_PROJECT_BOARDS],
      })
    case 'Ticket.notes': {
      const reach = noteReach(session)
      return page(session, request, {
        entity: { ...noteSpec, group: reach.group },
        path: `/service/tickets/${parentKey(parent)}/notes`,
        fixed: reach.condition === undefined ? [] : [reach.condition],
      })
    }
    case 'TimeEntry':
      return page(session, request, { entity: timeEntrySpec, path: '/time/entries', fixed: [] })
    case 'Ticket.lineItems':
      return page(session, request, {
        entity: ticketLineItemSpec,
        path: '/procurement/products',
        fixed: [compare(fieldPath('ticket/id'), '=', integer('ticket', parentKey(parent)))],
      })
    case 'Ticket.tasks':
      return ticketTasks(session, { ...request, list }, parentKey(parent))
    case 'Ticket.attachments':
      return page(session, request, {
        entity: attachmentSpec,
        path: '/system/documents',
        query: documentsOf(parentKey(parent)),
        fixed: [],
      })
    case 'ScheduleEntry':
      return calendarPage(calendar, session, request)
    case 'Ticket.scheduleEntries': {
      const parents = [parentKey(parent)]
      const [one] = await ticketCalendars(
        calendar,
        session,
        { ...request, list, parents, brought: undefined },
        request.after,
      )
      return one ?? EMPTY
    }
    case 'Ticket.timeEntries':
      return page(session, request, {
        entity: timeEntrySpec,
        path: '/time/entries',
        fixed: [
          compare(fieldPath('chargeToId'), '=', integer('ticket', parentKey(parent))),
          compare(fieldPath('chargeToType'), '=', text('ticket', 'ServiceTicket')),
        ],
      })
  }
}

function sites(session: VendorSession, request: ListRequest, company: string): Promise<ListPage> {
  const path = `/company/companies/${company}/sites`
  return page(session, { ...request, parent: company }, { entity: siteSpec, path, fixed: [] })
}

const NO_PROJECT_BOARDS = compare(fieldPath('projectFlag'), '=', boolean('projectFlag', false))

export const EMPTY: ListPage = { records: [], positions: [], sortValues: [], hasNext: false }

async function page<Body extends { readonly id: number }>(
  session: VendorSession,
  request: ListRequest,
  spec: ListSpec<Body>,
): Promise<ListPage> {
  const { first, filter, fields } = request
  if (!Number.isInteger(first) || first < 1 || first > 999)
    throw badInput('first', 'a number from 1 to 999', first)
  const { order, direction, ranks } = await orderOf(session, request)
  const filtered = await buildFilter(session, request.list, filter)
  if (filtered.nothing) return EMPTY

  const { entity } = spec
  const wanted = wantedFields(session, entity, fields)
  const query: Standing = {
    session,
    path: spec.path,
    ...(spec.search === undefined ? {} : { search: spec.search }),
    access: readAccess(entity, wanted),
    fields: [
      ...(spec.query ?? []),
      ...fieldsQuery(entity, wanted, [...order.paths, ...filtered.secondLook.flatMap(({ paths }) => paths)]),
    ],
    conditions: [...spec.fixed, ...filtered.conditions],
    childConditions: filtered.childConditions,
  }

  const found = await collect(query, order, direction, {
    first,
    after: readPosition(request.after),
    skipEmpty: onlyValued(request),
    keep: (row) => matches(row, filtered.secondLook),
    parse: (row) => {
      const parsed = entity.shape.safeParse(row)
      return parsed.success ? parsed.data : undefined
    },
  })

  const bodies = found.rows.map(({ body }) => body)
  const extras = await extrasFor(session, entity, bodies, wanted, request.parent)
  const records: VendorRecord[] = bodies.map((body) => toRecord(entity, body, extras))
  return {
    records,
    positions: found.rows.map(({ position }) => position),
    sortValues: found.rows.map(({ position: { k, id } }) => sortValue(order, ranks, k, id)),
    hasNext: found.hasNext,
    ...(found.partial === undefined ? {} : { partial: found.partial }),
  }
}

interface Ordering {
  readonly order: OrderSpec
  readonly direction: Direction
  /** Sort order of a priority -> its rank. */
  readonly ranks?: ReadonlyMap<number, number>
}

export async function orderOf(
  session: VendorSession,
  { list, order: { key, direction } }: Pick<ListRequest, 'list' | 'order'>,
): Promise<Ordering> {
  const order = Object.hasOwn(ORDERS[list], key) ? ORDERS[list][key] : undefined
  if (order === undefined) {
    throw new GatewayError('BAD_USER_INPUT', `ConnectWise cannot order this list by "${key}".`, {
      argument: 'order',
      allowed: Object.keys(ORDERS[list]),
    })
  }
  if (key !== 'PRIORITY') return { order, direction }
  // Ascending by rank is the most urgent first; the tenant's own numbers may run the other way.
  const { all: known, ascending } = await prioritiesOf(session)
  const ranks = new Map(known.map(({ sortOrder, rank }) => [sortOrder ?? 0, rank]))
  return { order, ranks, direction: ascending ? direction : direction === 'ASC' ? 'DESC' : 'ASC' }
}

export function sortValue(
  order: OrderSpec,
  ranks: ReadonlyMap<number, number> | undefined,
  k: Position['k'],
  id: number,
): string | number | null {
  if (order.type === 'id') return id
  if (ranks !== undefined && typeof k === 'number') return ranks.get(k) ?? ranks.size + 1
  return order.type === 'time' && typeof k === 'string' ? time(k) : k
}

/** Open tickets only: then none is without a time of waiting, and nobody needs to look for one. */
function onlyValued({ order, filter }: ListRequest): boolean {
  return order.key === 'WAITING_SINCE' && (filter.open === true || (filter.waitingSince ?? null) !== null)
}

interface CollectOptions<Body> {
  readonly first: number
  readonly after: Position | undefined
  readonly skipEmpty: boolean
  keep(row: Row): boolean
  parse(row: unknown): Body | undefined
}

type Row = Readonly<Record<string, unknown>>

interface Collected<Body> {
  readonly rows: readonly { readonly body: Body; readonly position: Position }[]
  readonly hasNext: boolean
  readonly partial: string | undefined
}

/**
 * One request in the common case: a record more than asked for tells whether there is a next page. A second
 * one follows where the records with a value end, and where records fell out.
 */
async function collect<Body>(
  query: Standing,
  order: OrderSpec,
  direction: Direction,
  { first, after, skipEmpty, keep, parse }: CollectOptions<Body>,
): Promise<Collected<Body>> {
  const rows: { body: Body; position: Position }[] = []
  let empty = after !== undefined && after.k === null && order.split !== undefined
  let position = after
  let lost = 0
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const room = first - rows.length
    const answer = await request(query, order, direction, empty, position, room + 1)
    for (const row of answer.slice(0, room)) {
      const at = positionOf(row, order, empty)
      const body = at === undefined ? undefined : parse(row)
      if (at === undefined || body === undefined) lost += 1
      else if (keep(row as Row)) rows.push({ body, position: at })
      position = at ?? position
    }
    const more = answer.length > room
    if (more && rows.length === first) return { rows, hasNext: true, partial: told(lost) }
    if (!more) {
      if (order.split === undefined || empty || skipEmpty)
        return { rows, hasNext: false, partial: told(lost) }
      empty = true
      position = undefined
      if (rows.length === first) {
        const rest = await request(query, order, direction, true, undefined, 1)
        return { rows, hasNext: rest.length > 0, partial: told(lost) }
      }
    }
  }
  const stopped = 'The search was stopped before the page was full.'
  return {
    rows,
    hasNext: rows.length > 0,
    partial: [told(lost), stopped].filter((one) => one !== undefined).join(' '),
  }
}

function told(lost: number): string | undefined {
  if (lost === 0) return undefined
  return lost === 1 ? 'One record could not be read.' : `${lost} records could not be read.`
}

async function request(
  query: Standing,
  order: OrderSpec,
  direction: Direction,
  empty: boolean,
  position: Position | undefined,
  pageSize: number,
): Promise<readonly unknown[]> {
  const { session, childConditions } = query
  const split = order.split === undefined ? [] : [empty ? order.split.empty : order.split.valued]
  const from = position === undefined ? [] : [behind(order, direction, position)]
  const conditions = all([...query.conditions, ...split, ...from])
  const sorting = orderBy(order, direction, empty)
  const paging: Query = [...query.fields, ['pageSize', String(pageSize)]]
  const children = all(childConditions)
  const long = conditions !== undefined && encodeURIComponent(conditions).length > MAX_CONDITIONS
  if (long && query.search === undefined) {
    throw new GatewayError('BAD_USER_INPUT', 'The filter holds more values than ConnectWise takes at once.', {
      argument: 'filter',
    })
  }
  const answer = await readJson(session, {
    access: query.access,
    ...(long && query.search !== undefined
      ? { path: query.search, query: paging, search: { conditions, orderBy: sorting } }
      : {
          path: query.path,
          query: [
            ...(conditions === undefined ? [] : [['conditions', conditions] as const]),
            ...(children === undefined ? [] : [['childConditions', children] as const]),
            ['orderBy', sorting],
            ...paging,
          ],
        }),
  })
  // A parent that is gone has no children.
  const parent = PARENTS.find(([below]) => query.path.startsWith(below))?.[1]
  if (answer === undefined && parent !== undefined)
    throw new GatewayError('NOT_FOUND', `No such ${parent}.`, { connection: session.connection.slug })
  if (answer === undefined) {
    throw unavailable(
      session.connection.slug,
      'answered a list with 404, as ConnectWise does for a wrong company, wrong keys or an older release',
    )
  }
  if (!Array.isArray(answer))
    throw unavailable(session.connection.slug, 'answered a list with something else')
  return answer
}

const PARENTS = [
  ['/service/tickets/', 'ticket'],
  ['/company/companies/', 'company'],
] as const

/** Read from the raw record, so that a malformed one still tells where to go on. */
export function positionOf(row: unknown, order: OrderSpec, empty: boolean): Position | undefined {
  if (typeof row !== 'object' || row === null) return undefined
  const id = (row as Row).id
  if (typeof id !== 'number') return undefined
  if (empty || order.type === 'id') return { k: order.type === 'id' ? id : null, id }
  const k = order.read(row as Row)
  // Without its key the record's place in the order is unknown: going on behind it could lose others.
  return k === null ? undefined : { k, id }
}

function matches(row: Row, looks: readonly SecondLook[]): boolean {
  return looks.every(({ part, paths }) =>
    paths.some((path) => {
      const value = row[path]
      return typeof value === 'string' && containsExactly(value, part)
    }),
  )
}

function parentKey(parent: string | undefined, what = 'ticket'): string {
  if (parent === undefined || !isVendorId(parent)) throw badInput(what, `a ${what} of ConnectWise`, parent)
  return parent
}
