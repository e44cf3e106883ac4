import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { ListPage, ListRequest, VendorSession } from '../../../schema/source.ts'
import { agreementSpec } from '../entities/agreement.ts'
import { articleSpec } from '../entities/article.ts'
import { companySpec } from '../entities/company.ts'
import { configurationItemSpec } from '../entities/configuration-item.ts'
import { contactSpec } from '../entities/contact.ts'
import { opportunitySpec } from '../entities/opportunity.ts'
import { productSpec } from '../entities/product.ts'
import { projectSpec, projectTaskSpec } from '../entities/project.ts'
import { siteSpec } from '../entities/site.ts'
import { ticketSpec } from '../entities/ticket.ts'
import { ticketTemplateSpec } from '../entities/ticket-template.ts'
import {
  type EntitySpec,
  extrasFor,
  needsDetail,
  readAccess,
  time,
  toRecord,
  wantedFields,
} from '../projection.ts'
import { flag, ids, type Query } from '../query.ts'
import {
  ARTICLES,
  ASSETS,
  CLIENTS,
  CONTRACTS,
  ITEMS,
  OPPORTUNITIES,
  PROJECTS,
  rowsByIds,
  SITES,
  TEMPLATES,
  USERS,
} from '../read-by-id.ts'
import { withDetails } from '../read-many.ts'
import { ORDINARY, widening } from '../read-tickets.ts'
import { statuses } from '../reference.ts'
import { collect, type Found } from './collect.ts'
import { type Narrowing, narrow } from './filters.ts'
import { type OrderSpec, PAGED_ORDERS } from './orders.ts'
import { type Listing, type Position, readPosition } from './pages.ts'

export type PagedList = keyof typeof PAGED_ORDERS

export const EMPTY: ListPage = { records: [], positions: [], sortValues: [], hasNext: false }

/** A page of tickets, contacts or companies. */
export async function pagedList(
  session: VendorSession,
  list: PagedList,
  request: ListRequest,
): Promise<ListPage> {
  switch (list) {
    case 'Ticket':
      return page(session, request, list, ticketSpec, TICKETS)
    case 'Contact':
      // The general user of a site is nobody (API.md, "Contact").
      return page(session, request, list, contactSpec, {
        ...USERS,
        query: [...USERS.query, flag('exclude_generaluser', true)],
      })
    case 'Company':
      return page(session, request, list, companySpec, CLIENTS)
    case 'Site':
      return page(session, request, list, siteSpec, SITES)
    case 'ConfigurationItem':
      return page(session, request, list, configurationItemSpec, ASSETS)
    case 'Agreement':
      return page(session, request, list, agreementSpec, CONTRACTS)
    case 'Product':
      return page(session, request, list, productSpec, ITEMS)
    case 'Article':
      return page(session, request, list, articleSpec, ARTICLES)
    case 'Project':
      return page(session, request, list, projectSpec, PROJECTS)
    case 'Opportunity':
      return page(session, request, list, opportunitySpec, OPPORTUNITIES)
    case 'TicketTemplate':
      return page(session, request, list, ticketTemplateSpec, TEMPLATES)
    case 'ProjectTask':
      // Any ticket may stand below another: which are tasks of a project, only the project tells.
      if (request.filter.project == null)
        throw badInput('filter.project', 'projects: HaloPSA keeps tasks below theirs', request.filter.project)
      return page(session, request, list, projectTaskSpec, TICKETS)
  }
}

type Shelf = Pick<Listing, 'path' | 'envelope' | 'query'>

const TICKETS: Shelf = { path: '/Tickets', envelope: 'tickets', query: [ORDINARY] }

async function page<Body extends { readonly id: number }>(
  session: VendorSession,
  request: ListRequest,
  list: PagedList,
  entity: EntitySpec<Body>,
  shelf: Shelf,
): Promise<ListPage> {
  const { first, order: asked } = request
  if (!Number.isInteger(first) || first < 1 || first > 999)
    throw badInput('first', 'a number from 1 to 999', first)
  const order = orderOf(list, asked.key)
  const narrowed = await narrow(session, list, request.filter)
  if (narrowed.nothing) return EMPTY
  const wanted = wantedFields(session, entity, request.fields)

  const found: Found<Body>[] = []
  let hasNext = false
  let stopped = false
  let lost = 0
  const after = readPosition(request.after)
  for (const part of await partsOf(session, order, narrowed, after)) {
    const room = first - found.length
    if (room === 0) {
      // The page is full where its part ended: whether there is more, only the next part knows.
      hasNext = true
      break
    }
    const collected = await collect<Body>(
      {
        session,
        path: shelf.path,
        envelope: shelf.envelope,
        access: readAccess(entity, wanted),
        query: replaced([...shelf.query, ...widening(wanted)], part.query),
        order: part.order,
        direction: asked.direction,
      },
      {
        first: room,
        after: part.after,
        keep: (row) => part.tests.every((test) => test(row)),
        parse: (row) => {
          const parsed = entity.shape.safeParse(row)
          return parsed.success ? parsed.data : undefined
        },
      },
    )
    found.push(
      ...collected.found.map((one) => (part.last ? { ...one, position: { ...one.position, k: null } } : one)),
    )
    hasNext = collected.hasNext
    stopped = collected.stopped
    lost += collected.lost
    if (hasNext || stopped) break
  }

  const bodies = await complete(session, entity, found, wanted, shelf)
  const extras = await extrasFor(session, entity, bodies, wanted, request.parent)
  const partial = [
    ...(lost === 0
      ? []
      : [lost === 1 ? 'One record could not be read.' : `${lost} records could not be read.`]),
    ...(stopped ? ['The search was stopped before the page was full.'] : []),
  ]
  return {
    records: bodies.map((body) => toRecord(entity, body, extras)),
    positions: found.map(({ position }) => position),
    sortValues: found.map(({ position }) => sortValue(order, position)),
    hasNext,
    ...(partial.length === 0 ? {} : { partial: partial.join(' ') }),
  }
}

function orderOf(list: PagedList, key: string): OrderSpec {
  const orders: Readonly<Record<string, OrderSpec>> = PAGED_ORDERS[list]
  const order = Object.hasOwn(orders, key) ? orders[key] : undefined
  if (order !== undefined) return order
  throw new GatewayError('BAD_USER_INPUT', `HaloPSA cannot order this list by "${key}".`, {
    argument: 'order',
    allowed: Object.keys(orders),
  })
}

interface ListPart {
  readonly query: Query
  readonly tests: Narrowing['tests']
  readonly order: OrderSpec
  readonly after: Position | undefined
  /** The records without a key, which come last and by id. */
  readonly last: boolean
}

const BY_ID: OrderSpec = PAGED_ORDERS.Ticket.NUMBER

/** What a list is read as: one part, or first the open tickets and then the closed ones. */
async function partsOf(
  session: VendorSession,
  order: OrderSpec,
  narrowed: Narrowing,
  after: Position | undefined,
): Promise<readonly ListPart[]> {
  if (order.split === undefined) {
    const part = withStatuses(narrowed, narrowed.statuses)
    return [{ ...part, order, after, last: false }]
  }
  const closes = new Set((await statuses(session)).filter((one) => one.closes).map(({ id }) => id))
  const every = narrowed.statuses ?? new Set((await statuses(session)).map(({ id }) => id))
  const open = new Set([...every].filter((id) => !closes.has(id)))
  const closed = new Set([...every].filter((id) => closes.has(id)))
  const inLast = after !== undefined && after.k === null
  return [
    ...(open.size === 0 || inLast ? [] : [{ ...withStatuses(narrowed, open), order, after, last: false }]),
    ...(closed.size === 0
      ? []
      : [
          {
            ...withStatuses(narrowed, closed),
            order: BY_ID,
            after: inLast ? { ...after, k: after.id } : undefined,
            last: true,
          },
        ]),
  ]
}

function withStatuses(
  { query, tests }: Narrowing,
  wanted: ReadonlySet<number> | null,
): Pick<ListPart, 'query' | 'tests'> {
  if (wanted === null) return { query, tests }
  return {
    query: [...query, ids('status', [...wanted].map(String))],
    tests: [...tests, ({ status_id }) => wanted.has(Number(status_id))],
  }
}

/** A filter's parameter takes the place of the list's own of that name. */
function replaced(query: Query, by: Query): Query {
  const names = new Set(by.map(([name]) => name))
  return [...query.filter(([name]) => !names.has(name)), ...by]
}

async function complete<Body extends { readonly id: number }>(
  session: VendorSession,
  entity: EntitySpec<Body>,
  found: readonly Found<Body>[],
  wanted: ReadonlySet<string>,
  shelf: Shelf,
): Promise<readonly Body[]> {
  if (!needsDetail(entity, wanted) || found.length === 0) return found.map(({ body }) => body)
  const keys = found.map(({ body }) => String(body.id))
  const rows =
    entity.type === 'Ticket'
      ? await withDetails(session, wanted, new Map(found.map(({ row, body }) => [String(body.id), row])))
      : await rowsByIds(session, shelf, keys, readAccess(entity, wanted), true)
  return found.map(({ body }) => {
    const row = rows.get(String(body.id))
    if (row instanceof Error) throw row
    const parsed = entity.shape.safeParse(row)
    // It went meanwhile: the list's own row still stands.
    return parsed.success ? parsed.data : body
  })
}

function sortValue(order: OrderSpec, { k, id }: Position): string | number | null {
  if (order.type === 'id') return id
  return order.type === 'time' && typeof k === 'number' ? time(new Date(k).toISOString()) : k
}
