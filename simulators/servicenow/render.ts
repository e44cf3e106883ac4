import type { Json, Rec } from '../shared/json.ts'
import { type Call, complain } from './call.ts'
import { type ColumnPath, pathOf } from './columns.ts'
import { displayOf, rawOf } from './display.ts'
import { columnsOf } from './schema.ts'
import type { Row } from './store.ts'

type Shape = 'false' | 'true' | 'all'

export interface Rendering {
  paths: ColumnPath[]
  shape: Shape
  links: boolean
}

/** Reads how the answer is to look; unknown columns are simply absent from it. */
export function renderingOf(call: Call, table: string): Rendering {
  const { search } = call
  const listed = search.get('sysparm_fields')
  const names = listed ? listed.split(',').map((name) => name.trim()) : Object.keys(columnsOf(table))
  const paths: ColumnPath[] = []
  for (const name of names) {
    const path = pathOf(table, name)
    if (path) paths.push(path)
    else if (name !== '') complain(call, `unknown column ${name} of ${table} in sysparm_fields`)
  }
  const shape = search.get('sysparm_display_value') ?? 'false'
  if (shape !== 'false' && shape !== 'true' && shape !== 'all') {
    complain(call, `sysparm_display_value is neither true, false nor all: ${shape}`)
  }
  return {
    paths,
    shape: shape === 'true' || shape === 'all' ? shape : 'false',
    links: search.get('sysparm_exclude_reference_link') !== 'true',
  }
}

/** A few references hold a name; their link is a query. */
const NAMED = ['sys_glide_object', 'sys_db_object']

function linkOf(origin: string, reference: string, value: string): string {
  const path = `${origin}/api/now/table/${reference}`
  return NAMED.includes(reference) ? `${path}?name=${value}` : `${path}/${value}`
}

function valueIn(
  call: Call,
  path: ColumnPath,
  table: string,
  row: Row,
  { shape, links }: Rendering,
): Json | undefined {
  const { state } = call
  const { column, name } = path
  const holder = path.holder(state, row)
  const holderTable = holder?.table ?? table
  if (!call.caller.admin && state.acl.hiddenColumns.has(`${holderTable}.${name}`)) return undefined
  // A hop onto a row that the caller may not see tells nothing.
  const isHidden = holder !== undefined && holder.row !== row && isHiddenRow(call, holder.table, holder.row)
  const raw = holder && !isHidden ? rawOf(name, column, holder.row) : ''
  const shown = () => (holder && !isHidden ? displayOf(state, holder.table, name, column, holder.row) : '')
  const link =
    column.type === 'reference' && links && raw !== ''
      ? linkOf(call.origin, column.reference ?? '', raw)
      : undefined
  if (shape === 'all') return { display_value: shown(), ...(link && { link }), value: raw }
  if (shape === 'true') return link ? { display_value: shown(), link } : shown()
  return link ? { link, value: raw } : raw
}

export function render(call: Call, table: string, row: Row, rendering: Rendering): Rec {
  const told: Rec = {}
  for (const path of rendering.paths) {
    const value = valueIn(call, path, table, row, rendering)
    if (value !== undefined) told[path.text] = value
  }
  return told
}

export function isHiddenRow(call: Call, table: string, row: Row): boolean {
  const { acl } = call.state
  if (call.caller.admin) return false
  return acl.unreadableTables.has(table) || acl.hidesRow(table, row)
}
