import type { Answer } from '../shared/answer.ts'
import { isRec, type Rec, stamp } from '../shared/json.ts'
import { schemaOf } from './allowlists.ts'
import { type Call, created, noContent, ok, param, type Route } from './call.ts'
import { fieldError, invalidObject, notFound } from './errors.ts'
import { count, list, shower } from './listing.ts'
import { readPatch, requireFields } from './patch.ts'
import { findReferenced, makeReference, targetOf } from './references.ts'
import { insert, parentId, type Table, type TableName } from './state.ts'
import { checkBody } from './validate.ts'

export interface EntityOptions {
  table: TableName
  /** Template of the collection; one brace at most, which is the parent. */
  path: string
  /** Which verbs beyond GET the simulator plays. */
  writes?: readonly ('POST' | 'PATCH' | 'PUT' | 'DELETE')[]
  schema?: string
  /** Fields that a body may name and that are ignored. */
  readOnly?: readonly string[]
  required?: readonly string[]
  /** How the parent (board, company, ticket) of a path is checked and what belongs to it. */
  parent?: TableName
  visible?: (row: Rec) => boolean
  /** Resolves scoped references, checks rules and derives fields; `row` is still a draft. */
  beforeSave?: (call: Call, row: Rec, change: Rec, previous: Rec | undefined) => void
  afterSave?: (call: Call, row: Rec, change: Rec, previous: Rec | undefined) => void
  beforeDelete?: (call: Call, row: Rec) => void
  afterDelete?: (call: Call, row: Rec) => void
}

const resourceName = (table: Table) => table.resource[0]!.toLowerCase() + table.resource.slice(1)
export const callerName = (call: Call) => String(call.caller.identifier)

export function touch(call: Call, row: Rec): void {
  const info: Rec = isRec(row._info) ? row._info : {}
  row._info = { ...info, lastUpdated: stamp(call.now), updatedBy: callerName(call) }
}

/** Turns every sent reference into the record it names; one that names nothing is refused. */
export function bindReferences(
  call: Call,
  schema: string,
  resource: string,
  row: Rec,
  change: Rec,
  scopes: Record<string, (row: Rec) => boolean> = {},
): void {
  for (const name of Object.keys(change)) {
    const type = schemaOf(schema).fields[name] ?? ''
    const value = change[name]
    if (!type.startsWith('ref:') || !isRec(value)) continue
    const refSchema = type.slice(4)
    if (!targetOf(refSchema)) {
      row[name] = value
      continue
    }
    const found = findReferenced(call.state, refSchema, value, scopes[name])
    if (!found) {
      const key = value.id === undefined ? (value.identifier === undefined ? 'name' : 'identifier') : 'id'
      const message = `${name} with ${key} ${JSON.stringify(value[key] ?? null)} was not found.`
      throw invalidObject(resource, [fieldError('InvalidReference', resource, `${name}/${key}`, message)])
    }
    row[name] = makeReference(refSchema, found)
  }
}

export function entityRoutes(options: EntityOptions): Route[] {
  const { path, readOnly = [], required = [], writes = [] } = options
  const own = new Set(['id', '_info', 'mobileGuid', ...readOnly])
  const tableOf = (call: Call) => call.state.tables[options.table]
  const schemaName = (call: Call) => options.schema ?? tableOf(call).schema
  const hasParent = path.includes('{')

  const rows = (call: Call): Rec[] => {
    let found = tableOf(call).all()
    if (options.visible) found = found.filter(options.visible)
    if (!hasParent) return found
    const owner = param(call)
    if (options.parent) {
      const parents = call.state.tables[options.parent]
      if (!parents.rows.has(owner)) throw notFound(parents.resource, owner)
    }
    return found.filter((row) => parentId(row) === owner)
  }
  const one = (call: Call): Rec => {
    const id = Number(call.params.at(-1))
    const row = tableOf(call).rows.get(id)
    const visible =
      row && (!options.visible || options.visible(row)) && (!hasParent || parentId(row) === param(call))
    if (!visible) throw notFound(tableOf(call).resource, id)
    return row
  }
  const shown = (call: Call, row: Rec) => shower(call, schemaName(call))(row)

  /** The draft replaces the record only after every check, so that a refused write leaves no trace. */
  const save = (call: Call, previous: Rec | undefined, draft: Rec, change: Rec): Rec => {
    const table = tableOf(call)
    const resource = resourceName(table)
    for (const name of own) delete change[name]
    for (const [name, value] of Object.entries(change)) draft[name] = value === null ? undefined : value
    if (options.beforeSave) options.beforeSave(call, draft, change, previous)
    else bindReferences(call, schemaName(call), resource, draft, change)
    requireFields(resource, draft, required, previous ? change : undefined)
    if (previous) {
      const before = { ...previous }
      for (const name of Object.keys(previous)) if (!(name in draft)) delete previous[name]
      Object.assign(previous, draft)
      touch(call, previous)
      options.afterSave?.(call, previous, change, before)
      return previous
    }
    const made = { dateEntered: stamp(call.now), enteredBy: callerName(call) }
    draft._info = made
    touch(call, draft)
    const row = insert(table, draft)
    options.afterSave?.(call, row, change, undefined)
    return row
  }

  const post = (call: Call): Answer => {
    const table = tableOf(call)
    if (hasParent) rows(call)
    const body = checkBody(schemaName(call), resourceName(table), call.body, call.rawBody)
    const draft: Rec = hasParent && options.parent !== 'tickets' ? { $parent: param(call) } : {}
    if (options.parent === 'tickets') draft.ticketId = param(call)
    return created(shown(call, save(call, undefined, draft, body)))
  }
  const patch = (call: Call): Answer => {
    const row = one(call)
    const change = readPatch(schemaName(call), resourceName(tableOf(call)), call.body, call.rawBody)
    return ok(shown(call, save(call, row, { ...row }, change)))
  }
  const put = (call: Call): Answer => {
    const row = one(call)
    const body = checkBody(schemaName(call), resourceName(tableOf(call)), call.body, call.rawBody)
    // Everything that the caller may write and did not send falls back to nothing.
    const kept = Object.entries(row).filter(
      ([name]) => own.has(name) || name.startsWith('$') || name === 'ticketId',
    )
    requireFields(resourceName(tableOf(call)), body, required)
    return ok(shown(call, save(call, row, Object.fromEntries(kept), body)))
  }
  const remove = (call: Call): Answer => {
    const row = one(call)
    options.beforeDelete?.(call, row)
    tableOf(call).rows.delete(Number(row.id))
    options.afterDelete?.(call, row)
    return noContent
  }
  const byVerb = { POST: post, PATCH: patch, PUT: put, DELETE: remove }
  return [
    { method: 'GET', template: path, handler: (call) => list(call, schemaName(call), rows(call)) },
    {
      method: 'GET',
      template: `${path}/count`,
      handler: (call) => count(call, schemaName(call), rows(call)),
    },
    { method: 'GET', template: `${path}/{id}`, handler: (call) => ok(shown(call, one(call))) },
    ...writes.map((method) => ({
      method,
      template: method === 'POST' ? path : `${path}/{id}`,
      handler: byVerb[method],
    })),
  ]
}
