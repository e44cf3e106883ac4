import type { EntityType, ValuesOf, VendorRecord } from '../../schema/records.ts'
import type { VendorSession } from '../../schema/source.ts'
import { unavailable } from '../http/errors.ts'
import { agreementSpec } from './entities/agreement.ts'
import { articleSpec } from './entities/article.ts'
import { attachmentSpec } from './entities/attachment.ts'
import { boardSpec } from './entities/board.ts'
import { companySpec } from './entities/company.ts'
import { configurationItemSpec } from './entities/configuration-item.ts'
import { contactSpec } from './entities/contact.ts'
import { memberSpec } from './entities/member.ts'
import { noteSpec } from './entities/note.ts'
import { opportunitySpec } from './entities/opportunity.ts'
import { productSpec } from './entities/product.ts'
import { projectSpec, projectTaskSpec } from './entities/project.ts'
import { scheduleEntrySpec } from './entities/schedule-entry.ts'
import { siteSpec } from './entities/site.ts'
import { slaSpec } from './entities/sla.ts'
import { ticketSpec } from './entities/ticket.ts'
import { ticketLineItemSpec } from './entities/ticket-line-item.ts'
import { ticketTaskSpec } from './entities/ticket-task.ts'
import { ticketTemplateSpec } from './entities/ticket-template.ts'
import { hasTime, timeEntrySpec } from './entities/time-entry.ts'
import { noteReach } from './note-groups.ts'
import { type EntitySpec, extrasFor, needsDetail, readAccess, toRecord, wantedFields } from './projection.ts'
import { readAction, readActions } from './read-actions.ts'
import { type BelowTicket, readAttachments, readLineItems, readTasks } from './read-below-ticket.ts'
import {
  APPOINTMENTS,
  ARTICLES,
  ASSETS,
  CLIENTS,
  CONTRACTS,
  ITEMS,
  rowsByIds,
  type Shelf,
  SITES,
  TEMPLATES,
  USERS,
} from './read-by-id.ts'
import { rowsOfKind, taskRows } from './read-planned.ts'
import { hiddenTicket, isVendorId, TICKETS_PER_READ, ticketDetail, ticketRows } from './read-tickets.ts'
import type { ActionBody, TicketBody } from './schema.ts'
import { memberRows, slaRows, teamRows } from './whole-lists.ts'

type Answer = VendorRecord | null | Error

export async function readMany<T extends EntityType>(
  session: VendorSession,
  type: T,
  keys: readonly string[],
  fields: ReadonlySet<string>,
): Promise<readonly (VendorRecord<ValuesOf[T]> | null | Error)[]> {
  return (await readers[type](session, keys, fields)) as readonly (VendorRecord<ValuesOf[T]> | null | Error)[]
}

type Reader = (
  session: VendorSession,
  keys: readonly string[],
  fields: ReadonlySet<string>,
) => Promise<readonly Answer[]>

const readers: Readonly<Record<EntityType, Reader>> = {
  Ticket: readTickets,
  Contact: (session, keys, fields) => fromShelf(session, contactSpec, USERS, keys, fields),
  Company: (session, keys, fields) => fromShelf(session, companySpec, CLIENTS, keys, fields),
  Site: (session, keys, fields) => fromShelf(session, siteSpec, SITES, keys, fields),
  ConfigurationItem: (session, keys, fields) =>
    fromShelf(session, configurationItemSpec, ASSETS, keys, fields),
  Agreement: (session, keys, fields) => fromShelf(session, agreementSpec, CONTRACTS, keys, fields),
  Project: (session, keys, fields) =>
    planned(session, projectSpec, keys, fields, (known, access, single) =>
      rowsOfKind(session, 'Projects', known, access, single),
    ),
  ProjectTask: (session, keys, fields) =>
    planned(session, projectTaskSpec, keys, fields, (known, access) => taskRows(session, known, access)),
  Opportunity: (session, keys, fields) =>
    planned(session, opportunitySpec, keys, fields, (known, access, single) =>
      rowsOfKind(session, 'Opportunities', known, access, single),
    ),
  TicketTemplate: (session, keys, fields) => fromShelf(session, ticketTemplateSpec, TEMPLATES, keys, fields),
  Product: (session, keys, fields) => fromShelf(session, productSpec, ITEMS, keys, fields),
  Article: (session, keys, fields) => fromShelf(session, articleSpec, ARTICLES, keys, fields),
  Sla: (session, keys, fields) => fromWhole(session, slaSpec, slaRows, keys, fields),
  TicketLineItem: (session, keys, fields) =>
    belowTickets(session, ticketLineItemSpec, readLineItems, keys, fields),
  TicketTask: (session, keys, fields) => belowTickets(session, ticketTaskSpec, readTasks, keys, fields),
  Attachment: (session, keys, fields) => belowTickets(session, attachmentSpec, readAttachments, keys, fields),
  ScheduleEntry: (session, keys, fields) => fromShelf(session, scheduleEntrySpec, APPOINTMENTS, keys, fields),
  Member: (session, keys, fields) => fromWhole(session, memberSpec, memberRows, keys, fields),
  Board: (session, keys, fields) => fromWhole(session, boardSpec, teamRows, keys, fields),
  Note: (session, keys, fields) => {
    const reach = noteReach(session)
    return readActionsByKey(session, { ...noteSpec, group: reach.group }, keys, fields, reach.shows)
  },
  TimeEntry: (session, keys, fields) => readActionsByKey(session, timeEntrySpec, keys, fields, hasTime),
}

async function readTickets(
  session: VendorSession,
  keys: readonly string[],
  fields: ReadonlySet<string>,
): Promise<readonly Answer[]> {
  const wanted = wantedFields(session, ticketSpec, fields)
  const known = [...new Set(keys.filter(isVendorId))]
  const rows = new Map<string, unknown>()
  const chunks: string[][] = []
  for (let start = 0; start < known.length; start += TICKETS_PER_READ)
    chunks.push(known.slice(start, start + TICKETS_PER_READ))
  await Promise.all(
    chunks.map(async (chunk) => {
      try {
        const access = readAccess(ticketSpec, wanted)
        const listed = await ticketRows(session, chunk, access)
        for (const [id, row] of listed) rows.set(id, row)
        // Merged ones are hidden from lists: their own record tells.
        const hidden = chunk.filter((id) => !listed.has(id))
        for (const id of hidden) {
          const row = await hiddenTicket(session, id, access)
          if (row !== null) rows.set(id, row)
        }
      } catch (error) {
        // The other chunks stand for themselves: only these keys met the error.
        for (const id of chunk) rows.set(id, error instanceof Error ? error : new Error('unknown'))
      }
    }),
  )
  return finish(session, ticketSpec, keys, await withDetails(session, wanted, rows), wanted)
}

function isWhole({ customfields, contract_id }: Partial<TicketBody>, wanted: ReadonlySet<string>): boolean {
  return (
    (Array.isArray(customfields) || !wanted.has('customFields')) &&
    (contract_id !== undefined || !wanted.has('agreement'))
  )
}

/** Custom fields and agreement stand in the ticket's own record only, unless a release lists them. */
export async function withDetails(
  session: VendorSession,
  wanted: ReadonlySet<string>,
  rows: ReadonlyMap<string, unknown>,
): Promise<ReadonlyMap<string, unknown>> {
  if (!needsDetail(ticketSpec, wanted)) return rows
  const whole = new Map(rows)
  await Promise.all(
    [...rows].map(async ([id, row]) => {
      if (row instanceof Error || isWhole(row as Partial<TicketBody>, wanted)) return
      try {
        const detail = await ticketDetail(session, id, readAccess(ticketSpec, wanted))
        if (detail !== undefined) whole.set(id, { ...(row as object), ...(detail as object) })
        else whole.delete(id)
      } catch (error) {
        whole.set(id, error instanceof Error ? error : new Error('unknown'))
      }
    }),
  )
  return whole
}

async function fromShelf<Body extends { readonly id: number }>(
  session: VendorSession,
  spec: EntitySpec<Body>,
  shelf: Shelf,
  keys: readonly string[],
  fields: ReadonlySet<string>,
): Promise<readonly Answer[]> {
  const wanted = wantedFields(session, spec, fields)
  const known = [...new Set(keys.filter(isVendorId))]
  const rows = await rowsByIds(session, shelf, known, readAccess(spec, wanted), needsDetail(spec, wanted))
  return finish(session, spec, keys, rows, wanted)
}

/** What shares its table and its numbers with tickets. */
async function planned<Body extends { readonly id: number }>(
  session: VendorSession,
  spec: EntitySpec<Body>,
  keys: readonly string[],
  fields: ReadonlySet<string>,
  read: (
    known: readonly string[],
    access: ReturnType<typeof readAccess>,
    single: boolean,
  ) => Promise<ReadonlyMap<string, unknown>>,
): Promise<readonly Answer[]> {
  const wanted = wantedFields(session, spec, fields)
  const known = [...new Set(keys.filter(isVendorId))]
  const rows = await read(known, readAccess(spec, wanted), needsDetail(spec, wanted))
  return finish(session, spec, keys, rows, wanted)
}

/** Short lists come whole, and cost one request for any number of keys. */
async function fromWhole<Body extends { readonly id: number }>(
  session: VendorSession,
  spec: EntitySpec<Body>,
  read: (session: VendorSession, access: ReturnType<typeof readAccess>) => Promise<readonly Body[]>,
  keys: readonly string[],
  fields: ReadonlySet<string>,
): Promise<readonly Answer[]> {
  const wanted = wantedFields(session, spec, fields)
  const known = new Set(keys.filter(isVendorId))
  if (known.size === 0) return keys.map(() => null)
  const rows = await read(session, readAccess(spec, wanted))
  return finish(session, spec, keys, new Map(rows.map((row) => [String(row.id), row])), wanted)
}

async function finish<Body extends { readonly id: number }>(
  session: VendorSession,
  spec: EntitySpec<Body>,
  keys: readonly string[],
  rows: ReadonlyMap<string, unknown>,
  wanted: ReadonlySet<string>,
): Promise<readonly Answer[]> {
  const answers = new Map<string, Answer>()
  const bodies: Body[] = []
  for (const key of new Set(keys)) {
    const row = rows.get(key)
    if (row === undefined) continue
    const parsed = row instanceof Error ? undefined : spec.shape.safeParse(row)
    if (row instanceof Error) answers.set(key, row)
    else if (parsed?.success === true) bodies.push(parsed.data)
    else answers.set(key, unavailable(session.connection.slug, 'sent a record that could not be read'))
  }
  const extras = await extrasFor(session, spec, bodies, wanted)
  for (const body of bodies) answers.set(String(body.id), toRecord(spec, body, extras))
  return keys.map((key) => answers.get(key) ?? null)
}

/** The two halves of `ticket.action`, and of `ticket.row`. */
export function splitActionKey(key: string): readonly [ticket: string, action: string] | undefined {
  const [ticket = '', action = '', ...rest] = key.split('.')
  return rest.length === 0 && isVendorId(ticket) && isVendorId(action) ? [ticket, action] : undefined
}

/** One request for each ticket, which tells all of its own. */
async function belowTickets<Body extends { readonly id: number }>(
  session: VendorSession,
  spec: EntitySpec<Body>,
  read: (
    session: VendorSession,
    ticket: string,
    access: ReturnType<typeof readAccess>,
  ) => Promise<BelowTicket<Body> | null>,
  keys: readonly string[],
  fields: ReadonlySet<string>,
): Promise<readonly Answer[]> {
  const wanted = wantedFields(session, spec, fields)
  const tickets = [...new Set(keys.flatMap((key) => splitActionKey(key)?.[0] ?? []))]
  const answers = new Map<string, Answer>()
  const failures = new Map<string, Error>()
  await Promise.all(
    tickets.map(async (ticket) => {
      try {
        const found = await read(session, ticket, readAccess(spec, wanted))
        const bodies = found?.bodies ?? []
        const extras = await extrasFor(session, spec, bodies, wanted, ticket)
        for (const body of bodies) answers.set(`${ticket}.${body.id}`, toRecord(spec, body, extras))
      } catch (error) {
        failures.set(ticket, error instanceof Error ? error : new Error('unknown'))
      }
    }),
  )
  return keys.map((key) => answers.get(key) ?? failures.get(key.split('.')[0] ?? '') ?? null)
}

/** One request for each action, or one for all that were asked for of one ticket. */
async function readActionsByKey(
  session: VendorSession,
  spec: EntitySpec<ActionBody>,
  keys: readonly string[],
  fields: ReadonlySet<string>,
  shows: (body: ActionBody) => boolean,
): Promise<readonly Answer[]> {
  const wanted = wantedFields(session, spec, fields)
  const byTicket = new Map<string, Set<string>>()
  for (const key of keys) {
    const [ticket, number] = splitActionKey(key) ?? []
    if (ticket === undefined || number === undefined) continue
    byTicket.set(ticket, (byTicket.get(ticket) ?? new Set()).add(number))
  }
  const answers = new Map<string, Answer>()
  await Promise.all(
    [...byTicket].map(async ([ticket, numbers]) => {
      try {
        const access = readAccess(spec, wanted)
        const [only = ''] = numbers
        const bodies =
          numbers.size === 1
            ? [await readAction(session, ticket, only, access)]
            : (await readActions(session, ticket, access, false)).bodies
        const shown = bodies.filter((body): body is ActionBody => body !== null && shows(body))
        const extras = await extrasFor(session, spec, shown, wanted, ticket)
        for (const body of shown) answers.set(`${ticket}.${body.id}`, toRecord(spec, body, extras))
      } catch (error) {
        if ((error as { code?: string }).code === 'NOT_FOUND') return
        for (const number of numbers)
          answers.set(`${ticket}.${number}`, error instanceof Error ? error : new Error('unknown'))
      }
    }),
  )
  return keys.map((key) => answers.get(key) ?? null)
}

/** One ticket by its number, which is its id here. */
export async function ticketByNumber(
  session: VendorSession,
  number: string,
  fields: ReadonlySet<string>,
): Promise<VendorRecord | null> {
  const [answer] = await readMany(session, 'Ticket', [number.replace(/^#/, '').trim()], fields)
  if (answer instanceof Error) throw answer
  return (answer ?? null) as VendorRecord | null
}
