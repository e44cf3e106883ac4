import type { RecordScope } from '../../policy/types.ts'
import type { OpenConnection } from '../../schema/context.ts'
import { GatewayError } from '../../schema/errors.ts'
import { formatId } from '../../schema/ids.ts'
import { type EntityType, VendorRecord } from '../../schema/records.ts'
import type { ListName, ListPage, ListRequest, VendorSession, VendorSource } from '../../schema/source.ts'
import { NOTHING, RecordJudge } from './judge.ts'
import { Limits } from './limits.ts'
import { narrow } from './narrow.ts'
import { scopedPage } from './scoped-list.ts'

const TYPE_OF: Readonly<Record<ListName, EntityType>> = {
  Ticket: 'Ticket',
  TimeEntry: 'TimeEntry',
  Contact: 'Contact',
  Company: 'Company',
  Site: 'Site',
  ConfigurationItem: 'ConfigurationItem',
  Agreement: 'Agreement',
  Sla: 'Sla',
  Project: 'Project',
  ProjectTask: 'ProjectTask',
  Opportunity: 'Opportunity',
  TicketTemplate: 'TicketTemplate',
  Product: 'Product',
  Article: 'Article',
  Member: 'Member',
  Board: 'Board',
  ScheduleEntry: 'ScheduleEntry',
  'Ticket.notes': 'Note',
  'Ticket.timeEntries': 'TimeEntry',
  'Ticket.configurationItems': 'ConfigurationItem',
  'Company.sites': 'Site',
  'Ticket.lineItems': 'TicketLineItem',
  'Ticket.tasks': 'TicketTask',
  'Ticket.attachments': 'Attachment',
  'Ticket.scheduleEntries': 'ScheduleEntry',
}

/** The one list below a ticket whose records have a company of their own. */
const ITEMS = 'Ticket.configurationItems'

/**
 * A source that answers nothing outside a record scope: lists are narrowed at the vendor where it can filter so, and
 * each record is judged once more when it is here. What is outside is not there: null by its id, absent from a list.
 *
 * It reads through a session of its own. The caller's own session refuses whatever does not come through here.
 */
export function withinScope(
  source: VendorSource,
  session: VendorSession,
  scope: RecordScope,
): Pick<OpenConnection, 'source' | 'scope'> {
  const limits = new Limits(scope, source.companyTypes !== undefined)
  const judge = new RecordJudge(source, session, limits)
  const { slug } = session.connection

  /** Parents of a list below them that the scope hides, companies of sites and else tickets. */
  async function outsideParents(list: ListName, parents: readonly string[]): Promise<ReadonlySet<string>> {
    if (list === 'Company.sites') {
      const companies = parents.map(
        (key) => new VendorRecord(formatId(slug, 'Company', key), 'Company', slug, {}, []),
      )
      const verdicts = await judge.inside('Company', companies)
      return new Set(parents.filter((_key, index) => verdicts[index] !== true))
    }
    if (limits.dimensionsOf('Ticket').length === 0) return new Set()
    await judge.readTickets(parents)
    return new Set(parents.filter((parent) => !limits.isInside(parent)))
  }

  /** What the records of a list below a ticket need, to be judged by themselves: an item may be another company's. */
  const judged = <R extends { readonly list: ListName; readonly fields: ReadonlySet<string> }>(
    request: R,
  ): R =>
    request.list === ITEMS
      ? { ...request, fields: judge.withNeeded(TYPE_OF[ITEMS], request.fields) }
      : request

  async function insideOf(list: ListName, page: ListPage): Promise<ListPage> {
    if (list !== ITEMS) return page
    const verdicts = await judge.inside(TYPE_OF[ITEMS], page.records)
    const kept = <T>(values: readonly T[]) => values.filter((_value, index) => verdicts[index] === true)
    return {
      ...page,
      records: kept(page.records),
      positions: kept(page.positions),
      sortValues: kept(page.sortValues),
    }
  }

  async function listPage(_session: VendorSession, request: ListRequest): Promise<ListPage> {
    const type = TYPE_OF[request.list]
    const refusal = limits.refuseAlone(type)
    if (refusal !== null) throw refusal
    if (request.parent !== undefined) {
      const outside = await outsideParents(request.list, [request.parent])
      if (outside.has(request.parent)) return NOTHING
      return insideOf(request.list, await source.listPage(session, judged(request)))
    }
    if (limits.dimensionsOf(type).length === 0) return source.listPage(session, request)
    const narrowed = narrow(limits, request.list, type, request.filter, slug, source.capabilities)
    return narrowed === null
      ? NOTHING
      : scopedPage(request, narrowed, type, judge, (page) => source.listPage(session, page))
  }

  const scoped: VendorSource = {
    ...source,

    async readMany(_session, type, keys, fields) {
      const found = await source.readMany(session, type, keys, judge.withNeeded(type, fields))
      const records = found.filter((one) => one instanceof VendorRecord) as VendorRecord[]
      const verdicts = await judge.inside(type, records)
      const inside = new Set<unknown>(records.filter((_record, index) => verdicts[index]))
      return found.map((one) => (one instanceof VendorRecord && !inside.has(one) ? null : one))
    },

    listPage,

    async auditTrail(_session, ticket, last) {
      const outside = await outsideParents('Ticket.attachments', [ticket])
      return outside.has(ticket)
        ? { entries: [], hasEarlier: false }
        : source.auditTrail(session, ticket, last)
    },

    /** Calendars tell when somebody is with a client, whoever it is. */
    async busyTimes(_session, members, span) {
      if (limits.dimensionsOf('ScheduleEntry').length === 0) return source.busyTimes(session, members, span)
      throw new GatewayError(
        'RECORD_OUT_OF_SCOPE',
        "Not allowed to read this: whose time is taken tells of every company, and the policy's record scope keeps some apart.",
      )
    },

    // What the tenant sets up is of no company and no board.
    setup: (_session, list) => source.setup(session, list),

    async ticketByNumber(_session, number, fields) {
      const refusal = limits.refuseAlone('Ticket')
      if (refusal !== null) throw refusal
      const record = await source.ticketByNumber(session, number, judge.withNeeded('Ticket', fields))
      return record !== null && (await judge.inside('Ticket', [record]))[0] === true ? record : null
    },
  }
  if (source.childPages === undefined) return { source: scoped, scope: limits }
  const childPages = source.childPages.bind(source)
  return {
    scope: limits,
    source: {
      ...scoped,
      async childPages(_session, request) {
        const refusal = limits.refuseAlone(TYPE_OF[request.list])
        if (refusal !== null) throw refusal
        const outside = await outsideParents(request.list, request.parents)
        const parents = request.parents.filter((parent) => !outside.has(parent))
        const pages = parents.length === 0 ? [] : await childPages(session, judged({ ...request, parents }))
        const shown = await Promise.all(
          pages.map((page) => (page instanceof Error ? page : insideOf(request.list, page))),
        )
        return request.parents.map((parent) => shown[parents.indexOf(parent)] ?? NOTHING)
      },
    },
  }
}
