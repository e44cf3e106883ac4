import type { TaskFields } from '../../../schema/plan.ts'
import { taskPlans } from '../../planning/task-plans.ts'
import { NO_TASK_DELETE } from '../capabilities.ts'
import { readTasks } from '../read-below-ticket.ts'
import { recordNow } from './record-now.ts'
import { step, ticketRef } from './steps.ts'
import { ticketOf } from './ticket-of.ts'

/** To-dos of the ticket's own: one without a number is added, one with a number changed (API.md, TicketLineItem). */
export const ticketTasks = taskPlans({
  maxText: 255,
  recordNow,
  ticketOf,
  async add(session, ticket, change, summary) {
    const parent = ticketRef(ticket.key)
    const row = membersOf(change)
    const access = { group: 'Ticket Tasks', kind: 'READ', fields: [] } as const
    const now = await readTasks(session, ticket.key, access)
    return step({
      path: '/Tickets',
      element: { id: Number(ticket.key), todo_list: [row] },
      demands: { rows: 'todo_list' },
      except: [],
      target: parent,
      creates: 'TicketTask',
      summary,
      // A row tells neither when it was made nor by whom: it is told by not having been there.
      reconcile: {
        by: 'FINGERPRINT',
        parent,
        content: { ...row, known: (now?.bodies ?? []).map(({ id }) => id) },
      },
    })
  },
  update(_session, { key, ticket }, change, summary) {
    const target = { type: 'TicketTask', key } as const
    const [, row = ''] = key.split('.')
    return step({
      path: '/Tickets',
      element: { id: Number(ticket.key), todo_list: [{ id: Number(row), ...membersOf(change) }] },
      demands: { rows: 'todo_list' },
      except: [],
      target,
      creates: null,
      summary,
      reconcile: { by: 'VALUES', target, planned: { ...change } },
    })
  },
  remove: NO_TASK_DELETE,
})

function membersOf({ text, done, position }: TaskFields): Readonly<Record<string, unknown>> {
  return {
    ...(text === undefined ? {} : { text }),
    ...(done === undefined ? {} : { done }),
    ...(position === undefined ? {} : { sequence: position }),
  }
}
