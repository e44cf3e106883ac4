import { GatewayError } from '../../schema/errors.ts'
import type { VendorAccess, VendorSession } from '../../schema/source.ts'
import { unavailable } from '../http/errors.ts'
import { isRefused } from './choices.ts'
import { readRows } from './client.ts'
import { compare, text, unsafe } from './encoded-query.ts'
import { type Row, valueAt } from './rows.ts'
import { ticketTables } from './ticket-tables.ts'

const SYSTEM: VendorAccess = { group: 'System', kind: 'READ', fields: [], reference: true }

/** Zones in which a time in a query means what it says. */
const UTC = /^(?:GMT|UTC|Etc\/(?:GMT|UTC)|Greenwich|Zulu)$/i

/** Reads one ticket of each table, then the integration user: who it is, and in which zone its queries are read. */
export async function test(
  session: VendorSession,
): Promise<{ readonly version: string; readonly member: string | null }> {
  for (const { table } of ticketTables(session)) {
    const { rows, total } = await readRows(session, {
      table,
      clauses: [],
      fields: ['number'],
      limit: 1,
      access: SYSTEM,
    })
    if (rows.length === 0 && (total ?? 0) > 0)
      throw unavailable(session.connection.slug, `hides every ${table} from the gateway's user`)
  }
  const user = await ownUser(session)
  const zone = user === undefined ? null : valueAt(user, 'time_zone')
  if (zone !== null && !UTC.test(zone)) {
    throw new GatewayError(
      'NOT_CONFIGURED',
      "The gateway's user must be of time zone GMT: ServiceNow reads times in queries in the user's own.",
      { missing: 'time_zone' },
    )
  }
  return {
    version: (await build(session)) ?? 'unknown',
    member: user === undefined ? null : (valueAt(user, 'name') ?? valueAt(user, 'user_name')),
  }
}

async function ownUser(session: VendorSession): Promise<Row | undefined> {
  const login = (await session.publicCredential?.('username')) ?? ''
  // Client credentials belong to a user that only the instance knows.
  if (login === '' || unsafe(login) !== undefined) return undefined
  const { rows } = await readRows(session, {
    table: 'sys_user',
    clauses: [compare('user_name', '=', text('username', login))],
    fields: ['user_name', 'name', 'time_zone'],
    limit: 1,
    access: SYSTEM,
  })
  return rows.find((row) => row !== undefined && valueAt(row, 'user_name') === login)
}

/** The build's name, for users who may read it; no endpoint tells the release to everybody. */
async function build(session: VendorSession): Promise<string | null> {
  try {
    const { rows } = await readRows(session, {
      table: 'sys_properties',
      clauses: [compare('name', '=', text('name', 'glide.war'))],
      fields: ['name', 'value'],
      limit: 1,
      access: SYSTEM,
    })
    const found = rows.find((row) => row !== undefined && valueAt(row, 'name') === 'glide.war')
    return found === undefined ? null : valueAt(found, 'value')
  } catch (error) {
    if (isRefused(error)) return null
    throw error
  }
}
