import { badInput } from '../../../schema/errors.ts'
import type { RawRequest } from '../../../schema/passthrough.ts'
import { strictJson } from '../../reading/strict-json.ts'
import { type Paging, readPaging, readSearch, type Search } from './search.ts'

export interface Query {
  readonly search: Search
  /** As it goes out in a GET. */
  readonly given: unknown
  readonly paging: Paging | null
  readonly counts: boolean
}

/** "GET URLs must stay under about 2,048 characters" (API.md 4). */
const MAX_ENCODED = 1_900

/** The query of a request; null for a read by id or below a parent, which takes none. @throws GatewayError BAD_USER_INPUT */
export function queryOf({ endpoint: { method, template }, query, body }: RawRequest): Query | null {
  const kind = /\/query(\/count|\/next)?$/i.exec(template)
  if (kind === null) {
    if (query.length > 0) throw badInput('query', 'none with this read', 'one')
    if (body !== undefined) throw badInput('body', 'none with this read', 'one')
    return null
  }
  const value = (name: string) => query.find(([one]) => one.toLowerCase() === name)?.[1]
  const search = value('search')
  if (method === 'POST' && body === undefined) throw badInput('body', 'an object with a filter', 'none')
  if (method === 'GET' && search === undefined)
    throw badInput('query', 'search: a JSON object with a filter', 'none')
  if (method === 'GET' && encodeURIComponent(search ?? '').length > MAX_ENCODED)
    throw badInput('search', `at most ${MAX_ENCODED} characters once it is encoded; ask by POST`, 'more')
  const argument = method === 'GET' ? 'search' : 'body'
  const given = method === 'GET' ? strictJson(search ?? '', 'search') : body
  return {
    search: readSearch(argument, given),
    given,
    paging: pagingOf(/next/i.test(kind[1] ?? ''), value('paging')),
    counts: /count/i.test(kind[1] ?? ''),
  }
}

function pagingOf(continues: boolean, text: string | undefined): Paging | null {
  if (!continues) return null
  if (text === undefined) throw badInput('query', 'paging, as the page before told it', 'none')
  return readPaging('paging', strictJson(text, 'paging'))
}

/** What was read, written anew: nobody else reads the caller's own text. */
export function sentQuery(request: RawRequest): RawRequest['query'] {
  const query = queryOf(request)
  if (query === null) return []
  const { given, paging } = query
  return [
    ...(request.endpoint.method === 'GET' ? [['search', JSON.stringify(given)] as const] : []),
    ...(paging === null ? [] : [['paging', JSON.stringify(paging)] as const]),
  ]
}
