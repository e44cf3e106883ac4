import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { MergeTicketsInput, PlanDraft } from '../../../schema/plan.ts'
import type { PlanActor, VendorSession } from '../../../schema/source.ts'
import { toldTicket } from '../../planning/ticket-of.ts'
import { hasTime } from '../entities/time-entry.ts'
import { someId } from '../projection.ts'
import { readActions } from '../read-actions.ts'
import type { Status } from '../reference.ts'
import type { TicketBody } from '../schema.ts'
import { companiesOf, reachesOf, teamKey } from './facts.ts'
import { clientMail, statusMail } from './mail.ts'
import { notePlan } from './note-step.ts'
import { authorOf } from './people.ts'
import { usableStatuses } from './status-work.ts'
import { step, ticketRef } from './steps.ts'
import { keyOf, ticketNow, ticketValues, versionOf } from './ticket-now.ts'

const MAX_MERGED = 20
/** What makes a merge stale (docs/safety.md b). */
const COMPARED = ['status', 'company', 'parent', 'mergedInto'] as const

const UNSUPPORTED =
  'HaloPSA documents no merge by its API. An administrator can turn on "emulateMerge" for this connection: plain steps that link and close instead.'

/**
 * Plain steps in place of a merge: an internal note of reference on the survivor, and each merged ticket becomes its
 * child, which is the way back, and is closed. No text of the client is copied.
 */
export async function planMergeTickets(
  session: VendorSession,
  input: MergeTicketsInput,
  actor: PlanActor,
): Promise<PlanDraft> {
  if (session.connection.mapping.emulateMerge !== true) throw new GatewayError('NOT_SUPPORTED', UNSUPPORTED)
  const into = keyOf(session, input.into, 'Ticket', 'into')
  const keys = [...new Set(input.tickets.map((id) => keyOf(session, id, 'Ticket', 'tickets')))]
  if (keys.length === 0 || keys.length > MAX_MERGED)
    throw badInput('tickets', `1 to ${MAX_MERGED} tickets`, keys.length)
  if (keys.includes(into))
    throw badInput('tickets', 'tickets other than the one they are merged into', input.into)
  const survivor = await ticketNow(session, into)
  const losers = await Promise.all(keys.map((key) => ticketNow(session, key)))
  for (const ticket of [survivor, ...losers])
    if (someId(ticket.merged_into_id) !== null)
      throw badInput('tickets', 'tickets that were not merged', String(ticket.id))
  if (someId(survivor.parent_id) !== null)
    throw badInput('into', 'a ticket that is not bundled under another one itself', input.into)

  const author = await authorOf(session, actor)
  const plans = await Promise.all(losers.map((loser) => mergeOne(session, loser, survivor)))
  const note = { kind: 'INTERNAL', text: referenceText(losers) } as const
  const reference = await notePlan(session, survivor, note, author)
  const warnings = await Promise.all(losers.map((loser) => timeLeft(session, loser)))
  const mailing = await clientMail(
    session,
    plans.flatMap(({ status }) => statusMail(session, status)),
    losers.map(({ user_email }) => user_email ?? null),
    losers,
  )
  const companies = companiesOf([survivor, ...losers])
  return {
    steps: [reference.step, ...plans.map((plan) => plan.step)],
    changes: [
      { target: ticketRef(into), field: 'notes', before: null, after: note.text },
      ...plans.flatMap(({ loser, status, before }) => [
        {
          target: ticketRef(loser.id),
          field: 'parent',
          before: someId(loser.parent_id) === null ? null : `#${loser.parent_id}`,
          after: `#${into}`,
        },
        { target: ticketRef(loser.id), field: 'status', before, after: status.name },
      ]),
    ],
    baseline: [survivor, ...losers].map((ticket) => {
      const values = ticketValues(session, ticket)
      return {
        target: ticketRef(ticket.id),
        version: versionOf(ticket),
        fields: Object.fromEntries(COMPARED.map((field) => [field, values[field] ?? null])),
        kind: 'MERGE',
      }
    }),
    sideEffects: [
      'Notes and time stay where they are: the closed ticket is linked as a child of the surviving one.',
      'Closing may send a survey, and rules of the tenant may run on the new status.',
    ],
    warnings: [
      ...warnings.flatMap((one) => one ?? []),
      ...(companies.length > 1 ? ['The tickets belong to different companies.'] : []),
    ],
    clientMail: mailing,
    facts: {
      company: survivor.client_id === null ? null : String(survivor.client_id),
      companies,
      board: await teamKey(session, survivor),
      reaches: await reachesOf(session, [survivor, ...losers]),
      priorityRank: survivor.priority_id,
      closes: true,
      reopens: false,
      clientMail: mailing.verdict,
      billableHours: 0,
      values: { status: [...new Set(plans.map(({ status }) => status.name))], kind: ['INTERNAL'] },
    },
    emulated: true,
    ticket: toldTicket(into, into, ticketValues(session, survivor)),
  }
}

async function mergeOne(session: VendorSession, loser: TicketBody, survivor: TicketBody) {
  const usable = await usableStatuses(session, loser)
  const status = closedStatus(loser, usable)
  const target = ticketRef(loser.id)
  const planned = { parent: String(survivor.id), status: status.key }
  return {
    loser,
    status,
    before: usable.find(({ id }) => id === loser.status_id)?.name ?? null,
    step: step({
      path: '/Tickets',
      element: { id: loser.id, parent_id: survivor.id, status_id: status.id },
      except: [],
      target,
      creates: null,
      summary: `Links ticket #${loser.id} to #${survivor.id} as its child, and sets it to ${status.name}.`,
      reconcile: { by: 'VALUES', target, planned },
    }),
  }
}

/** Numbers only: the texts of tickets are the client's. */
const referenceText = (losers: readonly TicketBody[]) =>
  `Takes over from ${losers.map(({ id }) => `#${id}`).join(', ')}.`

/** Closed by a person's mapping or by the vendor's list; of several the one that is called so. */
function closedStatus(loser: TicketBody, usable: readonly Status[]): Status {
  const closing = usable.filter(({ category }) => category === 'CLOSED')
  const named = closing.filter(({ name }) => /^closed$/i.test(name.trim()))
  const found = closing.length === 1 ? closing[0] : named.length === 1 ? named[0] : undefined
  if (found !== undefined) return found
  throw new GatewayError(
    'NOT_CONFIGURED',
    'The type of a merged ticket has no single closed status; map one of its statuses to CLOSED.',
    {
      missing: 'statusCategories',
      type: String(loser.tickettype_id),
      allowed: usable.map(({ name }) => name),
    },
  )
}

async function timeLeft(session: VendorSession, { id }: TicketBody): Promise<string | null> {
  const { bodies } = await readActions(
    session,
    String(id),
    { group: 'Time Entries', kind: 'READ', fields: ['hours'] },
    true,
  )
  const timed = bodies.filter(hasTime)
  const hours = timed.reduce((sum, { timetaken }) => sum + (timetaken ?? 0), 0)
  return timed.length === 0
    ? null
    : `${timed.length} time entries (${Math.round(hours * 100) / 100} h) stay on ticket #${id}.`
}
