import type { Board, Dataset, Note, Ticket, TimeEntry } from '../dataset/index.ts'
import type { Rec } from '../shared/json.ts'
import { authorOf, newAction, textPair, timeFields } from './action-row.ts'
import { stamp } from './dates.ts'
import { OUTCOME, STATUS, statusIds, TYPE, typeOfBoard, UNASSIGNED } from './seed-setup.ts'
import { addAction, find, insert, rowsOf, type State } from './state.ts'
import { refreshTicket } from './ticket-derived.ts'

const HOUR = 3_600_000
const EMAIL_SOURCE = 1
const levels = { High: 1, Medium: 2, Low: 3 } as const

/** What a ticket that nobody filled in has. */
export const blankTicket: Rec = {
  use: 'ticket',
  details: '',
  details_html: '',
  agent_id: UNASSIGNED,
  category_1: '',
  category_2: '',
  category_3: '',
  category_4: '',
  categoryid_1: 0,
  categoryid_2: 0,
  categoryid_3: 0,
  categoryid_4: 0,
  impact: 3,
  urgency: 3,
  source: 0,
  estimate: 0,
  parent_id: 0,
  contract_id: 0,
  reportedby: '',
  onhold: false,
  flagged: false,
  excludefromsla: false,
  showforusers: true,
  merged_into_id: 0,
  hasbeenclosed: false,
  emailtolist: '',
  emailcclist: '',
  dateclosed: '',
  deadlinedate: '',
  followupdate: '',
  startdate: '',
  targetdate: '',
  fixbydate: '',
  respondbydate: '',
  responsedate: '',
  closure_note: '',
  closure_agent_id: 0,
  milestone_id: 0,
  supplier_id: 0,
}

export function seedTickets(state: State): void {
  const { dataset } = state
  const boards = new Map(dataset.boards.map((board) => [board.id, board]))
  seedProjects(state)
  for (const ticket of dataset.tickets)
    insert(state, 'tickets', ticketRow(state, ticket, boards.get(ticket.boardId)!))
  seedActions(state)
  seedBelongings(state)
  // Past the data set's own time entries, whose ids they keep.
  state.tables.events.nextId = 200_001
  for (const ticket of rowsOf(state, 'tickets')) refreshTicket(state, ticket)
}

function categoriesOf(state: State, board: Board, ticket: Ticket): Rec {
  const named = (list: readonly { id: number; name: string }[], id?: number) =>
    list.find((candidate) => candidate.id === id)?.name
  const path = [named(board.types, ticket.typeId), named(board.subTypes, ticket.subTypeId)]
    .filter(Boolean)
    .join('>')
  const item = named(board.items, ticket.itemId) ?? ''
  const idOf = (value: string, level: number) =>
    Number(rowsOf(state, 'categories').find((row) => row.value === value && row.type_id === level)?.id ?? 0)
  return {
    category_1: path,
    categoryid_1: idOf(path, 1),
    category_2: item,
    categoryid_2: item ? idOf(item, 2) : 0,
  }
}

function ticketRow(state: State, ticket: Ticket, board: Board): Rec {
  const item = board.items.find((candidate) => candidate.id === ticket.itemId)?.name
  const status = board.statuses.find((candidate) => candidate.id === ticket.statusId)!
  const closed = ticket.closedAt !== undefined
  const contact = ticket.contactId === undefined ? undefined : find(state, 'users', ticket.contactId)
  const team = board.teams.find((candidate) => candidate.id === ticket.teamId)!
  // Client, site and user agree in this product: the contact decides, and the site's stand-in where there is none.
  const siteId = Number(contact?.site_id ?? ticket.siteId)
  const generalUser = siteId + 5_000
  const creator = state.dataset.technicians.find((technician) => technician.identifier === ticket.createdBy)
  return {
    ...blankTicket,
    id: ticket.id,
    summary: ticket.title,
    tickettype_id: typeOfBoard(ticket.boardId, item),
    status_id: statusIds[status.name]!,
    sla_id: ticket.slaId,
    priority_id: ticket.priorityId,
    client_id: ticket.companyId,
    site_id: siteId,
    user_id: ticket.contactId ?? generalUser,
    reportedby: String(contact?.name ?? ''),
    team: team.name,
    agent_id: ticket.ownerId ?? UNASSIGNED,
    ...categoriesOf(state, board, ticket),
    impact: levels[ticket.impact],
    urgency: levels[ticket.severity],
    source: ticket.sourceId,
    estimate: ticket.budgetHours ?? 0,
    parent_id: ticket.kind === 'project' ? 701 : (ticket.parentId ?? 0),
    contract_id: ticket.agreementId ?? 0,
    merged_into_id: ticket.mergedIntoId ?? 0,
    hasbeenclosed: closed,
    dateoccurred: stamp(ticket.createdAt),
    datecreated: stamp(ticket.createdAt),
    dateclosed: closed ? stamp(ticket.closedAt!) : '',
    deadlinedate: ticket.dueAt === undefined ? '' : stamp(ticket.dueAt),
    lastactiondate: stamp(ticket.updatedAt),
    last_update: stamp(ticket.updatedAt),
    closure_agent_id: closed ? (ticket.ownerId ?? 151) : 0,
    created_by: creator ? `${creator.firstName} ${creator.lastName}` : ticket.createdBy,
    third_party_id_string: ticket.externalRef ?? '',
    $assets: ticket.deviceIds,
    $custom: Object.fromEntries(
      Object.entries(ticket.customValues).map(([id, value]) => [id, customValue(state, Number(id), value)]),
    ),
    $items: [],
    $todo: [],
  }
}

/** A list's value is the number of the choice, a date is a stamp. */
function customValue(state: State, id: number, value: string | number | boolean) {
  if (id === 33 && typeof value === 'number') return stamp(value)
  const choices = find(state, 'customFields', id)?.values
  if (!Array.isArray(choices) || choices.length === 0) return value
  const chosen = (choices as Rec[]).find((choice) => choice.name === value)
  return Number(chosen?.id ?? 0)
}

/** Projects and opportunities share the tickets' table and their ids. */
function seedProjects(state: State): void {
  const { dataset } = state
  const anchor = dataset.anchor.getTime()
  const add = (row: Rec, client: number, ageInDays: number) => {
    const site = find(state, 'sites', find(state, 'clients', client)?.main_site_id)!
    const at = stamp(anchor - ageInDays * 24 * HOUR)
    insert(state, 'tickets', {
      ...blankTicket,
      status_id: STATUS.inProgress,
      sla_id: 1,
      priority_id: 3,
      client_id: client,
      site_id: Number(site.id),
      user_id: Number(site.id) + 5_000,
      agent_id: 156,
      team: 'Delivery Team',
      dateoccurred: at,
      datecreated: at,
      lastactiondate: at,
      last_update: at,
      created_by: 'Jane Doe',
      $assets: [],
      $custom: {},
      $items: [],
      $todo: [],
      ...row,
    })
  }
  const closing = (closedAt: number | undefined) =>
    closedAt === undefined ? {} : { status_id: STATUS.closed, dateclosed: stamp(closedAt) }
  for (const { id, name, description, companyId, ...told } of dataset.projects) {
    const project = {
      id,
      summary: name,
      details: description,
      tickettype_id: TYPE.project,
      use: 'project',
      agent_id: told.managerId,
      startdate: stamp(told.startsAt),
      targetdate: stamp(told.endsAt),
      projectcompletionpercentage: told.percentComplete,
      projecttimebudget: told.budgetHours,
      projecttimeactual: 0,
      $milestones: told.phases.map((phase) => ({ id: phase.id, name: phase.name })),
      ...closing(told.closedAt),
    }
    add(project, companyId, 220)
  }
  for (const [index, { id, name, companyId, ...told }] of dataset.opportunities.entries()) {
    const opportunity = {
      id,
      summary: name,
      details: `${name}, quoted`,
      tickettype_id: TYPE.opportunity,
      use: 'opportunity',
      team: 'Project Team',
      agent_id: told.ownerId,
      user_id: told.contactId,
      oppvalue: told.amount,
      oppconversionprobability: told.probability,
      pipeline_stage_id: ['Qualified', 'Proposal', 'Won'].indexOf(told.stage) + 1,
      pipeline_stage_name: told.stage,
      targetdate: stamp(told.expectedAt),
      ...closing(told.closedAt),
    }
    add(opportunity, companyId, 30 + index)
  }
}

interface Entry {
  at: number
  action: Rec
}

function noteAction(state: State, note: Note, ticket: Rec): Rec {
  const byUser = note.contactId !== undefined
  const closing = note.kind === 'resolution'
  const outcomeId = byUser
    ? OUTCOME.userUpdate
    : closing
      ? ticket.dateclosed === ''
        ? OUTCOME.resolve
        : OUTCOME.close
      : note.kind === 'internal'
        ? OUTCOME.privateNote
        : OUTCOME.publicNote
  const { plain, html } = textPair(note.text, undefined)
  const status = closing ? find(state, 'statuses', ticket.status_id) : undefined
  return newAction({
    outcome_id: outcomeId,
    outcome: String(find(state, 'outcomes', outcomeId)?.outcome),
    note: plain,
    note_html: html,
    hiddenfromuser: note.kind === 'internal',
    emaildirection: byUser ? 'I' : '',
    ...(status && {
      old_status: STATUS.inProgress,
      new_status: Number(status.id),
      new_status_name: String(status.name),
    }),
    ...authorOf(state, { agentId: note.technicianId, userId: note.contactId }),
  })
}

function timeAction(state: State, entry: TimeEntry): Rec {
  const { plain, html } = textPair([entry.notes, entry.internalNotes].filter(Boolean).join('\n'), undefined)
  return newAction({
    outcome_id: OUTCOME.time,
    outcome: 'Log Time',
    note: plain,
    note_html: html,
    actionarrivaldate: stamp(entry.startsAt),
    actioncompletiondate: stamp(entry.endsAt),
    ...timeFields(state, (entry.endsAt - entry.startsAt) / HOUR, entry.workTypeId),
    ...authorOf(state, { agentId: entry.technicianId }),
    $event: entry.id,
  })
}

function seedActions(state: State): void {
  const { dataset } = state
  const notes = Map.groupBy(dataset.notes, (note) => note.ticketId)
  const times = Map.groupBy(dataset.timeEntries, (entry) => entry.ticketId)
  const entries = new Map<number, Entry[]>()
  const of = (ticketId: number) => {
    const known = entries.get(ticketId)
    if (known) return known
    const fresh: Entry[] = []
    entries.set(ticketId, fresh)
    return fresh
  }
  for (const ticket of rowsOf(state, 'tickets')) {
    const id = Number(ticket.id)
    const [first, ...rest] = notes.get(id) ?? []
    const merged = Number(ticket.merged_into_id)
    const list = of(merged || id)
    const opened = Date.parse(`${ticket.dateoccurred}Z`)
    const details = textPair(first?.text ?? ticket.details, undefined)
    ticket.details = details.plain
    ticket.details_html = details.html
    const tag: Rec = merged ? { merged_from_ticketid: id } : {}
    const opening = newAction({
      outcome_id: OUTCOME.opened,
      outcome: 'Opened',
      note: details.plain,
      note_html: details.html,
      hiddenfromuser: false,
      ...authorOf(state, { agentId: first?.technicianId ?? 151, userId: first?.contactId }),
      ...(first?.contactId !== undefined && authorOf(state, { userId: first.contactId })),
      ...tag,
    })
    // The ticket's own opening action stays its first, whatever was merged into it.
    list.push({
      at: merged ? opened : Number.NEGATIVE_INFINITY,
      action: { ...opening, datetime: stamp(opened) },
    })
    if (ticket.source === EMAIL_SOURCE && !merged)
      list.push({ at: opened + 1000, action: acknowledged(state, ticket) })
    for (const note of rest)
      list.push({
        at: Math.max(note.createdAt, opened),
        action: { ...noteAction(state, note, ticket), ...tag },
      })
    for (const entry of times.get(id) ?? [])
      list.push({ at: entry.endsAt, action: { ...timeAction(state, entry), ...tag } })
  }
  for (const [ticketId, list] of entries) {
    list.sort((a, b) => a.at - b.at)
    for (const { at, action } of list) {
      const when = action.datetime ?? stamp(at)
      addAction(state, ticketId, { datetime: when, actiondatecreated: when, last_updated: when, ...action })
    }
  }
}

function acknowledged(state: State, ticket: Rec): Rec {
  const email = String(find(state, 'users', ticket.user_id)?.emailaddress ?? '')
  return newAction({
    outcome_id: OUTCOME.acknowledged,
    outcome: 'Acknowledged',
    action_systemid: 62,
    note: 'Acknowledgement sent.',
    note_html: '<p>Acknowledgement sent.</p>',
    hiddenfromuser: false,
    emaildirection: 'O',
    emailto: email,
    ...authorOf(state, {}),
  })
}

function seedBelongings(state: State): void {
  const { dataset } = state
  const survivor = (id: number) => {
    const ticket = find(state, 'tickets', id)!
    return find(state, 'tickets', Number(ticket.merged_into_id) || id)!
  }
  for (const appointment of dataset.appointments) {
    const ticket = survivor(appointment.ticketId)
    insert(state, 'appointments', {
      ...appointmentRow(state, ticket, appointment),
      id: appointment.id,
      subject: `Visit: ${ticket.summary}`,
    })
  }
  for (const product of dataset.products) {
    const ticket = find(state, 'tickets', product.ticketId)!
    ;(ticket.$items as Rec[]).push(itemRow(state, product))
  }
  for (const task of dataset.tasks) {
    const ticket = find(state, 'tickets', task.ticketId)!
    ;(ticket.$todo as Rec[]).push({
      ticket_id: task.ticketId,
      id: task.id,
      text: task.text,
      done: task.done,
      sequence: task.order,
    })
  }
  for (const attachment of dataset.attachments) {
    const ticket = survivor(attachment.ticketId)
    const bytes = Buffer.from(attachment.content)
    insert(state, 'attachments', {
      id: attachment.id,
      filename: attachment.fileName,
      note: attachment.title,
      filesize: bytes.length,
      type: 0,
      unique_id: Number(ticket.id),
      isimage: false,
      showforusers: false,
      datecreated: ticket.dateoccurred,
      $ticket: Number(ticket.id),
      $action: 0,
    })
    state.files.set(attachment.id, bytes)
  }
}

function itemRow(state: State, product: Dataset['products'][number]): Rec {
  const item = find(state, 'items', product.catalogItemId)!
  return {
    ticket_id: product.ticketId,
    id: product.id,
    item_id: product.catalogItemId,
    name: item.name,
    quantity: product.quantity,
    price: product.price,
    costprice: item.costprice,
    net_total: product.quantity * product.price,
    note: '',
    status: '',
  }
}

function appointmentRow(state: State, ticket: Rec, appointment: Dataset['appointments'][number]): Rec {
  const agent = find(state, 'agents', appointment.technicianId)!
  return {
    start_date: stamp(appointment.startsAt),
    end_date: stamp(appointment.endsAt),
    agent_id: appointment.technicianId,
    agent_name: agent.name,
    ticket_id: Number(ticket.id),
    client_id: ticket.client_id,
    site_id: ticket.site_id,
    user_id: ticket.user_id,
    allday: false,
    note: '',
    note_html: '',
    appointment_type_id: 1,
    is_task: false,
    is_private: false,
    complete_status: appointment.done ? 1 : 0,
    status: 0,
    last_modified: stamp(appointment.startsAt),
    recurring_master_id: 0,
    $agents: [appointment.technicianId],
  }
}
