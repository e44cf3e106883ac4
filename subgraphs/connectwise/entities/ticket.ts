import type { StatusCategory } from '../../../schema/records.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { loginCompany } from '../codebase.ts'
import { customFieldValues } from '../custom-fields.ts'
import { type EntitySpec, type Extras, namedValue, plain, reference, time } from '../projection.ts'
import { guessCategory, prioritiesOf, type Status, statusesOf } from '../reference.ts'
import { ticket as shape, type TicketBody } from '../schema.ts'
import { clocksOf, slaField } from '../ticket-sla.ts'
import { siteReference } from './site.ts'

/** Project tickets have their own group and endpoints, and must not come in by this door (API.md 8, Ticket). */
export const SERVICE_TICKETS_ONLY = 'ServiceTicket'

/** On an on-premises or cloud host alike this is a link that asks for a sign-in first. */
const OPEN_PATH = '/v4_6_release/services/system_io/Service/fv_sr100_request.rails'

export const ticketSpec: EntitySpec<TicketBody> = {
  type: 'Ticket',
  group: 'Tickets',
  shape,
  keyOf: ({ id }) => String(id),
  extras: readExtras,
  fields: {
    number: plain([], ({ id }) => String(id)),
    url: plain([], ({ id }, { ticketUrl }) => ticketUrl?.(id)),
    title: plain(['summary'], ({ summary }) => summary),
    // Asking for `dateEntered` itself is a 400 (API.md 10.4).
    createdAt: plain(['_info'], ({ _info }) => time(_info?.dateEntered)),
    updatedAt: plain(['_info'], ({ _info }) => time(_info?.lastUpdated)),
    closedAt: plain(['closedDate'], ({ closedDate }) => time(closedDate)),
    dueAt: plain(['requiredDate'], ({ requiredDate }) => time(requiredDate)),
    waitingSince: plain(['_info', 'closedFlag'], ({ _info, closedFlag }) =>
      closedFlag === true ? null : time(_info?.lastUpdated),
    ),
    clientReplied: plain(['customerUpdatedFlag'], ({ customerUpdatedFlag }) => customerUpdatedFlag ?? false),
    closed: plain(['closedFlag'], ({ closedFlag }) => closedFlag ?? false),
    status: {
      paths: ['status/id', 'status/name'],
      parts: { category: { paths: ['board/id', 'closedFlag'] } },
      value: statusValue,
    },
    priority: {
      paths: ['priority/id', 'priority/name'],
      parts: { rank: { paths: [] } },
      value: priorityValue,
    },
    // Of type, sub type and item only the type: each of the three has ids of its own, and one name for all of
    // them could not be written back.
    type: plain(['type/id', 'type/name'], ({ type }) => namedValue(type)),
    board: reference('board', 'board', 'Board', ({ board }) => board, {
      name: { group: 'Boards & Ticket Setup', member: 'name', value: ({ name }) => name },
    }),
    company: reference('company', 'company', 'Company', ({ company }) => company, {
      name: { group: 'Companies', member: 'name', value: ({ name }) => name },
      identifier: { group: 'Companies', member: 'identifier', value: ({ identifier }) => identifier },
    }),
    contact: reference('contact', 'contact', 'Contact', ({ contact }) => contact, {
      name: { group: 'Contacts', member: 'name', value: ({ name }) => name },
    }),
    site: siteReference(),
    agreement: reference('agreement', 'agreement', 'Agreement', ({ agreement }) => agreement, {
      name: { group: 'Agreements', member: 'name', value: ({ name }) => name },
    }),
    sla: slaField,
    assignee: reference('assignee', 'owner', 'Member', ({ owner }) => owner, {
      name: { group: 'Members', member: 'name', value: ({ name }) => name },
      identifier: { group: 'Members', member: 'identifier', value: ({ identifier }) => identifier },
    }),
    mergedInto: reference(
      'mergedInto',
      'mergedParentTicket',
      'Ticket',
      ({ mergedParentTicket }) => mergedParentTicket,
      {
        title: { group: 'Tickets', member: 'summary', value: ({ summary }) => summary },
        number: { group: 'Tickets', value: ({ id }) => String(id) },
      },
    ),
    parent: {
      ...reference<TicketBody, { id: number }>(
        'parent',
        'parentTicketId',
        'Ticket',
        ({ parentTicketId }) =>
          parentTicketId === null || parentTicketId === 0 ? null : { id: parentTicketId },
        { number: { group: 'Tickets', value: ({ id }) => String(id) } },
      ),
      paths: ['parentTicketId'],
    },
    customFields: plain(['customFields'], ({ customFields }) => customFieldValues(customFields ?? [])),
  },
}

async function readExtras(
  session: VendorSession,
  bodies: readonly TicketBody[],
  wanted: ReadonlySet<string>,
): Promise<Partial<Extras>> {
  const [statuses, priorities, ticketUrl, clocks] = await Promise.all([
    wanted.has('status.category') ? statusesByBoard(session, bodies) : undefined,
    wanted.has('priority.rank') ? prioritiesOf(session) : undefined,
    wanted.has('url') ? ticketUrls(session) : undefined,
    wanted.has('sla.clocks') ? clocksOf(session, bodies) : undefined,
  ])
  return {
    ...(statuses === undefined ? {} : { statuses }),
    ...(priorities === undefined ? {} : { priorities }),
    ...(ticketUrl === undefined ? {} : { ticketUrl }),
    ...(clocks === undefined ? {} : { clocks }),
  }
}

async function statusesByBoard(
  session: VendorSession,
  bodies: readonly TicketBody[],
): Promise<ReadonlyMap<string, readonly Status[]>> {
  const boards = new Set(bodies.flatMap(({ board }) => (board === null ? [] : [String(board.id)])))
  return new Map(
    await Promise.all([...boards].map(async (key) => [key, await statusesOf(session, key)] as const)),
  )
}

async function ticketUrls(session: VendorSession): Promise<(id: number) => string> {
  const company = encodeURIComponent(await loginCompany(session))
  const origin = new URL(session.connection.baseUrl ?? 'https://localhost')
  // Cloud API hosts take a prefix that the host for people does not have (API.md 2).
  if (origin.hostname.endsWith('.myconnectwise.net')) origin.hostname = origin.hostname.replace(/^api-/, '')
  return (id) => `${origin.origin}${OPEN_PATH}?service_recid=${id}&companyName=${company}`
}

function statusValue({ status, board, closedFlag }: TicketBody, { wanted, statuses }: Extras): unknown {
  if (status === null) return null
  const value = { key: String(status.id), name: status.name ?? '' }
  if (!wanted.has('status.category')) return value
  const known =
    board === null ? undefined : statuses?.get(String(board.id))?.find(({ id }) => id === status.id)
  // A status that the board no longer lists is told by its name and by whether the ticket is closed.
  const category: StatusCategory =
    known?.category ?? guessCategory(unlisted(status.id, value.name, closedFlag))
  return { ...value, category }
}

function unlisted(id: number, name: string, closedStatus: boolean | null) {
  return {
    id,
    name,
    closedStatus,
    sortOrder: null,
    defaultFlag: null,
    inactive: null,
    timeEntryNotAllowed: null,
    escalationStatus: null,
    emailTemplate: null,
  }
}

function priorityValue({ priority }: TicketBody, { wanted, priorities }: Extras): unknown {
  if (priority === null) return null
  const value = { key: String(priority.id), name: priority.name ?? '' }
  if (!wanted.has('priority.rank')) return value
  return {
    ...value,
    rank: priorities?.all.find(({ id }) => id === priority.id)?.rank ?? priorities?.all.length ?? 0,
  }
}
