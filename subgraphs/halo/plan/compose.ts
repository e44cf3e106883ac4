import { GatewayError } from '../../../schema/errors.ts'
import type { FieldChange, NoteInput, PlanDraft, PlannedStep, TimeInput } from '../../../schema/plan.ts'
import type { PlanActor, VendorSession } from '../../../schema/source.ts'
import { settingChanges, timeChanges } from '../../planning/changes.ts'
import { billableHours, factKeys, factValues } from '../../planning/facts.ts'
import type { MailReason } from '../../planning/mail.ts'
import { list, textOf } from '../../planning/texts.ts'
import { toldTicket } from '../../planning/ticket-of.ts'
import type { Work as PlainWork } from '../../planning/work.ts'
import { isClosed, type Status, statuses } from '../reference.ts'
import type { TicketBody } from '../schema.ts'
import { reachesOf } from './facts.ts'
import { clientMail, statusMail } from './mail.ts'
import { type ActionPlan, notePlan } from './note-step.ts'
import { authorOf } from './people.ts'
import { resolveChange, type Setting } from './settings.ts'
import { step, ticketRef } from './steps.ts'
import { ticketNow, ticketValues, versionOf, wholeTicket } from './ticket-now.ts'
import { secondText, timePlan, valuesInTime } from './time-step.ts'

/** What the vendor keeps of a time entry, in the order of the plan. */
const SHOWN = ['startedAt', 'billableOption', 'workType', 'clientText', 'internalText'] as const

export interface Work extends PlainWork {
  /** The resolution: one action writes it and sets the status, so that neither stands without the other. */
  readonly resolution?: { readonly text: string; readonly status: Status }
}

/** Compared before every write, whatever it is: a ticket that was closed, moved or merged meanwhile is another. */
const ALWAYS = ['status', 'closed', 'company', 'mergedInto'] as const

/**
 * One plan for what a technician does to one ticket in one go. A closed ticket may take less: a change that
 * closes is the last step, and every other change the first. Notes come before time.
 */
export async function planWork(
  session: VendorSession,
  key: string,
  work: Work | ((now: TicketBody) => Promise<Work>),
  actor: PlanActor,
): Promise<PlanDraft> {
  const now = await ticketNow(session, key)
  const { update, notes, time, resolution } = typeof work === 'function' ? await work(now) : work
  const change = await resolveChange(session, now, update)
  const statusSet = sets(change.settings, 'status') ? change.status : null

  const patch = change.settings.length === 0 ? [] : [patchStep(key, change.settings)]
  const author = notes.length > 0 || time.length > 0 || resolution ? await authorOf(session, actor) : null
  const described = notes.filter(({ kind }) => kind === 'DESCRIPTION')
  const whole = described.length === 0 ? now : await wholeTicket(session, now, ['description'])
  const description = described.length === 0 ? null : descriptionStep(whole, described)
  const actions: ActionPlan[] = []
  for (const note of [...notes, ...time.flatMap((entry) => secondText(entry) ?? [])])
    if (note.kind !== 'DESCRIPTION')
      actions.push(await notePlan(session, now, { ...note, kind: note.kind }, author))
  for (const entry of time) actions.push(await timePlan(session, now, entry, actor))
  if (resolution !== undefined)
    actions.push(
      await notePlan(session, now, { kind: 'RESOLUTION', text: resolution.text }, author, resolution.status),
    )

  const done = [...(description === null ? [] : [description.step]), ...actions.map((action) => action.step)]
  const steps = statusSet !== null && isDone(statusSet) ? [...done, ...patch] : [...patch, ...done]
  if (steps.length === 0) throw new GatewayError('NO_CHANGE', 'The ticket already is as asked.')

  const moves =
    statusSet !== null ||
    resolution !== undefined ||
    actions.some(({ outcome }) => outcome.newStatus !== null)
  const known = moves ? await statuses(session) : []
  const current = known.find(({ id }) => id === now.status_id) ?? null
  const closedNow = await isClosed(session, now.status_id)
  const byOutcome = actions.flatMap(({ outcome }) => known.find(({ id }) => id === outcome.newStatus) ?? [])
  const ends = resolution?.status ?? statusSet ?? byOutcome.at(-1) ?? null
  const mail: MailReason[] = [
    ...statusMail(session, resolution?.status ?? statusSet),
    ...byOutcome.flatMap((status) => (status === resolution?.status ? [] : statusMail(session, status))),
    ...movedMail(change.settings),
    ...actions.flatMap((action) => action.mail),
  ]
  const mailing = await clientMail(session, mail, [change.email], [now])
  const open = current !== null && !isDone(current)
  const closes = ends !== null && isDone(ends) && (current === null || open)
  const reopens = ends !== null && !isDone(ends) && current !== null && !open
  const companyNow = now.client_id === null ? null : String(now.client_id)
  const values = { ...ticketValues(session, { ...now, details: whole.details }), closed: closedNow }
  const compared = new Set([
    ...ALWAYS,
    ...(description === null ? [] : ['description']),
    ...change.settings.flatMap(({ fields }) => fields.map(({ field }) => field)),
  ])
  const baseline = await baselineOf(session, now, values, compared)

  const enumerated = [...change.settings, ...(await valuesInTime(session, time))]
  return {
    steps,
    changes: [
      ...settingChanges(ticketRef(key), change.settings),
      ...(description === null ? [] : [description.change]),
      ...noteChanges(key, notes),
      ...timeChanges(ticketRef(key), time, SHOWN),
      ...resolutionChanges(key, resolution, current),
      ...outcomeChanges(key, actions, known, current, resolution !== undefined),
    ],
    baseline: [
      {
        target: ticketRef(key),
        version: versionOf(now),
        fields: baseline,
        kind: patch.length > 0 || description !== null || resolution !== undefined ? 'UPDATE' : 'CREATE',
      },
    ],
    sideEffects: sideEffects(
      change.settings,
      { closes, reopens, status: ends !== null },
      actions,
      notes,
      time,
    ),
    warnings: [
      ...change.warnings,
      ...(now.merged_into_id ? [`This ticket was merged into #${now.merged_into_id}.`] : []),
      ...(closedNow && !reopens && done.length > 0 ? ['The ticket is closed.'] : []),
      ...(time.some((entry) => secondText(entry) !== null)
        ? ['HaloPSA keeps one text with time: the internal one becomes a note of its own.']
        : []),
      ...(description === null ? [] : description.warnings),
    ],
    clientMail: mailing,
    facts: {
      company: change.company,
      companies: [...new Set([companyNow, change.company].filter((one) => one !== null))],
      board: change.board,
      reaches: [
        ...(await reachesOf(session, [now])),
        { company: change.company, board: change.board },
        ...change.contactReached,
      ],
      priorityRank: change.priorityRank,
      closes,
      reopens,
      clientMail: mailing.verdict,
      billableHours: billableHours(time),
      valueKeys: factKeys(enumerated),
      values: factValues(
        [...enumerated, ...namedStatuses([...byOutcome, ...(resolution ? [resolution.status] : [])])],
        notes,
        time,
      ),
    },
    ticket: toldTicket(key, key, ticketValues(session, now)),
  }
}

async function baselineOf(
  session: VendorSession,
  now: TicketBody,
  values: Readonly<Record<string, unknown>>,
  compared: ReadonlySet<string>,
): Promise<Readonly<Record<string, unknown>>> {
  const custom = [...compared].some((field) => field.startsWith('custom:'))
  const held = custom ? ticketValues(session, await wholeTicket(session, now, ['customFields'])) : values
  return Object.fromEntries(
    [...compared].map((field) => [field, (field.startsWith('custom:') ? held : values)[field] ?? null]),
  )
}

export function patchStep(key: string, settings: readonly Setting[]): PlannedStep {
  const fields = settings.flatMap((setting) => setting.fields)
  const shown = new Set(fields.map(({ field }) => field))
  const along = settings.flatMap(({ along: names = [] }) => names).filter((name) => !shown.has(name))
  return step({
    path: '/Tickets',
    element: Object.assign({ id: Number(key) }, ...settings.map(({ members }) => members)) as Record<
      string,
      unknown
    >,
    except: along,
    target: ticketRef(key),
    creates: null,
    summary: `Changes ${list(fields.map(({ field }) => field))} of ticket #${key}.`,
    reconcile: {
      by: 'VALUES',
      target: ticketRef(key),
      planned: Object.fromEntries(fields.map(({ field, planned }) => [field, planned])),
    },
  })
}

/** Tags that say more than where a paragraph ends. */
const FORMATTED = /<(?!\/?(p|br|div|span)\b)[a-z]/i

/** A description is one field: what is added stands below what is there, and the whole of it is shown. */
function descriptionStep(whole: TicketBody, notes: readonly NoteInput[]) {
  const before = whole.details ?? ''
  const added = notes.map(({ text }) => textOf(text, 'text')).join('\n\n')
  const after = before === '' ? added : `${before}\n\n${added}`
  const target = ticketRef(whole.id)
  const change: FieldChange = { target, field: 'description', before: before === '' ? null : before, after }
  return {
    change,
    warnings: FORMATTED.test(whole.details_html ?? '')
      ? ['Formatting of the description is lost: HaloPSA is sent plain text.']
      : [],
    step: step({
      path: '/Tickets',
      element: { id: whole.id, details: after },
      demands: { appendsDescription: true },
      except: [],
      target,
      creates: null,
      clientReach: 'PORTAL_ONLY',
      summary: `Adds to the description of ticket #${whole.id}.`,
      reconcile: { by: 'VALUES', target, planned: { description: after } },
    }),
  }
}

/** Resolved counts as closed: to a client both are the end of it. */
export function isDone({ closes, category }: Status): boolean {
  return closes || category === 'CLOSED' || category === 'RESOLVED'
}

function sets(settings: readonly Setting[], wanted: string): boolean {
  return settings.some(({ fields }) => fields.some(({ field }) => field === wanted))
}

function movedMail(settings: readonly Setting[]): readonly MailReason[] {
  return sets(settings, 'board') || sets(settings, 'company') || sets(settings, 'contact')
    ? [
        {
          verdict: 'MAY',
          reason: 'Notification rules of the new team, company or contact may mail the client.',
        },
      ]
    : []
}

function noteChanges(key: string, notes: readonly NoteInput[]): readonly FieldChange[] {
  return notes
    .filter(({ kind }) => kind !== 'DESCRIPTION')
    .map(({ text }) => ({ target: ticketRef(key), field: 'notes', before: null, after: text }))
}

function resolutionChanges(
  key: string,
  resolution: Work['resolution'],
  current: Status | null,
): readonly FieldChange[] {
  if (resolution === undefined) return []
  const target = ticketRef(key)
  return [
    { target, field: 'notes', before: null, after: resolution.text },
    ...(resolution.status.id === current?.id
      ? []
      : [{ target, field: 'status', before: current?.name ?? null, after: resolution.status.name }]),
  ]
}

/** What outcomes change by themselves: the status by name, the rest as the vendor computes it. */
function outcomeChanges(
  key: string,
  actions: readonly ActionPlan[],
  known: readonly Status[],
  current: Status | null,
  resolved: boolean,
): readonly FieldChange[] {
  const target = ticketRef(key)
  const changes = new Map<string, FieldChange>()
  for (const [index, { outcome }] of actions.entries()) {
    for (const field of outcome.changes) {
      if (field !== 'status') changes.set(field, { target, field, before: null, after: null, unknown: true })
      else if (!(resolved && index === actions.length - 1)) {
        const after = known.find(({ id }) => id === outcome.newStatus)?.name ?? String(outcome.newStatus)
        changes.set(field, { target, field, before: current?.name ?? null, after })
      }
    }
  }
  return [...changes.values()]
}

function sideEffects(
  settings: readonly Setting[],
  {
    closes,
    reopens,
    status,
  }: { readonly closes: boolean; readonly reopens: boolean; readonly status: boolean },
  actions: readonly ActionPlan[],
  notes: readonly NoteInput[],
  time: readonly TimeInput[],
): readonly string[] {
  const visible =
    notes.some(({ kind }) => kind !== 'INTERNAL') ||
    actions.some(({ step: { clientReach } }) => clientReach !== undefined)
  return [
    ...(closes
      ? ['Closes the ticket, which ends its SLA clock, may send a survey and may close its child tickets.']
      : []),
    ...(reopens ? ['Opens the ticket again.'] : []),
    ...(status ? ['Rules of the tenant may run on the new status.'] : []),
    ...(sets(settings, 'company') ? ["The ticket becomes visible to the new company's portal users."] : []),
    ...(sets(settings, 'type') ? ["The new type's rules, mandatory fields and workflow apply."] : []),
    ...(sets(settings, 'priority') ? ['The SLA dates are computed anew.'] : []),
    ...(sets(settings, 'assignee') ? ['The new owner may be notified.'] : []),
    ...(visible ? ['The client can read the text in the portal.'] : []),
    ...new Set(
      actions.flatMap(({ outcome }) =>
        outcome.starts.map((what) => `The outcome "${outcome.id}" starts ${what}.`),
      ),
    ),
    ...(time.length > 0 ? ['Time may be invoiced or drawn from an agreement.'] : []),
  ]
}

/** Statuses that actions set, as settings name theirs. */
function namedStatuses(set: readonly Status[]) {
  return set.map(({ name }) => ({ fields: [{ field: 'status', enumerated: name }] }))
}
