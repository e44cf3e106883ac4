import type { ChildrenRequest, ListPage, VendorSession } from '../../../schema/source.ts'
import { pagesByName } from '../../reading/pages-by-name.ts'
import { configurationItemSpec } from '../entities/configuration-item.ts'
import { extrasFor, needsDetail, readAccess, toRecord, wantedFields } from '../projection.ts'
import { ASSETS, rowsByIds } from '../read-by-id.ts'
import { isVendorId } from '../read-tickets.ts'
import type { AssetBody } from '../schema.ts'
import { assetsOf } from '../ticket-items.ts'

/** One request a ticket, which shows its assets as a list of them would. */
export async function ticketItems(
  session: VendorSession,
  request: ChildrenRequest,
  after: unknown = null,
): Promise<readonly (ListPage | Error)[]> {
  return Promise.all(
    request.parents.map((ticket) => pageOf(session, request, ticket, after).catch((error: Error) => error)),
  )
}

async function pageOf(
  session: VendorSession,
  request: ChildrenRequest,
  ticket: string,
  after: unknown,
): Promise<ListPage | Error> {
  const spec = configurationItemSpec
  const wanted = wantedFields(session, spec, request.fields)
  const rows = isVendorId(ticket) ? await assetsOf(session, ticket) : []
  const read = rows.map((row) => spec.shape.safeParse(row))
  const bodies = read.flatMap(({ data }) => (data === undefined ? [] : [data]))
  const below = bodies.map((item) => ({
    parent: ticket,
    id: String(item.id),
    name: item.key_field || item.inventory_number || '',
    item,
  }))
  const [page] = await pagesByName(below, { ...request, parents: [ticket] }, after, async (shown) => {
    const whole = needsDetail(spec, wanted) ? await detailed(session, shown, wanted) : shown
    const extras = await extrasFor(session, spec, whole, wanted)
    return whole.map((body) => toRecord(spec, body, extras))
  })
  if (page === undefined || bodies.length === rows.length) return page ?? new Error('no page')
  return { ...page, partial: 'Some configuration items could not be read.' }
}

/** What lists leave out is read asset by asset. */
async function detailed(
  session: VendorSession,
  bodies: readonly AssetBody[],
  wanted: ReadonlySet<string>,
): Promise<readonly AssetBody[]> {
  const keys = bodies.map(({ id }) => String(id))
  const rows = await rowsByIds(session, ASSETS, keys, readAccess(configurationItemSpec, wanted), true)
  return bodies.map((body) => {
    const row = rows.get(String(body.id))
    if (row instanceof Error) throw row
    return configurationItemSpec.shape.safeParse(row).data ?? body
  })
}
