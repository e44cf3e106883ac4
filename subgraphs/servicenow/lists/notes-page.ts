import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { NoteKind } from '../../../schema/records.ts'
import type { ChildrenRequest, Filter, ListPage, ListRequest, VendorSession } from '../../../schema/source.ts'
import { chunks } from '../../reading/chunks.ts'
import { readRows } from '../client.ts'
import { any, type Clause, compare, isIn, moment, sysId } from '../encoded-query.ts'
import {
  FIELD_NOTES,
  JOURNAL_KINDS,
  type JournalElement,
  type Note,
  noteRecord,
  wantedNoteFields,
} from '../entities/note.ts'
import {
  elementClause,
  JOURNAL_FIELDS,
  journalNote,
  noteAccess,
  noteReach,
  readFieldNotes,
  withPeople,
} from '../notes.ts'
import { isSysId } from '../rows.ts'
import { IDS_PER_URL } from '../rows-by-id.ts'
import { ticketKey } from '../ticket-tables.ts'
import { instant, rawTime, secondUp } from '../times.ts'
import { listOf } from './filters.ts'

/** Entries of one read for many tickets: 10 MB of answer hold 1,000 of the longest (API.md 7). */
const ENTRIES_PER_READ = 1000
/** Then a ticket's page ends, and says so: more than 5,000 entries newer than what is looked for. */
const MAX_ROUNDS = 5

interface NotePosition {
  /** ISO 8601. */
  readonly k: string
  /** sys_id of an entry, or the name of a field of the ticket. */
  readonly id: string
}

interface NoteFilter {
  readonly kinds: ReadonlySet<NoteKind>
  readonly from: number | null
  readonly until: number | null
}

type Direction = 'ASC' | 'DESC'

/** One ticket's notes behind a position. */
export async function notesPage(session: VendorSession, request: ListRequest): Promise<ListPage> {
  const { parent } = request
  if (parent === undefined || ticketKey(session, parent) === undefined)
    throw badInput('ticket', 'a ticket of ServiceNow', parent)
  const [page] = await notesOf(session, [parent], request, readNotePosition(request.after))
  if (page instanceof Error) throw page
  return page as ListPage
}

/** The first pages of many tickets: one read of entries and one of tickets in the common case. */
export function notePages(
  session: VendorSession,
  { parents, ...request }: ChildrenRequest,
): Promise<readonly (ListPage | Error)[]> {
  return notesOf(session, parents, request, undefined)
}

async function notesOf(
  session: VendorSession,
  parents: readonly string[],
  request: Pick<ListRequest, 'filter' | 'order' | 'first' | 'fields'>,
  after: NotePosition | undefined,
): Promise<readonly (ListPage | Error)[]> {
  const { direction, key } = request.order
  if (key !== 'CREATED_AT') {
    throw new GatewayError('BAD_USER_INPUT', `ServiceNow cannot order this list by "${key}".`, {
      argument: 'order',
      allowed: ['CREATED_AT'],
    })
  }
  const filter = noteFilter(request.filter)
  const reach = noteReach(session)
  const wanted = wantedNoteFields(session, reach.group, request.fields)
  const access = noteAccess(reach, wanted)
  const elements = reach.elements.filter((element) => filter.kinds.has(JOURNAL_KINDS[element]))
  const inFields = reach.fieldNotes && Object.values(FIELD_NOTES).some((kind) => filter.kinds.has(kind))
  const known = parents.filter((key) => ticketKey(session, key) !== undefined)

  const entries = new Map<string, Entries>()
  const fieldNotes = new Map<string, readonly Note[]>()
  const failed = new Map<string, Error>()
  await Promise.all(
    chunks(known, IDS_PER_URL).map(async (chunk) => {
      try {
        const [journal, read] = await Promise.all([
          elements.length === 0
            ? new Map<string, Entries>()
            : readEntries(session, chunk, {
                elements,
                filter,
                direction,
                first: request.first,
                after,
                access,
              }),
          inFields ? readFieldNotes(session, chunk, wanted, access) : new Map<string, readonly Note[]>(),
        ])
        for (const key of chunk) {
          entries.set(key, journal.get(key) ?? { notes: [], complete: true })
          fieldNotes.set(key, read.get(key) ?? [])
          // Without its fields a ticket is gone, or hidden: its entries alone would be half an answer.
          if (inFields && !read.has(key)) failed.set(key, gone(session))
        }
      } catch (error) {
        for (const key of chunk) failed.set(key, error instanceof Error ? error : new Error('unknown'))
      }
    }),
  )

  const cut = parents.map((key) => {
    const journal = entries.get(key) ?? { notes: [], complete: true }
    const notes = [...journal.notes, ...(fieldNotes.get(key) ?? []).filter((note) => admits(filter, note))]
      .filter((note) => after === undefined || compareNotes(direction, at(note), after) > 0)
      .toSorted((a, b) => compareNotes(direction, at(a), at(b)))
    return {
      shown: notes.slice(0, request.first),
      hasNext: notes.length > request.first,
      complete: journal.complete || notes.length > request.first,
    }
  })
  const named = await withPeople(
    session,
    cut.flatMap(({ shown }) => shown),
    wanted,
    access,
  )
  let start = 0
  return cut.map(({ shown, hasNext, complete }, index) => {
    const error = failed.get(parents[index] as string)
    const notes = named.slice(start, start + shown.length)
    start += shown.length
    if (error !== undefined) return error
    return {
      records: notes.map((note) => noteRecord(session.connection.slug, note, wanted)),
      positions: notes.map(at),
      sortValues: notes.map(({ createdAt }) => createdAt),
      hasNext,
      ...(complete
        ? {}
        : {
            partial:
              "Notes may be missing: ServiceNow hides them from the gateway's user, or there are too many.",
          }),
    }
  })
}

function gone(session: VendorSession): GatewayError {
  return new GatewayError('NOT_FOUND', 'No such ticket.', { connection: session.connection.slug })
}

interface Entries {
  readonly notes: Note[]
  readonly complete: boolean
}

interface EntriesSpec {
  readonly elements: readonly JournalElement[]
  readonly filter: NoteFilter
  readonly direction: Direction
  readonly first: number
  readonly after: NotePosition | undefined
  readonly access: ReturnType<typeof noteAccess>
}

/**
 * Entries of all these tickets in one order. When an answer is full, tickets that have not got enough yet are
 * asked for once more, behind the last entry.
 */
async function readEntries(
  session: VendorSession,
  keys: readonly string[],
  { elements, filter, direction, first, after, access }: EntriesSpec,
): Promise<Map<string, Entries>> {
  const tickets = new Map(keys.map((key) => [ticketKey(session, key)?.sysId ?? '', key]))
  const found = new Map<string, Note[]>(keys.map((key) => [key, []]))
  const done = (complete: boolean) =>
    new Map([...found].map(([key, notes]) => [key, { notes, complete: complete || notes.length > first }]))
  let position = after
  let hidden = false
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const open = [...tickets].filter(([, key]) => (found.get(key)?.length ?? 0) <= first)
    if (open.length === 0) return done(true)
    // Alone a ticket needs no more than its page and one to tell whether there are more.
    const limit = keys.length === 1 ? first + 1 : ENTRIES_PER_READ
    const { rows, total } = await readRows(session, {
      table: 'sys_journal_field',
      clauses: [
        // Every table's journal stands in this one (groups.tsv): never without its tickets.
        isIn(
          'element_id',
          open.map(([id]) => sysId('ticket', id)),
        ),
        elementClause(elements),
        ...span(filter),
        ...(position === undefined ? [] : behindNote(direction, position)),
      ],
      fields: JOURNAL_FIELDS,
      order: [
        { field: 'sys_created_on', descending: direction === 'DESC' },
        { field: 'sys_id', descending: direction === 'DESC' },
      ],
      limit,
      access,
    })
    let last: Note | undefined
    for (const row of rows) {
      const note = row === undefined ? undefined : journalNote(row, tickets, elements)
      if (note === undefined) {
        // A row that cannot be read, or one that nobody asked for.
        hidden = true
        continue
      }
      if (note.createdAt === null) hidden = true
      else {
        last = note
        if (admits(filter, note)) found.get(note.ticket)?.push(note)
      }
    }
    // The count holds what ACLs hide (API.md 4): fewer entries than counted means that some were hidden.
    if (total !== null && rows.length < Math.min(total, limit)) hidden = true
    if (rows.length < limit || last === undefined) return done(!hidden)
    position = at(last)
  }
  return done(false)
}

function at({ createdAt, part }: Note): NotePosition {
  return { k: createdAt ?? '', id: part }
}

/** Within one second the description comes first and the resolution last, as it was lived. */
function rank(id: string): number {
  return id === 'description' ? 0 : id === 'close_notes' ? 2 : 1
}

function compareNotes(direction: Direction, a: NotePosition, b: NotePosition): number {
  const order =
    a.k < b.k ? -1 : a.k > b.k ? 1 : rank(a.id) - rank(b.id) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  return direction === 'ASC' ? order : -order
}

function behindNote(direction: Direction, { k, id }: NotePosition): readonly Clause[] {
  const ascending = direction === 'ASC'
  const value = moment('after', rawTime(Date.parse(k)))
  const [beyond, from] = ascending ? (['>', '>='] as const) : (['<', '<='] as const)
  if (isSysId(id)) {
    return [
      compare('sys_created_on', from, value),
      any([compare('sys_created_on', beyond, value), compare('sys_id', beyond, sysId('after', id))]),
    ]
  }
  // Behind the description all entries of its second still come; behind the resolution none.
  return [compare('sys_created_on', (id === 'description') === ascending ? from : beyond, value)]
}

function readNotePosition(after: unknown): NotePosition | undefined {
  if (after === null || after === undefined) return undefined
  const { k, id } = after as Record<string, unknown>
  if (
    typeof k === 'string' &&
    !Number.isNaN(Date.parse(k)) &&
    typeof id === 'string' &&
    (isSysId(id) || Object.hasOwn(FIELD_NOTES, id))
  ) {
    return { k, id }
  }
  throw badInput('after', 'a position given by this list', after)
}

function span({ from, until }: NoteFilter): readonly Clause[] {
  return [
    ...(from === null ? [] : [compare('sys_created_on', '>=', moment('createdAt', rawTime(from)))]),
    ...(until === null ? [] : [compare('sys_created_on', '<', moment('createdAt', rawTime(until)))]),
  ]
}

function admits({ kinds, from, until }: NoteFilter, { kind, createdAt }: Note): boolean {
  const time = createdAt === null ? Number.NaN : Date.parse(createdAt)
  return kinds.has(kind) && !(from !== null && !(time >= from)) && !(until !== null && !(time < until))
}

const KINDS: readonly NoteKind[] = ['INTERNAL', 'DESCRIPTION', 'RESOLUTION', 'CLIENT_FACING']

function noteFilter(filter: Filter): NoteFilter {
  let kinds = new Set<NoteKind>(KINDS)
  let from: number | null = null
  let until: number | null = null
  for (const [name, value] of Object.entries(filter)) {
    if (value === null || value === undefined) continue
    if (name === 'kinds' || name === 'kind') {
      const wanted = listOf(value, name)
      for (const kind of wanted)
        if (!KINDS.some((known) => known === kind)) throw badInput(name, 'kinds of notes', kind)
      kinds = new Set([...kinds].filter((kind) => wanted.includes(kind)))
    } else if (name === 'clientVisible') {
      if (typeof value !== 'boolean') throw badInput(name, 'true or false', value)
      kinds = new Set([...kinds].filter((kind) => (kind !== 'INTERNAL') === value))
    } else if (name === 'createdAt') {
      if (typeof value !== 'object' || Array.isArray(value)) throw badInput(name, '{ after, before }', value)
      for (const [member, bound] of Object.entries(value as object)) {
        if (bound === null || bound === undefined) continue
        const argument = `${name}.${member}`
        if (member === 'after') from = secondUp(instant(argument, bound))
        else if (member === 'before') until = secondUp(instant(argument, bound))
        else throw badInput(argument, '"after" or "before"', bound)
      }
    } else {
      throw new GatewayError('BAD_USER_INPUT', `ServiceNow cannot filter this list by "${name}".`, {
        argument: name,
        allowed: ['kinds', 'kind', 'clientVisible', 'createdAt'],
      })
    }
  }
  return { kinds, from, until }
}
