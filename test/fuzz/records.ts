import type { Vendor } from '../../schema/source.ts'
import { queueId } from '../../simulators/autotask/picklists.ts'
import type { Dataset } from '../../simulators/dataset/index.ts'
import { statusIds } from '../../simulators/halo/seed-setup.ts'
import { sysIdOf } from '../../simulators/servicenow/ids.ts'
import type { Reached } from './needs.ts'

/** Which record is whose, as a vendor's simulator was seeded with it. */
export interface Records {
  /** Its company's key. Undefined when nothing is known of it, such as of one made meanwhile. */
  companyOf(reached: Reached): string | undefined
  boardOf(reached: Reached): string | undefined
  isStatus(vendor: Vendor, status: string | null, allowed: readonly string[]): boolean
  /** A write has changed whose it is. */
  moved(reached: Reached): void
  isMoved(of: string): boolean
  /** As a record scope names them. */
  readonly companyKeys: readonly string[]
  readonly boardKeys: readonly string[]
  /** Texts of the data set, and whose they are. */
  readonly canaries: Canaries
  readonly mark: string
}

/** By the end of a text, then by the whole of it: many a record may have the same. */
export type Canaries = ReadonlyMap<string, ReadonlyMap<string, readonly Canary[]>>

export interface Canary {
  /** One of these is enough to read it. */
  readonly groups: readonly string[]
  readonly company?: string
  /** Records that hold the text, where they could be moved to another company: a ticket keeps who reported it. */
  readonly heldBy?: readonly string[]
}

/** Autotask and ServiceNow count statuses by numbers of their own. */
const NUMBERS: Readonly<Partial<Record<Vendor, Readonly<Record<string, number>>>>> = {
  autotask: { New: 1, 'In Progress': 8 },
  halo: statusIds,
  servicenow: { New: 1, 'In Progress': 2 },
}

/** How much of a text before the mark finds it. */
export const TAIL = 5

export function recordsOf(vendor: Vendor, dataset: Dataset): Records {
  const keyOf = (type: Reached['type'], id: number): string => {
    if (vendor === 'servicenow') return sysIdOf(type.toLowerCase(), id)
    if (vendor === 'autotask' && type === 'Company' && id === dataset.msp.id) return '0'
    return String(vendor === 'autotask' && type === 'Board' ? queueId(id) : id)
  }
  const companyIds = [dataset.msp, ...dataset.companies].map(({ id }) => id)
  const companies = new Map<string, string>()
  const boards = new Map<string, string>()
  const put = (map: Map<string, string>, type: Reached['type'], id: number, name: string | undefined) => {
    if (name !== undefined) map.set(`${type} ${keyOf(type, id)}`, name)
  }
  const companyKey = (id: number) => keyOf('Company', id)
  for (const id of companyIds) put(companies, 'Company', id, companyKey(id))
  for (const { id, companyId } of dataset.contacts) put(companies, 'Contact', id, companyKey(companyId))
  for (const { id, companyId } of dataset.tickets) put(companies, 'Ticket', id, companyKey(companyId))
  // HaloPSA has teams, which are other records than boards.
  if (vendor !== 'halo') {
    for (const { id } of dataset.boards) put(boards, 'Board', id, keyOf('Board', id))
    for (const { id, boardId } of dataset.tickets) put(boards, 'Ticket', id, keyOf('Board', boardId))
  }
  const moved = new Set<string>()
  return {
    companyOf: ({ type, key }) => (moved.has(`${type} ${key}`) ? undefined : companies.get(`${type} ${key}`)),
    boardOf: ({ type, key }) => (moved.has(`${type} ${key}`) ? undefined : boards.get(`${type} ${key}`)),
    moved: ({ type, key }) => moved.add(`${type} ${key}`),
    isMoved: (of) => moved.has(of),
    isStatus(of, status, allowed) {
      if (status === null) return false
      if (allowed.some((name) => name.toLowerCase() === status.toLowerCase())) return true
      if (of === 'connectwise')
        return dataset.boards.some((board) =>
          board.statuses.some(({ id, name }) => String(id) === status && allowed.includes(name)),
        )
      return allowed.some((name) => String(NUMBERS[of]?.[name]) === status)
    },
    companyKeys: dataset.companies.map(({ id }) => companyKey(id)),
    boardKeys: dataset.boards.map(({ id }) => keyOf('Board', id)),
    mark: dataset.mark,
    canaries: canariesOf(dataset, keyOf),
  }
}

function canariesOf(dataset: Dataset, keyOf: (type: Reached['type'], id: number) => string): Canaries {
  const { mark } = dataset
  const found = new Map<string, Map<string, Canary[]>>()
  const add = ({ text, ...canary }: Canary & { readonly text: string }) => {
    const plain = text.slice(0, -mark.length)
    const tail = plain.slice(-TAIL)
    const alike = found.get(tail) ?? new Map<string, Canary[]>()
    const same = alike.get(plain) ?? []
    same.push(canary)
    found.set(tail, alike.set(plain, same))
  }
  const of = (id: number) => ({ company: keyOf('Company', id) })
  const ticketKey = (id: number) => `Ticket ${keyOf('Ticket', id)}`
  const ticket = (id: number) => ({ heldBy: [ticketKey(id)] })
  const reported = Map.groupBy(dataset.tickets, ({ contactId }) => contactId)
  const contact = (id: number) => ({
    heldBy: [`Contact ${keyOf('Contact', id)}`, ...(reported.get(id) ?? []).map((one) => ticketKey(one.id))],
  })
  const staff = new Set(dataset.technicians.map(({ lastName }) => lastName))
  for (const { id, firstName, lastName, companyId } of dataset.contacts) {
    add({ text: `${firstName} ${lastName}`, groups: ['Contacts'], ...of(companyId), ...contact(id) })
  }
  for (const { firstName, lastName } of dataset.technicians)
    add({ text: `${firstName} ${lastName}`, groups: ['Members'] })
  for (const { name, id } of dataset.companies) add({ text: name, groups: ['Companies'], ...of(id) })
  const companyOfTicket = new Map(dataset.tickets.map(({ id, companyId }) => [id, companyId]))
  for (const { id, title, companyId } of dataset.tickets) {
    add({ text: title, groups: ['Tickets'], ...of(companyId), ...ticket(id) })
    // As a dispatcher calls it in HaloPSA's calendar: a text of that entry.
    add({ text: `Visit: ${title}`, groups: ['Schedule Entries'], ...of(companyId), ...ticket(id) })
  }
  for (const { text, kind, ticketId } of dataset.notes)
    add({
      text,
      groups: [kind === 'internal' ? 'Ticket Notes' : 'Client-Facing Notes'],
      ...of(companyOfTicket.get(ticketId) ?? 0),
      ...ticket(ticketId),
    })
  for (const one of dataset.contacts)
    if (!staff.has(one.lastName))
      add({ text: one.lastName, groups: ['Contacts'], ...of(one.companyId), ...contact(one.id) })
  return found
}
