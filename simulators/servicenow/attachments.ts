import { createHash } from 'node:crypto'
import { checkWrite } from './access.ts'
import { type Answer, type Call, complain, userName } from './call.ts'
import { stamp } from './dates.ts'
import { failure, noRecord } from './errors.ts'
import { isHiddenRow } from './render.ts'
import { columnsOf } from './schema.ts'
import { select } from './select.ts'
import { find, put, type Row, remove } from './store.ts'
import { checkParameters, checkTable } from './table.ts'

/** Attachments are told flat, with the address of their bytes. */
function told(call: Call, row: Row): Record<string, string> {
  const plain = Object.fromEntries(
    Object.keys(columnsOf('sys_attachment')).map((name) => [name, row[name] ?? '']),
  )
  return { ...plain, download_link: `${call.origin}/api/now/attachment/${row.sys_id}/file` }
}

function existing(call: Call, sysId: string | undefined): Row {
  const row = call.state.tables.get('sys_attachment')?.get(sysId ?? '')
  if (!row || isHiddenRow(call, 'sys_attachment', row)) throw noRecord()
  return row
}

/** `/api/now/attachment...`: list, one, its bytes, upload and removal. */
export function attachmentApi(call: Call, segments: readonly string[]): Answer | 'no method' | 'no path' {
  const [first, second] = segments
  if (first === 'file' && second === undefined) return call.method === 'POST' ? upload(call) : 'no method'
  if (second !== undefined && second !== 'file') return 'no path'
  if (second === 'file') {
    if (call.method !== 'GET') return 'no method'
    checkParameters(call, 'GET /api/now/attachment/{sys_id}/file')
    const row = existing(call, first)
    return {
      status: 200,
      body: call.state.files.get(row.sys_id ?? '') ?? Buffer.alloc(0),
      headers: {
        'content-type': row.content_type ?? 'application/octet-stream',
        'content-disposition': `attachment;filename*=UTF-8''${encodeURIComponent(row.file_name ?? '')}`,
      },
    }
  }
  if (first === undefined) return call.method === 'GET' ? listed(call) : 'no method'
  if (call.method === 'GET') {
    checkParameters(call, 'GET /api/now/attachment/{sys_id}')
    return { status: 200, body: { result: told(call, existing(call, first)) } }
  }
  if (call.method !== 'DELETE') return 'no method'
  checkParameters(call, 'DELETE /api/now/attachment/{sys_id}')
  const row = existing(call, first)
  // It needs write on the record it hangs on, not on the table of attachments.
  checkWrite(call, row.table_name ?? '', 'Update')
  remove(call.state, 'sys_attachment', row)
  call.state.files.delete(row.sys_id ?? '')
  return { status: 204 }
}

function listed(call: Call): Answer {
  checkParameters(call, 'GET /api/now/attachment')
  const rows = select(call, 'sys_attachment', call.search.get('sysparm_query') ?? '')
  const offset = Number(call.search.get('sysparm_offset') ?? 0)
  const limit = Number(call.search.get('sysparm_limit') ?? 1000)
  const page = rows.slice(offset, offset + limit).filter((row) => !isHiddenRow(call, 'sys_attachment', row))
  return {
    status: 200,
    headers: { 'x-total-count': String(rows.length) },
    body: { result: page.map((row) => told(call, row)) },
  }
}

function upload(call: Call): Answer {
  checkParameters(call, 'POST /api/now/attachment/file')
  const [table, sysId, name] = ['table_name', 'table_sys_id', 'file_name'].map(
    (key) => call.search.get(key) ?? '',
  )
  if (!table || !sysId || !name)
    throw failure(400, 'Missing required parameters', 'table_name, table_sys_id, file_name')
  checkTable(table)
  const target = find(call.state, table, sysId)
  if (!target || isHiddenRow(call, target.table, target.row)) throw noRecord()
  checkWrite(call, target.table, 'Update')
  const type = call.headers['content-type']
  if (!type) complain(call, 'an upload without Content-Type')
  const row = put(call.state, 'sys_attachment', {
    table_name: table,
    table_sys_id: sysId,
    file_name: name,
    content_type: String(type ?? 'application/octet-stream'),
    size_bytes: String(call.rawBody.length),
    hash: createHash('sha256').update(call.rawBody).digest('hex'),
    sys_created_on: stamp(call.now),
    sys_created_by: userName(call),
    sys_updated_on: stamp(call.now),
    sys_updated_by: userName(call),
    sys_mod_count: '0',
  })
  call.state.files.set(row.sys_id ?? '', Buffer.from(call.rawBody))
  return { status: 201, body: { result: told(call, row) } }
}
