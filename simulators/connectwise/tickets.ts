import { idOf, isRec, type Rec, stamp } from '../shared/json.ts'
import type { Call, Route } from './call.ts'
import { created, ok, param } from './call.ts'
import { customFieldValues, type FieldDefinition, replaceCustomFields } from './custom-fields.ts'
import { bindReferences, callerName, entityRoutes } from './entity.ts'
import { badRequest, fieldError, invalidObject, notFound } from './errors.ts'
import { count, list, shower } from './listing.ts'
import { automaticRecipients, resourceEmails, send, ticketContactEmail } from './mail.ts'
import { addNote } from './notes.ts'
import { displayName, makeReference } from './references.ts'
import type { TableName } from './state.ts'
import { refreshTicket } from './ticket-derived.ts'
import { checkBody } from './validate.ts'

/** Derived by the server; a body may name them and is not believed. */
const readOnly = [
  ...['recordType', 'closedFlag', 'closedDate', 'closedBy', 'resources', 'actualHours', 'hasChildTicket'],
  ...[
    'hasMergedChildTicketFlag',
    'mergedParentTicket',
    'slaStatus',
    'isInSla',
    'agreementType',
    'dateResolved',
  ],
  ...[
    'dateResplan',
    'dateResponded',
    'resolveMinutes',
    'resPlanMinutes',
    'respondMinutes',
    'respondByGoalUTC',
  ],
  ...[
    'resplanGoalUTC',
    'resolutionGoalUTC',
    'escalationLastUpdateMinutes',
    'escalationStartDateUTC',
    'escalationLevel',
  ],
  ...[
    'minutesBeforeWaiting',
    'respondedSkippedMinutes',
    'resplanSkippedMinutes',
    'respondedHours',
    'respondedBy',
  ],
  ...['resplanHours', 'resplanBy', 'resolutionHours', 'resolvedBy', 'minutesWaiting', 'subDateAccepted'],
]
/** Instructions to the server that are not kept on the record. */
const instructions = [
  'initialDescription',
  'initialInternalAnalysis',
  'initialResolution',
  'initialDescriptionFrom',
  'contactEmailLookup',
  'processNotifications',
  'skipCallback',
]

const refuse = (field: string, message: string) =>
  invalidObject('ticket', [fieldError('InvalidField', 'ticket', field, message)])

const boardOf = (row: Rec) => idOf(row.board)

export function getTicket(call: Call, id: number): Rec {
  const ticket = call.state.tables.tickets.rows.get(id)
  if (!ticket) throw notFound('Ticket', id)
  return ticket
}

function firstWhere(call: Call, table: TableName, test: (row: Rec) => boolean): Rec | undefined {
  return call.state.tables[table].all().find(test)
}

function fillDefaults(call: Call, draft: Rec): void {
  const { tables } = call.state
  const reference = (schema: string, row: Rec | undefined) => (row ? makeReference(schema, row) : undefined)
  const board = tables.boards.rows.get(boardOf(draft) ?? 0)
  const ofBoard = (row: Rec) => boardOf(row) === board?.id
  draft.status ??= reference(
    'ServiceStatusReference',
    firstWhere(call, 'statuses', (row) => ofBoard(row) && row.defaultFlag === true),
  )
  draft.team ??= reference(
    'ServiceTeamReference',
    firstWhere(call, 'teams', (row) => row.$parent === board?.id),
  )
  draft.priority ??= reference(
    'PriorityReference',
    firstWhere(call, 'priorities', (row) => row.defaultFlag === true),
  )
  draft.source ??= reference(
    'ServiceSourceReference',
    firstWhere(call, 'sources', (row) => row.defaultFlag === true),
  )
  draft.sla ??= reference(
    'SLAReference',
    firstWhere(call, 'slas', (row) => row.defaultFlag === true),
  )
  draft.location ??= reference('SystemLocationReference', tables.locations.rows.get(1))
  draft.department ??= reference('SystemDepartmentReference', tables.departments.rows.get(1))
  draft.severity ??= 'Medium'
  draft.impact ??= 'Medium'
  draft.billTime ??= 'NoDefault'
  draft.billExpenses ??= 'NoDefault'
  draft.billProducts ??= 'Billable'
  draft.customFields ??= customFieldValues(tables.customFields.all() as FieldDefinition[], {})
  for (const flag of [
    'customerUpdatedFlag',
    'automaticEmailContactFlag',
    'automaticEmailResourceFlag',
    'automaticEmailCcFlag',
    'allowAllClientsPortalView',
    'requestForChangeFlag',
    'hasMergedChildTicketFlag',
  ]) {
    draft[flag] ??= false
  }
}

/** What belongs to the old client does not follow a ticket to a new one. */
function settleCompany(call: Call, draft: Rec, change: Rec, previous: Rec | undefined): void {
  const company = call.state.tables.companies.rows.get(idOf(draft.company) ?? 0)
  if (!company) return
  if (!previous || idOf(previous.company) !== company.id) {
    if (!change.contact) draft.contact = undefined
    if (!change.agreement) draft.agreement = undefined
    if (!change.site) draft.site = company.site
  }
  for (const [field, table] of [
    ['contact', 'contacts'],
    ['site', 'sites'],
  ] as const) {
    const row = call.state.tables[table].rows.get(idOf(draft[field]) ?? 0)
    if (row && change[field] && idOf(row.company) !== company.id) {
      throw refuse(field, `The ${field} does not belong to the company.`)
    }
  }
}

/** Status, type and team live on a board; moving without naming valid ones is refused. */
function settleBoard(call: Call, draft: Rec, change: Rec, previous: Rec | undefined): void {
  const { tables } = call.state
  const board = boardOf(draft)
  const onBoard = (table: TableName, field: string) => {
    const row = tables[table].rows.get(idOf(draft[field]) ?? 0)
    return !row || boardOf(row) === board || row.$parent === board
  }
  if (!onBoard('statuses', 'status')) throw refuse('status', 'The status is not valid for the board.')
  if (!onBoard('types', 'type')) throw refuse('type', 'The type is not valid for the board.')
  const moved = previous && boardOf(previous) !== board
  for (const [table, field] of [
    ['subTypes', 'subType'],
    ['items', 'item'],
    ['teams', 'team'],
  ] as const) {
    if (onBoard(table, field)) continue
    if (change[field] || !moved) throw refuse(field, `The ${field} is not valid for the board.`)
    draft[field] = undefined
  }
}

function settleContact(call: Call, draft: Rec, change: Rec): void {
  const contact = call.state.tables.contacts.rows.get(idOf(draft.contact) ?? 0)
  if (!contact) {
    if (change.contact === null || change.company) {
      for (const field of ['contactName', 'contactPhoneNumber', 'contactEmailAddress'])
        if (!change[field]) draft[field] = undefined
    }
    return
  }
  draft.contactName = displayName(contact)
  draft.contactPhoneNumber = contact.defaultPhoneNbr
  draft.contactEmailAddress = ticketContactEmail(call, { contact: draft.contact })
}

export function applyStatus(call: Call, ticket: Rec, previousStatus: number | undefined): void {
  const status = call.state.tables.statuses.rows.get(idOf(ticket.status) ?? 0)
  if (!status || status.id === previousStatus) return
  if (status.closedStatus === true) {
    ticket.closedDate ??= stamp(call.now)
    ticket.closedBy ??= callerName(call)
  } else {
    ticket.closedDate = undefined
    ticket.closedBy = undefined
  }
}

export function record(call: Call, ticket: Rec, auditSubType: string, text: string): void {
  const enteredBy = callerName(call)
  call.state.audit.push({
    type: 'Ticket',
    id: Number(ticket.id),
    text,
    enteredDate: stamp(call.now),
    enteredBy,
    auditType: 'Ticket',
    auditSubType,
    auditSource: 'API',
  })
}

function settle(call: Call, draft: Rec, change: Rec, previous: Rec | undefined): void {
  const { tables } = call.state
  for (const name of instructions) delete draft[name]
  if (!previous) {
    const fallback = firstWhere(call, 'boards', (row) => row.projectFlag !== true)!
    draft.board ??= makeReference('BoardReference', fallback)
    change.board ??= draft.board
  }
  bindReferences(call, 'Ticket', 'ticket', draft, 'board' in change ? { board: change.board } : {})
  const board = boardOf(draft)
  const ofBoard = (row: Rec) => boardOf(row) === board || row.$parent === board
  // An id is unique across boards and is checked against the board below; a name is looked up on it.
  const scoped = (field: string) => {
    const sent = change[field]
    return isRec(sent) && sent.id === undefined ? ofBoard : () => true
  }
  bindReferences(call, 'Ticket', 'ticket', draft, { company: change.company })
  const ofCompany = (row: Rec) => idOf(row.company) === idOf(draft.company)
  bindReferences(call, 'Ticket', 'ticket', draft, change, {
    status: scoped('status'),
    type: scoped('type'),
    subType: scoped('subType'),
    item: scoped('item'),
    team: scoped('team'),
    site: isRec(change.site) && change.site.id === undefined ? ofCompany : () => true,
    contact: isRec(change.contact) && change.contact.id === undefined ? ofCompany : () => true,
    owner: (row) => row.inactiveFlag !== true,
  })
  if (change.customFields) draft.customFields = replaceCustomFields(call.state, change.customFields)
  if (!previous && change.contactEmailLookup && !draft.contact) {
    const wanted = String(change.contactEmailLookup).toLowerCase()
    const found = firstWhere(
      call,
      'contacts',
      (row) => ticketContactEmail(call, { contact: row })?.toLowerCase() === wanted,
    )
    if (found) draft.contact = makeReference('ContactReference', found)
  }
  settleCompany(call, draft, change, previous)
  settleBoard(call, draft, change, previous)
  settleContact(call, draft, change)
  if (!previous) {
    draft.recordType ??= 'ServiceTicket'
    fillDefaults(call, draft)
  }
  if (draft.parentTicketId !== undefined && 'parentTicketId' in change) {
    const parent = tables.tickets.rows.get(Number(draft.parentTicketId))
    if (!parent || parent.id === draft.id || parent.parentTicketId !== undefined) {
      throw refuse('parentTicketId', 'The parent ticket is not valid.')
    }
  }
  applyStatus(call, draft, idOf(previous?.status))
}

function announce(call: Call, ticket: Rec, change: Rec, previous: Rec | undefined): void {
  const quiet = change.processNotifications === false
  if (!previous) {
    const notes = [
      ['initialDescription', 'detailDescriptionFlag'],
      ['initialInternalAnalysis', 'internalAnalysisFlag'],
      ['initialResolution', 'resolutionFlag'],
    ] as const
    for (const [field, flag] of notes) {
      if (typeof change[field] === 'string' && change[field])
        addNote(call, ticket, { text: change[field], [flag]: true })
    }
    record(call, ticket, 'Record', `Ticket ${ticket.id} has been created.`)
    if (!quiet) {
      const to = [
        ticketContactEmail(call, ticket),
        ...resourceEmails(call, ticket),
        ...automaticRecipients(call, ticket),
      ]
      send(call, to, 'ticket created', ticket)
    }
  } else {
    for (const name of Object.keys(change)) {
      const [before, after] = [previous[name], ticket[name]].map((value) =>
        isRec(value) ? value.name : value,
      )
      if (name !== 'customFields' && before !== after)
        record(call, ticket, name, `The ${name} has been updated from "${before ?? ''}" to "${after ?? ''}".`)
    }
    const status = call.state.tables.statuses.rows.get(idOf(ticket.status) ?? 0)
    if (status?.emailTemplate && status.id !== idOf(previous.status) && !quiet) {
      send(
        call,
        [ticketContactEmail(call, ticket), ...automaticRecipients(call, ticket)],
        `status template: ${status.name}`,
        ticket,
      )
    }
  }
  refreshTicket(call.state, ticket)
  const parents = [previous?.parentTicketId, ticket.parentTicketId]
  for (const id of parents) {
    const parent = call.state.tables.tickets.rows.get(Number(id))
    if (parent) refreshTicket(call.state, parent)
  }
}

function removeChildren(call: Call, ticket: Rec): void {
  const { notes, tasks } = call.state.tables
  for (const table of [notes, tasks]) {
    for (const row of table.all()) if (row.ticketId === ticket.id) table.rows.delete(Number(row.id))
  }
}

const used = (call: Call, ticket: Rec) => {
  const charged = call.state.tables.timeEntries.all().some((entry) => entry.chargeToId === ticket.id)
  if (charged) throw badRequest(`Ticket ${ticket.id} cannot be deleted because it has time entries.`)
}

function search(schema: 'Ticket' | 'ProjectTicket', visible: (row: Rec) => boolean) {
  return (call: Call) => {
    const body = checkBody('FilterValues', 'filterValues', call.body, call.rawBody)
    const filters = {
      conditions: body.conditions as string | undefined,
      childConditions: body.childconditions as string | undefined,
      customFieldConditions: body.customfieldconditions as string | undefined,
      orderBy: body.orderBy as string | undefined,
    }
    return list(call, schema, call.state.tables.tickets.all().filter(visible), { filters })
  }
}

function references(schema: string, table: TableName, belongs: (row: Rec, ticketId: number) => boolean) {
  const rows = (call: Call) => {
    const ticket = getTicket(call, param(call))
    return call.state.tables[table]
      .all()
      .filter((row) => belongs(row, Number(ticket.id)))
      .map((row) => ({ ...makeReference(schema, row), _info: row._info }))
  }
  return {
    list: (call: Call) => list(call, schema, rows(call)),
    count: (call: Call) => count(call, schema, rows(call)),
  }
}

const children = {
  documents: references(
    'DocumentReference',
    'documents',
    (row, id) => row.$recordId === id && row.$recordType === 'Ticket',
  ),
  products: references('ProductReference', 'products', (row, id) => idOf(row.ticket) === id),
  scheduleentries: references(
    'ScheduleEntryReference',
    'scheduleEntries',
    (row, id) => row.objectId === id && idOf(row.type) === 4,
  ),
  timeentries: references('TimeEntryReference', 'timeEntries', (row, id) => row.chargeToId === id),
}

/** Goals count from the ticket's making, without regard to office hours; closing it meets what was still open. */
function withGoals(call: Call, ticket: Rec): Rec {
  const sla = call.state.tables.slas.rows.get(idOf(ticket.sla) ?? 0)
  const made = Date.parse(String((ticket._info as Rec).dateEntered))
  const goal = (hours: Rec[string]) => stamp(made + Number(hours) * 3_600_000)
  return {
    ...ticket,
    ...(sla && {
      respondByGoalUTC: goal(sla.respondHours),
      resplanGoalUTC: goal(sla.planWithin),
      resolutionGoalUTC: goal(sla.resolutionHours),
      dateResponded: ticket.closedDate,
      dateResplan: ticket.closedDate,
      dateResolved: ticket.closedDate,
    }),
  }
}

const isProject = (row: Rec) => row.recordType !== 'ServiceTicket'

export const ticketRoutes: Route[] = [
  {
    method: 'POST',
    template: 'service/tickets/search',
    // Like the list, it shows project tickets too; recordType tells them apart.
    handler: search('Ticket', () => true),
  },
  { method: 'POST', template: 'project/tickets/search', handler: search('ProjectTicket', isProject) },
  {
    method: 'GET',
    template: 'service/tickets/calculateSla',
    handler: (call) =>
      list(
        call,
        'Ticket',
        call.state.tables.tickets.all().map((ticket) => withGoals(call, ticket)),
      ),
  },
  {
    method: 'GET',
    template: 'service/tickets/info',
    handler: (call) => list(call, 'TicketInfo', call.state.tables.tickets.all()),
  },
  {
    method: 'GET',
    template: 'service/tickets/{id}/info',
    handler: (call) => ok(shower(call, 'TicketInfo')(getTicket(call, param(call)))),
  },
  ...Object.entries(children).flatMap(([name, handlers]) => [
    { method: 'GET', template: `service/tickets/{id}/${name}`, handler: handlers.list },
    { method: 'GET', template: `service/tickets/{id}/${name}/count`, handler: handlers.count },
  ]),
  ...entityRoutes({
    table: 'tickets',
    path: 'service/tickets',
    writes: ['POST', 'PATCH', 'PUT', 'DELETE'],
    readOnly,
    required: ['summary', 'company', 'board', 'status'],
    beforeSave: settle,
    afterSave: announce,
    beforeDelete: used,
    afterDelete: removeChildren,
  }),
  ...entityRoutes({ table: 'tickets', path: 'project/tickets', schema: 'ProjectTicket', visible: isProject }),
  ...entityRoutes({
    table: 'tasks',
    path: 'service/tickets/{id}/tasks',
    parent: 'tickets',
    writes: ['POST', 'PATCH', 'PUT', 'DELETE'],
    readOnly: ['ticketId'],
  }),
]

export const configurationLinkRoutes: Route[] = [
  ...['', '/count'].map((suffix) => ({
    method: 'GET',
    template: `service/tickets/{id}/configurations${suffix}`,
    handler: (call: Call) => {
      const linked = (getTicket(call, param(call)).$configurations ?? []) as number[]
      const rows = linked.map((id) => linkRow(call, id))
      return suffix ? count(call, 'ConfigurationReference', rows) : list(call, 'ConfigurationReference', rows)
    },
  })),
  {
    method: 'GET',
    template: 'service/tickets/{id}/configurations/{id}',
    handler: (call) => {
      const linked = (getTicket(call, param(call)).$configurations ?? []) as number[]
      if (!linked.includes(param(call, 1))) throw notFound('Configuration', param(call, 1))
      return ok(shower(call, 'ConfigurationReference')(linkRow(call, param(call, 1))))
    },
  },
  {
    method: 'POST',
    template: 'service/tickets/{id}/configurations',
    handler: (call) => {
      const ticket = getTicket(call, param(call))
      const body = checkBody('ConfigurationReference', 'configuration', call.body, call.rawBody)
      if (body.id === undefined && body.deviceIdentifier === undefined) {
        const text = 'id or deviceIdentifier is required.'
        throw invalidObject('configuration', [
          fieldError('MissingRequiredField', 'configuration', 'id', text),
        ])
      }
      const found = call.state.tables.configurations
        .all()
        .find((row) =>
          body.id === undefined ? row.deviceIdentifier === body.deviceIdentifier : row.id === body.id,
        )
      if (!found) throw notFound('Configuration', String(body.id ?? body.deviceIdentifier))
      const linked = (ticket.$configurations ?? []) as number[]
      if (linked.includes(Number(found.id))) {
        throw invalidObject('configuration', [
          fieldError('ObjectExists', 'configuration', 'id', 'The configuration is already attached.'),
        ])
      }
      ticket.$configurations = [...linked, Number(found.id)]
      return created(shower(call, 'ConfigurationReference')(linkRow(call, Number(found.id))))
    },
  },
  {
    method: 'DELETE',
    template: 'service/tickets/{id}/configurations/{id}',
    handler: (call) => {
      const ticket = getTicket(call, param(call))
      const linked = (ticket.$configurations ?? []) as number[]
      if (!linked.includes(param(call, 1))) throw notFound('Configuration', param(call, 1))
      ticket.$configurations = linked.filter((id) => id !== param(call, 1))
      return { status: 204 }
    },
  },
]

function linkRow(call: Call, id: number): Rec {
  const row = call.state.tables.configurations.rows.get(id)
  return { id, deviceIdentifier: row?.deviceIdentifier, _info: { name: row?.name } }
}
