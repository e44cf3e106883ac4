import type { CreateTicketInput, PlanDraft, PlannedStep } from '../../../schema/plan.ts'
import type { PlanActor, VendorSession } from '../../../schema/source.ts'
import { settingChanges } from '../../planning/changes.ts'
import { companiesOf, factKeys, factValues } from '../../planning/facts.ts'
import { mayMail } from '../../planning/mail.ts'
import { textOf } from '../../planning/texts.ts'
import { attachments } from './attachments.ts'
import { clientMail, createdMail } from './mail.ts'
import { resolveChange } from './settings.ts'
import { step } from './steps.ts'

/** API.md 8: externalXRef holds 100 characters and is ours to use. */
const MAX_XREF = 100

export async function planCreateTicket(
  session: VendorSession,
  input: CreateTicketInput,
  actor: PlanActor,
): Promise<PlanDraft> {
  const { configurationItem } = input
  const change = await resolveChange(session, null, input)
  const item = await attachments.firstItem(session, configurationItem, change.company)
  const correlation = actor.correlation.slice(0, MAX_XREF)
  const description = input.description === undefined ? null : textOf(input.description, 'description')
  const mail = createdMail(session, change.status)
  const created = step(session, {
    method: 'POST',
    path: '/service/tickets',
    body: {
      ...Object.fromEntries(change.settings.map(({ member, value }) => [member, value])),
      ...(description === null ? {} : { initialDescription: description }),
      externalXRef: correlation,
      // The vendor's default is to notify; nothing mails unless somebody asks for it.
      processNotifications: false,
    },
    except: ['externalXRef', 'processNotifications'],
    target: null,
    creates: 'Ticket',
    ...(description === null ? {} : { clientReach: mayMail(mail) ? 'UNKNOWN' : 'PORTAL_ONLY' }),
    summary: 'Creates a ticket.',
    reconcile: { by: 'CORRELATION', field: 'externalXRef', value: correlation },
  })
  const reached = [...change.contactReached, ...item.reaches]
  const mailing = await clientMail(session, mail, change.contact, null)
  return {
    steps: [created, ...(item.key === null ? [] : [attachedToNew(session, item.key)])],
    changes: [
      ...settingChanges(null, change.settings),
      ...(description === null
        ? []
        : [{ target: null, field: 'description', before: null, after: description }]),
      ...item.changes,
    ],
    baseline: [],
    sideEffects: [
      'Workflow rules and assignment rules of the board may run.',
      ...(description === null ? [] : ['The client can read the description in the portal.']),
    ],
    warnings: [
      ...change.warnings,
      ...item.warnings,
      ...(change.board === null ? ['No board is named: the default board takes the ticket.'] : []),
    ],
    clientMail: mailing,
    facts: {
      company: change.company,
      companies: companiesOf([change.company], reached),
      board: change.board,
      reaches: [{ company: change.company, board: change.board }, ...reached],
      priorityRank: change.priorityRank,
      closes: false,
      reopens: false,
      clientMail: mailing.verdict,
      billableHours: 0,
      valueKeys: factKeys(change.settings),
      values: factValues(change.settings),
    },
    ticket: null,
  }
}

/** ConnectWise takes no items with a new ticket: they are put on it once it has a number. */
function attachedToNew(session: VendorSession, item: string): PlannedStep {
  const attached = step(session, {
    method: 'POST',
    path: '/service/tickets/{step1.id}/configurations',
    body: { id: Number(item) },
    except: [],
    attaches: true,
    target: null,
    creates: null,
    summary: 'Attaches the configuration item to the new ticket.',
    reconcile: { by: 'PERSON', reason: 'Whether the new ticket has the item is seen on the ticket.' },
  })
  return { ...attached, holes: [1] }
}
