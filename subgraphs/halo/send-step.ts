import type { PlannedStep, StepOutcome } from '../../schema/plan.ts'
import type { Filled, VendorResponse, VendorSession } from '../../schema/source.ts'
import { buildUrl } from '../http/origins.ts'
import { refusalOf, unknown } from '../sending/outcomes.ts'
import { words } from '../sending/window.ts'
import { originOf, requestOf, writeOnce } from '../sending/write.ts'
import { ROWS } from './body-fields.ts'
import { apiPath, type Row, vendorMessage } from './client.ts'
import { fieldValue } from './custom-fields.ts'
import { ADDRESS, type Body, policyName } from './field-names.ts'
import { THROTTLE_FALLBACK_MS } from './limits.ts'
import { instant } from './projection.ts'
import { customField } from './schema.ts'

/** Permits are minted for this; the send builds it the same way, and the door refuses when they differ. */
export async function stepUrl(
  session: VendorSession,
  step: PlannedStep,
  { path }: { path: string },
): Promise<string> {
  return buildUrl(originOf(session), apiPath(path), step.query).href
}

export async function sendStep(
  session: VendorSession,
  permit: string,
  step: PlannedStep,
  filled: Filled,
): Promise<StepOutcome> {
  return writeOnce(
    async () => session.write(requestOf(step, apiPath(filled.path), filled), permit),
    (response) => outcomeOf(step, filled, response),
  )
}

/** The vendor answer table of docs/safety.md (b), for Halo's shapes. What is not proved is unknown. */
export function outcomeOf(step: PlannedStep, filled: Filled, response: VendorResponse): StepOutcome {
  const { status, durationMs, body } = response
  if (status >= 200 && status < 300) {
    if (step.method === 'DELETE')
      return status === 200 || status === 204
        ? { outcome: 'DONE', id: null, status, durationMs, vendorRequestId: null }
        : unknown(response, `HaloPSA answered a deletion with status ${status}.`)
    const written = savedRecord(body)
    const sent = sentElement(filled.body)
    const id = written === undefined ? undefined : keyOf(step, sent, written)
    if (written === undefined || id === undefined)
      return unknown(
        response,
        'HaloPSA answered with success, but not with the record that was to be written.',
      )
    if (written._warning_is_error === true)
      return unknown(response, 'HaloPSA answered with success and a warning that it calls an error.')
    const notTaken = differing(step, sent, written)
    return {
      outcome: 'DONE',
      id,
      ...(notTaken.length === 0 ? {} : { notTaken }),
      status,
      durationMs,
      vendorRequestId: null,
    }
  }
  return refusalOf(response, {
    vendor: 'HaloPSA',
    message: vendorMessage(response),
    throttleMs: THROTTLE_FALLBACK_MS,
  })
}

/** The saved object itself, or an array of one (API.md 5). */
function savedRecord(body: string): Row | undefined {
  try {
    const value: unknown = JSON.parse(body)
    const one: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value
    return typeof one === 'object' && one !== null && !Array.isArray(one) ? (one as Row) : undefined
  } catch {
    return undefined
  }
}

/** Raw bytes may spell names otherwise, and a few endpoints take the object without its array. */
function sentElement(body: string | null): Row {
  const sent = JSON.parse(body ?? '[{}]') as Row | readonly Row[]
  const element = Array.isArray(sent) ? (sent as readonly Row[])[0] : (sent as Row)
  return Object.fromEntries(Object.entries(element ?? {}).map(([name, value]) => [name.toLowerCase(), value]))
}

/** The key of the record, undefined when it is not the one that was to be written. */
function keyOf(step: PlannedStep, sent: Row, written: Row): string | undefined {
  const { id } = written
  if (typeof id !== 'number' || !Number.isInteger(id) || id < 1) return undefined
  const isNew = sent.id === undefined || sent.id === null || Number(sent.id) === 0
  if (!isNew && String(id) !== String(sent.id)) return undefined
  const rows = rowsMember(step)
  if (rows !== undefined) return rowKey(step, sent, written, rows)
  // A file is told of below its ticket alone.
  if (step.creates === 'Attachment') return `${sent.ticket_id}.${id}`
  if (!/^\/actions$/i.test(step.path)) return String(id)
  // An action's number means nothing without its ticket.
  return written.ticket_id === undefined || String(written.ticket_id) === String(sent.ticket_id)
    ? `${sent.ticket_id}.${id}`
    : undefined
}

/** The list on a ticket that a step writes a row of. */
function rowsMember({ creates, target }: PlannedStep): keyof typeof ROWS | undefined {
  const type = creates ?? target?.type
  return (Object.keys(ROWS) as (keyof typeof ROWS)[]).find((member) => ROWS[member].type === type)
}

/** The row that was written, of those that the saved ticket shows: a new one is the only one that says this and was not there. */
function rowKey(
  { reconcile }: PlannedStep,
  sent: Row,
  written: Row,
  member: keyof typeof ROWS,
): string | undefined {
  const [wanted] = rowsOf(sent[member])
  const known = reconcile.by === 'FINGERPRINT' ? (reconcile.content.known as readonly unknown[]) : null
  const fitting = rowsOf(written[member]).filter((row) =>
    known === null
      ? row.id === wanted?.id
      : !known.includes(row.id) &&
        Object.entries(wanted ?? {}).every(([name, value]) => sameValue(value, row[name] ?? null)),
  )
  return fitting.length === 1 ? `${sent.id}.${fitting[0]?.id}` : undefined
}

function rowsOf(value: unknown): readonly Row[] {
  return Array.isArray(value) ? (value as readonly Row[]) : []
}

/** Members that are orders or texts to the server, and need not come back as they were sent. */
const NOT_ECHOED = new Set([
  'id',
  'sendemail',
  'emailto',
  'sendack',
  'sendwelcomeemail',
  'who_type',
  'new_status',
  'data_base64',
])

/** Fields that came back with another value than was sent; one that did not come back proves nothing. */
function differing(step: PlannedStep, sent: Row, written: Row): readonly string[] {
  const { creates, target } = step
  const rows = rowsMember(step)
  const shape = BODIES[creates ?? target?.type ?? ''] ?? 'OTHER'
  const names = Object.entries(sent).flatMap(([name, value]) => {
    const found = written[name]
    if (NOT_ECHOED.has(name) || found === undefined) return []
    // A person's follows from its parts.
    if (name === 'name' && shape === 'CONTACT') return []
    if (name === rows) return otherCells(shape, value, found)
    if (name === 'customfields') return otherCustomFields(value, found)
    if (name === 'delivery_address') return otherLines(value as Row, found)
    // Which of them is the name, the type of the asset says.
    if (name === 'fields' && shape === 'ITEM')
      return otherCustomFields(value, found).length === 0 ? [] : ['name']
    if (name === 'assets' && shape === 'TICKET') return sameIds(value, found) ? [] : [policyName(shape, name)]
    if (name === 'agents' && shape === 'SCHEDULE')
      return sameIds(value, found) ? [] : [policyName(shape, name)]
    if (name === 'users' && shape === 'ITEM') return sameIds(value, found) ? [] : [policyName(shape, name)]
    return sameValue(value, found) ? [] : [policyName(shape, name)]
  })
  return [...new Set(names)].toSorted()
}

const BODIES: Readonly<Record<string, Body>> = {
  Ticket: 'TICKET',
  Note: 'NOTE',
  TimeEntry: 'TIME_ENTRY',
  Contact: 'CONTACT',
  Company: 'COMPANY',
  Site: 'SITE',
  ConfigurationItem: 'ITEM',
  TicketLineItem: 'LINE_ITEM',
  TicketTask: 'TASK',
  ScheduleEntry: 'SCHEDULE',
  Attachment: 'FILE',
}

function sameValue(sent: unknown, found: unknown): boolean {
  if (sent === found) return true
  // A placeholder may come back as another one, and an empty text as none.
  if (typeof sent === 'number' && sent <= 0)
    return found === null || (typeof found === 'number' && found <= 0)
  if (sent === '') return found === null
  // A text of digits binds to a number (API.md 5).
  if (typeof sent === 'string' && typeof found === 'number') return sent === String(found)
  if (typeof sent === 'string' && typeof found === 'string') {
    const [a, b] = [instant(sent), instant(found)]
    return words(sent) === words(found) || (a !== null && b !== null && Math.abs(a - b) < 1000)
  }
  return false
}

/** A site's address, line by line. */
function otherLines(sent: Row, found: unknown): readonly string[] {
  const kept = typeof found === 'object' && found !== null ? (found as Row) : {}
  return Object.entries(sent).flatMap(([name, value]) =>
    sameValue(value, kept[name] ?? null) ? [] : [ADDRESS[name] ?? name],
  )
}

/** Lists of records, by id. */
function sameIds(sent: unknown, found: unknown): boolean {
  const idsIn = (list: unknown) =>
    (Array.isArray(list) ? (list as readonly Row[]) : []).map(({ id }) => String(id)).toSorted()
  return idsIn(sent).join() === idsIn(found).join()
}

/** Cells of the one row that was sent; a new row was found by them. */
function otherCells(shape: Body, sent: unknown, found: unknown): readonly string[] {
  const [row] = rowsOf(sent)
  const kept = rowsOf(found).find(({ id }) => id === row?.id)
  if (row === undefined || kept === undefined) return []
  return Object.entries(row).flatMap(([name, value]) =>
    sameValue(value, kept[name] ?? null) ? [] : [policyName(shape, name)],
  )
}

interface SentField {
  readonly id: number
  readonly value: unknown
}

function otherCustomFields(sent: unknown, found: unknown): readonly string[] {
  if (!Array.isArray(sent) || !Array.isArray(found)) return ['customFields']
  const fields = (found as readonly unknown[]).flatMap((one) => {
    const parsed = customField.safeParse(one)
    return parsed.success ? [parsed.data] : []
  })
  const isKept = ({ id, value }: SentField) => {
    const field = fields.find((one) => one.id === id)
    if (field === undefined) return value === ''
    if (value === '') return fieldValue(field) === null
    return [field.value, fieldValue(field)].some(
      (one) => sameValue(value, one) || String(value) === String(one),
    )
  }
  return (sent as readonly SentField[]).flatMap((one) => (isKept(one) ? [] : [`custom:${one.id}`]))
}
