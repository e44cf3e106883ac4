import type { Rec } from '../shared/json.ts'
import type { Call } from './call.ts'
import { stamp } from './dates.ts'
import { find, type State } from './state.ts'

export const addresses = (list: unknown): string[] =>
  String(list ?? '')
    .split(/[;,]/)
    .map((address) => address.trim())
    .filter(Boolean)

/** A user's address, unless mails to that user are switched off. */
export function userEmail(state: State, userId: unknown): string | undefined {
  const user = find(state, 'users', userId)
  const usable = user && user.inactive !== true && user.neversendemails !== true && user.emailaddress
  return usable ? String(user.emailaddress) : undefined
}
export const agentEmail = (state: State, agentId: unknown): string | undefined =>
  String(find(state, 'agents', agentId)?.email ?? '') || undefined

/** Whoever gets every mail of the ticket beside its contact. */
export const standingRecipients = (ticket: Rec): string[] => [
  ...addresses(ticket.emailtolist),
  ...addresses(ticket.emailcclist),
]

/** Puts a mail into the outbox, unless nobody would get it. */
export function send(
  call: Call,
  to: (string | undefined)[],
  reason: string,
  ticket?: Rec,
  subject?: string,
): string[] {
  const recipients = [...new Set(to.filter((address) => address !== undefined))]
  if (recipients.length === 0) return []
  call.state.outbox.push({
    time: stamp(call.now),
    to: recipients,
    subject: subject || (ticket ? `${ticket.summary} [ID:${ticket.id}]` : reason),
    reason,
    ...(ticket && { ticketId: Number(ticket.id) }),
  })
  return recipients
}

/** The tenant's notification rules stay silent when a caller switches rules or outgoing mail off. */
export const rulesRun = (change: Rec): boolean =>
  change.dont_do_rules !== true && change._dont_fire_automations !== true && change._prevent_outgoing !== true

/** What the rules say of a ticket that has come to another status. */
export function notifyStatus(call: Call, ticket: Rec, change: Rec): void {
  const status = find(call.state, 'statuses', ticket.status_id)
  if (!status?.$mails || !rulesRun(change)) return
  const to = [userEmail(call.state, ticket.user_id), ...standingRecipients(ticket)]
  send(call, to, `notification rule: status ${status.name}`, ticket)
}

/** Technicians hear of what is given to them, except by themselves. */
export function notifyAgent(call: Call, ticket: Rec, change: Rec): void {
  if (ticket.agent_id === call.agent.id || !rulesRun(change)) return
  send(call, [agentEmail(call.state, ticket.agent_id)], 'notification rule: ticket assigned', ticket)
}
