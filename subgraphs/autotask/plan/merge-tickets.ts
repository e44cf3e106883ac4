import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { MergeTicketsInput, PlanDraft, PlannedStep } from '../../../schema/plan.ts'
import type { VendorAccess, VendorSession } from '../../../schema/source.ts'
import { toldTicket } from '../../planning/ticket-of.ts'
import { MAX_RECORDS, objectOf, query } from '../client.ts'
import { fieldName, integer, isIn } from '../conditions.ts'
import { priorities, type Status, statuses } from '../reference.ts'
import { isDone, scopeOf } from './compose.ts'
import { clientMail, statusMail } from './mail.ts'
import { completeStatus } from './outcomes.ts'
import type { Setting } from './settings.ts'
import { noteStep, patchStep, ticketRef } from './steps.ts'
import { keyOf, numberOf, type TicketNow, ticketsNow, ticketValues, versionOf } from './ticket-now.ts'

const MAX_MERGED = 20

/** What makes a merge stale (docs/safety.md b). */
const COMPARED = ['status', 'company', 'parent', 'mergedInto'] as const

export const NO_MERGE =
  'Autotask merges tickets in its interface only and has no call for it. An administrator can allow plain steps in its stead ("emulateMerge").'

/** Whoever may not merge may not do it step by step either. */
const MERGING: VendorAccess = { group: 'Tickets', kind: 'MERGE', fields: ['mergedInto'] }

/**
 * Not a merge, and it says so: internal notes that refer to each other, then the merged tickets are completed.
 * Time, charges, attachments and what the client wrote stay where they are.
 */
export async function planMergeTickets(session: VendorSession, input: MergeTicketsInput): Promise<PlanDraft> {
  if (session.connection.mapping.emulateMerge !== true)
    throw new GatewayError('NOT_SUPPORTED', NO_MERGE, { missing: 'emulateMerge' })
  const intoKey = keyOf(session, input.into, 'Ticket', 'into')
  const keys = [...new Set(input.tickets.map((id) => keyOf(session, id, 'Ticket', 'tickets')))]
  if (keys.length === 0 || keys.length > MAX_MERGED)
    throw badInput('tickets', `1 to ${MAX_MERGED} tickets`, keys.length)
  if (keys.includes(intoKey))
    throw badInput('tickets', 'tickets other than the one they are merged into', input.into)
  const tickets = await ticketsNow(session, [intoKey, ...keys])
  const [into, ...losers] = tickets as readonly [TicketNow, ...TicketNow[]]
  const known = await statuses(session)
  const statusOf = (ticket: TicketNow) => known.find(({ id }) => id === ticket.status) ?? null
  const intoStatus = statusOf(into)
  if (intoStatus !== null && isDone(intoStatus))
    throw badInput('into', 'a ticket that is not closed', input.into)
  const complete = await completeStatus(session, into)
  const closing = losers.filter(({ status }) => status !== complete.id)
  if (closing.length === 0) throw new GatewayError('NO_CHANGE', 'The tickets are complete already.')
  const steps = await stepsOf(session, into, closing, complete, statusOf)
  const mail = await clientMail(
    session,
    statusMail(session, complete),
    closing.map(({ contactID }) => (contactID === null ? null : String(contactID))),
    closing.map(({ id }) => String(id)),
  )
  const companies = [
    ...new Set(tickets.flatMap(({ companyID }) => (companyID === null ? [] : [String(companyID)]))),
  ]
  return {
    emulated: true,
    steps,
    changes: closing.map((ticket) => ({
      target: ticketRef(ticket.id),
      field: 'status',
      before: statusOf(ticket)?.name ?? null,
      after: complete.name,
    })),
    baseline: [into, ...closing].map((ticket) => {
      const values = ticketValues(ticket)
      return {
        target: ticketRef(ticket.id),
        version: versionOf(ticket),
        fields: Object.fromEntries(COMPARED.map((field) => [field, values[field] ?? null])),
        kind: 'MERGE' as const,
      }
    }),
    sideEffects: [
      'Autotask cannot merge by its API: internal notes refer to the other ticket, and the merged ones are completed.',
      'Notes, attachments and charges stay on the tickets where they are; nothing of the client is copied.',
    ],
    warnings: [
      ...(companies.length > 1 ? ['The tickets belong to different companies.'] : []),
      ...(await timeWarnings(session, closing)),
    ],
    clientMail: mail,
    facts: {
      company: into.companyID === null ? null : String(into.companyID),
      companies,
      board: into.queueID === null ? null : String(into.queueID),
      reaches: [into, ...closing].map(scopeOf),
      priorityRank: (await priorities(session)).find(({ id }) => id === into.priority)?.rank ?? null,
      closes: true,
      reopens: false,
      clientMail: mail.verdict,
      billableHours: 0,
      values: { status: [complete.name] },
    },
    ticket: toldTicket(intoKey, numberOf(into), ticketValues(into)),
  }
}

/** Notes first: a ticket that is closed must not be left without a word of where the work goes on. */
async function stepsOf(
  session: VendorSession,
  into: TicketNow,
  losers: readonly TicketNow[],
  complete: Status,
  statusOf: (ticket: TicketNow) => Status | null,
): Promise<readonly PlannedStep[]> {
  const target = (ticket: TicketNow) => ({ key: String(ticket.id), number: numberOf(ticket) })
  const internal = (ticket: TicketNow, text: string) =>
    noteStep(session, target(ticket), { kind: 'INTERNAL', text })
  const names = losers.map(numberOf).join(', ')
  return [
    await internal(into, `Takes over from ${names}.`),
    ...(await Promise.all(losers.map((ticket) => internal(ticket, `Continued in ${numberOf(into)}.`)))),
    ...losers.map((ticket) => {
      const closed: Setting = {
        members: { status: complete.id },
        fields: [
          {
            field: 'status',
            before: statusOf(ticket)?.name ?? null,
            after: complete.name,
            planned: complete.key,
            enumerated: complete.name,
          },
        ],
      }
      return patchStep(target(ticket), [closed], { also: [MERGING] })
    }),
  ]
}

async function timeWarnings(
  session: VendorSession,
  losers: readonly TicketNow[],
): Promise<readonly string[]> {
  const unread = ['Time that was logged on the merged tickets stays there; it cannot be read here.']
  if (!session.mayRead('Time Entries', 'hours')) return unread
  const { rows, cut } = await query(session, {
    entity: 'TimeEntries',
    filter: [
      isIn(
        fieldName('ticketID'),
        losers.map(({ id }) => integer('ticket', id)),
      ),
    ],
    fields: ['id', 'ticketID', 'hoursWorked'],
    max: MAX_RECORDS,
    access: { group: 'Time Entries', kind: 'READ', fields: ['hours', 'ticket'] },
  })
  const entries = rows.map(objectOf)
  return losers.flatMap((ticket) => {
    const own = entries.filter(({ ticketID }) => ticketID === ticket.id)
    if (own.length === 0) return []
    const hours = own.reduce(
      (sum, { hoursWorked }) => sum + (typeof hoursWorked === 'number' ? hoursWorked : 0),
      0,
    )
    const many = `${cut ? 'at least ' : ''}${own.length} time ${own.length === 1 ? 'entry' : 'entries'}`
    return [`${numberOf(ticket)} keeps ${many} with ${Math.round(hours * 100) / 100} h: time is not moved.`]
  })
}
