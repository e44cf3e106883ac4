import type { Dataset, Note, Ticket } from '../dataset/index.ts'
import type { Json, Rec } from '../shared/json.ts'
import { day, MATERIAL_CODE, roleId, workTypeId } from './ids.ts'
import { stamp } from './instants.ts'
import {
  type Issues,
  OPPORTUNITY_STAGES,
  priorityValue,
  queueId,
  sourceValue,
  statusValue,
} from './picklists.ts'
import { insert, type State } from './state.ts'
import { setDueTimes } from './tickets.ts'
import { CATEGORY, NOTE_TYPE, PUBLISH, STATUS, TICKET_TYPE } from './values.ts'

const DAY = 86_400_000
/** Time is approved and posted to billing after a while, and then stands. */
const POSTED_AFTER = 60 * DAY

interface Lookup {
  status(ticket: Ticket): number
  priority(ticket: Ticket): number
  technician(identifier: string | undefined): number | undefined
}

function lookup(dataset: Dataset): Lookup {
  const statuses = dataset.boards.flatMap((board) => board.statuses)
  const statusById = new Map(statuses.map(({ id, name }) => [id, statusValue(name)]))
  const priorityById = new Map(dataset.priorities.map(({ id, level }) => [id, priorityValue(level)]))
  const byIdentifier = new Map(dataset.technicians.map(({ id, identifier }) => [identifier, id]))
  return {
    status: (ticket) => statusById.get(ticket.statusId)!,
    priority: (ticket) => priorityById.get(ticket.priorityId)!,
    technician: (identifier) => byIdentifier.get(identifier ?? ''),
  }
}

/** Bundles exist only between a problem and its incidents, so those two decide first. */
function ticketType(dataset: Dataset, ticket: Ticket, typeName: string): number {
  if (dataset.facts.parentTicketIds.includes(ticket.id)) return TICKET_TYPE.problem
  if (ticket.parentId !== undefined) return TICKET_TYPE.incident
  if (ticket.boardId === 2) return TICKET_TYPE.changeRequest
  if (ticket.sourceId === 4) return TICKET_TYPE.alert
  return ['Hardware', 'Software', 'Network', 'Phishing', 'Malware'].includes(typeName)
    ? TICKET_TYPE.incident
    : TICKET_TYPE.serviceRequest
}

function udfs(dataset: Dataset, ticket: Ticket): Rec {
  const values: Rec = {}
  for (const { id, caption, list } of dataset.customFields) {
    const value = ticket.customValues[id]
    if (value === undefined) continue
    if (list) values[caption] = String(list.indexOf(String(value)) + 1)
    else if (typeof value === 'boolean') values[caption] = value ? '1' : '2'
    else values[caption] = id === 33 ? day(Number(value)) : String(value)
  }
  return values
}

/** How often each day's number was given out; they follow the day a ticket was made, not its id. */
function ticketNumbers(tickets: readonly Ticket[]): Map<number, string> {
  const counts = new Map<string, number>()
  const numbers = new Map<number, string>()
  for (const ticket of tickets.toSorted((a, b) => a.createdAt - b.createdAt)) {
    const key = `T${stamp(ticket.createdAt).slice(0, 10).replaceAll('-', '')}`
    const count = (counts.get(key) ?? 0) + 1
    counts.set(key, count)
    numbers.set(ticket.id, `${key}.${String(count).padStart(4, '0')}`)
  }
  return numbers
}

function addTicket(
  state: State,
  find: Lookup,
  ticket: Ticket,
  notes: Note[],
  number: string,
  issues: Issues,
): void {
  const { dataset } = state
  const [description, ...others] = notes
  const resolution = others.findLast((note) => note.kind === 'resolution')
  const status = find.status(ticket)
  const board = dataset.boards.find((candidate) => candidate.id === ticket.boardId)!
  const typeName = board.types.find((type) => type.id === ticket.typeId)!.name
  const owner = dataset.technicians.find((person) => person.id === ticket.ownerId)
  const [device, ...moreDevices] = ticket.deviceIds
  const isSecurity = board.name.startsWith('Security')
  const done = status === STATUS.complete
  const byContact = description?.contactId !== undefined && ticket.createdBy !== 'import'
  const lastVisible = others.findLast((note) => note.kind === 'description')
  const row: Rec = {
    id: ticket.id,
    ticketNumber: number,
    title: ticket.title,
    description: description?.text,
    resolution: resolution?.text,
    status,
    priority: find.priority(ticket),
    queueID: queueId(ticket.boardId),
    ticketType: ticketType(dataset, ticket, typeName),
    ticketCategory: isSecurity
      ? CATEGORY.incident
      : ticket.boardId === 2
        ? CATEGORY.changeRequest
        : CATEGORY.standard,
    issueType: issues.typeOf(ticket.typeId),
    subIssueType: issues.subTypeOf(ticket.typeId, ticket.subTypeId),
    source: sourceValue(ticket.sourceId),
    companyID: ticket.companyId,
    companyLocationID: ticket.siteId,
    contactID: ticket.contactId,
    assignedResourceID: owner?.id,
    assignedResourceRoleID: owner && roleId(owner.workRoleId),
    contractID: ticket.agreementId,
    billingCodeID: workTypeId(1),
    configurationItemID: device,
    serviceLevelAgreementID: ticket.slaId,
    createDate: stamp(ticket.createdAt),
    createdByContactID: byContact ? description.contactId : undefined,
    creatorResourceID: byContact ? undefined : (find.technician(ticket.createdBy) ?? 190),
    creatorType: byContact ? 2 : 1,
    lastActivityDate: stamp(ticket.updatedAt),
    lastTrackedModificationDateTime: stamp(ticket.updatedAt),
    lastActivityPersonType: ticket.customerUpdated ? 2 : 1,
    lastActivityResourceID: ticket.customerUpdated ? undefined : find.technician(ticket.updatedBy),
    lastCustomerVisibleActivityDateTime: lastVisible && stamp(lastVisible.createdAt),
    completedDate: done ? stamp(ticket.closedAt ?? ticket.updatedAt) : undefined,
    completedByResourceID: done ? find.technician(ticket.closedBy) : undefined,
    resolvedDateTime: done ? stamp(ticket.closedAt ?? ticket.updatedAt) : undefined,
    estimatedHours: ticket.budgetHours,
    problemTicketId: ticket.parentId,
    externalID: ticket.externalRef,
    isAssignedToComanaged: false,
    isVisibleToComanaged: false,
    $udfs: udfs(dataset, ticket),
  }
  setDueTimes(state, row)
  row.dueDateTime = ticket.dueAt === undefined ? row.resolvedDueDateTime : stamp(ticket.dueAt)
  const met = done ? String(row.completedDate) <= String(row.resolvedDueDateTime) : undefined
  row.serviceLevelAgreementHasBeenMet = met
  insert(state, 'Tickets', row)
  for (const configurationItemID of moreDevices)
    insert(state, 'TicketAdditionalConfigurationItems', { ticketID: ticket.id, configurationItemID })
  insert(state, 'TicketHistory', {
    ticketID: ticket.id,
    action: 'Created',
    detail: `Ticket ${number} was created.`,
    date: row.createDate,
    resourceID: row.creatorResourceID,
  })
  if (done) addCompletion(state, row, met)
  // The description and the resolution are fields here, the rest of what was said are notes.
  for (const note of others) if (note.kind !== 'resolution') insert(state, 'TicketNotes', noteRow(note))
}

function addCompletion(state: State, row: Rec, met: boolean | undefined): void {
  insert(state, 'TicketHistory', {
    ticketID: row.id,
    action: 'Edited',
    detail: 'status: In Progress -> Complete',
    date: row.completedDate,
    resourceID: row.completedByResourceID,
  })
  const sla = state.dataset.slas.find((candidate) => candidate.id === row.serviceLevelAgreementID)
  insert(state, 'ServiceLevelAgreementResults', {
    ticketID: row.id,
    serviceLevelAgreementName: sla?.name,
    isResolutionMet: met,
    resolutionResourceID: row.completedByResourceID,
  })
}

function noteRow(note: Note): Rec {
  const fromClient = note.contactId !== undefined
  return {
    id: note.id,
    ticketID: note.ticketId,
    title: note.text.slice(0, 60),
    description: note.text,
    noteType: fromClient ? NOTE_TYPE.clientPortal : NOTE_TYPE.taskNotes,
    publish: note.kind === 'description' ? PUBLISH.everybody : PUBLISH.internal,
    creatorResourceID: note.technicianId,
    createdByContactID: note.contactId,
    createDateTime: stamp(note.createdAt),
    lastActivityDate: stamp(note.createdAt),
  }
}

/** A merge in the web interface leaves a system note on both tickets and completes one: nothing else tells of it. */
function addMergeNotes(state: State, ticket: Ticket): void {
  const at = stamp(ticket.updatedAt)
  const note = (ticketID: number, title: string, description: Json) =>
    insert(state, 'TicketNotes', {
      ticketID,
      title,
      description,
      noteType: NOTE_TYPE.merged,
      publish: PUBLISH.internal,
      creatorResourceID: 151,
      createDateTime: at,
      lastActivityDate: at,
    })
  note(ticket.id, 'Ticket Merged', `This ticket was merged into ticket ${ticket.mergedIntoId}.`)
  note(ticket.mergedIntoId!, 'Absorbed Ticket Description', `Ticket ${ticket.id}: ${ticket.title}`)
}

function addTime(state: State, entry: Dataset['timeEntries'][number], parent: Rec, isTask: boolean): void {
  const posted = state.dataset.anchor.getTime() - entry.endsAt > POSTED_AFTER
  const hoursWorked = (entry.endsAt - entry.startsAt) / 3_600_000
  const isNonBillable = entry.billing !== 'Billable'
  insert(state, 'TimeEntries', {
    id: entry.id,
    [isTask ? 'taskID' : 'ticketID']: entry.ticketId,
    timeEntryType: isTask ? 6 : 2,
    resourceID: entry.technicianId,
    roleID: roleId(entry.workRoleId),
    billingCodeID: workTypeId(entry.workTypeId),
    contractID: parent.contractID,
    dateWorked: day(entry.startsAt),
    startDateTime: stamp(entry.startsAt),
    endDateTime: stamp(entry.endsAt),
    hoursWorked,
    hoursToBill: isNonBillable ? 0 : hoursWorked,
    offsetHours: 0,
    isNonBillable,
    showOnInvoice: entry.billing !== 'DoNotBill',
    summaryNotes: entry.notes,
    internalNotes: entry.internalNotes,
    isInternalNotesVisibleToComanaged: false,
    createDateTime: stamp(entry.endsAt),
    creatorUserID: entry.technicianId,
    lastModifiedDateTime: stamp(entry.endsAt),
    lastModifiedUserID: entry.technicianId,
    billingApprovalDateTime: posted ? stamp(entry.endsAt + 7 * DAY) : undefined,
    billingApprovalResourceID: posted ? 151 : undefined,
  })
}

/** A project's work is no ticket here: it is tasks below phases. */
function seedProjects(state: State, notesOf: Map<number, Note[]>): void {
  const { dataset } = state
  const find = lookup(dataset)
  const anchor = dataset.anchor.getTime()
  for (const project of dataset.projects) {
    insert(state, 'Projects', {
      id: project.id,
      projectName: project.name,
      projectNumber: `P20260901.${String(project.id).padStart(4, '0')}`,
      description: project.description,
      companyID: project.companyId,
      projectType: 5,
      status: project.closedAt === undefined ? 8 : 5,
      startDateTime: day(project.startsAt),
      endDateTime: day(project.endsAt),
      completedDateTime: project.closedAt === undefined ? undefined : stamp(project.closedAt),
      completedPercentage: project.percentComplete,
      estimatedTime: project.budgetHours,
      actualHours: 0,
      projectLeadResourceID: project.managerId,
    })
    for (const phase of project.phases)
      insert(state, 'Phases', { id: phase.id, projectID: project.id, title: phase.name })
  }
  for (const one of dataset.opportunities) {
    insert(state, 'Opportunities', {
      id: one.id,
      title: one.name,
      companyID: one.companyId,
      contactID: one.contactId,
      ownerResourceID: one.ownerId,
      stage: OPPORTUNITY_STAGES.indexOf(one.stage) + 1,
      status: one.closedAt === undefined ? 1 : 3,
      probability: one.probability,
      amount: one.amount,
      cost: 0,
      useQuoteTotals: false,
      projectedCloseDate: day(one.expectedAt),
      closedDate: one.closedAt === undefined ? undefined : stamp(one.closedAt),
      createDate: stamp(anchor - 30 * DAY),
    })
  }
  const [project] = dataset.projects
  for (const [index, ticket] of dataset.tickets.filter(({ kind }) => kind === 'project').entries()) {
    const owner = dataset.technicians.find((person) => person.id === ticket.ownerId)
    insert(state, 'Tasks', {
      id: ticket.id,
      projectID: project!.id,
      phaseID: project!.phases[ticket.id % 2]!.id,
      taskNumber: `T20260901.${String(index + 1).padStart(4, '0')}`,
      title: ticket.title,
      description: notesOf.get(ticket.id)?.[0]?.text,
      status: find.status(ticket),
      taskType: 1,
      estimatedHours: ticket.budgetHours,
      endDateTime: ticket.dueAt === undefined ? undefined : stamp(ticket.dueAt),
      assignedResourceID: owner?.id,
      assignedResourceRoleID: owner && roleId(owner.workRoleId),
      createDateTime: stamp(ticket.createdAt),
      lastActivityDateTime: stamp(ticket.updatedAt),
      completedDateTime: ticket.closedAt === undefined ? undefined : stamp(ticket.closedAt),
    })
    for (const note of notesOf.get(ticket.id)?.slice(1) ?? []) {
      const { ticketID, ...row } = noteRow(note)
      insert(state, 'TaskNotes', { ...row, taskID: ticketID })
    }
  }
}

function seedSchedule(state: State, tickets: ReadonlyMap<number, Ticket>): void {
  for (const entry of state.dataset.appointments) {
    const ticket = tickets.get(entry.ticketId)
    if (!ticket) continue
    insert(state, 'ServiceCalls', {
      id: entry.id,
      companyID: ticket.companyId,
      companyLocationID: ticket.siteId,
      description: ticket.title,
      startDateTime: stamp(entry.startsAt),
      endDateTime: stamp(entry.endsAt),
      duration: 1,
      status: entry.done ? 2 : 1,
      isComplete: entry.done ? 1 : 0,
      createDateTime: stamp(ticket.createdAt),
      creatorResourceID: 158,
      lastModifiedDateTime: stamp(ticket.createdAt),
    })
    const link = insert(state, 'ServiceCallTickets', { serviceCallID: entry.id, ticketID: ticket.id })
    insert(state, 'ServiceCallTicketResources', {
      serviceCallTicketID: link.id,
      resourceID: entry.technicianId,
    })
  }
  const monday = Math.floor(state.dataset.anchor.getTime() / DAY) * DAY + 3 * DAY
  for (const person of state.dataset.technicians.filter(({ api, inactive }) => !api && !inactive)) {
    const startDateTime = stamp(monday + 14 * 3_600_000)
    const endDateTime = stamp(monday + 14.5 * 3_600_000)
    const title = 'Weekly one-to-one'
    const created = { createDateTime: stamp(monday - 30 * DAY), creatorResourceID: 151 }
    insert(state, 'Appointments', { resourceID: person.id, title, startDateTime, endDateTime, ...created })
  }
  seedTimeOff(state, monday)
}

/** A day away, an hour at the doctor's, and a day that was refused. */
function seedTimeOff(state: State, day: number): void {
  const asked = (resourceID: number, date: number, more: Rec) =>
    insert(state, 'TimeOffRequests', {
      resourceID,
      requestDate: stamp(date),
      timeOffRequestType: 1,
      createDateTime: stamp(day - 20 * DAY),
      createdByResourceID: resourceID,
      ...more,
    })
  asked(151, day + 6 * DAY, { hours: 8, status: 2, approvedDateTime: stamp(day - 10 * DAY) })
  asked(151, day + 2 * DAY, { hours: 8, status: 3, rejectReason: 'Everybody is needed' })
  asked(152, day + DAY, {
    hours: 1,
    status: 1,
    startTime: stamp(day + DAY + 15 * 3_600_000),
    endTime: stamp(day + DAY + 16 * 3_600_000),
  })
}

function seedCharges(state: State, tickets: ReadonlyMap<number, Ticket>): void {
  const { dataset } = state
  for (const product of dataset.products) {
    const ticket = tickets.get(product.ticketId)
    const item = dataset.catalog.find((candidate) => candidate.id === product.catalogItemId)!
    if (!ticket) continue
    insert(state, 'TicketCharges', {
      id: product.id,
      ticketID: ticket.id,
      productID: item.id,
      billingCodeID: MATERIAL_CODE,
      name: item.name,
      description: item.description,
      datePurchased: day(ticket.createdAt),
      chargeType: 1,
      unitQuantity: product.quantity,
      unitPrice: product.price,
      unitCost: item.cost,
      billableAmount: product.price * product.quantity,
      extendedCost: item.cost * product.quantity,
      isBillableToCompany: true,
      isBilled: ticket.closedAt !== undefined,
      status: ticket.closedAt === undefined ? 1 : 7,
      createDate: stamp(ticket.createdAt),
      creatorResourceID: ticket.ownerId ?? 151,
    })
  }
}

/** The data set knows one owner and one contact; some tickets have a second of each here. */
function seedTeams(state: State, tickets: readonly Ticket[]): void {
  const { dataset } = state
  for (const ticket of tickets.filter((_, index) => index % 25 === 0)) {
    const second = dataset.technicians.find((person) => person.id !== ticket.ownerId && !person.inactive)
    if (ticket.ownerId !== undefined && second) {
      const team = { ticketID: ticket.id, resourceID: second.id, roleID: roleId(second.workRoleId) }
      insert(state, 'TicketSecondaryResources', team)
    }
    const other = dataset.contacts.find(
      (person) => person.companyId === ticket.companyId && person.id !== ticket.contactId && !person.inactive,
    )
    if (other) insert(state, 'TicketAdditionalContacts', { ticketID: ticket.id, contactID: other.id })
  }
}

export function seedTickets(state: State, issues: Issues): void {
  const { dataset } = state
  const service = dataset.tickets.filter(({ kind }) => kind === 'service')
  const byId = new Map(service.map((ticket) => [ticket.id, ticket]))
  const notesOf = Map.groupBy(dataset.notes, (note) => note.ticketId)
  const numbers = ticketNumbers(service)
  const find = lookup(dataset)
  for (const ticket of service) {
    // The first that was written is the description, also where its date was moved.
    const notes = (notesOf.get(ticket.id) ?? []).toSorted((a, b) => a.id - b.id)
    addTicket(state, find, ticket, notes, numbers.get(ticket.id)!, issues)
  }
  // Last, because these notes take the first numbers that are free.
  for (const ticket of service) if (ticket.mergedIntoId !== undefined) addMergeNotes(state, ticket)
  seedTeams(state, service)
  seedProjects(state, notesOf)
  for (const entry of dataset.timeEntries) {
    const ticket = state.tables.get('Tickets')?.rows.get(entry.ticketId)
    addTime(state, entry, ticket ?? {}, !ticket)
  }
  for (const task of dataset.tasks) {
    if (!byId.has(task.ticketId)) continue
    insert(state, 'TicketChecklistItems', {
      id: task.id,
      ticketID: task.ticketId,
      itemName: task.text,
      position: task.order,
      isImportant: task.order === 1,
      isCompleted: task.done,
      completedDateTime: task.done ? stamp(byId.get(task.ticketId)!.updatedAt) : undefined,
      completedByResourceID: task.done ? byId.get(task.ticketId)!.ownerId : undefined,
    })
  }
  for (const attachment of dataset.attachments) {
    const ticket = byId.get(attachment.ticketId)
    if (!ticket) continue
    const info: Rec = {
      id: attachment.id,
      ticketID: ticket.id,
      parentID: ticket.id,
      parentType: 4,
      attachmentType: 'FILE_ATTACHMENT',
      title: attachment.title,
      fullPath: attachment.fileName,
      contentType: 'text/plain',
      publish: PUBLISH.internal,
      fileSize: Buffer.byteLength(attachment.content),
      attachDate: stamp(ticket.createdAt),
      attachedByResourceID: ticket.ownerId ?? 151,
      creatorType: 1,
    }
    insert(state, 'AttachmentInfo', info)
    insert(state, 'TicketAttachments', {
      ...info,
      data: Buffer.from(attachment.content).toString('base64'),
    })
  }
  seedSchedule(state, byId)
  seedCharges(state, byId)
}
