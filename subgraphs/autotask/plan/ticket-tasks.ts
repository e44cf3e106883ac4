import type { TaskFields } from '../../../schema/plan.ts'
import { taskPlans } from '../../planning/task-plans.ts'
import { checklistOf } from '../checklist-items.ts'
import { recordNow } from './record-now.ts'
import { step, ticketRef } from './steps.ts'
import { ticketOf } from './ticket-of.ts'

/** Checklist items are read at the root and written below their ticket (API.md 3). */
export const ticketTasks = taskPlans({
  // The metadata of `TicketChecklistItems`.
  maxText: 255,
  recordNow,
  ticketOf,
  async add(session, ticket, change, summary) {
    const parent = ticketRef(ticket.key)
    const content = membersOf(change)
    const known = await checklistOf(session, ticket.key)
    return step({
      method: 'POST',
      path: `/Tickets/${ticket.key}/ChecklistItems`,
      body: content,
      tasks: true,
      except: [],
      target: parent,
      creates: 'TicketTask',
      summary,
      reconcile: {
        by: 'FINGERPRINT',
        parent,
        content: { ...content, known: known.map(({ id }) => id) },
      },
    })
  },
  update(_session, { key, ticket }, change, summary) {
    const target = { type: 'TicketTask', key } as const
    return step({
      method: 'PATCH',
      path: `/Tickets/${ticket.key}/ChecklistItems`,
      body: { id: Number(key), ...membersOf(change) },
      tasks: true,
      except: [],
      target,
      creates: null,
      summary,
      reconcile: { by: 'VALUES', target, planned: { ...change } },
    })
  },
  remove: (_session, { key, ticket }, summary) => {
    const target = { type: 'TicketTask', key } as const
    return step({
      method: 'DELETE',
      path: `/Tickets/${ticket.key}/ChecklistItems/${key}`,
      body: null,
      tasks: true,
      except: [],
      target,
      creates: null,
      summary,
      reconcile: { by: 'VALUES', target, planned: {} },
    })
  },
})

function membersOf({ text, done, position }: TaskFields): Readonly<Record<string, unknown>> {
  return {
    ...(text === undefined ? {} : { itemName: text }),
    ...(done === undefined ? {} : { isCompleted: done }),
    ...(position === undefined ? {} : { position }),
  }
}
