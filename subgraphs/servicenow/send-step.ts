import type { PlannedFile, PlannedStep, StepOutcome } from '../../schema/plan.ts'
import type { Filled, VendorResponse, VendorSession } from '../../schema/source.ts'
import { buildUrl } from '../http/origins.ts'
import { refusalOf, unknown } from '../sending/outcomes.ts'
import { words } from '../sending/window.ts'
import { originOf, requestOf, writeOnce } from '../sending/write.ts'
import { isItem } from './body-fields.ts'
import { jsonObject, vendorMessage } from './client.ts'
import { columnOf, isJournal } from './columns.ts'
import { type Body, policyName } from './field-names.ts'
import { THROTTLE_FALLBACK_MS } from './limits.ts'
import { JOURNAL_COLUMNS } from './plan/steps.ts'
import { numberAt, type Row, rowOf, valueAt } from './rows.ts'
import { durationSeconds } from './times.ts'

/** Permits are minted for this; the send builds it the same way, and the door refuses when they differ. */
export async function stepUrl(
  session: VendorSession,
  step: PlannedStep,
  { path }: { path: string },
): Promise<string> {
  return buildUrl(originOf(session), path, step.query).href
}

export async function sendStep(
  session: VendorSession,
  permit: string,
  step: PlannedStep,
  filled: Filled,
): Promise<StepOutcome> {
  return writeOnce(
    async () => session.write(requestOf(step, filled.path, filled), permit),
    (response) => outcomeOf(step, filled, response),
  )
}

/** The vendor answer table of docs/safety.md (b), for ServiceNow's shapes. What is not proved is unknown. */
export function outcomeOf(step: PlannedStep, filled: Filled, response: VendorResponse): StepOutcome {
  const { status, durationMs, body } = response
  if (status >= 200 && status < 300) {
    const written = readBack(step, filled, status, body)
    return typeof written === 'string'
      ? unknown(response, written)
      : { outcome: 'DONE', ...written, status, durationMs, vendorRequestId: null }
  }
  // A cancelled transaction may have been committed (API.md 6): a 5xx stays unknown.
  return refusalOf(response, {
    vendor: 'ServiceNow',
    message: vendorMessage(body),
    throttleMs: THROTTLE_FALLBACK_MS,
    alsoRejects: 406,
  })
}

/** The record's key, or in words why the answer proves nothing. */
function readBack(
  step: PlannedStep,
  filled: Filled,
  status: number,
  body: string,
): { readonly id: string | null; readonly notTaken?: readonly string[] } | string {
  if (step.method === 'DELETE')
    return status === 204
      ? { id: null }
      : 'ServiceNow answered a deletion with something else than that it is done.'
  const unexpected = 'ServiceNow answered with success, but not with the record that was to be written.'
  const answer = jsonObject(body)
  // Rows and an error in one body: cancelled while it was answering.
  if (answer === undefined || answer.error !== undefined) return unexpected
  const row = rowWithDisplay(answer.result)
  if (row === undefined) return unexpected
  if (step.file !== undefined) return fileBack(step.file, row.raw)
  const [, table = '', target] = /\/table\/([a-z0-9_]+)(?:\/([0-9a-f]{32}))?$/.exec(filled.path) ?? []
  if (target !== undefined && row.raw.sysId !== target) return unexpected
  const missing = missingColumns(table, step, filled.body, row)
  // A journal that does not show the text may only be hidden from the user: that proves nothing.
  if (missing.some((column) => isShownAsJournal(table, column)))
    return 'ServiceNow accepted the write, but its journal does not show the text.'
  const isTask = (step.creates ?? step.target?.type) === 'TicketTask'
  const shape = isTask ? 'TASK' : isItem(table) ? 'ITEM' : (BODIES[table] ?? 'TICKET')
  const notTaken = [...new Set(missing.map((column) => policyName(shape, column)))].toSorted()
  return { id: writtenKey(step, table, row), ...(notTaken.length === 0 ? {} : { notTaken }) }
}

/** The platform tells the hash of what it has kept. */
function fileBack({ sha256, size }: PlannedFile, row: Row): { readonly id: string } | string {
  const hash = valueAt(row, 'hash') ?? sha256
  return hash === sha256 && numberAt(row, 'size_bytes') === size
    ? { id: row.sysId }
    : 'ServiceNow accepted the file, but tells of other bytes.'
}

function writtenKey(step: PlannedStep, table: string, { raw }: WrittenRow): string | null {
  if (step.creates === 'Ticket' || step.creates === 'TicketTask') return `${table}.${raw.sysId}`
  // Which entry a text became is not told by the ticket that it was written through.
  if (step.creates === 'Note') return null
  return step.creates === null ? (step.target?.key ?? raw.sysId) : raw.sysId
}

const BODIES: Readonly<Record<string, Body>> = {
  task_time_worked: 'TIME_ENTRY',
  sys_user: 'CONTACT',
  core_company: 'COMPANY',
  cmn_location: 'SITE',
}

/** Of time, a column of that name is a text like any other. */
function isShownAsJournal(table: string, column: string): boolean {
  const isText = columnOf(table, column) !== undefined && !isJournal(table, column)
  return JOURNAL_COLUMNS.some((known) => known === column) && !isText
}

interface WrittenRow {
  readonly raw: Row
  /** Journal column -> the history as it is shown. */
  readonly shown: Readonly<Record<string, string>>
}

function rowWithDisplay(result: unknown): WrittenRow | undefined {
  const raw = rowOf(result)
  if (raw === undefined) return undefined
  const shown: Record<string, string> = {}
  for (const [name, value] of Object.entries(result as Record<string, unknown>)) {
    const display =
      typeof value === 'object' && value !== null
        ? (value as Record<string, unknown>).display_value
        : undefined
    if (typeof display === 'string') shown[name] = display
  }
  return { raw, shown }
}

/** Columns that came back with something else than was sent (API.md 6: they are left out without a word). */
function missingColumns(
  table: string,
  step: PlannedStep,
  body: string | null,
  { raw, shown }: WrittenRow,
): readonly string[] {
  const sent = jsonObject(body ?? '') ?? {}
  const missing = Object.entries(sent).flatMap(([column, value]) => {
    const wanted = String(value ?? '')
    if (isShownAsJournal(table, column))
      return words(shown[column] ?? '').includes(words(wanted)) ? [] : [column]
    return sameValue(column, wanted, valueAt(raw, column) ?? '') ? [] : [column]
  })
  const priority = step.reconcile.by === 'VALUES' ? step.reconcile.planned.priority : undefined
  const computed = priority !== undefined && !('priority' in sent) && valueAt(raw, 'priority') !== priority
  return computed ? [...missing, 'priority'] : missing
}

function sameValue(column: string, sent: string, found: string): boolean {
  if (sent === found) return true
  // A length may come back in either spelling.
  if (column === 'time_worked')
    return durationSeconds(found) === null || durationSeconds(sent) === durationSeconds(found)
  return words(sent) === words(found)
}
