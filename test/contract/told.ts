import type { Vendor } from '../../schema/source.ts'
import type { Dataset, Status, Ticket } from '../../simulators/dataset/index.ts'
import { sysIdOf } from '../../simulators/servicenow/index.ts'

/** A moment as the unified schema writes it. */
export const iso = (at: number | undefined) =>
  at === undefined ? null : `${new Date(at).toISOString().slice(0, 19)}Z`

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

/** The MSP's own company in the data set. */
const MSP = 2

interface Named {
  readonly name: string
}

/** The words of one vendor for the records of the data set: plain facts of its tenant, nothing of ours. */
interface Words {
  /** Whether the vendor counts it as a ticket at all. */
  readonly isTicket: (ticket: Ticket, dataset: Dataset) => boolean
  readonly key: (type: string, id: number) => string
  readonly number: (ticket: Ticket, dataset: Dataset) => string
  readonly status: (status: Status) => string
  readonly priority: (priority: { readonly name: string; readonly level: string }) => string
  readonly type: (ticket: Ticket, dataset: Dataset) => string
  readonly board: (board: { readonly name: string; readonly teams: readonly Named[] }) => string
  readonly login: (technician: { readonly identifier: string; readonly email: string }) => string
}

const plainKey = (_type: string, id: number) => String(id)
const typeName = (ticket: Ticket, { boards }: Dataset) =>
  boards.find(({ id }) => id === ticket.boardId)!.types.find(({ id }) => id === ticket.typeId)!.name

const autotaskNumbers = new WeakMap<Dataset, Map<number, string>>()

/** Counted by the day on which a ticket was made. */
function autotaskNumber(ticket: Ticket, dataset: Dataset): string {
  let numbers = autotaskNumbers.get(dataset)
  if (numbers === undefined) {
    numbers = new Map()
    const service = dataset.tickets.filter(({ kind }) => kind === 'service')
    const byDay = Map.groupBy(
      service.toSorted((a, b) => a.createdAt - b.createdAt),
      ({ createdAt }) => new Date(createdAt).toISOString().slice(0, 10).replaceAll('-', ''),
    )
    for (const [day, tickets] of byDay)
      for (const [index, { id }] of tickets.entries())
        numbers.set(id, `T${day}.${String(index + 1).padStart(4, '0')}`)
    autotaskNumbers.set(dataset, numbers)
  }
  return numbers.get(ticket.id)!
}

function autotaskType(ticket: Ticket, dataset: Dataset): string {
  if (dataset.facts.parentTicketIds.includes(ticket.id)) return 'Problem'
  if (ticket.parentId !== undefined) return 'Incident'
  if (ticket.boardId === 2) return 'Change Request'
  if (ticket.sourceId === 4) return 'Alert'
  const incidents = ['Hardware', 'Software', 'Network', 'Phishing', 'Malware']
  return incidents.includes(typeName(ticket, dataset)) ? 'Incident' : 'Service Request'
}

function haloType({ boardId, itemId }: Ticket, { boards }: Dataset): string {
  const item = boards.find(({ id }) => id === boardId)!.items.find(({ id }) => id === itemId)?.name
  if (boardId === 1) return item === 'Request' ? 'Service Request' : 'Incident'
  return ['Change Request', 'Security Incident', 'Onboarding', 'Task'][boardId - 2]!
}

/** Tables of ServiceNow that hold the data set's records, by our names. */
const SYS_KINDS: Readonly<Record<string, string>> = {
  Ticket: 'ticket',
  Company: 'company',
  Contact: 'contact',
  Member: 'technician',
  Board: 'board',
  TimeEntry: 'time',
  Site: 'site',
  ConfigurationItem: 'device',
  Product: 'catalog',
  Article: 'article',
  Agreement: 'agreement',
  Sla: 'sla',
  TicketTask: 'task',
  Attachment: 'attachment',
  Project: 'project',
  ProjectTask: 'ticket',
}
const SERVICENOW_STATUS: Readonly<Record<string, string>> = {
  New: 'New',
  'Waiting on Client': 'On Hold: Awaiting Caller',
  'Waiting on Vendor': 'On Hold: Awaiting Vendor',
  'Awaiting Approval': 'On Hold: Awaiting Change',
  Completed: 'Resolved',
  Closed: 'Closed',
  Merged: 'Closed',
}

const WORDS: Readonly<Record<Vendor, Words>> = {
  connectwise: {
    isTicket: ({ kind }) => kind === 'service',
    key: plainKey,
    number: ({ id }) => String(id),
    status: ({ name }) => name,
    priority: ({ name }) => name,
    type: typeName,
    board: ({ name }) => name,
    login: ({ identifier }) => identifier,
  },
  autotask: {
    isTicket: ({ kind }) => kind === 'service',
    // Queues have numbers of their own, and the MSP itself is company 0.
    key: (type, id) => String(type === 'Board' ? 29_682_830 + id : type === 'Company' && id === MSP ? 0 : id),
    number: autotaskNumber,
    status: ({ name }) => (name === 'Closed' || name === 'Merged' ? 'Complete' : name),
    priority: ({ level }) => level,
    type: autotaskType,
    board: ({ name }) => name,
    login: ({ identifier }) => identifier,
  },
  halo: {
    // A merged ticket is hidden; a project's tasks are tickets of a type of their own.
    isTicket: ({ mergedIntoId }) => mergedIntoId === undefined,
    key: (type, id) => String(type === 'Board' ? 20 + id : id),
    number: ({ id }) => String(id),
    status: ({ name }) => (name === 'Merged' ? 'Closed' : name === 'Old: On Hold' ? 'On Hold' : name),
    priority: ({ name }) => name,
    type: haloType,
    board: ({ teams }) => teams[0]!.name,
    login: ({ email }) => email,
  },
  servicenow: {
    isTicket: (ticket, dataset) =>
      ticket.kind === 'service' && ticket.boardId !== 4 && typeName(ticket, dataset) !== 'Change',
    key: (type, id) => {
      const sysId = sysIdOf(SYS_KINDS[type] ?? type, id)
      // A table comes first where ids alone do not tell it.
      const table = { Ticket: 'incident.', TicketTask: 'incident_task.' }[type] ?? ''
      return `${table}${sysId}`
    },
    number: ({ id }) => `INC${String(id).padStart(7, '0')}`,
    status: ({ name }) => SERVICENOW_STATUS[name] ?? 'In Progress',
    priority: ({ level }) => (level === 'Medium' ? 'Moderate' : level),
    type: typeName,
    board: ({ name }) => name,
    login: ({ identifier }) => identifier,
  },
}

const BELOW: Readonly<Record<Vendor, readonly string[]>> = {
  connectwise: ['Site', 'TicketTask', 'Attachment'],
  autotask: [],
  halo: ['TicketTask', 'Attachment'],
  servicenow: [],
}

const byId = <T extends { readonly id: number }>(list: readonly T[]) =>
  new Map(list.map((one) => [one.id, one]))

/** What a vendor's answers must say, worked out from the neutral records by plain computation. */
export function toldBy(vendor: Vendor, slug: string, dataset: Dataset) {
  const words = WORDS[vendor]
  const companies = byId([dataset.msp, ...dataset.companies])
  const contacts = byId(dataset.contacts)
  const members = byId(dataset.technicians)
  const boards = byId(dataset.boards)
  const priorities = byId(dataset.priorities)
  const statuses = byId(dataset.boards.flatMap((board) => board.statuses))
  const tickets = dataset.tickets.filter((ticket) => words.isTicket(ticket, dataset))
  const parents = new Map([
    ['Site', new Map(dataset.sites.map((site) => [site.id, site.companyId]))],
    ['TicketTask', new Map(dataset.tasks.map((task) => [task.id, task.ticketId]))],
    ['Attachment', new Map(dataset.attachments.map((file) => [file.id, file.ticketId]))],
  ])
  const id = (type: string, record: number) => {
    // Some stand below what they belong to: sites below their companies, and what hangs on a ticket below it.
    const isBelow = BELOW[vendor].includes(type)
    const below = isBelow ? `${parents.get(type)?.get(record)}.` : ''
    return `${slug}:${type}:${below}${words.key(type, record)}`
  }
  // Where two were made in the same second, the vendor's own ids decide.
  const keyOrder = (a: Ticket, b: Ticket) => {
    const [x, y] = [words.key('Ticket', a.id), words.key('Ticket', b.id)]
    return vendor === 'servicenow' ? (x < y ? -1 : x > y ? 1 : 0) : a.id - b.id
  }
  return {
    id,
    tickets,
    keyOrder,
    newestFirst: (a: Ticket, b: Ticket) => b.createdAt - a.createdAt || keyOrder(b, a),
    number: (ticket: Ticket) => words.number(ticket, dataset),
    company: (ticket: Ticket) => companies.get(ticket.companyId)!,
    contact: (ticket: Ticket) => (ticket.contactId === undefined ? null : contacts.get(ticket.contactId)!),
    member: (ticket: Ticket) => (ticket.ownerId === undefined ? null : members.get(ticket.ownerId)!),
    login: words.login,
    status: (ticket: Ticket) => words.status(statuses.get(ticket.statusId)!),
    category: (ticket: Ticket) => {
      const { name } = statuses.get(ticket.statusId)!
      // Only what the vendor's own word keeps apart can be told apart.
      return CATEGORIES[vendor === 'servicenow' && name === 'Old: On Hold' ? 'In Progress' : name]!
    },
    priority: (ticket: Ticket) => {
      const found = priorities.get(ticket.priorityId)!
      return { name: words.priority(found), rank: found.sort }
    },
    sla: (ticket: Ticket) => dataset.slas.find(({ id: sla }) => sla === ticket.slaId)!,
    type: (ticket: Ticket) => words.type(ticket, dataset),
    board: (ticket: Ticket) => words.board(boards.get(ticket.boardId)!),
    parent: (ticket: Ticket) => {
      // Halo hangs a project's tasks on the project; for ServiceNow a duplicate's parent is what it repeats.
      const parent =
        vendor === 'halo' && ticket.kind === 'project'
          ? dataset.projects[0]!.id
          : vendor === 'servicenow'
            ? (ticket.mergedIntoId ?? ticket.parentId)
            : ticket.parentId
      return parent === undefined ? null : { id: id('Ticket', parent) }
    },
    closed: (ticket: Ticket) => statuses.get(ticket.statusId)!.closed,
  }
}

export type Told = ReturnType<typeof toldBy>

export const fullName = (person: { firstName: string; lastName: string } | null) =>
  person === null ? null : `${person.firstName} ${person.lastName}`.trim()
