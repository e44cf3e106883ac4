import type { Rec } from '../shared/json.ts'
import { type Call, callerId } from './call.ts'
import { stamp } from './instants.ts'
import { get, insert, type WorkflowRule } from './state.ts'

/** A mail that a workflow rule of the tenant sends; the API itself has no way to ask for one or to stop it. */
function send(call: Call, rule: WorkflowRule, ticket: Rec, person: Rec | undefined, address: string): void {
  const { state, now } = call
  state.outbox.push({
    time: stamp(now),
    to: [address],
    subject: `Ticket ${ticket.ticketNumber}: ${ticket.title}`,
    reason: `workflow rule ${rule}`,
    ticketId: Number(ticket.id),
  })
  insert(state, 'NotificationHistory', {
    companyID: ticket.companyID,
    entityNumber: ticket.ticketNumber,
    entityTitle: ticket.title,
    initiatingResourceID: callerId(call),
    isActive: true,
    isDeleted: false,
    isTemplateJob: false,
    notificationHistoryTypeID: 1,
    notificationSentTime: stamp(now),
    recipientDisplayName: person ? `${person.firstName} ${person.lastName}` : address,
    recipientEmailAddress: address,
    templateName: rule,
    ticketID: ticket.id,
  })
}

export function mailContact(call: Call, rule: WorkflowRule, ticket: Rec): void {
  const contact = get(call.state, 'Contacts', ticket.contactID)
  const address = contact?.emailAddress
  if (!call.state.workflowRules.has(rule) || typeof address !== 'string') return
  if (contact?.isActive !== 1 || contact.receivesEmailNotifications === false) return
  send(call, rule, ticket, contact, address)
  ticket.lastCustomerNotificationDateTime = stamp(call.now)
}

export function mailResource(call: Call, rule: WorkflowRule, ticket: Rec, id: Rec[string]): void {
  const resource = get(call.state, 'Resources', id)
  const address = resource?.email
  if (!call.state.workflowRules.has(rule) || typeof address !== 'string') return
  // Nobody is told of what they did themselves.
  if (resource?.id !== call.caller.id) send(call, rule, ticket, resource, address)
}
