import type { ChildrenRequest, ListPage, VendorSession } from '../../../schema/source.ts'
import { itemKeys } from '../../planning/attached-items.ts'
import { itemPages } from '../../reading/item-pages.ts'
import { readMany } from '../read-many.ts'
import { IDS_PER_URL } from '../rows-by-id.ts'
import { attachedTo } from '../ticket-items.ts'

/** One request for the rows of 50 tickets, and one for each 50 items. */
export async function ticketItems(
  session: VendorSession,
  request: ChildrenRequest,
  after: unknown = null,
): Promise<readonly (ListPage | Error)[]> {
  const named = (request.brought ?? new Map()) as ReadonlyMap<string, readonly string[]>
  const attached = await attachedTo(
    session,
    request.parents,
    new Map([...named].map(([ticket, [item = null]]) => [ticket, item])),
  )
  const keys = new Map([...attached].map(([ticket, own]) => [ticket, itemKeys(own)]))
  return itemPages(session, request, after, keys, { readMany, most: IDS_PER_URL })
}
