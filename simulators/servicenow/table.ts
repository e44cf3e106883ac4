import type { Json } from '../shared/json.ts'
import { checkRead, checkWrite } from './access.ts'
import { assignments, recordOf } from './assign.ts'
import { type Answer, type Call, complain } from './call.ts'
import { invalidTable, noRecord, tooStrict } from './errors.ts'
import { isSysId } from './ids.ts'
import { list } from './listing.ts'
import { isHiddenRow, render, renderingOf } from './render.ts'
import { isTable, parametersOf, vendorKnows } from './schema.ts'
import { find, type Row, remove } from './store.ts'
import { insert, update } from './write.ts'

/** Real, but what they do cannot be told from outside an instance. */
const UNPLAYED = ['sysparm_view', 'sysparm_query_no_domain', 'sysparm_query_category', 'sysparm_tiny']

export function checkTable(table: string): void {
  if (isTable(table)) return
  throw invalidTable(table, `the simulator ${vendorKnows(table) ? 'does not play' : 'has no'} table ${table}`)
}

/** Knows each parameter once; a bare name is a filter where the endpoint filters. */
export function checkParameters(call: Call, endpoint: string, filters = false): void {
  const known = parametersOf(endpoint)
  const seen = new Set<string>()
  for (const name of call.search.keys()) {
    if (UNPLAYED.includes(name) && known.has(name)) complain(call, `the simulator does not play ${name}`)
    else if (!known.has(name) && (!filters || name.startsWith('sysparm_')))
      complain(call, `unknown query parameter ${name}`)
    if (seen.has(name)) complain(call, `query parameter ${name} twice`)
    seen.add(name)
  }
}

function existing(call: Call, table: string, sysId: string): { table: string; row: Row } {
  const found = isSysId(sysId) ? find(call.state, table, sysId) : undefined
  if (!found || isHiddenRow(call, found.table, found.row)) throw noRecord()
  return found
}

/** `X-no-response-body` keeps the status and drops the rest. */
function written(
  call: Call,
  status: number,
  table: string,
  row: Row,
  headers: Record<string, string> = {},
): Answer {
  if (String(call.headers['x-no-response-body']).toLowerCase() === 'true') return { status, headers }
  return { status, headers, body: { result: render(call, table, row, renderingOf(call, table)) } }
}

/** `/api/now/table/{table}` and `/api/now/table/{table}/{sys_id}`. */
export function tableApi(
  call: Call,
  segments: readonly string[],
  body: Json | undefined,
): Answer | 'no method' {
  const [table = '', sysId] = segments
  checkTable(table)
  const endpoint = `${call.method} /api/now/table/{tableName}${sysId === undefined ? '' : '/{sys_id}'}`
  switch (endpoint.replace(/\/api.*Name\}/, '')) {
    case 'GET ':
      checkParameters(call, endpoint, true)
      checkRead(call, table)
      return list(call, table)
    case 'POST ': {
      checkParameters(call, endpoint)
      checkWrite(call, table, 'Insert')
      const record = recordOf(call, body)
      if (call.strict && Object.keys(record).length === 0) throw tooStrict('a POST without fields')
      // Looked at before anything is written, so that a refusal leaves no row behind.
      renderingOf(call, table)
      const row = insert(call, table, assignments(call, table, record))
      return written(call, 201, table, row, {
        location: `${call.origin}/api/now/table/${table}/${row.sys_id}`,
      })
    }
    case 'GET /{sys_id}': {
      checkParameters(call, endpoint)
      checkRead(call, table)
      const { row } = existing(call, table, sysId ?? '')
      return { status: 200, body: { result: render(call, table, row, renderingOf(call, table)) } }
    }
    case 'PUT /{sys_id}':
    case 'PATCH /{sys_id}': {
      checkParameters(call, endpoint)
      const found = existing(call, table, sysId ?? '')
      checkWrite(call, found.table, 'Update')
      renderingOf(call, table)
      // Columns of a subclass can be written over its base class as well.
      update(call, found.table, found.row, assignments(call, found.table, recordOf(call, body)))
      return written(call, 200, table, found.row)
    }
    case 'DELETE /{sys_id}': {
      checkParameters(call, endpoint)
      const found = existing(call, table, sysId ?? '')
      checkWrite(call, found.table, 'Delete')
      remove(call.state, found.table, found.row)
      return { status: 204 }
    }
  }
  return 'no method'
}
