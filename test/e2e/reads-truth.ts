import type { ConnectWiseSimulator, JournalEntry } from '../../simulators/connectwise/index.ts'
import type { Dataset, Note, Ticket, TimeEntry } from '../../simulators/dataset/index.ts'

/** A moment as the unified schema writes it. */
export const iso = (at: number | undefined) =>
  at === undefined ? null : `${new Date(at).toISOString().slice(0, 19)}Z`

const BILLING = { Billable: 'BILLABLE', NoCharge: 'NO_CHARGE', DoNotBill: 'DO_NOT_BILL' } as const
const KINDS = { description: 'DESCRIPTION', internal: 'INTERNAL', resolution: 'RESOLUTION' } as const
const CATEGORIES: Readonly<Record<string, string>> = {
  New: 'NEW',
  Assigned: 'ACTIVE',
  'In Progress': 'ACTIVE',
  Scheduled: 'ACTIVE',
  Contained: 'ACTIVE',
  'Waiting on Client': 'WAITING_CLIENT',
  'Waiting on Vendor': 'WAITING_OTHER',
  'Awaiting Approval': 'WAITING_OTHER',
  'Old: On Hold': 'WAITING_OTHER',
  Completed: 'RESOLVED',
  Closed: 'CLOSED',
  Merged: 'CLOSED',
}

/**
 * The answers that the data set calls for, worked out from its neutral records and from nothing of ours: what the
 * schema promises, in plain computation.
 */
export function truthOf(dataset: Dataset, connection = 'acme-cw') {
  const byId = <T extends { readonly id: number }>(list: readonly T[]) =>
    new Map(list.map((one) => [one.id, one]))
  const companies = byId([dataset.msp, ...dataset.companies])
  const contacts = byId(dataset.contacts)
  const members = byId(dataset.technicians)
  const boards = byId(dataset.boards)
  const priorities = byId(dataset.priorities)
  const tickets = byId(dataset.tickets.filter(({ kind }) => kind === 'service'))
  const statuses = byId(dataset.boards.flatMap((board) => board.statuses))
  const types = new Map(
    dataset.boards.flatMap((board) => board.types.map((type) => [`${board.id}/${type.id}`, type])),
  )
  const of = <T>(map: ReadonlyMap<number, T>, id: number | undefined): T | null =>
    id === undefined ? null : (map.get(id) ?? null)
  const group = <T extends { readonly ticketId: number }>(list: readonly T[]) =>
    Map.groupBy(list, (one) => one.ticketId)
  const notes = group(dataset.notes)
  const timeEntries = group(dataset.timeEntries)
  const fullName = (person: { firstName: string; lastName: string } | null) =>
    person === null ? null : `${person.firstName} ${person.lastName}`.trim()

  return {
    id: (type: string, key: string | number) => `${connection}:${type}:${key}`,
    /** Service tickets alone: project tickets are another group, behind another door. */
    tickets: [...tickets.values()],
    company: (id: number | undefined) => of(companies, id),
    contact: (id: number | undefined) => of(contacts, id),
    member: (id: number | undefined) => of(members, id),
    fullName,
    board: (id: number) => of(boards, id)!,
    priority: (id: number) => of(priorities, id)!,
    status: (id: number) => of(statuses, id)!,
    category: (id: number) => CATEGORIES[of(statuses, id)!.name]!,
    type: (ticket: Ticket) => types.get(`${ticket.boardId}/${ticket.typeId}`)!,
    /** Oldest first, as things happened. */
    notes: (ticket: number): readonly Note[] =>
      [...(notes.get(ticket) ?? [])].sort((a, b) => a.createdAt - b.createdAt || a.id - b.id),
    kind: (note: Note) => KINDS[note.kind],
    author: (note: Note) => fullName(of(members, note.technicianId) ?? of(contacts, note.contactId)),
    /** In the order of being entered, which the data set takes to be at the end of the work. */
    timeEntries: (ticket: number): readonly TimeEntry[] =>
      [...(timeEntries.get(ticket) ?? [])].sort((a, b) => a.endsAt - b.endsAt || a.id - b.id),
    hours: (entry: TimeEntry) => (entry.endsAt - entry.startsAt) / 3_600_000,
    billing: (entry: TimeEntry) => BILLING[entry.billing],
    open: (ticket: Ticket) => ticket.closedAt === undefined,
    waitingSince: (ticket: Ticket) => (ticket.closedAt === undefined ? ticket.updatedAt : undefined),
  }
}

export type Truth = ReturnType<typeof truthOf>

/** The vendor's address of a request without the tenant's release in it. */
export const route = ({ method, path }: JournalEntry) =>
  `${method} ${path.replace(/^\/[^/]+\/apis\/3\.0/, '')}`

/** Everything asked of the vendor but for the discovery of its release, which counts like a token. */
export const asked = (journal: readonly JournalEntry[]) =>
  journal.filter(({ path }) => !path.startsWith('/login/'))

/** Requests that are sent more than once, word for word. */
export function repeated(journal: readonly JournalEntry[]): readonly string[] {
  const seen = new Map<string, number>()
  for (const { method, path, query, body } of journal) {
    const key = JSON.stringify([method, path, Object.entries(query).sort(), body ?? null])
    seen.set(key, (seen.get(key) ?? 0) + 1)
  }
  return [...seen].filter(([, times]) => times > 1).map(([key]) => key)
}

/** Members that each kind of request asks for, sorted, with the records' own ids taken out of the paths. */
export function fieldsAsked(journal: readonly JournalEntry[]): Readonly<Record<string, readonly string[]>> {
  const found = new Map<string, Set<string>>()
  for (const entry of journal) {
    const name = route(entry).replaceAll(/\/\d+/g, '/{id}')
    const fields = found.get(name) ?? new Set()
    for (const field of (entry.query.fields ?? '(all)').split(',')) fields.add(field)
    found.set(name, fields)
  }
  return Object.fromEntries([...found].map(([name, fields]) => [name, [...fields].sort()]))
}

/** Newest first: by creation, and by id where two were made in the same second. */
export const newestFirst = (a: Ticket, b: Ticket) => b.createdAt - a.createdAt || b.id - a.id

/** What the vendor is to do wrong next; simulators/README.md tells the kinds. */
export async function playFault(
  simulator: ConnectWiseSimulator,
  fault: Record<string, unknown>,
): Promise<void> {
  const { status } = await fetch(`${simulator.url}/__faults`, { method: 'POST', body: JSON.stringify(fault) })
  if (status !== 201) throw new Error(`Expected the simulator to take the fault, got ${status}`)
}

export async function stopFaults(simulator: ConnectWiseSimulator): Promise<void> {
  await fetch(`${simulator.url}/__faults`, { method: 'DELETE' })
}
