import { GatewayError } from '../../../schema/errors.ts'
import { FILE_HOLE } from '../../../schema/plan.ts'
import { filePlans } from '../../planning/file-plans.ts'
import { isSilent, NOTES, silent } from '../../planning/mail.ts'
import { recordReader } from '../../planning/record-now.ts'
import { ACCEPT } from '../client.ts'
import { readMany } from '../read-many.ts'
import { valueAt } from '../rows.ts'
import { ticketKey } from '../ticket-tables.ts'
import { clientMail } from './mail.ts'
import { keyOf, ticketNow } from './ticket-now.ts'
import { ticketOf } from './ticket-of.ts'

/** API.md 9: a body of 10 MB, `glide.rest.max_content_length`. */
const MAX_BYTES = 10 * 1024 * 1024

export const files = filePlans({
  vendor: 'ServiceNow',
  maxBytes: MAX_BYTES,
  maxTitle: { none: 'ServiceNow keeps the name of a file and no title.' },
  shownWithTicket: 'In ServiceNow, whoever may read the ticket may read its files, its caller too.',
  recordNow: recordReader({ readMany, keyOf }),
  ticketOf,
  add(session, ticket, { upload, fileName }) {
    const parsed = ticketKey(session, ticket.key)
    if (parsed === undefined) throw new GatewayError('NOT_FOUND', 'No such ticket.', { argument: 'ticket' })
    const { table, sysId } = parsed
    return {
      method: 'POST',
      path: '/api/now/attachment/file',
      query: [
        ['table_name', table.table],
        ['table_sys_id', sysId],
        ['file_name', fileName],
      ],
      headers: { ...ACCEPT, 'content-type': upload.contentType },
      body: FILE_HOLE,
      encoding: 'BYTES',
      content: { table_name: table.table, file_name: fileName, size_bytes: String(upload.size) },
    }
  },
  remove: (_session, { key }) => ({
    method: 'DELETE',
    path: `/api/now/attachment/${key}`,
    query: [],
    headers: ACCEPT,
  }),
  async mail(session, { key }) {
    const { row, table } = await ticketNow(session, key)
    const reason = isSilent(session, NOTES)
      ? silent('what is published to the client')
      : ({ verdict: 'MAY', reason: 'A notification may tell the caller of a new file.' } as const)
    return clientMail(
      session,
      [reason],
      table.contact === undefined ? null : valueAt(row, table.contact),
      valueAt(row, 'watch_list'),
    )
  },
})
