import { GatewayError } from '../../../schema/errors.ts'
import type { CreateTicketInput, PlanDraft } from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { settingChanges } from '../../planning/changes.ts'
import { companiesOf, factKeys, factValues } from '../../planning/facts.ts'
import { mayMail } from '../../planning/mail.ts'
import { textOf } from '../../planning/texts.ts'
import { ticketTypes } from '../reference.ts'
import { attachments } from './attachments.ts'
import { clientMail, createdMail } from './mail.ts'
import { resolveChange } from './settings.ts'
import { step } from './steps.ts'

export async function planCreateTicket(session: VendorSession, input: CreateTicketInput): Promise<PlanDraft> {
  const { connection: _connection, description: text, configurationItem, ...change } = input
  const guessed = change.type === undefined ? await onlyType(session) : null
  const resolved = await resolveChange(
    session,
    null,
    guessed === null ? change : { ...change, type: guessed.key },
  )
  const item = await attachments.firstItem(session, configurationItem, resolved.company)
  const description = text === undefined ? null : textOf(text, 'description')
  const members = Object.assign({}, ...resolved.settings.map((setting) => setting.members)) as Record<
    string,
    unknown
  >
  const shown = new Set(resolved.settings.flatMap(({ fields }) => fields.map(({ field }) => field)))
  const along = resolved.settings.flatMap(({ along: names = [] }) => names).filter((name) => !shown.has(name))
  const parent = { type: 'Company', key: resolved.company ?? '' } as const
  const mail = createdMail(session, resolved.status)
  const created = step({
    path: '/Tickets',
    element: {
      ...members,
      ...(description === null ? {} : { details: description }),
      ...(item.key === null ? {} : { assets: [{ id: Number(item.key) }] }),
      // The type's default may be to acknowledge; nothing mails unless somebody asks for it.
      sendack: false,
    },
    demands: { attaches: true },
    except: [...along, ...(guessed === null ? [] : ['type'])],
    target: null,
    creates: 'Ticket',
    ...(description === null ? {} : { clientReach: mayMail(mail) ? 'UNKNOWN' : 'PORTAL_ONLY' }),
    summary: 'Creates a ticket.',
    // Halo documents no field of ours that it could be searched by.
    reconcile: {
      by: 'FINGERPRINT',
      parent,
      content: {
        summary: members.summary,
        client_id: members.client_id,
        tickettype_id: members.tickettype_id,
        ...(members.user_id === undefined ? {} : { user_id: members.user_id }),
      },
    },
  })
  const reached = [...resolved.contactReached, ...item.reaches]
  const mailing = await clientMail(session, mail, [resolved.email], [])
  return {
    steps: [created],
    changes: [
      ...settingChanges(null, resolved.settings),
      ...(description === null
        ? []
        : [{ target: null, field: 'description', before: null, after: description }]),
      ...item.changes,
    ],
    baseline: [],
    sideEffects: [
      "Rules, templates and workflows of the ticket's type may run.",
      ...(description === null ? [] : ['The client can read the description in the portal.']),
    ],
    warnings: [
      ...resolved.warnings,
      ...item.warnings,
      ...(guessed === null ? [] : [`No type is named: the ticket becomes a ${guessed.name}.`]),
    ],
    clientMail: mailing,
    facts: {
      company: resolved.company,
      companies: companiesOf([resolved.company], item.reaches),
      board: resolved.board,
      reaches: [{ company: resolved.company, board: resolved.board }, ...reached],
      priorityRank: resolved.priorityRank,
      closes: false,
      reopens: false,
      clientMail: mailing.verdict,
      billableHours: 0,
      valueKeys: factKeys(resolved.settings),
      values: factValues(resolved.settings),
    },
    ticket: null,
  }
}

/** Usually demanded (API.md, "Ticket"): the only type there is, or the one that is called an incident. */
async function onlyType(session: VendorSession): Promise<{ readonly key: string; readonly name: string }> {
  const known = (await ticketTypes(session)).filter(({ visible }) => visible !== false)
  const named = known.filter(({ name }) => /^incident$/i.test(name.trim()))
  const found = known.length === 1 ? known[0] : named.length === 1 ? named[0] : undefined
  if (found !== undefined) return { key: String(found.id), name: found.name }
  throw new GatewayError('BAD_USER_INPUT', '"type": HaloPSA needs the type of a new ticket.', {
    argument: 'type',
    allowed: known.map(({ name }) => name),
  })
}
