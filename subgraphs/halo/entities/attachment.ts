import { type EntitySpec, plain, reference, time } from '../projection.ts'
import { type AttachmentBody, attachment as shape } from '../schema.ts'

/** Named by its ticket and its own number: alone, its address gives its bytes and nothing of it (API.md, Attachment). */
export const attachmentSpec: EntitySpec<AttachmentBody> = {
  type: 'Attachment',
  group: 'Attachments',
  shape,
  keyOf: ({ id }, { parent }) => `${parent}.${id}`,
  fields: {
    fileName: plain(({ filename }) => filename),
    title: plain(({ note }) => note || null),
    contentType: plain(({ content_type }) => content_type || null),
    size: plain(({ filesize }) => filesize),
    createdAt: plain(({ datecreated }) => time(datecreated)),
    clientVisible: plain(({ showforusers }) => showforusers),
    ticket: reference('ticket', 'Ticket', (_body, { parent }) => parent ?? null, {
      number: { group: 'Tickets', value: (_body, { parent }) => parent },
    }),
  },
}
