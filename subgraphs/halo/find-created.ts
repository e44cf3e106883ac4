import type { PlannedStep } from '../../schema/plan.ts'
import type { FoundRecords, VendorSession } from '../../schema/source.ts'
import { answers } from '../reading/calendar.ts'
import { type Author, authorBy, foundBy, NOTHING_FOUND } from '../sending/author.ts'
import { type Window, within, words } from '../sending/window.ts'
import { calendar } from './calendar.ts'
import { type Row, readRows } from './client.ts'
import { ownAgent } from './own-agent.ts'
import { instant } from './projection.ts'
import { flag, ids, type Query, searchPiece, whole } from './query.ts'
import { readActions } from './read-actions.ts'
import { readAttachments, readLineItems, readTasks } from './read-below-ticket.ts'
import { ASSETS, CLIENTS, PAGE, rowsByIds, type Shelf, SITES, USERS } from './read-by-id.ts'
import { ORDINARY, rawId, ticketDetail } from './read-tickets.ts'
import type { ActionBody } from './schema.ts'

/** Finds what an unclear CREATE may have made, by what it says, when and who. */
export async function findCreated(
  session: VendorSession,
  step: PlannedStep,
  window: Window,
): Promise<FoundRecords> {
  const { reconcile } = step
  if (reconcile.by === 'CORRELATION' && step.creates === 'Company') {
    const { value } = reconcile
    const piece = searchPiece(value)
    const query: Query = piece === null ? [] : [['search', piece]]
    return madeWithin(session, CLIENTS, 'Companies', query, (row) => same(row, { name: value }), window)
  }
  if (reconcile.by === 'CORRELATION' && step.creates === 'ConfigurationItem') {
    const { value } = reconcile
    // None had it before: the plan made sure. The tag is a number to people: its case is theirs.
    const keep = (row: Row) => same(row, { inventory_number: value })
    return madeWithin(session, ASSETS, 'Configurations', [['inventory_number', value]], keep, window)
  }
  if (reconcile.by !== 'FINGERPRINT') return NOTHING_FOUND
  const { parent, content } = reconcile
  if (step.creates === 'TicketLineItem')
    return newRows(session, readLineItems, 'Products', parent.key, content)
  if (step.creates === 'TicketTask') return newRows(session, readTasks, 'Ticket Tasks', parent.key, content)
  if (step.creates === 'ScheduleEntry') return newAppointments(session, parent.key, content)
  if (step.creates === 'Attachment') return newFiles(session, parent.key, content, window)
  if (parent.type === 'Ticket') {
    const access = { group: step.access.group, kind: 'READ', fields: [] } as const
    const { bodies } = await readActions(session, parent.key, access, step.creates === 'TimeEntry')
    const fitting = bodies.filter(
      (body) => same(body, content) && within(instant(body.actiondatecreated ?? body.datetime), window),
    )
    if (fitting.length === 0) return NOTHING_FOUND
    const author = actionAuthor(step, String((await ownAgent(session)).id))
    return foundBy(fitting, ({ id }) => `${parent.key}.${id}`, author)
  }
  if (step.creates === 'Site') {
    const here = (row: Row) => String(row.client_id) === parent.key && same(row, content)
    return madeWithin(session, SITES, 'Sites', [ids('client_id', [parent.key])], here, window)
  }
  const contact = step.creates === 'Contact'
  const rows = contact
    ? await contactRows(session, parent.key, content)
    : await newTickets(session, parent.key)
  const fitting = rows.filter(
    (row) => same(row, content) && within(instant(contact ? row.datecreated : row.dateoccurred), window),
  )
  if (fitting.length === 0) return NOTHING_FOUND
  const keys = fitting.flatMap((row) => rawId(row) ?? []).map(String)
  // Nothing of a contact tells who made it.
  if (contact) return { ours: [], untold: keys }
  const { name } = await ownAgent(session)
  const access = { group: 'Tickets', kind: 'READ', fields: [] } as const
  const details = new Map<string, unknown>()
  for (const key of keys) details.set(key, await ticketDetail(session, key, access))
  return foundBy(
    keys,
    (key) => key,
    (key) => ticketAuthor(details.get(key), name),
  )
}

/** Rows that were not there when the plan was made; nothing of them tells who added them. */
async function newRows(
  session: VendorSession,
  read: typeof readLineItems | typeof readTasks,
  group: string,
  ticket: string,
  { known, ...content }: Readonly<Record<string, unknown>>,
): Promise<FoundRecords> {
  const found = await read(session, ticket, { group, kind: 'READ', fields: [] })
  const before = new Set(known as readonly number[])
  const fitting = (found?.bodies ?? []).filter((row) => !before.has(row.id) && same(row, content))
  return { ours: [], untold: fitting.map(({ id }) => `${ticket}.${id}`) }
}

/** Files that say the same; nothing of them tells who added them. */
async function newFiles(
  session: VendorSession,
  ticket: string,
  content: Readonly<Record<string, unknown>>,
  window: Window,
): Promise<FoundRecords> {
  const access = { group: 'Attachments', kind: 'READ', fields: [] } as const
  const { bodies } = await readAttachments(session, ticket, access)
  const fitting = bodies.filter((row) => same(row, content) && within(instant(row.datecreated), window))
  return { ours: [], untold: fitting.map(({ id }) => `${ticket}.${id}`) }
}

/** Appointments that were not there when the plan was made; nothing of them tells who made them. */
async function newAppointments(
  session: VendorSession,
  ticket: string,
  { known, member, startsAt, endsAt }: Readonly<Record<string, unknown>>,
): Promise<FoundRecords> {
  const asked = { span: null, members: [String(member)], tickets: [ticket] }
  const { entries } = await calendar.read(session, asked, new Set())
  const before = new Set(known as readonly string[])
  const fitting = entries.filter(
    (entry) =>
      answers(asked, entry) &&
      !before.has(entry.key) &&
      entry.startsAt === Date.parse(String(startsAt)) &&
      entry.endsAt === Date.parse(String(endsAt)),
  )
  return { ours: [], untold: fitting.map(({ key }) => key) }
}

/**
 * A ticket itself, and no list, holds the name of who made it. That is no id: ours says that it is ours, another
 * tells nothing.
 */
function ticketAuthor(ticket: unknown, name: string | null): Author {
  const { created_by } = (ticket ?? {}) as Row
  return authorBy(created_by, name) === 'US' ? 'US' : 'UNTOLD'
}

/**
 * An action shows the agent in whose name it was written. Where the gateway wrote in a technician's name, that
 * technician may have typed the same: only an action of an application is then ours (API.md 11).
 */
function actionAuthor(step: PlannedStep, us: string): (action: ActionBody) => Author {
  const [element] = JSON.parse(step.body ?? '[]') as readonly { readonly who_agentid?: number }[]
  const named = element?.who_agentid
  if (named === undefined) return ({ who_agentid }) => authorBy(who_agentid, us)
  return ({ who_agentid, actionby_application_id }) => {
    const author = authorBy(who_agentid, String(named))
    return author === 'US' && !actionby_application_id ? 'UNTOLD' : author
  }
}

/**
 * Lists leave out when such a record was made: the few that say the same are read by themselves. Nothing of it tells
 * who made it.
 */
async function madeWithin(
  session: VendorSession,
  shelf: Shelf,
  group: string,
  query: Query,
  keep: (row: Row) => boolean,
  window: Window,
): Promise<FoundRecords> {
  const access = { group, kind: 'READ', fields: [] } as const
  const { rows } = await readRows(
    session,
    { path: shelf.path, query: [...shelf.query, ...query], access },
    shelf.envelope,
  )
  const keys = (rows as readonly Row[])
    .filter(keep)
    .flatMap((row) => rawId(row) ?? [])
    .map(String)
  const whole = await rowsByIds(session, shelf, keys, access, true)
  const untold = keys.filter((key) => {
    const row = whole.get(key)
    if (row instanceof Error) throw row
    // Of an asset the last change is told alone.
    const { datecreated, dlastupdate } = (row ?? {}) as Row
    return within(instant(datecreated ?? dlastupdate), window)
  })
  return { ours: [], untold }
}

/** More tickets of one company than anybody opens within a send window. */
async function newTickets(session: VendorSession, company: string): Promise<readonly Row[]> {
  const query: Query = [
    ids('client_id', [company]),
    ORDINARY,
    flag('pageinate', true),
    whole('page_size', PAGE),
    whole('page_no', 1),
    ['order', 'id'],
    flag('orderdesc', true),
  ]
  const access = { group: 'Tickets', kind: 'READ', fields: [] } as const
  const { rows } = await readRows(session, { path: '/Tickets', query, access }, 'tickets')
  return rows as readonly Row[]
}

async function contactRows(
  session: VendorSession,
  company: string,
  content: Readonly<Record<string, unknown>>,
): Promise<readonly Row[]> {
  const piece = searchPiece(String(content.emailaddress ?? content.surname ?? content.firstname ?? ''))
  const query: Query = [
    ...USERS.query,
    ids('client_id', [company]),
    ...(piece === null ? [] : ([['search', piece]] as const)),
    flag('pageinate', true),
    whole('page_size', PAGE),
    whole('page_no', 1),
    ['order', 'id'],
    flag('orderdesc', true),
  ]
  const access = { group: 'Contacts', kind: 'READ', fields: [] } as const
  const { rows } = await readRows(session, { path: USERS.path, query, access }, USERS.envelope)
  return rows as readonly Row[]
}

function same(row: object, content: Readonly<Record<string, unknown>>): boolean {
  const read = row as Row
  return Object.entries(content).every(([name, value]) => {
    // Lists of older releases name the outcome and not its number: it then tells nothing apart.
    if (name === 'outcome_id' && read[name] == null) return true
    const found = read[name] ?? (typeof value === 'boolean' ? false : null)
    return typeof value === 'string' && typeof found === 'string'
      ? words(found) === words(value)
      : found === value
  })
}
