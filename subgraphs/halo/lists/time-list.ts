import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { ListPage, ListRequest, VendorAccess, VendorSession } from '../../../schema/source.ts'
import { readRows } from '../client.ts'
import { agentOf } from '../entities/note.ts'
import { hasTime, startOf, timeEntrySpec } from '../entities/time-entry.ts'
import { extrasFor, instant, readAccess, someId, time, toRecord, wantedFields } from '../projection.ts'
import { date, ids, whole } from '../query.ts'
import { readActions } from '../read-actions.ts'
import { companiesOfTickets } from '../read-tickets.ts'
import { type ActionBody, timesheetEvent } from '../schema.ts'
import { memberRows } from '../whole-lists.ts'
import { noFilter } from './filters.ts'
import { keysOf, type Range, rangeOf, within } from './values.ts'

export const TIME_ORDERS = ['STARTED_AT'] as const
export const TIME_FILTERS = ['ticket', 'company', 'member', 'startedAt'] as const

const DAY = 86_400_000
/** The first span looked through, and by how much each further one grows. */
const FIRST_SPAN = 7 * DAY
const GROWTH = 4
/** Spans of 7, 28, 112 and 448 days; the next one is all that is left. */
const SPANS = 4
const OLDEST = Date.UTC(1990, 0, 1)
/** Time that is logged ahead of its day. */
const AHEAD = 31 * DAY

interface Wanted {
  readonly tickets: ReadonlySet<number> | null
  readonly companies: ReadonlySet<number> | null
  readonly members: ReadonlySet<number> | null
  readonly startedAt: Range
}

interface Position {
  readonly k: number
  readonly ticket: number
  readonly action: number
}

/**
 * Time by when the work began. Halo tells time across tickets by agents and days only, and cannot page it
 * (API.md, "TimeEntry"): spans of days are looked through until the page is full. Time without a ticket is no
 * time entry here.
 */
export async function timeList(session: VendorSession, request: ListRequest): Promise<ListPage> {
  const { first, order, fields } = request
  if (!Number.isInteger(first) || first < 1 || first > 999)
    throw badInput('first', 'a number from 1 to 999', first)
  if (order.key !== 'STARTED_AT') {
    throw new GatewayError('BAD_USER_INPUT', `HaloPSA cannot order this list by "${order.key}".`, {
      argument: 'order',
      allowed: TIME_ORDERS,
    })
  }
  const filter = filterOf(session, request)
  const after = positionOf(request.after)
  const wanted = wantedFields(session, timeEntrySpec, fields)
  const access = readAccess(timeEntrySpec, wanted)
  const none = [filter.tickets, filter.companies, filter.members].some((keys) => keys?.size === 0)
  const { bodies, partial } = none
    ? { bodies: [], partial: undefined }
    : filter.tickets === null
      ? { bodies: await bySpans(session, request, filter, after, access), partial: undefined }
      : await byTickets(session, filter.tickets, access)
  const sign = order.direction === 'ASC' ? 1 : -1
  const placed = (await ofCompanies(session, bodies, filter.companies))
    .map((body) => ({ body, at: { k: startOf(body) ?? 0, ticket: body.ticket_id ?? 0, action: body.id } }))
    .filter(
      ({ body, at }) =>
        within(at.k, filter.startedAt) &&
        (filter.members === null || filter.members.has(agentOf(body) ?? 0)) &&
        (after === undefined || compare(at, after) * sign > 0),
    )
    .toSorted((a, b) => compare(a.at, b.at) * sign)
  const shown = placed.slice(0, first)
  const entries = await complete(
    session,
    shown.map(({ body }) => body),
    wanted,
    access,
    filter.tickets !== null,
  )
  const extras = await extrasFor(session, timeEntrySpec, entries, wanted)
  return {
    records: entries.map((body) => toRecord(timeEntrySpec, body, extras)),
    positions: shown.map(({ at }) => at),
    sortValues: shown.map(({ at }) => time(new Date(at.k).toISOString())),
    hasNext: placed.length > shown.length,
    ...(partial === undefined ? {} : { partial }),
  }
}

function filterOf(session: VendorSession, { filter }: ListRequest): Wanted {
  const keys = (name: 'ticket' | 'company' | 'member', type: 'Ticket' | 'Company' | 'Member') =>
    filter[name] == null ? null : keysOf(session, type, filter[name], `filter.${name}`)
  for (const [name, value] of Object.entries(filter))
    if (value != null && !(TIME_FILTERS as readonly string[]).includes(name))
      throw noFilter(`filter.${name}`, TIME_FILTERS)
  return {
    tickets: keys('ticket', 'Ticket'),
    companies: keys('company', 'Company'),
    members: keys('member', 'Member'),
    startedAt:
      filter.startedAt == null ? { from: null, to: null } : rangeOf(filter.startedAt, 'filter.startedAt'),
  }
}

async function byTickets(session: VendorSession, tickets: ReadonlySet<number>, access: VendorAccess) {
  const found = await Promise.all(
    [...tickets].map(async (ticket) => {
      try {
        return await readActions(session, String(ticket), access, true)
      } catch (error) {
        // A ticket that is not there has no time.
        if (error instanceof GatewayError && error.code === 'NOT_FOUND') return { bodies: [] }
        throw error
      }
    }),
  )
  const partial = found.flatMap((one) => ('partial' in one && one.partial !== undefined ? [one.partial] : []))
  return {
    bodies: found.flatMap(({ bodies }) => bodies.filter(hasTime)),
    partial: partial.length === 0 ? undefined : partial.join(' '),
  }
}

/** Spans from the end that the list begins with; one record more than asked for tells that there are more. */
async function bySpans(
  session: VendorSession,
  { first, order }: ListRequest,
  { startedAt, members, companies }: Wanted,
  after: Position | undefined,
  access: VendorAccess,
): Promise<readonly ActionBody[]> {
  const down = order.direction === 'DESC'
  const known = await agentNames(session)
  const agents = members === null ? [...known.keys()].map(String) : [...members].map(String)
  let from = startedAt.from ?? OLDEST
  let to = startedAt.to ?? Date.now() + AHEAD
  if (after !== undefined && down) to = Math.min(to, after.k + 1)
  if (after !== undefined && !down) from = Math.max(from, after.k)
  const found = new Map<string, ActionBody>()
  let span = FIRST_SPAN
  for (let round = 0; from < to; round += 1) {
    const last =
      round >= SPANS || startedAt.from !== null || (!down && startedAt.from === null && after === undefined)
    const piece = down
      ? { from: last ? from : Math.max(from, to - span), to }
      : { from, to: last ? to : Math.min(to, from + span) }
    for (const body of await events(session, agents, known, piece, access)) {
      const at = startOf(body) ?? 0
      if (at >= piece.from && at < piece.to) found.set(`${body.ticket_id}.${body.id}`, body)
    }
    if (down) to = piece.from
    else from = piece.to
    const fitting =
      companies === null ? [...found.values()] : await ofCompanies(session, [...found.values()], companies)
    // The record of the position itself, and others of its moment, are in the first span again.
    const behind = fitting.filter(
      (body) => after === undefined || compare(placeOf(body), after) * (down ? -1 : 1) > 0,
    )
    if (behind.length > first) break
    span *= GROWTH
  }
  return [...found.values()]
}

/** A day more on both sides is asked for: of which zone the days are is not documented. */
async function events(
  session: VendorSession,
  agents: readonly string[],
  names: ReadonlyMap<number, string>,
  span: { readonly from: number; readonly to: number },
  access: VendorAccess,
): Promise<readonly ActionBody[]> {
  const { rows } = await readRows(
    session,
    {
      path: '/TimesheetEvent',
      query: [
        ids('agents', agents),
        date('start_date', span.from - DAY),
        date('end_date', span.to + DAY),
        whole('utcoffset', 0),
      ],
      access,
    },
    'events',
  )
  return rows.flatMap((row) => {
    const parsed = timesheetEvent.safeParse(row)
    if (!parsed.success) return []
    const { ticket_id, action_number, agent_id, start_date, end_date, timetaken, charge_rate, note } =
      parsed.data
    if (someId(ticket_id) === null || someId(action_number) === null || (timetaken ?? 0) <= 0) return []
    return [
      {
        ...NOTHING,
        id: action_number ?? 0,
        ticket_id,
        timetaken,
        chargerate: charge_rate,
        note,
        who: names.get(agent_id ?? 0) ?? null,
        who_type: 1,
        who_agentid: agent_id,
        actionarrivaldate: start_date,
        actioncompletiondate: instant(end_date) === null ? null : end_date,
      },
    ]
  })
}

/** What an event does not tell of the action behind it. */
const NOTHING = {
  outcome: null,
  outcome_id: null,
  hiddenfromuser: null,
  actionby_agent_id: null,
  actionby_user_id: null,
  actionby_application_id: null,
  datetime: null,
  actiondatecreated: null,
  last_updated: null,
  actisbillable: null,
} as const

/** Events hold the agent's number alone. */
async function agentNames(session: VendorSession): Promise<ReadonlyMap<number, string>> {
  const agents = await session.cached('agents', 600, () =>
    memberRows(session, { group: 'Members', kind: 'READ', fields: [], reference: true }),
  )
  return new Map(agents.map(({ id, name }) => [id, name ?? '']))
}

async function ofCompanies(
  session: VendorSession,
  bodies: readonly ActionBody[],
  companies: ReadonlySet<number> | null,
): Promise<readonly ActionBody[]> {
  if (companies === null || bodies.length === 0) return bodies
  const tickets = [...new Set(bodies.map(({ ticket_id }) => String(ticket_id)))]
  const known = await companiesOfTickets(session, tickets)
  return bodies.filter(({ ticket_id }) => companies.has(known.get(ticket_id ?? 0)?.id ?? 0))
}

/** Fields that only the action itself holds. */
const OF_ACTIONS = ['clientText', 'internalText', 'billableOption']

async function complete(
  session: VendorSession,
  bodies: readonly ActionBody[],
  wanted: ReadonlySet<string>,
  access: VendorAccess,
  whole: boolean,
): Promise<readonly ActionBody[]> {
  if (whole || !OF_ACTIONS.some((name) => wanted.has(name))) return bodies
  const tickets = [...new Set(bodies.map(({ ticket_id }) => ticket_id ?? 0))]
  const { bodies: actions } = await byTickets(session, new Set(tickets), access)
  const known = new Map(actions.map((body) => [`${body.ticket_id}.${body.id}`, body]))
  return bodies.map((body) => known.get(`${body.ticket_id}.${body.id}`) ?? body)
}

function placeOf(body: ActionBody): Position {
  return { k: startOf(body) ?? 0, ticket: body.ticket_id ?? 0, action: body.id }
}

function compare(a: Position, b: Position): number {
  return a.k - b.k || a.ticket - b.ticket || a.action - b.action
}

function positionOf(after: unknown): Position | undefined {
  if (after === null || after === undefined) return undefined
  const { k, ticket, action } = after as Record<string, unknown>
  if (typeof k === 'number' && typeof ticket === 'number' && typeof action === 'number')
    return { k, ticket, action }
  throw badInput('after', 'a position given by this list', after)
}
