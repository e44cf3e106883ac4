import { badInput, GatewayError } from '../../schema/errors.ts'
import type { AccessKind } from '../../schema/groups.ts'
import type { VendorAccess } from '../../schema/source.ts'
import { ADDRESS, type Body, policyName } from './field-names.ts'
import {
  ACTION_REACH,
  ASSET_REACH,
  COMPANY_REACH,
  CONTACT_REACH,
  type ReachTable,
  reachOf,
  SITE_REACH,
  TICKET_REACH,
} from './reach.ts'

/**
 * What bytes demand, read from the bytes: typed writes and the passthrough ask this one function, so that a
 * plan is judged by what will be sent and not by what somebody meant.
 */
export interface DemandOptions {
  /**
   * Policy names that the planner itself put there and no caller chose: an author, flags set to "mail nobody".
   * The passthrough names none.
   */
  readonly except?: ReadonlySet<string>
  /** Group and kind of an endpoint that has no shape below, from the endpoint catalogue. */
  readonly catalogue?: { readonly group: string; readonly kind: AccessKind }
  /** What the outcome of an action changes on the ticket by itself, as its setup says; not known: all it could. */
  readonly outcomeChanges?: readonly string[]
  /** For an action that exists: what it is, as it was just read. */
  readonly existing?: { readonly visible: boolean; readonly timed: boolean }
  /** The planner proved that the new description begins with the one just read: what is added is a note. */
  readonly appendsDescription?: boolean
  /** The field of an asset's type that is its name, as the type was just read. The passthrough names none. */
  readonly keyField?: number
  /** The assets of a ticket are named by their ids and nothing of them is written. The passthrough never says so. */
  readonly attaches?: boolean
  /** The planner made the rows of this member, all of this very ticket: they are lines or tasks of it and nothing else. */
  readonly rows?: keyof typeof ROWS
}

/** Lists on a ticket whose rows are records of their own. */
export const ROWS = {
  items_issued: { type: 'TicketLineItem', body: 'LINE_ITEM', group: 'Products' },
  todo_list: { type: 'TicketTask', body: 'TASK', group: 'Ticket Tasks' },
} as const

/** Members of a body by their names in small letters. */
export type Members = ReadonlyMap<string, unknown>
type Demands = readonly [VendorAccess, ...VendorAccess[]]

/**
 * The first demand is the request's own, the others are what it reaches besides.
 *
 * @throws GatewayError NOT_CATALOGUED for an endpoint that nothing knows, FORBIDDEN_OPERATION for commands in
 * a body, BAD_USER_INPUT for a body that cannot be read whole
 */
export function demandsOf(
  method: string,
  path: string,
  body: string | null,
  options: DemandOptions = {},
): Demands {
  const { shape, single } = shapeOf(path)
  if (shape === 'OTHER' || (method === 'POST') === single) {
    const { catalogue } = options
    if (shape === 'OTHER' && catalogue !== undefined)
      return body === null
        ? [{ ...catalogue, fields: [] }]
        : otherDemands(path, elementOf(body), catalogue, options)
    throw new GatewayError('NOT_CATALOGUED', 'The gateway does not know this endpoint of HaloPSA.', {
      method,
    })
  }
  if (method === 'DELETE') return deletion(shape, options)
  if (method !== 'POST')
    throw new GatewayError('NOT_CATALOGUED', 'HaloPSA takes POST and DELETE only.', { method })
  const members = elementOf(body)
  expectNoCommands(members, options)
  switch (shape) {
    case 'TICKET':
      return ticketDemands(members, options)
    case 'ACTION':
      return actionDemands(members, options)
    case 'CONTACT':
      return flatDemands(members, 'CONTACT', 'Contacts', CONTACT_REACH, options)
    case 'SITE':
      return flatDemands(members, 'SITE', 'Sites', SITE_REACH, options)
    case 'COMPANY':
      return flatDemands(members, 'COMPANY', 'Companies', COMPANY_REACH, options)
    case 'ITEM':
      return flatDemands(members, 'ITEM', 'Configurations', ASSET_REACH, options)
    case 'SCHEDULE':
      return flatDemands(members, 'SCHEDULE', 'Schedule Entries', reachOf('POST /Appointment'), options)
  }
}

type Shape = 'TICKET' | 'ACTION' | 'CONTACT' | 'COMPANY' | 'SITE' | 'ITEM' | 'SCHEDULE' | 'OTHER'

function shapeOf(path: string): { readonly shape: Shape; readonly single: boolean } {
  const plain = path.toLowerCase().replace(/\/$/, '')
  const found = /^\/(tickets|actions|users|client|site|asset|appointment)(\/(?:\d+|\{step\d+\.id\}))?$/.exec(
    plain,
  )
  const shapes: Readonly<Record<string, Shape>> = {
    tickets: 'TICKET',
    actions: 'ACTION',
    users: 'CONTACT',
    client: 'COMPANY',
    site: 'SITE',
    asset: 'ITEM',
    appointment: 'SCHEDULE',
  }
  return { shape: shapes[found?.[1] ?? ''] ?? 'OTHER', single: found?.[2] !== undefined }
}

/**
 * Exactly one element: an array may hold a create, an update and a merge, and whether a failing one takes the
 * others back is not known (API.md 5). Names in small letters.
 */
export function elementOf(body: string | null): Members {
  let parsed: unknown
  try {
    parsed = JSON.parse(body ?? '')
  } catch {
    throw badInput('body', 'JSON', '')
  }
  if (!Array.isArray(parsed) || parsed.length !== 1) throw badInput('body', 'an array of one element', '')
  const [element] = parsed as readonly unknown[]
  if (typeof element !== 'object' || element === null || Array.isArray(element))
    throw badInput('body', 'an object in the array', '')
  return membersOf(element)
}

/**
 * @throws GatewayError BAD_USER_INPUT for one name in two spellings, and for letters that fold into others in one
 * language's way only
 */
export function membersOf(element: object): Members {
  const entries = Object.entries(element)
  if (entries.some(([name]) => !/^\w+$/.test(name)))
    throw badInput('body', 'names of plain letters, digits and "_"', '')
  const members = new Map<string, unknown>(entries.map(([name, value]) => [name.toLowerCase(), value]))
  if (members.size !== entries.length) throw badInput('body', 'each member once, whatever its case', '')
  return members
}

/** Fields that tell the server how to behave (docs/safety.md f): they are no data, and nobody may set them. */
const COMMANDS: ReadonlySet<string> = new Set(
  (
    'dont_do_rules dont_update_fault donotapplytemplateintheapi apply_rules apply_this_rule forceruleupdate ' +
    'emailbcc emailfrom from_address_override from_mailbox_id replytoaddress on_behalf_of on_behalf_of_name ' +
    'actionby_user_id actionby_application_id actiondatecreated override_opening_action_who created_by ' +
    'takenby opened_by resolved_by closure_agent_id datecreated datetime last_updated ' +
    'process_ai run_ai_insights validate_response'
  ).split(' '),
)
/** Who wrote it: the gateway's own to say, by the policy. */
const AUTHORS = ['who', 'who_type', 'who_agentid', 'actionby_agent_id'] as const

function expectNoCommands(members: Members, { except }: DemandOptions): void {
  for (const name of members.keys()) {
    const author = (AUTHORS as readonly string[]).includes(name)
    const ours = author && (except?.has('author') === true || except?.has('member') === true)
    if (name.startsWith('_') || COMMANDS.has(name) || (author && !ours))
      throw new GatewayError('FORBIDDEN_OPERATION', 'A body of HaloPSA may hold no commands to the server.', {
        field: name,
      })
  }
}

/** What the customer gets to see or is mailed; a kind and a text, as when the note were written by itself. */
const CLIENT_NOTE: VendorAccess = { group: 'Client-Facing Notes', kind: 'CREATE', fields: ['kind', 'text'] }
const CLIENT_MAIL: VendorAccess = { group: 'Client-Facing Notes', kind: 'CREATE', fields: ['mailClient'] }

/** Mail fields where no kind of its own is catalogued for them. */
const MAIL_FIELD = /^(sendemail|email(to|cc|bcc)\w*|sendsms|smsto)$/

function expectNoMail(members: Members, table: ReachTable): void {
  for (const name of members.keys())
    if (MAIL_FIELD.test(name) && !table.has(name))
      throw new GatewayError('FORBIDDEN_OPERATION', 'A body of HaloPSA may hold no orders to send mail.', {
        field: name,
      })
}

function otherDemands(
  path: string,
  members: Members,
  catalogue: NonNullable<DemandOptions['catalogue']>,
  options: DemandOptions,
): Demands {
  expectNoCommands(members, options)
  const table = reachOf(`POST ${path}`)
  expectNoMail(members, table)
  return [
    { ...catalogue, fields: fieldsOf(members, 'OTHER', new Set(['id']), options) },
    ...reach(members, table, new Set(), 'OTHER'),
  ]
}

function ticketDemands(members: Members, options: DemandOptions): Demands {
  const exists = hasId(members)
  const kind: AccessKind = exists ? 'UPDATE' : 'CREATE'
  const described = members.has('details') || members.has('details_html')
  const note = described ? [CLIENT_NOTE] : []
  const mail = ['sendack', 'createacknowledgement'].some((name) => isSet(members.get(name)))
  const known = new Set([
    'sendack',
    'createacknowledgement',
    ...(options.attaches === true ? ['assets'] : []),
    ...(options.rows === undefined ? [] : [options.rows]),
  ])
  const reached = reach(members, TICKET_REACH, known, 'TICKET')
  const joined = new Set([...members.keys()].filter((name) => isJoining(name)))
  const aside = options.rows === undefined ? [] : [options.rows]
  const own = fieldsOf(
    members,
    'TICKET',
    new Set(['id', 'sendack', 'createacknowledgement', ...joined, ...aside]),
    options,
  )
  const lines = options.rows === undefined ? [] : rowDemands(options.rows, members, options)
  const others = [...lines, ...note, ...(mail ? [CLIENT_MAIL] : []), ...reached]
  const [first, ...rest] = others
  // An update of nothing but the added text, or of nothing but the parent, is that and no more.
  if (exists && first !== undefined) {
    const only = own.every((field) => field === 'description')
    if (own.length === 0 || (only && options.appendsDescription === true)) return [first, ...rest]
  }
  return [{ group: 'Tickets', kind, fields: own }, ...others]
}

/** One row, which the planner made: with a number it changes what is there, without one it adds to it. */
function rowDemands(rows: keyof typeof ROWS, element: Members, options: DemandOptions): Demands {
  const { body, group } = ROWS[rows]
  const members = elementOf(JSON.stringify(element.get(rows)))
  return [
    {
      group,
      kind: hasId(members) ? 'UPDATE' : 'CREATE',
      // The element that holds the row names its ticket.
      fields: [
        ...fieldsOf(members, body, new Set(['id']), options),
        ...(hasId(members) ? [] : ['ticket']),
      ].toSorted(),
    },
  ]
}

function isJoining(name: string): boolean {
  const kind = TICKET_REACH.get(name)?.kind
  return kind === 'MERGE' || kind === 'BUNDLE'
}

const TIMED = new Set(
  [...ACTION_REACH].filter(([, { group }]) => group === 'Time Entries').map(([name]) => name),
)
/** Members of a time entry that say nothing when they are 0 or false. */
export const isTimed = (members: Members) => [...TIMED].some((name) => isSet(members.get(name), 0))

function actionDemands(members: Members, options: DemandOptions): Demands {
  const { existing } = options
  const exists = hasId(members)
  const kind: AccessKind = exists ? 'UPDATE' : 'CREATE'
  // Left out, the outcome's default decides what the client sees (API.md, "Ticket notes").
  const hidden = members.get('hiddenfromuser')
  const visible = hidden === undefined ? (existing?.visible ?? true) : hidden !== true
  const wasVisible = exists && (existing?.visible ?? true)
  const timed = isTimed(members) || existing?.timed === true
  const noteGroup = visible || wasVisible ? 'Client-Facing Notes' : 'Ticket Notes'

  const aside = new Set(['id', 'ticket_id', 'sendemail', 'emailto', 'emailcc', ...ACTION_REACH.keys()])
  for (const name of TIMED) aside.delete(name)
  const timeFields = fieldsOf(members, 'TIME_ENTRY', new Set([...aside, ...NOTE_ONLY]), options)
  const noteFields = fieldsOf(
    members,
    'NOTE',
    new Set([...aside, ...TIMED, ...(timed ? TIME_AND_NOTE : [])]),
    options,
  )

  const demands: VendorAccess[] = []
  const worded = members.has('note') || members.has('note_html')
  // A new text alone is the entry's as well as the note's.
  const textAlone = timeFields.length === 0 && worded ? [visible ? 'clientText' : 'internalText'] : []
  if (timed) demands.push({ group: 'Time Entries', kind, fields: [...timeFields, ...textAlone] })
  if (!timed || worded || (exists && hidden !== undefined))
    demands.push({ group: noteGroup, kind, fields: noteFields })
  const mailed =
    ['emailto', 'emailcc', 'emailbcc', 'emailtolistall'].some((name) => isSet(members.get(name), '')) ||
    // Left out, the outcome's default decides; an action that exists is not mailed again.
    (exists ? isSet(members.get('sendemail')) : members.get('sendemail') !== false)
  if (mailed) {
    const note = demands.findIndex(({ group }) => group === 'Client-Facing Notes')
    const found = demands[note]
    if (found === undefined) demands.push(CLIENT_MAIL)
    else demands[note] = { ...found, fields: [...new Set([...found.fields, 'mailClient'])].toSorted() }
  }
  const changed = new Set(exists ? [] : (options.outcomeChanges ?? OUTCOME_MAY_CHANGE))
  for (const name of members.keys())
    if (ACTION_REACH.get(name)?.group === 'Tickets' && ACTION_REACH.get(name)?.kind === 'UPDATE')
      for (const field of namesOf('ON_TICKET', name, members.get(name))) changed.add(field)
  if (changed.size > 0) demands.push({ group: 'Tickets', kind: 'UPDATE', fields: [...changed].toSorted() })
  demands.push(...reach(members, ACTION_REACH, new Set([...TIMED, ...MAIL, ...ticketChanges()]), 'ON_TICKET'))
  return demands as unknown as Demands // a note or a time entry at least
}

const NOTE_ONLY = ['note', 'note_html', 'hiddenfromuser', 'important']
const TIME_AND_NOTE = ['outcome', 'outcome_id', ...AUTHORS]
const MAIL = ['sendemail', 'emailto', 'emailcc', 'emailbcc', 'emailtolistall']
const OUTCOME_MAY_CHANGE = ['assignee', 'board', 'priority', 'status']

function ticketChanges(): readonly string[] {
  return [...ACTION_REACH]
    .filter(([, { group, kind }]) => group === 'Tickets' && kind === 'UPDATE')
    .map(([name]) => name)
}

/** A record whose members say it all but for those that reach further. */
function flatDemands(
  members: Members,
  body: 'CONTACT' | 'COMPANY' | 'SITE' | 'ITEM' | 'SCHEDULE',
  group: string,
  table: ReachTable,
  options: DemandOptions,
): Demands {
  expectNoMail(members, table)
  const own: VendorAccess = {
    group,
    kind: hasId(members) ? 'UPDATE' : 'CREATE',
    fields: fieldsOf(members, body, new Set(['id', ...table.keys()]), options),
  }
  return [own, ...reach(members, table, new Set(), body)]
}

/** Groups whose flags order something to be done: one that says no orders nothing. Elsewhere a no is a value. */
const ORDERS: ReadonlySet<string> = new Set(['Approvals', 'Communications', 'Knowledge Base', 'System'])

function isRefusal(value: unknown, { group, kind }: Pick<VendorAccess, 'group' | 'kind'>): boolean {
  return value === false && (kind === 'MERGE' || (kind === 'CREATE' && ORDERS.has(group)))
}

/** The groups that members reach besides the request's own. */
function reach(
  members: Members,
  table: ReachTable,
  known: ReadonlySet<string>,
  body: Body,
): readonly VendorAccess[] {
  const found = new Map<string, VendorAccess>()
  for (const [name, value] of members) {
    const hit = table.get(name)
    if (hit === undefined || known.has(name) || isRefusal(value, hit)) continue
    const { group, kind } = hit
    const key = `${group} ${kind}`
    const fields = new Set([...(found.get(key)?.fields ?? []), policyName(body, name)])
    found.set(key, { group, kind, fields: [...fields].toSorted() })
  }
  return [...found.values()]
}

function deletion(shape: Shape, { existing }: DemandOptions): Demands {
  const del = (group: string): VendorAccess => ({ group, kind: 'DELETE', fields: [] })
  if (shape === 'TICKET') return [del('Tickets')]
  if (shape === 'CONTACT') return [del('Contacts')]
  if (shape === 'COMPANY') return [del('Companies')]
  if (shape === 'SITE') return [del('Sites')]
  if (shape === 'ITEM') return [del('Configurations')]
  if (shape === 'SCHEDULE') return [del('Schedule Entries')]
  if (existing === undefined) return [del('Ticket Notes'), del('Client-Facing Notes'), del('Time Entries')]
  const note = del(existing.visible ? 'Client-Facing Notes' : 'Ticket Notes')
  return existing.timed ? [del('Time Entries'), note] : [note]
}

const ID = /^([1-9]\d{0,9}|\{step\d+\.id\})$/

/**
 * An id of 0 creates like none; a text of digits binds like a number (API.md 5). Placeholders are below 0, and
 * what two servers may read as two numbers is none.
 */
export function hasId(members: Members): boolean {
  const id = members.get('id')
  if (id === undefined || id === null || id === 0 || id === '0') return false
  if ((typeof id === 'number' || typeof id === 'string') && ID.test(String(id))) return true
  throw badInput('body', 'a whole number as id', '')
}

function fieldsOf(
  members: Members,
  body: Body,
  without: ReadonlySet<string>,
  { except, keyField }: DemandOptions,
): readonly string[] {
  const fields = new Set<string>()
  for (const [name, value] of members)
    if (!without.has(name)) for (const field of namesOf(body, name, value, keyField)) fields.add(field)
  for (const name of except ?? []) fields.delete(name)
  return [...fields].toSorted()
}

/** Custom fields are named one by one, everything else by its member. */
function namesOf(body: Body, name: string, value: unknown, keyField?: number): readonly string[] {
  if (name === 'customfields') return customFieldIds(value).map((id) => `custom:${id}`)
  if (body === 'ITEM' && name === 'fields')
    return customFieldIds(value).map((id) => (id === keyField ? 'name' : `field:${id}`))
  if (body === 'SITE' && name === 'delivery_address') return addressNames(value)
  return [policyName(body, name)]
}

function addressNames(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badInput('delivery_address', 'an address', '')
  return [...membersOf(value).keys()].map((name) =>
    Object.hasOwn(ADDRESS, name) ? (ADDRESS[name] ?? name) : `delivery_address/${name}`,
  )
}

/** By id, or by the vendor's name where that is all there is (API.md 5). */
function customFieldIds(value: unknown): readonly (number | string)[] {
  if (!Array.isArray(value)) throw badInput('customfields', 'an array', '')
  const ids = (value as readonly unknown[]).map((one) => {
    const members = membersOf(typeof one === 'object' && one !== null ? one : {})
    const [id, name] = [members.get('id'), members.get('name')]
    if (id !== undefined && name !== undefined)
      throw badInput('customfields', 'id or name in each, and not both', '')
    if (typeof id === 'number' && Number.isInteger(id) && id > 0) return id
    if (id === undefined && typeof name === 'string' && name !== '') return name.toLowerCase()
    throw badInput('customfields', 'an id in each', '')
  })
  if (new Set(ids).size !== ids.length) throw badInput('customfields', 'each field once', '')
  return ids
}

/** Only an explicit "no" is not set: a text or a number may count as true. */
export function isSet(value: unknown, nothing: unknown = false): boolean {
  return value !== undefined && value !== null && value !== false && value !== nothing
}
