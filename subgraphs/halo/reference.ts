import type { z } from 'zod'
import type { NamedValue, StatusCategory } from '../../schema/records.ts'
import type { VendorAccess, VendorSession } from '../../schema/source.ts'
import { unavailable } from '../http/errors.ts'
import { categoryByName } from '../reading/status-category.ts'
import { readJson, readRows } from './client.ts'
import { flag, ids, type Query, whole } from './query.ts'
import * as shapes from './schema.ts'

const CACHE_SECONDS = 600
const SETUP: VendorAccess = { group: 'Boards & Ticket Setup', kind: 'READ', fields: [], reference: true }
const TIME_SETUP: VendorAccess = { group: 'Time Setup', kind: 'READ', fields: [], reference: true }

/** Setup lists are bare arrays or envelopes (API.md 3), and come whole: none of them can be paged. */
async function list<T extends z.ZodType>(
  session: VendorSession,
  path: string,
  query: Query,
  shape: T,
  access: VendorAccess,
): Promise<readonly z.infer<T>[]> {
  const key = `${path}?${query.map((one) => one.join('=')).join('&')}`
  return session.cached(key, CACHE_SECONDS, async () => {
    const { rows } = await readRows(session, { path, query, access }, path.slice(1).toLowerCase())
    return rows.flatMap((row) => {
      const parsed = shape.safeParse(row)
      return parsed.success ? [parsed.data] : []
    })
  })
}

/** A status with the meaning that the unified schema gives it. */
export interface Status extends shapes.StatusBody {
  readonly key: string
  readonly category: StatusCategory
  /** Left out by the vendor when closed ones are excluded. */
  readonly closes: boolean
}

function openRows(session: VendorSession): Promise<readonly shapes.StatusBody[]> {
  return list(session, '/Status', [flag('excludeclosed', true)], shapes.status, SETUP)
}

function statusRows(session: VendorSession): Promise<readonly shapes.StatusBody[]> {
  return list(session, '/Status', [], shapes.status, SETUP)
}

/**
 * Nothing on a status says that it closes, and its number is the tenant's (API.md 12.14). The vendor's own
 * list without the closed ones does say it.
 */
export async function closedStatuses(session: VendorSession): Promise<ReadonlySet<number>> {
  const [every, open] = await Promise.all([statusRows(session), openRows(session)])
  const stillOpen = new Set(open.map(({ id }) => id))
  const { statusCategories = {} } = session.connection.mapping
  return new Set(
    every
      .filter(({ id }) => {
        const said = statusCategories[String(id)]
        return said === undefined ? !stillOpen.has(id) : said === 'CLOSED'
      })
      .map(({ id }) => id),
  )
}

/** Whether a ticket in this status is closed, at the price of one list. */
export async function isClosed(session: VendorSession, status: number | null): Promise<boolean> {
  if (status === null) return false
  const said = session.connection.mapping.statusCategories?.[String(status)]
  if (said !== undefined) return said === 'CLOSED'
  return !(await openRows(session)).some(({ id }) => id === status)
}

/** Every status of the tenant: one list for all teams and ticket types, in its own sequence. */
export async function statuses(session: VendorSession): Promise<readonly Status[]> {
  const [rows, closed] = await Promise.all([statusRows(session), closedStatuses(session)])
  const { statusCategories = {} } = session.connection.mapping
  return rows
    .map((row) => {
      const closes = closed.has(row.id)
      // A person's word comes before every guess.
      const category = statusCategories[String(row.id)] ?? guessCategory(row.name, closes)
      return { ...row, key: String(row.id), closes, category }
    })
    .toSorted((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0) || a.id - b.id)
}

/** Names alone: one request less, where nobody asks for the category. */
export async function statusNames(session: VendorSession): Promise<readonly Status[]> {
  return (await statusRows(session)).map((row) => ({
    ...row,
    key: String(row.id),
    closes: false,
    category: guessCategory(row.name, false),
  }))
}

/** The statuses that tickets of one type may take. */
export async function statusesOfType(session: VendorSession, type: number): Promise<readonly Status[]> {
  const [every, allowed] = await Promise.all([
    statuses(session),
    list(session, '/Status', [ids('tickettype_id', [String(type)])], shapes.status, SETUP),
  ])
  const known = new Set(allowed.map(({ id }) => id))
  return every.filter(({ id }) => known.has(id))
}

/** A tenant's names are free text; the mapping corrects what this gets wrong. */
export function guessCategory(name: string, closes: boolean): StatusCategory {
  if (closes) return 'CLOSED'
  return categoryByName(name)
}

export interface Priority {
  readonly id: number
  readonly key: string
  readonly name: string
  readonly rank: number
}
export type Priorities = readonly Priority[]

/**
 * Priorities exist per SLA, and tickets carry their number (API.md 12.9): those of one number are one priority
 * here, named as the first SLA names it. The smaller number is the more urgent, as stock systems count: it is
 * the rank as well, so that a list ordered by it and a rule about it need not look anything up.
 */
export async function priorities(session: VendorSession): Promise<Priorities> {
  const rows = await list(session, '/Priority', [], shapes.priority, SETUP)
  const names = new Map<number, string>()
  for (const { priorityid, name } of rows) if (!names.has(priorityid)) names.set(priorityid, name)
  return [...names]
    .toSorted(([a], [b]) => a - b)
    .map(([id, name]) => ({ id, key: String(id), name, rank: id }))
}

/** Numbers that may be written under one SLA. */
export async function prioritiesOfSla(session: VendorSession, sla: number): Promise<ReadonlySet<number>> {
  const rows = await list(session, '/Priority', [], shapes.priority, SETUP)
  return new Set(rows.filter(({ slaid }) => slaid === sla).map(({ priorityid }) => priorityid))
}

function everyTicketType(session: VendorSession): Promise<readonly shapes.TicketTypeBody[]> {
  return list(session, '/TicketType', [], shapes.ticketType, SETUP)
}

/** Ticket types of ordinary tickets: projects and opportunities share the table and have groups of their own. */
export async function ticketTypes(session: VendorSession): Promise<readonly shapes.TicketTypeBody[]> {
  return (await everyTicketType(session)).filter(({ use }) => groupOfUse(use) === 'Tickets')
}

/** The group of records of a type; undefined for a type that the tenant does not have. */
export async function groupOfType(session: VendorSession, type: string): Promise<string | undefined> {
  const found = (await everyTicketType(session)).find(({ id }) => String(id) === type)
  return found === undefined ? undefined : groupOfUse(found.use)
}

function groupOfUse(use: string | null): 'Tickets' | 'Projects' | 'Opportunities' {
  if (/^opp/i.test(use ?? '')) return 'Opportunities'
  return /^(prj|project)/i.test(use ?? '') ? 'Projects' : 'Tickets'
}

export function slas(session: VendorSession): Promise<readonly shapes.SlaBody[]> {
  return list(session, '/SLA', [], shapes.sla, { ...SETUP, group: 'SLAs' })
}

export async function teams(session: VendorSession): Promise<readonly shapes.TeamBody[]> {
  const rows = await list(session, '/Team', [flag('showall', true)], shapes.team, SETUP)
  return rows.filter(({ forrequests }) => forrequests !== false)
}

/**
 * The teams that each agent is in, by the agent's id. Lists of agents leave teams out, and a list of teams tells its
 * agents for names with commas between them: a team whose name has one is read by itself.
 */
export async function teamsOfAgents(
  session: VendorSession,
): Promise<ReadonlyMap<number, readonly NamedValue[]>> {
  const all = flag('showall', true)
  const known = await list(session, '/Team', [all], shapes.team, SETUP)
  const [odd, plain] = [
    known.filter(({ name }) => name.includes(',')),
    known.filter(({ name }) => !name.includes(',')),
  ]
  const names = plain.map(({ name }) => name).join(',')
  const told = [
    ...(names === ''
      ? []
      : await list(session, '/Team', [all, ['includeagentsforteams', names]], shapes.team, SETUP)),
    ...(await Promise.all(odd.map(({ id }) => teamById(session, id)))),
  ]
  const agentsOf = new Map(told.map(({ id, agents }) => [id, agents]))
  const found = new Map<number, NamedValue[]>()
  for (const { id, name } of known) {
    const agents = agentsOf.get(id) ?? null
    // Said of nobody, it would read as a team that nobody is in.
    if (agents === null) throw unavailable(session.connection.slug, 'did not tell who is in a team')
    for (const { agent_id: agent } of agents)
      found.set(agent, [...(found.get(agent) ?? []), { key: String(id), name }])
  }
  return found
}

function teamById(session: VendorSession, id: number): Promise<shapes.TeamBody> {
  return session.cached(`/Team/${id}`, CACHE_SECONDS, async () => {
    const query = [flag('includedetails', true)]
    const parsed = shapes.team.safeParse(
      await readJson(session, { path: `/Team/${id}`, query, access: SETUP }),
    )
    if (parsed.success) return parsed.data
    throw unavailable(session.connection.slug, 'sent a record that could not be read')
  })
}

export async function outcomes(session: VendorSession, type: number): Promise<readonly shapes.OutcomeBody[]> {
  return list(session, '/Outcome', [ids('tickettype_id', [String(type)])], shapes.outcome, SETUP)
}

/** API.md, TimeEntry: charge rates are the lookup list of this number on stock systems. */
const CHARGE_RATES = 17

/** Work types are charge rates: Halo has none of their own. */
export async function workTypes(session: VendorSession): Promise<readonly shapes.LookupBody[]> {
  return list(session, '/Lookup', [whole('lookupid', CHARGE_RATES)], shapes.lookup, TIME_SETUP)
}

export async function fieldInfos(session: VendorSession): Promise<readonly shapes.FieldInfoBody[]> {
  return list(session, '/FieldInfo', [flag('includevalues', true)], shapes.fieldInfo, SETUP)
}

export function assetTypes(session: VendorSession): Promise<readonly shapes.AssetTypeBody[]> {
  return list(session, '/AssetType', [], shapes.assetType, { ...SETUP, group: 'Configurations' })
}

/** Company of each site, for contacts that only name their site. */
export async function companiesOfSites(session: VendorSession): Promise<ReadonlyMap<number, number>> {
  const sites = await list(session, '/Site', [], shapes.site, { ...SETUP, group: 'Sites' })
  return new Map(sites.flatMap(({ id, client_id }) => (client_id === null ? [] : [[id, client_id] as const])))
}

/** The agent that stands for nobody: 1 on stock systems (API.md, Ticket), or what the connection says. */
export function nobody(session: VendorSession): number {
  const said = Number(session.connection.settings.unassignedAgent ?? '1')
  return Number.isInteger(said) ? said : 1
}
