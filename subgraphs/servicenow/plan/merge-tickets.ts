import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { MergeTicketsInput, PlanDraft } from '../../../schema/plan.ts'
import type { VendorAccess, VendorSession } from '../../../schema/source.ts'
import { mayMail } from '../../planning/mail.ts'
import { toldTicket } from '../../planning/ticket-of.ts'
import { active } from '../choices.ts'
import { readRows } from '../client.ts'
import { isIn, sysId } from '../encoded-query.ts'
import { DUPLICATE } from '../entities/ticket.ts'
import { valueAt } from '../rows.ts'
import { resolvedStatus } from './closing.ts'
import { clientMail, statusMail } from './mail.ts'
import { aboveAndBelow, companiesOf, joiningBaseline, rankOf, reachesOf } from './many-tickets.ts'
import { noteStep } from './note-steps.ts'
import { pickStatus } from './settings.ts'
import { patchStep, ticketRef } from './steps.ts'
import { appended } from './texts.ts'
import { type TicketNow, ticketValues } from './ticket-now.ts'

/** Entries that are counted for the warning. */
const LOOK_AT = 100

/**
 * ServiceNow has no merge (API.md 13). Where an administrator turned it on, plain steps stand in: a note of
 * reference on the one that stays, and on each other the link to it and the close as a duplicate, in one body
 * as the platform wants it. Notes, time and documents stay where they are, and no text is copied.
 */
export async function planMergeTickets(session: VendorSession, input: MergeTicketsInput): Promise<PlanDraft> {
  if (session.connection.mapping.emulateMerge !== true) {
    throw new GatewayError(
      'NOT_SUPPORTED',
      'ServiceNow has no merge. An administrator can turn on plain steps in its stead: a link, a note and a close.',
      { missing: 'emulateMerge' },
    )
  }
  const { parent: into, children } = await aboveAndBelow(session, input.into, input.tickets, 'into')
  for (const ticket of [into, ...children]) {
    if (ticket.table.table !== 'incident') {
      throw new GatewayError('NOT_SUPPORTED', 'Only incidents can be closed as duplicates of each other.', {
        argument: 'tickets',
      })
    }
  }
  if (ticketValues(session, into).mergedInto !== null)
    throw badInput('into', 'a ticket that was not closed as a duplicate itself', input.into)
  const merged = (child: TicketNow) => ticketValues(session, child).mergedInto
  const open = children.filter((child) => merged(child) !== into.key)
  if (open.length === 0)
    throw new GatewayError('NO_CHANGE', 'The tickets are closed as its duplicates already.')
  const elsewhere = open.find((child) => merged(child) !== null)
  if (elsewhere !== undefined)
    throw badInput('tickets', 'tickets that are no duplicates of another one', elsewhere.number)
  if (
    active(into.choices.closeCodes).length > 0 &&
    !into.choices.closeCodes.some(({ value }) => value === DUPLICATE)
  ) {
    throw new GatewayError('NOT_CONFIGURED', `The instance has no close code "${DUPLICATE}".`, {
      missing: 'closeCode',
    })
  }

  const status = pickStatus('resolvedStatus', resolvedStatus(session, into), into.choices)
  const numbers = open.map(({ number }) => number)
  const note = noteStep(
    session,
    into,
    { kind: 'INTERNAL', text: `Closed as duplicates of this ticket: ${numbers.join(', ')}.` },
    { description: null, close_notes: null },
  )
  const closes = open.map((child) => {
    const resolution = appended(
      valueAt(child.row, 'close_notes'),
      `Duplicate of ${into.number}.`,
      'resolution',
    )
    return {
      child,
      resolution,
      step: patchStep(
        session,
        child,
        {
          columns: {
            parent_incident: into.sysId,
            state: status.state,
            close_code: DUPLICATE,
            close_notes: resolution,
          },
          planned: { parent: into.key, mergedInto: into.key, status: status.key, resolution },
          fields: ['mergedInto'],
        },
        {
          merges: true,
          appended: ['close_notes'],
          clientReach: mayMail(statusMail(session, status)) ? 'UNKNOWN' : 'PORTAL_ONLY',
          summary: `Links ticket ${child.number} to ${into.number} and closes it as a duplicate; nothing moves over.`,
        },
      ),
    }
  })
  const mails = await Promise.all(
    open.map((child) =>
      clientMail(
        session,
        statusMail(session, status),
        valueAt(child.row, 'caller_id'),
        valueAt(child.row, 'watch_list'),
      ),
    ),
  )
  const verdict = mails.some((mail) => mail.verdict !== 'NO') ? 'MAY' : 'NO'
  const companies = companiesOf([into, ...open])
  return {
    steps: [note, ...closes.map(({ step }) => step)],
    changes: [
      {
        target: ticketRef(into.key),
        field: 'notes',
        before: null,
        after: `Duplicates: ${numbers.join(', ')}`,
      },
      ...closes.flatMap(({ child, resolution }) => [
        { target: ticketRef(child.key), field: 'mergedInto', before: null, after: into.number },
        {
          target: ticketRef(child.key),
          field: 'status',
          before: child.status?.name ?? null,
          after: status.name,
        },
        {
          target: ticketRef(child.key),
          field: 'resolution',
          before: valueAt(child.row, 'close_notes'),
          after: resolution,
        },
      ]),
    ],
    baseline: joiningBaseline(session, [into, ...open], 'MERGE', ['resolution']),
    sideEffects: [
      'The tickets become children of the one that stays: its status changes are copied to them.',
      'Child incidents of a closed ticket are closed with it.',
      'Reopening a ticket and clearing its parent takes this back.',
    ],
    warnings: [
      'Notes, documents and time stay on the closed tickets: ServiceNow cannot move them.',
      ...(await timeWarnings(session, open)),
      ...(companies.length > 1 ? ['The tickets belong to different companies.'] : []),
    ],
    clientMail: {
      verdict,
      recipients: [...new Set(mails.flatMap((mail) => mail.recipients))],
      reasons: [...new Set(mails.flatMap((mail) => mail.reasons))],
    },
    facts: {
      company: valueAt(into.row, into.table.company),
      companies,
      board: valueAt(into.row, 'assignment_group'),
      reaches: reachesOf([into, ...open]),
      priorityRank: rankOf(into),
      closes: true,
      reopens: false,
      clientMail: verdict,
      billableHours: 0,
      values: { status: [status.name] },
    },
    emulated: true,
    ticket: toldTicket(into.key, into.number, ticketValues(session, into)),
  }
}

/** Time that will not be on the ticket that stays, by ticket, for who may see it. */
async function timeWarnings(
  session: VendorSession,
  tickets: readonly TicketNow[],
): Promise<readonly string[]> {
  if (!session.mayRead('Time Entries', 'hours')) return []
  const access: VendorAccess = { group: 'Time Entries', kind: 'READ', fields: ['hours', 'ticket'] }
  const ids = tickets.map((ticket) => sysId('ticket', ticket.sysId))
  const { rows } = await readRows(session, {
    table: 'task_time_worked',
    clauses: [isIn('task', ids)],
    fields: ['task'],
    limit: LOOK_AT,
    access,
  })
  return tickets.flatMap(({ sysId: id, number }) => {
    const count = rows.filter((row) => row !== undefined && valueAt(row, 'task') === id).length
    if (count === 0) return []
    const words = `${count}${rows.length === LOOK_AT ? ' or more' : ''} time ${count === 1 ? 'entry' : 'entries'}`
    return [`${words} stay on ${number}.`]
  })
}
