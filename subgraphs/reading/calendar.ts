import { badInput } from '../../schema/errors.ts'
import { parseId } from '../../schema/ids.ts'
import type { EntityType, VendorRecord } from '../../schema/records.ts'
import type {
  BusyTimes,
  ChildrenRequest,
  Filter,
  ListPage,
  ListRequest,
  TimeSpan,
  VendorSession,
} from '../../schema/source.ts'
import { pagesByName } from './pages-by-name.ts'
import { wholeSeconds } from './times.ts'

/** What is asked of calendars: a span of time, or tickets; members and tickets only of this connection. */
export interface CalendarQuestion {
  /** Milliseconds. */
  readonly span: { readonly from: number; readonly to: number } | null
  readonly members: readonly string[] | null
  readonly tickets: readonly string[] | null
}

/** One entry as it was read, with what it is found by. */
export interface Planned<Body> {
  readonly key: string
  readonly startsAt: number
  readonly endsAt: number
  readonly ticket: string | null
  readonly members: readonly string[]
  readonly cancelled: boolean
  readonly body: Body
}

export interface Calendar<Body> {
  readonly entries: readonly Planned<Body>[]
  /** What is missing, in words. */
  readonly partial?: string
}

/** How one vendor reads calendars; what is made of it is the same everywhere. */
export interface CalendarReader<Body> {
  isKey(key: string): boolean
  wanted(session: VendorSession, fields: ReadonlySet<string>): ReadonlySet<string>
  read(
    session: VendorSession,
    question: CalendarQuestion,
    wanted: ReadonlySet<string>,
  ): Promise<Calendar<Body>>
  toRecords(
    session: VendorSession,
    bodies: readonly Body[],
    wanted: ReadonlySet<string>,
  ): Promise<readonly VendorRecord[]>
}

const DAY = 86_400_000
/** A quarter: calendars are read whole and sorted here, since no two vendors sort and cut alike. */
const MOST_DAYS = 92
export const CALENDAR_FILTERS = ['from', 'to', 'member', 'ticket'] as const

const EMPTY: ListPage = { records: [], positions: [], sortValues: [], hasNext: false }

/** What stands in calendars within the span of the filter. */
export async function calendarPage<Body>(
  reader: CalendarReader<Body>,
  session: VendorSession,
  request: ListRequest,
): Promise<ListPage> {
  const question = questionOf(reader, session, request.filter)
  if (question.members?.length === 0 || question.tickets?.length === 0) return EMPTY
  const pages = await pagesOf(reader, session, { ...request, parents: [''] }, question, () => '')
  return pages[0] ?? EMPTY
}

/** What is planned for each of several tickets. */
export async function ticketCalendars<Body>(
  reader: CalendarReader<Body>,
  session: VendorSession,
  request: ChildrenRequest,
  after: unknown = null,
): Promise<readonly ListPage[]> {
  const tickets = request.parents.filter((key) => reader.isKey(key))
  if (tickets.length === 0) return request.parents.map(() => EMPTY)
  const question = { span: null, members: null, tickets }
  return pagesOf(reader, session, { ...request, after }, question, ({ ticket }) => ticket)
}

/** What stands in the calendars of members, and was not called off. */
export async function plannedTimes<Body>(
  reader: CalendarReader<Body>,
  session: VendorSession,
  members: readonly string[],
  span: TimeSpan,
): Promise<{ readonly busy: BusyTimes['busy']; readonly partial?: string }> {
  const known = members.filter((key) => reader.isKey(key))
  if (known.length === 0) return { busy: [] }
  const question = { span, members: known, tickets: null }
  const { entries, partial } = await reader.read(
    session,
    question,
    reader.wanted(session, new Set(['state'])),
  )
  const busy = entries
    .filter((entry) => answers(question, entry) && !entry.cancelled && entry.endsAt > entry.startsAt)
    .flatMap(({ startsAt: from, endsAt: to, members: whose }) =>
      whose.map((member) => ({ member, from, to, reason: 'PLANNED' as const })),
    )
  return partial === undefined ? { busy } : { busy, partial }
}

async function pagesOf<Body>(
  reader: CalendarReader<Body>,
  session: VendorSession,
  request: Pick<ChildrenRequest, 'parents' | 'first' | 'order' | 'fields'> & { readonly after: unknown },
  question: CalendarQuestion,
  parentOf: (entry: Planned<Body>) => string | null,
): Promise<readonly ListPage[]> {
  const wanted = reader.wanted(session, request.fields)
  const { entries, partial } = await reader.read(session, question, wanted)
  const below = entries
    .filter((entry) => answers(question, entry))
    .flatMap((entry) => {
      const parent = parentOf(entry)
      return parent === null
        ? []
        : [{ parent, name: wholeSeconds(entry.startsAt), id: entry.key.padStart(24, '0'), item: entry.body }]
    })
  const pages = await pagesByName(below, request, request.after, (bodies) =>
    reader.toRecords(session, bodies, wanted),
  )
  return partial === undefined ? pages : pages.map((page) => ({ ...page, partial }))
}

/** A parameter that a server does not know is ignored, and rows that nobody asked for come: they are not these. */
export function answers(
  { span, members, tickets }: CalendarQuestion,
  { startsAt, endsAt, members: whose, ticket }: Planned<unknown>,
): boolean {
  return (
    (span === null || (startsAt < span.to && (endsAt > span.from || startsAt >= span.from))) &&
    (members === null || whose.some((one) => members.includes(one))) &&
    (tickets === null || (ticket !== null && tickets.includes(ticket)))
  )
}

function questionOf(
  reader: Pick<CalendarReader<unknown>, 'isKey'>,
  session: VendorSession,
  { from, to, member, ticket }: Filter,
): CalendarQuestion {
  return {
    span: spanOf(from, to, 'filter.'),
    members: member === undefined ? null : keysOf(reader, session, 'Member', member, 'filter.member'),
    tickets: ticket === undefined ? null : keysOf(reader, session, 'Ticket', ticket, 'filter.ticket'),
  }
}

/** @throws GatewayError BAD_USER_INPUT for a span that ends before it begins, or is too long */
export function spanOf(
  from: unknown,
  to: unknown,
  prefix = '',
): { readonly from: number; readonly to: number } {
  const [start, end] = [instant(from, `${prefix}from`), instant(to, `${prefix}to`)]
  if (end <= start) throw badInput(`${prefix}to`, 'a moment after `from`', to)
  if (end - start > MOST_DAYS * DAY)
    throw badInput(`${prefix}to`, `a moment at most ${MOST_DAYS} days after \`from\``, to)
  return { from: start, to: end }
}

function instant(value: unknown, argument: string): number {
  const at = Date.parse(String(value))
  if (Number.isNaN(at)) throw badInput(argument, 'a time like "2026-11-20T16:00:00Z"', value)
  return at
}

/** Ids of other connections are in the filter of a list over several: nothing here answers to those. */
function keysOf(
  { isKey }: Pick<CalendarReader<unknown>, 'isKey'>,
  session: VendorSession,
  type: EntityType,
  value: unknown,
  argument: string,
): readonly string[] {
  const ids = (Array.isArray(value) ? value : [value]) as readonly unknown[]
  if (ids.length === 0 || ids.length > 100) throw badInput(argument, '1 to 100 ids', ids.length)
  return ids.flatMap((id) => {
    const parsed = parseId(String(id))
    if (parsed === undefined || parsed.type !== type) throw badInput(argument, `the id of a ${type}`, id)
    return parsed.connection === session.connection.slug && isKey(parsed.key) ? [parsed.key] : []
  })
}
