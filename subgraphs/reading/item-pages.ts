import { GatewayError } from '../../schema/errors.ts'
import type { ChildrenRequest, ListPage, VendorSession, VendorSource } from '../../schema/source.ts'
import { chunks } from './chunks.ts'
import { pagesByName } from './pages-by-name.ts'

/** Of each ticket the keys of its configuration items, or why they could not be read. */
export type ItemKeys = ReadonlyMap<string, readonly string[] | Error>

/** A page of configuration items for each ticket, where the vendor tells their keys: the items of all of them are read together. */
export async function itemPages(
  session: VendorSession,
  request: ChildrenRequest,
  after: unknown,
  keysOf: ItemKeys,
  { readMany, most }: { readonly readMany: VendorSource['readMany']; readonly most: number },
): Promise<readonly (ListPage | Error)[]> {
  const keys = [...new Set([...keysOf.values()].flatMap((one) => (one instanceof Error ? [] : one)))]
  const fields = new Set([...request.fields, 'name'])
  const answers = await Promise.all(
    chunks(keys, most).map((part) => readMany(session, 'ConfigurationItem', part, fields)),
  )
  const items = new Map(answers.flat().map((answer, index) => [keys[index], answer]))
  const lost = new Set<string>()
  const below = request.parents.flatMap((parent) => {
    const own = keysOf.get(parent)
    if (own === undefined || own instanceof Error) return []
    return own.flatMap((id) => {
      const item = items.get(id)
      if (item instanceof Error) lost.add(parent)
      // One that is gone, or that this login may not see, is no item of the ticket to whoever asks.
      if (item instanceof Error || item === null || item === undefined) return []
      return [{ parent, id, name: item.get('name') ?? '', item }]
    })
  })
  const pages = await pagesByName(below, request, after, async (some) => some)
  return request.parents.map((parent, index) => {
    const own = keysOf.get(parent)
    const page = pages[index]
    if (own instanceof Error) return own
    if (own === undefined || page === undefined)
      return new GatewayError('NOT_FOUND', 'No such ticket.', { argument: 'id' })
    return lost.has(parent) ? { ...page, partial: 'Some configuration items could not be read.' } : page
  })
}
