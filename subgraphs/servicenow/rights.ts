import type { VendorRight, VendorSession } from '../../schema/source.ts'
import { isLetThrough } from '../reading/rights.ts'
import { readRows } from './client.ts'
import { ticketTables } from './ticket-tables.ts'

/** An ACL that refuses reading a table answers 403 or hides every row: then only the count is left. */
async function reads(session: VendorSession, table: string, group: string): Promise<boolean> {
  let hidden = false
  const asked = readRows(session, {
    table,
    clauses: [],
    fields: ['sys_id'],
    limit: 1,
    access: { group, kind: 'READ', fields: [], reference: true },
  })
  const letThrough = await isLetThrough(
    asked.then(({ rows, total }) => {
      hidden = rows.length === 0 && (total ?? 0) > 0
      return rows
    }),
  )
  return letThrough && !hidden
}

function table(what: string, permission: string, group: string, name: string): VendorRight {
  return { what, permission, held: (session) => reads(session, name, group) }
}

/** Roles of the integration user: each table is read by one of them. */
export const rights: readonly VendorRight[] = [
  {
    what: 'read tickets',
    permission: 'role itil (or sn_incident_read; sn_customerservice_agent for cases)',
    async held(session) {
      for (const one of ticketTables(session)) if (!(await reads(session, one.table, 'Tickets'))) return false
      return true
    },
  },
  table(
    'read notes',
    'a read ACL on sys_journal_field for the role of the user',
    'Ticket Notes',
    'sys_journal_field',
  ),
  table('read companies', 'role itil, or a read ACL on core_company', 'Companies', 'core_company'),
  table('read people', 'role itil, or a read ACL on sys_user', 'Members', 'sys_user'),
  table(
    'read groups',
    'role itil, or a read ACL on sys_user_group',
    'Boards & Ticket Setup',
    'sys_user_group',
  ),
  table('read choice lists', 'a read ACL on sys_choice', 'Boards & Ticket Setup', 'sys_choice'),
]
