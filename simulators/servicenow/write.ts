import { type Call, warn } from './call.ts'
import { stamp } from './dates.ts'
import { afterIncident, change, IN_PROGRESS, ON_HOLD } from './incident-rules.ts'
import { insertRow, save, type Values } from './save.ts'
import { columnsOf, definitionOf, extendsTable } from './schema.ts'
import { nextNumber, type Row } from './store.ts'
import { beforeTask, bookTimer, notify } from './task-rules.ts'
import { beforeTime } from './time-rules.ts'

/** Where a class starts otherwise than its dictionary says. */
const FIRST_STATES: Record<string, string> = { problem: '101', change_request: '-5', sc_task: '1' }

/** The timer books time and keeps nothing on the row. */
function takeTimer(table: string, values: Values): string | undefined {
  if (!extendsTable(table, 'task')) return undefined
  const timer = values.get('time_worked')
  values.delete('time_worked')
  return timer
}

function runBefore(call: Call, table: string, old: Row | undefined, values: Values): void {
  if (extendsTable(table, 'task')) beforeTask(call, table, old, values)
  if (table === 'task_time_worked' || table === 'time_card') beforeTime(call, table, old, values)
  const isPerson = table === 'sys_user' && (values.has('first_name') || values.has('last_name'))
  if (isPerson) {
    const part = (name: string) => values.get(name) ?? old?.[name] ?? ''
    values.set('name', `${part('first_name')} ${part('last_name')}`.trim())
  }
}

export function insert(call: Call, table: string, sent: Values): Row {
  const values: Values = new Map()
  for (const [name, column] of Object.entries(columnsOf(table)))
    if (column.default !== undefined) values.set(name, column.default)
  const isTask = extendsTable(table, 'task')
  if (isTask) {
    values.set('state', FIRST_STATES[table] ?? '1')
    values.set('opened_at', stamp(call.now))
    values.set('opened_by', call.caller.user.sys_id ?? '')
  }
  if (columnsOf(table).active && !values.has('active')) values.set('active', 'true')
  const given = new Map(sent)
  if (isTask && given.has('number')) {
    warn(call, 'dropped field: the platform numbers tasks itself')
    given.delete('number')
  }
  const prefix = definitionOf(table).prefix
  if (prefix && columnsOf(table).number) given.set('number', nextNumber(call.state, prefix))
  const timer = takeTimer(table, given)
  // Computed below; what is left of it then came from the body.
  if (table === 'incident') values.delete('priority')
  for (const [name, value] of given) values.set(name, value)
  runBefore(call, table, undefined, values)
  const row = insertRow(call, table, values)
  if (isTask) {
    if (table === 'incident') afterIncident(call, row, {}, ['state', ...given.keys()])
    notify(call, row, given, [...given.keys()])
    bookTimer(call, row, timer)
  }
  return row
}

export function update(call: Call, table: string, row: Row, values: Values): void {
  const before = { ...row }
  const timer = takeTimer(table, values)
  const journals: Values = new Map(values)
  runBefore(call, table, row, values)
  const changed = save(call, table, row, values)
  if (!extendsTable(table, 'task')) return
  if (table === 'incident') {
    afterIncident(call, row, before, changed)
    // What the caller writes is the answer that was awaited.
    const isAnswer = journals.get('comments') && row.state === ON_HOLD && before.state === ON_HOLD
    if (isAnswer && row.caller_id === call.caller.user.sys_id) change(call, row, [['state', IN_PROGRESS]])
  }
  notify(call, row, journals, changed)
  bookTimer(call, row, timer)
}
