import type { PlannedStep } from '../../schema/plan.ts'
import type { VendorSession } from '../../schema/source.ts'
import { type Window, within, words } from '../sending/window.ts'
import { type Query, readJson } from './client.ts'
import { all, type Condition, compare, datetime, fieldPath, integer, text } from './conditions.ts'

/** More records than anybody adds to one ticket within a send window. */
const LOOK_AT = '200'

/** Finds what an unclear CREATE may have made: by the value planted in it, else by what it says and when. */
export async function findCreated(
  session: VendorSession,
  step: PlannedStep,
  window: Window,
): Promise<readonly string[]> {
  const { reconcile } = step
  if (reconcile.by === 'CORRELATION' && step.creates === 'Company') {
    // None had it before: the plan made sure.
    const rows = await read(session, 'Companies', '/company/companies', [
      ['conditions', compare(fieldPath('identifier'), '=', text('identifier', reconcile.value))],
      ['fields', 'id,_info'],
    ])
    return rows.filter((row) => within(millis(entered(row._info)), window)).map(({ id }) => String(id))
  }
  if (reconcile.by === 'CORRELATION') {
    const rows = await read(session, 'Tickets', '/service/tickets', [
      ['conditions', compare(fieldPath('externalXRef'), '=', text('correlation', reconcile.value))],
      ['fields', 'id'],
    ])
    return rows.map(({ id }) => String(id))
  }
  if (reconcile.by !== 'FINGERPRINT') return []
  const ticket = reconcile.parent.key
  if (step.creates === 'Note') {
    const rows = await read(session, step.access.group, `/service/tickets/${ticket}/notes`, [
      ['fields', 'id,text,detailDescriptionFlag,internalAnalysisFlag,resolutionFlag,dateCreated'],
      ['orderBy', 'id desc'],
    ])
    return rows
      .filter((row) => same(row, reconcile.content) && within(millis(row.dateCreated), window))
      .map(({ id }) => `${ticket}.${id}`)
  }
  if (step.creates === 'Contact') {
    const rows = await read(session, 'Contacts', '/company/contacts', [
      ['conditions', compare(fieldPath('company/id'), '=', integer('company', reconcile.parent.key))],
      ['fields', `id,${Object.keys(reconcile.content).join(',')},_info`],
      ['orderBy', 'id desc'],
    ])
    return rows
      .filter((row) => same(row, reconcile.content) && within(millis(entered(row._info)), window))
      .map(({ id }) => String(id))
  }
  if (step.creates === 'Site') {
    const company = reconcile.parent.key
    const rows = await read(session, 'Sites', `/company/companies/${company}/sites`, [
      ['fields', `id,${Object.keys(reconcile.content).join(',')},_info`],
      ['orderBy', 'id desc'],
    ])
    return rows
      .filter((row) => same(row, reconcile.content) && within(millis(entered(row._info)), window))
      .map(({ id }) => `${company}.${id}`)
  }
  const start = String(reconcile.content.timeStart)
  const rows = await read(session, 'Time Entries', '/time/entries', [
    [
      'conditions',
      all([
        compare(fieldPath('chargeToId'), '=', integer('ticket', ticket)),
        compare(fieldPath('chargeToType'), '=', text('ticket', 'ServiceTicket')),
        compare(fieldPath('timeStart'), '=', datetime('timeStart', start)),
      ]) as Condition,
    ],
    ['fields', 'id,chargeToId,chargeToType,timeStart,timeEnd,notes,internalNotes,dateEntered,_info'],
    ['orderBy', 'id desc'],
  ])
  return rows
    .filter(
      (row) => same(row, reconcile.content) && within(millis(row.dateEntered ?? entered(row._info)), window),
    )
    .map(({ id }) => String(id))
}

type Row = Readonly<Record<string, unknown>> & { readonly id: number }

async function read(
  session: VendorSession,
  group: string,
  path: string,
  query: Query,
): Promise<readonly Row[]> {
  const answer = await readJson(session, {
    path,
    query: [...query, ['pageSize', LOOK_AT]],
    access: { group, kind: 'READ', fields: [] },
  })
  if (!Array.isArray(answer)) return []
  return (answer as readonly unknown[]).filter(
    (row): row is Row =>
      typeof row === 'object' && row !== null && typeof (row as Record<string, unknown>).id === 'number',
  )
}

function same(row: Row, content: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(content).every(([name, value]) => {
    const found = row[name] ?? (typeof value === 'boolean' ? false : null)
    // Line ends in texts may come back as spaces (API.md 5).
    return typeof value === 'string' && typeof found === 'string'
      ? words(found) === words(value)
      : found === value
  })
}

function entered(info: unknown): unknown {
  return typeof info === 'object' && info !== null ? (info as Record<string, unknown>).dateEntered : undefined
}

function millis(date: unknown): number | null {
  return typeof date === 'string' ? Date.parse(date) : null
}
