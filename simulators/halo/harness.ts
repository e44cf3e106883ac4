import { type PlainReply, readReply } from '../shared/reply.ts'
import { type HaloSimulator, type HaloSimulatorOptions, type Rec, startHaloSimulator } from './index.ts'

export interface Reply extends PlainReply {
  /** The one array of the answer, bare or in its envelope. */
  rows: Rec[]
}
export interface Bench {
  simulator: HaloSimulator
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>
  get(path: string, query?: Record<string, string>): Promise<Reply>
  /** One element in an array, as every write wants it. */
  post(path: string, ...elements: unknown[]): Promise<Reply>
  /** Ids that a list answers, or the status that it was refused with. */
  ids(query: Record<string, string>, path?: string): Promise<number[] | number>
  token(form?: Record<string, string>, query?: string): Promise<Reply>
}

export const NOW = new Date('2026-11-20T16:30:00Z')
/** Harbor Dental Group, its main site and two people there. */
export const CLIENT = 257

const rowsIn = (body: unknown): Rec[] => {
  if (Array.isArray(body)) return body as Rec[]
  if (typeof body !== 'object' || body === null) return []
  return (Object.values(body).find((value) => Array.isArray(value)) ?? []) as Rec[]
}

/** A simulator with its clock stopped and a client that holds a token. */
export async function startBench(options: HaloSimulatorOptions = {}): Promise<Bench> {
  const simulator = await startHaloSimulator({ now: () => NOW, ...options })
  const { tenant, clientId, clientSecret } = simulator.credentials
  let bearer = ''
  const read = async (response: Response): Promise<Reply> => {
    const reply = await readReply(response)
    return { ...reply, rows: rowsIn(reply.body) }
  }
  const token: Bench['token'] = async (form = {}, query = `?tenant=${tenant}`) => {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope: 'all',
      ...form,
    })
    const reply = await read(await fetch(`${simulator.url}/auth/token${query}`, { method: 'POST', body }))
    if (reply.status === 200) bearer = String(reply.body.access_token)
    return reply
  }
  const call: Bench['call'] = async (method, path, body, headers = {}) => {
    const address = path.startsWith('/__') || path.startsWith('/auth') ? path : `/api${path}`
    return read(
      await fetch(simulator.url + address, {
        method,
        headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json', ...headers },
        body: body === undefined ? undefined : JSON.stringify(body),
      }),
    )
  }
  const get: Bench['get'] = (path, query = {}) => {
    const search = new URLSearchParams(query)
    return call('GET', search.size > 0 ? `${path}?${search}` : path)
  }
  const ids: Bench['ids'] = async (query, path = '/Tickets') => {
    const reply = await get(path, { count: '5000', ...query })
    return reply.status === 200 ? reply.rows.map((row) => Number(row.id)) : reply.status
  }
  if (!options.scopes) {
    await token()
    simulator.clearJournal()
  }
  const post: Bench['post'] = (path, ...elements) => call('POST', path, elements)
  return { simulator, call, get, post, ids, token }
}

export const contactOf = (bench: Bench) =>
  bench.simulator.dataset.contacts.find((person) => person.companyId === CLIENT && !person.inactive)!

/** A ticket with a contact, made fresh so that tests do not meet each other; nobody is mailed about it. */
export async function newTicket(bench: Bench, fields: Record<string, unknown> = {}): Promise<number> {
  const contact = contactOf(bench)
  const reply = await bench.post('/Tickets', {
    summary: 'Bench ticket',
    tickettype_id: 1,
    client_id: CLIENT,
    site_id: contact.siteId,
    user_id: contact.id,
    sendack: false,
    ...fields,
  })
  if (reply.status !== 201) throw new Error(reply.text)
  return Number(reply.body.id)
}
