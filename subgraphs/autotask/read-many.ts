import { GatewayError } from '../../schema/errors.ts'
import type { EntityType, ValuesOf, VendorRecord } from '../../schema/records.ts'
import type { VendorSession } from '../../schema/source.ts'
import { unavailable } from '../http/errors.ts'
import { entriesByIds } from './calendar-rows.ts'
import { MAX_RECORDS, objectOf, query } from './client.ts'
import { type Condition, compare, fieldName, integer, isIn, text } from './conditions.ts'
import { agreementSpec } from './entities/agreement.ts'
import { articleSpec } from './entities/article.ts'
import { attachmentSpec } from './entities/attachment.ts'
import { boardSpec } from './entities/board.ts'
import { companySpec } from './entities/company.ts'
import { configurationItemSpec } from './entities/configuration-item.ts'
import { contactSpec } from './entities/contact.ts'
import { memberSpec } from './entities/member.ts'
import { type AnyNote, noteSpec, TEXT_COLUMNS, type TextField, textNotes } from './entities/note.ts'
import { opportunitySpec } from './entities/opportunity.ts'
import { productSpec } from './entities/product.ts'
import { projectSpec, projectTaskSpec } from './entities/project.ts'
import { scheduleEntrySpec } from './entities/schedule-entry.ts'
import { siteSpec } from './entities/site.ts'
import { slaSpec } from './entities/sla.ts'
import { ticketSpec } from './entities/ticket.ts'
import { ticketLineItemSpec } from './entities/ticket-line-item.ts'
import { ticketTaskSpec } from './entities/ticket-task.ts'
import { timeEntrySpec } from './entities/time-entry.ts'
import { NO_TEMPLATES } from './no-templates.ts'
import { type NoteReach, noteReach, reachCondition } from './note-groups.ts'
import { columnsOf, type EntitySpec, readAccess, toRecord, toRecords, wantedFields } from './projection.ts'
import { type Choice, queues, slas } from './reference.ts'
import { ticket as ticketShape } from './schema.ts'

/** A list of values counts as one OR condition each, and 500 is the most (API.md 4). */
export const IDS_PER_READ = MAX_RECORDS

type Answer = VendorRecord | null | Error

const ID = fieldName('id')

/** An id that is none of the vendor's belongs to no record: nothing is asked. Zero is the tenant's own company. */
export function isVendorId(key: string): boolean {
  return /^(0|[1-9]\d{0,15})$/.test(key) && Number.isSafeInteger(Number(key))
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

const reader =
  <Body extends { readonly id: number }>(spec: EntitySpec<Body>): Reader =>
  (session, keys, fields) =>
    byIds(session, spec, keys, fields)

const readers: Readonly<Record<EntityType, Reader>> = {
  Ticket: reader(ticketSpec),
  Contact: reader(contactSpec),
  Company: reader(companySpec),
  Site: reader(siteSpec),
  ConfigurationItem: reader(configurationItemSpec),
  Agreement: reader(agreementSpec),
  Project: reader(projectSpec),
  ProjectTask: reader(projectTaskSpec),
  Opportunity: reader(opportunitySpec),
  TicketTemplate: () => Promise.reject(new GatewayError('NOT_SUPPORTED', NO_TEMPLATES)),
  Product: reader(productSpec),
  Article: reader(articleSpec),
  TicketLineItem: reader(ticketLineItemSpec),
  TicketTask: reader(ticketTaskSpec),
  Attachment: reader(attachmentSpec),
  Member: reader(memberSpec),
  TimeEntry: reader(timeEntrySpec),
  Board: picked(boardSpec, queues),
  Sla: picked(slaSpec, slas),
  ScheduleEntry: readEntries,
  Note: readNotes,
}

async function byIds<Body extends { readonly id: number }>(
  session: VendorSession,
  spec: EntitySpec<Body>,
  keys: readonly string[],
  fields: ReadonlySet<string>,
  also: readonly Condition[] = [],
): Promise<readonly Answer[]> {
  const wanted = wantedFields(session, spec, fields)
  const ids = [...new Set(keys.filter(isVendorId))]
  const found = new Map<string, Answer>()
  const chunks: string[][] = []
  for (let start = 0; start < ids.length; start += IDS_PER_READ)
    chunks.push(ids.slice(start, start + IDS_PER_READ))
  await Promise.all(
    chunks.map(async (chunk) => {
      try {
        await readChunk(session, spec, chunk, wanted, also, found)
      } catch (error) {
        if (!(error instanceof Error)) throw error
        for (const id of chunk) found.set(id, error)
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
  also: readonly Condition[],
  found: Map<string, Answer>,
): Promise<void> {
  const { rows } = await query(session, {
    entity: spec.entity,
    filter: [
      isIn(
        ID,
        ids.map((id) => integer('id', id)),
      ),
      ...also,
    ],
    fields: await columnsOf(session, spec, wanted),
    max: IDS_PER_READ,
    access: readAccess(spec, wanted),
  })
  const bodies: Body[] = []
  for (const row of rows) {
    const parsed = spec.shape.safeParse(row)
    const { id } = objectOf(row)
    if (parsed.success) bodies.push(parsed.data)
    else if (typeof id === 'number')
      found.set(String(id), unavailable(session.connection.slug, 'sent a record that could not be read'))
  }
  const records = await toRecords(session, spec, bodies, wanted)
  for (const [index, record] of records.entries()) found.set(String(bodies[index]?.id), record)
}

/** Queues and SLAs are picklists: one cached look-up for all of them. */
function picked(
  picklist: Omit<EntitySpec<Choice>, 'shape'>,
  choices: (session: VendorSession) => Promise<readonly Choice[]>,
): Reader {
  return async (session, keys, fields) => {
    const spec = { ...picklist, shape: undefined as never }
    const wanted = wantedFields(session, spec, fields)
    const known = await choices(session)
    const extras = {
      connection: session.connection.slug,
      wanted,
      ...(await spec.extras?.(session, known, wanted)),
    }
    return keys.map((key) => {
      const found = known.find((one) => one.key === key)
      return found === undefined ? null : toRecord(spec, found, extras)
    })
  }
}

/** By the row that puts a ticket on a service call, and `appointment.<id>`. */
async function readEntries(
  session: VendorSession,
  keys: readonly string[],
  fields: ReadonlySet<string>,
): Promise<readonly Answer[]> {
  const wanted = wantedFields(session, scheduleEntrySpec, fields)
  const links = [...new Set(keys)].filter(isVendorId)
  const appointments = [...new Set(keys)].flatMap((key) => {
    const [, id = ''] = /^appointment\.(\d+)$/.exec(key) ?? []
    return isVendorId(id) ? [id] : []
  })
  const access = readAccess(scheduleEntrySpec, wanted)
  const rows = await entriesByIds(session, access, links, appointments)
  const records = await toRecords(session, scheduleEntrySpec, rows, wanted)
  const byKey = new Map(rows.map(({ key }, index) => [key, records[index]]))
  return keys.map((key) => byKey.get(key) ?? null)
}

/** `ticket.note`, or `ticket.description` and `ticket.resolution` for the texts that stand on the ticket. */
async function readNotes(
  session: VendorSession,
  keys: readonly string[],
  fields: ReadonlySet<string>,
): Promise<readonly Answer[]> {
  const reach = noteReach(session)
  const spec = { ...noteSpec, group: reach.group }
  const parts = keys.map((key) => key.split('.'))
  const noteIds = parts.flatMap(([ticket = '', note = '']) =>
    isVendorId(ticket) && isVendorId(note) ? [note] : [],
  )
  const texts = parts.flatMap(([ticket = '', note]) =>
    isVendorId(ticket) && isTextField(note) ? [{ ticket, field: note }] : [],
  )
  const condition = reachCondition(reach)
  const [notes, fieldNotes] = await Promise.all([
    byIds(session, spec, noteIds, fields, condition === undefined ? [] : [condition]),
    reach.client ? readTexts(session, spec, reach, texts, fields) : new Map<string, Answer>(),
  ])
  const byNote = new Map(notes.map((answer, index) => [noteIds[index], answer]))
  return keys.map((key, index) => {
    const [, note] = parts[index] ?? []
    const answer = fieldNotes.get(key) ?? byNote.get(note)
    // A note below another ticket than the one that its key names does not exist there.
    if (answer === undefined || answer === null || answer instanceof Error) return answer ?? null
    return answer.id.endsWith(`:${key}`) ? answer : null
  })
}

function isTextField(part: string | undefined): part is TextField {
  return part === 'description' || part === 'resolution'
}

async function readTexts(
  session: VendorSession,
  spec: EntitySpec<AnyNote>,
  reach: NoteReach,
  texts: readonly { readonly ticket: string; readonly field: TextField }[],
  fields: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Answer>> {
  const wanted = wantedFields(session, spec, fields)
  const bodies = await ticketTexts(session, reach, [...new Set(texts.map(({ ticket }) => ticket))], wanted)
  const notes = bodies.filter(({ ticketID, field }) =>
    texts.some((one) => one.ticket === String(ticketID) && one.field === field),
  )
  const records = await toRecords(session, spec, notes, wanted)
  return new Map(records.map((record, index) => [spec.keyOf(notes[index] as AnyNote), record]))
}

/** Descriptions and resolutions of tickets as notes. They are for the client, and so is their group. */
export async function ticketTexts(
  session: VendorSession,
  reach: NoteReach,
  tickets: readonly string[],
  wanted: ReadonlySet<string>,
): Promise<readonly AnyNote[]> {
  if (tickets.length === 0 || !reach.client) return []
  const found: AnyNote[] = []
  for (let start = 0; start < tickets.length; start += IDS_PER_READ) {
    const { rows } = await query(session, {
      entity: 'Tickets',
      filter: [
        isIn(
          ID,
          tickets.slice(start, start + IDS_PER_READ).map((id) => integer('id', id)),
        ),
      ],
      fields: ['id', ...TEXT_COLUMNS],
      max: IDS_PER_READ,
      access: { group: 'Client-Facing Notes', kind: 'READ', fields: [...wanted].toSorted() },
    })
    for (const row of rows) {
      const parsed = ticketShape.safeParse(row)
      if (parsed.success) found.push(...textNotes(parsed.data))
    }
  }
  return found
}

/** One ticket by the number that people say, which is a text of its own beside the id. */
export async function ticketByNumber(
  session: VendorSession,
  number: string,
  fields: ReadonlySet<string>,
): Promise<VendorRecord | null> {
  const wanted = wantedFields(session, ticketSpec, fields)
  const value = text('number', number.replace(/^#/, '').trim())
  const { rows } = await query(session, {
    entity: 'Tickets',
    filter: [compare(fieldName('ticketNumber'), 'eq', value)],
    fields: await columnsOf(session, ticketSpec, wanted),
    max: 1,
    access: readAccess(ticketSpec, new Set([...wanted, 'number'])),
  })
  if (rows[0] === undefined) return null
  const parsed = ticketSpec.shape.safeParse(rows[0])
  if (!parsed.success) throw unavailable(session.connection.slug, 'sent a record that could not be read')
  const [record] = await toRecords(session, ticketSpec, [parsed.data], wanted)
  return record ?? null
}
