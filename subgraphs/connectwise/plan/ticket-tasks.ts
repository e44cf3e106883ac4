import type { TaskFields } from '../../../schema/plan.ts'
import { taskPlans } from '../../planning/task-plans.ts'
import { recordNow } from './record-now.ts'
import { deletionStep, step, ticketRef } from './steps.ts'
import { ticketOf } from './ticket-of.ts'

/** Tasks stand below their ticket, whose number is the first half of their key. */
const pathOf = (key: string) => {
  const [ticket = '', task = ''] = key.split('.')
  return `/service/tickets/${ticket}/tasks/${task}`
}

export const ticketTasks = taskPlans({
  // Its API description, ServiceTask, gives none; a page of text is no task.
  maxText: 1000,
  recordNow,
  ticketOf,
  add(session, ticket, change, summary) {
    const parent = ticketRef(ticket.key)
    const content = Object.fromEntries(membersOf(change))
    return step(session, {
      method: 'POST',
      path: `/service/tickets/${ticket.key}/tasks`,
      body: content,
      except: [],
      target: parent,
      creates: 'TicketTask',
      summary,
      reconcile: { by: 'FINGERPRINT', parent, content },
    })
  },
  update(session, { key }, change, summary) {
    const target = { type: 'TicketTask', key } as const
    return step(session, {
      method: 'PATCH',
      path: pathOf(key),
      body: membersOf(change).map(([path, value]) => ({ op: 'replace', path, value })),
      except: [],
      target,
      creates: null,
      summary,
      reconcile: { by: 'VALUES', target, planned: { ...change } },
    })
  },
  remove: (session, { key }, summary) =>
    deletionStep(session, pathOf(key), { type: 'TicketTask', key }, summary),
})

const MEMBERS = { text: 'notes', done: 'closedFlag', position: 'priority' } as const

function membersOf(change: TaskFields): readonly (readonly [member: string, value: unknown])[] {
  return Object.entries(change).map(([field, value]) => [MEMBERS[field as keyof typeof MEMBERS], value])
}
