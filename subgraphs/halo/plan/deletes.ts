import { GatewayError } from '../../../schema/errors.ts'
import { parseId } from '../../../schema/ids.ts'
import type { DeleteInput, FieldChange, PlanDraft } from '../../../schema/plan.ts'
import type { TargetRef, VendorSession } from '../../../schema/source.ts'
import { comparableValues } from '../../planning/comparable.ts'
import { recordDraft } from '../../planning/draft.ts'
import { toldTicket } from '../../planning/ticket-of.ts'
import { WHOLE } from '../../planning/whole.ts'
import { hasTime } from '../entities/time-entry.ts'
import { noteReach } from '../note-groups.ts'
import { someId } from '../projection.ts'
import { readAction } from '../read-actions.ts'
import type { ActionBody } from '../schema.ts'
import { teamKey } from './facts.ts'
import { recordNow } from './record-now.ts'
import { deletionStep, step, ticketRef } from './steps.ts'
import { keyOf, ticketNow, ticketValues, versionOf } from './ticket-now.ts'

export async function planDeleteTicket(session: VendorSession, { id }: DeleteInput): Promise<PlanDraft> {
  const key = keyOf(session, id, 'Ticket', 'id')
  const now = await ticketNow(session, key)
  const values = ticketValues(session, now)
  const target = ticketRef(key)
  return recordDraft({
    steps: [deletionStep(`/Tickets/${key}`, target, `Deletes ticket #${key}.`)],
    changes: [gone(target, 'title', now.summary ?? '')],
    baseline: [
      {
        target,
        version: versionOf(now),
        fields: { title: values.title, status: values.status, company: values.company },
        kind: 'DELETE',
      },
    ],
    sideEffects: ['Its notes and time go with it. People can bring a deleted ticket back in HaloPSA.'],
    company: someId(now.client_id) === null ? null : String(now.client_id),
    board: await teamKey(session, now),
    ticket: toldTicket(key, key, ticketValues(session, now)),
  })
}

export async function planDeleteNote(session: VendorSession, { id }: DeleteInput): Promise<PlanDraft> {
  const reach = noteReach(session)
  const { key, body } = await actionNow(session, id, 'Note', reach.group)
  if (!reach.shows(body)) throw new GatewayError('NOT_FOUND', 'No such note.', { argument: 'id' })
  const timed = hasTime(body)
  return deleteAction(session, { type: 'Note', key }, body, {
    field: 'text',
    before: body.note ?? '',
    fields: { text: body.note ?? '', clientVisible: body.hiddenfromuser !== true },
    warnings: timed ? [`The note carries ${body.timetaken} h, which are deleted with it.`] : [],
    what: 'a note',
  })
}

export async function planDeleteTimeEntry(session: VendorSession, { id }: DeleteInput): Promise<PlanDraft> {
  const { key, body } = await actionNow(session, id, 'TimeEntry', 'Time Entries')
  if (!hasTime(body)) throw new GatewayError('NOT_FOUND', 'No such time entry.', { argument: 'id' })
  const worded = (body.note ?? '') !== ''
  return deleteAction(session, { type: 'TimeEntry', key }, body, {
    field: 'hours',
    before: String(body.timetaken),
    fields: { hours: body.timetaken },
    warnings: worded ? ['Its text is a note of the ticket, and is deleted with it.'] : [],
    what: `${body.timetaken} h`,
  })
}

export async function planDeleteContact(session: VendorSession, { id }: DeleteInput): Promise<PlanDraft> {
  const { key, record } = await recordNow(session, 'Contact', id, WHOLE.Contact)
  const company = record.get('company')
  const target = { type: 'Contact', key } as const
  return recordDraft({
    steps: [deletionStep(`/Users/${key}`, target, `Deletes contact #${key}.`)],
    changes: [gone(target, 'firstName', record.get('firstName') ?? '')],
    baseline: [{ target, version: null, fields: comparableValues(record, WHOLE.Contact), kind: 'UPDATE' }],
    sideEffects: ['HaloPSA refuses while records still need the contact; making it inactive works then.'],
    company: company === null ? null : (parseId(company.id)?.key ?? null),
  })
}

interface ActionFacts {
  readonly field: string
  readonly before: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly warnings: readonly string[]
  readonly what: string
}

/** An action is read once more here, since its demands follow from what it is. */
async function actionNow(
  session: VendorSession,
  id: string,
  type: 'Note' | 'TimeEntry',
  group: string,
): Promise<{ readonly key: string; readonly body: ActionBody }> {
  const key = keyOf(session, id, type, 'id')
  const [ticket = '', number = ''] = key.split('.')
  const fields = type === 'Note' ? ['clientVisible', 'text'] : ['hours']
  const body = await readAction(session, ticket, number, { group, kind: 'READ', fields })
  if (body === null) throw new GatewayError('NOT_FOUND', `No such ${type}.`, { argument: 'id' })
  return { key, body }
}

async function deleteAction(
  session: VendorSession,
  target: TargetRef,
  body: ActionBody,
  facts: ActionFacts,
): Promise<PlanDraft> {
  const [ticket = '', number = ''] = target.key.split('.')
  const now = await ticketNow(session, ticket)
  return recordDraft({
    steps: [
      step({
        path: `/Actions/${number}`,
        element: null,
        // The number counts per ticket: alone it would name another one's (API.md 12.2).
        query: [['ticket_id', ticket]],
        demands: { existing: { visible: body.hiddenfromuser !== true, timed: hasTime(body) } },
        except: [],
        target,
        creates: null,
        summary: `Deletes ${facts.what} from ticket #${ticket}.`,
        reconcile: { by: 'VALUES', target, planned: {} },
      }),
    ],
    changes: [gone(target, facts.field, facts.before)],
    baseline: [{ target, version: body.last_updated, fields: facts.fields, kind: 'DELETE' }],
    warnings: facts.warnings,
    company: someId(now.client_id) === null ? null : String(now.client_id),
    board: await teamKey(session, now),
    ticket: toldTicket(ticket, ticket, ticketValues(session, now)),
  })
}

function gone(target: TargetRef, field: string, before: string): FieldChange {
  return { target, field, before, after: null }
}
