import type { VendorSession } from '../../../schema/source.ts'
import { active, choicesFor } from '../choices.ts'
import { type EntitySpec, type Extras, plain, textField } from '../projection.ts'
import { flagAt } from '../rows.ts'
import { ticketTables } from '../ticket-tables.ts'

/** A board is an assignment group; statuses and types belong to the ticket tables and are the same on all. */
export const boardSpec: EntitySpec = {
  type: 'Board',
  group: 'Boards & Ticket Setup',
  table: 'sys_user_group',
  keyOf: ({ sysId }) => sysId,
  extras: readExtras,
  fields: {
    name: textField('name'),
    active: plain(['active'], (row) => flagAt(row, 'active')),
    statuses: plain([], (_row, { choices }) =>
      [...(choices?.values() ?? [])].flatMap(({ statuses }) =>
        active(statuses).map(({ key, name, category }) => ({ key, name, category })),
      ),
    ),
    types: plain([], (_row, { choices }) => {
      const types = [...(choices?.values() ?? [])].flatMap((known) =>
        active(known.types).map(({ value, name }) => ({ key: value, name })),
      )
      return types.filter(({ key }, index) => types.findIndex((type) => type.key === key) === index)
    }),
  },
}

async function readExtras(session: VendorSession, wanted: ReadonlySet<string>): Promise<Partial<Extras>> {
  if (!wanted.has('statuses') && !wanted.has('types')) return {}
  const tables = ticketTables(session)
  const choices = await Promise.all(tables.map((table) => choicesFor(session, table)))
  return {
    choices: new Map(tables.map(({ table }, index) => [table, choices[index] as (typeof choices)[0]])),
  }
}
