import type { ByRecord } from '../access.ts'
import { NOTE_KIND } from '../enums.ts'
import type { NoteValues, VendorRecord } from '../records.ts'
import { field, follow, type PsaBuilder, relation } from './fields.ts'
import type { defineNode } from './node.ts'
import type { EntityRefs } from './types.ts'

const valuesOf = (record: VendorRecord) => record as unknown as VendorRecord<NoteValues>

/** A list of notes tells those of the groups that its caller may read, and says which kinds it leaves out. */
export const ANY_NOTES: ByRecord = { among: ['Ticket Notes', 'Client-Facing Notes'] }

/** What the client can see is a group of its own, told by the note itself. */
const BY_NOTE: ByRecord = {
  ...ANY_NOTES,
  groupsOf: (record) => (valuesOf(record).get('clientVisible') ? ['Client-Facing Notes'] : ['Ticket Notes']),
}

/** A name belongs to the group of the person. Where nobody tells whose it is, it takes both. */
const BY_AUTHOR: ByRecord = {
  among: ['Members', 'Contacts'],
  groupsOf(record) {
    const note = valuesOf(record)
    if (note.get('author') !== null) return ['Members']
    return note.get('contact') !== null ? ['Contacts'] : ['Members', 'Contacts']
  },
}

export function defineNoteKind(builder: PsaBuilder) {
  return builder.enumType('NoteKind', NOTE_KIND)
}

export function defineNote(
  builder: PsaBuilder,
  { Note, Member, Contact, Ticket }: EntityRefs,
  NoteKind: ReturnType<typeof defineNoteKind>,
  Node: ReturnType<typeof defineNode>,
): void {
  const plain = (name: keyof NoteValues & string) => field('Ticket Notes', name, { byRecord: BY_NOTE })
  builder.objectType(Note, {
    description: 'A note on a ticket. What the client can see belongs to the group Client-Facing Notes.',
    interfaces: [Node],
    // A note is judged once, as a whole: whatever is selected of it, this tells its group.
    extensions: field('Ticket Notes', '', { loads: ['clientVisible'], byRecord: BY_NOTE }),
    fields: (t) => ({
      kind: t.field({
        type: NoteKind,
        description: 'For whom the note is.',
        extensions: plain('kind'),
        resolve: (r) => r.get('kind'),
      }),
      text: t.field({
        type: 'UntrustedText',
        description: 'The whole text.',
        extensions: plain('text'),
        resolve: (r) => r.get('text'),
      }),
      clientVisible: t.field({
        type: 'Boolean',
        description: 'The client can read it in the portal or was mailed it.',
        extensions: plain('clientVisible'),
        resolve: (r) => r.get('clientVisible'),
      }),
      createdAt: t.field({
        type: 'DateTime',
        description: 'When it was written.',
        extensions: plain('createdAt'),
        resolve: (r) => r.get('createdAt'),
      }),
      authorName: t.field({
        type: 'UntrustedText',
        description:
          'Who wrote it, as the PSA shows it. The name of a contact takes Contacts, that of a member Members, and both where the PSA does not tell which.',
        extensions: field('Contacts', 'authorName', {
          loads: ['authorName', 'author', 'contact'],
          byRecord: BY_AUTHOR,
        }),
        resolve: (r) => r.get('authorName'),
      }),
      author: t.field({
        type: Member,
        description: 'The member who wrote it; null when a contact or a rule did.',
        extensions: relation('Members', 'author', 'Member'),
        resolve: (r, _, context, info) => follow(r.get('author'), 'Member', context, info),
      }),
      contact: t.field({
        type: Contact,
        description: 'The contact who wrote it, if one did.',
        extensions: relation('Contacts', 'contact', 'Contact'),
        resolve: (r, _, context, info) => follow(r.get('contact'), 'Contact', context, info),
      }),
      ticket: t.field({
        type: Ticket,
        description: 'The ticket that it stands on.',
        extensions: relation('Tickets', 'ticket', 'Ticket'),
        resolve: (r, _, context, info) => follow(r.get('ticket'), 'Ticket', context, info),
      }),
    }),
  })
}
