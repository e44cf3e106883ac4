import { type Answer, type Call, complain } from './call.ts'
import { noRecord } from './errors.ts'
import { isHiddenRow, render, renderingOf } from './render.ts'
import { select, selectByFilters } from './select.ts'
import type { Row } from './store.ts'

const DEFAULT_LIMIT = 10_000

function wholeNumber(call: Call, name: string, usual: number): number {
  const text = call.search.get(name)
  if (text === null) return usual
  if (/^\d+$/.test(text)) return Number(text)
  complain(call, `${name} is no whole number from 0: ${text}`)
  return usual
}

/** What `sysparm_query` or bare filters choose; with both, the query wins. */
export function chosen(call: Call, table: string): Row[] {
  const query = call.search.get('sysparm_query')
  const filters = [...call.search].filter(([name]) => !name.startsWith('sysparm_'))
  if (query !== null && filters.length > 0)
    complain(call, `query parameter ${filters[0]![0]} beside sysparm_query`)
  return query === null && filters.length > 0
    ? selectByFilters(call, table, filters)
    : select(call, table, query ?? '')
}

export function list(call: Call, table: string): Answer {
  const { search } = call
  const limit = wholeNumber(call, 'sysparm_limit', DEFAULT_LIMIT)
  const offset = wholeNumber(call, 'sysparm_offset', 0)
  const rendering = renderingOf(call, table)
  const matches = chosen(call, table)
  // The page is cut before the ACLs look at it, so it can be short while later pages have rows.
  const page = matches
    .slice(offset, offset + limit)
    .filter((row) => !isHiddenRow(call, row.sys_class_name ?? table, row))
  if (call.version === 1 && page.length === 0) throw noRecord()
  const counted = search.get('sysparm_no_count') !== 'true'
  const linked = search.get('sysparm_suppress_pagination_header') !== 'true'
  return {
    status: 200,
    headers: {
      ...(counted && { 'x-total-count': String(matches.length) }),
      ...(linked && matches.length > 0 && { link: links(call, limit, offset, matches.length, counted) }),
    },
    body: { result: page.map((row) => render(call, table, row, rendering)) },
  }
}

function links(call: Call, limit: number, offset: number, total: number, counted: boolean): string {
  const at = (start: number, relation: string) => {
    const search = new URLSearchParams(call.search)
    search.delete('sysparm_limit')
    search.delete('sysparm_offset')
    search.append('sysparm_limit', String(limit))
    search.append('sysparm_offset', String(start))
    return `<${call.origin}${call.path}?${search}>;rel="${relation}"`
  }
  const step = Math.max(1, limit)
  const parts = [at(0, 'first')]
  if (offset > 0) parts.push(at(Math.max(0, offset - step), 'prev'))
  if (offset + limit < total) parts.push(at(offset + step, 'next'))
  if (counted) parts.push(at(Math.floor((total - 1) / step) * step, 'last'))
  return parts.join(',')
}
