import { type Call, warn } from './call.ts'
import { stamp } from './dates.ts'
import { abortedByRule, dataPolicy } from './errors.ts'
import { sysIdOf } from './ids.ts'
import { emailOf, send } from './mail.ts'
import { priorityOf } from './priority.ts'
import { save, type Values } from './save.ts'
import { type Row, rowOf, rowsOf } from './store.ts'

export const NEW = '1'
export const IN_PROGRESS = '2'
export const ON_HOLD = '3'
export const RESOLVED = '6'
export const CLOSED = '7'
export const CANCELED = '8'
const AWAITING_CALLER = '1'

/** What runs before an incident is stored: it may refuse, and it adds what follows from the change. */
export function beforeIncident(call: Call, old: Row | undefined, values: Values): void {
  const after = (name: string) => values.get(name) ?? old?.[name] ?? ''
  if (values.has('priority')) {
    warn(call, 'dropped field: priority follows from impact and urgency')
    values.delete('priority')
  }
  if (values.has('incident_state') && !values.has('state'))
    values.set('state', values.get('incident_state') ?? NEW)
  if (values.has('state')) values.set('incident_state', values.get('state') ?? NEW)
  if (!old || values.has('impact') || values.has('urgency')) {
    const priority = priorityOf(after('impact'), after('urgency'))
    if (priority) values.set('priority', priority)
  }
  fromCaller(call, old, values)
  const state = after('state')
  if (!old || state !== old.state) enterState(call, old, state, after, values)
  const group = values.get('assignment_group')
  if (old?.assignment_group && group !== undefined && group !== old.assignment_group)
    values.set('reassignment_count', String(Number(old.reassignment_count ?? 0) + 1))
}

/** The caller brings company and site along, unless the body names its own. */
function fromCaller(call: Call, old: Row | undefined, values: Values): void {
  const id = values.get('caller_id')
  if (!id || id === old?.caller_id) return
  const caller = rowOf(call.state, 'sys_user', id)
  for (const name of ['company', 'location']) {
    if (!values.has(name) && caller?.[name]) values.set(name, caller[name])
  }
}

function enterState(
  call: Call,
  old: Row | undefined,
  state: string,
  after: (name: string) => string,
  values: Values,
): void {
  const now = stamp(call.now)
  const me = call.caller.user.sys_id ?? ''
  if (state === ON_HOLD) {
    if (after('hold_reason') === '') throw dataPolicy(['On hold reason'])
    // The caller has to learn what is awaited of him.
    if (after('hold_reason') === AWAITING_CALLER && !values.get('comments'))
      throw dataPolicy(['Additional comments'])
  } else if (old?.state === ON_HOLD) values.set('hold_reason', '')
  if (state === RESOLVED || state === CLOSED) {
    const missing = [
      after('close_code') === '' ? 'Resolution code' : '',
      after('close_notes') === '' ? 'Resolution notes' : '',
    ].filter(Boolean)
    if (missing.length > 0) throw dataPolicy(missing)
  }
  if (state === CLOSED && !call.caller.admin) {
    throw abortedByRule('incident', 'Only administrators close incidents', sysIdOf('rule', 'close'))
  }
  if (state === RESOLVED || (state === CLOSED && !old?.resolved_at)) {
    values.set('resolved_at', now)
    values.set('resolved_by', me)
  }
  const isOver = state === CLOSED || state === CANCELED
  values.set('active', isOver ? 'false' : 'true')
  if (isOver) {
    values.set('closed_at', now)
    values.set('closed_by', me)
  } else if (old && [RESOLVED, CLOSED, CANCELED].includes(old.state ?? '') && state !== RESOLVED) {
    for (const name of ['resolved_at', 'resolved_by', 'closed_at', 'closed_by']) values.set(name, '')
    values.set('reopen_count', String(Number(old.reopen_count ?? 0) + 1))
    values.set('reopened_time', now)
    values.set('reopened_by', me)
  }
}

const childrenOf = (call: Call, row: Row) =>
  rowsOf(call.state, 'incident').filter((child) => child.parent_incident === row.sys_id)

/** What runs after an incident was stored: children, tasks, counts and mails. */
export function afterIncident(call: Call, row: Row, before: Row, changed: readonly string[]): void {
  if (changed.includes('parent_incident')) {
    for (const id of [before.parent_incident, row.parent_incident]) {
      const parent = rowOf(call.state, 'incident', id)
      if (parent) parent.child_incidents = String(childrenOf(call, parent).length)
    }
  }
  if (!changed.includes('state')) return
  if (row.state === RESOLVED)
    send(call.state, call.now, row, [emailOf(call.state, 'sys_user', row.caller_id)], 'resolved')
  if (row.state === CLOSED || row.state === CANCELED) closeTasks(call, row)
  const copied = cascadeOf(row, before)
  if (!copied) return
  for (const child of childrenOf(call, row)) {
    if (child.state === row.state || child.state === CLOSED || child.state === CANCELED) continue
    change(call, child, copied)
  }
}

/** Which part of a parent's change goes on to its children; closing and cancelling stay with the parent. */
function cascadeOf(row: Row, before: Row): [string, string][] | undefined {
  const copy = (...names: string[]): [string, string][] => names.map((name) => [name, row[name] ?? ''])
  if (row.state === RESOLVED) return copy('state', 'close_code', 'close_notes')
  if (row.state === ON_HOLD && row.hold_reason !== AWAITING_CALLER) return copy('state', 'hold_reason')
  if (row.state === IN_PROGRESS || (row.state === NEW && before.state === RESOLVED)) return copy('state')
  return undefined
}

/** A rule's own update of another incident, with all that follows from it. */
export function change(call: Call, row: Row, pairs: [string, string][]): void {
  const values: Values = new Map(pairs)
  const before = { ...row }
  beforeIncident(call, row, values)
  afterIncident(call, row, before, save(call, 'incident', row, values))
}

function closeTasks(call: Call, row: Row): void {
  for (const task of rowsOf(call.state, 'incident_task')) {
    if (task.incident === row.sys_id && task.active === 'true')
      save(
        call,
        'incident_task',
        task,
        new Map([
          ['state', '3'],
          ['active', 'false'],
          ['closed_at', stamp(call.now)],
        ]),
      )
  }
}
