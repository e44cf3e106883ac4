import type { CreateTicketInput, PlanDraft } from '../../../schema/plan.ts'
import type { PlanActor, VendorSession } from '../../../schema/source.ts'
import { settingChanges } from '../../planning/changes.ts'
import { companiesOf, factKeys, factValues } from '../../planning/facts.ts'
import { mayMail } from '../../planning/mail.ts'
import { textOf } from '../../planning/texts.ts'
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
  const change = await resolveChange(session, null, input)
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
  const mailing = await clientMail(session, mail, change.contact, null)
  return {
    steps: [created],
    changes: [
      ...settingChanges(null, change.settings),
      ...(description === null
        ? []
        : [{ target: null, field: 'description', before: null, after: description }]),
    ],
    baseline: [],
    sideEffects: [
      'Workflow rules and assignment rules of the board may run.',
      ...(description === null ? [] : ['The client can read the description in the portal.']),
    ],
    warnings: [
      ...change.warnings,
      ...(change.board === null ? ['No board is named: the default board takes the ticket.'] : []),
    ],
    clientMail: mailing,
    facts: {
      company: change.company,
      companies: companiesOf([change.company], change.contactReached),
      board: change.board,
      reaches: [{ company: change.company, board: change.board }, ...change.contactReached],
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
