import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { BundleTicketsInput, PlanDraft } from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { NO_MAIL } from '../../planning/mail.ts'
import { toldTicket } from '../../planning/ticket-of.ts'
import { someId } from '../projection.ts'
import { companiesOf, reachesOf, teamKey } from './facts.ts'
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
  if (keys.includes(parentKey)) throw badInput('tickets', 'tickets other than their parent', input.parent)
  const parent = await ticketNow(session, parentKey)
  const children = await Promise.all(keys.map((key) => ticketNow(session, key)))
  if (someId(parent.parent_id) !== null)
    throw badInput('parent', 'a ticket that is not bundled under another one itself', input.parent)
  const open = children.filter(({ parent_id }) => String(parent_id) !== parentKey)
  if (open.length === 0) throw new GatewayError('NO_CHANGE', 'The tickets are bundled under it already.')
  const companies = companiesOf([parent, ...open])
  return {
    steps: open.map((child) =>
      step({
        path: '/Tickets',
        element: { id: child.id, parent_id: parent.id },
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
      before: someId(child.parent_id) === null ? null : `#${child.parent_id}`,
      after: `#${parentKey}`,
    })),
    baseline: [parent, ...open].map((ticket) => {
      const values = ticketValues(session, ticket)
      return {
        target: ticketRef(ticket.id),
        version: versionOf(ticket),
        fields: Object.fromEntries(COMPARED.map((field) => [field, values[field] ?? null])),
        kind: 'BUNDLE',
      }
    }),
    sideEffects: ['Closing the parent may close its children, where the tenant is set up so.'],
    warnings: companies.length > 1 ? ['The tickets belong to different companies.'] : [],
    clientMail: NO_MAIL,
    facts: {
      company: parent.client_id === null ? null : String(parent.client_id),
      companies,
      board: await teamKey(session, parent),
      reaches: await reachesOf(session, [parent, ...open]),
      priorityRank: null,
      closes: false,
      reopens: false,
      clientMail: 'NO',
      billableHours: 0,
      values: {},
    },
    ticket: toldTicket(parentKey, parentKey, ticketValues(session, parent)),
  }
}
