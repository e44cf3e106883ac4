import type { Json, Rec } from '../shared/json.ts'
import { holdsRole } from './assignable.ts'
import type { Behaviour } from './behaviour.ts'
import { type Call, callerId } from './call.ts'
import { invalid } from './errors.ts'
import { record, recordChanges } from './history.ts'
import { instant, stamp } from './instants.ts'
import { mailContact, mailResource } from './mail.ts'
import { all, get, type State } from './state.ts'
import { CATEGORY, categoryDemands, STATUS, TICKET_TYPE } from './values.ts'

const HOUR = 3_600_000
const WATCHED = [
  'status',
  'priority',
  'queueID',
  'title',
  'assignedResourceID',
  'companyID',
  'contactID',
  'issueType',
  'subIssueType',
  'ticketType',
  'dueDateTime',
  'contractID',
  'problemTicketId',
] as const

const has = (value: Json | undefined): boolean => value !== undefined && value !== null

/** `T20261120.0007`: the day and a count within it. */
export function nextTicketNumber(state: State, at: Date): string {
  const day = `T${at.toISOString().slice(0, 10).replaceAll('-', '')}`
  const taken = all(state, 'Tickets').filter((row) => String(row.ticketNumber).startsWith(`${day}.`))
  const highest = Math.max(0, ...taken.map((row) => Number(String(row.ticketNumber).split('.')[1])))
  return `${day}.${String(highest + 1).padStart(4, '0')}`
}

/** The agreed times count from the ticket's making, without regard to office hours. */
export function setDueTimes(state: State, ticket: Rec): void {
  const sla = state.dataset.slas.find((candidate) => candidate.id === ticket.serviceLevelAgreementID)
  const from = instant(String(ticket.createDate))
  const due = (hours: number | undefined) =>
    hours === undefined || from === undefined ? undefined : stamp(from + hours * HOUR)
  ticket.firstResponseDueDateTime = due(sla?.respondHours)
  ticket.resolutionPlanDueDateTime = due(sla?.planHours)
  ticket.resolvedDueDateTime = due(sla?.resolutionHours)
}

function complete(call: Call, draft: Rec): void {
  const now = stamp(call.now)
  draft.completedDate = now
  draft.completedByResourceID = callerId(call)
  draft.resolvedDateTime = now
  const due = draft.resolvedDueDateTime
  draft.serviceLevelAgreementHasBeenMet = typeof due === 'string' ? now <= due : undefined
}

function reopen(draft: Rec): void {
  const kept = [
    'completedDate',
    'completedByResourceID',
    'resolvedDateTime',
    'serviceLevelAgreementHasBeenMet',
  ]
  for (const name of kept) draft[name] = undefined
}

function prepare(call: Call, draft: Rec, change: Rec, previous: Rec | undefined): void {
  if (!previous) {
    draft.createDate = stamp(call.now)
    draft.ticketNumber = nextTicketNumber(call.state, call.now)
    draft.ticketType ??= TICKET_TYPE.serviceRequest
    draft.ticketCategory ??= CATEGORY.standard
    draft.serviceLevelAgreementID ??= get(call.state, 'Contracts', draft.contractID)?.serviceLevelAgreementID
  }
  const clocked = ['priority', 'issueType', 'contractID', 'serviceLevelAgreementID']
  if (!previous || clocked.some((name) => name in change)) setDueTimes(call.state, draft)
  const demanded = categoryDemands(draft.ticketCategory).fields
  if (!previous && !demanded.includes('dueDateTime')) draft.dueDateTime ??= draft.resolvedDueDateTime
  if (draft.status === STATUS.complete && previous?.status !== STATUS.complete) complete(call, draft)
  if (draft.status !== STATUS.complete && previous?.status === STATUS.complete) reopen(draft)
}

function checkPeople(call: Call, draft: Rec, changed: (name: string) => boolean, errors: string[]): void {
  const { state } = call
  const company = get(state, 'Companies', draft.companyID)
  if (changed('contactID') || changed('companyID')) {
    const contact = get(state, 'Contacts', draft.contactID)
    const allowed = [company?.id, company?.parentCompanyID]
    if (contact && !allowed.includes(contact.companyID))
      errors.push('The contactID must belong to the companyID of the ticket or to its parent company')
  }
  for (const [name, root] of [
    ['companyLocationID', 'CompanyLocations'],
    ['contractID', 'Contracts'],
    ['configurationItemID', 'ConfigurationItems'],
  ] as const) {
    const row = get(state, root, draft[name])
    if ((changed(name) || changed('companyID')) && row && row.companyID !== draft.companyID)
      errors.push(`The ${name} must belong to the companyID of the ticket`)
  }
  if (changed('assignedResourceID') || changed('assignedResourceRoleID')) {
    const { assignedResourceID, assignedResourceRoleID } = draft
    if (has(assignedResourceID) !== has(assignedResourceRoleID))
      errors.push(
        'Data violation: When assigning a Resource, you must assign both a assignedResourceID and assignedResourceRoleID.',
      )
    else if (has(assignedResourceID) && !holdsRole(state, assignedResourceID, assignedResourceRoleID))
      errors.push('The specified AssignedResourceID and AssignedRoleID combination is not currently defined')
    const secondary = all(state, 'TicketSecondaryResources').some(
      (row) => row.ticketID === draft.id && row.resourceID === assignedResourceID,
    )
    if (has(assignedResourceID) && secondary)
      errors.push('A resource cannot be both the primary and a secondary resource of a ticket')
  }
}

/** A bundle is a problem with its incidents and nothing else. */
function checkProblem(call: Call, draft: Rec, errors: string[]): void {
  if (!has(draft.problemTicketId)) return
  const problem = get(call.state, 'Tickets', draft.problemTicketId)
  if (problem?.ticketType !== TICKET_TYPE.problem)
    errors.push('The problemTicketId must be a ticket of type Problem')
  if (draft.ticketType !== TICKET_TYPE.incident)
    errors.push('Only a ticket of type Incident may have a problemTicketId')
  if (problem && problem.id === draft.id) errors.push('A ticket cannot be its own problem')
}

function check(call: Call, draft: Rec, change: Rec, previous: Rec | undefined): void {
  const { state } = call
  const errors: string[] = []
  const changed = (name: string) => (draft[name] ?? null) !== (previous?.[name] ?? null)
  for (const name of categoryDemands(draft.ticketCategory).fields) {
    if (!has(draft[name]) && (!previous || name in change || changed('ticketCategory')))
      errors.push(`${name} is required`)
  }
  if (!has(draft.queueID) && !has(draft.assignedResourceID) && (!previous || changed('queueID')))
    errors.push('queueID is required')
  const { subIssueType } = draft
  if (has(subIssueType) && (changed('issueType') || changed('subIssueType'))) {
    const list = state.picklists.get('Tickets.subIssueType')?.values ?? []
    if (!list.some((entry) => entry.value === subIssueType && entry.parent === draft.issueType))
      errors.push(`The subIssueType [${subIssueType}] does not belong to the issueType`)
  }
  checkPeople(call, draft, changed, errors)
  if (changed('problemTicketId') || changed('ticketType')) checkProblem(call, draft, errors)
  const children = previous && all(state, 'Tickets').some((row) => row.problemTicketId === previous.id)
  if (previous && changed('ticketType') && children)
    errors.push('The ticketType of a problem with incidents cannot be changed')
  if (previous && changed('companyID')) {
    const posted =
      all(state, 'TimeEntries').some(
        (row) => row.ticketID === draft.id && has(row.billingApprovalDateTime),
      ) || all(state, 'TicketCharges').some((row) => row.ticketID === draft.id && row.isBilled === true)
    if (posted) errors.push('The companyID cannot be changed once time or charges are posted')
  }
  if (!previous && has(draft.createdByContactID)) checkAuthor(call, draft, errors)
  if (errors.length > 0) throw invalid(errors)
}

function checkAuthor(call: Call, draft: Rec, errors: string[]): void {
  const author = get(call.state, 'Contacts', draft.createdByContactID)
  if (author && author.companyID !== draft.companyID)
    errors.push('The createdByContactID must belong to the companyID of the ticket')
}

function after(call: Call, row: Rec, _change: Rec, before: Rec | undefined): void {
  if (!before) {
    record(call, row, 'Created', `Ticket ${row.ticketNumber} was created.`)
    mailContact(call, 'ticketCreated', row)
  } else recordChanges(call, row, before, WATCHED)
  if (has(row.assignedResourceID) && row.assignedResourceID !== before?.assignedResourceID)
    mailResource(call, 'ticketAssigned', row, row.assignedResourceID)
  if (row.status === STATUS.complete && before?.status !== STATUS.complete)
    mailContact(call, 'ticketCompleted', row)
}

export const tickets: Behaviour = { prepare, check, after }

/** Whatever happens on a ticket moves its clock. */
export function touchTicket(call: Call, id: Json | undefined, visible: boolean): Rec | undefined {
  const ticket = get(call.state, 'Tickets', id)
  if (!ticket) return undefined
  const now = stamp(call.now)
  ticket.lastActivityDate = now
  ticket.lastActivityResourceID = callerId(call)
  ticket.lastActivityPersonType = 1
  if (visible) ticket.lastCustomerVisibleActivityDateTime = now
  return ticket
}
