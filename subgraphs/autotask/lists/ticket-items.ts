import type { ChildrenRequest, ListPage, VendorSession } from '../../../schema/source.ts'
import { itemKeys } from '../../planning/attached-items.ts'
import { itemPages } from '../../reading/item-pages.ts'
import { IDS_PER_READ, isVendorId, readMany } from '../read-many.ts'
import { attachedTo } from '../ticket-items.ts'

/** One request for the rows of all tickets, and one for their items. */
export async function ticketItems(
  session: VendorSession,
  request: ChildrenRequest,
  after: unknown = null,
): Promise<readonly (ListPage | Error)[]> {
  const named = (request.brought ?? new Map()) as ReadonlyMap<string, readonly string[]>
  const attached = await attachedTo(
    session,
    request.parents.filter(isVendorId),
    new Map([...named].map(([ticket, [item = null]]) => [ticket, item])),
  )
  const keys = new Map([...attached].map(([ticket, own]) => [ticket, itemKeys(own)]))
  return itemPages(session, request, after, keys, { readMany, most: IDS_PER_READ })
}
