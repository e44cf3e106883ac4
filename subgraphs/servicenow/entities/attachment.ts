import { type EntitySpec, plain, reference, textField, timeField } from '../projection.ts'
import { numberAt, valueAt } from '../rows.ts'
import { formatTicketKey } from '../ticket-tables.ts'

/** A row about a file: its bytes are kept in others (API.md 10). */
export const attachmentSpec: EntitySpec = {
  type: 'Attachment',
  group: 'Attachments',
  table: 'sys_attachment',
  keyOf: ({ sysId }) => sysId,
  fields: {
    fileName: textField('file_name'),
    title: plain([], () => null),
    contentType: textField('content_type'),
    size: plain(['size_bytes'], (row) => numberAt(row, 'size_bytes')),
    createdAt: timeField('sys_created_on'),
    // Whoever may read the record may read its files.
    clientVisible: plain([], () => null),
    ticket: reference(
      'ticket',
      'table_sys_id',
      'Ticket',
      {},
      (sysId, row, { ticketTables }) => {
        const table = ticketTables.find((known) => known.table === valueAt(row, 'table_name'))
        return table === undefined ? null : formatTicketKey(table, sysId)
      },
      ['table_name'],
    ),
  },
}
