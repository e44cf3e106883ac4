/** The PSAs of a run, in a process that no fault ends: what they received and hold is the truth the checker goes by. */

import type { Json } from '../../simulators/shared/json.ts'
import type { PsaCalls, SimulatorSetup } from './psa.ts'
import { CONNECTIONS, type Slug, tenants } from './vendors.ts'

const setup = JSON.parse(process.argv[2] as string) as SimulatorSetup
const running = new Map<Slug, Awaited<ReturnType<(typeof tenants)['halo']['start']>>>()
for (const { slug, journalFile, secret } of setup.psas)
  running.set(slug, await tenants[CONNECTIONS[slug]].start({ journalFile, secret }))

const simulator = (slug: Slug) => {
  const found = running.get(slug)
  if (found === undefined) throw new Error(`no PSA ${slug}`)
  return found
}

function act(slug: Slug, method: string, path: string, body: Json): unknown {
  const answer = simulator(slug).actAs('jdoe', method, path, body)
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`)
  return answer.body
}

/** HaloPSA keeps a deleted ticket and its actions for those who restore it, and shows neither. */
function keysOfDeleted(state: object): ReadonlySet<unknown> {
  const { tables } = state as { tables?: { tickets?: { rows?: unknown } } }
  const rows = tables?.tickets?.rows
  if (!(rows instanceof Map)) return new Set()
  return new Set([...rows].flatMap(([key, ticket]) => (isDeleted(ticket) ? [key] : [])))
}

const isDeleted = (row: object): boolean => '$deleted' in row && row.$deleted === true

/** Every record that a simulator shows, as text. What was mailed, and what an audit of its own tells, is no record. */
function records(state: object): string[] {
  const rows: string[] = []
  const walk = (value: unknown, depth: number): void => {
    if (value instanceof Map) {
      for (const [key, one] of value) if (!/audit|history/i.test(String(key))) walk(one, depth + 1)
    } else if (Array.isArray(value)) for (const one of value) walk(one, depth + 1)
    else if (value !== null && typeof value === 'object') {
      // A table is an object that holds its rows in a map, or gives them by `all()`.
      const table = value as { rows?: unknown; all?: () => unknown }
      if (table.rows instanceof Map) walk(table.rows, depth + 1)
      else if (typeof table.all === 'function') walk(table.all(), depth + 1)
      else if (!isDeleted(value)) rows.push(JSON.stringify(value))
    }
  }
  const deleted = keysOfDeleted(state)
  for (const [name, member] of Object.entries(state)) {
    if (name === 'actions' && member instanceof Map) {
      for (const [ticket, actions] of member) if (!deleted.has(ticket)) walk(actions, 1)
      continue
    }
    if (name === 'dataset' || name === 'outbox' || name === 'audit') continue
    const tables =
      member !== null && typeof member === 'object' && !(member instanceof Map) && !Array.isArray(member)
    if (tables && name === 'tables') for (const table of Object.values(member)) walk(table, 0)
    else if (member instanceof Map || Array.isArray(member)) walk(member, 0)
  }
  return rows
}

const MARK = /~[0-9a-z]+-\d+[a-z]~/g

const calls: PsaCalls = {
  ticket({ slug, title, asParent }) {
    const tenant = tenants[CONNECTIONS[slug]]
    const { path, body } = tenant.newTicket(title, asParent)
    return tenant.ticketKey(act(slug, 'POST', path, body))
  },
  change({ slug, key, what }) {
    const { method, path, body } = tenants[CONNECTIONS[slug]].change(key, what)
    act(slug, method, path, body)
    return null
  },
  holding({ marks }) {
    const count = new Map(marks.map((mark) => [mark, 0]))
    for (const { state } of running.values()) {
      for (const text of records(state)) {
        for (const mark of new Set(text.match(MARK)))
          if (count.has(mark)) count.set(mark, (count.get(mark) ?? 0) + 1)
      }
    }
    return Object.fromEntries(count)
  },
  where({ mark }) {
    return [...running.values()].flatMap(({ state }) => records(state).filter((text) => text.includes(mark)))
  },
}

process.on('message', ({ id, call, of }: { id: number; call: keyof PsaCalls; of: never }) => {
  try {
    process.send?.({ id, answer: calls[call](of) })
  } catch (error) {
    process.send?.({ id, error: String(error) })
  }
})
process.on('disconnect', () => process.exit())
process.send?.({
  ready: [...running].map(([slug, { url, credentials }]) => ({ slug, url, credentials })),
})
