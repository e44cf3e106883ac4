import { GatewayError } from '../../../schema/errors.ts'
import type { NoteInput, PlanDraft, PlannedStep, ScopeFacts, TimeInput } from '../../../schema/plan.ts'
import type { PlanActor, VendorSession } from '../../../schema/source.ts'
import { settingChanges, timeChanges } from '../../planning/changes.ts'
import { factKeys, factValues } from '../../planning/facts.ts'
import { type MailReason, mayMail } from '../../planning/mail.ts'
import { list } from '../../planning/texts.ts'
import { toldTicket } from '../../planning/ticket-of.ts'
import type { Work } from '../../planning/work.ts'
import { isDone, type Status } from '../choices.ts'
import { valueAt } from '../rows.ts'
import { closeCodeFor, needsResolution } from './closing.ts'
import { clientMail, statusMail } from './mail.ts'
import { reachesOf } from './many-tickets.ts'
import { commentReach, type FieldTexts, noteChanges, noteMail, noteStep } from './note-steps.ts'
import { type Resolved, resolveChange, type Setting } from './settings.ts'
import { type Change, changeOf, patchStep, ticketRef } from './steps.ts'
import { appended, journalText, textOf } from './texts.ts'
import { type TicketNow, ticketNow, ticketValues, versionOf } from './ticket-now.ts'
import { billableHours, timeStep, timeWarnings, valuesInTime } from './time-step.ts'

/** What the vendor keeps of a time entry, in the order of the plan. */
const SHOWN = ['startedAt', 'workType', 'internalText'] as const

/** Compared before every write, whatever it is: a ticket that was closed, moved or merged meanwhile is another. */
const ALWAYS = ['status', 'company', 'mergedInto', 'closed'] as const

/**
 * One plan for what a technician does to one ticket in one go. A change that closes is the last step, every
 * other change the first; notes come before time. What the platform takes only together is one step: a
 * resolution with its status, and the question to the caller with "awaiting caller" (API.md 6 and 14).
 */
export async function planWork(
  session: VendorSession,
  key: string,
  work: Work | ((now: TicketNow) => Work),
  actor: PlanActor,
): Promise<PlanDraft> {
  const customAsked = typeof work !== 'function' && (work.update.customFields ?? []).length > 0
  const now = await ticketNow(session, key, { custom: customAsked })
  const { update, notes, time } = typeof work === 'function' ? work(now) : work
  const change = await resolveChange(session, now.table, now, update)
  const closing = needsResolution(now, change.status)
  const joined = joinedNotes(now, change.status, notes)
  const alone = notes.filter((note) => !joined.includes(note))
  const patch = change.settings.length === 0 ? [] : [changeStep(session, now, change, joined, closing)]

  const texts: FieldTexts = {
    description: valueAt(now.row, 'description'),
    close_notes: valueAt(now.row, 'close_notes'),
  }
  const noteSteps = alone.map((note) => noteStep(session, now, note, texts))
  const timeSteps = await Promise.all(time.map((entry) => timeStep(session, now, entry, actor)))
  const changeLast = change.status !== null && isDone(change.status)
  const steps = changeLast ? [...noteSteps, ...timeSteps, ...patch] : [...patch, ...noteSteps, ...timeSteps]
  if (steps.length === 0) throw new GatewayError('NO_CHANGE', 'The ticket already is as asked.')

  const mail: readonly MailReason[] = [
    ...statusMail(session, change.status),
    ...movedMail(change.settings),
    ...noteMail(session, now, notes),
  ]
  const mailing = await clientMail(session, mail, change.contact, valueAt(now.row, 'watch_list'))
  const doneNow = now.status !== null && isDone(now.status)
  const closes = change.status !== null && isDone(change.status) && !doneNow
  const reopens = change.status !== null && !isDone(change.status) && doneNow
  const companyNow = valueAt(now.row, now.table.company)
  const values = ticketValues(session, now)
  const written = change.settings.flatMap(({ fields }) => fields.map(({ field }) => field))
  const compared = new Set([
    ...ALWAYS,
    ...written,
    ...notes.flatMap(({ kind }) =>
      kind === 'DESCRIPTION' ? ['description'] : kind === 'RESOLUTION' ? ['resolution'] : [],
    ),
  ])

  const enumerated = [...change.settings, ...(await valuesInTime(session, time))]
  return {
    steps,
    changes: [
      ...settingChanges(ticketRef(now.key), change.settings),
      ...noteChanges(now, notes),
      ...timeChanges(ticketRef(now.key), time, SHOWN),
    ],
    baseline: [
      {
        target: ticketRef(now.key),
        version: versionOf(now.row),
        fields: Object.fromEntries([...compared].map((field) => [field, values[field] ?? null])),
        kind: steps.some(({ creates }) => creates === null) ? 'UPDATE' : 'CREATE',
      },
    ],
    sideEffects: sideEffects(change.settings, change.status, closes, reopens, notes, time),
    warnings: [
      ...change.warnings,
      ...timeWarnings(time),
      ...(values.mergedInto === null ? [] : ['This ticket was closed as a duplicate of another one.']),
      ...(values.closed === true && !reopens && steps.length > patch.length ? ['The ticket is closed.'] : []),
    ],
    clientMail: mailing,
    facts: {
      company: change.company,
      companies: companiesReached([companyNow, change.company], change.contactReached),
      board: change.board,
      reaches: [
        ...reachesOf([now]),
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
    ticket: toldTicket(now.key, now.number, ticketValues(session, now)),
  }
}

/** With the company that a contact belongs to: a plan reaches into that one, too. */
export function companiesReached(
  companies: readonly (string | null)[],
  reached: readonly ScopeFacts[],
): readonly string[] {
  const all = [...companies, ...reached.map(({ company }) => company)]
  return [...new Set(all.filter((one) => typeof one === 'string'))]
}

/** Notes that go in one body with the status they belong to. */
function joinedNotes(
  now: TicketNow,
  status: Status | null,
  notes: readonly NoteInput[],
): readonly NoteInput[] {
  if (needsResolution(now, status)) return notes.filter(({ kind }) => kind === 'RESOLUTION')
  if (status === null || status.category !== 'WAITING_CLIENT' || status.reason === null) return []
  const question = notes.find(({ kind }) => kind === 'CLIENT_FACING')
  if (question !== undefined) return [question]
  throw new GatewayError(
    'BAD_USER_INPUT',
    '"status": awaiting the caller needs a question to the caller; give a CLIENT_FACING note with it (workTicket).',
    { argument: 'status' },
  )
}

function changeStep(
  session: VendorSession,
  now: TicketNow,
  { settings, status }: Resolved,
  joined: readonly NoteInput[],
  closing: boolean,
): PlannedStep {
  const change = changeOf(settings)
  if (!closing) {
    const [question] = joined
    if (question === undefined) return patchStep(session, now, change)
    return patchStep(
      session,
      now,
      { ...change, columns: { ...change.columns, comments: journalText(question.text, 'text') } },
      {
        except: question.mailClient === true ? [] : ['mailClient'],
        clientReach: commentReach(session, question.mailClient === true),
        summary: `Changes ${list(change.fields)} of ticket ${now.number} and asks the caller.`,
      },
    )
  }
  const before = valueAt(now.row, 'close_notes')
  const notes = joined.reduce<string | null>(
    (text, note) => appended(text, textOf(note.text, 'text'), 'text'),
    before,
  )
  if (notes === null) {
    throw new GatewayError(
      'BAD_USER_INPUT',
      '"status": ServiceNow resolves no ticket without a resolution; give one (resolveTicket).',
      { argument: 'status' },
    )
  }
  const codeColumn = now.table.closeCode as string
  const code = closeCodeFor(session, now)
  const columns = {
    ...change.columns,
    ...(valueAt(now.row, codeColumn) === code ? {} : { [codeColumn]: code }),
    ...(notes === before ? {} : { close_notes: notes }),
  }
  const resolved: Change = {
    columns,
    planned: { ...change.planned, closeCode: code, ...(notes === before ? {} : { resolution: notes }) },
    fields: [...change.fields, ...(notes === before ? [] : ['resolution'])],
  }
  // The close code is the mapping's or the ticket's, nobody's choice of this call.
  return patchStep(session, now, resolved, {
    except: ['closeCode'],
    appended: ['close_notes'],
    clientReach: mayMail([...statusMail(session, status), ...noteMail(session, now, joined)])
      ? 'UNKNOWN'
      : 'PORTAL_ONLY',
  })
}

function movedMail(settings: readonly Setting[]): readonly MailReason[] {
  const written = new Set(settings.flatMap(({ fields }) => fields.map(({ field }) => field)))
  return written.has('company') || written.has('contact')
    ? [{ verdict: 'MAY', reason: 'A notification may mail the new caller.' }]
    : []
}

/** API.md 14. */
function sideEffects(
  settings: readonly Setting[],
  status: Status | null,
  closes: boolean,
  reopens: boolean,
  notes: readonly NoteInput[],
  time: readonly TimeInput[],
): readonly string[] {
  const writes = new Set(settings.flatMap(({ fields }) => fields.map(({ field }) => field)))
  const kinds = new Set(notes.map(({ kind }) => kind))
  return [
    ...(closes
      ? [
          'Ends the SLA clocks; a resolved parent resolves its child incidents and copies the resolution to them.',
        ]
      : []),
    ...(reopens ? ['Opens the ticket again, and its child incidents with it.'] : []),
    ...(status !== null && !closes && !reopens
      ? ['Business rules may run on the new status; child incidents may follow it.']
      : []),
    ...(writes.has('priority') ? ['The priority attaches or cancels SLA clocks.'] : []),
    ...(writes.has('board') || writes.has('assignee') ? ['The new group or owner may be notified.'] : []),
    ...(writes.has('company')
      ? ['The ticket becomes visible to the new company, and may move to its domain.']
      : []),
    ...(writes.has('contact') ? ['Company and location may follow the new caller.'] : []),
    ...(writes.has('type')
      ? ['A subcategory that does not fit the new category stays until somebody changes it.']
      : []),
    ...(kinds.has('CLIENT_FACING') ? ['The client can read the comment in the portal.'] : []),
    ...(kinds.has('DESCRIPTION') || kinds.has('RESOLUTION')
      ? ['The client can read description and resolution in the portal.']
      : []),
    ...(kinds.has('INTERNAL') ? ['The assignee and the work notes list may be notified.'] : []),
    ...(time.length > 0 ? ['A time card may be created or changed.'] : []),
  ]
}
