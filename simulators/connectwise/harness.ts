import { type PlainReply, readReply } from '../shared/reply.ts'
import {
  type ConnectWiseSimulator,
  type ConnectWiseSimulatorOptions,
  type Rec,
  startConnectWiseSimulator,
} from './index.ts'

export interface Reply extends PlainReply {
  rows: Rec[]
}
export interface Bench {
  simulator: ConnectWiseSimulator
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>
  get(path: string, query?: Record<string, string>, headers?: Record<string, string>): Promise<Reply>
  /** Ids that a list answers for these conditions, or the error's message. */
  find(conditions: string, path?: string): Promise<number[] | string>
}

export const NOW = new Date('2026-11-20T16:30:00Z')

/** A simulator with its clock stopped and a client that signs its requests. */
export async function startBench(options: ConnectWiseSimulatorOptions = {}): Promise<Bench> {
  const simulator = await startConnectWiseSimulator({ now: () => NOW, ...options })
  const { companyId, publicKey, privateKey, clientId } = simulator.credentials
  const token = Buffer.from(`${companyId}+${publicKey}:${privateKey}`).toString('base64')
  const call: Bench['call'] = async (method, path, body, headers = {}) => {
    const url =
      path.startsWith('/service') ||
      /^\/(company|time|system|schedule|finance|procurement|project|sales)\//.test(path)
        ? `/v2026_4/apis/3.0${path}`
        : path
    const response = await fetch(simulator.url + url, {
      method,
      headers: {
        authorization: `Basic ${token}`,
        clientid: clientId,
        ...(body instanceof FormData ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : body instanceof FormData ? body : JSON.stringify(body),
    })
    const reply = await readReply(response)
    const parsed: unknown = reply.body
    const rows = Array.isArray(parsed) ? (parsed as Rec[]) : []
    return { ...reply, rows }
  }
  const get: Bench['get'] = (path, query = {}, headers) => {
    const search = new URLSearchParams(query)
    return call('GET', search.size > 0 ? `${path}?${search}` : path, undefined, headers)
  }
  const find: Bench['find'] = async (conditions, path = '/service/tickets') => {
    const reply = await get(path, { conditions, pageSize: '1000', fields: 'id' })
    return reply.status === 200 ? reply.rows.map((row) => Number(row.id)) : String(reply.body.message)
  }
  return { simulator, call, get, find }
}

/** The one shape of body that is no JSON. */
export function form(parts: Readonly<Record<string, string | File>>): FormData {
  const made = new FormData()
  for (const [name, value] of Object.entries(parts)) made.append(name, value)
  return made
}

/** An open ticket on the service desk with a contact, made fresh so that tests do not meet each other. */
export async function newTicket(bench: Bench, fields: Record<string, unknown> = {}): Promise<number> {
  const contact = bench.simulator.dataset.contacts.find(
    (person) => person.companyId === 257 && !person.inactive,
  )
  const body = {
    summary: 'Bench ticket',
    company: { id: 257 },
    contact: { id: contact?.id },
    board: { id: 1 },
    processNotifications: false,
    ...fields,
  }
  const reply = await bench.call('POST', '/service/tickets', body)
  if (reply.status !== 201) throw new Error(reply.text)
  return Number(reply.body.id)
}
