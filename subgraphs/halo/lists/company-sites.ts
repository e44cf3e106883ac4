import { GatewayError } from '../../../schema/errors.ts'
import type { ChildrenRequest, ListPage, VendorSession } from '../../../schema/source.ts'
import { pagesByName } from '../../reading/pages-by-name.ts'
import { readRows } from '../client.ts'
import { siteSpec } from '../entities/site.ts'
import { extrasFor, readAccess, toRecord, wantedFields } from '../projection.ts'
import { flag, ids, type Query, whole } from '../query.ts'
import { PAGE, SITES } from '../read-by-id.ts'
import { isVendorId } from '../read-tickets.ts'

/** 2,000 sites: a tenant has a few for each company. */
const MAX_PAGES = 20

/** Of one company by its parameter; of several by going through the list, since it takes one company only. */
export async function companySites(
  session: VendorSession,
  request: ChildrenRequest,
  after: unknown = null,
): Promise<readonly ListPage[]> {
  const parents = new Set(request.parents.filter(isVendorId))
  const wanted = wantedFields(session, siteSpec, request.fields)
  const rows: unknown[] = []
  for (let page = 1; ; page += 1) {
    const query: Query = [
      ...SITES.query,
      ...(parents.size === 1 ? [ids('client_id', [...parents])] : []),
      flag('pageinate', true),
      whole('page_size', PAGE),
      whole('page_no', page),
      ['order', 'id'],
    ]
    const access = readAccess(siteSpec, wanted)
    const answer = await readRows(session, { path: SITES.path, query, access }, SITES.envelope)
    rows.push(...answer.rows)
    if (answer.rows.length < PAGE || rows.length === answer.total) break
    if (page === MAX_PAGES)
      throw new GatewayError('LIMIT_EXCEEDED', 'There are more sites than are read at once.')
  }
  const read = rows.map((row) => siteSpec.shape.safeParse(row))
  // A parameter that the server does not know is ignored: sites of other companies are on nobody's page.
  const below = read.flatMap(({ data }) =>
    data === undefined
      ? []
      : [{ parent: String(data.client_id), name: data.name ?? '', id: String(data.id), item: data }],
  )
  const pages = await pagesByName(below, request, after, async (bodies) => {
    const extras = await extrasFor(session, siteSpec, bodies, wanted)
    return bodies.map((body) => toRecord(siteSpec, body, extras))
  })
  return read.every(({ success }) => success)
    ? pages
    : pages.map((page) => ({ ...page, partial: 'Some sites could not be read.' }))
}
