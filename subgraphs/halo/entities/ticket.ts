import type { VendorSession } from '../../../schema/source.ts'
import { customFieldValues } from '../custom-fields.ts'
import { contactOf, type EntitySpec, type Extras, plain, reference, someId, time } from '../projection.ts'
import { contactEmails } from '../read-contacts.ts'
import {
  closedStatuses,
  guessCategory,
  nobody,
  priorities,
  slas,
  statuses,
  statusNames,
  teams,
  ticketTypes,
} from '../reference.ts'
import { ticket as shape, type TicketBody } from '../schema.ts'
import { slaField } from '../ticket-sla.ts'

export const ticketSpec: EntitySpec<TicketBody> = {
  type: 'Ticket',
  group: 'Tickets',
  shape,
  keyOf: ({ id }) => String(id),
  extras: readExtras,
  detailOnly: new Set(['customFields', 'agreement']),
  fields: {
    number: plain(({ id }) => String(id)),
    url: plain(({ id }, { ticketUrl }) => ticketUrl?.(id)),
    title: plain(({ summary }) => summary),
    createdAt: plain(({ dateoccurred }) => time(dateoccurred)),
    updatedAt: plain(({ last_update }) => time(last_update)),
    // A ticket that was opened again keeps its date of closing.
    closedAt: plain((body, extras) => (isClosed(body, extras) ? time(body.dateclosed) : null)),
    dueAt: plain(({ deadlinedate }) => time(deadlinedate)),
    waitingSince: plain((body, extras) => (isClosed(body, extras) ? null : time(body.last_update))),
    // Nothing documented tells who wrote last.
    clientReplied: plain(() => null),
    closed: plain(isClosed),
    status: { parts: { category: {} }, value: statusValue },
    priority: { parts: { rank: {} }, value: priorityValue },
    type: plain(({ tickettype_id }, { types }) =>
      tickettype_id === null
        ? null
        : { key: String(tickettype_id), name: types?.get(tickettype_id) ?? String(tickettype_id) },
    ),
    // Halo has no boards; a team is the queue that a ticket stands in (API.md, "Queue (team), board").
    board: reference('board', 'Board', ({ team }, known) => known.teams?.get(team ?? '') ?? null, {
      name: { group: 'Boards & Ticket Setup', value: ({ team }) => team },
    }),
    company: reference('company', 'Company', ({ client_id }) => someId(client_id), {
      name: { group: 'Companies', value: ({ client_name }) => client_name },
    }),
    contact: reference<TicketBody>('contact', 'Contact', contactOf, {
      name: { group: 'Contacts', value: ({ user_name }) => user_name },
      email: {
        group: 'Contacts',
        value: ({ user_id, user_email }, { emails }) =>
          emails === undefined ? user_email : (emails.get(user_id ?? 0) ?? null),
      },
    }),
    site: reference('site', 'Site', ({ site_id }) => someId(site_id), {
      name: { group: 'Sites', value: ({ site_name }) => site_name },
    }),
    agreement: reference('agreement', 'Agreement', ({ contract_id }) => someId(contract_id)),
    sla: slaField,
    assignee: reference('assignee', 'Member', assigneeOf),
    mergedInto: reference('mergedInto', 'Ticket', ({ merged_into_id }) => someId(merged_into_id), {
      number: { group: 'Tickets', value: ({ merged_into_id }) => String(merged_into_id) },
    }),
    parent: reference('parent', 'Ticket', ({ parent_id }) => someId(parent_id), {
      number: { group: 'Tickets', value: ({ parent_id }) => String(parent_id) },
    }),
    // Which group it belongs to is not told with it, so that it is shown to who may read both.
    lastNote: {
      groups: ['Ticket Notes', 'Client-Facing Notes'],
      // Empty when the last action was a change without a word: then the notes are read.
      value: ({ lastnote }) => (lastnote === null || lastnote.trim() === '' ? null : lastnote),
    },
    customFields: plain(({ customfields }) => customFieldValues(customfields ?? [])),
  },
}

async function readExtras(
  session: VendorSession,
  bodies: readonly TicketBody[],
  wanted: ReadonlySet<string>,
): Promise<Partial<Extras>> {
  const has = (...names: readonly string[]) => names.some((name) => wanted.has(name))
  const [status, closed, types, known, team, emails, policies] = await Promise.all([
    has('status.category') ? statuses(session) : has('status') ? statusNames(session) : undefined,
    has('closed', 'closedAt', 'waitingSince', 'sla.clocks') ? closedStatuses(session) : undefined,
    has('type') ? ticketTypes(session) : undefined,
    has('priority') ? priorities(session) : undefined,
    has('board') ? teams(session) : undefined,
    has('contact.email') ? missingEmails(session, bodies) : undefined,
    has('sla.policy') ? slas(session) : undefined,
  ])
  return {
    nobody: nobody(session),
    ...(status === undefined ? {} : { statuses: status }),
    ...(closed === undefined ? {} : { closed }),
    ...(types === undefined ? {} : { types: new Map(types.map(({ id, name }) => [id, name])) }),
    ...(known === undefined ? {} : { priorities: known }),
    ...(team === undefined ? {} : { teams: new Map(team.map(({ id, name }) => [name, id])) }),
    ...(policies === undefined ? {} : { slas: new Map(policies.map(({ id, name }) => [id, name])) }),
    ...(emails === undefined ? {} : { emails }),
    ...(wanted.has('url') ? { ticketUrl: ticketUrl(session) } : {}),
  }
}

/** Rows bring the contact's address; where a release leaves it out, the contacts are read. */
async function missingEmails(
  session: VendorSession,
  bodies: readonly TicketBody[],
): Promise<ReadonlyMap<number, string | null> | undefined> {
  const contacts = bodies.filter((body) => contactOf(body) !== null)
  if (contacts.every(({ user_email }) => user_email !== null)) return undefined
  return contactEmails(session, [...new Set(contacts.map(({ user_id }) => String(user_id)))])
}

/** The agent portal's own address of a ticket. */
function ticketUrl(session: VendorSession): (id: number) => string {
  const { origin } = new URL(session.connection.baseUrl ?? 'https://localhost')
  return (id) => `${origin}/tickets?id=${id}`
}

export function isClosed({ status_id }: TicketBody, { closed }: Extras): boolean {
  return status_id !== null && closed?.has(status_id) === true
}

export function assigneeOf({ agent_id }: TicketBody, extras: Extras): number | null {
  const agent = someId(agent_id)
  return agent === (extras.nobody ?? 1) ? null : agent
}

export function statusValue({ status_id }: TicketBody, { wanted, statuses: known }: Extras): unknown {
  if (status_id === null) return null
  const found = known?.find(({ id }) => id === status_id)
  const value = { key: String(status_id), name: found?.name ?? String(status_id) }
  if (!wanted.has('status.category')) return value
  return { ...value, category: found?.category ?? guessCategory(value.name, false) }
}

function priorityValue({ priority_id }: TicketBody, { wanted, priorities: known }: Extras): unknown {
  if (priority_id === null) return null
  const found = known?.find(({ id }) => id === priority_id)
  const value = { key: String(priority_id), name: found?.name ?? String(priority_id) }
  return wanted.has('priority.rank') ? { ...value, rank: priority_id } : value
}
