import { idOf, isRec, type Rec, stamp } from '../shared/json.ts'
import type { Call } from './call.ts'

export function contactEmail(call: Call, contact: unknown): string | undefined {
  const row = isRec(contact) ? call.state.tables.contacts.rows.get(idOf(contact) ?? 0) : undefined
  const items = Array.isArray(row?.communicationItems) ? row.communicationItems.filter(isRec) : []
  const emails = items.filter((item) => item.communicationType === 'Email')
  const chosen = emails.find((item) => item.defaultFlag === true) ?? emails[0]
  return typeof chosen?.value === 'string' ? chosen.value : undefined
}

export function memberEmail(call: Call, member: unknown): string | undefined {
  const row = isRec(member) ? call.state.tables.members.rows.get(idOf(member) ?? 0) : undefined
  return typeof row?.officeEmail === 'string' ? row.officeEmail : undefined
}

export const ticketContactEmail = (call: Call, ticket: Rec) =>
  contactEmail(call, ticket.contact) ?? (ticket.contactEmailAddress as string | undefined)

/** The technicians on a ticket: its owner and whoever is scheduled. */
export function resourceEmails(call: Call, ticket: Rec): string[] {
  const scheduled = String(ticket.resources ?? '').split(', ')
  const members = call.state.tables.members.all().filter((row) => scheduled.includes(String(row.identifier)))
  return [memberEmail(call, ticket.owner), ...members.map((row) => memberEmail(call, row))].filter(
    (to) => to !== undefined,
  )
}

export const ccEmails = (list: unknown): string[] =>
  String(list ?? '')
    .split(/[;,]/)
    .map((address) => address.trim())
    .filter(Boolean)

/** Puts a mail into the outbox, unless nobody would get it. */
export function send(call: Call, to: (string | undefined)[], reason: string, ticket: Rec): void {
  const recipients = [...new Set(to.filter((address) => address !== undefined))]
  if (recipients.length === 0) return
  const subject = `Ticket #${ticket.id}: ${ticket.summary}`
  call.state.outbox.push({
    time: stamp(call.now),
    to: recipients,
    subject,
    reason,
    ticketId: Number(ticket.id),
  })
}

/** Everyone whom a notification on this ticket reaches beside its contact. */
export const automaticRecipients = (call: Call, ticket: Rec): string[] => [
  ...(ticket.automaticEmailResourceFlag ? resourceEmails(call, ticket) : []),
  ...(ticket.automaticEmailCcFlag ? ccEmails(ticket.automaticEmailCc) : []),
]
