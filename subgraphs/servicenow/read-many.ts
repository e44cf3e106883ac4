import { GatewayError } from '../../schema/errors.ts'
import type { EntityType, ValuesOf, VendorRecord } from '../../schema/records.ts'
import type { VendorSession } from '../../schema/source.ts'
import { chunks } from '../reading/chunks.ts'
import { any, compare, isNotEmpty, text } from './encoded-query.ts'
import { agreementSpec } from './entities/agreement.ts'
import { articleSpec } from './entities/article.ts'
import { attachmentSpec } from './entities/attachment.ts'
import { boardSpec } from './entities/board.ts'
import { companySpec } from './entities/company.ts'
import { configurationItemSpec } from './entities/configuration-item.ts'
import { contactSpec } from './entities/contact.ts'
import { memberSpec } from './entities/member.ts'
import { productSpec } from './entities/product.ts'
import { projectSpec, projectTaskSpec } from './entities/project.ts'
import { siteSpec } from './entities/site.ts'
import { slaSpec } from './entities/sla.ts'
import { ticketSpec } from './entities/ticket.ts'
import { ticketTaskSpec } from './entities/ticket-task.ts'
import { timeEntrySpec } from './entities/time-entry.ts'
import { NO_LINE_ITEMS } from './no-line-items.ts'
import { NO_OPPORTUNITIES } from './no-opportunities.ts'
import { NO_SCHEDULE } from './no-schedule.ts'
import { NO_TEMPLATES } from './no-templates.ts'
import { readNotes } from './notes.ts'
import { CONTACTS_ONLY, EVERYBODY, membersOnly, type RowGuard } from './people.ts'
import {
  baseExtras,
  type EntitySpec,
  readAccess,
  toRecord,
  vendorFields,
  wantedFields,
} from './projection.ts'
import { isSysId, valueAt } from './rows.ts'
import { type Answer, IDS_PER_URL, rowsById } from './rows-by-id.ts'
import { taskTables } from './task-tables.ts'
import { ticketKey, ticketTables } from './ticket-tables.ts'

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
  Note: readNotes,
  TimeEntry: (session, keys, fields) => byIds(session, timeEntrySpec, keys, fields),
  Contact: (session, keys, fields) => byIds(session, contactSpec, keys, fields, CONTACTS_ONLY),
  Company: (session, keys, fields) => byIds(session, companySpec, keys, fields),
  Site: (session, keys, fields) => byIds(session, siteSpec, keys, fields),
  ConfigurationItem: (session, keys, fields) => byIds(session, configurationItemSpec, keys, fields),
  Agreement: (session, keys, fields) => byIds(session, agreementSpec, keys, fields),
  Sla: (session, keys, fields) => byIds(session, slaSpec, keys, fields),
  Project: (session, keys, fields) => byIds(session, projectSpec, keys, fields),
  ProjectTask: (session, keys, fields) => byIds(session, projectTaskSpec, keys, fields),
  Opportunity: () => Promise.reject(new GatewayError('NOT_SUPPORTED', NO_OPPORTUNITIES)),
  TicketTemplate: () => Promise.reject(new GatewayError('NOT_SUPPORTED', NO_TEMPLATES)),
  Product: (session, keys, fields) => byIds(session, productSpec, keys, fields),
  Article: (session, keys, fields) => byIds(session, articleSpec, keys, fields),
  TicketLineItem: () => Promise.reject(new GatewayError('NOT_SUPPORTED', NO_LINE_ITEMS)),
  TicketTask: readTasks,
  Attachment: (session, keys, fields) => byIds(session, attachmentSpec, keys, fields, onTickets(session)),
  ScheduleEntry: () => Promise.reject(new GatewayError('NOT_SUPPORTED', NO_SCHEDULE)),
  Member: async (session, keys, fields) =>
    byIds(session, memberSpec, keys, fields, await membersOnly(session)),
  Board: (session, keys, fields) => byIds(session, boardSpec, keys, fields),
}

/** One read for each table that the tickets are of. */
async function readTickets(
  session: VendorSession,
  keys: readonly string[],
  fields: ReadonlySet<string>,
): Promise<readonly Answer[]> {
  const found = new Map<string, Answer>()
  await Promise.all(
    ticketTables(session).map(async (table) => {
      const ids = keys.flatMap((key) => {
        const parsed = ticketKey(session, key)
        return parsed?.table.table === table.table ? [parsed.sysId] : []
      })
      if (ids.length === 0) return
      const answers = await byIds(session, ticketSpec(table), ids, fields)
      for (const [index, answer] of answers.entries()) found.set(`${table.table}.${ids[index]}`, answer)
    }),
  )
  return keys.map((key) => found.get(key) ?? null)
}

/** Files hang on records of every table: here only those on tickets are read. */
function onTickets(session: VendorSession): RowGuard {
  const tables = new Set(ticketTables(session).map(({ table }) => table))
  return {
    clauses: [any([...tables].map((table) => compare('table_name', '=', text('table_name', table))))],
    paths: ['table_name'],
    admits: (row) => tables.has(valueAt(row, 'table_name') ?? ''),
  }
}

/** `incident_task.<sys_id>`: one read for each table. */
async function readTasks(
  session: VendorSession,
  keys: readonly string[],
  fields: ReadonlySet<string>,
): Promise<readonly Answer[]> {
  const found = new Map<string, Answer>()
  await Promise.all(
    taskTables(session).map(async (tasks) => {
      const own = keys.filter((key) => key.startsWith(`${tasks.table}.`))
      if (own.length === 0) return
      const ids = own.map((key) => key.slice(tasks.table.length + 1))
      const answers = await byIds(session, ticketTaskSpec(tasks), ids, fields, ofSome(tasks.column))
      for (const [index, answer] of answers.entries()) found.set(own[index] ?? '', answer)
    }),
  )
  return keys.map((key) => found.get(key) ?? null)
}

function ofSome(column: string): RowGuard {
  return {
    clauses: [isNotEmpty(column)],
    paths: [column],
    admits: (row) => valueAt(row, column) !== null,
  }
}

async function byIds(
  session: VendorSession,
  spec: EntitySpec,
  keys: readonly string[],
  fields: ReadonlySet<string>,
  guard: RowGuard = EVERYBODY,
): Promise<readonly Answer[]> {
  const wanted = wantedFields(session, spec, fields)
  const found = new Map<string, Answer>()
  await Promise.all(
    chunks([...new Set(keys.filter(isSysId))], IDS_PER_URL).map(async (chunk) => {
      try {
        await readChunk(session, spec, chunk, wanted, guard, found)
      } catch (error) {
        // The other chunks stand for themselves: only these keys met the error.
        for (const id of chunk) found.set(id, error instanceof Error ? error : new Error('unknown'))
      }
    }),
  )
  return keys.map((key) => found.get(key) ?? null)
}

async function readChunk(
  session: VendorSession,
  spec: EntitySpec,
  ids: readonly string[],
  wanted: ReadonlySet<string>,
  guard: RowGuard,
  found: Map<string, Answer>,
): Promise<void> {
  const more = (await spec.extras?.(session, wanted)) ?? {}
  const rows = await rowsById(session, spec.table, ids, {
    fields: vendorFields(spec, wanted, more, guard.paths),
    guard,
    access: readAccess(spec, wanted),
  })
  const below = (await spec.below?.(session, rows, wanted)) ?? {}
  const extras = { ...baseExtras(session, ticketTables(session)), wanted, ...more, ...below }
  for (const row of rows) found.set(row.sysId, toRecord(spec, row, extras))
}
