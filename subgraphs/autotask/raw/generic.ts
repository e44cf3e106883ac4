import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { RawRequest } from '../../../schema/passthrough.ts'
import type { VendorAccess } from '../../../schema/source.ts'
import type { Search } from './search.ts'

/** Fields of `AttachmentInfo` that name the record a file hangs on, and the groups of that record. */
const PARENTS: Readonly<Record<string, readonly string[]>> = {
  ticketid: ['Tickets'],
  ticketnoteid: ['Ticket Notes', 'Client-Facing Notes'],
  timeentryid: ['Time Entries'],
  companyid: ['Companies'],
  projectid: ['Projects'],
  taskid: ['Projects'],
  configurationitemid: ['Configurations'],
  contractid: ['Agreements'],
  opportunityid: ['Opportunities'],
}

/** Old and new values of any field of the ticket, among them what others are called and what stands in the portal. */
const TOLD_BY_DETAIL = [
  'Ticket Notes',
  'Client-Facing Notes',
  'Contacts',
  'Companies',
  'Members',
  'SLAs',
  'Agreements',
]

/** What rows of any record are judged by: the one record that the query names. Nothing else that is generic may be asked. */
export function genericDemands(
  { endpoint: { template } }: RawRequest,
  search: Search | undefined,
): readonly VendorAccess[] {
  if (search !== undefined && /^\/tickethistory\//i.test(template)) return historyDemands(search)
  if (search !== undefined && /^\/attachmentinfo\//i.test(template)) {
    const groups = search.pins.flatMap(({ field, op, value }) =>
      op === 'eq' && isKey(value) ? (PARENTS[field] ?? []) : [],
    )
    if (groups.length === 0)
      throw badInput('filter', `a condition "eq" on one of ${Object.keys(PARENTS).join(', ')}`, 'none')
    return reads(groups)
  }
  throw new GatewayError(
    'FORBIDDEN_OPERATION',
    'Whose record this is can not be told from the request, so nobody may ask for it.',
  )
}

/** "TicketHistory takes exactly one filter: `ticketID eq n`" (API.md 12). */
function historyDemands({ pins, filtered, included }: Search): readonly VendorAccess[] {
  const [pin] = pins
  if (filtered.length !== 1 || pin?.field !== 'ticketid' || pin.op !== 'eq' || !isKey(pin.value))
    throw badInput('filter', 'one condition: ticketID eq the id of a ticket', '')
  const detail = included === null || included.some(({ name }) => name.toLowerCase() === 'detail')
  return reads(detail ? ['Tickets', ...TOLD_BY_DETAIL] : ['Tickets'])
}

function isKey(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function reads(groups: readonly string[]): readonly VendorAccess[] {
  return groups.map((group) => ({ group, kind: 'READ', fields: [] }))
}
