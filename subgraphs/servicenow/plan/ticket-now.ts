import { GatewayError } from '../../../schema/errors.ts'
import type { EntityType } from '../../../schema/records.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { comparable } from '../../planning/comparable.ts'
import { ownKey } from '../../planning/own-key.ts'
import { choicesFor, type Status, statusOf, type TicketChoices } from '../choices.ts'
import { readRow } from '../client.ts'
import { type CustomField, customFields } from '../custom-fields.ts'
import { ticketSpec } from '../entities/ticket.ts'
import { baseExtras, toRecord, vendorFields } from '../projection.ts'
import { isSysId, type Row, valueAt } from '../rows.ts'
import { taskKey } from '../task-tables.ts'
import { formatTicketKey, type TicketTable, ticketKey, ticketTables } from '../ticket-tables.ts'

/** Unified fields that a plan shows, compares or decides by. */
const READ = [
  'title',
  'status',
  'priority',
  'type',
  'board',
  'company',
  'contact',
  'assignee',
  'closed',
  'mergedInto',
  'parent',
  'dueAt',
  'number',
] as const

/** Names that belong to other groups are shown only to who may read them; the ids stand in the ticket. */
const NAMED = [
  ['board', 'Boards & Ticket Setup', 'assignment_group'],
  ['company', 'Companies', undefined],
  ['contact', 'Contacts', undefined],
  ['assignee', 'Members', 'assigned_to'],
] as const

export interface TicketNow {
  readonly table: TicketTable
  readonly sysId: string
  /** `<table>.<sys_id>` */
  readonly key: string
  readonly number: string
  readonly row: Row
  readonly status: Status | null
  readonly choices: TicketChoices
  readonly customFields: readonly CustomField[]
}

/** A global id of this connection, as the vendor's key. */
export function keyOf(session: VendorSession, id: string, type: EntityType, argument: string): string {
  return ownKey(session, id, type, argument, (key) =>
    type === 'Ticket'
      ? ticketKey(session, key) !== undefined
      : type === 'TicketTask'
        ? taskKey(session, key) !== undefined
        : isSysId(key) || type === 'Note',
  )
}

/** The ticket as it stands, read past every cache, with the tenant's choice lists from it. */
export async function ticketNow(
  session: VendorSession,
  key: string,
  { custom = false }: { readonly custom?: boolean } = {},
): Promise<TicketNow> {
  const parsed = ticketKey(session, key)
  if (parsed === undefined) throw notFound()
  const { table, sysId } = parsed
  const [choices, fields] = await Promise.all([
    choicesFor(session, table),
    custom ? customFields(session, table) : [],
  ])
  const row = await readRow(session, table.table, sysId, columns(session, table, fields), {
    group: 'Tickets',
    kind: 'READ',
    fields: [...READ, 'configurationItems', ...(custom ? ['customFields'] : [])].toSorted(),
  })
  if (row === undefined) throw notFound()
  const state = valueAt(row, 'state')
  const reason = table.holdReason === undefined ? null : valueAt(row, table.holdReason)
  return {
    table,
    sysId,
    key: formatTicketKey(table, sysId),
    number: valueAt(row, 'number') ?? key,
    row,
    status: state === null ? null : statusOf(table, choices, state, reason),
    choices,
    customFields: fields,
  }
}

function notFound(): GatewayError {
  return new GatewayError('NOT_FOUND', 'No such ticket.', { argument: 'id' })
}

function columns(
  session: VendorSession,
  table: TicketTable,
  fields: readonly CustomField[],
): readonly string[] {
  const names = NAMED.flatMap(([field, group, fixed]) => {
    const column = fixed ?? (field === 'company' ? table.company : table.contact)
    return column !== undefined && session.mayRead(group, 'name') ? [`${column}.name`] : []
  })
  return [
    ...vendorFields(ticketSpec(table), new Set(READ)),
    ...names,
    ...(table.computedPriority ? ['impact', 'urgency'] : []),
    ...(table.closeCode === undefined ? [] : [table.closeCode]),
    ...(table.publishesNotes === undefined ? [] : [table.publishesNotes]),
    'description',
    'close_notes',
    'watch_list',
    'cmdb_ci',
    'sys_mod_count',
    'sys_updated_on',
    ...fields.map(({ key }) => key),
  ]
}

/** Baseline values by the schema's names, with the columns that a plan writes besides them. */
export function ticketValues(session: VendorSession, now: TicketNow): Readonly<Record<string, unknown>> {
  const wanted = new Set<string>(READ)
  const record = toRecord(ticketSpec(now.table), now.row, {
    ...baseExtras(session, ticketTables(session)),
    wanted,
    choices: new Map([[now.table.table, now.choices]]),
  })
  const values: Record<string, unknown> = {}
  for (const field of wanted) values[field] = comparable(record.get(field))
  values.description = valueAt(now.row, 'description')
  values.resolution = valueAt(now.row, 'close_notes')
  if (now.table.closeCode !== undefined) values.closeCode = valueAt(now.row, now.table.closeCode)
  if (now.table.computedPriority) {
    values.impact = valueAt(now.row, 'impact')
    values.urgency = valueAt(now.row, 'urgency')
  }
  for (const { key } of now.customFields) values[`custom:${key}`] = valueAt(now.row, key)
  return values
}

/** One more with each update, and the second of the last one (API.md 9). */
export function versionOf(row: Row): string | null {
  const [count, updated] = [valueAt(row, 'sys_mod_count'), valueAt(row, 'sys_updated_on')]
  return count === null ? updated : `${count} ${updated ?? ''}`.trim()
}
