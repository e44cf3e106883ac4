import { type EntitySpec, plain, time } from '../projection.ts'
import { type DocumentInfoBody, documentInfo as shape } from '../schema.ts'
import { parentTicket } from './parent-ticket.ts'

/** Which record a document hangs on is not told, only asked for: it is named by its ticket and its own number. */
export const attachmentSpec: EntitySpec<DocumentInfoBody> = {
  type: 'Attachment',
  group: 'Attachments',
  shape,
  keyOf: ({ id }, { parent }) => `${parent}.${id}`,
  fields: {
    fileName: plain(['fileName'], ({ fileName }) => fileName),
    title: plain(['title'], ({ title }) => title),
    contentType: plain([], () => null),
    size: plain(['size'], ({ size }) => size),
    createdAt: plain(['createdOnDate'], ({ createdOnDate }) => time(createdOnDate)),
    clientVisible: plain(['publicFlag'], ({ publicFlag }) => publicFlag),
    ticket: parentTicket(),
  },
}
