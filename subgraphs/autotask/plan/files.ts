import { FILE_HOLE } from '../../../schema/plan.ts'
import { filePlans } from '../../planning/file-plans.ts'
import { PUBLISH_ALL, PUBLISH_INTERNAL } from '../note-groups.ts'
import { clientMail, textMail } from './mail.ts'
import { recordNow } from './record-now.ts'
import { ticketNow, ticketValues } from './ticket-now.ts'
import { ticketOf } from './ticket-of.ts'

/** API.md 8: "6 to 7 MB per file". */
const MAX_BYTES = 6_000_000

/** Made and deleted below their ticket; there is no update (API.md, Attachment). */
export const files = filePlans({
  vendor: 'Autotask',
  maxBytes: MAX_BYTES,
  // The metadata of `TicketAttachments` gives it 255 characters.
  maxTitle: 255,
  recordNow,
  ticketOf,
  add: (_session, ticket, { upload, fileName, title, clientVisible }) => ({
    method: 'POST',
    path: `/Tickets/${ticket.key}/Attachments`,
    query: [],
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify({
      attachmentType: 'FILE_ATTACHMENT',
      fullPath: fileName,
      title,
      publish: clientVisible ? PUBLISH_ALL : PUBLISH_INTERNAL,
      contentType: upload.contentType,
      data: FILE_HOLE,
    }),
    encoding: 'BASE64',
    content: { fullPath: fileName, title, fileSize: upload.size },
  }),
  remove: (_session, { key, ticket }) => ({
    method: 'DELETE',
    path: `/Tickets/${ticket.key}/Attachments/${key}`,
    query: [],
    headers: { accept: 'application/json' },
  }),
  async mail(session, { key }) {
    const { contact } = ticketValues(await ticketNow(session, key))
    return clientMail(session, [textMail(session)], [contact as string | null], [key])
  },
})
