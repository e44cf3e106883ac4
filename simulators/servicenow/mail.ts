import { stamp } from './dates.ts'
import { type Row, rowOf, type State } from './store.ts'

export const emailOf = (state: State, table: 'sys_user' | 'sys_user_group', sysId: string | undefined) =>
  rowOf(state, table, sysId)?.email

/** A watch list holds users and plain addresses side by side. */
export const listedEmails = (state: State, list: string | undefined): (string | undefined)[] =>
  (list ?? '')
    .split(',')
    .filter(Boolean)
    .map((entry) => (entry.includes('@') ? entry.trim() : emailOf(state, 'sys_user', entry)))

/** Puts a mail into the outbox, unless nobody would get it. */
export function send(state: State, now: Date, task: Row, to: (string | undefined)[], reason: string): void {
  const recipients = [...new Set(to.filter((address) => address !== undefined && address !== ''))] as string[]
  if (recipients.length === 0) return
  state.outbox.push({
    time: stamp(now),
    to: recipients,
    subject: `${task.number}: ${task.short_description ?? ''}`,
    reason,
    task: task.sys_id ?? '',
    number: task.number ?? '',
  })
}
