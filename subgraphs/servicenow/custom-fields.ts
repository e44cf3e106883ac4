import type { CustomFieldValue } from '../../schema/records.ts'
import type { VendorSession } from '../../schema/source.ts'
import { CACHE_SECONDS, type Choice, choicesOf, listOf, SETUP } from './choices.ts'
import { readAllRows } from './client.ts'
import { any, boolean, compare, isNotEmpty, startsWith, text } from './encoded-query.ts'
import { flagAt, numberAt, type Row, valueAt } from './rows.ts'
import type { TicketTable } from './ticket-tables.ts'
import { isoTime } from './times.ts'

export interface CustomField {
  /** The column, such as `u_asset_tag`. */
  readonly key: string
  readonly name: string
  readonly internalType: string
  readonly type: CustomFieldValue['type']
  readonly readOnly: boolean
  readonly maxLength: number | null
  readonly choices: readonly Choice[]
}

const COLUMN = /^[ux]_[a-z0-9_]{1,78}$/
/** Nobody's to read through a gateway, or notes with a group of their own (groups.tsv). */
const HIDDEN = /^(?:password|journal|encrypted|script|variables|user_input|html_script|conditions)/
const NUMBERS: ReadonlySet<string> = new Set(['integer', 'longint', 'decimal', 'float', 'percent_complete'])
const DATES: ReadonlySet<string> = new Set(['glide_date_time', 'glide_date', 'due_date', 'date', 'datetime'])

/** Columns that the tenant or an application added (API.md 12), in the order of their labels. */
export async function customFields(
  session: VendorSession,
  { table }: TicketTable,
): Promise<readonly CustomField[]> {
  return session.cached(`custom fields ${table}`, CACHE_SECONDS, async () => {
    const rows = await readAllRows(
      session,
      {
        table: 'sys_dictionary',
        clauses: [
          any([compare('name', '=', text('table', table)), compare('name', '=', text('table', 'task'))]),
          any([startsWith('element', 'u_'), startsWith('element', 'x_')]),
          isNotEmpty('element'),
          compare('active', '=', boolean(true)),
        ],
        fields: ['name', 'element', 'column_label', 'internal_type', 'max_length', 'read_only', 'choice'],
        order: [{ field: 'element', descending: false }],
        access: SETUP,
      },
      500,
      10,
    )
    const columns = rows.filter((row) => {
      const name = valueAt(row, 'name')
      return (
        COLUMN.test(valueAt(row, 'element') ?? '') &&
        (name === table || name === 'task') &&
        !HIDDEN.test(valueAt(row, 'internal_type') ?? '')
      )
    })
    const keys = [...new Set(columns.map((row) => valueAt(row, 'element') ?? ''))]
    const choices = keys.length === 0 ? [] : await choicesOf(session, 'custom choices', [table], keys, SETUP)
    return keys.map((key) => {
      // A column of the table itself stands before its parent's.
      const row = (columns.find((one) => valueAt(one, 'element') === key && valueAt(one, 'name') === table) ??
        columns.find((one) => valueAt(one, 'element') === key)) as Row
      const internalType = valueAt(row, 'internal_type') ?? 'string'
      const own = listOf(choices, table, key)
      return {
        key,
        name: valueAt(row, 'column_label') ?? key,
        internalType,
        type: unifiedType(internalType, own.length > 0),
        readOnly: flagAt(row, 'read_only') ?? false,
        maxLength: numberAt(row, 'max_length'),
        choices: own,
      }
    })
  })
}

function unifiedType(internalType: string, listed: boolean): CustomFieldValue['type'] {
  if (listed) return 'CHOICE'
  if (internalType === 'boolean') return 'BOOLEAN'
  if (DATES.has(internalType)) return 'DATE'
  return NUMBERS.has(internalType) ? 'NUMBER' : 'TEXT'
}

export function customFieldValues(fields: readonly CustomField[], row: Row): readonly CustomFieldValue[] {
  return fields.map((field) => ({
    key: field.key,
    name: field.name,
    type: field.type,
    value: customValue(field, valueAt(row, field.key)),
  }))
}

export function customValue(field: CustomField, raw: string | null): CustomFieldValue['value'] {
  if (raw === null) return null
  switch (field.type) {
    case 'BOOLEAN':
      return raw === 'true' || raw === '1'
    case 'NUMBER':
      return Number.isFinite(Number(raw)) ? Number(raw) : raw
    case 'DATE':
      return isoTime(raw) ?? raw
    case 'CHOICE':
      return field.choices.find(({ value }) => value === raw)?.name ?? raw
    case 'TEXT':
      return raw
  }
}
