import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { MergeTicketsInput, PlanDraft } from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { toldTicket } from '../../planning/ticket-of.ts'
import { prioritiesOf, type Status, statusesOf } from '../reference.ts'
import type { TicketBody } from '../schema.ts'
import { clientMail, statusMail } from './mail.ts'
import { step, ticketRef } from './steps.ts'
import { keyOf, ticketNow, ticketValues, versionOf } from './ticket-now.ts'

const MAX_MERGED = 20

/** What makes a merge stale (docs/safety.md b). */
const COMPARED = ['status', 'company', 'parent', 'mergedInto'] as const

/**
 * One step for each ticket that is merged: each may stand on another board, whose closed status it takes, and
 * each can then be settled by reading whether it was merged.
 */
export async function planMergeTickets(session: VendorSession, input: MergeTicketsInput): Promise<PlanDraft> {
  const into = keyOf(session, input.into, 'Ticket', 'into')
  const keys = [...new Set(input.tickets.map((id) => keyOf(session, id, 'Ticket', 'tickets')))]
  if (keys.length === 0 || keys.length > MAX_MERGED)
    throw badInput('tickets', `1 to ${MAX_MERGED} tickets`, keys.length)
  if (keys.includes(into))
    throw badInput('tickets', 'tickets other than the one they are merged into', input.into)
  const [parent, ...children] = await Promise.all([into, ...keys].map((key) => ticketNow(session, key)))
  if (parent === undefined) throw new GatewayError('NOT_FOUND', 'No such ticket.', { argument: 'into' })
  if (parent.mergedParentTicket !== null)
    throw badInput('into', 'a ticket that was not merged itself', input.into)

  const open = children.filter(({ mergedParentTicket }) => String(mergedParentTicket?.id) !== into)
  if (open.length === 0) throw new GatewayError('NO_CHANGE', 'The tickets are merged already.')
  const elsewhere = open.find(({ mergedParentTicket }) => mergedParentTicket !== null)
  if (elsewhere !== undefined)
    throw badInput('tickets', 'tickets that were not merged into another one', String(elsewhere.id))

  const statuses = await Promise.all(open.map((child) => closedStatus(session, child)))
  const steps = open.map((child, index) =>
    step(session, {
      method: 'POST',
      path: `/service/tickets/${into}/merge`,
      // Bare numbers: objects are a 500 (API.md 8).
      body: { mergeTicketIds: [child.id], status: { id: statuses[index]?.id } },
      except: [],
      target: ticketRef(into),
      creates: null,
      summary: `Merges ticket #${child.id} into #${into}. This cannot be undone.`,
      reconcile: { by: 'VALUES', target: ticketRef(child.id), planned: { mergedInto: into } },
    }),
  )
  const contacts = [parent, ...open].map(({ contact }) => (contact === null ? null : String(contact.id)))
  const mails = await Promise.all(
    contacts.map((contact, index) =>
      clientMail(
        session,
        statuses.flatMap((status) => statusMail(session, status)),
        contact,
        [parent, ...open][index] ?? null,
      ),
    ),
  )
  const verdict = mails.some((mail) => mail.verdict !== 'NO') ? 'MAY' : 'NO'
  const rank = (await prioritiesOf(session)).all.find(({ id }) => id === parent.priority?.id)?.rank ?? null
  return {
    steps,
    changes: open.flatMap((child, index) => [
      { target: ticketRef(child.id), field: 'mergedInto', before: null, after: `#${into}` },
      {
        target: ticketRef(child.id),
        field: 'status',
        before: child.status?.name ?? null,
        after: statuses[index]?.name ?? null,
      },
    ]),
    baseline: [parent, ...open].map((ticket) => {
      const values = ticketValues(session.connection.slug, ticket)
      return {
        target: ticketRef(ticket.id),
        version: versionOf(ticket),
        fields: Object.fromEntries(COMPARED.map((field) => [field, values[field] ?? null])),
        kind: 'MERGE',
      }
    }),
    sideEffects: [
      'Notes, time and documents move to the surviving ticket; the interface has no way back.',
      'Which of the tickets takes the status is not documented; the merged ones close.',
    ],
    warnings: companiesOf([parent, ...open]).length > 1 ? ['The tickets belong to different companies.'] : [],
    clientMail: {
      verdict,
      recipients: [...new Set(mails.flatMap((mail) => mail.recipients))],
      reasons: [...new Set(mails.flatMap((mail) => mail.reasons))],
    },
    facts: {
      company: parent.company === null ? null : String(parent.company.id),
      companies: companiesOf([parent, ...open]),
      board: parent.board === null ? null : String(parent.board.id),
      reaches: [parent, ...open].map(({ company, board }) => ({
        company: company === null ? null : String(company.id),
        board: board === null ? null : String(board.id),
      })),
      priorityRank: rank,
      closes: true,
      reopens: false,
      clientMail: verdict,
      billableHours: 0,
      values: { status: [...new Set(statuses.map(({ name }) => name))] },
    },
    ticket: toldTicket(into, into, ticketValues(session.connection.slug, parent)),
  }
}

function companiesOf(tickets: readonly TicketBody[]): readonly string[] {
  return [...new Set(tickets.flatMap(({ company }) => (company === null ? [] : [String(company.id)])))]
}

/** A person's mapping first, then the board's own closed statuses in their order, "Closed" before others. */
async function closedStatus(session: VendorSession, ticket: TicketBody): Promise<Status> {
  const board = ticket.board
  const usable =
    board === null
      ? []
      : (await statusesOf(session, String(board.id))).filter(({ inactive }) => inactive !== true)
  const mapped = session.connection.mapping.statusCategories ?? {}
  const found =
    usable.find(({ key }) => mapped[key] === 'CLOSED') ??
    usable.find(({ closes, name }) => closes && /^>?\s*closed/i.test(name)) ??
    usable.find(({ closes }) => closes)
  if (found !== undefined) return found
  throw new GatewayError(
    'NOT_CONFIGURED',
    'A board of the merged tickets has no closed status; map one of its statuses to CLOSED.',
    {
      missing: 'statusCategories',
      board: board === null ? null : String(board.id),
    },
  )
}
