import { idOf, isRec, type Json, type Rec } from '../shared/json.ts'
import { findField, hasSchema, schemaOf } from './allowlists.ts'
import { makeReference, targetOf } from './references.ts'
import type { State } from './state.ts'

export interface ResolvedPath {
  /** The path in the vendor's spelling. */
  names: string[]
  type: string
  read(row: Rec): Json | undefined
}

const INFO = ['lastUpdated', 'updatedBy', 'dateEntered', 'enteredBy']

/** Names that a condition may use although no answer has them at that place. */
function special(schema: string, path: string): ResolvedPath | undefined {
  const lower = path.toLowerCase()
  const info = INFO.find((name) => lower === name.toLowerCase() || lower === `_info/${name.toLowerCase()}`)
  // Time entries and sources have an own dateEntered, which then wins.
  if (info && !findField(schemaOf(schema), path)) {
    const read = (row: Rec) => (isRec(row._info) ? row._info[info] : undefined)
    return { names: ['_info', info], type: 'string', read }
  }
  if (schema === 'Ticket' && lower === 'configuration/id') {
    return { names: ['configuration', 'id'], type: 'list:integer', read: (row) => row.$configurations }
  }
  // The vendor's own links filter a ticket's products by these two.
  if (schema === 'ProductItem' && lower === 'chargetoid') {
    return { names: ['chargeToId'], type: 'integer', read: (row) => idOf(row.ticket) }
  }
  if (schema === 'ProductItem' && lower === 'chargetotype') {
    return { names: ['chargeToType'], type: 'string', read: (row) => (row.ticket ? 'Ticket' : undefined) }
  }
  return undefined
}

/**
 * Follows a slash path through the schema. A reference leads on into the record it names, as the vendor's
 * server does, so `company/territory/name` reaches what a company's own page would show.
 */
export function resolvePath(state: State, schema: string, path: string): ResolvedPath | undefined {
  const shortcut = special(schema, path)
  if (shortcut) return shortcut
  const [head = '', ...rest] = path.split('/')
  const field = findField(schemaOf(schema), head)
  if (!field || field.name === '_info') return undefined
  const read = (row: Rec) => row[field.name]
  if (rest.length === 0) return { names: [field.name], type: field.type, read }
  if (!field.type.startsWith('ref:')) return undefined
  const refSchema = field.type.slice(4)
  const restPath = rest.join('/')
  const here = hasSchema(refSchema) ? findField(schemaOf(refSchema), rest[0]!) : undefined
  if (here && here.name !== '_info' && rest.length === 1) {
    const named = targetOf(refSchema)
    // The record as it is now, not as it was called when the reference was written.
    const leaf = (row: Rec) => {
      const reference = row[field.name]
      if (!isRec(reference)) return undefined
      const record =
        here.name === 'id' ? undefined : named && state.tables[named.table].rows.get(Number(reference.id))
      return (record ? makeReference(refSchema, record) : reference)[here.name]
    }
    return { names: [field.name, here.name], type: here.type, read: leaf }
  }
  const target = targetOf(refSchema)
  if (!target) return undefined
  const table = state.tables[target.table]
  const inner = resolvePath(state, table.schema, restPath)
  if (!inner) return undefined
  return {
    names: [field.name, ...inner.names],
    type: inner.type,
    read: (row) => {
      const reference = row[field.name]
      const found = isRec(reference) ? table.rows.get(Number(reference.id)) : undefined
      return found && inner.read(found)
    },
  }
}
