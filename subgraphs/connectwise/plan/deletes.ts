import { GatewayError } from '../../../schema/errors.ts'
import { parseId } from '../../../schema/ids.ts'
import type { DeleteInput, FieldChange, PlanDraft } from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { comparableValues } from '../../planning/comparable.ts'
import { recordDraft } from '../../planning/draft.ts'
import { toldTicket } from '../../planning/ticket-of.ts'
import { WHOLE } from '../../planning/whole.ts'
import { readMany } from '../read-many.ts'
import { recordNow } from './record-now.ts'
import { deletionStep, ticketRef } from './steps.ts'
import { keyOf, ticketNow, ticketValues, versionOf } from './ticket-now.ts'

/** A deletion shows what goes, and goes stale when anything of it changed. */
export async function planDeleteTicket(session: VendorSession, { id }: DeleteInput): Promise<PlanDraft> {
  const key = keyOf(session, id, 'Ticket', 'id')
  const now = await ticketNow(session, key)
  return recordDraft({
    steps: [
      deletionStep(
        session,
        `/service/tickets/${key}`,
        { type: 'Ticket', key },
        `Deletes ticket #${key} with its notes.`,
      ),
    ],
    changes: [gone({ type: 'Ticket', key }, 'title', now.summary ?? '')],
    baseline: [
      {
        target: ticketRef(key),
        version: versionOf(now),
        fields: ticketValues(session.connection.slug, now),
        kind: 'DELETE',
      },
    ],
    sideEffects: [
      'Notes, tasks and documents go with it. ConnectWise refuses when time or products stand on it.',
    ],
    company: now.company === null ? null : String(now.company.id),
    board: now.board === null ? null : String(now.board.id),
    ticket: toldTicket(key, key, ticketValues(session.connection.slug, now)),
  })
}

export async function planDeleteNote(session: VendorSession, { id }: DeleteInput): Promise<PlanDraft> {
  const { connection, key } = parseId(id) ?? { connection: '', key: '' }
  const [ticket = '', note = ''] = key.split('.')
  // The ticket's id is judged by the same rule as every other.
  const ticketKey = keyOf(session, `${connection}:Ticket:${ticket}`, 'Ticket', 'id')
  const now = await ticketNow(session, ticketKey)
  const { record } = await noteNow(session, id)
  const target = { type: 'Note', key } as const
  return recordDraft({
    steps: [
      deletionStep(
        session,
        `/service/tickets/${ticketKey}/notes/${note}`,
        target,
        `Deletes a note of ticket #${ticketKey}.`,
      ),
    ],
    changes: [gone(target, 'text', record.get('text') ?? '')],
    baseline: [{ target, version: null, fields: comparableValues(record, WHOLE.Note), kind: 'UPDATE' }],
    company: now.company === null ? null : String(now.company.id),
    board: now.board === null ? null : String(now.board.id),
    ticket: toldTicket(ticketKey, ticketKey, ticketValues(session.connection.slug, now)),
  })
}

export async function planDeleteTimeEntry(session: VendorSession, { id }: DeleteInput): Promise<PlanDraft> {
  const { key, record } = await recordNow(session, 'TimeEntry', id, WHOLE.TimeEntry)
  const company = record.get('company')
  const target = { type: 'TimeEntry', key } as const
  return recordDraft({
    steps: [deletionStep(session, `/time/entries/${key}`, target, `Deletes time entry #${key}.`)],
    changes: [gone(target, 'hours', String(record.get('hours') ?? ''))],
    baseline: [{ target, version: null, fields: comparableValues(record, WHOLE.TimeEntry), kind: 'UPDATE' }],
    company: company === null ? null : (parseId(company.id)?.key ?? null),
  })
}

export async function planDeleteContact(session: VendorSession, { id }: DeleteInput): Promise<PlanDraft> {
  const { key, record } = await recordNow(session, 'Contact', id, WHOLE.Contact)
  const company = record.get('company')
  const target = { type: 'Contact', key } as const
  return recordDraft({
    steps: [deletionStep(session, `/company/contacts/${key}`, target, `Deletes contact #${key}.`)],
    changes: [gone(target, 'firstName', record.get('firstName') ?? '')],
    baseline: [{ target, version: null, fields: comparableValues(record, WHOLE.Contact), kind: 'UPDATE' }],
    sideEffects: ['Tickets of this contact lose it. ConnectWise refuses when records still need it.'],
    company: company === null ? null : (parseId(company.id)?.key ?? null),
  })
}

async function noteNow(session: VendorSession, id: string) {
  const key = parseId(id)?.key ?? ''
  const [record] = await readMany(session, 'Note', [key], new Set(WHOLE.Note))
  if (record instanceof Error) throw record
  if (record === null || record === undefined)
    throw new GatewayError('NOT_FOUND', 'No such note.', { argument: 'id' })
  return { record }
}

function gone(target: NonNullable<FieldChange['target']>, field: string, before: string): FieldChange {
  return { target, field, before, after: null }
}
