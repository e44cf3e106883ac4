import { type EntitySpec, MEMBER_PARTS, plain, reference, textField } from '../projection.ts'
import { flagAt, numberAt } from '../rows.ts'
import type { TaskTable } from '../task-tables.ts'
import { formatTicketKey } from '../ticket-tables.ts'

/** Named by its table as tickets are: ids alone do not tell where to look. */
export function ticketTaskSpec({ table, ticketTable, column }: TaskTable): EntitySpec {
  return {
    type: 'TicketTask',
    group: 'Ticket Tasks',
    table,
    keyOf: ({ sysId }) => `${table}.${sysId}`,
    fields: {
      text: textField('short_description'),
      // Closed complete, incomplete or skipped: none of them is left to do.
      done: plain(['active'], (row) => flagAt(row, 'active') === false),
      position: plain(['order'], (row) => numberAt(row, 'order')),
      assignee: reference('assignee', 'assigned_to', 'Member', MEMBER_PARTS),
      ticket: reference(
        'ticket',
        column,
        'Ticket',
        {
          title: { group: 'Tickets', column: 'short_description' },
          number: { group: 'Tickets', column: 'number' },
        },
        (sysId) => formatTicketKey({ table: ticketTable }, sysId),
      ),
    },
  }
}
