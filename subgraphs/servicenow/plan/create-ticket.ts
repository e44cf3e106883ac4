import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { CreateTicketInput, PlanDraft } from '../../../schema/plan.ts'
import type { PlanActor, VendorSession } from '../../../schema/source.ts'
import { settingChanges } from '../../planning/changes.ts'
import { factKeys, factValues } from '../../planning/facts.ts'
import type { MailReason } from '../../planning/mail.ts'
import { isDone } from '../choices.ts'
import { type TicketTable, ticketTables } from '../ticket-tables.ts'
import { attachments } from './attachments.ts'
import { companiesReached } from './compose.ts'
import { clientMail } from './mail.ts'
import { resolveChange } from './settings.ts'
import { changeOf, step } from './steps.ts'
import { textOf } from './texts.ts'

/** tables.json, task: correlation_id holds 100 characters; it is every integration's (API.md 14). */
const MAX_CORRELATION = 100

/** Requests and their tasks come from the catalogue, problems from incidents: tickets are opened as one of these. */
const OPENED = ['incident', 'sn_customerservice_case']

export async function planCreateTicket(
  session: VendorSession,
  { connection: _connection, description: text, configurationItem, ...change }: CreateTicketInput,
  actor: PlanActor,
): Promise<PlanDraft> {
  const table = openedTable(session)
  const resolved = await resolveChange(session, table, null, change)
  const item = await attachments.firstItem(session, configurationItem, resolved.company)
  if (resolved.status !== null && isDone(resolved.status))
    throw badInput('status', 'an open status for a new ticket', change.status)
  const correlation = actor.correlation.slice(0, MAX_CORRELATION)
  const description = text === undefined ? null : textOf(text, 'description')
  const { columns } = changeOf(resolved.settings)
  // Left out, the caller is whoever is signed in (tables.json, incident): nobody is better than that.
  const caller = table.contact === undefined || table.contact in columns ? {} : { [table.contact]: '' }
  const created = step(session, {
    method: 'POST',
    table: table.table,
    body: {
      ...columns,
      ...caller,
      ...(description === null ? {} : { description }),
      ...(item.key === null ? {} : { cmdb_ci: item.key }),
      correlation_id: correlation,
    },
    except: ['correlation_id', ...(Object.keys(caller).length > 0 ? ['contact'] : [])],
    alsoBack: ['number', 'priority'],
    target: null,
    creates: 'Ticket',
    ...(description === null ? {} : { clientReach: 'UNKNOWN' }),
    summary: 'Creates a ticket.',
    reconcile: { by: 'CORRELATION', field: 'correlation_id', value: correlation },
  })
  const contact = resolved.contact
  const mail: readonly MailReason[] = [
    {
      verdict: 'MAY',
      reason:
        contact === null
          ? 'A notification may go out for a new ticket.'
          : 'Default notifications mail the caller that a ticket was opened.',
    },
  ]
  const reached = [...resolved.contactReached, ...item.reaches]
  const mailing = await clientMail(session, mail, contact, null)
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
      'Assignment rules, flows and SLA clocks may run.',
      ...(contact === null ? [] : ['Company and location may follow the caller.']),
      ...(description === null ? [] : ['The client can read the description in the portal.']),
    ],
    warnings: [
      ...resolved.warnings,
      ...item.warnings,
      ...(resolved.board === null
        ? ['No board is named: an assignment rule may choose one, or nobody.']
        : []),
    ],
    clientMail: mailing,
    facts: {
      company: resolved.company,
      companies: companiesReached([resolved.company], reached),
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

function openedTable(session: VendorSession): TicketTable {
  const found = ticketTables(session).find(({ table }) => OPENED.includes(table))
  if (found !== undefined) return found
  throw new GatewayError(
    'NOT_CONFIGURED',
    'None of the mapped ticket tables is one that tickets are opened in.',
    {
      missing: 'taskTables',
      allowed: OPENED,
    },
  )
}
