import type { ChildrenRequest, ListPage, VendorSession } from '../../../schema/source.ts'
import { itemPages } from '../../reading/item-pages.ts'
import { IDS_PER_URL, isVendorId, readMany } from '../read-many.ts'
import { itemsOf } from '../ticket-items.ts'

/** One request a ticket for its links, and one for the items of all of them. */
export async function ticketItems(
  session: VendorSession,
  request: ChildrenRequest,
  after: unknown = null,
): Promise<readonly (ListPage | Error)[]> {
  const keys = await Promise.all(
    request.parents
      .filter(isVendorId)
      .map(
        async (ticket) => [ticket, await itemsOf(session, ticket).catch((error: Error) => error)] as const,
      ),
  )
  return itemPages(session, request, after, new Map(keys), { readMany, most: IDS_PER_URL })
}
