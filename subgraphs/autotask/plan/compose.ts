import { GatewayError } from '../../../schema/errors.ts'
import type { FieldChange, NoteInput, PlanDraft, ScopeFacts, TimeInput } from '../../../schema/plan.ts'
import type { PlanActor, VendorSession } from '../../../schema/source.ts'
import { settingChanges, timeChanges } from '../../planning/changes.ts'
import { billableHours, companiesOf, factKeys, factValues } from '../../planning/facts.ts'
import { type MailReason, mayMail } from '../../planning/mail.ts'
import { toldTicket } from '../../planning/ticket-of.ts'
import type { Work } from '../../planning/work.ts'
import type { Status } from '../reference.ts'
import { clientMail, may, statusMail, textMail } from './mail.ts'
import { resolveChange, type Setting } from './settings.ts'
import { noteStep, patchStep, ticketRef } from './steps.ts'
import { isNote, textFields, textSettings, textWarnings } from './texts.ts'
import { type Needs, numberOf, type TicketNow, ticketNow, ticketValues, versionOf } from './ticket-now.ts'
import { timeStep, valuesInTime } from './time-step.ts'

/** What the vendor keeps of a time entry, in the order of the plan. */
const SHOWN = ['startedAt', 'billableOption', 'workType', 'workRole', 'clientText', 'internalText'] as const

/** Compared before every write, whatever it is: a ticket that was closed or moved meanwhile is another. */
const ALWAYS = ['status', 'company', 'mergedInto', 'closed'] as const

export function needsOf({ update, notes }: Work): Needs {
  return { texts: textFields(notes), custom: (update.customFields ?? []).length > 0 }
}

/**
 * One plan for what a technician does to one ticket in one go. All changes of the ticket itself are one PATCH,
 * added description and resolution among them. It is the first step, but the last when it closes the ticket.
 */
export async function planWork(
  session: VendorSession,
  key: string,
  work: Work | ((now: TicketNow) => Promise<Work>),
  actor: PlanActor,
  needs: Needs = typeof work === 'function' ? {} : needsOf(work),
): Promise<PlanDraft> {
  const now = await ticketNow(session, key, needs)
  const { update, notes, time } = typeof work === 'function' ? await work(now) : work
  const change = await resolveChange(session, now, update)
  const settings = [...change.settings, ...textSettings(now, notes)]
  const { statusNow } = change
  const statusSet = change.settings.some(({ members }) => 'status' in members) ? change.status : null
  const changeLast = statusSet !== null && isDone(statusSet)

  const ticket = { key, number: numberOf(now) }
  const patch =
    settings.length === 0
      ? []
      : [
          patchStep(ticket, settings, {
            textMayBeMailed: mayMail([...statusMail(session, statusSet), textMail(session)]),
          }),
        ]
  const noteSteps = await Promise.all(notes.filter(isNote).map((note) => noteStep(session, ticket, note)))
  const timeSteps = await Promise.all(time.map((entry) => timeStep(session, now, entry, actor)))
  const steps = changeLast ? [...noteSteps, ...timeSteps, ...patch] : [...patch, ...noteSteps, ...timeSteps]
  if (steps.length === 0) throw new GatewayError('NO_CHANGE', 'The ticket already is as asked.')

  const mail: MailReason[] = [...statusMail(session, statusSet), ...movedMail(change.settings)]
  if (notes.some(({ kind }) => kind !== 'INTERNAL')) mail.push(textMail(session))
  const mailing = await clientMail(session, mail, [change.contact], [key])

  const closes = statusSet !== null && isDone(statusSet) && !(statusNow !== null && isDone(statusNow))
  const reopens = statusSet !== null && !isDone(statusSet) && statusNow !== null && isDone(statusNow)
  const values = ticketValues(now)
  const compared = [
    ...new Set([...ALWAYS, ...settings.flatMap(({ fields }) => fields.map(({ field }) => field))]),
  ]
  const companyNow = now.companyID === null ? null : String(now.companyID)

  const enumerated = [...settings, ...(await valuesInTime(session, time))]
  return {
    steps,
    changes: [
      ...settingChanges(ticketRef(key), settings),
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
    sideEffects: sideEffects(settings, closes, reopens, notes, time),
    warnings: [
      ...change.warnings,
      ...textWarnings(now, notes),
      ...(statusNow !== null && isDone(statusNow) && !reopens && steps.length > patch.length
        ? ['The ticket is closed.']
        : []),
    ],
    clientMail: mailing,
    facts: {
      company: change.company,
      companies: companiesOf([companyNow, change.company], change.contactReached),
      board: change.board,
      reaches: [scopeOf(now), { company: change.company, board: change.board }, ...change.contactReached],
      priorityRank: change.priorityRank,
      closes,
      reopens,
      clientMail: mailing.verdict,
      billableHours: billableHours(time),
      valueKeys: factKeys(enumerated),
      values: factValues(enumerated, notes, time),
    },
    ticket: toldTicket(ticket.key, ticket.number, values),
  }
}

/** A ticket as a record scope sees it. */
export function scopeOf({ companyID, queueID }: TicketNow): ScopeFacts {
  return {
    company: companyID === null ? null : String(companyID),
    board: queueID === null ? null : String(queueID),
  }
}

/** Resolved counts as closed: to a client both are the end of it. */
export function isDone({ category }: Status): boolean {
  return category === 'CLOSED' || category === 'RESOLVED'
}

function movedMail(settings: readonly Setting[]): readonly MailReason[] {
  const moved = settings.some(({ members }) =>
    ['queueID', 'companyID', 'contactID'].some((name) => name in members),
  )
  return moved ? [may('moved')] : []
}

function noteChanges(key: string, notes: readonly NoteInput[]): readonly FieldChange[] {
  return notes
    .filter(isNote)
    .map(({ text }) => ({ target: ticketRef(key), field: 'notes', before: null, after: text }))
}

function sideEffects(
  settings: readonly Setting[],
  closes: boolean,
  reopens: boolean,
  notes: readonly NoteInput[],
  time: readonly TimeInput[],
): readonly string[] {
  const writes = new Set(settings.flatMap(({ members }) => Object.keys(members)))
  return [
    ...(closes
      ? ['Ends the work on the ticket: its SLA clock stops, and open checklist items are not asked about.']
      : []),
    ...(reopens ? ['Opens the ticket again; its completion date and SLA result are cleared.'] : []),
    ...(writes.has('status') ? ['Workflow rules may run on the new status.'] : []),
    ...(writes.has('priority') ? ['Due times of the SLA are computed again.'] : []),
    ...(writes.has('queueID') ? ['Workflow rules of the new queue may run and notify its members.'] : []),
    ...(writes.has('companyID') ? ['Who sees the ticket, is notified and is billed changes.'] : []),
    ...(writes.has('assignedResourceID') ? ['The new owner may be notified.'] : []),
    ...(notes.some(({ kind }) => kind !== 'INTERNAL') ? ['The client can read the text in the portal.'] : []),
    ...(time.length > 0
      ? ['The client may read the summary of the time, and it may be invoiced or drawn from a contract.']
      : []),
  ]
}
