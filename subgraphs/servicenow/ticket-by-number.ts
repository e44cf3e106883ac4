import { GatewayError } from '../../schema/errors.ts'
import type { VendorRecord } from '../../schema/records.ts'
import type { VendorSession } from '../../schema/source.ts'
import { readRows } from './client.ts'
import { any, type Clause, compare, text } from './encoded-query.ts'
import { ticketSpec } from './entities/ticket.ts'
import { baseExtras, readAccess, toRecord, vendorFields, wantedFields } from './projection.ts'
import { type Row, valueAt } from './rows.ts'
import { type TicketTable, ticketTables } from './ticket-tables.ts'

/** Digits of a number in the base system: INC0010001. */
const DIGITS = 7

/**
 * The numbers that a person may have meant, in capitals: digits alone get the table's prefix. Empty for what is
 * no number of this table.
 */
export function numbersMeant(table: TicketTable, typed: string): readonly string[] {
  const number = typed.replace(/^#/, '').trim().toUpperCase()
  if (/^\d{1,20}$/.test(number)) {
    return table.prefix === undefined
      ? [number]
      : [`${table.prefix}${number.padStart(DIGITS, '0')}`, `${table.prefix}${number}`]
  }
  return /^[A-Z][A-Z_]{0,19}\d{1,20}$/.test(number) ? [number] : []
}

export function numberClause(filter: string, numbers: readonly string[]): Clause {
  return any(numbers.map((number) => compare('number', '=', text(filter, number))))
}

/** One ticket by the number that people call it; a table whose prefix it is not is not asked. */
export async function ticketByNumber(
  session: VendorSession,
  number: string,
  fields: ReadonlySet<string>,
): Promise<VendorRecord | null> {
  const asked = ticketTables(session).flatMap((table) => {
    const numbers = [...new Set(numbersMeant(table, number))]
    const prefix = /^[A-Z_]+/.exec(numbers[0] ?? '')?.[0]
    const another = prefix !== undefined && table.prefix !== undefined && table.prefix !== prefix
    return numbers.length === 0 || another ? [] : [{ table, numbers }]
  })
  const found = await Promise.all(
    asked.map(async ({ table, numbers }) => {
      const spec = ticketSpec(table)
      const wanted = wantedFields(session, spec, fields)
      const more = (await spec.extras?.(session, wanted)) ?? {}
      const { rows } = await readRows(session, {
        table: table.table,
        clauses: [numberClause('number', numbers)],
        fields: vendorFields(spec, wanted, more, ['number']),
        limit: numbers.length + 1,
        access: readAccess(spec, wanted),
      })
      const meant = rows.filter(
        (row): row is Row =>
          row !== undefined && numbers.includes((valueAt(row, 'number') ?? '').toUpperCase()),
      )
      const below = (await spec.below?.(session, meant, wanted)) ?? {}
      const extras = { ...baseExtras(session, ticketTables(session)), wanted, ...more, ...below }
      return meant.map((row) => toRecord(spec, row, extras))
    }),
  )
  const records = found.flat()
  if (records.length > 1) {
    throw new GatewayError('BAD_USER_INPUT', 'Several tickets have this number; give it with its prefix.', {
      argument: 'number',
    })
  }
  return records[0] ?? null
}
