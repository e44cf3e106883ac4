import type { z } from 'zod'
import type { NamedValue, StatusCategory } from '../../schema/records.ts'
import type { VendorAccess, VendorSession } from '../../schema/source.ts'
import { categoryByName } from '../reading/status-category.ts'
import { readList } from './client.ts'
import * as shapes from './schema.ts'

const CACHE_SECONDS = 600
const SETUP: VendorAccess = { group: 'Boards & Ticket Setup', kind: 'READ', fields: [], reference: true }
const TIME_SETUP: VendorAccess = { group: 'Time Setup', kind: 'READ', fields: [], reference: true }
const CONTACT_SETUP: VendorAccess = { group: 'Contacts', kind: 'READ', fields: [], reference: true }
const SYSTEM: VendorAccess = { group: 'System', kind: 'READ', fields: [], reference: true }

/** Setup lists are short; the cap is a guard against a tenant that is not, 10 times the largest page. */
const MAX_PAGES = 10
const PAGE_SIZE = 1000

async function list<T extends z.ZodType>(
  session: VendorSession,
  key: string,
  path: string,
  fields: string,
  shape: T,
  access: VendorAccess,
): Promise<readonly z.infer<T>[]> {
  return session.cached(key, CACHE_SECONDS, async () => {
    const found: z.infer<T>[] = []
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const rows = await readList(session, {
        path,
        query: [
          ['fields', fields],
          ['orderBy', 'id asc'],
          ['pageSize', String(PAGE_SIZE)],
          ['page', String(page)],
        ],
        access,
      })
      for (const row of rows) {
        const parsed = shape.safeParse(row)
        if (parsed.success) found.push(parsed.data)
      }
      if (rows.length < PAGE_SIZE) break
    }
    return found
  })
}

/** A status with the meaning that the unified schema gives it. */
export interface Status extends shapes.BoardStatus {
  readonly key: string
  readonly category: StatusCategory
  /** Closed by the vendor's own flag. */
  readonly closes: boolean
}

const STATUS_FIELDS =
  'id,name,sortOrder,closedStatus,defaultFlag,inactive,timeEntryNotAllowed,escalationStatus,emailTemplate'

/** In the order of the board. A name belongs to one board only; the key is unique across boards. */
export async function statusesOf(session: VendorSession, board: string): Promise<readonly Status[]> {
  const rows = await list(
    session,
    `statuses ${board}`,
    `/service/boards/${board}/statuses`,
    STATUS_FIELDS,
    shapes.boardStatus,
    SETUP,
  )
  const { statusCategories = {} } = session.connection.mapping
  return rows
    .map((row) => ({
      ...row,
      key: String(row.id),
      // A person's word comes before every guess.
      category: statusCategories[String(row.id)] ?? guessCategory(row),
      closes: row.closedStatus === true,
    }))
    .toSorted((a, b) => (a.sortOrder ?? 0) - (b.sortOrder ?? 0) || a.id - b.id)
}

/** From the vendor's flags first, since a tenant's names are free text; the mapping corrects what it gets wrong. */
export function guessCategory(status: shapes.BoardStatus): StatusCategory {
  if (status.closedStatus === true) return 'CLOSED'
  const named = categoryByName(status.name)
  const waits = named === 'WAITING_CLIENT' || named === 'WAITING_OTHER'
  return status.escalationStatus === 'Resolved' && !waits ? 'RESOLVED' : named
}

export async function typesOf(session: VendorSession, board: string): Promise<readonly shapes.SetupValue[]> {
  return list(
    session,
    `types ${board}`,
    `/service/boards/${board}/types`,
    'id,name,inactiveFlag',
    shapes.boardType,
    SETUP,
  )
}

/** The teams that each member is in, by the member's id; a team belongs to one board. */
export async function teamsOfMembers(
  session: VendorSession,
): Promise<ReadonlyMap<number, readonly NamedValue[]>> {
  const teams = await Promise.all(
    (await boards(session)).map(({ id }) =>
      list(session, `teams ${id}`, `/service/boards/${id}/teams`, 'id,name,members', shapes.boardTeam, SETUP),
    ),
  )
  const found = new Map<number, NamedValue[]>()
  for (const { id, name, members } of teams.flat())
    for (const member of members ?? [])
      found.set(member, [...(found.get(member) ?? []), { key: String(id), name }])
  return found
}

/** Standings of companies. */
export async function companyStatuses(session: VendorSession): Promise<readonly shapes.SetupValue[]> {
  return list(
    session,
    'company statuses',
    '/company/companies/statuses',
    'id,name,inactiveFlag',
    shapes.setupValue,
    { ...SETUP, group: 'Companies' },
  )
}

/** What a company is to the MSP; one company has several. */
export async function companyTypes(session: VendorSession): Promise<readonly shapes.SetupValue[]> {
  return list(session, 'company types', '/company/companies/types', 'id,name', shapes.setupValue, {
    ...SETUP,
    group: 'Companies',
  })
}

/** Kinds of configurations. */
export async function configurationTypes(session: VendorSession): Promise<readonly shapes.SetupValue[]> {
  return list(
    session,
    'configuration types',
    '/company/configurations/types',
    'id,name,inactiveFlag',
    shapes.setupValue,
    { ...SETUP, group: 'Configurations' },
  )
}

export async function boards(session: VendorSession): Promise<readonly shapes.BoardBody[]> {
  return list(session, 'boards', '/service/boards', 'id,name,inactiveFlag', shapes.board, SETUP)
}

export interface Priority extends shapes.PriorityBody {
  readonly key: string
  /** 1 is the most urgent; priorities of one sort order share a rank. */
  readonly rank: number
}

export interface Priorities {
  readonly all: readonly Priority[]
  /** True when a smaller sort order is more urgent. */
  readonly ascending: boolean
}

const LEVELS = ['Critical', 'High', 'Medium', 'Low']

/**
 * The rank follows the sort order, by which the vendor can order tickets. Which end of it is the urgent one
 * is the tenant's choice, and told by the levels.
 */
export async function prioritiesOf(session: VendorSession): Promise<Priorities> {
  const rows = await list(
    session,
    'priorities',
    '/service/priorities',
    'id,name,sortOrder,level,defaultFlag',
    shapes.priority,
    SETUP,
  )
  const ascending = risesWithLevel(rows)
  const orders = [...new Set(rows.map((row) => row.sortOrder ?? 0))].toSorted((a, b) =>
    ascending ? a - b : b - a,
  )
  return {
    ascending,
    all: rows.map((row) => ({ ...row, key: String(row.id), rank: orders.indexOf(row.sortOrder ?? 0) + 1 })),
  }
}

/** Counts the pairs that agree against those that do not; without levels a smaller number is the more urgent. */
function risesWithLevel(rows: readonly shapes.PriorityBody[]): boolean {
  let balance = 0
  for (const a of rows) {
    for (const b of rows) {
      const byLevel = LEVELS.indexOf(a.level ?? '') - LEVELS.indexOf(b.level ?? '')
      if (LEVELS.includes(a.level ?? '') && LEVELS.includes(b.level ?? '')) {
        balance += Math.sign(byLevel) * Math.sign((a.sortOrder ?? 0) - (b.sortOrder ?? 0))
      }
    }
  }
  return balance >= 0
}

export async function workTypes(session: VendorSession): Promise<readonly shapes.SetupValue[]> {
  return list(session, 'work types', '/time/workTypes', 'id,name,inactiveFlag', shapes.setupValue, TIME_SETUP)
}

export async function workRoles(session: VendorSession): Promise<readonly shapes.SetupValue[]> {
  return list(session, 'work roles', '/time/workRoles', 'id,name,inactiveFlag', shapes.setupValue, TIME_SETUP)
}

const UDF_FIELDS = 'id,caption,fieldTypeIdentifier,entryTypeIdentifier,numberDecimals,readOnlyFlag,options'

export async function userDefinedFields(session: VendorSession): Promise<readonly shapes.UserDefinedField[]> {
  return list(
    session,
    'custom fields',
    '/system/userDefinedFields',
    UDF_FIELDS,
    shapes.userDefinedField,
    SYSTEM,
  )
}

/** Kinds of addresses and numbers that a contact can have, as the tenant names them. */
export async function communicationTypes(
  session: VendorSession,
): Promise<readonly shapes.CommunicationType[]> {
  return list(
    session,
    'communicationTypes',
    '/company/communicationTypes',
    'id,description,emailFlag,phoneFlag,defaultFlag',
    shapes.communicationType,
    CONTACT_SETUP,
  )
}
