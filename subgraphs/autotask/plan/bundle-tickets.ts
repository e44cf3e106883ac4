import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { BundleTicketsInput, PlanDraft } from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { NO_MAIL } from '../../planning/mail.ts'
import { toldTicket } from '../../planning/ticket-of.ts'
import { scopeOf } from './compose.ts'
import { patchStep, ticketRef } from './steps.ts'
import { keyOf, numberOf, type TicketNow, ticketsNow, ticketValues, versionOf } from './ticket-now.ts'

const MAX_BUNDLED = 20
/** What makes a bundle stale; the types too, since they decide whether there can be one. */
const COMPARED = ['status', 'company', 'parent', 'mergedInto', 'type'] as const

/** Ticket types of the system (API.md 13). */
const INCIDENT = 2
const PROBLEM = 3

/** A problem and its incidents is the one bundle that Autotask has: one step for each incident. */
export async function planBundleTickets(
  session: VendorSession,
  input: BundleTicketsInput,
): Promise<PlanDraft> {
  const parentKey = keyOf(session, input.parent, 'Ticket', 'parent')
  const keys = [...new Set(input.tickets.map((id) => keyOf(session, id, 'Ticket', 'tickets')))]
  if (keys.length === 0 || keys.length > MAX_BUNDLED)
    throw badInput('tickets', `1 to ${MAX_BUNDLED} tickets`, keys.length)
  if (keys.includes(parentKey)) throw badInput('tickets', 'tickets other than their parent', input.parent)
  const [parent, ...children] = (await ticketsNow(session, [parentKey, ...keys])) as [
    TicketNow,
    ...TicketNow[],
  ]
  const open = children.filter(({ problemTicketId }) => String(problemTicketId) !== parentKey)
  if (open.length === 0) throw new GatewayError('NO_CHANGE', 'The tickets are bundled under it already.')
  expectTypes(parent, open)
  const companies = [
    ...new Set([parent, ...open].flatMap(({ companyID }) => (companyID === null ? [] : [String(companyID)]))),
  ]
  return {
    steps: open.map((child) =>
      patchStep({ key: String(child.id), number: numberOf(child) }, [
        {
          members: { problemTicketId: Number(parentKey) },
          fields: [{ field: 'parent', before: before(child), after: numberOf(parent), planned: parentKey }],
        },
      ]),
    ),
    changes: open.map((child) => ({
      target: ticketRef(child.id),
      field: 'parent',
      before: before(child),
      after: numberOf(parent),
    })),
    baseline: [parent, ...open].map((ticket) => {
      const values = ticketValues(ticket)
      return {
        target: ticketRef(ticket.id),
        version: versionOf(ticket),
        fields: Object.fromEntries(COMPARED.map((field) => [field, values[field] ?? null])),
        kind: 'BUNDLE' as const,
      }
    }),
    sideEffects: ['Whoever closes the problem in Autotask is offered to close its incidents.'],
    warnings: [
      ...(companies.length > 1 ? ['The tickets belong to different companies.'] : []),
      ...(open.some(({ problemTicketId }) => problemTicketId !== null)
        ? ['A ticket leaves the problem that it was linked to.']
        : []),
    ],
    clientMail: NO_MAIL,
    facts: {
      company: parent.companyID === null ? null : String(parent.companyID),
      companies,
      board: parent.queueID === null ? null : String(parent.queueID),
      reaches: [parent, ...open].map(scopeOf),
      priorityRank: null,
      closes: false,
      reopens: false,
      clientMail: 'NO',
      billableHours: 0,
      values: {},
    },
    ticket: toldTicket(parentKey, numberOf(parent), ticketValues(parent)),
  }
}

/** "There is no free parent/child between two service requests: say so rather than re-typing" (API.md 13). */
function expectTypes(parent: TicketNow, children: readonly TicketNow[]): void {
  const wrong = [
    ...(parent.ticketType === PROBLEM ? [] : [numberOf(parent)]),
    ...children.filter(({ ticketType }) => ticketType !== INCIDENT).map(numberOf),
  ]
  if (wrong.length === 0) return
  throw new GatewayError(
    'NOT_SUPPORTED',
    'Autotask links incidents to a problem and nothing else; a ticket of another type is not changed into one.',
    { argument: parent.ticketType === PROBLEM ? 'tickets' : 'parent', tickets: wrong },
  )
}

function before({ problemTicketId }: TicketNow): string | null {
  return problemTicketId === null ? null : `#${problemTicketId}`
}
