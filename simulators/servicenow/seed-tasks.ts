import { createHash } from 'node:crypto'
import type { Note, Status, Ticket } from '../dataset/index.ts'
import { customColumnNames } from './custom-columns.ts'
import { durationOf, stamp } from './dates.ts'
import { sysIdOf } from './ids.ts'
import { priorityOf } from './priority.ts'
import { contactTypes, valueFor } from './seed-metadata.ts'
import { type Add, loginOf, type Stamps } from './seeding.ts'
import { numberOf, type State } from './store.ts'

const DAY = 86_400_000

type Columns = Record<string, string | undefined>
type TicketClass = 'incident' | 'change_request' | 'sc_task' | 'pm_project_task'

/** Boards are groups here; what kind of work a board holds decides the class. */
export function classOf(ticket: Ticket, typeName: string, boardName: string): TicketClass {
  if (ticket.kind === 'project') return 'pm_project_task'
  if (boardName === 'Onboarding') return 'sc_task'
  return typeName === 'Change' ? 'change_request' : 'incident'
}

const PREFIXES: Record<TicketClass, string> = {
  incident: 'INC',
  change_request: 'CHG',
  sc_task: 'SCTASK',
  pm_project_task: 'PRJTASK',
}

/** Status names of the data set as each class tells them. */
const STATES: Record<TicketClass, Record<string, string>> = {
  incident: {
    New: '1',
    'Waiting on Client': '3',
    'Waiting on Vendor': '3',
    'Awaiting Approval': '3',
    Completed: '6',
    Closed: '7',
    Merged: '7',
  },
  change_request: {
    New: '-5',
    Assigned: '-4',
    'Waiting on Client': '-4',
    'Awaiting Approval': '-3',
    Scheduled: '-2',
    'In Progress': '-1',
    Completed: '0',
    Closed: '3',
  },
  sc_task: { New: '1', 'Waiting on Client': '-5', Completed: '3', Closed: '3' },
  pm_project_task: { New: '1', 'Waiting on Client': '-5', Completed: '3', Closed: '3' },
}
const HOLD_REASONS: Record<string, string> = {
  'Waiting on Client': '1',
  'Waiting on Vendor': '4',
  'Awaiting Approval': '5',
}

const idOf = (kind: string, key: number | undefined) => (key === undefined ? undefined : sysIdOf(kind, key))

/** The weights whose lookup gives the priority of the same number; either one may be the heavier. */
function weights(ticket: Ticket): { impact: string; urgency: string } {
  const isEven = ticket.id % 2 === 0
  const pairs: Record<number, [string, string]> = {
    1: ['1', '1'],
    2: isEven ? ['1', '2'] : ['2', '1'],
    3: isEven ? ['2', '2'] : ['1', '3'],
    4: isEven ? ['2', '3'] : ['3', '2'],
  }
  const [impact, urgency] = pairs[ticket.priorityId]!
  return { impact, urgency }
}

export function seedTasks(state: State, add: Add): void {
  const { dataset } = state
  const boards = new Map(dataset.boards.map((board) => [board.id, board]))
  const notesOf = Map.groupBy(dataset.notes, (note) => note.ticketId)
  const logins = new Map(dataset.technicians.map(({ identifier, id }) => [identifier, id]))
  const emails = new Map(dataset.contacts.map((contact) => [contact.id, contact.email]))
  const identifiers = new Map(
    dataset.technicians.map(({ id }) => [
      id,
      state.tables.get('sys_user')!.get(sysIdOf('technician', id))!.user_name!,
    ]),
  )
  const expected = new Map(dataset.appointments.map((visit) => [visit.ticketId, visit.startsAt]))
  const classes = new Map<number, TicketClass>()
  for (const ticket of dataset.tickets) {
    const board = boards.get(ticket.boardId)!
    const type = board.types.find((candidate) => candidate.id === ticket.typeId)!
    classes.set(ticket.id, classOf(ticket, type.name, board.name))
  }
  const userOf = (identifier: string | undefined) => {
    const id = logins.get(identifier ?? '')
    return id === undefined ? sysIdOf('admin', 'admin') : sysIdOf('technician', id)
  }
  const authorOf = (note: Note) =>
    (note.technicianId === undefined
      ? emails.get(note.contactId ?? 0)
      : identifiers.get(note.technicianId)) ?? 'admin'

  const project = dataset.projects[0]!
  for (const one of dataset.projects) {
    add('pm_project', 'project', one.id, {
      number: numberOf('PRJ', one.id),
      short_description: one.name,
      description: one.description,
      company: sysIdOf('company', one.companyId),
      project_manager: sysIdOf('technician', one.managerId),
      start_date: stamp(one.startsAt),
      end_date: stamp(one.endsAt),
      percent_complete: String(one.percentComplete),
      state: one.closedAt === undefined ? '2' : '3',
      active: String(one.closedAt === undefined),
      closed_at: one.closedAt === undefined ? undefined : stamp(one.closedAt),
    })
  }

  for (const ticket of dataset.tickets) {
    const board = boards.get(ticket.boardId)!
    const status = board.statuses.find((candidate) => candidate.id === ticket.statusId)!
    const table = classes.get(ticket.id)!
    const notes = notesOf.get(ticket.id) ?? []
    const number = numberOf(PREFIXES[table], ticket.id)
    const stamps: Stamps = {
      at: ticket.createdAt,
      by: ticket.createdBy,
      changedAt: ticket.updatedAt,
      changedBy: ticket.updatedBy,
      version: notes.length,
    }
    const told = shared(ticket, status, table, notes)
    const contact = idOf('contact', ticket.contactId)
    const start = expected.get(ticket.id)
    add(
      table,
      'ticket',
      ticket.id,
      {
        ...told,
        ...custom(ticket),
        number,
        opened_by: userOf(ticket.createdBy),
        closed_by: ticket.closedAt === undefined ? undefined : userOf(ticket.closedBy),
        expected_start: start === undefined ? undefined : stamp(start),
        contact_type: contactTypes[ticket.sourceId - 1],
        ...own(ticket, status, table, contact),
      },
      stamps,
    )
    count(number, PREFIXES[table])
    seedNotes(ticket, table, notes)
    for (const deviceId of ticket.deviceIds)
      add('task_ci', 'task_ci', `${ticket.id}.${deviceId}`, {
        task: sysIdOf('ticket', ticket.id),
        ci_item: sysIdOf('device', deviceId),
      })
  }
  for (const row of state.tables.get('incident')!.values()) {
    const parent = row.parent_incident && state.tables.get('incident')!.get(row.parent_incident)
    if (parent) parent.child_incidents = String(Number(parent.child_incidents ?? 0) + 1)
  }
  seedAround(state, add, classes)

  function count(number: string, prefix: string) {
    state.numbers.set(prefix, Math.max(state.numbers.get(prefix) ?? 0, Number(number.slice(prefix.length))))
  }

  /** The columns that every class has. */
  function shared(ticket: Ticket, status: Status, table: TicketClass, notes: Note[]): Columns {
    const { impact, urgency } = weights(ticket)
    const isOver =
      table === 'incident' ? status.closed : status.stage === 'Resolved' && status.name !== 'Completed'
    return {
      short_description: ticket.title,
      description: notes.find((note) => note.kind === 'description')?.text,
      opened_at: stamp(ticket.createdAt),
      company: sysIdOf('company', ticket.companyId),
      location: sysIdOf('site', ticket.siteId),
      assignment_group: sysIdOf('board', ticket.boardId),
      assigned_to: idOf('technician', ticket.ownerId),
      state: STATES[table][status.name] ?? '2',
      active: String(
        !(isOver || (table !== 'incident' && table !== 'change_request' && status.name === 'Completed')),
      ),
      impact,
      urgency,
      priority: priorityOf(impact, urgency),
      approval: 'not requested',
      escalation: '0',
      made_sla: 'true',
      reassignment_count: '0',
      due_date: ticket.dueAt === undefined ? undefined : stamp(ticket.dueAt),
      closed_at: ticket.closedAt === undefined ? undefined : stamp(ticket.closedAt),
      close_notes: notes.findLast((note) => note.kind === 'resolution')?.text,
      contract: idOf('agreement', ticket.agreementId),
      cmdb_ci: idOf('device', ticket.deviceIds[0]),
      correlation_id: ticket.externalRef,
    }
  }

  function custom(ticket: Ticket): Columns {
    return Object.fromEntries(
      Object.entries(ticket.customValues).map(([id, value]) => [
        customColumnNames[id],
        id === '33' && typeof value === 'number' ? stamp(value) : String(value),
      ]),
    )
  }

  /** The columns of one class. */
  function own(ticket: Ticket, status: Status, table: TicketClass, contact: string | undefined): Columns {
    const board = boards.get(ticket.boardId)!
    const type = board.types.find((candidate) => candidate.id === ticket.typeId)!
    const subType = board.subTypes.find((candidate) => candidate.id === ticket.subTypeId)
    if (table === 'change_request')
      return {
        type: subType?.name === 'Emergency' ? 'emergency' : 'standard',
        requested_by: contact || userOf(ticket.createdBy),
        risk: '3',
        cab_required: 'false',
      }
    if (table === 'pm_project_task')
      return {
        top_task: sysIdOf('project', project.id),
        parent: sysIdOf('project', project.id),
        end_date: ticket.dueAt === undefined ? undefined : stamp(ticket.dueAt),
        planned_hours: ticket.budgetHours === undefined ? undefined : durationOf(ticket.budgetHours * 3600),
      }
    if (table === 'sc_task') return request(ticket, status, contact)
    const isSolved = status.stage === 'Resolved'
    const solvedAt = ticket.closedAt ?? ticket.updatedAt
    const survivor = ticket.mergedIntoId
    return {
      caller_id: contact,
      category: valueFor(type.name),
      subcategory: subType && valueFor(subType.name),
      incident_state: STATES.incident[status.name] ?? '2',
      hold_reason: HOLD_REASONS[status.name],
      severity: weights(ticket).impact,
      notify: '1',
      knowledge: 'false',
      reopen_count: '0',
      child_incidents: '0',
      parent_incident: idOf('ticket', survivor ?? ticket.parentId),
      close_code: isSolved ? (survivor === undefined ? 'Solution provided' : 'Duplicate') : undefined,
      ...(survivor !== undefined && { close_notes: `Merged into ${numberOf('INC', survivor)}` }),
      resolved_at: isSolved ? stamp(solvedAt) : undefined,
      resolved_by: isSolved ? userOf(ticket.closedBy ?? ticket.updatedBy) : undefined,
    }
  }

  /** A catalogue task hangs on a requested item, and that on a request. */
  function request(ticket: Ticket, status: Status, contact: string | undefined): Columns {
    const isDone = status.stage === 'Resolved'
    const stamps: Stamps = {
      at: ticket.createdAt,
      by: ticket.createdBy,
      changedAt: ticket.updatedAt,
      changedBy: ticket.updatedBy,
    }
    const columns: Columns = {
      short_description: ticket.title,
      opened_at: stamp(ticket.createdAt),
      opened_by: userOf(ticket.createdBy),
      company: sysIdOf('company', ticket.companyId),
      location: sysIdOf('site', ticket.siteId),
      requested_for: contact,
      approval: 'approved',
      state: isDone ? '3' : '2',
      active: String(!isDone),
      priority: '4',
      impact: '3',
      urgency: '3',
    }
    const [order, item] = [sysIdOf('request', ticket.id), sysIdOf('request_item', ticket.id)]
    const catItem = sysIdOf('catalog', 'onboarding')
    const [orderNumber, itemNumber] = [numberOf('REQ', ticket.id), numberOf('RITM', ticket.id)]
    add(
      'sc_request',
      'request',
      ticket.id,
      { ...columns, number: orderNumber, request_state: isDone ? 'closed_complete' : 'in_process' },
      stamps,
    )
    add(
      'sc_req_item',
      'request_item',
      ticket.id,
      {
        ...columns,
        number: itemNumber,
        request: order,
        cat_item: catItem,
        quantity: '1',
        stage: isDone ? 'complete' : 'fulfillment',
      },
      stamps,
    )
    count(orderNumber, 'REQ')
    count(itemNumber, 'RITM')
    return { request: order, request_item: item, cat_item: catItem, parent: item }
  }

  function seedNotes(ticket: Ticket, table: TicketClass, notes: Note[]) {
    const first = notes.find((note) => note.kind === 'description')
    for (const note of notes) {
      // The first description and the resolution are columns of the row.
      if (note === first || note.kind === 'resolution') continue
      const element = note.kind === 'internal' ? 'work_notes' : 'comments'
      const by: Stamps = { at: note.createdAt, by: authorOf(note) }
      const task = sysIdOf('ticket', ticket.id)
      add(
        'sys_journal_field',
        'note',
        note.id,
        { name: table, element, element_id: task, value: note.text },
        by,
      )
      add(
        'sys_audit',
        'audit.note',
        note.id,
        {
          tablename: table,
          documentkey: task,
          fieldname: element,
          newvalue: note.text,
          user: loginOf(by.by),
        },
        by,
      )
    }
    if (ticket.closedAt === undefined) return
    const by: Stamps = { at: ticket.closedAt, by: ticket.closedBy ?? 'zadmin' }
    const closed = { fieldname: 'state', oldvalue: '2', newvalue: table === 'incident' ? '7' : '3' }
    add(
      'sys_audit',
      'audit.closed',
      ticket.id,
      { tablename: table, documentkey: sysIdOf('ticket', ticket.id), user: loginOf(by.by), ...closed },
      by,
    )
  }
}

/** What hangs on the tickets: checklists, clocks, files and the problems behind the bundles. */
function seedAround(state: State, add: Add, classes: Map<number, TicketClass>): void {
  const { dataset } = state
  const anchor = dataset.anchor.getTime()
  const slas = new Map(dataset.slas.map((sla) => [sla.id, sla]))
  for (const [index, ticketId] of dataset.facts.parentTicketIds.entries()) {
    const incident = state.tables.get('incident')!.get(sysIdOf('ticket', ticketId))!
    const number = numberOf('PRB', 40_001 + index)
    state.numbers.set('PRB', 40_001 + index)
    add('problem', 'problem', ticketId, {
      number,
      short_description: `Cause of ${incident.number}`,
      company: incident.company,
      assignment_group: incident.assignment_group,
      state: '102',
      problem_state: '102',
      impact: '2',
      urgency: '2',
      priority: '3',
      active: 'true',
      opened_at: incident.opened_at,
    })
    incident.problem_id = sysIdOf('problem', ticketId)
  }
  for (const task of dataset.tasks) {
    if (classes.get(task.ticketId) !== 'incident') continue
    const incident = sysIdOf('ticket', task.ticketId)
    add('incident_task', 'task', task.id, {
      number: numberOf('TASK', task.id),
      short_description: task.text,
      incident,
      parent: incident,
      state: task.done ? '3' : '1',
      active: String(!task.done),
      order: String(task.order),
    })
    state.numbers.set('TASK', task.id)
  }
  for (const ticket of dataset.tickets) {
    if (classes.get(ticket.id) !== 'incident') continue
    const promised = slas.get(ticket.slaId)!
    const clock = (kind: string, slaKind: string, hours: number, end: number | undefined) => {
      const allowed = hours * 3_600_000
      const share = ((end ?? anchor) - ticket.createdAt) / allowed
      add('task_sla', kind, ticket.id, {
        task: sysIdOf('ticket', ticket.id),
        sla: sysIdOf(slaKind, ticket.slaId),
        stage: end === undefined ? 'in_progress' : 'completed',
        active: String(end === undefined),
        start_time: stamp(ticket.createdAt),
        end_time: end === undefined ? undefined : stamp(end),
        planned_end_time: stamp(ticket.createdAt + allowed),
        has_breached: String(share > 1),
        percentage: (share * 100).toFixed(2),
        business_percentage: (share * 100).toFixed(2),
      })
    }
    clock('task_sla', 'sla', promised.resolutionHours, ticket.closedAt)
    clock('task_sla_response', 'sla_response', promised.respondHours, ticket.closedAt)
  }
  for (const file of dataset.attachments) {
    const content = Buffer.from(file.content)
    const row = add(
      'sys_attachment',
      'attachment',
      file.id,
      {
        table_name: classes.get(file.ticketId),
        table_sys_id: sysIdOf('ticket', file.ticketId),
        file_name: file.fileName,
        content_type: 'text/plain',
        size_bytes: String(content.length),
        hash: createHash('sha256').update(content).digest('hex'),
      },
      { at: anchor - 10 * DAY, by: 'zadmin' },
    )
    state.files.set(row.sys_id!, content)
  }
}
