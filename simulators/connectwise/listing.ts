import type { Answer } from '../shared/answer.ts'
import type { Json, Rec } from '../shared/json.ts'
import type { Call } from './call.ts'
import { ok } from './call.ts'
import { badCondition, badRequest } from './errors.ts'
import { childPredicate, conditionsPredicate, customFieldPredicate } from './evaluate.ts'
import { resolvePath } from './paths.ts'
import { projection, render } from './render.ts'
import type { State } from './state.ts'

const DEFAULT_PAGE_SIZE = 25
const MAX_PAGE_SIZE = 1000 // larger sizes are cut without a word

export interface Filters {
  conditions?: string
  childConditions?: string
  customFieldConditions?: string
  orderBy?: string
}

export const queryFilters = ({ query }: Call): Filters => ({
  conditions: query.get('conditions'),
  childConditions: query.get('childconditions'),
  customFieldConditions: query.get('customfieldconditions'),
  orderBy: query.get('orderby'),
})

export function filterRows(state: State, schema: string, rows: Iterable<Rec>, filters: Filters): Rec[] {
  const { conditions, childConditions, customFieldConditions } = filters
  const tests = [
    conditions?.trim() && conditionsPredicate(state, schema, conditions),
    childConditions?.trim() && childPredicate(schema, childConditions),
    customFieldConditions?.trim() && customFieldPredicate(schema, customFieldConditions),
  ].filter((test) => typeof test === 'function')
  return [...rows].filter((row) => tests.every((test) => test(row)))
}

function compareValues(a: Json | undefined, b: Json | undefined): number {
  const emptyA = a === undefined || a === null
  const emptyB = b === undefined || b === null
  if (emptyA || emptyB) return Number(emptyB) - Number(emptyA) // empty ones come first, as in SQL Server
  if (typeof a === 'string' || typeof b === 'string') {
    const [left, right] = [String(a).toLowerCase(), String(b).toLowerCase()]
    return left < right ? -1 : left > right ? 1 : 0
  }
  return Number(a) - Number(b)
}

export function sortRows(state: State, schema: string, rows: Rec[], orderBy: string | undefined): Rec[] {
  const keys = (orderBy ?? '')
    .split(',')
    .map((key) => key.trim())
    .filter(Boolean)
    .map((key) => {
      const [path = '', direction = 'asc', ...extra] = key.split(/\s+/)
      const resolved = resolvePath(state, schema, path)
      if (!resolved) throw badCondition(`${path} is not a recognized name.`)
      if (extra.length > 0 || !/^(asc|desc)$/i.test(direction))
        throw badCondition(`${key} is not a valid order.`)
      return { read: resolved.read, sign: direction.toLowerCase() === 'desc' ? -1 : 1 }
    })
  return rows.sort((a, b) => {
    for (const { read, sign } of keys) {
      const difference = compareValues(read(a), read(b)) * sign
      if (difference !== 0) return difference
    }
    return Number(a.id) - Number(b.id)
  })
}

function wholeNumber(call: Call, name: string, fallback: number): number {
  const text = call.query.get(name)
  if (text === undefined || text === '') return fallback
  if (!/^\d+$/.test(text)) throw badRequest(`The value '${text}' is not valid for ${name}.`)
  return Number(text)
}

/** The request's own address with some parameters replaced; the host is the one that was asked. */
function pageUrl(call: Call, changes: Record<string, string | number>): string {
  const names = new Map([...call.query.keys()].map((name) => [name, name === 'pagesize' ? 'pageSize' : name]))
  const search = new URLSearchParams()
  for (const [name, value] of call.query) {
    if (!(names.get(name)! in changes) && name !== 'pageid' && name !== 'page')
      search.append(names.get(name)!, value)
  }
  for (const [name, value] of Object.entries(changes)) search.append(name, String(value))
  return `${new URL(call.base).origin}${call.rawPath}?${search}`
}

const link = (url: string, rel: string) => `<${url}>; rel="${rel}"`

interface Page {
  rows: Rec[]
  links: string
}

function cutPage(call: Call, rows: Rec[], forwardOnly: boolean): Page {
  const pageSize = Math.min(
    wholeNumber(call, 'pagesize', DEFAULT_PAGE_SIZE) || DEFAULT_PAGE_SIZE,
    MAX_PAGE_SIZE,
  )
  if (forwardOnly) {
    const after = wholeNumber(call, 'pageid', 0)
    const shown = rows.filter((row) => Number(row.id) > after).slice(0, pageSize)
    const last = shown.at(-1)?.id
    return {
      rows: shown,
      links: last === undefined ? '' : link(pageUrl(call, { pageSize, pageId: Number(last) }), 'next'),
    }
  }
  const page = Math.max(wholeNumber(call, 'page', 1), 1)
  const lastPage = Math.max(Math.ceil(rows.length / pageSize), 1)
  const to = (number: number, rel: string) => link(pageUrl(call, { pageSize, page: number }), rel)
  const links = [
    ...(page < lastPage ? [to(page + 1, 'next'), to(lastPage, 'last')] : []),
    ...(page > 1 ? [to(page - 1, 'prev'), to(1, 'first')] : []),
  ]
  return { rows: rows.slice((page - 1) * pageSize, page * pageSize), links: links.join(', ') }
}

export interface ListOptions {
  filters?: Filters
  /** The audit trail knows navigable pages only. */
  forwardOnlyAllowed?: boolean
  /** Some lists have an order of their own when none is asked. */
  keepOrder?: boolean
}

export function list(call: Call, schema: string, rows: Iterable<Rec>, options: ListOptions = {}): Answer {
  const filters = options.filters ?? queryFilters(call)
  const asked = String(call.headers['pagination-type'] ?? '').toLowerCase() === 'forward-only'
  const forwardOnly = asked && options.forwardOnlyAllowed !== false
  if (forwardOnly && filters.orderBy)
    throw badRequest('orderBy is not supported with forward-only pagination.')
  const found = filterRows(call.state, schema, rows, filters)
  const sorted =
    options.keepOrder && !filters.orderBy ? found : sortRows(call.state, schema, found, filters.orderBy)
  const page = cutPage(call, sorted, forwardOnly)
  const headers: Record<string, string> = page.links || forwardOnly ? { link: page.links } : {}
  return { ...ok(page.rows.map(shower(call, schema))), headers }
}

export function count(call: Call, schema: string, rows: Iterable<Rec>): Answer {
  return ok({ count: filterRows(call.state, schema, rows, queryFilters(call)).length })
}

/** Renders records as the request's `fields` asks. */
export function shower(call: Call, schema: string): (row: Rec) => Rec {
  const fields = call.query.get('fields')
  if (fields?.trim()) return projection(call.state, schema, fields, call.base)
  return (row) => render(call.state, schema, row, call.base)
}
