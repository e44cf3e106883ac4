import type { Json, Rec } from '../shared/json.ts'
import { holdsRole } from './assignable.ts'
import type { Behaviour } from './behaviour.ts'
import { type Call, callerId } from './call.ts'
import { invalid } from './errors.ts'
import { instant, midnight } from './instants.ts'
import { get } from './state.ts'
import { touchTicket } from './tickets.ts'
import { BILLING_USE } from './values.ts'

const HOUR = 3_600_000
const KIND = { ticket: 2, task: 6, internal: 10 } as const
const has = (value: Json | undefined): boolean => value !== undefined && value !== null && value !== ''
const at = (value: Json | undefined): number | undefined =>
  typeof value === 'string' ? instant(value) : undefined
const round = (hours: number): number => Math.round(hours * 10_000) / 10_000

function prepare(_call: Call, draft: Rec, change: Rec, previous: Rec | undefined): void {
  const start = at(draft.startDateTime)
  const end = at(draft.endDateTime)
  const moved = 'startDateTime' in change || 'endDateTime' in change
  if (start !== undefined && end !== undefined && !('hoursWorked' in change) && (moved || !previous))
    draft.hoursWorked = round((end - start) / HOUR)
  if (typeof draft.startDateTime === 'string' && !has(draft.dateWorked))
    draft.dateWorked = midnight(draft.startDateTime)
  draft.offsetHours ??= 0
  draft.isNonBillable ??= false
  draft.showOnInvoice ??= !draft.isNonBillable
  draft.timeEntryType = has(draft.ticketID) ? KIND.ticket : has(draft.taskID) ? KIND.task : KIND.internal
}

function checkTicketTime(call: Call, draft: Rec, errors: string[]): void {
  if (!has(draft.roleID)) errors.push('TimeEntries for Tickets must have a roleID')
  else if (!holdsRole(call.state, draft.resourceID, draft.roleID))
    errors.push(`The ticket "${draft.ticketID}" has an invalid Resource and Role combination.`)
  if (!has(draft.summaryNotes)) errors.push('Value does not exist for the required field summaryNotes')
  if (!has(draft.startDateTime) || !has(draft.endDateTime))
    errors.push('TimeEntries for Service tickets require a start and stop time.')
  const ticket = get(call.state, 'Tickets', draft.ticketID)
  const contract = get(call.state, 'Contracts', draft.contractID)
  if (contract && contract.companyID !== ticket?.companyID)
    errors.push('The contractID must belong to the company of the ticket')
}

function check(call: Call, draft: Rec, _change: Rec, previous: Rec | undefined): void {
  const errors: string[] = []
  const start = at(draft.startDateTime)
  const end = at(draft.endDateTime)
  if (previous && has(previous.billingApprovalDateTime))
    throw invalid('Posted time entries cannot be changed')
  const kinds = [draft.ticketID, draft.taskID, draft.internalBillingCodeID].filter(has)
  if (kinds.length !== 1)
    errors.push('A time entry needs exactly one of ticketID, taskID and internalBillingCodeID')
  const ranged = start !== undefined && end !== undefined
  if (!has(draft.hoursWorked) && !ranged)
    errors.push('Must have at least one of hoursWorked or startDateTime/endDateTime')
  if (!has(draft.dateWorked)) errors.push('Value does not exist for the required field dateWorked')
  if (ranged && end <= start) errors.push('endDateTime must be after startDateTime')
  const hours = Number(draft.hoursWorked ?? 0)
  if (has(draft.hoursWorked) && (hours <= 0 || hours > 24))
    errors.push('hoursWorked must be more than 0 and no more than 24')
  const code = get(call.state, 'BillingCodes', draft.billingCodeID)
  if (code && code.useType !== BILLING_USE.work)
    errors.push('The given allocation code is not an active general allocation code')
  if (has(draft.ticketID)) checkTicketTime(call, draft, errors)
  if (has(draft.taskID) && !has(draft.roleID)) errors.push('TimeEntries for Tasks must have a roleID')
  if (errors.length > 0) throw invalid(errors)
}

export const timeEntries: Behaviour = {
  prepare,
  check,
  after(call, row, _change, before) {
    if (!before && has(row.ticketID)) {
      const ticket = get(call.state, 'Tickets', row.ticketID)
      row.contractID ??= ticket?.contractID
      row.billingCodeID ??= ticket?.billingCodeID
    }
    row.hoursToBill =
      row.isNonBillable === true ? 0 : round(Number(row.hoursWorked) + Number(row.offsetHours))
    row.lastModifiedUserID = callerId(call)
    // One POST both books the time and shows its summary to the client.
    touchTicket(call, row.ticketID, true)
  },
  beforeDelete(_call, row) {
    if (has(row.billingApprovalDateTime)) throw invalid('Posted time entries cannot be deleted')
  },
  afterDelete: (call, row) => void touchTicket(call, row.ticketID, false),
}
