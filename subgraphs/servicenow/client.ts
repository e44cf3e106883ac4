import type { GatewayError } from '../../schema/errors.ts'
import type { VendorAccess, VendorResponse, VendorSession } from '../../schema/source.ts'
import { readFailure, unavailable } from '../http/errors.ts'
import type { Clause } from './encoded-query.ts'
import { encode } from './encoded-query.ts'
import { isSysId, type Row, rowOf } from './rows.ts'

export type Query = readonly (readonly [name: string, value: string])[]

/** JSON only: XML bodies and answers say the same in a shape that nobody here reads (API.md 2). */
export const ACCEPT = { accept: 'application/json' } as const

/** Raw values and bare ids: a display value of a reference is data of another table (API.md 4). */
export const RAW: Query = [
  ['sysparm_display_value', 'false'],
  ['sysparm_exclude_reference_link', 'true'],
]

const TABLE = /^[a-z][a-z0-9_]{1,79}$/

/** @throws TypeError for a name that is no table's: they come from fixed lists and checked settings */
export function tablePath(table: string, sysId?: string): string {
  if (!TABLE.test(table)) throw new TypeError(`Expected a table name, got ${JSON.stringify(table)}`)
  if (sysId === undefined) return `/api/now/table/${table}`
  if (!isSysId(sysId)) throw new TypeError('Expected a sys_id')
  return `/api/now/table/${table}/${sysId}`
}

export interface RowsRequest {
  readonly table: string
  readonly clauses: readonly Clause[]
  /** Field names, dotted ones included; `sys_id` is always asked for. */
  readonly fields: Iterable<string>
  readonly order?: readonly { readonly field: string; readonly descending: boolean }[]
  readonly limit: number
  readonly offset?: number
  readonly access: VendorAccess
}

export interface RowsAnswer {
  /** undefined stands for a row that could not be read. */
  readonly rows: readonly (Row | undefined)[]
  /** All matches before row ACLs (API.md 4); null when the instance does not tell. */
  readonly total: number | null
}

/** One page of a table. A limit counts rows before ACLs hide some: fewer may come although more follow. */
export async function readRows(session: VendorSession, request: RowsRequest): Promise<RowsAnswer> {
  const { table, clauses, order = [], limit, offset = 0, access } = request
  const asked = encode(clauses, order)
  const response = await session.read({
    method: 'GET',
    path: tablePath(table),
    query: [
      ...(asked === '' ? [] : [['sysparm_query', asked] as const]),
      ['sysparm_fields', [...new Set(['sys_id', ...request.fields])].join(',')],
      ...RAW,
      // Long queries do not fit into a Link header (API.md 4).
      ['sysparm_suppress_pagination_header', 'true'],
      ['sysparm_limit', String(limit)],
      ...(offset === 0 ? [] : [['sysparm_offset', String(offset)] as const]),
    ],
    headers: ACCEPT,
    body: null,
    access,
  })
  const result = resultOf(session, response)
  // Without a version in the path an empty list is a 200 (API.md 2): a 404 is about the table.
  if (result === undefined && response.status === 404) {
    throw unavailable(session.connection.slug, 'does not know a table that the gateway asked for', {
      vendor: { status: 404, message: vendorMessage(response.body) ?? '' },
    })
  }
  if (!Array.isArray(result))
    throw unavailable(session.connection.slug, 'answered a list with something else')
  const total = response.headers['x-total-count']
  return {
    rows: (result as readonly unknown[]).map(rowOf),
    total: total !== undefined && /^\d{1,12}$/.test(total) ? Number(total) : null,
  }
}

/** Pages of one short table, whole. */
export async function readAllRows(
  session: VendorSession,
  request: Omit<RowsRequest, 'limit' | 'offset'>,
  pageSize: number,
  maxPages: number,
): Promise<readonly Row[]> {
  const found: Row[] = []
  for (let page = 0; page < maxPages; page += 1) {
    const offset = page * pageSize
    const { rows, total } = await readRows(session, { ...request, limit: pageSize, offset })
    for (const row of rows) if (row !== undefined) found.push(row)
    if (total === null ? rows.length < pageSize : offset + pageSize >= total) break
  }
  return found
}

/** @returns undefined for a row that is missing, or hidden: the platform does not tell them apart */
export async function readRow(
  session: VendorSession,
  table: string,
  sysId: string,
  fields: Iterable<string>,
  access: VendorAccess,
): Promise<Row | undefined> {
  const response = await session.read({
    method: 'GET',
    path: tablePath(table, sysId),
    query: [['sysparm_fields', [...new Set(['sys_id', ...fields])].join(',')], ...RAW],
    headers: ACCEPT,
    body: null,
    access,
  })
  const result = resultOf(session, response)
  if (result === undefined) return undefined
  const row = rowOf(result)
  // Another row than the one asked for would be a query that was not understood.
  if (row?.sysId !== sysId) throw unavailable(session.connection.slug, 'sent a record that could not be read')
  return row
}

/** undefined for a vendor-shaped 404. */
function resultOf(session: VendorSession, response: VendorResponse): unknown {
  const { slug } = session.connection
  const answer = jsonObject(response.body)
  if (response.status === 404 && vendorMessage(response.body) !== undefined) return undefined
  if (response.status >= 400) throw failed(session, response)
  if (answer === undefined) {
    throw unavailable(slug, 'answered with something that is no JSON; the instance may be asleep', {
      vendor: { status: response.status, message: '' },
    })
  }
  // Rows and an error in one body: the transaction was cancelled while it streamed (API.md 6).
  if (answer.error !== undefined) {
    throw unavailable(slug, 'broke its answer off', {
      vendor: { status: response.status, message: vendorMessage(response.body) ?? '' },
    })
  }
  return answer.result
}

export function failed(session: VendorSession, response: VendorResponse): GatewayError {
  return readFailure(session.connection.slug, response, vendorMessage(response.body) ?? '')
}

export function jsonObject(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

/**
 * The vendor's own message, or undefined when the body has none of its shape (an HTML page of a node that
 * restarts): `{"error":{"message","detail"},"status":"failure"}`.
 */
export function vendorMessage(body: string): string | undefined {
  const error = jsonObject(body)?.error
  if (typeof error !== 'object' || error === null) return undefined
  const { message, detail } = error as Record<string, unknown>
  if (typeof message !== 'string') return undefined
  return typeof detail === 'string' && detail !== '' ? `${message}: ${detail}` : message
}
