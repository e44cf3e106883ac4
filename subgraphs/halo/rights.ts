import type { VendorRight } from '../../schema/source.ts'
import { isLetThrough } from '../reading/rights.ts'
import { readJson } from './client.ts'
import { flag, type Query, whole } from './query.ts'

const ONE: Query = [flag('pageinate', true), whole('page_size', 1), whole('page_no', 1)]

function read(
  what: string,
  permission: string,
  group: string,
  path: string,
  query: Query = ONE,
): VendorRight {
  return {
    what,
    permission,
    held: (session) =>
      isLetThrough(
        readJson(session, {
          path,
          query,
          access: { group, kind: 'READ', fields: [], reference: true },
        }),
      ),
  }
}

/** Effective are the application's scopes, cut down to what the agent that it logs in as may do (API.md 2). */
export const rights: readonly VendorRight[] = [
  read('read tickets', 'scope read:tickets, and Ticket Access of the agent', 'Tickets', '/Tickets'),
  read('read clients', 'scope read:customers, and Customers: Read of the agent', 'Companies', '/Client'),
  read('read users', 'scope read:customers, and Users: Read of the agent', 'Contacts', '/Users'),
  read('read sites', 'scope read:customers, and Sites: Read of the agent', 'Sites', '/Site'),
  read('read agents', 'scope all:standard or read:agents', 'Members', '/Agent', []),
]
