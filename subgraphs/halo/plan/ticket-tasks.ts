import type { TaskFields } from '../../../schema/plan.ts'
import { taskPlans } from '../../planning/task-plans.ts'
import { NO_TASK_DELETE } from '../capabilities.ts'
import { readTasks } from '../read-below-ticket.ts'
import { recordNow } from './record-now.ts'
import { addRow, changeRow } from './row-steps.ts'
import { ticketOf } from './ticket-of.ts'

/** To-dos of the ticket's own. */
export const ticketTasks = taskPlans({
  maxText: 255,
  recordNow,
  ticketOf,
  async add(session, ticket, change, summary) {
    const now = await readTasks(session, ticket.key, { group: 'Ticket Tasks', kind: 'READ', fields: [] })
    return addRow('todo_list', 'TicketTask', ticket.key, membersOf(change), now, { summary })
  },
  update: (_session, now, change, summary) =>
    changeRow('todo_list', 'TicketTask', now, membersOf(change), { ...change }, summary),
  remove: NO_TASK_DELETE,
})

function membersOf({ text, done, position }: TaskFields): Readonly<Record<string, unknown>> {
  return {
    ...(text === undefined ? {} : { text }),
    ...(done === undefined ? {} : { done }),
    ...(position === undefined ? {} : { sequence: position }),
  }
}
