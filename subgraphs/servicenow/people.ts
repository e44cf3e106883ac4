import type { VendorAccess, VendorSession } from '../../schema/source.ts'
import { CACHE_SECONDS, isRefused } from './choices.ts'
import { readAllRows } from './client.ts'
import { any, boolean, type Clause, compare, isEmpty, isIn, isNotEmpty, sysId } from './encoded-query.ts'
import { flagAt, isSysId, type Row, valueAt } from './rows.ts'

/**
 * Staff, client contacts and logins are rows of one table (API.md 13, Contact): a contact is somebody of a
 * customer company, a member somebody of a company whose people work in assignment groups, or of none. Every
 * read of the table carries one of the two conditions, and what comes back is checked for it.
 */
export interface RowGuard {
  readonly clauses: readonly Clause[]
  readonly paths: readonly string[]
  admits(row: Row): boolean
}

export const EVERYBODY: RowGuard = { clauses: [], paths: [], admits: () => true }

const CUSTOMER = 'company.customer'

export const CONTACTS_ONLY: RowGuard = {
  clauses: [isNotEmpty('company'), compare(CUSTOMER, '=', boolean(true))],
  paths: [CUSTOMER],
  admits: (row) => flagAt(row, CUSTOMER) === true,
}

/** Countries and cities are rows of the table of locations too, and belong to nobody. */
export const SITES_ONLY: RowGuard = {
  clauses: [isNotEmpty('company')],
  paths: ['company'],
  admits: (row) => valueAt(row, 'company') !== null,
}

/** Nobody reads memberships of others through this: it only tells whose company is the MSP's own. */
const MEMBERSHIPS: VendorAccess = { group: 'Members', kind: 'READ', fields: [], reference: true }
/** An MSP has a handful of companies of its own; more would not tell staff from clients. */
const MAX_COMPANIES = 40

/** undefined when memberships do not tell: then staff is whoever is of no customer. */
export async function staffCompanies(session: VendorSession): Promise<ReadonlySet<string> | undefined> {
  const found = await session.cached('staff companies', CACHE_SECONDS, async () => {
    try {
      const rows = await readAllRows(
        session,
        {
          table: 'sys_user_grmember',
          clauses: [isNotEmpty('user.company')],
          fields: ['user.company', 'user.company.customer'],
          order: [{ field: 'sys_id', descending: false }],
          access: MEMBERSHIPS,
        },
        1000,
        5,
      )
      return [
        ...new Set(
          rows.flatMap((row) => {
            const company = valueAt(row, 'user.company')
            // People of clients stand in groups too, to approve.
            return company !== null && isSysId(company) && flagAt(row, 'user.company.customer') !== true
              ? [company]
              : []
          }),
        ),
      ]
    } catch (error) {
      if (isRefused(error)) return []
      throw error
    }
  })
  return found.length === 0 || found.length > MAX_COMPANIES ? undefined : new Set(found)
}

export async function membersOnly(session: VendorSession): Promise<RowGuard> {
  const companies = await staffCompanies(session)
  return {
    clauses: [
      any([
        companies === undefined
          ? compare(CUSTOMER, '=', boolean(false))
          : isIn(
              'company',
              [...companies].map((id) => sysId('company', id)),
            ),
        isEmpty('company'),
      ]),
    ],
    paths: ['company', CUSTOMER],
    admits: (row) => sideOf(row, '', companies) === 'MSP',
  }
}

/** Whose side somebody is on; null for neither, such as people of a client of old. */
export function sideOf(
  row: Row,
  prefix: string,
  companies: ReadonlySet<string> | undefined,
): 'CLIENT' | 'MSP' | null {
  if (flagAt(row, `${prefix}${CUSTOMER}`) === true) return 'CLIENT'
  const company = valueAt(row, `${prefix}company`)
  return company === null || companies === undefined || companies.has(company) ? 'MSP' : null
}
