import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { BundleTicketsInput, PlanDraft } from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { NO_MAIL } from '../../planning/mail.ts'
import { toldTicket } from '../../planning/ticket-of.ts'
import { step, ticketRef } from './steps.ts'
import { keyOf, ticketNow, ticketValues, versionOf } from './ticket-now.ts'

const MAX_BUNDLED = 20
/** What makes a bundle stale. */
const COMPARED = ['status', 'company', 'parent', 'mergedInto'] as const

/** One step for each child, so that each can be settled by reading its parent. */
export async function planBundleTickets(
  session: VendorSession,
  input: BundleTicketsInput,
): Promise<PlanDraft> {
  const parentKey = keyOf(session, input.parent, 'Ticket', 'parent')
  const keys = [...new Set(input.tickets.map((id) => keyOf(session, id, 'Ticket', 'tickets')))]
  if (keys.length === 0 || keys.length > MAX_BUNDLED)
    throw badInput('tickets', `1 to ${MAX_BUNDLED} tickets`, keys.length)
  const parent = await ticketNow(session, parentKey)
  const children = await Promise.all(keys.map((key) => ticketNow(session, key)))
  if (parent.parentTicketId)
    throw badInput('parent', 'a ticket that is not bundled under another one itself', input.parent)
  const open = children.filter(({ parentTicketId }) => String(parentTicketId) !== parentKey)
  if (open.length === 0) throw new GatewayError('NO_CHANGE', 'The tickets are bundled under it already.')
  const companies = [
    ...new Set([parent, ...open].flatMap(({ company }) => (company === null ? [] : [String(company.id)]))),
  ]
  return {
    steps: open.map((child) =>
      step(session, {
        method: 'POST',
        path: `/service/tickets/${parentKey}/attachChildren`,
        body: { childTicketIds: [child.id] },
        except: [],
        target: ticketRef(child.id),
        creates: null,
        summary: `Bundles ticket #${child.id} under #${parentKey}.`,
        reconcile: { by: 'VALUES', target: ticketRef(child.id), planned: { parent: parentKey } },
      }),
    ),
    changes: open.map((child) => ({
      target: ticketRef(child.id),
      field: 'parent',
      before: child.parentTicketId ? `#${child.parentTicketId}` : null,
      after: `#${parentKey}`,
    })),
    baseline: [parent, ...open].map((ticket) => {
      const values = ticketValues(session.connection.slug, ticket)
      return {
        target: ticketRef(ticket.id),
        version: versionOf(ticket),
        fields: Object.fromEntries(COMPARED.map((field) => [field, values[field] ?? null])),
        kind: 'BUNDLE',
      }
    }),
    sideEffects: [
      'Status changes of the parent may flow to its children.',
      'A board may send notes of the parent to the contacts of its children.',
    ],
    warnings: companies.length > 1 ? ['The tickets belong to different companies.'] : [],
    clientMail: NO_MAIL,
    facts: {
      company: parent.company === null ? null : String(parent.company.id),
      companies,
      board: parent.board === null ? null : String(parent.board.id),
      reaches: [parent, ...open].map(({ company, board }) => ({
        company: company === null ? null : String(company.id),
        board: board === null ? null : String(board.id),
      })),
      priorityRank: null,
      closes: false,
      reopens: false,
      clientMail: 'NO',
      billableHours: 0,
      values: {},
    },
    ticket: toldTicket(parentKey, parentKey, ticketValues(session.connection.slug, parent)),
  }
}
