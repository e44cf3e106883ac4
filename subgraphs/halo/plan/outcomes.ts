import { GatewayError } from '../../../schema/errors.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { outcomes, type Status, statuses } from '../reference.ts'
import type { OutcomeBody, TicketBody } from '../schema.ts'

/** What an action can be written for; a tenant maps each to one of its outcomes. */
export const USES = ['INTERNAL', 'CLIENT_FACING', 'CLIENT_MAIL', 'RESOLUTION', 'TIME'] as const
export type Use = (typeof USES)[number]

/** What an outcome does besides the note, by its own defaults (API.md 12.4). */
export interface Outcome {
  readonly id: number
  readonly name: string
  readonly newStatus: number | null
  /** Policy names of the ticket's fields that it changes. */
  readonly changes: readonly string[]
  /** Approvals or child tickets that it starts. */
  readonly starts: readonly string[]
  readonly mails: boolean
  readonly hides: boolean
  readonly mustAddNote: boolean
}

export function describeOutcome(body: OutcomeBody): Outcome {
  const set = (id: number | null) => (id !== null && id > 0 ? id : null)
  const newStatus = set(body.newstatus)
  return {
    id: body.id,
    name: body.outcome ?? body.buttonname ?? String(body.id),
    newStatus,
    changes: [
      ...(newStatus === null ? [] : ['status']),
      ...(set(body.defaultagent) === null ? [] : ['assignee']),
      ...((body.defaultteam ?? '') === '' ? [] : ['board']),
      ...(set(body.defaultpriority) === null ? [] : ['priority']),
    ],
    starts: [
      ...(set(body.approval_process_id) === null ? [] : ['an approval']),
      ...(set(body.child_template_id) === null ? [] : ['child tickets']),
    ],
    mails: body.sendemail === true || Number(body.sendemail ?? 0) > 0,
    hides: body.hidefromuser === true,
    mustAddNote: body.mustaddnote === true,
  }
}

/** A person's mapping for the ticket's type, or for all of them; else the only outcome that fits. */
export async function outcomeFor(session: VendorSession, now: TicketBody, use: Use): Promise<Outcome> {
  const type = now.tickettype_id ?? 0
  const known = (await outcomes(session, type)).map(describeOutcome)
  const { outcomes: mapped = {} } = session.connection.mapping
  const key = mapped[String(type)]?.[use] ?? mapped['*']?.[use]
  if (key !== undefined) {
    const found = known.find(({ id }) => String(id) === key)
    if (found !== undefined) return found
    throw notConfigured(
      type,
      use,
      'The outcome that is mapped does not belong to the type of this ticket.',
      known,
    )
  }
  const visible = (await outcomes(session, type)).filter(({ hidden }) => hidden !== true).map(describeOutcome)
  // Only a resolution is told by the status that it sets.
  const guessed = guessOutcome(use, visible, use === 'RESOLUTION' ? await statuses(session) : [])
  if (guessed !== undefined) return guessed
  throw notConfigured(type, use, 'Which outcome to write this with is for the tenant to say.', visible)
}

function notConfigured(type: number, use: Use, why: string, known: readonly Outcome[]): GatewayError {
  return new GatewayError('NOT_CONFIGURED', why, {
    missing: `outcomes.${type}.${use}`,
    allowed: known.map(({ id, name }) => `${id} ${name}`),
  })
}

const TIME = /\btime\b/i
const MAIL = /e-?mail/i
const CLOSING = /resol|clos(e|ed|ing|ure)\b|complet/i

/** Exactly one that fits by its settings, or of several exactly one by its name; undefined when in doubt. */
export function guessOutcome(
  use: Use,
  known: readonly Outcome[],
  status: readonly Status[],
): Outcome | undefined {
  const harmless = known.filter(({ changes, starts }) => changes.length === 0 && starts.length === 0)
  const ends = new Map(
    status
      .filter(({ closes, category }) => closes || category === 'RESOLVED')
      .map(({ id, category }) => [id, category] as const),
  )
  const notes = harmless.filter(({ name, mails }) => !mails && !TIME.test(name))
  switch (use) {
    case 'INTERNAL':
      return only(
        notes.filter(({ hides }) => hides),
        /\b(note|private|internal)\b/i,
      )
    case 'CLIENT_FACING':
      return only(
        notes.filter(({ hides }) => !hides),
        /\bnote\b/i,
      )
    case 'CLIENT_MAIL':
      return only(
        harmless.filter(({ mails, hides }) => mails && !hides),
        MAIL,
      )
    case 'RESOLUTION': {
      const ending = known.filter(
        ({ newStatus, hides, starts }) =>
          newStatus !== null && ends.has(newStatus) && !hides && starts.length === 0,
      )
      // What only resolves comes before what closes for good.
      const resolving = ending.filter(({ newStatus }) => ends.get(newStatus ?? 0) === 'RESOLVED')
      return only(resolving, CLOSING) ?? (resolving.length === 0 ? only(ending, CLOSING) : undefined)
    }
    case 'TIME':
      return only(
        harmless.filter(({ name, mails }) => TIME.test(name) && !mails),
        /\b(log|add|enter)\b/i,
      )
  }
}

function only(fitting: readonly Outcome[], named: RegExp): Outcome | undefined {
  if (fitting.length === 1) return fitting[0]
  const byName = fitting.filter(({ name }) => named.test(name))
  return byName.length === 1 ? byName[0] : undefined
}
