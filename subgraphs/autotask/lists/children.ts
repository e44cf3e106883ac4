import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { NoteKind } from '../../../schema/records.ts'
import type { ChildrenRequest, ListPage, VendorSession } from '../../../schema/source.ts'
import { ticketCalendars } from '../../reading/calendar.ts'
import { calendar } from '../calendar.ts'
import { type Condition, fieldName, integer, isIn } from '../conditions.ts'
import { attachmentSpec } from '../entities/attachment.ts'
import { type AnyNote, noteSpec, type TextField } from '../entities/note.ts'
import { ticketLineItemSpec } from '../entities/ticket-line-item.ts'
import { ticketTaskSpec } from '../entities/ticket-task.ts'
import { timeEntrySpec } from '../entities/time-entry.ts'
import { type NoteReach, noteReach, reachCondition } from '../note-groups.ts'
import { columnsOf, type EntitySpec, millis, readAccess, toRecords, wantedFields } from '../projection.ts'
import { isVendorId, ticketTexts } from '../read-many.ts'
import type { ChecklistItemBody, TicketAttachmentBody, TicketChargeBody } from '../schema.ts'
import { companySites } from './company-sites.ts'
import { buildFilter, listOf } from './filters.ts'
import { readPosition } from './position.ts'
import { askAll, type Standing, survives } from './source.ts'
import { ticketItems } from './ticket-items.ts'

/** Parents of one query; what else the filter lists counts against the same 500. */
const PARENTS_PER_READ = 300
/** 10,000 children of these parents together; beyond it they are asked for in smaller parties. */
const MAX_PAGES = 20

const TICKET = fieldName('ticketID')

export function parentKey(parent: string | undefined, what = 'ticket'): string {
  if (parent === undefined || !isVendorId(parent)) throw badInput(what, `a ${what} of Autotask`, parent)
  return parent
}

interface Child {
  readonly id: number
  readonly ticketID: number | null
}

/** One list below each of several tickets: all of their children are read together, and sorted here. */
interface ChildList<Body extends Child> {
  readonly spec: EntitySpec<Body>
  readonly conditions: readonly Condition[]
  /** The column that orders them, and the key of one of them. */
  readonly columns: readonly string[]
  timeOf(body: Body): number | null
  /** What belongs among them and is read elsewhere. */
  readonly more?: (parents: readonly string[], wanted: ReadonlySet<string>) => Promise<readonly Body[]>
  /** False when nothing of the entity itself is wanted. */
  readonly entityWanted: boolean
}

/**
 * `in` takes many tickets at once, so a page of tickets with their notes costs one request, and one more for
 * each further 500 notes.
 */
export async function childPages(
  session: VendorSession,
  request: ChildrenRequest,
  after: unknown = null,
): Promise<readonly (ListPage | Error)[]> {
  if (request.list === 'Company.sites') return companySites(session, request, after)
  if (request.list === 'Ticket.configurationItems') return ticketItems(session, request, after)
  if (request.list === 'Ticket.scheduleEntries') return ticketCalendars(calendar, session, request, after)
  if (request.list === 'Ticket.timeEntries') return pagesOf(session, request, after, timeList(request))
  if (request.list === 'Ticket.lineItems') return pagesOf(session, request, after, LINE_ITEMS)
  if (request.list === 'Ticket.tasks') return pagesOf(session, request, after, TASKS)
  if (request.list === 'Ticket.attachments') return pagesOf(session, request, after, ATTACHMENTS)
  const reach = noteReach(session)
  return pagesOf(session, request, after, notesList(session, request, reach))
}

const LINE_ITEMS: ChildList<TicketChargeBody> = {
  spec: ticketLineItemSpec,
  conditions: [],
  columns: [],
  // By number alone.
  timeOf: () => 0,
  entityWanted: true,
}

const TASKS: ChildList<ChecklistItemBody> = {
  spec: ticketTaskSpec,
  conditions: [],
  columns: ['position'],
  // What has no place in the order comes last.
  timeOf: ({ position }) => position ?? Number.MAX_SAFE_INTEGER,
  entityWanted: true,
}

const ATTACHMENTS: ChildList<TicketAttachmentBody> = {
  spec: attachmentSpec,
  conditions: [],
  columns: ['attachDate'],
  timeOf: ({ attachDate }) => millis(attachDate),
  entityWanted: true,
}

function timeList({
  order,
}: ChildrenRequest): ChildList<typeof timeEntrySpec extends EntitySpec<infer B> ? B : never> {
  const started = order.key === 'STARTED_AT'
  return {
    spec: timeEntrySpec,
    conditions: [],
    columns: started ? ['startDateTime'] : ['createDateTime'],
    timeOf: (body) => millis(started ? body.startDateTime : body.createDateTime),
    entityWanted: true,
  }
}

const KINDS: ReadonlySet<string> = new Set<NoteKind>([
  'INTERNAL',
  'DESCRIPTION',
  'RESOLUTION',
  'CLIENT_FACING',
])
const TEXT_KINDS = { DESCRIPTION: 'description', RESOLUTION: 'resolution' } as const

/**
 * Description and resolution are fields of the ticket: they cost a request of their own only where the ticket did
 * not bring them along.
 */
function notesList(
  session: VendorSession,
  { filter, brought }: Pick<ChildrenRequest, 'filter' | 'brought'>,
  reach: NoteReach,
): ChildList<AnyNote> {
  const given = filter.kinds ?? filter.kind ?? null
  const kinds = given === null ? null : new Set(listOf(given, 'kinds'))
  for (const kind of kinds ?? []) if (!KINDS.has(kind)) throw badInput('kinds', 'kinds of notes', kind)
  const visible = filter.clientVisible ?? null
  if (visible !== null && typeof visible !== 'boolean')
    throw badInput('clientVisible', 'true or false', visible)
  const client = reach.client && visible !== false && (kinds === null || kinds.has('CLIENT_FACING'))
  const internal = reach.internal && visible !== true && (kinds === null || kinds.has('INTERNAL'))
  const condition = reachCondition({ ...reach, client, internal })
  const texts = new Set<TextField | undefined>(
    Object.entries(TEXT_KINDS).flatMap(([kind, field]) =>
      visible !== false && (kinds === null || kinds.has(kind)) ? [field] : [],
    ),
  )
  return {
    spec: { ...noteSpec, group: reach.group },
    conditions: condition === undefined || !(client || internal) ? [] : [condition],
    columns: ['createDateTime'],
    // A resolution without a date stands where it was written: at the end.
    timeOf: ({ createDateTime, field }) =>
      millis(createDateTime) ?? (field === undefined ? null : Number.MAX_SAFE_INTEGER),
    async more(parents, wanted) {
      if (texts.size === 0 || !reach.client) return []
      const along = parents.flatMap((parent) => (brought?.get(parent) ?? []) as readonly AnyNote[])
      const others = parents.filter((parent) => brought?.has(parent) !== true)
      return [...along, ...(await ticketTexts(session, reach, others, wanted))].filter(({ field }) =>
        texts.has(field),
      )
    },
    entityWanted: client || internal,
  }
}

async function pagesOf<Body extends Child>(
  session: VendorSession,
  request: ChildrenRequest,
  after: unknown,
  list: ChildList<Body>,
): Promise<readonly (ListPage | Error)[]> {
  const filtered = await buildFilter(session, request.list, request.filter)
  const wanted = wantedFields(session, list.spec, request.fields)
  const standing: Standing = {
    session,
    entity: list.spec.entity,
    access: readAccess(list.spec, wanted),
    columns: await columnsOf(session, list.spec, wanted, ['ticketID', ...list.columns]),
    conditions: [...list.conditions, ...filtered.conditions],
    secondLook: filtered.secondLook,
  }
  const parents = [...new Set(request.parents.filter(isVendorId))]
  const gathered = new Map<string, Party<Body> | Error>()
  const parties: string[][] = []
  for (let start = 0; start < parents.length; start += PARENTS_PER_READ)
    parties.push(parents.slice(start, start + PARENTS_PER_READ))
  await Promise.all(
    parties.map(async (party) => {
      try {
        await gather(standing, list, party, wanted, filtered.nothing, gathered)
      } catch (error) {
        if (!(error instanceof Error)) throw error
        for (const parent of party) gathered.set(parent, error)
      }
    }),
  )
  const position = readPosition(after)
  const cutPages = new Map<string, Cut<Body> | Error>()
  for (const parent of parents) {
    const party = gathered.get(parent)
    cutPages.set(parent, party instanceof Error ? party : cutPage(party, request, list, position))
  }
  // The names that texts need are read once for all pages together.
  const bodies = [...cutPages.values()].flatMap((one) => (one instanceof Error ? [] : one.bodies))
  const records = await toRecords(session, list.spec, bodies, wanted)
  const recordOf = new Map(bodies.map((body, index) => [body, records[index]]))
  return request.parents.map((parent) => {
    const one = cutPages.get(parent)
    if (one === undefined) return badInput('ticket', 'a ticket of Autotask', parent)
    if (one instanceof Error) return one
    return {
      records: one.bodies.flatMap((body) => recordOf.get(body) ?? []),
      positions: one.positions,
      sortValues: one.positions.map(({ k }) =>
        k === null ? null : new Date(Math.min(k, 8.64e15)).toISOString(),
      ),
      hasNext: one.hasNext,
      ...(one.lost === 0 ? {} : { partial: 'Some records could not be read.' }),
    }
  })
}

interface Party<Body> {
  readonly bodies: Body[]
  lost: number
}

/** Children of all these parents. Too many of them: each half of the parents by itself. */
async function gather<Body extends Child>(
  standing: Standing,
  list: ChildList<Body>,
  parents: readonly string[],
  wanted: ReadonlySet<string>,
  nothing: boolean,
  into: Map<string, Party<Body> | Error>,
): Promise<void> {
  if (parents.length === 0) return
  const condition = isIn(
    TICKET,
    parents.map((id) => integer('ticket', id)),
  )
  const ask = list.entityWanted && !nothing
  const [answer, more] = await Promise.all([
    ask ? askAll(standing, [condition], MAX_PAGES) : { rows: [], cut: false, lost: 0 },
    list.more?.(parents, wanted) ?? [],
  ])
  if (answer.cut) {
    if (parents.length === 1) {
      throw new GatewayError('LIMIT_EXCEEDED', `A ticket holds more than ${MAX_PAGES * 500} records here.`, {
        argument: 'filter',
      })
    }
    const half = Math.ceil(parents.length / 2)
    await gather(standing, list, parents.slice(0, half), wanted, nothing, into)
    return gather(standing, list, parents.slice(half), wanted, nothing, into)
  }
  const parties = new Map<string, Party<Body>>(parents.map((parent) => [parent, { bodies: [], lost: 0 }]))
  for (const body of more) parties.get(String(body.ticketID))?.bodies.push(body)
  for (const row of answer.rows) {
    if (!survives(standing, row)) continue
    const parsed = list.spec.shape.safeParse(row)
    const party = parties.get(String(row.ticketID))
    if (party === undefined) continue
    if (parsed.success && list.timeOf(parsed.data) !== null) party.bodies.push(parsed.data)
    else party.lost += 1
  }
  for (const [parent, party] of parties) into.set(parent, party)
}

interface Cut<Body> {
  readonly bodies: readonly Body[]
  readonly positions: readonly { readonly k: number | null; readonly id: number }[]
  readonly hasNext: boolean
  readonly lost: number
}

function cutPage<Body extends Child>(
  party: Party<Body> | undefined,
  { first, order }: ChildrenRequest,
  list: ChildList<Body>,
  after: { readonly k: string | number | null; readonly id: number } | undefined,
): Cut<Body> {
  const sign = order.direction === 'ASC' ? 1 : -1
  const at = (body: Body) => list.timeOf(body) ?? 0
  const sorted = (party?.bodies ?? []).toSorted((a, b) => (at(a) - at(b) || placeId(a) - placeId(b)) * sign)
  const behind =
    after === undefined
      ? sorted
      : sorted.filter((body) => (at(body) - Number(after.k ?? 0) || placeId(body) - after.id) * sign > 0)
  const bodies = behind.slice(0, first)
  return {
    bodies,
    positions: bodies.map((body) => ({ k: at(body), id: placeId(body) })),
    hasNext: behind.length > first,
    lost: party?.lost ?? 0,
  }
}

/** A ticket's own texts take the ticket's id; told from notes, and from one another, they stand before them. */
function placeId(body: Child & { readonly field?: TextField }): number {
  if (body.field === undefined) return body.id
  return body.field === 'description' ? -2 : -1
}
