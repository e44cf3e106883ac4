import type { NoteKind } from '../../../schema/records.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { namesOf } from '../names.ts'
import { isClientVisible, PUBLISH_ALL } from '../note-groups.ts'
import { type EntitySpec, type Extras, plain, reference, time } from '../projection.ts'
import { type NoteBody, note as shape, type TicketBody } from '../schema.ts'

/** The texts that are a note elsewhere and a field of the ticket here. */
const TEXT_FIELDS = ['description', 'resolution'] as const
export type TextField = (typeof TEXT_FIELDS)[number]

export interface AnyNote extends NoteBody {
  /** Set when this is no note, but what stands in this field of the ticket. */
  readonly field?: TextField
}

export const noteSpec: EntitySpec<AnyNote> = {
  type: 'Note',
  entity: 'TicketNotes',
  group: 'Ticket Notes',
  shape,
  // Written below its ticket, so the key tells both.
  keyOf: ({ id, ticketID, field }) => `${ticketID}.${field ?? id}`,
  keyColumns: ['ticketID'],
  extras: readExtras,
  fields: {
    kind: plain(['publish'], kindOf),
    text: plain(['description'], ({ description }) => description ?? ''),
    clientVisible: plain(['publish'], isClientVisible),
    createdAt: plain(['createDateTime'], ({ createDateTime }) => time(createDateTime)),
    authorName: plain(['creatorResourceID', 'createdByContactID'], authorName),
    author: reference(['creatorResourceID', 'createdByContactID'], 'Member', memberOf),
    contact: reference('createdByContactID', 'Contact', ({ createdByContactID }) => createdByContactID),
    ticket: reference('ticketID', 'Ticket', ({ ticketID }) => ticketID),
  },
}

const KINDS: Readonly<Record<TextField, NoteKind>> = { description: 'DESCRIPTION', resolution: 'RESOLUTION' }

function kindOf(body: AnyNote): NoteKind {
  if (body.field !== undefined) return KINDS[body.field]
  return isClientVisible(body) ? 'CLIENT_FACING' : 'INTERNAL'
}

/** What a contact wrote may name the API user that took it in as its creator. */
function memberOf({ creatorResourceID, createdByContactID }: AnyNote): number | null {
  return createdByContactID === null ? creatorResourceID : null
}

function authorName(body: AnyNote, { memberNames, contactNames }: Extras): string {
  const member = memberOf(body)
  const name =
    member === null ? contactNames?.get(String(body.createdByContactID)) : memberNames?.get(String(member))
  return name ?? ''
}

async function readExtras(
  session: VendorSession,
  bodies: readonly AnyNote[],
  wanted: ReadonlySet<string>,
): Promise<Partial<Extras>> {
  if (!wanted.has('authorName')) return {}
  const [memberNames, contactNames] = await Promise.all([
    namesOf(session, 'Members', bodies.map(memberOf)),
    namesOf(
      session,
      'Contacts',
      bodies.map(({ createdByContactID }) => createdByContactID),
    ),
  ])
  return { memberNames, contactNames }
}

/** Columns of a ticket that its two texts need to look like notes. */
export const TEXT_COLUMNS = [
  'description',
  'resolution',
  'createDate',
  'resolvedDateTime',
  'creatorResourceID',
  'createdByContactID',
]

/** The ticket's own texts as notes; an empty one is none. */
export function textNotes(ticket: TicketBody): readonly AnyNote[] {
  return TEXT_FIELDS.flatMap((field) => {
    const text = ticket[field]
    if (text === null || text.trim() === '') return []
    const opened = field === 'description'
    return [
      {
        id: ticket.id,
        ticketID: ticket.id,
        title: null,
        description: text,
        // Both stand in the client portal.
        publish: PUBLISH_ALL,
        noteType: null,
        // Who wrote a resolution is not kept.
        creatorResourceID: opened ? ticket.creatorResourceID : null,
        createdByContactID: opened ? ticket.createdByContactID : null,
        createDateTime: opened ? ticket.createDate : ticket.resolvedDateTime,
        field,
      },
    ]
  })
}
