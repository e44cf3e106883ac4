import { isRec, type Json, type Rec } from '../shared/json.ts'
import { type Answer, type Call, ok, type Route } from './call.ts'
import { invalid, malformed, noMethod, noPermission, strict } from './errors.ts'
import { compile } from './evaluate.ts'
import { parseLenient } from './lenient-json.ts'
import { MAX_RECORDS, type Query, readQuery } from './query.ts'
import { render } from './render.ts'
import { parentField } from './rules.ts'
import { all, get } from './state.ts'

/** How many pages behind it a continuation still knows. */
const PAGES_KEPT = 50

function parse(text: string, what: string): Json {
  try {
    return parseLenient(text)
  } catch (error) {
    throw malformed(`${what}: ${(error as Error).message}`)
  }
}

function mayRead(call: Call, root: string): void {
  if (call.state.denied.has(`query ${root}`)) throw noPermission('query')
}

/** The query of a call and what its continuation has to repeat. */
function queryOf(call: Call, root: string): Query {
  mayRead(call, root)
  if (call.method === 'POST') {
    // Two questions in one request: which of them was checked and which one runs?
    if (call.query.has('search')) throw strict('search is for GET.', 'search beside a body')
    return readQuery(call.state, root, call.body)
  }
  if (call.body !== undefined) throw strict('A GET has no body.', 'body on a GET')
  const search = call.query.get('search')
  if (!search) throw malformed('The search parameter is required.')
  return readQuery(call.state, root, parse(search, 'search'))
}

interface Paging {
  pageSize: number
  /** The last id of each page before this one. */
  previousIds: number[]
  /** Where the next page starts after. */
  nextIds: number[]
}

function readPaging(call: Call): Paging {
  const text = call.query.get('paging')
  if (!text) throw malformed('The paging parameter is required.')
  const sent = parse(text, 'paging')
  const ids = (value: Json | undefined) =>
    Array.isArray(value) && value.every((id) => typeof id === 'number') ? (value as number[]) : undefined
  const previousIds = isRec(sent) ? ids(sent.previousIds) : undefined
  const nextIds = isRec(sent) ? ids(sent.nextIds) : undefined
  const pageSize = isRec(sent) ? Number(sent.pageSize) : 0
  if (!(pageSize >= 1 && pageSize <= MAX_RECORDS) || !previousIds || nextIds?.length !== 1)
    throw malformed('The paging parameter cannot be read.')
  return { pageSize, previousIds, nextIds }
}

function page(call: Call, root: string, query: Query, paging: Paging | undefined): Answer {
  const after = paging?.nextIds[0] ?? -1
  const size = paging?.pageSize ?? query.maxRecords
  const passes = query.filter.map(compile)
  const matching = all(call.state, root).filter((row) => passes.every((test) => test(row)))
  const rest = matching.filter((row) => Number(row.id) > after)
  const rows = rest.slice(0, size)
  const pageUrl = (previousIds: number[], nextId: number) => {
    const url = new URL(`${call.base}/${root}/query/next`)
    const next: Paging = { pageSize: size, previousIds, nextIds: [nextId] }
    url.searchParams.set('paging', JSON.stringify(next))
    if (call.method === 'GET') url.searchParams.set('search', call.query.get('search')!)
    return url.href
  }
  const previous = paging ? [...paging.previousIds, after] : []
  const more = rest.length > rows.length
  if (previous.length > PAGES_KEPT)
    throw invalid(`A query keeps ${PAGES_KEPT} pages. Continue with a filter on id.`)
  const back = previous.slice(0, -1)
  return ok({
    items: rows.map((row) => render(call.state, root, row, query.fields)),
    pageDetails: {
      count: rows.length,
      requestCount: size,
      prevPageUrl: paging ? pageUrl(back.slice(0, -1), back.at(-1) ?? -1) : null,
      nextPageUrl: more ? pageUrl(previous, Number(rows.at(-1)!.id)) : null,
    },
  })
}

function count(call: Call, root: string): Answer {
  const passes = queryOf(call, root).filter.map(compile)
  const matching = all(call.state, root).filter((row) => passes.every((test) => test(row)))
  return ok({ queryCount: matching.length })
}

/** A continuation keeps to the method of its first call; a GET that repeats no search belongs to a POST. */
function next(call: Call, root: string): Answer {
  if (call.method === 'GET' && !call.query.has('search')) throw noMethod('GET')
  return page(call, root, queryOf(call, root), readPaging(call))
}

/** One attachment's bytes come with it when it is read by itself below its ticket. */
const whole = (call: Call, root: string, row: Rec, child: boolean): Rec =>
  child && typeof row.data === 'string'
    ? { ...render(call.state, root, row), data: row.data }
    : render(call.state, root, row)

export function readRoutes(root: string): Route[] {
  const one = (call: Call) => {
    mayRead(call, root)
    const row = get(call.state, root, call.ids[0])
    return ok({ item: row ? whole(call, root, row, false) : null })
  }
  const query = (call: Call) => page(call, root, queryOf(call, root), undefined)
  return [
    { method: 'GET', template: `${root}/{id}`, handler: one },
    ...['GET', 'POST'].flatMap((method): Route[] => [
      { method, template: `${root}/query`, handler: query },
      { method, template: `${root}/query/count`, handler: (call) => count(call, root) },
      { method, template: `${root}/query/next`, handler: (call) => next(call, root) },
    ]),
  ]
}

export function childReadRoutes(parent: string, segment: string, root: string): Route[] {
  const field = parentField(parent)
  const template = `${parent}/{id}/${segment}`
  const list = (call: Call) => {
    mayRead(call, root)
    const rows = all(call.state, root).filter((row) => row[field] === call.ids[0])
    const items = rows.map((row) => render(call.state, root, row))
    const pageDetails = {
      count: items.length,
      requestCount: MAX_RECORDS,
      prevPageUrl: null,
      nextPageUrl: null,
    }
    return ok({ items, pageDetails })
  }
  const one = (call: Call) => {
    mayRead(call, root)
    const row = get(call.state, root, call.ids[1])
    return ok({ item: row?.[field] === call.ids[0] ? whole(call, root, row!, true) : null })
  }
  return [
    { method: 'GET', template, handler: list },
    { method: 'GET', template: `${template}/{id}`, handler: one },
  ]
}
