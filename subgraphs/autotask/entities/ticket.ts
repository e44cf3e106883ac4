import { type StatusCategory, toldRecord } from '../../../schema/records.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { customFieldValues } from '../custom-fields.ts'
import { ticketUrls } from '../locate.ts'
import { CUSTOM_FIELDS, type EntitySpec, type Extras, named, plain, reference, time } from '../projection.ts'
import {
  COMPLETE,
  guessCategory,
  personTypes,
  priorities,
  queues,
  slas,
  statuses,
  ticketTypes,
  userDefinedFields,
} from '../reference.ts'
import { ticket as shape, type TicketBody } from '../schema.ts'
import { slaField } from '../ticket-sla.ts'
import { TEXT_COLUMNS, textNotes } from './note.ts'

export const ticketSpec: EntitySpec<TicketBody> = {
  type: 'Ticket',
  entity: 'Tickets',
  group: 'Tickets',
  shape,
  keyOf: ({ id }) => String(id),
  extras: readExtras,
  fields: {
    number: plain(['ticketNumber'], ({ ticketNumber }) => ticketNumber),
    url: plain([], ({ id }, { ticketUrl }) => ticketUrl?.(id)),
    title: plain(['title'], ({ title }) => title),
    createdAt: plain(['createDate'], ({ createDate }) => time(createDate)),
    updatedAt: plain(['lastActivityDate'], ({ lastActivityDate }) => time(lastActivityDate)),
    closedAt: plain(['completedDate', 'status'], (body) =>
      isClosed(body) ? time(body.completedDate) : null,
    ),
    dueAt: plain(['dueDateTime'], ({ dueDateTime }) => time(dueDateTime)),
    waitingSince: plain(['lastActivityDate', 'status'], (body) =>
      isClosed(body) ? null : time(body.lastActivityDate),
    ),
    clientReplied: plain(['lastActivityPersonType', 'status'], clientReplied),
    closed: plain(['status'], isClosed),
    status: { columns: ['status'], parts: { category: {} }, value: statusValue },
    priority: { columns: ['priority'], parts: { rank: {} }, value: priorityValue },
    type: plain(['ticketType'], ({ ticketType }, { types }) => named(ticketType, types)),
    board: {
      columns: ['queueID'],
      closed: true,
      parts: { name: { group: 'Boards & Ticket Setup' } },
      value: boardValue,
    },
    company: reference('companyID', 'Company', ({ companyID }) => companyID),
    contact: reference('contactID', 'Contact', ({ contactID }) => contactID),
    site: reference('companyLocationID', 'Site', ({ companyLocationID }) => companyLocationID),
    agreement: reference('contractID', 'Agreement', ({ contractID }) => contractID),
    sla: slaField,
    assignee: reference('assignedResourceID', 'Member', ({ assignedResourceID }) => assignedResourceID),
    // A merge is done in the interface only, and leaves a system note but no field (API.md 13).
    mergedInto: { columns: [], closed: true, value: () => null },
    parent: reference('problemTicketId', 'Ticket', ({ problemTicketId }) => problemTicketId),
    // Both texts stand in the client portal, and so does who may read them: in a group of their own.
    notes: { group: 'Client-Facing Notes', columns: TEXT_COLUMNS, value: textNotes },
    // The first; what else is attached stands in rows below the ticket.
    configurationItems: plain(['configurationItemID'], ({ configurationItemID }) =>
      configurationItemID === null ? [] : [String(configurationItemID)],
    ),
    customFields: plain([CUSTOM_FIELDS], ({ userDefinedFields: held }, { definitions }) =>
      customFieldValues(held ?? [], definitions ?? []),
    ),
  },
}

export function isClosed({ status }: Pick<TicketBody, 'status'>): boolean {
  return status === COMPLETE
}

async function readExtras(
  session: VendorSession,
  _bodies: readonly TicketBody[],
  wanted: ReadonlySet<string>,
): Promise<Partial<Extras>> {
  return {
    ...(wanted.has('status') ? { statuses: await statuses(session) } : {}),
    ...(wanted.has('priority') ? { priorities: await priorities(session) } : {}),
    ...(wanted.has('sla.policy') ? { slas: await slas(session) } : {}),
    ...(wanted.has('type') ? { types: await ticketTypes(session) } : {}),
    ...(wanted.has('board.name') ? { queues: await queues(session) } : {}),
    ...(wanted.has('clientReplied') ? { personTypes: await personTypes(session) } : {}),
    ...(wanted.has('customFields') ? { definitions: await userDefinedFields(session) } : {}),
    ...(wanted.has('url') ? { ticketUrl: await ticketUrls(session) } : {}),
  }
}

/** Open, and touched last by a contact; null where the metadata does not tell whose number that is. */
export function clientReplied(
  body: Pick<TicketBody, 'status' | 'lastActivityPersonType'>,
  { personTypes = [] }: Pick<Extras, 'personTypes'>,
): boolean | null {
  if (isClosed(body)) return false
  const person = personTypes.find(({ id }) => id === body.lastActivityPersonType)
  return person === undefined ? null : /contact|client|customer/i.test(person.name)
}

function statusValue({ status }: TicketBody, { wanted, statuses: known }: Extras): unknown {
  const value = named(status, known)
  if (value === null || status === null || !wanted.has('status.category')) return value
  const category: StatusCategory =
    known?.find(({ id }) => id === status)?.category ?? guessCategory(status, value.name)
  return { ...value, category }
}

function priorityValue({ priority }: TicketBody, { wanted, priorities: known }: Extras): unknown {
  const value = named(priority, known)
  if (value === null || !wanted.has('priority.rank')) return value
  return { ...value, rank: known?.find(({ id }) => id === priority)?.rank ?? (known?.length ?? 0) + 1 }
}

function boardValue({ queueID }: TicketBody, { connection, wanted, queues: known }: Extras): unknown {
  if (queueID === null) return null
  const values = wanted.has('board.name') ? { name: named(queueID, known)?.name } : {}
  return toldRecord(connection, 'Board', queueID, values)
}
