import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { ListPage, ListRequest, VendorSession } from '../../../schema/source.ts'
import { calendarPage } from '../../reading/calendar.ts'
import { wholeSeconds } from '../../reading/times.ts'
import { calendar } from '../calendar.ts'
import { any, type Condition, compare, exists, fieldName, integer, isIn } from '../conditions.ts'
import { agreementSpec } from '../entities/agreement.ts'
import { articleSpec } from '../entities/article.ts'
import { boardSpec } from '../entities/board.ts'
import { companySpec } from '../entities/company.ts'
import { configurationItemSpec } from '../entities/configuration-item.ts'
import { contactSpec } from '../entities/contact.ts'
import { memberSpec } from '../entities/member.ts'
import { opportunitySpec } from '../entities/opportunity.ts'
import { productSpec } from '../entities/product.ts'
import { projectSpec, projectTaskSpec } from '../entities/project.ts'
import { siteSpec } from '../entities/site.ts'
import { slaSpec } from '../entities/sla.ts'
import { ticketSpec } from '../entities/ticket.ts'
import { timeEntrySpec } from '../entities/time-entry.ts'
import { NO_TEMPLATES } from '../no-templates.ts'
import { columnsOf, type EntitySpec, millis, readAccess, toRecords, wantedFields } from '../projection.ts'
import { priorities, queues, slas } from '../reference.ts'
import { type Segment, walkSegments } from './by-id.ts'
import { type Pace, walkByTime } from './by-time.ts'
import { childPages, parentKey } from './children.ts'
import { companySites } from './company-sites.ts'
import { buildFilter, type FilterResult } from './filters.ts'
import { ORDERS, type OrderSpec } from './orders.ts'
import { picklistPage } from './picklists.ts'
import { type Position, readPosition } from './position.ts'
import type { Row, Standing } from './source.ts'
import { walkWhole } from './whole.ts'

export const EMPTY: ListPage = { records: [], positions: [], sortValues: [], hasNext: false }
const MAX_FIRST = 499

export async function listPage(session: VendorSession, request: ListRequest): Promise<ListPage> {
  const { first, list } = request
  if (!Number.isInteger(first) || first < 1 || first > MAX_FIRST)
    throw badInput('first', `a number from 1 to ${MAX_FIRST}`, first)
  switch (list) {
    case 'Ticket':
      return page(session, request, ticketSpec)
    case 'TimeEntry':
      return page(session, request, timeEntrySpec)
    case 'Contact':
      return page(session, request, contactSpec)
    case 'Company':
      return page(session, request, companySpec)
    case 'Site':
      return page(session, request, siteSpec)
    case 'ConfigurationItem':
      return page(session, request, configurationItemSpec)
    case 'Agreement':
      return page(session, request, agreementSpec)
    case 'Project':
      return page(session, request, projectSpec)
    case 'ProjectTask':
      return page(session, request, projectTaskSpec)
    case 'Opportunity':
      return page(session, request, opportunitySpec)
    case 'TicketTemplate':
      throw new GatewayError('NOT_SUPPORTED', NO_TEMPLATES)
    case 'Product':
      return page(session, request, productSpec)
    case 'Article':
      return page(session, request, articleSpec)
    case 'Company.sites': {
      const parents = [parentKey(request.parent, 'company')]
      const [answer] = await companySites(
        session,
        { ...request, list, parents, brought: undefined },
        request.after,
      )
      return answer ?? EMPTY
    }
    case 'ScheduleEntry':
      return calendarPage(calendar, session, request)
    case 'Member':
      return page(session, request, memberSpec)
    case 'Board':
      orderOf(request)
      return picklistPage(session, request, boardSpec, queues)
    case 'Sla':
      orderOf(request)
      return picklistPage(session, request, slaSpec, slas)
    case 'Ticket.notes':
    case 'Ticket.configurationItems':
    case 'Ticket.lineItems':
    case 'Ticket.tasks':
    case 'Ticket.attachments':
    case 'Ticket.scheduleEntries':
    case 'Ticket.timeEntries': {
      orderOf(request)
      const parents = [parentKey(request.parent)]
      const brought = new Map(
        parents.flatMap((key) => (request.brought == null ? [] : [[key, request.brought]])),
      )
      const [answer] = await childPages(session, { ...request, list, parents, brought }, request.after)
      if (answer instanceof Error) throw answer
      return answer ?? EMPTY
    }
  }
}

function orderOf({ list, order: { key } }: ListRequest): OrderSpec {
  const order = Object.hasOwn(ORDERS[list], key) ? ORDERS[list][key] : undefined
  if (order !== undefined) return order
  throw new GatewayError('BAD_USER_INPUT', `Autotask cannot order this list by "${key}".`, {
    argument: 'order',
    allowed: Object.keys(ORDERS[list]),
  })
}

/** One row of a page with its place in the order. */
interface Placed {
  readonly row: Row
  readonly k: Position['k']
  readonly sortValue: string | number | null
}

interface Walked {
  readonly rows: readonly Placed[]
  readonly more: boolean
  readonly lost: number
  readonly stopped: boolean
}

async function page<Body extends { readonly id: number }>(
  session: VendorSession,
  request: ListRequest,
  spec: EntitySpec<Body>,
): Promise<ListPage> {
  const { list, filter, fields, first } = request
  const order = orderOf(request)
  const filtered = await buildFilter(session, list, filter)
  const after = readPosition(request.after)
  if (filtered.nothing) return EMPTY
  const wanted = wantedFields(session, spec, fields)
  const standing: Standing = {
    session,
    entity: spec.entity,
    access: readAccess(spec, wanted),
    columns: await columnsOf(session, spec, wanted, [
      ...columnsOfOrder(order),
      ...filtered.secondLook.flatMap(({ columns }) => columns),
    ]),
    conditions: filtered.conditions,
    secondLook: filtered.secondLook,
  }
  const walked = await walk(standing, request, order, filtered, after)
  const bodies: Body[] = []
  const placed: Placed[] = []
  let lost = walked.lost
  for (const one of walked.rows.slice(0, first)) {
    const parsed = spec.shape.safeParse(one.row)
    if (parsed.success) {
      bodies.push(parsed.data)
      placed.push(one)
    } else lost += 1
  }
  const missing = [
    lost === 0 ? [] : lost === 1 ? ['One record could not be read.'] : [`${lost} records could not be read.`],
    walked.stopped ? ['The search was stopped before the page was full.'] : [],
  ].flat()
  return {
    records: await toRecords(session, spec, bodies, wanted),
    positions: placed.map(({ k, row: { id } }) => ({ k, id })),
    sortValues: placed.map(({ sortValue }) => sortValue),
    // A page that was stopped with nothing in it leaves no place to go on from.
    hasNext: walked.rows.length > first || (walked.more && placed.length > 0),
    ...(missing.length === 0 ? {} : { partial: missing.join(' ') }),
  }
}

function columnsOfOrder(order: OrderSpec): readonly string[] {
  switch (order.by) {
    case 'TIME':
      return [order.column, ...(order.split?.columns ?? [])]
    case 'RANK':
      return [order.column]
    case 'WHOLE':
      return order.columns
  }
}

async function walk(
  standing: Standing,
  request: ListRequest,
  order: OrderSpec,
  filtered: FilterResult,
  after: Position | undefined,
): Promise<Walked> {
  switch (order.by) {
    case 'TIME':
      return byTime(standing, request, order, filtered, after)
    case 'RANK':
      return byRank(standing, request, order.column, after)
    case 'WHOLE':
      return walkWhole(standing, request, order.columns, after)
  }
}

async function byTime(
  standing: Standing,
  request: ListRequest,
  { column, split }: Extract<OrderSpec, { by: 'TIME' }>,
  filtered: FilterResult,
  after: Position | undefined,
): Promise<Walked> {
  const need = request.first + 1
  const rows: Placed[] = []
  let lost = 0
  if (after === undefined || after.k !== null) {
    const valued =
      split === undefined ? standing : { ...standing, conditions: [...standing.conditions, split.valued] }
    const walked = await walkByTime(valued, {
      column,
      direction: request.order.direction,
      need,
      after: after === undefined ? null : { k: placeOf(after.k), id: after.id },
      span: filtered.spans.get(column) ?? { from: null, to: null },
      selective: filtered.selective,
      pace: await paceOf(standing.session, request, column),
    })
    for (const row of walked.rows) {
      const k = millis(row[column]) ?? 0
      rows.push({ row, k, sortValue: wholeSeconds(k) })
    }
    lost += walked.lost
    // Where nothing is without a time, or nobody asked for it, the list ends here.
    const only =
      split === undefined ||
      request.filter.open === true ||
      (request.filter.waitingSince ?? null) !== null ||
      (split.columns.length === 0 && filtered.spans.has(column))
    if (walked.more || only) return { rows, more: walked.more, lost, stopped: walked.stopped }
  }
  if (split === undefined) throw badInput('after', 'a position given by this list', request.after)
  const rest = await walkSegments(
    { ...standing, secondLook: [...standing.secondLook, ...emptyLook(column, split)] },
    [{ k: null, condition: split.empty }],
    need - rows.length,
    after?.k === null ? after : null,
  )
  rows.push(...rest.rows.map(({ row }) => ({ row, k: null, sortValue: null })))
  return { rows, more: rest.more, lost: lost + rest.lost, stopped: rest.stopped }
}

/** "No value" has been reported to let every row through (API.md 4): those with one were listed before. */
function emptyLook(column: string, split: { readonly columns: readonly string[] }) {
  if (split.columns.length > 0) return []
  return [
    { columns: [column], matches: (row: Readonly<Record<string, unknown>>) => millis(row[column]) === null },
  ]
}

function placeOf(k: Position['k']): number {
  if (typeof k === 'number') return k
  throw badInput('after', 'a position given by this list', k)
}

const PACE_SECONDS = 3600

/**
 * Learned for the whole list only: a filter thins it in ways that say nothing of the next one. First pages
 * apart from the others, since old years were quieter.
 */
function paceOf(session: VendorSession, { list, filter, after }: ListRequest, column: string): Promise<Pace> {
  const filtered = Object.values(filter).some((value) => value !== null && value !== undefined)
  if (filtered) return Promise.resolve({ perMs: null })
  const page = after === null || after === undefined ? 'first' : 'next'
  return session.cached(`pace ${list} ${column} ${page}`, PACE_SECONDS, async () => ({ perMs: null }))
}

async function byRank(
  standing: Standing,
  request: ListRequest,
  name: string,
  after: Position | undefined,
): Promise<Walked> {
  const column = fieldName(name)
  const known = await priorities(standing.session)
  const segments: Segment[] = known.map(({ id, rank }) => ({
    k: rank,
    condition: compare(column, 'eq', integer(name, id)),
  }))
  if (request.order.direction === 'DESC') segments.reverse()
  const listed = known.map(({ id }) => integer(name, id))
  // A priority that is no longer on the list has no rank: last, like everything without a value.
  const unlisted = listed.length === 0 ? exists(column) : isIn(column, listed, 'notIn')
  const condition = any([unlisted, exists(column, false)]) as Condition
  segments.push({ k: null, condition })
  const walked = await walkSegments(standing, segments, request.first + 1, after ?? null)
  return { ...walked, rows: walked.rows.map(({ row, k }) => ({ row, k, sortValue: k })) }
}
