import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { BundleTicketsInput, PlanDraft } from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { NO_MAIL } from '../../planning/mail.ts'
import { toldTicket } from '../../planning/ticket-of.ts'
import { isDone } from '../choices.ts'
import { valueAt } from '../rows.ts'
import { aboveAndBelow, companiesOf, joiningBaseline, rankOf, reachesOf } from './many-tickets.ts'
import { patchStep, ticketRef } from './steps.ts'
import { ticketValues } from './ticket-now.ts'

/** A parent on each ticket, one step for each: incidents below an incident, any task below any. */
export async function planBundleTickets(
  session: VendorSession,
  input: BundleTicketsInput,
): Promise<PlanDraft> {
  const { parent, children } = await aboveAndBelow(session, input.parent, input.tickets, 'parent')
  if (ticketValues(session, parent).parent !== null)
    throw badInput('parent', 'a ticket that is not bundled under another itself', input.parent)
  const open = children.filter((child) => ticketValues(session, child).parent !== parent.key)
  if (open.length === 0) throw new GatewayError('NO_CHANGE', 'The tickets are bundled so already.')
  const steps = open.map((child) => {
    // An incident's own column takes incidents only.
    if (child.table.parent === 'parent_incident' && parent.table.table !== 'incident') {
      throw new GatewayError('NOT_SUPPORTED', 'An incident can only be bundled under an incident.', {
        argument: 'parent',
      })
    }
    return patchStep(
      session,
      child,
      {
        columns: { [child.table.parent]: parent.sysId },
        planned: { parent: parent.key },
        fields: ['parent'],
      },
      { summary: `Puts ticket ${child.number} under ${parent.number}.` },
    )
  })
  const companies = companiesOf([parent, ...open])
  return {
    steps,
    changes: open.map((child) => ({
      target: ticketRef(child.key),
      field: 'parent',
      before: valueAt(child.row, `${child.table.parent}.number`) ?? valueAt(child.row, child.table.parent),
      after: parent.number,
    })),
    baseline: joiningBaseline(session, [parent, ...open], 'BUNDLE'),
    sideEffects: [
      'Status changes of the parent are copied to child incidents from then on; resolving it resolves them all.',
    ],
    warnings: [
      ...(companies.length > 1 ? ['The tickets belong to different companies.'] : []),
      ...(parent.status !== null && isDone(parent.status) ? ['The parent is resolved or closed.'] : []),
    ],
    clientMail: NO_MAIL,
    facts: {
      company: valueAt(parent.row, parent.table.company),
      companies,
      board: valueAt(parent.row, 'assignment_group'),
      reaches: reachesOf([parent, ...open]),
      priorityRank: rankOf(parent),
      closes: false,
      reopens: false,
      clientMail: 'NO',
      billableHours: 0,
      values: {},
    },
    ticket: toldTicket(parent.key, parent.number, ticketValues(session, parent)),
  }
}
