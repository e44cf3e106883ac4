import { FILE_HOLE } from '../../../schema/plan.ts'
import { filePlans } from '../../planning/file-plans.ts'
import { acceptHeader } from '../client.ts'
import { recordNow } from './record-now.ts'
import { ticketOf } from './ticket-of.ts'

/** Documents hang on a ticket by what the form says; how large one may be is the tenant's setting (API.md 6). */
export const files = filePlans({
  vendor: 'ConnectWise',
  // DocumentFormData gives none; a longer one is no title.
  maxTitle: 200,
  recordNow,
  ticketOf,
  add(session, ticket, { upload, fileName, title, clientVisible }) {
    // It can't stand in the file: nobody knows a file that holds a part of its own hash.
    const boundary = `countersign-${upload.sha256.slice(0, 32)}`
    const part = (disposition: string, text: string) =>
      `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n${text}\r\n`
    const field = (name: string, value: string) => part(`name="${name}"`, `\r\n${value}`)
    const body = [
      field('recordType', 'Ticket'),
      field('recordId', ticket.key),
      field('title', title),
      // Said either way: false may show it in the portal (API.md 8, Attachment).
      field('privateFlag', String(!clientVisible)),
      part(`name="file"; filename="${fileName}"`, `Content-Type: ${upload.contentType}\r\n\r\n${FILE_HOLE}`),
      `--${boundary}--\r\n`,
    ].join('')
    return {
      method: 'POST',
      path: '/system/documents',
      query: [],
      headers: {
        accept: acceptHeader(session),
        'content-type': `multipart/form-data; boundary=${boundary}`,
      },
      body,
      encoding: 'BYTES',
      content: { fileName, title, size: upload.size },
    }
  },
  remove: (session, { key }) => ({
    method: 'DELETE',
    path: `/system/documents/${key.split('.')[1]}`,
    query: [],
    headers: { accept: acceptHeader(session) },
  }),
})
