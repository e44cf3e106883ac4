import { GatewayError } from '../../../schema/errors.ts'
import type { TaskFields } from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { recordReader } from '../../planning/record-now.ts'
import { taskPlans } from '../../planning/task-plans.ts'
import { readMany } from '../read-many.ts'
import { NO_TASKS, type TaskKey, type TaskTable, taskKey, taskTableOf } from '../task-tables.ts'
import { ticketKey } from '../ticket-tables.ts'
import { refuse } from './deletes.ts'
import { step, ticketRef } from './steps.ts'
import { keyOf } from './ticket-now.ts'
import { ticketOf } from './ticket-of.ts'

export const ticketTasks = taskPlans({
  // tables.json, task: short_description.
  maxText: 160,
  recordNow: recordReader({ readMany, keyOf }),
  ticketOf,
  add(session, ticket, change, summary) {
    const parsed = ticketKey(session, ticket.key)
    const tasks = parsed && taskTableOf(parsed.table.table)
    if (parsed === undefined || tasks === undefined)
      throw new GatewayError('NOT_SUPPORTED', NO_TASKS, { argument: 'ticket' })
    const parent = ticketRef(ticket.key)
    const content = { ...columnsOf(tasks, change), [tasks.column]: parsed.sysId }
    return step(session, {
      method: 'POST',
      table: tasks.table,
      body: content,
      tasks: true,
      target: parent,
      creates: 'TicketTask',
      summary,
      reconcile: { by: 'FINGERPRINT', parent, content },
    })
  },
  update(session, { key }, change, summary) {
    const { tasks, sysId } = existing(session, key)
    const target = { type: 'TicketTask', key } as const
    return step(session, {
      method: 'PATCH',
      table: tasks.table,
      sysId,
      body: columnsOf(tasks, change),
      tasks: true,
      target,
      creates: null,
      summary,
      reconcile: { by: 'VALUES', target, planned: { ...change } },
    })
  },
  remove: () => refuse('deleteTicketTask'),
})

function existing(session: VendorSession, key: string): TaskKey {
  const parsed = taskKey(session, key)
  if (parsed === undefined) throw new GatewayError('NOT_FOUND', 'No such task.', { argument: 'id' })
  return parsed
}

function columnsOf(
  { states }: TaskTable,
  { text, done, position }: TaskFields,
): Readonly<Record<string, string>> {
  if (done !== undefined && states === undefined) {
    throw new GatewayError(
      'NOT_SUPPORTED',
      'Such a task of ServiceNow goes through states of its own: check it off there.',
      { argument: 'done' },
    )
  }
  return {
    ...(text === undefined ? {} : { short_description: text }),
    ...(done === undefined || states === undefined ? {} : { state: done ? states.done : states.open }),
    ...(position === undefined ? {} : { order: String(position) }),
  }
}
