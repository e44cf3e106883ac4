import { badInput } from '../../../schema/errors.ts'
import type { CreateTicketInput, PlanDraft } from '../../../schema/plan.ts'
import type { PlanActor, VendorSession } from '../../../schema/source.ts'
import { settingChanges } from '../../planning/changes.ts'
import { companiesOf, factKeys, factValues } from '../../planning/facts.ts'
import { mayMail } from '../../planning/mail.ts'
import { textOf } from '../../planning/texts.ts'
import { type Choice, priorities, queues, statuses } from '../reference.ts'
import { attachments } from './attachments.ts'
import { clientMail, createdMail } from './mail.ts'
import { defaultOf, resolveChange, type Setting } from './settings.ts'
import { MAX_EXTERNAL_ID, membersOf, step } from './steps.ts'
import { MAX_TEXT } from './texts.ts'

export async function planCreateTicket(
  session: VendorSession,
  input: CreateTicketInput,
  actor: PlanActor,
): Promise<PlanDraft> {
  const { connection: _, description, configurationItem, ...named } = input
  const change = await resolveChange(session, null, named)
  const item = await attachments.firstItem(session, configurationItem, change.company)
  const settings: Setting[] = [...change.settings]
  const status = change.status ?? defaultOf('status', await statuses(session))
  if (change.status === null) settings.push(required('status', 'status', status))
  const priority = named.priority === undefined ? defaultOf('priority', await priorities(session)) : null
  if (priority !== null) settings.push(required('priority', 'priority', priority))
  let board = change.board
  if (board === null && change.assignee === null) {
    // A queue or an owner, by most ticket categories (API.md 13): which queue is nobody's guess.
    const [only, ...others] = (await queues(session)).filter(({ active, isDefault }) => active && isDefault)
    if (only === undefined || others.length > 0) throw badInput('board', 'a queue, or an assignee', undefined)
    settings.push(required('board', 'queueID', only))
    board = only.key
  }
  const text = description === undefined ? null : textOf(description, 'description', MAX_TEXT.description)
  const correlation = actor.correlation.slice(0, MAX_EXTERNAL_ID)
  const mail = createdMail(session, status)
  const created = step({
    method: 'POST',
    path: '/Tickets',
    body: {
      ...membersOf(settings),
      ...(text === null ? {} : { description: text }),
      ...(item.key === null ? {} : { configurationItemID: Number(item.key) }),
      externalID: correlation,
    },
    except: ['externalID', ...settings.flatMap(({ except = [] }) => except)],
    target: null,
    creates: 'Ticket',
    summary: 'Creates a ticket.',
    reconcile: { by: 'CORRELATION', field: 'externalID', value: correlation },
    ...(text === null ? {} : { clientReach: mayMail(mail) ? 'UNKNOWN' : 'PORTAL_ONLY' }),
  })
  const reached = [...change.contactReached, ...item.reaches]
  const mailing = await clientMail(session, mail, [change.contact], [])
  return {
    steps: [created],
    changes: [
      ...settingChanges(null, settings),
      ...(text === null ? [] : [{ target: null, field: 'description', before: null, after: text }]),
      ...item.changes,
    ],
    baseline: [],
    sideEffects: [
      'Workflow rules may run, and the ticket category may add values of its own.',
      ...(text === null ? [] : ['The client can read the description in the portal.']),
    ],
    warnings: [...change.warnings, ...item.warnings],
    clientMail: mailing,
    facts: {
      company: change.company,
      companies: companiesOf([change.company], reached),
      board,
      reaches: [{ company: change.company, board }, ...reached],
      priorityRank: change.priorityRank ?? priority?.rank ?? null,
      closes: false,
      reopens: false,
      clientMail: mailing.verdict,
      billableHours: 0,
      valueKeys: factKeys(settings),
      values: factValues(settings),
    },
    ticket: null,
  }
}

/** What Autotask requires and nobody named: shown in the plan, and demanded of nobody. */
function required(field: string, member: string, choice: Choice): Setting {
  return {
    members: { [member]: choice.id },
    fields: [{ field, before: null, after: choice.name, planned: choice.key, enumerated: choice.name }],
    except: [field],
  }
}
