import type { Call } from './call.ts'
import { day, durationOf, secondsOf, stamp, weekStart } from './dates.ts'
import { abortedByRule, dataPolicy } from './errors.ts'
import { sysIdOf } from './ids.ts'
import { beforeIncident } from './incident-rules.ts'
import { emailOf, listedEmails, send } from './mail.ts'
import { priorityOf } from './priority.ts'
import { insertRow, save, type Values } from './save.ts'
import { type Row, rowsOf } from './store.ts'

/** The states of each class in their order, where a rule keeps that order. */
const ORDER: Record<string, readonly string[]> = {
  change_request: ['-5', '-4', '-3', '-2', '-1', '0', '3'],
  problem: ['101', '102', '103', '104', '106', '107'],
}
const CANCELED_CHANGE = '4'
/** States in which a task is no longer active. */
const OVER: Record<string, readonly string[]> = {
  change_request: ['3', '4'],
  problem: ['107'],
  sc_task: ['3', '4', '5'],
  sc_req_item: ['3', '4', '5'],
  sc_request: ['3', '4', '5'],
  incident_task: ['3', '4', '7'],
  pm_project: ['3', '4'],
  pm_project_task: ['3', '4'],
  task: ['3', '4', '7'],
}

/** What runs before a task is stored. */
export function beforeTask(call: Call, table: string, old: Row | undefined, values: Values): void {
  if (table === 'incident') {
    beforeIncident(call, old, values)
    return
  }
  const after = (name: string) => values.get(name) ?? old?.[name] ?? ''
  const isLookedUp = table === 'problem' || table === 'change_request'
  if (isLookedUp && (!old || values.has('impact') || values.has('urgency'))) {
    const priority = priorityOf(after('impact'), after('urgency'))
    if (priority) values.set('priority', priority)
  }
  const state = values.get('state')
  if (!state || state === old?.state) return
  guardOrder(table, old?.state, state)
  if (table === 'problem') {
    values.set('problem_state', state)
    const needed = ['resolution_code', 'fix_notes', 'cause_notes'].filter((name) => after(name) === '')
    if (state === '106' && needed.length > 0) throw dataPolicy(needed)
  }
  const isOver = (OVER[table] ?? OVER.task ?? []).includes(state)
  values.set('active', String(!isOver))
  if (isOver && old?.active !== 'false') {
    values.set('closed_at', stamp(call.now))
    values.set('closed_by', call.caller.user.sys_id ?? '')
  }
}

function guardOrder(table: string, from: string | undefined, to: string): void {
  const order = ORDER[table]
  if (!order || from === undefined) return
  if (table === 'change_request' && to === CANCELED_CHANGE && from !== '3') return
  const step = order.indexOf(to) - order.indexOf(from)
  const isKnown = order.includes(to) && order.includes(from)
  // One step on, or back to the beginning.
  if (isKnown && (step === 1 || (step < 0 && to === order[0]))) return
  throw abortedByRule(table, 'State model: not a valid transition', sysIdOf('rule', `${table} state`))
}

/** Mails of the default notifications. */
export function notify(call: Call, row: Row, values: Values, changed: readonly string[]): void {
  const { state, now } = call
  const mail = (to: (string | undefined)[], reason: string) => send(state, now, row, to, reason)
  if (values.get('comments'))
    mail([emailOf(state, 'sys_user', row.caller_id), ...listedEmails(state, row.watch_list)], 'comments')
  if (values.get('work_notes')) mail(listedEmails(state, row.work_notes_list), 'work notes')
  if (changed.includes('assigned_to')) mail([emailOf(state, 'sys_user', row.assigned_to)], 'assigned to you')
  if (changed.includes('assignment_group'))
    mail([emailOf(state, 'sys_user_group', row.assignment_group)], 'assigned to your group')
}

/** Saving the timer books its time: a row of work, and the card of somebody assigned to the task. */
export function bookTimer(call: Call, row: Row, sent: string | undefined): void {
  const seconds = sent === undefined ? undefined : secondsOf(sent)
  if (!seconds) return
  const me = call.caller.user.sys_id ?? ''
  const card = row.assigned_to === me ? bookCard(call, row, me, seconds / 3600) : undefined
  insertRow(
    call,
    'task_time_worked',
    new Map([
      ['task', row.sys_id ?? ''],
      ['user', me],
      ['work_date', day(call.now)],
      ['time_worked', durationOf(seconds)],
      ['time_in_seconds', String(seconds)],
      ['category', 'task_work'],
      ['time_card', card ?? ''],
    ]),
  )
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']

function bookCard(call: Call, row: Row, user: string, hours: number): string | undefined {
  const week = weekStart(call.now)
  const weekday = WEEKDAYS[call.now.getUTCDay()]!
  const known = rowsOf(call.state, 'time_card').find(
    (card) => card.user === user && card.task === row.sys_id && card.week_starts_on === week,
  )
  const more = (text: string | undefined) => String(Number(text ?? 0) + hours)
  if (known) {
    save(
      call,
      'time_card',
      known,
      new Map([
        [weekday, more(known[weekday])],
        ['total', more(known.total)],
      ]),
    )
    return known.sys_id
  }
  const values: [string, string][] = [
    ['user', user],
    ['task', row.sys_id ?? ''],
    ['category', 'task_work'],
    ['week_starts_on', week],
    ['state', 'Pending'],
    [weekday, String(hours)],
    ['total', String(hours)],
  ]
  return insertRow(call, 'time_card', new Map(values)).sys_id
}
