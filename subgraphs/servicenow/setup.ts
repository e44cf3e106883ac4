import { GatewayError } from '../../schema/errors.ts'
import type { SetupList, VendorSession } from '../../schema/source.ts'
import { NO_WORK_ROLES } from './capabilities.ts'
import { active, choicesFor, workTypes } from './choices.ts'
import { ticketTables } from './ticket-tables.ts'

export async function setup(session: VendorSession, list: SetupList) {
  switch (list) {
    case 'PRIORITIES': {
      const tables = await Promise.all(ticketTables(session).map((table) => choicesFor(session, table)))
      // Tables of one instance share the numbers; each may name them for itself, and the first one counts.
      const byNumber = new Map<string, string>()
      for (const { priorities } of tables)
        for (const { value, name } of active(priorities)) if (!byNumber.has(value)) byNumber.set(value, name)
      return [...byNumber]
        .map(([key, name]) => ({ key, name, rank: Number(key) }))
        .toSorted((a, b) => a.rank - b.rank)
    }
    case 'WORK_TYPES':
      return active(await workTypes(session)).map(({ value, name }) => ({ key: value, name }))
    case 'WORK_ROLES':
      throw new GatewayError('NOT_SUPPORTED', NO_WORK_ROLES)
  }
}
