import type { EntityType, ValuesOf, VendorRecord } from '../../schema/records.ts'
import type { VendorSession } from '../../schema/source.ts'
import { unavailable } from '../http/errors.ts'
import { chunks } from '../reading/chunks.ts'
import { type Query, readJson } from './client.ts'
import { all, type Condition, compare, fieldPath, integer, isIn, NULL, text } from './conditions.ts'
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
import { SERVICE_TICKETS_ONLY, ticketSpec } from './entities/ticket.ts'
import { ticketLineItemSpec } from './entities/ticket-line-item.ts'
import { ticketTaskSpec } from './entities/ticket-task.ts'
import { ticketTemplateSpec } from './entities/ticket-template.ts'
import { timeEntrySpec } from './entities/time-entry.ts'
import { noteReach } from './note-groups.ts'
import { type EntitySpec, extrasFor, fieldsQuery, readAccess, toRecord, wantedFields } from './projection.ts'

/** About 150 to 200 seven-digit ids fit into 2,000 characters (API.md 4.4). */
export const IDS_PER_URL = 150
/** Tickets can be asked for by a body instead; a page holds 1,000 at most (API.md 4.1). */
export const IDS_PER_SEARCH = 1000

type Answer = VendorRecord | null | Error

const ID = fieldPath('id')
const RECORD_TYPE = fieldPath('recordType')

export const ONLY_SERVICE_TICKETS = compare(RECORD_TYPE, '=', text('recordType', SERVICE_TICKETS_ONLY))

/** Products stand on projects, orders and opportunities as well. */
const ON_TICKETS = compare(fieldPath('ticket/id'), '!=', NULL)

/** An id that is none of the vendor's belongs to no record: nothing is asked. */
export function isVendorId(key: string): boolean {
  return /^[1-9]\d{0,9}$/.test(key) && Number(key) <= 2_147_483_647
}

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
  Ticket: (session, keys, fields) =>
    byIds(session, ticketSpec, keys, fields, {
      path: '/service/tickets',
      search: '/service/tickets/search',
      also: [ONLY_SERVICE_TICKETS],
    }),
  Contact: (session, keys, fields) =>
    byIds(session, contactSpec, keys, fields, { path: '/company/contacts' }),
  Company: (session, keys, fields) =>
    byIds(session, companySpec, keys, fields, { path: '/company/companies' }),
  Member: (session, keys, fields) => byIds(session, memberSpec, keys, fields, { path: '/system/members' }),
  TimeEntry: (session, keys, fields) =>
    byIds(session, timeEntrySpec, keys, fields, { path: '/time/entries' }),
  Board: (session, keys, fields) => byIds(session, boardSpec, keys, fields, { path: '/service/boards' }),
  Site: (session, keys, fields) =>
    belowParents(keys, (company, sites) =>
      byIds(session, siteSpec, sites, fields, {
        path: `/company/companies/${company}/sites`,
        parent: company,
      }),
    ),
  ConfigurationItem: (session, keys, fields) =>
    byIds(session, configurationItemSpec, keys, fields, { path: '/company/configurations' }),
  Agreement: (session, keys, fields) =>
    byIds(session, agreementSpec, keys, fields, { path: '/finance/agreements' }),
  Sla: (session, keys, fields) => byIds(session, slaSpec, keys, fields, { path: '/service/SLAs' }),
  Project: (session, keys, fields) =>
    byIds(session, projectSpec, keys, fields, { path: '/project/projects' }),
  ProjectTask: (session, keys, fields) =>
    byIds(session, projectTaskSpec, keys, fields, { path: '/project/tickets' }),
  Opportunity: (session, keys, fields) =>
    byIds(session, opportunitySpec, keys, fields, { path: '/sales/opportunities' }),
  TicketTemplate: (session, keys, fields) =>
    byIds(session, ticketTemplateSpec, keys, fields, { path: '/service/templates' }),
  Product: (session, keys, fields) =>
    byIds(session, productSpec, keys, fields, { path: '/procurement/catalog' }),
  Article: (session, keys, fields) =>
    byIds(session, articleSpec, keys, fields, { path: '/service/knowledgeBaseArticles' }),
  TicketLineItem: (session, keys, fields) =>
    byIds(session, ticketLineItemSpec, keys, fields, { path: '/procurement/products', also: [ON_TICKETS] }),
  TicketTask: (session, keys, fields) =>
    belowParents(keys, (ticket, tasks) =>
      byIds(session, ticketTaskSpec, tasks, fields, {
        path: `/service/tickets/${ticket}/tasks`,
        parent: ticket,
      }),
    ),
  Attachment: (session, keys, fields) =>
    belowParents(keys, (ticket, documents) =>
      byIds(session, attachmentSpec, documents, fields, {
        path: '/system/documents',
        query: documentsOf(ticket),
        parent: ticket,
      }),
    ),
  ScheduleEntry: (session, keys, fields) =>
    byIds(session, scheduleEntrySpec, keys, fields, { path: '/schedule/entries' }),
  Note: readNotes,
}

/** Documents hang on records of every kind: which one is meant stands in the address (API.md 8). */
export function documentsOf(ticket: string): Query {
  return [
    ['recordType', 'Ticket'],
    ['recordId', ticket],
  ]
}

interface Endpoint {
  readonly path: string
  readonly query?: Query
  readonly search?: string
  readonly also?: readonly Condition[]
  /** What they stand below: the ticket of notes, the company of sites. */
  readonly parent?: string
}

async function byIds<Body extends { readonly id: number }>(
  session: VendorSession,
  spec: EntitySpec<Body>,
  keys: readonly string[],
  fields: ReadonlySet<string>,
  endpoint: Endpoint,
): Promise<readonly Answer[]> {
  const wanted = wantedFields(session, spec, fields)
  const ids = [...new Set(keys.filter(isVendorId))]
  const size = endpoint.search === undefined ? IDS_PER_URL : IDS_PER_SEARCH
  const found = new Map<string, Answer>()
  await Promise.all(
    chunks(ids, size).map(async (chunk) => {
      try {
        await readChunk(session, spec, chunk, wanted, endpoint, found)
      } catch (error) {
        // The other chunks stand for themselves: only these keys met the error.
        for (const id of chunk) found.set(id, error instanceof Error ? error : new Error('unknown'))
      }
    }),
  )
  return keys.map((key) => found.get(key) ?? null)
}

async function readChunk<Body extends { readonly id: number }>(
  session: VendorSession,
  spec: EntitySpec<Body>,
  ids: readonly string[],
  wanted: ReadonlySet<string>,
  endpoint: Endpoint,
  found: Map<string, Answer>,
): Promise<void> {
  const condition = all([
    isIn(
      ID,
      ids.map((id) => integer('id', id)),
    ),
    ...(endpoint.also ?? []),
  ]) as Condition
  const query: Query = [
    ...(endpoint.query ?? []),
    ...fieldsQuery(spec, wanted),
    ['pageSize', String(Math.max(ids.length, 1))],
  ]
  const bySearch = endpoint.search !== undefined && ids.length > IDS_PER_URL
  const answer = await readJson(session, {
    path: bySearch ? (endpoint.search ?? endpoint.path) : endpoint.path,
    query: bySearch ? query : [['conditions', condition], ...query],
    access: readAccess(spec, wanted),
    ...(bySearch ? { search: { conditions: condition } } : {}),
  })
  // Below a parent a 404 says that the parent is gone, and its children with it.
  if (answer === undefined && endpoint.parent !== undefined) return
  if (!Array.isArray(answer))
    throw unavailable(session.connection.slug, 'answered a list with something else')
  const bodies: Body[] = []
  for (const row of answer as readonly unknown[]) {
    const parsed = spec.shape.safeParse(row)
    if (parsed.success) bodies.push(parsed.data)
    else {
      const id = rawId(row)
      if (id !== undefined)
        found.set(String(id), unavailable(session.connection.slug, 'sent a record that could not be read'))
    }
  }
  const extras = await extrasFor(session, spec, bodies, wanted, endpoint.parent)
  for (const body of bodies) found.set(String(body.id), toRecord(spec, body, extras))
}

/** `parent.child`: one request for each parent. */
async function belowParents(
  keys: readonly string[],
  read: (parent: string, children: readonly string[]) => Promise<readonly Answer[]>,
): Promise<readonly Answer[]> {
  const byParent = new Map<string, string[]>()
  for (const key of keys) {
    const [parent = '', child = ''] = key.split('.')
    if (isChildKey(key)) byParent.set(parent, [...(byParent.get(parent) ?? []), child])
  }
  const found = new Map<string, Answer>()
  await Promise.all(
    [...byParent].map(async ([parent, children]) => {
      const answers = await read(parent, children)
      for (const [index, answer] of answers.entries()) found.set(`${parent}.${children[index]}`, answer)
    }),
  )
  return keys.map((key) => found.get(key) ?? null)
}

/** Notes and sites are named by what they stand below and by their own id. */
export function isChildKey(key: string): boolean {
  const parts = key.split('.')
  return parts.length === 2 && parts.every(isVendorId)
}

/** Below its ticket. */
async function readNotes(
  session: VendorSession,
  keys: readonly string[],
  fields: ReadonlySet<string>,
): Promise<readonly Answer[]> {
  const reach = noteReach(session)
  return belowParents(keys, (ticket, notes) =>
    byIds(session, { ...noteSpec, group: reach.group }, notes, fields, {
      path: `/service/tickets/${ticket}/notes`,
      also: reach.condition === undefined ? [] : [reach.condition],
      parent: ticket,
    }),
  )
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

function rawId(row: unknown): number | undefined {
  const id = typeof row === 'object' && row !== null ? (row as Record<string, unknown>).id : undefined
  return typeof id === 'number' ? id : undefined
}
