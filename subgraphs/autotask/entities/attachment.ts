import { isClientVisible } from '../note-groups.ts'
import { type EntitySpec, plain, reference, time } from '../projection.ts'
import { ticketAttachment as shape, type TicketAttachmentBody } from '../schema.ts'

export const attachmentSpec: EntitySpec<TicketAttachmentBody> = {
  type: 'Attachment',
  entity: 'TicketAttachments',
  group: 'Attachments',
  shape,
  keyOf: ({ id }) => String(id),
  fields: {
    fileName: plain(['fullPath'], ({ fullPath }) => fullPath),
    title: plain(['title'], ({ title }) => title),
    contentType: plain(['contentType'], ({ contentType }) => contentType),
    size: plain(['fileSize'], ({ fileSize }) => fileSize),
    createdAt: plain(['attachDate'], ({ attachDate }) => time(attachDate)),
    clientVisible: plain(['publish'], isClientVisible),
    ticket: reference('ticketID', 'Ticket', ({ ticketID }) => ticketID),
  },
}
