import type { PlannedStep } from '../../schema/plan.ts'
import type { FoundRecords, VendorSession } from '../../schema/source.ts'
import { type Author, authorBy, foundBy, NOTHING_FOUND, planted } from '../sending/author.ts'
import { type Window, within, words } from '../sending/window.ts'
import { type Query, readJson } from './client.ts'
import { all, type Condition, compare, datetime, fieldPath, integer, text } from './conditions.ts'
import { FOR_SERVICE_TICKETS } from './entities/schedule-entry.ts'
import { ownMember } from './own-member.ts'

/** More records than anybody adds to one ticket within a send window. */
const LOOK_AT = '200'

/** Finds what an unclear CREATE may have made: by the value planted in it, else by what it says, when and who. */
export async function findCreated(
  session: VendorSession,
  step: PlannedStep,
  window: Window,
): Promise<FoundRecords> {
  const { reconcile } = step
  if (reconcile.by === 'CORRELATION' && step.creates === 'Company') {
    // None had it before: the plan made sure.
    const rows = await read(session, 'Companies', '/company/companies', [
      ['conditions', compare(fieldPath('identifier'), '=', text('identifier', reconcile.value))],
      ['fields', 'id,_info'],
    ])
    const fitting = rows.filter(({ _info }) => within(millis(infoOf(_info).dateEntered), window))
    if (fitting.length === 0) return NOTHING_FOUND
    const us = await ownMember(session)
    return foundBy(
      fitting,
      ({ id }) => String(id),
      (row) => authorOf(row, us),
    )
  }
  if (reconcile.by === 'CORRELATION') {
    const rows = await read(session, 'Tickets', '/service/tickets', [
      ['conditions', compare(fieldPath('externalXRef'), '=', text('correlation', reconcile.value))],
      ['fields', 'id'],
    ])
    return planted(rows.map(({ id }) => String(id)))
  }
  if (reconcile.by !== 'FINGERPRINT') return NOTHING_FOUND
  const { content, parent } = reconcile
  const { rows, created } = await rowsBelow(session, step, parent.key, content)
  const fitting = rows.filter((row) => same(row, content) && within(millis(created(row)), window))
  if (fitting.length === 0) return NOTHING_FOUND
  const us = await ownMember(session)
  const isBelow = BELOW.has(step.creates)
  const keyOf = ({ id }: Row) => (isBelow ? `${parent.key}.${id}` : String(id))
  return foundBy(fitting, keyOf, (row) => authorOf(row, us))
}

const BELOW: ReadonlySet<PlannedStep['creates']> = new Set(['Note', 'Site', 'TicketTask', 'Attachment'])

interface Below {
  readonly rows: readonly Row[]
  readonly created: (row: Row) => unknown
}

async function rowsBelow(
  session: VendorSession,
  { creates, access }: PlannedStep,
  parent: string,
  content: Readonly<Record<string, unknown>>,
): Promise<Below> {
  if (creates === 'Note') {
    const rows = await read(session, access.group, `/service/tickets/${parent}/notes`, [
      ['fields', 'id,text,detailDescriptionFlag,internalAnalysisFlag,resolutionFlag,dateCreated,_info'],
      ['orderBy', 'id desc'],
    ])
    return { rows, created: ({ dateCreated }) => dateCreated }
  }
  if (creates === 'TicketTask') {
    const rows = await read(session, 'Ticket Tasks', `/service/tickets/${parent}/tasks`, [
      ['fields', `id,${Object.keys(content).join(',')},_info`],
      ['orderBy', 'id desc'],
    ])
    return { rows, created: ({ _info }) => infoOf(_info).dateEntered }
  }
  if (creates === 'Attachment') {
    const rows = await read(session, 'Attachments', '/system/documents', [
      ['recordType', 'Ticket'],
      ['recordId', parent],
      ['fields', `id,${Object.keys(content).join(',')},createdOnDate,_info`],
      ['orderBy', 'id desc'],
    ])
    return { rows, created: ({ createdOnDate, _info }) => createdOnDate ?? infoOf(_info).dateEntered }
  }
  if (creates === 'Contact') {
    const rows = await read(session, 'Contacts', '/company/contacts', [
      ['conditions', compare(fieldPath('company/id'), '=', integer('company', parent))],
      ['fields', `id,${Object.keys(content).join(',')},_info`],
      ['orderBy', 'id desc'],
    ])
    return { rows, created: ({ _info }) => infoOf(_info).dateEntered }
  }
  if (creates === 'Site') {
    const rows = await read(session, 'Sites', `/company/companies/${parent}/sites`, [
      ['fields', `id,${Object.keys(content).join(',')},_info`],
      ['orderBy', 'id desc'],
    ])
    return { rows, created: ({ _info }) => infoOf(_info).dateEntered }
  }
  if (creates === 'ConfigurationItem') {
    const rows = await read(session, 'Configurations', '/company/configurations', [
      ['conditions', compare(fieldPath('company/id'), '=', integer('company', parent))],
      ['fields', `id,${Object.keys(content).join(',')},_info`],
      ['orderBy', 'id desc'],
    ])
    return { rows, created: ({ _info }) => infoOf(_info).dateEntered }
  }
  if (creates === 'TicketLineItem') {
    const rows = await read(session, 'Products', '/procurement/products', [
      ['conditions', compare(fieldPath('ticket/id'), '=', integer('ticket', parent))],
      ['fields', 'id,catalogItem/id,quantity,price,description,_info'],
      ['orderBy', 'id desc'],
    ])
    return {
      rows: rows.map((row) => ({ ...row, product: (row.catalogItem as { id?: unknown } | undefined)?.id })),
      created: ({ _info }) => infoOf(_info).dateEntered,
    }
  }
  if (creates === 'ScheduleEntry') {
    const rows = await read(session, 'Schedule Entries', '/schedule/entries', [
      [
        'conditions',
        all([
          compare(fieldPath('type/id'), '=', integer('type', FOR_SERVICE_TICKETS)),
          compare(fieldPath('objectId'), '=', integer('ticket', parent)),
        ]) as Condition,
      ],
      ['fields', 'id,member/id,dateStart,dateEnd,_info'],
      ['orderBy', 'id desc'],
    ])
    return {
      rows: rows.map((row) => ({ ...row, member: (row.member as { id?: unknown } | undefined)?.id })),
      created: ({ _info }) => infoOf(_info).dateEntered,
    }
  }
  const start = String(content.timeStart)
  const rows = await read(session, 'Time Entries', '/time/entries', [
    [
      'conditions',
      all([
        compare(fieldPath('chargeToId'), '=', integer('ticket', parent)),
        compare(fieldPath('chargeToType'), '=', text('ticket', 'ServiceTicket')),
        compare(fieldPath('timeStart'), '=', datetime('timeStart', start)),
      ]) as Condition,
    ],
    [
      'fields',
      'id,chargeToId,chargeToType,timeStart,timeEnd,notes,internalNotes,dateEntered,enteredBy,_info',
    ],
    ['orderBy', 'id desc'],
  ])
  return { rows, created: ({ dateEntered, _info }) => dateEntered ?? infoOf(_info).dateEntered }
}

/** Who entered it is always the member of the keys; `member` and `createdBy` may name for whom (API.md 3). */
function authorOf({ enteredBy, _info }: Row, us: string | null): Author {
  return authorBy(infoOf(_info).enteredBy ?? enteredBy, us)
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

function infoOf(info: unknown): Readonly<Record<string, unknown>> {
  return typeof info === 'object' && info !== null ? (info as Record<string, unknown>) : {}
}

function millis(date: unknown): number | null {
  return typeof date === 'string' ? Date.parse(date) : null
}
