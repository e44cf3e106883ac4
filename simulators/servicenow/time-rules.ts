import type { Call } from './call.ts'
import { day, durationOf, secondsOf } from './dates.ts'
import type { Values } from './save.ts'

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']

/** Keeps the two spellings of worked time in step, and a card's total true to its days. */
export function beforeTime(
  call: Call,
  table: string,
  old: Record<string, string> | undefined,
  values: Values,
): void {
  if (table === 'time_card') {
    const total = WEEKDAYS.reduce((sum, name) => sum + Number(values.get(name) ?? old?.[name] ?? 0), 0)
    values.set('total', String(total))
    if (!old && !values.has('state')) values.set('state', 'Pending')
    return
  }
  const duration = values.get('time_worked')
  const seconds = values.get('time_in_seconds')
  if (duration) {
    const told = secondsOf(duration) ?? 0
    values.set('time_worked', durationOf(told))
    values.set('time_in_seconds', String(told))
  } else if (seconds) values.set('time_worked', durationOf(Number(seconds)))
  if (old) return
  if (!values.get('work_date')) values.set('work_date', day(call.now))
  if (!values.get('user')) values.set('user', call.caller.user.sys_id ?? '')
}
