import { isRec, type Json, type Rec } from '../shared/json.ts'
import { isReadOnly } from './access.ts'
import { type Call, complain, warn } from './call.ts'
import { valueLabelled } from './choices.ts'
import { isDateText, isDateTimeText, secondsOf } from './dates.ts'
import { unreadable } from './errors.ts'
import { isSysId } from './ids.ts'
import {
  type Column,
  columnOf,
  displayColumnOf,
  isDateTime,
  isDuration,
  isNumber,
  isTable,
} from './schema.ts'
import { find, rowsOf } from './store.ts'

/** The platform keeps these itself, whatever a body says. */
const isOwn = (name: string) => name.startsWith('sys_')

/** A body as one flat record: of several records only the first is looked at. */
export function recordOf(call: Call, body: Json | undefined): Rec {
  const unwrapped = isRec(body) && Array.isArray(body.records) ? body.records : body
  if (Array.isArray(unwrapped)) {
    complain(call, `a body of ${unwrapped.length} records, of which only the first is written`)
    return isRec(unwrapped[0]) ? unwrapped[0] : {}
  }
  if (unwrapped === undefined || unwrapped === null) return {}
  if (!isRec(unwrapped)) throw unreadable('Expected a JSON object')
  return unwrapped
}

/** What of a body really reaches the row; everything else is dropped without an error. */
export function assignments(call: Call, table: string, body: Rec): Map<string, string> {
  const accepted = new Map<string, string>()
  for (const [name, sent] of Object.entries(body)) {
    const column = columnOf(table, name)
    if (!column) complain(call, `unknown column ${name} of ${table} in the body`)
    else if (isOwn(name) || column.readOnly || isReadOnly(call, table, name))
      warn(call, `dropped field: ${name} is read only`)
    else if (typeof sent === 'object' && sent !== null) complain(call, `${name} is no plain value`)
    else {
      const value = read(call, table, name, column, sent === null || sent === undefined ? '' : String(sent))
      if (value !== undefined) accepted.set(name, value)
    }
  }
  return accepted
}

/** The value as it is stored, or undefined when the platform would not take it. */
function read(call: Call, table: string, name: string, column: Column, sent: string): string | undefined {
  const shown = call.search.get('sysparm_input_display_value') === 'true'
  if (sent === '') {
    if (!column.choice || name === 'short_description') return ''
    warn(call, `dropped field: ${name} is a choice and cannot be cleared`)
    return undefined
  }
  if (column.type === 'reference') return readReference(call, name, column, sent, shown)
  if (isDateTime(column) || column.type === 'glide_date') {
    if (isDateTimeText(sent)) return isDateTime(column) ? sent : sent.slice(0, 10)
    if (isDateText(sent)) return isDateTime(column) ? `${sent} 00:00:00` : sent
    complain(call, `${name} is no date as the vendor writes them: ${sent}`)
    return undefined
  }
  if (isDuration(column) && secondsOf(sent) === undefined) {
    complain(call, `${name} is no duration: ${sent}`)
    return undefined
  }
  if (column.type === 'boolean') return sent === 'true' || sent === '1' ? 'true' : 'false'
  if (column.choice && shown) return valueLabelled(call.state, table, name, sent) ?? sent
  if (isNumber(column) && Number.isNaN(Number(sent))) {
    complain(call, `${name} is no number: ${sent}`)
    return undefined
  }
  if (column.max && sent.length > column.max && !column.type.startsWith('journal')) {
    warn(call, `cut to ${column.max} characters: ${name}`)
    return sent.slice(0, column.max)
  }
  return sent
}

function readReference(
  call: Call,
  name: string,
  column: Column,
  sent: string,
  shown: boolean,
): string | undefined {
  const reference = column.reference ?? ''
  if (!isTable(reference)) return sent
  if (isSysId(sent) && find(call.state, reference, sent)) return sent
  if (!shown) {
    complain(call, `${name} is no sys_id of ${reference}: ${sent}`)
    if (isSysId(sent)) return sent
  }
  const display = displayColumnOf(reference)
  const matches = rowsOf(call.state, reference).filter((row) => row[display] === sent)
  if (matches.length > 1) warn(call, `${name}: ${matches.length} rows of ${reference} are called ${sent}`)
  if (matches.length === 0) warn(call, `dropped field: ${name} names no row of ${reference}`)
  return matches[0]?.sys_id
}
