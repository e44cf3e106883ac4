import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { VendorRecord } from '../../../schema/records.ts'
import type { ListPage, ListRequest, VendorSession } from '../../../schema/source.ts'
import { boolean, type Clause, compare, isIn, isNotEmpty, sysId } from '../encoded-query.ts'
import { agreementSpec } from '../entities/agreement.ts'
import { articleSpec } from '../entities/article.ts'
import { boardSpec } from '../entities/board.ts'
import { companySpec } from '../entities/company.ts'
import { configurationItemSpec } from '../entities/configuration-item.ts'
import { contactSpec } from '../entities/contact.ts'
import { memberSpec } from '../entities/member.ts'
import { productSpec } from '../entities/product.ts'
import { projectSpec, projectTaskSpec } from '../entities/project.ts'
import { siteSpec } from '../entities/site.ts'
import { slaSpec } from '../entities/sla.ts'
import { ticketSpec } from '../entities/ticket.ts'
import { timeEntrySpec } from '../entities/time-entry.ts'
import { NO_LINE_ITEMS } from '../no-line-items.ts'
import { NO_OPPORTUNITIES } from '../no-opportunities.ts'
import { NO_SCHEDULE } from '../no-schedule.ts'
import { NO_TEMPLATES } from '../no-templates.ts'
import { CONTACTS_ONLY, EVERYBODY, membersOnly, type RowGuard, SITES_ONLY } from '../people.ts'
import {
  baseExtras,
  type EntitySpec,
  readAccess,
  toRecord,
  vendorFields,
  wantedFields,
} from '../projection.ts'
import { flagAt, type Row, valueAt } from '../rows.ts'
import { type TicketTable, ticketKey, ticketTables } from '../ticket-tables.ts'
import { isoTime } from '../times.ts'
import { belowTickets } from './below-tickets.ts'
import { collect, type Found, partialWords } from './collect.ts'
import { companySites } from './company-sites.ts'
import { buildFilter, type Condition, NOTHING } from './filters.ts'
import { compareKeys, type OrderSpec, readPosition } from './keyset.ts'
import { notesPage } from './notes-page.ts'
import { ORDERS } from './orders.ts'
import { ticketItems } from './ticket-items.ts'

/** 8 KB of URL usually pass (API.md 4); the fields and the other parameters take their share. */
const MAX_QUERY = 6000

/** One table of a list: most lists have one, tickets as many as the tenant maps. */
interface Source {
  readonly spec: EntitySpec
  readonly guard: RowGuard
  readonly ticketTable?: TicketTable
}

/** Clients only: vendors and manufacturers are rows of the same table (API.md 13, Company). */
const CUSTOMERS: RowGuard = {
  clauses: [compare('customer', '=', boolean(true))],
  paths: ['customer'],
  admits: (row) => flagAt(row, 'customer') === true,
}

/** The MSP's own contracts with its vendors name no customer. */
const OF_CLIENTS: RowGuard = {
  clauses: [isNotEmpty('customer')],
  paths: ['customer'],
  admits: (row) => valueAt(row, 'customer') !== null,
}

/** A published article that is edited stays beside its new version (API.md 13, KnowledgeBaseArticle). */
const NEWEST_VERSIONS: RowGuard = {
  clauses: [compare('latest', '=', boolean(true))],
  paths: ['latest'],
  admits: (row) => flagAt(row, 'latest') === true,
}

export async function listPage(session: VendorSession, request: ListRequest): Promise<ListPage> {
  const { list, first } = request
  if (!Number.isInteger(first) || first < 1 || first > 1000)
    throw badInput('first', 'a number from 1 to 1000', first)
  switch (list) {
    case 'Ticket':
      return page(
        session,
        request,
        ticketTables(session).map((table) => ({
          spec: ticketSpec(table),
          guard: EVERYBODY,
          ticketTable: table,
        })),
      )
    case 'TimeEntry':
      return page(session, request, [{ spec: timeEntrySpec, guard: EVERYBODY }])
    case 'Contact':
      return page(session, request, [{ spec: contactSpec, guard: CONTACTS_ONLY }])
    case 'Company':
      return page(session, request, [{ spec: companySpec, guard: CUSTOMERS }])
    case 'Site':
      return page(session, request, [{ spec: siteSpec, guard: SITES_ONLY }])
    case 'ConfigurationItem':
      return page(session, request, [{ spec: configurationItemSpec, guard: EVERYBODY }])
    case 'Agreement':
      return page(session, request, [{ spec: agreementSpec, guard: OF_CLIENTS }])
    case 'Sla':
      return page(session, request, [{ spec: slaSpec, guard: EVERYBODY }])
    case 'Project':
      return page(session, request, [{ spec: projectSpec, guard: EVERYBODY }])
    case 'ProjectTask':
      return page(session, request, [{ spec: projectTaskSpec, guard: EVERYBODY }])
    case 'Opportunity':
      throw new GatewayError('NOT_SUPPORTED', NO_OPPORTUNITIES)
    case 'TicketTemplate':
      throw new GatewayError('NOT_SUPPORTED', NO_TEMPLATES)
    case 'Product':
      return page(session, request, [{ spec: productSpec, guard: EVERYBODY }])
    case 'Article':
      return page(session, request, [{ spec: articleSpec, guard: NEWEST_VERSIONS }])
    case 'Company.sites': {
      const { parent = '', after } = request
      const [answer] = await companySites(
        session,
        { ...request, list, parents: [parent], brought: undefined },
        after,
      )
      if (answer === undefined || answer instanceof Error)
        throw answer ?? badInput('company', 'a company of ServiceNow', parent)
      return answer
    }
    case 'Ticket.configurationItems': {
      const { parent = '', after } = request
      const [answer] = await ticketItems(
        session,
        { ...request, list, parents: [parent], brought: undefined },
        after,
      )
      if (answer === undefined || answer instanceof Error)
        throw answer ?? badInput('ticket', 'a ticket of ServiceNow', parent)
      return answer
    }
    case 'Member':
      return page(session, request, [{ spec: memberSpec, guard: await membersOnly(session) }])
    case 'Board':
      return page(session, request, [{ spec: boardSpec, guard: EVERYBODY }])
    case 'Ticket.lineItems':
      throw new GatewayError('NOT_SUPPORTED', NO_LINE_ITEMS)
    case 'Ticket.tasks':
    case 'Ticket.attachments': {
      const { parent = '', after } = request
      const [answer] = await belowTickets(
        session,
        { ...request, list, parents: [parent], brought: undefined },
        after,
      )
      if (answer === undefined || answer instanceof Error)
        throw answer ?? badInput('ticket', 'a ticket of ServiceNow', parent)
      return answer
    }
    case 'ScheduleEntry':
    case 'Ticket.scheduleEntries':
      throw new GatewayError('NOT_SUPPORTED', NO_SCHEDULE)
    case 'Ticket.notes':
      return notesPage(session, request)
    case 'Ticket.timeEntries':
      return page(session, request, [{ spec: timeEntrySpec, guard: onTicket(session, request.parent) }])
  }
}

function onTicket(session: VendorSession, parent: string | undefined): RowGuard {
  const key = parent === undefined ? undefined : ticketKey(session, parent)
  if (key === undefined) throw badInput('ticket', 'a ticket of ServiceNow', parent)
  return onTickets([key.sysId])
}

export function onTickets(ids: readonly string[]): RowGuard {
  const wanted = new Set(ids)
  return {
    clauses: [
      isIn(
        'task',
        ids.map((id) => sysId('ticket', id)),
      ),
    ],
    paths: ['task'],
    admits: (row) => wanted.has(valueAt(row, 'task') ?? ''),
  }
}

export function orderOf({ list, order: { key } }: Pick<ListRequest, 'list' | 'order'>): OrderSpec {
  const order = Object.hasOwn(ORDERS[list], key) ? ORDERS[list][key] : undefined
  if (order !== undefined) return order
  throw new GatewayError('BAD_USER_INPUT', `ServiceNow cannot order this list by "${key}".`, {
    argument: 'order',
    allowed: Object.keys(ORDERS[list]),
  })
}

async function page(
  session: VendorSession,
  request: ListRequest,
  sources: readonly Source[],
): Promise<ListPage> {
  const order = orderOf(request)
  const { direction } = request.order
  const after = readPosition(request.after)
  const pages = await Promise.all(
    sources.map(async (source) => ({ source, ...(await ofTable(session, request, source, order, after)) })),
  )
  // Each table brought as many as the page holds at most: the first of them all together are the page.
  const all = pages
    .flatMap(({ source, found, wanted, more }) => found.rows.map((one) => ({ one, source, wanted, more })))
    .toSorted((a, b) => compareKeys(order, direction, keyed(a.one), keyed(b.one)))
  const shown = all.slice(0, request.first)
  const tables = ticketTables(session)
  const below = new Map(
    await Promise.all(
      pages.map(async ({ source, wanted }) => {
        const own = shown.flatMap((placed) => (placed.source === source ? [placed.one.row] : []))
        const read = own.length === 0 ? {} : await source.spec.below?.(session, own, wanted)
        return [source, read ?? {}] as const
      }),
    ),
  )
  const records: VendorRecord[] = shown.map(({ one, source, wanted, more }) =>
    toRecord(source.spec, one.row, {
      ...baseExtras(session, tables),
      wanted,
      ...more,
      ...below.get(source),
    }),
  )
  const partial = partialWords({
    lost: pages.reduce((sum, { found }) => sum + found.lost, 0),
    unasked: pages.reduce((sum, { found }) => sum + found.unasked, 0),
    stopped: pages.some(({ found }) => found.stopped),
  })
  return {
    records,
    positions: shown.map(({ one }) => one.position),
    sortValues: shown.map(({ one }) => sortValue(order, one.k)),
    hasNext: all.length > shown.length || pages.some(({ found }) => found.hasNext),
    ...(partial === undefined ? {} : { partial }),
  }
}

function keyed({ k, row }: Found): { readonly k: string | null; readonly id: string } {
  return { k, id: row.sysId }
}

export function sortValue({ type }: OrderSpec, k: string | null): string | number | null {
  if (k === null) return null
  if (type === 'number') return Number(k)
  return type === 'time' ? isoTime(k) : k
}

async function ofTable(
  session: VendorSession,
  request: ListRequest,
  { spec, guard, ticketTable }: Source,
  order: OrderSpec,
  after: ReturnType<typeof readPosition>,
) {
  const nothing = { rows: [], hasNext: false, lost: 0, unasked: 0, stopped: false } as const
  const wanted = wantedFields(session, spec, request.fields)
  const conditions = await buildFilter({ session, table: ticketTable }, request.list, request.filter)
  if (conditions === NOTHING) return { found: nothing, wanted, more: {} }
  const more = (await spec.extras?.(session, wanted)) ?? {}
  const clauses = [...guard.clauses, ...conditions.flatMap((condition) => condition.clauses)]
  expectShort(clauses)
  const found = await collect(
    {
      session,
      table: spec.table,
      access: readAccess(spec, wanted),
      fields: vendorFields(spec, wanted, more, [...guard.paths, ...conditions.flatMap(({ paths }) => paths)]),
      clauses,
      keeps: (row) => verdict(row, guard, conditions),
    },
    order,
    request.order.direction,
    { first: request.first, after, skipEmpty: onlyValued(request) },
  )
  return { found, wanted, more }
}

/** A text that the platform's wildcards found and ours do not is narrowed; anything else was not asked for. */
export function verdict(row: Row, guard: RowGuard, conditions: readonly Condition[]) {
  if (!guard.admits(row)) return 'NOT_ASKED_FOR'
  return conditions.every((condition) => condition.check(row)) ? 'KEEP' : missed(row, conditions)
}

function missed(row: Row, conditions: readonly Condition[]): 'NARROWED' | 'NOT_ASKED_FOR' {
  return conditions.every((condition) => condition.check(row) || condition.narrows === true)
    ? 'NARROWED'
    : 'NOT_ASKED_FOR'
}

/** Open tickets, or work of certain days: then none is without its time, and nobody needs to look for one. */
function onlyValued({ order, filter }: ListRequest): boolean {
  if (order.key === 'STARTED_AT') return (filter.startedAt ?? null) !== null
  return order.key === 'WAITING_SINCE' && (filter.open === true || (filter.waitingSince ?? null) !== null)
}

export function expectShort(clauses: readonly Clause[]): void {
  if (encodeURIComponent(clauses.join('^')).length <= MAX_QUERY) return
  throw new GatewayError('BAD_USER_INPUT', 'The filter holds more values than ServiceNow takes at once.', {
    argument: 'filter',
  })
}
