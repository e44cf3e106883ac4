import type { NoteKind } from '../../../schema/records.ts'
import { type EntitySpec, plain, reference, time } from '../projection.ts'
import { type NoteBody, note as shape } from '../schema.ts'

export const noteSpec: EntitySpec<NoteBody> = {
  type: 'Note',
  group: 'Ticket Notes',
  shape,
  // A note's id is unique, but it can only be read below its ticket.
  keyOf: ({ id, ticketId }, { parent }) => `${ticketId ?? parent}.${id}`,
  fields: {
    kind: plain(['detailDescriptionFlag', 'internalAnalysisFlag', 'resolutionFlag'], kindOf),
    text: plain(['text'], ({ text }) => text ?? ''),
    clientVisible: plain(['detailDescriptionFlag', 'resolutionFlag'], isClientVisible),
    createdAt: plain(['dateCreated'], ({ dateCreated }) => time(dateCreated)),
    authorName: {
      paths: ['member/id', 'contact/id'],
      people: {
        member: { groups: ['Members'], paths: ['member/name'] },
        contact: { groups: ['Contacts'], paths: ['contact/name'] },
        // A login or a name, of whomever.
        anybody: { groups: ['Members', 'Contacts'], paths: ['createdBy'] },
      },
      value: ({ member, contact, createdBy }, { wanted }) => {
        const anybody = wanted.has('authorName.anybody') ? (createdBy ?? '') : null
        if (member !== null) return wanted.has('authorName.member') ? (member.name ?? anybody) : null
        if (contact !== null) return wanted.has('authorName.contact') ? (contact.name ?? anybody) : null
        return anybody
      },
    },
    author: reference('author', 'member', 'Member', ({ member }) => member, {
      name: { group: 'Members', member: 'name', value: ({ name }) => name },
      identifier: { group: 'Members', member: 'identifier', value: ({ identifier }) => identifier },
    }),
    contact: reference('contact', 'contact', 'Contact', ({ contact }) => contact, {
      name: { group: 'Contacts', member: 'name', value: ({ name }) => name },
    }),
    ticket: {
      ...reference<NoteBody & { readonly parent?: never }, { id: number }>(
        'ticket',
        'ticketId',
        'Ticket',
        ({ ticketId }) => (ticketId === null ? null : { id: ticketId }),
        { number: { group: 'Tickets', value: ({ id }) => String(id) } },
      ),
      paths: ['ticketId'],
    },
  },
}

/**
 * Visibility lies in the three flags (API.md 8). Whether a note was mailed is not kept, so a client-facing
 * note reads back as a description: both are discussion that the client sees.
 */
export function kindOf({ detailDescriptionFlag, resolutionFlag }: NoteBody): NoteKind {
  if (resolutionFlag === true) return 'RESOLUTION'
  return detailDescriptionFlag === true ? 'DESCRIPTION' : 'INTERNAL'
}

export function isClientVisible({ detailDescriptionFlag, resolutionFlag }: NoteBody): boolean {
  return detailDescriptionFlag === true || resolutionFlag === true
}
