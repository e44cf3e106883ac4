import { FILE_HOLE } from '../../../schema/plan.ts'
import { filePlans } from '../../planning/file-plans.ts'
import { recordNow } from './record-now.ts'
import { JSON_HEADERS } from './steps.ts'
import { ticketOf } from './ticket-of.ts'

/** API.md 6: keep a body to 20 MB, of which base64 takes a third. */
const MAX_BYTES = 15_000_000

export const files = filePlans({
  vendor: 'HaloPSA',
  maxBytes: MAX_BYTES,
  // Its note; nothing says how long one may be.
  maxTitle: 255,
  recordNow,
  ticketOf,
  add: (_session, ticket, { upload, fileName, title, clientVisible }) => ({
    method: 'POST',
    path: '/Attachment',
    query: [],
    headers: JSON_HEADERS,
    body: JSON.stringify([
      {
        ticket_id: Number(ticket.key),
        filename: fileName,
        note: title,
        showforusers: clientVisible,
        data_base64: `data:${upload.contentType};base64,${FILE_HOLE}`,
      },
    ]),
    encoding: 'BASE64',
    content: { filename: fileName, note: title, filesize: upload.size },
  }),
  remove: (_session, { key }) => ({
    method: 'DELETE',
    path: `/Attachment/${key.split('.')[1]}`,
    query: [],
    headers: JSON_HEADERS,
  }),
})
