import { type PlainReply, readReply } from '../shared/reply.ts'
import {
  type Rec,
  type ServiceNowSimulator,
  type ServiceNowSimulatorOptions,
  startServiceNowSimulator,
  sysIdOf,
} from './index.ts'

export interface Reply extends PlainReply {
  /** The rows of a list. */
  rows: Rec[]
  /** The row of a single answer. */
  row: Rec
}
export interface Bench {
  simulator: ServiceNowSimulator
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>
  get(path: string, query?: Record<string, string>, headers?: Record<string, string>): Promise<Reply>
  /** Numbers of the incidents that a query matches, or the refusal's message. */
  find(query: string, table?: string): Promise<string[] | string>
  /** The journal's last entry. */
  last(): ReturnType<ServiceNowSimulator['journal']>[number]
}

export const NOW = new Date('2026-11-20T16:30:00Z')
export const STAMP = '2026-11-20 16:30:00'

const recordOf = (value: unknown): Rec =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Rec) : {}

/** A simulator with its clock stopped and a client that signs in. Paths start below `/api/now`. */
export async function startBench(options: ServiceNowSimulatorOptions = {}): Promise<Bench> {
  const simulator = await startServiceNowSimulator({ now: () => NOW, ...options })
  const { username, password } = simulator.credentials
  const call: Bench['call'] = async (method, path, body, headers = {}) => {
    const url = /^\/(__|api\/|oauth)/.test(path) ? path : `/api/now${path}`
    const isText = typeof body === 'string'
    const response = await fetch(simulator.url + url, {
      method,
      headers: {
        authorization: basic(username, password),
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : isText ? body : JSON.stringify(body),
    })
    const reply = await readReply(response)
    const parsed: unknown = reply.body
    const { result } = recordOf(parsed)
    const rows = Array.isArray(parsed) ? (parsed as Rec[]) : Array.isArray(result) ? (result as Rec[]) : []
    return {
      ...reply,
      body: recordOf(parsed),
      rows,
      row: recordOf(result),
    }
  }
  const get: Bench['get'] = (path, query = {}, headers) => {
    const search = new URLSearchParams(query)
    return call('GET', search.size > 0 ? `${path}?${search}` : path, undefined, headers)
  }
  const find: Bench['find'] = async (query, table = 'incident') => {
    const reply = await get(`/table/${table}`, { sysparm_query: query, sysparm_fields: 'number' })
    return reply.status === 200
      ? reply.rows.map((row) => String(row.number))
      : String(recordOf(reply.body.error).message)
  }
  return { simulator, call, get, find, last: () => simulator.journal().at(-1)! }
}

export const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

export const messageOf = (reply: Reply): string => String(recordOf(reply.body.error).message)
export const detailOf = (reply: Reply): string => String(recordOf(reply.body.error).detail)

/** An incident of a client's caller, made fresh so that tests do not meet each other. */
export async function newIncident(bench: Bench, fields: Record<string, unknown> = {}): Promise<string> {
  const reply = await bench.call('POST', '/table/incident', {
    short_description: 'Bench incident',
    caller_id: callerId(bench),
    ...fields,
  })
  if (reply.status !== 201) throw new Error(reply.text)
  return String(reply.row.sys_id)
}

export const caller = (bench: Bench) =>
  bench.simulator.dataset.contacts.find((person) => person.companyId === 257 && !person.inactive)!
export const callerId = (bench: Bench): string => sysIdOf('contact', caller(bench).id)
