import { GatewayError } from '../../../schema/errors.ts'
import type { ChildrenRequest, ListPage, VendorSession } from '../../../schema/source.ts'
import { chunks } from '../../reading/chunks.ts'
import { pagesByName } from '../../reading/pages-by-name.ts'
import { readRows } from '../client.ts'
import { isIn, sysId } from '../encoded-query.ts'
import { siteSpec } from '../entities/site.ts'
import { baseExtras, readAccess, toRecord, vendorFields, wantedFields } from '../projection.ts'
import { isSysId, valueAt } from '../rows.ts'
import { IDS_PER_URL } from '../rows-by-id.ts'
import { ticketTables } from '../ticket-tables.ts'

const SITES_PER_READ = 1000

/** Locations of 50 companies in one read. */
export async function companySites(
  session: VendorSession,
  request: ChildrenRequest,
  after: unknown = null,
): Promise<readonly (ListPage | Error)[]> {
  const found = new Map<string, ListPage | Error>()
  await Promise.all(
    chunks(request.parents.filter(isSysId), IDS_PER_URL).map(async (chunk) => {
      const answers = await pagesOf(session, chunk, request, after).catch((error: Error) =>
        chunk.map(() => error),
      )
      for (const [index, key] of chunk.entries()) found.set(key, answers[index] ?? new Error('no page'))
    }),
  )
  return request.parents.map((key) => found.get(key) ?? new Error('no page'))
}

async function pagesOf(
  session: VendorSession,
  parents: readonly string[],
  request: ChildrenRequest,
  after: unknown,
): Promise<readonly ListPage[]> {
  const wanted = wantedFields(session, siteSpec, request.fields)
  const { rows } = await readRows(session, {
    table: siteSpec.table,
    clauses: [
      isIn(
        'company',
        parents.map((id) => sysId('company', id)),
      ),
    ],
    fields: vendorFields(siteSpec, wanted, {}, ['company', 'name']),
    order: [{ field: 'sys_id', descending: false }],
    limit: SITES_PER_READ,
    access: readAccess(siteSpec, wanted),
  })
  if (rows.length === SITES_PER_READ)
    throw new GatewayError('LIMIT_EXCEEDED', 'These companies have more sites than are read at once.')
  // A query that was not understood brings others (API.md 5), whose companies nobody asked for.
  const below = rows.flatMap((row) => {
    const parent = row && valueAt(row, 'company')
    return row && parent ? [{ parent, name: valueAt(row, 'name') ?? '', id: row.sysId, item: row }] : []
  })
  const extras = { ...baseExtras(session, ticketTables(session)), wanted }
  const pages = await pagesByName(below, { ...request, parents }, after, async (some) =>
    some.map((row) => toRecord(siteSpec, row, extras)),
  )
  return rows.every((row) => row !== undefined)
    ? pages
    : pages.map((page) => ({ ...page, partial: 'Some sites could not be read.' }))
}
