import type { PlannedStep } from '../../schema/plan.ts'
import type { EntityType } from '../../schema/records.ts'
import type { FoundRecords, VendorAccess, VendorSession } from '../../schema/source.ts'
import { authorBy, foundBy, NOTHING_FOUND, planted } from '../sending/author.ts'
import { type Window, within, words } from '../sending/window.ts'
import { readRows } from './client.ts'
import { type Clause, compare, moment, sysId, text } from './encoded-query.ts'
import { isSysId, type Row, valueAt } from './rows.ts'
import { taskTables } from './task-tables.ts'
import { ticketKey } from './ticket-tables.ts'
import { isoTime, rawTime } from './times.ts'

/** More records than anybody adds to one parent within a send window. */
const LOOK_AT = 200

/** Finds what an unclear CREATE may have made: by the value planted in it, else by what it says, when and who. */
export async function findCreated(
  session: VendorSession,
  step: PlannedStep,
  window: Window,
): Promise<FoundRecords> {
  const { reconcile } = step
  const [, table = ''] = /\/table\/([a-z0-9_]+)/.exec(step.path) ?? [
    '',
    step.creates === 'Attachment' ? 'sys_attachment' : '',
  ]
  if (reconcile.by === 'CORRELATION' && step.creates === 'Company') {
    const rows = await read(session, 'Companies', 'name', table, [
      compare('name', '=', text('name', reconcile.value)),
      ...span(window),
    ])
    const fitting = rows.filter(
      (row) => same(row, { name: reconcile.value }) && within(createdAt(row), window),
    )
    return byAuthor(session, fitting, ({ sysId }) => sysId)
  }
  if (reconcile.by === 'CORRELATION') {
    const rows = await read(session, 'Tickets', 'correlation_id', table, [
      compare('correlation_id', '=', text('correlation', reconcile.value)),
    ])
    // A query that was not understood brings every ticket (API.md 5): only the value itself counts.
    return planted(
      rows
        .filter((row) => valueAt(row, 'correlation_id') === reconcile.value)
        .map((row) => `${table}.${row.sysId}`),
    )
  }
  if (reconcile.by !== 'FINGERPRINT') return NOTHING_FOUND
  const { parent, content } = reconcile
  if (step.creates === 'Note') return findNote(session, step, window)
  // Below a ticket, by the column that names it; else below a company.
  const column =
    step.creates === null ? undefined : (COLUMNS[step.creates] ?? taskColumn(session, step, table))
  const parentId = column !== undefined ? ticketKey(session, parent.key)?.sysId : parent.key
  if (parentId === undefined || !isSysId(parentId)) return NOTHING_FOUND
  const columns = Object.keys(content)
  const rows = await read(session, step.access.group, columns.join(','), table, [
    compare(column ?? 'company', '=', sysId('parent', parentId)),
    ...span(window),
  ])
  const fitting = rows.filter((row) => same(row, content) && within(createdAt(row), window))
  const keyOf = ({ sysId: id }: Row) => (step.creates === 'TicketTask' ? `${table}.${id}` : id)
  return byAuthor(session, fitting, keyOf)
}

const COLUMNS: Partial<Readonly<Record<EntityType, string>>> = {
  TimeEntry: 'task',
  Attachment: 'table_sys_id',
}

function taskColumn(session: VendorSession, { creates }: PlannedStep, table: string): string | undefined {
  if (creates !== 'TicketTask') return undefined
  return taskTables(session).find((tasks) => tasks.table === table)?.column
}

/** Every row and entry is stamped with the login of who wrote it, which no body can set (API.md 3). */
async function byAuthor(
  session: VendorSession,
  rows: readonly Row[],
  keyOf: (row: Row) => string,
): Promise<FoundRecords> {
  // Client credentials belong to a user that only the instance knows.
  const login = (await session.publicCredential?.('username')) || null
  return foundBy(rows, keyOf, (row) => authorBy(valueAt(row, 'sys_created_by'), login))
}

/** The key of a note is its ticket's and its entry's. */
async function findNote(session: VendorSession, step: PlannedStep, window: Window): Promise<FoundRecords> {
  if (step.reconcile.by !== 'FINGERPRINT') return NOTHING_FOUND
  const { parent, content } = step.reconcile
  const ticket = ticketKey(session, parent.key)
  if (ticket === undefined) return NOTHING_FOUND
  const rows = await read(session, step.access.group, 'element,element_id,value', 'sys_journal_field', [
    compare('element_id', '=', sysId('ticket', ticket.sysId)),
    compare('element', '=', text('element', String(content.element))),
    ...span(window),
  ])
  const fitting = rows.filter(
    (row) =>
      valueAt(row, 'element_id') === ticket.sysId && same(row, content) && within(createdAt(row), window),
  )
  return byAuthor(session, fitting, ({ sysId }) => `${parent.key}.${sysId}`)
}

/** Whole seconds on the platform's side: the window is widened to them. */
function span({ after, before }: Window): readonly Clause[] {
  const from = Date.parse(after) - 1000
  const until = Date.parse(before) + 1000
  return [
    ...(Number.isNaN(from) ? [] : [compare('sys_created_on', '>=', moment('after', rawTime(from)))]),
    ...(Number.isNaN(until) ? [] : [compare('sys_created_on', '<=', moment('before', rawTime(until)))]),
  ]
}

async function read(
  session: VendorSession,
  group: string,
  columns: string,
  table: string,
  clauses: readonly Clause[],
): Promise<readonly Row[]> {
  const access: VendorAccess = { group, kind: 'READ', fields: [] }
  const { rows } = await readRows(session, {
    table,
    clauses,
    fields: [...columns.split(','), 'sys_created_on', 'sys_created_by'],
    order: [
      { field: 'sys_created_on', descending: true },
      { field: 'sys_id', descending: true },
    ],
    limit: LOOK_AT,
    access,
  })
  return rows.filter((row) => row !== undefined)
}

function same(row: Row, content: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(content).every(
    ([column, value]) => words(valueAt(row, column) ?? '') === words(String(value ?? '')),
  )
}

function createdAt(row: Row): number | null {
  return Date.parse(isoTime(valueAt(row, 'sys_created_on')) ?? '')
}
