import type { VendorAccess, VendorSession } from '../../schema/source.ts'
import { unavailable } from '../http/errors.ts'
import { readJson, readRows } from './client.ts'
import { flag, type Query, whole } from './query.ts'
import { rawId } from './read-tickets.ts'

/** Up to so many records one by one cost no more than looking how long the list is. */
const FEW = 3
/** The page that no endpoint refuses (API.md 3). */
export const PAGE = 100

/** An endpoint whose records can only be had one by one, or by going through its whole list (API.md 3). */
export interface Shelf {
  readonly path: string
  readonly envelope: string
  /** Shows inactive records too. */
  readonly query: Query
}

export const USERS: Shelf = {
  path: '/Users',
  envelope: 'users',
  query: [flag('includeactive', true), flag('includeinactive', true)],
}
export const CLIENTS: Shelf = {
  path: '/Client',
  envelope: 'clients',
  query: [flag('includeactive', true), flag('includeinactive', true)],
}

export const SITES: Shelf = {
  path: '/Site',
  envelope: 'sites',
  query: [flag('includeactive', true), flag('includeinactive', true), flag('includeaddress', true)],
}

export const ASSETS: Shelf = {
  path: '/Asset',
  envelope: 'assets',
  query: [flag('includeactive', true), flag('includeinactive', true)],
}

export const CONTRACTS: Shelf = {
  path: '/ClientContract',
  envelope: 'contracts',
  query: [flag('includeinactive', true)],
}

/** Doors to the table of tickets that show one kind of them alone (API.md 12.5). */
export const PROJECTS: Shelf = { path: '/Projects', envelope: 'tickets', query: [] }
export const OPPORTUNITIES: Shelf = { path: '/Opportunities', envelope: 'tickets', query: [] }

export const TEMPLATES: Shelf = { path: '/Template', envelope: 'templates', query: [] }

export const ITEMS: Shelf = {
  path: '/Item',
  envelope: 'items',
  query: [flag('includeactive', true), flag('includeinactive', true)],
}

export const ARTICLES: Shelf = {
  path: '/KBArticle',
  envelope: 'articles',
  query: [flag('includeactive', true), flag('includeinactive', true)],
}

export const APPOINTMENTS: Shelf = { path: '/Appointment', envelope: 'appointments', query: [] }

/**
 * Raw records by id, by whichever way costs fewer requests; the first page of the list tells how many there
 * are. `single` asks for each by itself, for what lists leave out.
 */
export async function rowsByIds(
  session: VendorSession,
  shelf: Shelf,
  keys: readonly string[],
  access: VendorAccess,
  single = false,
): Promise<ReadonlyMap<string, unknown>> {
  const found = new Map<string, unknown>()
  if (!single && keys.length > FEW) await throughList(session, shelf, new Set(keys), access, found)
  const missing = keys.filter((key) => !found.has(key))
  await Promise.all(
    missing.map(async (key) => {
      try {
        // A name or a site stands in the record itself; its details are for those who may read them.
        const query = access.reference === true ? [] : [flag('includedetails', true)]
        const row = await readJson(session, { path: `${shelf.path}/${key}`, query, access })
        if (row !== undefined) found.set(key, expectSame(session, row, key))
      } catch (error) {
        // The others stand for themselves: only this key met the error.
        found.set(key, error instanceof Error ? error : new Error('unknown'))
      }
    }),
  )
  return found
}

async function throughList(
  session: VendorSession,
  shelf: Shelf,
  wanted: ReadonlySet<string>,
  access: VendorAccess,
  found: Map<string, unknown>,
): Promise<void> {
  let seen = 0
  for (let page = 1; ; page += 1) {
    const query: Query = [
      ...shelf.query,
      flag('pageinate', true),
      whole('page_size', PAGE),
      whole('page_no', page),
      ['order', 'id'],
    ]
    const { rows, total } = await readRows(session, { path: shelf.path, query, access }, shelf.envelope)
    for (const row of rows) {
      const id = String(rawId(row))
      if (wanted.has(id)) found.set(id, row)
    }
    seen += rows.length
    const left = wanted.size - found.size
    const pagesLeft = total === null ? 1 : Math.ceil((total - seen) / PAGE)
    const done = rows.length === 0 || (total === null ? rows.length < PAGE : seen >= total)
    if (done || left === 0 || pagesLeft > left) return
  }
}

function expectSame(session: VendorSession, row: unknown, key: string): unknown {
  return String(rawId(row)) === key
    ? row
    : unavailable(session.connection.slug, 'answered with another record than asked for')
}
