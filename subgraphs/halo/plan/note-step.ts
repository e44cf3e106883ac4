import { badInput } from '../../../schema/errors.ts'
import type { ClientReach, NoteInput, PlannedStep } from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { type MailReason, mayMail } from '../../planning/mail.ts'
import { textOf } from '../../planning/texts.ts'
import type { Status } from '../reference.ts'
import type { TicketBody } from '../schema.ts'
import { visibleMail } from './mail.ts'
import { type Outcome, outcomeFor, type Use } from './outcomes.ts'
import { asAgent } from './people.ts'
import { step, ticketRef } from './steps.ts'

/** One step with what the plan has to tell of it. */
export interface ActionPlan {
  readonly step: PlannedStep
  readonly outcome: Outcome
  readonly mail: readonly MailReason[]
}

const USE: Readonly<Record<Exclude<NoteInput['kind'], 'DESCRIPTION'>, Use>> = {
  INTERNAL: 'INTERNAL',
  CLIENT_FACING: 'CLIENT_FACING',
  RESOLUTION: 'RESOLUTION',
}

const KIND_WORDS = {
  INTERNAL: 'an internal note',
  RESOLUTION: 'a resolution that the client can see',
  CLIENT_FACING: 'a note that the client can see',
} as const

/**
 * A note is an action with an outcome, which brings defaults of its own (API.md 12.4): visibility and mail are
 * said explicitly, and a status that the outcome sets, or that the note shall set, is written out.
 */
export async function notePlan(
  session: VendorSession,
  now: TicketBody,
  note: NoteInput & { readonly kind: keyof typeof USE },
  author: number | null,
  status: Status | null = null,
): Promise<ActionPlan> {
  const mails = note.mailClient === true
  if (mails && note.kind !== 'CLIENT_FACING')
    throw badInput('mailClient', 'CLIENT_FACING as the kind of a note that is mailed', true)
  const outcome = await outcomeFor(session, now, mails ? 'CLIENT_MAIL' : USE[note.kind])
  const hidden = note.kind === 'INTERNAL'
  const recipient = now.user_email ?? ''
  if (mails && !recipient.includes('@'))
    throw badInput('mailClient', 'a ticket whose contact has a mail address', true)
  const newStatus = status?.id ?? outcome.newStatus
  const content = { note: textOf(note.text, 'text'), hiddenfromuser: hidden }
  return {
    outcome,
    mail: mails
      ? [{ verdict: 'YES', reason: 'The note is mailed to the client.' }]
      : hidden
        ? []
        : visibleMail(session, outcome),
    step: step({
      path: '/Actions',
      element: {
        ticket_id: now.id,
        outcome_id: outcome.id,
        ...content,
        // Said either way: left out, the outcome decides.
        sendemail: mails,
        ...(mails ? { emailto: recipient } : {}),
        ...asAgent(author),
        ...(newStatus === null ? {} : { new_status: newStatus }),
      },
      demands: { outcomeChanges: outcome.changes },
      except: ['author', 'outcome', ...(mails ? [] : ['mailClient'])],
      target: ticketRef(now.id),
      creates: 'Note',
      ...(hidden ? {} : { clientReach: reachOf(session, outcome, mails) }),
      summary: `Adds ${KIND_WORDS[note.kind]} to ticket #${now.id}${mails ? ' and mails it' : ''}${
        status === null ? '' : `, and sets its status to ${status.name}`
      }.`,
      reconcile: {
        by: 'FINGERPRINT',
        parent: ticketRef(now.id),
        content: { ...content, outcome_id: outcome.id },
      },
    }),
  }
}

export function reachOf(session: VendorSession, outcome: Outcome, mails: boolean): ClientReach {
  if (mails) return 'MAILED'
  return mayMail(visibleMail(session, outcome)) ? 'UNKNOWN' : 'PORTAL_ONLY'
}
