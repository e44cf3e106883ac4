import type { VendorRecord } from '../../schema/records.ts'
import type { VendorAccess, VendorSession } from '../../schema/source.ts'
import { chunks } from '../reading/chunks.ts'
import { readRows } from './client.ts'
import { any, type Clause, compare, isIn, sysId, text, unsafe } from './encoded-query.ts'
import {
  FIELD_NOTES,
  type FieldNote,
  GROUP_OF_SIDE,
  JOURNAL_KINDS,
  type JournalElement,
  type Note,
  needsPeople,
  noteRecord,
  type Person,
  tellsName,
  wantedNoteFields,
} from './entities/note.ts'
import { sideOf, staffCompanies } from './people.ts'
import { isSysId, type Row, valueAt } from './rows.ts'
import { type Answer, IDS_PER_URL, rowsById } from './rows-by-id.ts'
import { type TicketTable, ticketKey, ticketTables } from './ticket-tables.ts'
import { isoTime } from './times.ts'

export interface NoteReach {
  readonly group: 'Ticket Notes' | 'Client-Facing Notes'
  readonly elements: readonly JournalElement[]
  /** Description and resolution are read by the client. */
  readonly fieldNotes: boolean
}

/** Notes are two groups behind one table: a caller who may read one of them is shown that one only. */
export function noteReach(session: VendorSession): NoteReach {
  const internal = session.mayRead('Ticket Notes', 'text')
  const client = session.mayRead('Client-Facing Notes', 'text')
  if (internal && !client) return { group: 'Ticket Notes', elements: ['work_notes'], fieldNotes: false }
  if (client && !internal) return { group: 'Client-Facing Notes', elements: ['comments'], fieldNotes: true }
  return { group: 'Ticket Notes', elements: ['comments', 'work_notes'], fieldNotes: true }
}

export function noteAccess({ group }: NoteReach, wanted: ReadonlySet<string>): VendorAccess {
  const fields = [...wanted].filter((name) => !name.includes('.')).toSorted()
  return { group, kind: 'READ', fields }
}

export const JOURNAL_FIELDS = ['element', 'element_id', 'value', 'sys_created_on', 'sys_created_by'] as const

export function elementClause(elements: readonly JournalElement[]): Clause {
  return any(elements.map((element) => compare('element', '=', text('element', element))))
}

/** undefined for an entry of another ticket or kind, which a query that was not understood would bring. */
export function journalNote(
  row: Row,
  tickets: ReadonlyMap<string, string>,
  elements: readonly JournalElement[],
): Note | undefined {
  const ticket = tickets.get(valueAt(row, 'element_id') ?? '')
  const element = elements.find((known) => known === valueAt(row, 'element'))
  if (ticket === undefined || element === undefined) return undefined
  return {
    ticket,
    part: row.sysId,
    kind: JOURNAL_KINDS[element],
    text: valueAt(row, 'value') ?? '',
    createdAt: isoTime(valueAt(row, 'sys_created_on')),
    login: valueAt(row, 'sys_created_by'),
    person: null,
  }
}

/** Times and authors of the fields of a ticket that are notes; people are walked to only when asked for. */
export function fieldNoteColumns(wanted: ReadonlySet<string>, resolution: boolean): readonly string[] {
  const people = needsPeople(wanted)
  const name = tellsName(wanted, null)
  const person = (column: string) =>
    people
      ? [column, ...(name ? [`${column}.name`] : []), `${column}.company`, `${column}.company.customer`]
      : []
  return [
    'description',
    'opened_at',
    ...person('opened_by'),
    'close_notes',
    'closed_at',
    'sys_updated_on',
    ...person('closed_by'),
    ...(resolution ? ['resolved_at', ...person('resolved_by')] : []),
  ]
}

/** Tables of the base system that know when and by whom they were resolved (tables.json). */
export function knowsResolution({ table }: TicketTable): boolean {
  return table === 'incident' || table === 'problem' || table === 'sn_customerservice_case'
}

function fieldNotes(ticket: string, row: Row, companies: ReadonlySet<string> | undefined): readonly Note[] {
  const note = (part: FieldNote, createdAt: string | null, people: readonly string[]): Note[] => {
    const value = valueAt(row, part)
    if (value === null) return []
    const column = people.find((name) => valueAt(row, name) !== null)
    return [
      {
        ticket,
        part,
        kind: FIELD_NOTES[part],
        text: value,
        createdAt: isoTime(createdAt),
        login: null,
        person:
          column === undefined
            ? null
            : {
                name: valueAt(row, `${column}.name`),
                sysId: valueAt(row, column),
                side: sideOf(row, `${column}.`, companies),
              },
      },
    ]
  }
  return [
    ...note('description', valueAt(row, 'opened_at'), ['opened_by']),
    // Written when it was resolved; the field itself has no date.
    ...note(
      'close_notes',
      valueAt(row, 'resolved_at') ?? valueAt(row, 'closed_at') ?? valueAt(row, 'sys_updated_on'),
      ['resolved_by', 'closed_by'],
    ),
  ]
}

/** Tickets of one read by table: the fields that are notes, by ticket key. */
export async function readFieldNotes(
  session: VendorSession,
  keys: readonly string[],
  wanted: ReadonlySet<string>,
  access: VendorAccess,
): Promise<ReadonlyMap<string, readonly Note[]>> {
  const found = new Map<string, readonly Note[]>()
  const companies = needsPeople(wanted) ? await staffCompanies(session) : undefined
  const reads = ticketTables(session).flatMap((table) => {
    const ids = keys.flatMap((key) => {
      const parsed = ticketKey(session, key)
      return parsed?.table.table === table.table ? [parsed.sysId] : []
    })
    return chunks([...new Set(ids)], IDS_PER_URL).map(async (chunk) => {
      const fields = fieldNoteColumns(wanted, knowsResolution(table))
      for (const row of await rowsById(session, table.table, chunk, { fields, access })) {
        const key = `${table.table}.${row.sysId}`
        found.set(key, fieldNotes(key, row, companies))
      }
    })
  })
  await Promise.all(reads)
  return found
}

/** Names behind the logins of journal entries, in one read. */
export async function withPeople(
  session: VendorSession,
  notes: readonly Note[],
  wanted: ReadonlySet<string>,
  access: VendorAccess,
): Promise<readonly Note[]> {
  if (!needsPeople(wanted)) return notes
  const logins = [...new Set(notes.flatMap(({ login, person }) => (login && !person ? [login] : [])))]
    // What a query cannot hold keeps its login as the name.
    .filter((login) => login.length <= 100 && unsafe(login) === undefined)
  const people = new Map<string, Person>()
  const companies = await staffCompanies(session)
  for (const chunk of chunks(logins, IDS_PER_URL)) {
    const { rows } = await readRows(session, {
      table: 'sys_user',
      clauses: [any(chunk.map((login) => compare('user_name', '=', text('login', login))))],
      fields: ['user_name', ...(tellsName(wanted, null) ? ['name'] : []), 'company', 'company.customer'],
      limit: chunk.length * 2,
      access,
    })
    for (const row of rows) {
      const login = row === undefined ? null : valueAt(row, 'user_name')
      if (row === undefined || login === null) continue
      people.set(login.toLowerCase(), {
        name: valueAt(row, 'name'),
        sysId: row.sysId,
        side: sideOf(row, '', companies),
      })
    }
  }
  const known = notes.map((note) =>
    note.person !== null || note.login === null
      ? note
      : { ...note, person: people.get(note.login.toLowerCase()) ?? null },
  )
  return withNamesOfOneSide(session, known, wanted)
}

/** Where names of one side alone are told, whose side somebody is on comes first, and those names then. */
async function withNamesOfOneSide(
  session: VendorSession,
  notes: readonly Note[],
  wanted: ReadonlySet<string>,
): Promise<readonly Note[]> {
  const side = (['CLIENT', 'MSP'] as const).find((one) => tellsName(wanted, one))
  if (side === undefined || tellsName(wanted, null)) return notes
  const ids = notes.flatMap(({ person }) =>
    person?.side === side && person.sysId !== null ? [person.sysId] : [],
  )
  const names = new Map<string, string | null>()
  const access: VendorAccess = { group: GROUP_OF_SIDE[side], kind: 'READ', fields: ['name'] }
  for (const chunk of chunks([...new Set(ids)], IDS_PER_URL)) {
    const rows = await rowsById(session, 'sys_user', chunk, { fields: ['name'], access })
    for (const row of rows) names.set(row.sysId, valueAt(row, 'name'))
  }
  return notes.map((note) =>
    note.person?.sysId == null
      ? note
      : { ...note, person: { ...note.person, name: names.get(note.person.sysId) ?? null } },
  )
}

/** `<ticket>.<entry>` or `<ticket>.description`. */
function splitNoteKey(key: string): { readonly ticket: string; readonly part: string } | undefined {
  const at = key.lastIndexOf('.')
  const [ticket, part] = [key.slice(0, at), key.slice(at + 1)]
  return at > 0 && (isSysId(part) || Object.hasOwn(FIELD_NOTES, part)) ? { ticket, part } : undefined
}

export async function readNotes(
  session: VendorSession,
  keys: readonly string[],
  fields: ReadonlySet<string>,
): Promise<readonly Answer[]> {
  const reach = noteReach(session)
  const wanted = wantedNoteFields(session, reach.group, fields)
  const access = noteAccess(reach, wanted)
  const asked = keys.flatMap((key) => {
    const parsed = splitNoteKey(key)
    const ticket = parsed === undefined ? undefined : ticketKey(session, parsed.ticket)
    return parsed === undefined || ticket === undefined ? [] : [{ key, ...parsed, sysId: ticket.sysId }]
  })
  const tickets = new Map(asked.map(({ sysId: id, ticket }) => [id, ticket]))
  const journal = asked.filter(({ part }) => isSysId(part))
  const inFields = reach.fieldNotes ? asked.filter(({ part }) => !isSysId(part)) : []
  const notes: Note[] = []
  await Promise.all([
    ...chunks(journal, IDS_PER_URL / 2).map(async (chunk) => {
      const { rows } = await readRows(session, {
        table: 'sys_journal_field',
        clauses: [
          isIn(
            'sys_id',
            chunk.map(({ part }) => sysId('id', part)),
          ),
          // Every table's journal stands in this one (groups.tsv): never without its ticket.
          isIn(
            'element_id',
            [...new Set(chunk.map((one) => one.sysId))].map((id) => sysId('ticket', id)),
          ),
          elementClause(reach.elements),
        ],
        fields: JOURNAL_FIELDS,
        limit: chunk.length,
        access,
      })
      for (const row of rows) {
        const note = row === undefined ? undefined : journalNote(row, tickets, reach.elements)
        if (note !== undefined) notes.push(note)
      }
    }),
    (async () => {
      if (inFields.length === 0) return
      const read = await readFieldNotes(
        session,
        inFields.map(({ ticket }) => ticket),
        wanted,
        access,
      )
      notes.push(...[...read.values()].flat())
    })(),
  ])
  const known = await withPeople(session, notes, wanted, access)
  const byKey = new Map<string, VendorRecord>(
    known.map((note) => [`${note.ticket}.${note.part}`, noteRecord(session.connection.slug, note, wanted)]),
  )
  return keys.map((key) => byKey.get(key) ?? null)
}
