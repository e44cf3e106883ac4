import { GatewayError } from '../../../schema/errors.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { choicesFor, statusOf } from '../choices.ts'
import { customFields, customFieldValues } from '../custom-fields.ts'
import {
  AGREEMENT_PARTS,
  COMPANY_PARTS,
  CONTACT_PARTS,
  type EntitySpec,
  type Extras,
  type FieldSpec,
  MEMBER_PARTS,
  plain,
  reference,
  SITE_PARTS,
  textField,
  timeField,
} from '../projection.ts'
import { flagAt, type Row, valueAt } from '../rows.ts'
import { ticketSlas } from '../ticket-sla.ts'
import { formatTicketKey, type TicketTable } from '../ticket-tables.ts'
import { isoTime } from '../times.ts'

const TICKET_PARTS = {
  number: { group: 'Tickets', column: 'number' },
  title: { group: 'Tickets', column: 'short_description' },
} as const

/** An incident that was closed as one: the nearest that there is to a merge (API.md 13, Merge). */
export const DUPLICATE = 'Duplicate'

const specs = new Map<string, EntitySpec>()

/** The columns of a ticket are named by its table. */
export function ticketSpec(table: TicketTable): EntitySpec {
  const known = specs.get(table.table)
  if (known !== undefined) return known
  const spec: EntitySpec = {
    type: 'Ticket',
    group: 'Tickets',
    table: table.table,
    keyOf: ({ sysId }) => formatTicketKey(table, sysId),
    extras: (session, wanted) => ticketExtras(session, table, wanted),
    below: async (session, rows, wanted) =>
      wanted.has('sla')
        ? {
            slas: await ticketSlas(
              session,
              rows.map(({ sysId }) => sysId),
            ),
          }
        : {},
    fields: {
      number: textField('number'),
      // A plain link that asks for a sign-in first.
      url: plain([], ({ sysId }, { origin }) => `${origin}/${table.table}.do?sys_id=${sysId}`),
      title: textField('short_description'),
      createdAt: timeField('opened_at'),
      updatedAt: timeField('sys_updated_on'),
      closedAt: timeField('closed_at'),
      dueAt: timeField('due_date'),
      waitingSince: plain(['sys_updated_on', 'active'], (row) =>
        flagAt(row, 'active') === false ? null : isoTime(valueAt(row, 'sys_updated_on')),
      ),
      // No column says who wrote last.
      clientReplied: plain([], () => null),
      closed: plain(['active'], (row) => {
        const active = flagAt(row, 'active')
        return active === null ? null : !active
      }),
      status: {
        paths: ['state', ...(table.holdReason === undefined ? [] : [table.holdReason])],
        parts: { category: { paths: [] } },
        value: statusValue(table),
      },
      priority: {
        paths: ['priority'],
        parts: { rank: { paths: [] } },
        value: priorityValue(table),
      },
      type:
        table.type === undefined
          ? plain([], () => null)
          : plain([table.type], (row, { choices }) => {
              const value = valueAt(row, table.type as string)
              const name = choices?.get(table.table)?.types.find((type) => type.value === value)?.name
              return value === null ? null : { key: value, name: name ?? value }
            }),
      board: reference('board', 'assignment_group', 'Board', {
        name: { group: 'Boards & Ticket Setup', column: 'name' },
      }),
      company: reference('company', table.company, 'Company', COMPANY_PARTS),
      site: reference('site', 'location', 'Site', SITE_PARTS),
      agreement: reference('agreement', 'contract', 'Agreement', AGREEMENT_PARTS),
      sla: {
        group: 'SLAs',
        paths: [],
        parts: { policy: { group: 'SLAs', paths: [] }, clocks: { group: 'SLAs', paths: [] } },
        value: ({ sysId }, { slas }) => slas?.get(sysId) ?? { policy: null, clocks: [] },
      },
      contact:
        table.contact === undefined
          ? nothing(CONTACT_PARTS)
          : reference('contact', table.contact, 'Contact', CONTACT_PARTS),
      assignee: reference('assignee', 'assigned_to', 'Member', MEMBER_PARTS),
      mergedInto: mergedInto(table),
      parent: reference('parent', table.parent, 'Ticket', TICKET_PARTS, parentKey(table), parentClass(table)),
      // The first; it and others stand in rows of their own besides.
      configurationItems: plain(['cmdb_ci'], (row) => {
        const item = valueAt(row, 'cmdb_ci')
        return item === null ? [] : [item]
      }),
      customFields: plain([], (row, { customFields: fields }) => customFieldValues(fields ?? [], row)),
    },
  }
  specs.set(table.table, spec)
  return spec
}

function nothing(parts: Readonly<Record<string, { readonly group: string }>>): FieldSpec {
  return {
    paths: [],
    parts: Object.fromEntries(Object.entries(parts).map(([name, { group }]) => [name, { group, paths: [] }])),
    closed: true,
    value: () => null,
  }
}

/** `parent_incident` leads to incidents alone; the generic one to any task, which may be no ticket here. */
function parentClass({ parent }: TicketTable): readonly string[] {
  return parent === 'parent_incident' ? [] : [`${parent}.sys_class_name`]
}

function parentKey({ parent }: TicketTable) {
  return (sysId: string, row: Row, { ticketTables }: Extras): string | null => {
    const name = parent === 'parent_incident' ? 'incident' : valueAt(row, `${parent}.sys_class_name`)
    return keyIn(ticketTables, name, sysId)
  }
}

function keyIn(tables: readonly TicketTable[], name: string | null, sysId: string): string | null {
  const table = tables.find((known) => known.table === name)
  return table === undefined ? null : formatTicketKey(table, sysId)
}

function mergedInto(table: TicketTable): FieldSpec {
  if (table.duplicateOf !== undefined) {
    return reference('mergedInto', table.duplicateOf, 'Ticket', TICKET_PARTS, (sysId, _row, extras) =>
      keyIn(extras.ticketTables, table.table, sysId),
    )
  }
  const { closeCode, parent } = table
  if (closeCode === undefined || parent !== 'parent_incident') return nothing(TICKET_PARTS)
  return reference(
    'mergedInto',
    parent,
    'Ticket',
    TICKET_PARTS,
    (sysId, row, extras) =>
      valueAt(row, closeCode) === DUPLICATE ? keyIn(extras.ticketTables, 'incident', sysId) : null,
    [closeCode],
  )
}

function statusValue(table: TicketTable): FieldSpec['value'] {
  return (row, { choices }) => {
    const state = valueAt(row, 'state')
    const known = choices?.get(table.table)
    if (state === null || known === undefined) return null
    const reason = table.holdReason === undefined ? null : valueAt(row, table.holdReason)
    const { key, name, category } = statusOf(table, known, state, reason)
    return { key, name, category }
  }
}

function priorityValue(table: TicketTable): FieldSpec['value'] {
  return (row, { choices }) => {
    const value = valueAt(row, 'priority')
    if (value === null) return null
    const name = choices?.get(table.table)?.priorities.find((priority) => priority.value === value)?.name
    // 1 is the most urgent in every table of the platform.
    return { key: value, name: name ?? value, rank: Number.isFinite(Number(value)) ? Number(value) : 0 }
  }
}

export async function ticketExtras(
  session: VendorSession,
  table: TicketTable,
  wanted: ReadonlySet<string>,
): Promise<Partial<Extras>> {
  const labelled = ['status', 'priority', 'type'].some((field) => wanted.has(field))
  const [choices, fields] = await Promise.all([
    labelled ? choicesFor(session, table) : undefined,
    wanted.has('customFields') ? customFieldsOf(session, table) : undefined,
  ])
  return {
    ...(choices === undefined ? {} : { choices: new Map([[table.table, choices]]) }),
    ...(fields === undefined ? {} : { customFields: fields }),
  }
}

async function customFieldsOf(session: VendorSession, table: TicketTable) {
  const fields = await customFields(session, table)
  // Names of columns become part of a request: more than these would not fit into a URL (API.md 4).
  if (fields.length > 100) {
    throw new GatewayError(
      'NOT_SUPPORTED',
      'The ticket table has more custom fields than one read can ask for.',
    )
  }
  return fields
}
