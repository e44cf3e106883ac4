import { idOf, type Rec, stamp } from '../shared/json.ts'
import type { Call, Route } from './call.ts'
import { ok } from './call.ts'
import { bindReferences, callerName, entityRoutes, touch } from './entity.ts'
import { fieldError, invalidObject, missing } from './errors.ts'
import { shower } from './listing.ts'
import { ccEmails, resourceEmails, send, ticketContactEmail } from './mail.ts'
import { makeReference } from './references.ts'
import { refreshTicket } from './ticket-derived.ts'
import { getTicket } from './tickets.ts'
import { checkBody } from './validate.ts'

const HOUR = 3_600_000
const readOnly = [
  'invoiceHours',
  'hoursBilled',
  'status',
  'invoice',
  'invoiceFlag',
  'enteredBy',
  'dateEntered',
  'timeSheet',
  'ticket',
  'hourlyCost',
  'agreementHours',
  'agreementAmount',
  'agreementAdjustment',
  'extendedInvoiceAmount',
  'ticketBoard',
  'ticketStatus',
  'ticketType',
  'ticketSubType',
  'locationName',
  'company',
]
const refuse = (field: string, message: string) =>
  invalidObject('timeEntry', [fieldError('InvalidField', 'timeEntry', field, message)])

const isTicket = (row: Rec) => row.chargeToType === 'ServiceTicket' || row.chargeToType === 'ProjectTicket'
const ticketOf = (call: Call, row: Rec) =>
  isTicket(row) ? call.state.tables.tickets.rows.get(Number(row.chargeToId)) : undefined

/** What the board, the agreement and the member bring when the caller says nothing. */
function fillDefaults(call: Call, draft: Rec): void {
  const { tables } = call.state
  const ticket = isTicket(draft) ? getTicket(call, Number(draft.chargeToId)) : undefined
  const board = tables.boards.rows.get(idOf(ticket?.board) ?? 0)
  draft.member ??= makeReference('MemberReference', call.caller)
  const member = tables.members.rows.get(idOf(draft.member) ?? 0)
  draft.company = ticket?.company ?? makeReference('CompanyReference', tables.companies.rows.get(2)!)
  draft.agreement ??= ticket?.agreement
  draft.workType ??= board?.workType ?? member?.workType
  draft.workRole ??= member?.workRole
  draft.billableOption ??= tables.workTypes.rows.get(idOf(draft.workType) ?? 0)?.billTime
  draft.locationId ??= 1
  draft.businessUnitId ??= 1
  draft.hoursDeduct ??= 0
  const byBoard = [
    ['addToDetailDescriptionFlag', 'timeEntryDiscussionFlag'],
    ['addToInternalAnalysisFlag', 'timeEntryInternalAnalysisFlag'],
    ['addToResolutionFlag', 'timeEntryResolutionFlag'],
  ] as const
  for (const [flag, rule] of byBoard) draft[flag] ??= board?.[rule] === true
  for (const flag of ['emailResourceFlag', 'emailContactFlag', 'emailCcFlag']) draft[flag] ??= false
  if (ticket) draft.ticket = makeReference('TicketReference', ticket)
}

function settle(call: Call, draft: Rec, change: Rec, previous: Rec | undefined): void {
  if (previous && previous.status !== 'Open')
    throw refuse('status', `A time entry with status ${previous.status} cannot be changed.`)
  if (!previous) delete draft.hourlyRate // only an update may set it
  if (draft.timeStart === undefined) throw missing('timeEntry', 'timeStart')
  bindReferences(call, 'TimeEntry', 'timeEntry', draft, change, {
    member: (row) => row.inactiveFlag !== true,
  })
  if ((draft.chargeToId === undefined) !== (draft.chargeToType === undefined)) {
    throw missing('timeEntry', draft.chargeToId === undefined ? 'chargeToId' : 'chargeToType')
  }
  draft.chargeToType ??= 'Company'
  const ticket = isTicket(draft) ? getTicket(call, Number(draft.chargeToId)) : undefined
  if (ticket && ticket.recordType !== draft.chargeToType)
    throw refuse('chargeToType', 'The charge to type does not fit the ticket.')
  const status = call.state.tables.statuses.rows.get(idOf(ticket?.status) ?? 0)
  if (status?.timeEntryNotAllowed === true) {
    throw refuse('chargeToId', `Time entry is not allowed while the ticket is in status ${status.name}.`)
  }
  if (!previous) fillDefaults(call, draft)
  if (draft.timeEnd !== undefined) {
    // The times win: a change of actualHours alone is accepted and has no effect.
    const hours = (Date.parse(String(draft.timeEnd)) - Date.parse(String(draft.timeStart))) / HOUR
    if (hours < 0) throw refuse('timeEnd', 'The end time must be after the start time.')
    draft.actualHours = Math.round((hours - Number(draft.hoursDeduct ?? 0)) * 100) / 100
  } else if (draft.actualHours === undefined) throw missing('timeEntry', 'timeEnd')
  if (previous) return
  draft.status = 'Open'
  draft.invoiceFlag = false
  draft.enteredBy = callerName(call)
  draft.dateEntered = stamp(call.now)
}

function announce(call: Call, entry: Rec, change: Rec, previous: Rec | undefined): void {
  const ticket = ticketOf(call, entry)
  const before = previous && ticketOf(call, previous)
  if (before && before !== ticket) refreshTicket(call.state, before)
  if (!ticket) return
  refreshTicket(call.state, ticket)
  touch(call, ticket)
  if (change.emailContactFlag === true)
    send(call, [ticketContactEmail(call, ticket)], 'time entry: emailContactFlag', ticket)
  if (change.emailResourceFlag === true)
    send(call, resourceEmails(call, ticket), 'time entry: emailResourceFlag', ticket)
  if (change.emailCcFlag === true)
    send(call, ccEmails(entry.emailCc ?? ticket.automaticEmailCc), 'time entry: emailCcFlag', ticket)
}

function recount(call: Call, entry: Rec): void {
  const ticket = ticketOf(call, entry)
  if (ticket) refreshTicket(call.state, ticket)
}

export const timeRoutes: Route[] = [
  {
    method: 'POST',
    template: 'time/entries/defaults',
    handler: (call) => {
      const draft = checkBody('TimeEntry', 'timeEntry', call.body, call.rawBody)
      bindReferences(call, 'TimeEntry', 'timeEntry', draft, { ...draft })
      fillDefaults(call, draft)
      return ok(shower(call, 'TimeEntry')(draft))
    },
  },
  ...entityRoutes({
    table: 'timeEntries',
    path: 'time/entries',
    writes: ['POST', 'PATCH', 'PUT', 'DELETE'],
    readOnly,
    beforeSave: settle,
    afterSave: announce,
    beforeDelete: (_call, entry) => {
      if (entry.status !== 'Open')
        throw refuse('status', `A time entry with status ${entry.status} cannot be deleted.`)
    },
    afterDelete: recount,
  }),
  ...entityRoutes({ table: 'workTypes', path: 'time/workTypes' }),
  ...entityRoutes({ table: 'workRoles', path: 'time/workRoles' }),
]
