import { GatewayError } from '../../../schema/errors.ts'
import type { FieldChange, NoteInput, PlanDraft, TimeInput } from '../../../schema/plan.ts'
import type { PlanActor, VendorSession } from '../../../schema/source.ts'
import { settingChanges, timeChanges } from '../../planning/changes.ts'
import { billableHours, companiesOf, factKeys, factValues } from '../../planning/facts.ts'
import { type MailReason, mayMail } from '../../planning/mail.ts'
import { toldTicket } from '../../planning/ticket-of.ts'
import type { Work } from '../../planning/work.ts'
import type { Status } from '../reference.ts'
import { statusesOf } from '../reference.ts'
import type { TicketBody } from '../schema.ts'
import { clientMail, statusMail } from './mail.ts'
import { resolveChange, type Setting } from './settings.ts'
import { memberReference, noteStep, patchStep, ticketRef } from './steps.ts'
import { ticketNow, ticketValues, versionOf } from './ticket-now.ts'
import { timeStep, valuesInTime } from './time-step.ts'

/** What the vendor keeps of a time entry, in the order of the plan. */
const SHOWN = ['startedAt', 'billableOption', 'workType', 'workRole', 'clientText', 'internalText'] as const

/** Compared before every write, whatever it is: a ticket that was closed, moved or merged meanwhile is another. */
const ALWAYS = ['status', 'company', 'mergedInto'] as const

/**
 * One plan for what a technician does to one ticket in one go. The vendor checks time against the status that
 * the ticket has at that moment, and a closed ticket takes less: so a change that closes, or whose status
 * takes no time, is the last step, and every other change the first. Notes come before time.
 */
export async function planWork(
  session: VendorSession,
  key: string,
  work: Work | ((now: TicketBody) => Promise<Work>),
  actor: PlanActor,
): Promise<PlanDraft> {
  const now = await ticketNow(session, key)
  const { update, notes, time } = typeof work === 'function' ? await work(now) : work
  const change = await resolveChange(session, now, update)
  const statusNow = await currentStatus(session, now)
  const statusSet = change.settings.some(({ member }) => member === 'status') ? change.status : null
  const changeLast = statusSet !== null && (isDone(statusSet) || statusSet.timeEntryNotAllowed === true)

  const patch = change.settings.length === 0 ? [] : [patchStep(session, key, change.settings)]
  const author = actor.timeOwner === 'TICKET_OWNER' ? null : memberReference(actor.member)
  const byStatus = statusMail(session, statusSet)
  // A status's template may quote the resolution.
  const noteSteps = notes.map((note) =>
    noteStep(session, key, note, author, note.kind === 'RESOLUTION' && mayMail(byStatus)),
  )
  const statusForTime = statusSet === null || changeLast ? statusNow : statusSet
  if (time.length > 0 && statusForTime?.timeEntryNotAllowed === true) {
    throw new GatewayError(
      'BAD_USER_INPUT',
      'The status of the ticket takes no time entries; change the status first.',
      {
        argument: 'time',
      },
    )
  }
  const timeSteps = await Promise.all(time.map((entry) => timeStep(session, now, entry, actor)))
  const steps = changeLast ? [...noteSteps, ...timeSteps, ...patch] : [...patch, ...noteSteps, ...timeSteps]
  if (steps.length === 0) throw new GatewayError('NO_CHANGE', 'The ticket already is as asked.')

  const mail: MailReason[] = [...byStatus, ...movedMail(change.settings)]
  if (notes.some(({ mailClient }) => mailClient === true)) {
    mail.push({ verdict: 'YES', reason: 'The note is mailed to the client.' })
  }
  const mailing = await clientMail(session, mail, change.contact, now)

  const closes = statusSet !== null && isDone(statusSet) && !(statusNow !== null && isDone(statusNow))
  const reopens =
    statusSet !== null &&
    !isDone(statusSet) &&
    (now.closedFlag === true || (statusNow !== null && isDone(statusNow)))
  const companyNow = now.company === null ? null : String(now.company.id)
  const values = ticketValues(session.connection.slug, now)
  const compared = [
    ...new Set([
      ...ALWAYS,
      'closed',
      ...change.settings.flatMap(({ fields }) => fields.map(({ field }) => field)),
    ]),
  ]

  const enumerated = [...change.settings, ...(await valuesInTime(session, time))]
  return {
    steps,
    changes: [
      ...settingChanges(ticketRef(key), change.settings),
      ...noteChanges(key, notes),
      ...timeChanges(ticketRef(key), time, SHOWN),
    ],
    baseline: [
      {
        target: ticketRef(key),
        version: versionOf(now),
        fields: Object.fromEntries(compared.map((field) => [field, values[field] ?? null])),
        kind: patch.length > 0 ? 'UPDATE' : 'CREATE',
      },
    ],
    sideEffects: sideEffects(change.settings, closes, reopens, notes, time),
    warnings: [
      ...change.warnings,
      ...(now.mergedParentTicket === null
        ? []
        : [`This ticket was merged into #${now.mergedParentTicket.id}.`]),
      ...(now.closedFlag === true && !reopens && steps.length > patch.length
        ? ['The ticket is closed.']
        : []),
    ],
    clientMail: mailing,
    facts: {
      company: change.company,
      companies: companiesOf([companyNow, change.company], change.contactReached),
      board: change.board,
      reaches: [
        { company: companyNow, board: now.board === null ? null : String(now.board.id) },
        { company: change.company, board: change.board },
        ...change.contactReached,
      ],
      priorityRank: change.priorityRank,
      closes,
      reopens,
      clientMail: mailing.verdict,
      billableHours: billableHours(time),
      valueKeys: factKeys(enumerated),
      values: factValues(enumerated, notes, time),
    },
    ticket: toldTicket(key, key, ticketValues(session.connection.slug, now)),
  }
}

export async function currentStatus(session: VendorSession, now: TicketBody): Promise<Status | null> {
  if (now.board === null || now.status === null) return null
  const known = await statusesOf(session, String(now.board.id))
  return known.find(({ id }) => id === now.status?.id) ?? null
}

/** Resolved counts as closed: to a client both are the end of it. */
export function isDone({ closes, category }: Status): boolean {
  return closes || category === 'CLOSED' || category === 'RESOLVED'
}

function movedMail(settings: readonly Setting[]): readonly MailReason[] {
  const moved = settings.some(({ member }) => member === 'board' || member === 'company')
  return moved
    ? [{ verdict: 'MAY', reason: 'Workflow rules of the new board or company may mail the client.' }]
    : []
}

function noteChanges(key: string, notes: readonly NoteInput[]): readonly FieldChange[] {
  return notes.map(({ text }) => ({ target: ticketRef(key), field: 'notes', before: null, after: text }))
}

function sideEffects(
  settings: readonly Setting[],
  closes: boolean,
  reopens: boolean,
  notes: readonly NoteInput[],
  time: readonly TimeInput[],
): readonly string[] {
  const writes = new Set(settings.map(({ member }) => member))
  return [
    ...(closes ? ['Closes the ticket, which ends its SLA clock and may send a survey.'] : []),
    ...(reopens ? ['Opens the ticket again.'] : []),
    ...(writes.has('status')
      ? ['Workflow rules may run on the new status; bundled tickets may follow it.']
      : []),
    ...(writes.has('board') ? ['The new board may reset sub type, item, agreement and SLA.'] : []),
    ...(writes.has('company')
      ? ['The ticket becomes visible to the new company; its agreement and SLA are reset.']
      : []),
    ...(writes.has('type') ? ['A sub type or item that does not fit the new type may be cleared.'] : []),
    ...(writes.has('owner') ? ['The new owner may be notified.'] : []),
    ...(notes.some(({ kind }) => kind !== 'INTERNAL') ? ['The client can read the note in the portal.'] : []),
    ...(notes.some(({ kind }) => kind === 'RESOLUTION') ? ['A resolution goes on invoices.'] : []),
    ...(time.length > 0
      ? ['Time may be invoiced or drawn from an agreement, and a workflow rule may set the status.']
      : []),
  ]
}
