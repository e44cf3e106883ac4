import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { ClientReach, FieldChange, NoteInput, PlannedStep } from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { isSilent, type MailReason, NOTES, silent } from '../../planning/mail.ts'
import { step, ticketRef } from './steps.ts'
import { appended, journalText, textOf } from './texts.ts'
import type { TicketNow } from './ticket-now.ts'

/** Fields of the ticket that notes are appended to, as the plan leaves them. */
export interface FieldTexts {
  description: string | null
  close_notes: string | null
}

const FIELDS = {
  DESCRIPTION: { column: 'description', policy: 'description', words: 'the description' },
  RESOLUTION: { column: 'close_notes', policy: 'resolution', words: 'the resolution' },
} as const

const JOURNALS = {
  INTERNAL: { column: 'work_notes', words: 'an internal note' },
  CLIENT_FACING: { column: 'comments', words: 'a comment that the client can see' },
} as const

/** @param texts is changed: a second note of the kind goes behind the first */
export function noteStep(
  session: VendorSession,
  now: TicketNow,
  note: NoteInput,
  texts: FieldTexts,
): PlannedStep {
  const mails = note.mailClient === true
  if (mails && note.kind !== 'CLIENT_FACING')
    throw badInput('mailClient', 'CLIENT_FACING as the kind of a note that is mailed', true)
  if (note.kind === 'DESCRIPTION' || note.kind === 'RESOLUTION') {
    const { column, policy, words } = FIELDS[note.kind]
    const whole = appended(texts[column], textOf(note.text, 'text'), 'text')
    texts[column] = whole
    return step(session, {
      method: 'PATCH',
      table: now.table.table,
      sysId: now.sysId,
      body: { [column]: whole },
      appended: [column],
      target: ticketRef(now.key),
      creates: null,
      clientReach:
        publishes(now) && note.kind === 'RESOLUTION' ? commentReach(session, false) : 'PORTAL_ONLY',
      summary: `Adds to ${words} of ticket ${now.number}, behind what is there.`,
      reconcile: { by: 'VALUES', target: ticketRef(now.key), planned: { [policy]: whole } },
    })
  }
  const { column, words } = JOURNALS[note.kind]
  const text = journalText(note.text, 'text')
  return step(session, {
    method: 'PATCH',
    table: now.table.table,
    sysId: now.sysId,
    body: { [column]: text },
    except: mails ? [] : ['mailClient'],
    target: ticketRef(now.key),
    creates: 'Note',
    ...(note.kind === 'CLIENT_FACING' ? { clientReach: commentReach(session, mails) } : {}),
    summary: `Adds ${words} to ticket ${now.number}.`,
    reconcile: { by: 'FINGERPRINT', parent: ticketRef(now.key), content: { element: column, value: text } },
  })
}

function publishes({ table, row }: TicketNow): boolean {
  return table.publishesNotes !== undefined && row.values[table.publishesNotes] === 'true'
}

/** How a comment gets to the client. @throws GatewayError NOT_SUPPORTED for mail that the tenant does not send */
export function commentReach(session: VendorSession, mails: boolean): ClientReach {
  if (!isSilent(session, NOTES)) return mails ? 'MAILED' : 'UNKNOWN'
  if (!mails) return 'PORTAL_ONLY'
  throw new GatewayError(
    'NOT_SUPPORTED',
    'Comments of this ServiceNow mail nobody, as an administrator marked them: leave "mailClient" out; the client reads the comment in the portal.',
    { argument: 'mailClient' },
  )
}

/** The platform decides by its notifications, and a write has no word in it (API.md 13). */
export function noteMail(
  session: VendorSession,
  now: TicketNow,
  notes: readonly NoteInput[],
): readonly MailReason[] {
  return notes.flatMap((note): MailReason[] => {
    const comment = note.kind === 'CLIENT_FACING' || (note.kind === 'RESOLUTION' && publishes(now))
    if (comment && isSilent(session, NOTES)) return [silent('comments')]
    if (note.kind === 'CLIENT_FACING') {
      return note.mailClient === true
        ? [
            {
              verdict: 'YES',
              reason: 'Default notifications mail a comment to the caller and the watch list.',
            },
          ]
        : [
            {
              verdict: 'MAY',
              reason:
                'Default notifications mail a comment to the caller and the watch list; ServiceNow has no way to write one without.',
            },
          ]
    }
    return note.kind === 'RESOLUTION' && publishes(now)
      ? [{ verdict: 'MAY', reason: 'This ticket publishes its resolution as a comment.' }]
      : []
  })
}

/** The whole field before and after, where a note goes into one. */
export function noteChanges(now: TicketNow, notes: readonly NoteInput[]): readonly FieldChange[] {
  const texts: FieldTexts = {
    description: now.row.values.description || null,
    close_notes: now.row.values.close_notes || null,
  }
  const target = ticketRef(now.key)
  return notes.map((note) => {
    if (note.kind === 'DESCRIPTION' || note.kind === 'RESOLUTION') {
      const { column, policy } = FIELDS[note.kind]
      const before = texts[column]
      const after = appended(before, textOf(note.text, 'text'), 'text')
      texts[column] = after
      return { target, field: policy, before, after }
    }
    return { target, field: 'notes', before: null, after: textOf(note.text, 'text') }
  })
}
