import type { Rec } from '../shared/json.ts'
import { queryTypes, type Schema } from './allowlists.ts'
import { readElements, type Writable } from './body.ts'
import { type Call, ok, param, type Route } from './call.ts'
import { sentence, silent } from './errors.ts'
import { advanced, answerList, like, ORDERING, PAGING, sorted } from './listing.ts'
import { saveAll } from './saving.ts'
import { find, insert, rowsOf, type State, type TableName } from './state.ts'

export interface ResourceOptions {
  path: string
  table: TableName
  /** Name of the array in the list's envelope. */
  key: string
  scope: string
  /** What `order` may name. */
  schema: Schema
  /** Filters beside paging, ordering, `search` and `idonly`. */
  plays: string
  keep: (call: Call, row: Rec) => boolean
  /** Fields that `search` looks into. */
  searched: (call: Call) => readonly string[]
  /** Names that `advanced_search` may use. */
  advanced?: readonly string[]
  idOnly?: boolean
  /** A bare array unless a page is asked for. */
  bare?: boolean
  /** Full row, before a list leaves things out. */
  show: (state: State, row: Rec) => Rec
  /** What only `includedetails` shows. */
  details?: readonly string[]
  detailPlays?: string
  detail?: (call: Call, row: Rec) => Rec
  body?: Writable
  save?: (call: Call, draft: Rec, change: Rec, previous: Rec | undefined) => void
  saved?: (call: Call, row: Rec, change: Rec, previous: Rec | undefined) => void
  removes?: boolean
  /** Refuses what may not go. */
  beforeRemove?: (call: Call, row: Rec) => void
  /** What a list shows besides the row, by its query. */
  listed?: (call: Call, row: Rec) => Rec
  removePlays?: string
}

/** Active rows unless the flags say otherwise; `activeinactive=true,false` shows both. */
export function activity({ query }: Call, row: Rec): boolean {
  const both = query.text('activeinactive')?.toLowerCase().split(',')
  if (both) return both.includes(String(row.inactive !== true))
  if (row.inactive === true) return query.flag('includeinactive')
  return !query.has('includeactive') || query.flag('includeactive')
}
export const ACTIVITY = 'includeactive includeinactive activeinactive'

export const equalsAll = ({ query }: Call, row: Rec, names: readonly string[]): boolean =>
  names.every((name) => query.int(name) === undefined || row[name] === query.int(name))

const without = (row: Rec, names: readonly string[]): Rec =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)))

export function resourceRoutes(options: ResourceOptions): Route[] {
  const { path, table, key, scope, show, details = [], body } = options
  const list = (call: Call) => {
    const kept = rowsOf(call.state, table).filter((row) => options.keep(call, row))
    const term = call.query.text('search')
    let rows = kept.map((row) => show(call.state, row))
    if (term) rows = rows.filter((row) => options.searched(call).some((name) => like(term)(row[name])))
    if (options.advanced) rows = advanced(call, rows, options.advanced)
    const cut = (row: Rec): Rec =>
      call.query.flag('idonly')
        ? { id: row.id, name: row.name ?? row.inventory_number }
        : { ...without(row, details), ...options.listed?.(call, row) }
    return answerList(call, key, sorted(call, rows, options.schema), cut, { bare: options.bare })
  }
  const get = (call: Call): Rec => {
    const row = find(call.state, table, param(call))
    if (!row) throw silent(404)
    return row
  }
  const write = (call: Call, change: Rec): Rec => {
    const previous = change.id ? find(call.state, table, change.id) : undefined
    if (change.id && !previous) throw sentence(400, `The record ${change.id} was not found.`)
    const { id: _id, ...rest } = change
    const draft: Rec = previous ? { ...previous, ...rest } : rest
    options.save?.(call, draft, change, previous && { ...previous })
    const before = previous && { ...previous }
    const row = previous ? Object.assign(previous, draft) : insert(call.state, table, draft)
    options.saved?.(call, row, change, before)
    return { ...show(call.state, row), ...options.detail?.(call, row) }
  }
  // Not every list knows every one of these.
  const known = queryTypes(`GET /${path.toLowerCase()}`)
  const common =
    `${PAGING} ${ORDERING} search ${options.idOnly ? 'idonly' : ''} ${options.advanced ? 'advanced_search' : ''}`
      .split(' ')
      .filter((name) => known.has(name))
      .join(' ')
  const routes: Route[] = [
    {
      method: 'GET',
      template: path,
      plays: `${options.plays} ${common}`,
      scope,
      handler: list,
    },
    {
      method: 'GET',
      template: `${path}/{id}`,
      plays: `includedetails ${options.detailPlays ?? ''}`,
      scope,
      handler: (call) => {
        const row = get(call)
        const full = show(call.state, row)
        if (!call.query.flag('includedetails')) return ok(without(full, details))
        return ok({ ...full, ...options.detail?.(call, row) })
      },
    },
  ]
  if (body) {
    routes.push({
      method: 'POST',
      template: path,
      scope,
      handler: (call) => saveAll(readElements(call.body, body), (element) => write(call, element)),
    })
  }
  if (options.removes) {
    routes.push({
      method: 'DELETE',
      template: `${path}/{id}`,
      plays: options.removePlays,
      scope,
      handler: (call) => {
        const row = get(call)
        options.beforeRemove?.(call, row)
        call.state.tables[table].rows.delete(Number(row.id))
        return ok({ id: Number(row.id) })
      },
    })
  }
  return routes
}
