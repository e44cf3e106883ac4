import { GatewayError } from '../../../schema/errors.ts'
import type { ChildrenRequest, ListPage, VendorSession } from '../../../schema/source.ts'
import { pagesByName } from '../../reading/pages-by-name.ts'
import { fieldName, integer, isIn } from '../conditions.ts'
import { siteSpec } from '../entities/site.ts'
import { columnsOf, readAccess, toRecords, wantedFields } from '../projection.ts'
import { isVendorId } from '../read-many.ts'
import { askAll } from './source.ts'

/** 10,000 sites of one page of companies. */
const MAX_PAGES = 20

/** Sites of all these companies in one request, and one more for each further 500 of them. */
export async function companySites(
  session: VendorSession,
  request: ChildrenRequest,
  after: unknown = null,
): Promise<readonly ListPage[]> {
  const wanted = wantedFields(session, siteSpec, request.fields)
  const { rows, cut, lost } = await askAll(
    {
      session,
      entity: siteSpec.entity,
      access: readAccess(siteSpec, wanted),
      columns: await columnsOf(session, siteSpec, wanted, ['companyID', 'name']),
      conditions: [],
      secondLook: [],
    },
    [
      isIn(
        fieldName('companyID'),
        request.parents.filter(isVendorId).map((key) => integer('company', key)),
      ),
    ],
    MAX_PAGES,
  )
  if (cut) throw new GatewayError('LIMIT_EXCEEDED', 'These companies have more sites than are read at once.')
  const below = rows.flatMap((row) => {
    const parsed = siteSpec.shape.safeParse(row)
    return parsed.success
      ? [
          {
            parent: String(parsed.data.companyID),
            name: parsed.data.name ?? '',
            id: String(parsed.data.id),
            item: parsed.data,
          },
        ]
      : []
  })
  const pages = await pagesByName(below, request, after, (bodies) =>
    toRecords(session, siteSpec, bodies, wanted),
  )
  const unreadable = lost + rows.length - below.length
  return unreadable === 0
    ? pages
    : pages.map((page) => ({ ...page, partial: 'Some sites could not be read.' }))
}
