import { badInput, GatewayError } from '../../schema/errors.ts'
import type { AccessKind } from '../../schema/groups.ts'
import type { VendorAccess } from '../../schema/source.ts'
import { isJournal, isTask } from './columns.ts'
import { DUPLICATE } from './entities/ticket.ts'
import { type Body, policyName } from './field-names.ts'

/**
 * What bytes demand, read from the bytes: typed writes and the passthrough ask this one function, so that a
 * plan is judged by what will be sent and not by what somebody meant.
 */
export interface DemandOptions {
  /** Policy names that the planner itself put there and no caller chose. The passthrough names none. */
  readonly except?: ReadonlySet<string>
  /**
   * Columns whose new text is the old one with more behind it, as the planner read it and the baseline holds:
   * a note then, and no replacing of the field. The passthrough names none.
   */
  readonly appended?: ReadonlySet<string>
  /** The bytes are one whole merge surrogate: its state and its parent are part of it. The passthrough never says so. */
  readonly merges?: boolean
  /** Tables that the tenant counts as tickets, besides those that always are. */
  readonly ticketTables?: readonly string[]
  /** Group and kind of the endpoint catalogue, for a table that has no shape below. */
  readonly catalogue?: { readonly group: string; readonly kind: AccessKind }
  /** The row puts an item on a ticket, which is a change of the ticket. The passthrough never says so. */
  readonly attaches?: boolean
  /** The row is a task below a ticket, and no ticket itself. The passthrough never says so. */
  readonly tasks?: boolean
}

type Members = ReadonlyMap<string, unknown>
type Demands = readonly [VendorAccess, ...VendorAccess[]]

/** Journals take text and give none back: a body that holds only them is a note (API.md 15). */
const JOURNALS: Readonly<Record<string, 'Ticket Notes' | 'Client-Facing Notes'>> = {
  work_notes: 'Ticket Notes',
  comments: 'Client-Facing Notes',
}

/** What closes an incident as a duplicate of its parent (groups.tsv). */
const MERGING: ReadonlySet<string> = new Set(['parent_incident', 'state', 'close_code'])

/** The client reads them in the portal or in mail. */
const CLIENT_TEXTS: ReadonlySet<string> = new Set(['description', 'close_notes'])

const TICKETS: ReadonlySet<string> = new Set([
  'incident',
  'sn_customerservice_case',
  'incident_task',
  'problem',
  'problem_task',
  'sc_request',
  'sc_req_item',
  'sc_task',
])

/** Each names the ticket above, by the table that it is a column of. */
const PARENTS: ReadonlySet<string> = new Set(['parent', 'parent_incident', 'incident'])

/** Whoever stands in such a list is mailed from then on, addresses outside included (API.md 14). */
const MAIL_LISTS: ReadonlySet<string> = new Set(['watch_list', 'work_notes_list'])

const CLIENT_NOTE: VendorAccess = { group: 'Client-Facing Notes', kind: 'CREATE', fields: ['kind', 'text'] }

/**
 * The first demand is the request's own, the others are what it reaches besides.
 *
 * @throws GatewayError NOT_CATALOGUED for a table that nothing knows, FORBIDDEN_OPERATION for the journal's
 * own, BAD_USER_INPUT for a body that cannot be read whole
 */
export function demandsOf(
  method: string,
  path: string,
  body: string | null,
  options: DemandOptions = {},
): Demands {
  if (options.attaches === true && /^\/api\/now\/table\/task_ci(\/[0-9a-f]{32})?$/.test(path))
    return [{ group: 'Tickets', kind: 'UPDATE', fields: ['configurationItems'] }]
  const { shape, table, group, kind } =
    options.tasks === true ? taskShape(method, path) : shapeOf(method, path, options)
  if (method === 'DELETE') return [{ group, kind, fields: [] }]
  const members = membersOf(body)
  const { except = new Set<string>(), appended = new Set<string>() } = options
  const named = (columns: readonly string[]) =>
    [...new Set(columns.map((column) => policyName(shape, column)))]
      .filter((name) => !except.has(name))
      .toSorted()
  // Endpoints beside the Table API write tasks as well, whatever they are called.
  const isOfTask = shape === 'TICKET' || (shape === 'OTHER' && (table === undefined || isTask(table)))
  const plain: string[] = []
  const reached: VendorAccess[] = []
  const add = (access: VendorAccess) => {
    const fields = access.fields.filter((name) => !except.has(name))
    const at = reached.findIndex((one) => one.group === access.group && one.kind === access.kind)
    if (at === -1) reached.push({ ...access, fields })
    else
      reached[at] = {
        ...access,
        fields: [...new Set([...(reached[at]?.fields ?? []), ...fields])].toSorted(),
      }
  }
  if (shape === 'TASK') return [{ group, kind, fields: named([...members.keys()]) }]
  for (const [column, value] of members) {
    const isEntry = isOfTask || (table !== undefined && isJournal(table, column))
    const journal = isEntry && Object.hasOwn(JOURNALS, column) ? JOURNALS[column] : undefined
    if (column === 'comments_and_work_notes' || column === 'approval_history')
      throw badInput('body', 'one journal at a time: "comments" or "work_notes"', column)
    if (!isOfTask && journal === undefined) plain.push(column)
    else if (journal !== undefined) {
      add({
        group: journal,
        kind: 'CREATE',
        // Default notifications mail every comment (API.md 13).
        fields: journal === 'Client-Facing Notes' ? ['kind', 'mailClient', 'text'] : ['kind', 'text'],
      })
    } else if (options.merges === true && MERGING.has(column)) {
      add({ group: 'Tickets', kind: 'MERGE', fields: ['mergedInto', 'status'] })
    } else if (PARENTS.has(column)) {
      add({ group, kind: 'BUNDLE', fields: ['parent'] })
    } else if (column === 'duplicate_of') {
      add({ group, kind: 'MERGE', fields: ['mergedInto'] })
    } else if (column === 'time_worked') {
      // The timer books a row of time, and keeps nothing (API.md 13, TimeEntry).
      add({ group: 'Time Entries', kind: 'CREATE', fields: ['hours'] })
    } else {
      if (isDuplicate(column, value)) add({ group, kind: 'MERGE', fields: ['mergedInto', 'status'] })
      if (MAIL_LISTS.has(column))
        add({ group: 'Client-Facing Notes', kind: 'CREATE', fields: ['mailClient'] })
      // Its value pushes approvals on (API.md 14).
      if (column === 'approval') add({ group: 'Approvals', kind: 'UPDATE', fields: ['state'] })
      if (shape === 'TICKET' && CLIENT_TEXTS.has(column)) add(CLIENT_NOTE)
      if (!CLIENT_TEXTS.has(column) || !appended.has(column)) plain.push(column)
    }
  }
  const own: VendorAccess = { group, kind, fields: named(plain) }
  const [first, ...others] = reached
  // Nothing but notes or a parent: then that is what the request is. A creation stays one.
  return first !== undefined && kind !== 'CREATE' && own.fields.length === 0
    ? [first, ...others]
    : [own, ...reached]
}

function taskShape(method: string, path: string): ReturnType<typeof shapeOf> {
  const [, table] = /^\/api\/now\/table\/([a-z_]+_task)(?:\/[0-9a-f]{32})?$/.exec(path) ?? []
  if (table === undefined) throw new GatewayError('INTERNAL', 'A task was planned in no table of tasks.')
  return { shape: 'TASK', table, group: 'Ticket Tasks', kind: method === 'POST' ? 'CREATE' : 'UPDATE' }
}

/** The surrogate of a merge, whatever the case of its value (groups.tsv). */
function isDuplicate(column: string, value: unknown): boolean {
  const code = column === 'close_code' || column === 'resolution_code'
  return code && String(value).trim().toLowerCase() === DUPLICATE.toLowerCase()
}

/** Whose names the columns of a body go by in a policy, and the table that it writes where the path tells. */
export function shapeOf(
  method: string,
  path: string,
  options: DemandOptions = {},
): {
  readonly shape: Body
  readonly table: string | undefined
  readonly group: string
  readonly kind: AccessKind
} {
  const kind: AccessKind = method === 'POST' ? 'CREATE' : method === 'DELETE' ? 'DELETE' : 'UPDATE'
  const id = String.raw`(?:[0-9a-f]{32}|\{step\d+\.id\})`
  const pattern = new RegExp(
    `^/api/now(?:/v\\d+)?/table/([a-z][a-z0-9_]{1,79})${method === 'POST' ? '' : `/${id}`}$`,
  )
  const [, named] = pattern.exec(path) ?? []
  // The case API writes the rows of a table as well (API.md 13, Ticket).
  const isCase = /^\/api\/sn_customerservice\/case(\/[0-9a-f]{32})?$/i.test(path)
  const table = isCase && options.catalogue !== undefined ? 'sn_customerservice_case' : named
  if (table !== undefined && ['POST', 'PATCH', 'PUT', 'DELETE'].includes(method)) {
    if (table === 'sys_journal_field')
      throw new GatewayError(
        'FORBIDDEN_OPERATION',
        'The journal of ServiceNow is written through its tickets only.',
      )
    const isTicket = options.catalogue?.group === 'Tickets' && isTask(table)
    if (TICKETS.has(table) || isTicket || options.ticketTables?.includes(table) === true)
      return { shape: 'TICKET', table, group: 'Tickets', kind }
    if (table === 'task_time_worked') return { shape: 'TIME_ENTRY', table, group: 'Time Entries', kind }
    if (table === 'core_company') return { shape: 'COMPANY', table, group: 'Companies', kind }
    if (table === 'cmn_location') return { shape: 'SITE', table, group: 'Sites', kind }
    if (isItem(table)) return { shape: 'ITEM', table, group: 'Configurations', kind }
    if (table === 'customer_contact') return { shape: 'CONTACT', table, group: 'Contacts', kind }
    // Staff and logins are rows of the same table: the catalogue's word counts where somebody else built this.
    if (table === 'sys_user' && options.catalogue === undefined)
      return { shape: 'CONTACT', table, group: 'Contacts', kind }
  }
  if (options.catalogue !== undefined) return { shape: 'OTHER', table, ...options.catalogue }
  throw new GatewayError('NOT_CATALOGUED', 'The gateway does not know this endpoint of ServiceNow.', {
    method,
  })
}

/** Every class of the CMDB extends one table. */
export const isItem = (table: string) => /^cmdb_ci(_|$)/.test(table)

/** One flat object (API.md 15): an array would write its first record only, a dotted key another table. */
function membersOf(body: string | null): Members {
  let parsed: unknown
  try {
    parsed = JSON.parse(body ?? '')
  } catch {
    throw badInput('body', 'JSON', '')
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw badInput('body', 'one JSON object', '')
  const members = new Map(Object.entries(parsed))
  if (members.size === 0) throw badInput('body', 'at least one field', '')
  for (const [column, value] of members) {
    if (!/^[a-z][a-z0-9_]{0,79}$/.test(column))
      throw badInput('body', 'names of columns, in small letters and without dots', column)
    if (column.startsWith('sys_')) throw badInput('body', "fields that are not the platform's own", column)
    if (typeof value === 'object' && value !== null)
      throw badInput('body', 'texts, numbers, true, false or null as values', column)
  }
  return members
}
