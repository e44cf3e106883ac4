import type { Rec } from '../shared/json.ts'
import type { Behaviour } from './behaviour.ts'
import type { Call } from './call.ts'
import { invalid } from './errors.ts'
import { all, get } from './state.ts'

/** What hangs on a record keeps it. */
function refuseWhileUsed(call: Call, row: Rec, root: string, field: string, what: string): void {
  if (all(call.state, root).some((other) => other[field] === row.id))
    throw invalid(`The ${what} cannot be deleted because it is in use`)
}

function sameCompany(
  call: Call,
  draft: Rec,
  pairs: readonly (readonly [field: string, root: string])[],
): void {
  for (const [field, root] of pairs) {
    const row = get(call.state, root, draft[field])
    if (row && row.companyID !== draft.companyID)
      throw invalid(`The ${field} must belong to the same company`)
  }
}

/** There is one of these among siblings: setting it here takes it away there. */
function only(call: Call, root: string, row: Rec, field: string): void {
  if (row[field] !== true) return
  for (const other of all(call.state, root))
    if (other.companyID === row.companyID && other !== row && other[field] === true) other[field] = false
}

export const companies: Behaviour = {
  prepare(_call, draft, _change, previous) {
    if (!previous) draft.isActive ??= true
  },
  check(_call, draft, change, previous) {
    if (previous && 'parentCompanyID' in change && draft.parentCompanyID === draft.id)
      throw invalid('A company cannot be its own parent')
  },
}

export const contacts: Behaviour = {
  prepare(_call, draft, _change, previous) {
    if (previous) return
    draft.receivesEmailNotifications ??= true
    draft.primaryContact ??= false
  },
  check: (call, draft) => sameCompany(call, draft, [['companyLocationID', 'CompanyLocations']]),
  after: (call, row) => only(call, 'Contacts', row, 'primaryContact'),
  beforeDelete: (call, row) => refuseWhileUsed(call, row, 'Tickets', 'contactID', 'contact'),
}

export const locations: Behaviour = {
  prepare(_call, draft, _change, previous) {
    if (previous) return
    draft.isActive ??= true
    draft.isPrimary ??= false
  },
  after: (call, row) => only(call, 'CompanyLocations', row, 'isPrimary'),
  beforeDelete(call, row) {
    if (row.isPrimary === true) throw invalid('The primary location cannot be deleted')
    refuseWhileUsed(call, row, 'Tickets', 'companyLocationID', 'location')
  },
}

export const configurationItems: Behaviour = {
  check: (call, draft) =>
    sameCompany(call, draft, [
      ['contactID', 'Contacts'],
      ['companyLocationID', 'CompanyLocations'],
      ['contractID', 'Contracts'],
    ]),
}

export const contracts: Behaviour = {
  check(call, draft) {
    if (String(draft.endDate) < String(draft.startDate)) throw invalid('endDate must be after startDate')
    sameCompany(call, draft, [['contactID', 'Contacts']])
  },
}
