import type { RawRequest } from '../../../schema/passthrough.ts'
import type { VendorResponse } from '../../../schema/source.ts'
import { objectOf } from '../client.ts'
import { readPaging } from './search.ts'

/**
 * How to ask for what the page left out. The address in the answer is absolute and would have to be trusted
 * (API.md 4), so nothing of it is told but the sizes and ids of the page.
 */
export function pageCut({ endpoint, path }: RawRequest, { body }: VendorResponse): string | undefined {
  const { items, pageDetails } = objectOf(parsed(body))
  const { nextPageUrl } = objectOf(pageDetails)
  if (typeof nextPageUrl !== 'string' || nextPageUrl === '') return undefined
  const last = objectOf((Array.isArray(items) ? (items as readonly unknown[]) : []).at(-1)).id
  const byId =
    typeof last === 'number'
      ? `add {"op":"gt","field":"id","value":${last}} to the filter`
      : 'add a condition "gt" on the id of the last record to the filter'
  const paging = /\/query(\/next)?$/i.test(endpoint.template) ? pagingOf(nextPageUrl) : undefined
  if (paging === undefined) return `Autotask has further records: ${byId}.`
  const next = path.replace(/\/query(\/next)?$/i, '/query/next')
  const same = endpoint.method === 'GET' ? 'search' : 'body'
  return `Autotask has further records: ask ${endpoint.method} ${next} with the same ${same} and paging ${paging}; or ${byId}.`
}

function pagingOf(address: string): string | undefined {
  const text = URL.parse(address)?.searchParams.get('paging')
  if (text === null || text === undefined) return undefined
  try {
    return JSON.stringify(readPaging('paging', JSON.parse(text)))
  } catch {
    return undefined
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
