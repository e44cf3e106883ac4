import type { Random } from './prng.ts'
import { awkwardTitles, chatter, type Scenario, scenarios } from './texts.ts'
import type { Board, Dataset, Note, Status, Ticket } from './types.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const REGULAR = 1_900
const IMPORTED = 100
/** Days before the anchor between which nobody opened a ticket. */
const GAP = { from: 300, to: 210 }

type Base = Omit<
  Dataset,
  'tickets' | 'notes' | 'timeEntries' | 'appointments' | 'products' | 'tasks' | 'attachments' | 'facts'
>

const floor = (instant: number) => Math.floor(instant / 1000) * 1000

/** The older a ticket, the likelier it is closed; a few are simply forgotten. */
function statusFor(random: Random, board: Board, ageInDays: number): Status {
  const usable = board.statuses.filter((status) => !status.inactive && status.name !== 'Merged')
  const closed = usable.find((status) => status.closed)!
  const closedShare = ageInDays > 60 ? 0.97 : ageInDays > 14 ? 0.8 : 0.35
  return random.chance(closedShare) ? closed : random.pick(usable.filter((status) => !status.closed))
}

export function buildTickets(random: Random, base: Base) {
  const anchor = base.anchor.getTime()
  const tickets: Ticket[] = []
  const notes: Note[] = []
  const timeEntries: Dataset['timeEntries'] = []
  const appointments: Dataset['appointments'] = []
  const products: Dataset['products'] = []
  const tasks: Dataset['tasks'] = []
  const attachments: Dataset['attachments'] = []
  const active = base.technicians.filter((technician) => !technician.api && !technician.inactive)
  const byCompany = <T extends { companyId: number }>(list: readonly T[]) =>
    Map.groupBy(list, (item) => item.companyId)
  const contactsOf = byCompany(base.contacts)
  const devicesOf = byCompany(base.devices)
  const sitesOf = byCompany(base.sites)
  const agreementsOf = byCompany(base.agreements)

  const note = (
    ticket: Ticket,
    kind: Note['kind'],
    text: string,
    createdAt: number,
    from: 'us' | 'client',
  ) => {
    const contactId = from === 'client' ? ticket.contactId : undefined
    const technicianId = contactId === undefined ? (ticket.ownerId ?? random.pick(active).id) : undefined
    const at = floor(Math.min(createdAt, ticket.updatedAt))
    notes.push({
      id: 50_001 + notes.length,
      ticketId: ticket.id,
      kind,
      text,
      createdAt: at,
      technicianId,
      contactId,
    })
  }

  const addTicket = (id: number, createdAt: number, board: Board, kind: Ticket['kind'], title?: string) => {
    const company = random.pick(base.companies)
    const site = random.pick(sitesOf.get(company.id)!)
    const contact = random.chance(0.06) ? undefined : random.pick(contactsOf.get(company.id)!)
    const device = random.pick(devicesOf.get(company.id)!)
    const scene: Scenario = random.pick(scenarios[board.name]!)
    const fill = (text: string) =>
      text
        .replaceAll('{user}', contact ? `${contact.firstName} ${contact.lastName}` : 'a user')
        .replaceAll('{device}', device.name)
        .replaceAll('{site}', site.name)
        .replaceAll('{company}', company.name)
    const status = statusFor(random, board, (anchor - createdAt) / DAY)
    const type = board.types.find((candidate) => candidate.name === scene.type)!
    const triple = random.pick(board.triples.filter((candidate) => candidate.typeId === type.id))
    const owner = status.name === 'New' || random.chance(0.12) ? undefined : random.pick(active)
    const worked = Math.min(random.int(2, 200) * HOUR, (anchor - createdAt) * (0.2 + 0.7 * random.next()))
    const updatedAt = floor(createdAt + worked)
    const priority = random.chance(0.05) ? base.priorities[0]! : random.pick(base.priorities.slice(1))
    const agreement = random.chance(0.8) ? agreementsOf.get(company.id)![0] : undefined
    const weight = priority.id <= 2 ? 'High' : priority.id === 3 ? 'Medium' : 'Low'
    const closer = owner ?? active[0]!
    const ticket: Ticket = {
      id,
      kind,
      title: (title ?? fill(scene.title)).slice(0, 100),
      boardId: board.id,
      statusId: status.id,
      typeId: type.id,
      subTypeId: triple.subTypeId,
      itemId: random.chance(0.6) ? triple.itemId : undefined,
      priorityId: priority.id,
      companyId: company.id,
      siteId: site.id,
      contactId: contact?.id,
      teamId: board.teams[0]!.id,
      ownerId: owner?.id,
      sourceId: random.pick(base.sources).id,
      agreementId: agreement?.id,
      slaId: agreement?.slaId ?? 1,
      severity: weight,
      impact: weight,
      createdAt: floor(createdAt),
      createdBy: random.chance(0.3) ? 'zadmin' : random.pick(active).identifier,
      updatedAt,
      updatedBy: closer.identifier,
      closedAt: status.closed ? updatedAt : undefined,
      closedBy: status.closed ? closer.identifier : undefined,
      dueAt: random.chance(0.3) ? Math.floor(createdAt / DAY) * DAY + 3 * DAY : undefined,
      budgetHours: random.chance(0.2) ? random.int(1, 12) : undefined,
      customerUpdated: false,
      deviceIds: scene.title.includes('{device}') || random.chance(0.15) ? [device.id] : [],
      customValues: {},
    }
    if (ticket.deviceIds.length > 0) ticket.customValues[31] = `AT-${device.id}`
    if (board.id === 2) ticket.customValues[32] = random.chance(0.5)
    if (board.id === 2 && random.chance(0.5)) ticket.customValues[33] = floor(createdAt) + 5 * DAY
    if (random.chance(0.2)) ticket.customValues[34] = random.int(1, 40)
    if (status.closed && random.chance(0.4))
      ticket.customValues[35] = random.pick(base.customFields[4]!.list!)
    tickets.push(ticket)

    note(ticket, 'description', fill(scene.description), createdAt, 'client')
    const step = Math.max(worked / 6, 60_000)
    scene.internal.forEach((text, n) => {
      if (random.chance(0.75)) note(ticket, 'internal', fill(text), createdAt + step * (n + 1), 'us')
    })
    for (const text of scene.client) {
      if (ticket.contactId !== undefined && random.chance(0.35)) {
        note(ticket, 'description', fill(text), createdAt + step * 4, 'client')
        // Only an open ticket still waits for somebody to read what the client wrote.
        ticket.customerUpdated = !status.closed && random.chance(0.7)
      }
    }
    if (status.stage === 'Resolved') note(ticket, 'resolution', fill(scene.resolution), updatedAt, 'us')
    const sessions = owner && random.chance(0.8) ? random.int(1, 3) : 0
    for (let n = 0; n < sessions; n++) {
      const workType = random.pick(base.workTypes.slice(0, 4))
      const startsAt = floor((createdAt + step * (n + 1)) / 900_000) * 900_000
      timeEntries.push({
        id: 70_001 + timeEntries.length,
        ticketId: id,
        technicianId: owner!.id,
        workTypeId: workType.id,
        workRoleId: owner!.workRoleId,
        startsAt,
        endsAt: startsAt + random.int(1, 8) * 900_000,
        notes: fill(random.pick(scene.internal)),
        internalNotes: random.chance(0.2) ? 'Client was friendly about the wait.' : undefined,
        billing: workType.billing,
      })
    }
    if (owner && random.chance(0.08)) {
      const startsAt = floor((createdAt + DAY) / HOUR) * HOUR
      appointments.push({
        id: 8_001 + appointments.length,
        ticketId: id,
        technicianId: owner.id,
        startsAt,
        endsAt: startsAt + HOUR,
        done: status.closed,
      })
    }
    if (random.chance(0.05)) {
      const item = random.pick(base.catalog.filter(({ retired }) => !retired))
      products.push({
        id: 9_001 + products.length,
        ticketId: id,
        catalogItemId: item.id,
        quantity: random.int(1, 5),
        price: item.price,
      })
    }
    if (random.chance(0.06)) {
      ;['Confirm with the client', 'Do the work', 'Document it'].forEach((text, order) => {
        tasks.push({ id: 12_001 + tasks.length, ticketId: id, text, done: status.closed, order: order + 1 })
      })
    }
    if (random.chance(0.03)) {
      const fileName = `screenshot-${id}.txt`
      attachments.push({
        id: 14_001 + attachments.length,
        ticketId: id,
        title: 'Screenshot text',
        fileName,
        content: `Error seen on ${device.name}`,
      })
    }
    return ticket
  }

  const serviceBoards = base.boards.filter((board) => !board.project)
  const weighted = serviceBoards.flatMap((board, index) => Array<Board>([12, 3, 3, 2][index]!).fill(board))
  // More of the work is recent, and none of it falls into the gap.
  const ages: number[] = []
  while (ages.length < REGULAR) {
    const age = 720 * random.next() ** 1.6
    if (age <= GAP.to || age >= GAP.from) ages.push(age)
  }
  ages.sort((a, b) => b - a)
  let id = 41_000
  for (const age of ages) {
    id += random.int(1, 3) // numbers that spam and tests used up
    addTicket(id, anchor - age * DAY, random.pick(weighted), 'service')
  }
  // The acquired practice's old tickets came in last: high numbers, old dates, in no order.
  const importedTicketIds: number[] = []
  for (let n = 0; n < IMPORTED; n++) {
    const ticket = addTicket(
      90_001 + n,
      anchor - random.int(800, 1100) * DAY - random.int(0, 86_399) * 1000,
      weighted[0]!,
      'service',
    )
    ticket.externalRef = `LEGACY-${7000 + n}`
    ticket.createdBy = 'import'
    importedTicketIds.push(ticket.id)
  }

  const open = tickets.filter(
    (ticket) => ticket.closedAt === undefined && ticket.boardId === 1 && ticket.contactId,
  )
  const longTicketIds: number[] = []
  for (const [ticket, count] of [
    [open.at(-60)!, 230],
    [open.at(-30)!, 260],
  ] as const) {
    ticket.title = `Intermittent ERP crash, case with the vendor (${count} updates)`
    ticket.createdAt -= 40 * DAY
    for (let n = 0; n < count; n++) {
      const at = ticket.createdAt + ((ticket.updatedAt - ticket.createdAt) / count) * n
      const text = random.pick(chatter).replaceAll('{time}', new Date(floor(at)).toISOString().slice(11, 16))
      note(
        ticket,
        n % 5 === 4 ? 'description' : 'internal',
        `${n + 1}. ${text}`,
        at,
        n % 10 === 9 ? 'client' : 'us',
      )
    }
    longTicketIds.push(ticket.id)
  }

  const awkwardTicketIds = awkwardTitles.map((title, n) => {
    const ticket = open.at(-(70 + n))!
    ticket.title = title
    return ticket.id
  })

  // Bundles: one outage, several callers.
  const parentTicketIds: number[] = []
  for (const offset of [5, 15, 25]) {
    const parent = open.at(-offset)!
    for (const child of [open.at(-(offset + 1))!, open.at(-(offset + 2))!, open.at(-(offset + 3))!]) {
      if (!longTicketIds.includes(child.id)) child.parentId = parent.id
    }
    parentTicketIds.push(parent.id)
  }

  const mergedStatus = base.boards[0]!.statuses.find((status) => status.name === 'Merged')!
  const mergedTicketIds: number[] = []
  for (const offset of [40, 45, 50, 55]) {
    const merged = open.at(-offset)!
    Object.assign(merged, {
      mergedIntoId: open.at(-(offset + 1))!.id,
      statusId: mergedStatus.id,
      closedAt: merged.updatedAt,
      closedBy: 'jdoe',
      customerUpdated: false,
    })
    mergedTicketIds.push(merged.id)
  }

  const projectBoard = base.boards.find((board) => board.project)!
  for (let n = 0; n < 40; n++)
    addTicket(60_001 + n, anchor - random.int(1, 200) * DAY, projectBoard, 'project')

  const facts = {
    longTicketIds,
    gap: { from: floor(anchor - GAP.from * DAY), to: floor(anchor - GAP.to * DAY) },
    importedTicketIds,
    parentTicketIds,
    mergedTicketIds,
    awkwardTicketIds,
  }
  return { tickets, notes, timeEntries, appointments, products, tasks, attachments, facts }
}
