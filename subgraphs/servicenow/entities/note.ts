import { formatId } from '../../../schema/ids.ts'
import { type NoteKind, toldRecord, VendorRecord } from '../../../schema/records.ts'
import type { VendorSession } from '../../../schema/source.ts'

/** Journal entries, and the two plain fields of the ticket that say something to the client. */
export const NOTE_FIELDS: ReadonlySet<string> = new Set([
  'kind',
  'text',
  'clientVisible',
  'createdAt',
  'authorName',
  'author',
  'contact',
  'ticket',
])

/** What stands for the id of a note that is a field of the ticket. */
export const FIELD_NOTES = { description: 'DESCRIPTION', close_notes: 'RESOLUTION' } as const
export type FieldNote = keyof typeof FIELD_NOTES

export const JOURNAL_KINDS = { work_notes: 'INTERNAL', comments: 'CLIENT_FACING' } as const
export type JournalElement = keyof typeof JOURNAL_KINDS

export interface Person {
  readonly name: string | null
  readonly sysId: string | null
  /** Whose side somebody is on; null for neither. */
  readonly side: 'CLIENT' | 'MSP' | null
}

export interface Note {
  readonly ticket: string
  /** sys_id of the journal entry, or the field's name. */
  readonly part: string
  readonly kind: NoteKind
  readonly text: string
  /** ISO 8601. */
  readonly createdAt: string | null
  readonly login: string | null
  readonly person: Person | null
}

/** Fields asked for of a note that the caller may read. */
export function wantedNoteFields(
  session: VendorSession,
  group: string,
  asked: Iterable<string>,
): ReadonlySet<string> {
  const wanted = new Set<string>()
  for (const name of asked) {
    if (name === 'id') continue
    const [field = '', part] = name.split('.')
    if (!NOTE_FIELDS.has(field)) throw new TypeError(`ServiceNow has no field Note.${field}`)
    if (!session.mayRead(group, field)) continue
    wanted.add(field)
    if (part !== undefined && part !== 'id') throw new TypeError(`ServiceNow does not embed Note.${name}`)
  }
  if (!wanted.has('authorName')) return wanted
  for (const side of ['CLIENT', 'MSP'] as const)
    if (session.mayRead(GROUP_OF_SIDE[side], 'authorName')) wanted.add(`authorName.${side}`)
  return wanted
}

/** A name belongs to the group of the person. */
export const GROUP_OF_SIDE = { CLIENT: 'Contacts', MSP: 'Members' } as const

/** Names of these sides are told: of whoever is on neither, only where both are. */
export function tellsName(wanted: ReadonlySet<string>, side: Person['side']): boolean {
  const sides = side === null ? (['CLIENT', 'MSP'] as const) : [side]
  return sides.every((one) => wanted.has(`authorName.${one}`))
}

/** Who wrote journal entries stands there by login only: names are a read of their own. */
export function needsPeople(wanted: ReadonlySet<string>): boolean {
  return ['authorName', 'author', 'contact'].some((field) => wanted.has(field))
}

export function noteRecord(connection: string, note: Note, wanted: ReadonlySet<string>): VendorRecord {
  const { person } = note
  const refer = (type: 'Member' | 'Contact') =>
    person?.sysId == null ? null : toldRecord(connection, type, person.sysId)
  const values: Readonly<Record<string, () => unknown>> = {
    kind: () => note.kind,
    text: () => note.text,
    clientVisible: () => note.kind !== 'INTERNAL',
    createdAt: () => note.createdAt,
    authorName: () =>
      tellsName(wanted, person?.sysId == null ? null : person.side)
        ? (person?.name ?? note.login ?? '')
        : null,
    author: () => (person?.side === 'MSP' ? refer('Member') : null),
    contact: () => (person?.side === 'CLIENT' ? refer('Contact') : null),
    ticket: () => toldRecord(connection, 'Ticket', note.ticket),
  }
  return new VendorRecord(
    formatId(connection, 'Note', `${note.ticket}.${note.part}`),
    'Note',
    connection,
    Object.fromEntries([...wanted].map((name) => [name, values[name]?.() ?? null])),
    wanted,
  )
}
