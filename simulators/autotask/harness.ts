import { type PlainReply, readReply } from '../shared/reply.ts'
import {
  type AutotaskSimulator,
  type AutotaskSimulatorOptions,
  type Rec,
  startAutotaskSimulator,
} from './index.ts'

export interface Reply extends PlainReply {
  items: Rec[]
  /** The texts of a refusal, joined. */
  errors: string
}
export interface Bench {
  simulator: AutotaskSimulator
  /** A path below /ATServicesRest/V1.0, or a whole URL or control address. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>
  get(path: string): Promise<Reply>
  /** Items that a query answers; `filter` is a list of conditions. */
  query(root: string, filter: unknown[], more?: Record<string, unknown>): Promise<Reply>
  /** Ids that a query answers, or the refusal. */
  find(root: string, ...filter: unknown[]): Promise<number[] | string>
  item(path: string): Promise<Rec>
  /** Writes and gives the item's id, or the refusal. */
  write(method: string, path: string, body?: unknown): Promise<number | string>
}

export const NOW = new Date('2026-11-20T16:30:00Z')
export const STAMP = '2026-11-20T16:30:00.000'

/** A simulator with its clock stopped and a client that signs its requests. */
export async function startBench(options: AutotaskSimulatorOptions = {}): Promise<Bench> {
  const simulator = await startAutotaskSimulator({ now: () => NOW, serviceTime: 0, ...options })
  const { username, secret, integrationCode } = simulator.credentials
  const call: Bench['call'] = async (method, path, body, headers = {}) => {
    const own = path.startsWith('/__') || /^\/atservicesrest/i.test(path)
    const url = /^http/.test(path) ? path : simulator.url + (own ? path : `/ATServicesRest/V1.0${path}`)
    const response = await fetch(url, {
      method,
      headers: {
        UserName: username,
        Secret: secret,
        ApiIntegrationCode: integrationCode,
        'content-type': 'application/json',
        ...headers,
      },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    })
    const reply = await readReply(response)
    const record = reply.body
    const items = Array.isArray(record.items) ? (record.items as Rec[]) : []
    const errors = Array.isArray(record.errors) ? record.errors.join(' | ') : ''
    return { ...reply, items, errors }
  }
  const get: Bench['get'] = (path) => call('GET', path)
  const query: Bench['query'] = (root, filter, more = {}) =>
    call('POST', `/${root}/query`, { filter, ...more })
  const find: Bench['find'] = async (root, ...filter) => {
    const reply = await query(root, filter, { includeFields: ['id'] })
    return reply.status === 200 ? reply.items.map((row) => Number(row.id)) : reply.errors
  }
  const item: Bench['item'] = async (path) => (await get(path)).body.item as Rec
  const write: Bench['write'] = async (method, path, body) => {
    const reply = await call(method, path, body)
    return reply.status === 200 ? Number(reply.body.itemId) : reply.errors || `${reply.status} ${reply.text}`
  }
  return { simulator, call, get, query, find, item, write }
}

/** The client whose people, contract and devices the tests use, and one of its people. */
export const COMPANY = 257
export const contactOf = (bench: Bench, companyId = COMPANY): number =>
  bench.simulator.dataset.contacts.find((person) => person.companyId === companyId && !person.inactive)!.id

export const QUEUE = 29_682_831
export const ENGINEER = { assignedResourceID: 152, assignedResourceRoleID: 29_682_901 }

/** A new ticket of its own, so that tests do not meet each other. */
export async function newTicket(bench: Bench, fields: Record<string, unknown> = {}): Promise<number> {
  const made = await bench.write('POST', '/Tickets', {
    companyID: COMPANY,
    contactID: contactOf(bench),
    title: 'Bench ticket',
    status: 1,
    priority: 2,
    queueID: QUEUE,
    ...fields,
  })
  if (typeof made === 'string') throw new Error(made)
  return made
}
