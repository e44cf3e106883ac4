import { badInput, GatewayError } from '../../schema/errors.ts'
import type { AccessKind } from '../../schema/groups.ts'
import type { VendorAccess } from '../../schema/source.ts'
import { type Body, policyName, policyNames } from './field-names.ts'
import { PUBLISH_INTERNAL } from './note-groups.ts'

/**
 * What bytes demand, read from the bytes: typed writes and the passthrough ask this one function, so that a
 * plan is judged by what will be sent and not by what somebody meant.
 */
export interface DemandOptions {
  /**
   * Policy names that the planner itself put there and no caller chose: a correlation value, a required
   * default, the text that an added one is appended to. The passthrough names none.
   */
  readonly except?: ReadonlySet<string>
  /** Group and kind of an endpoint that has no shape below, from the endpoint catalogue. */
  readonly catalogue?: { readonly group: string; readonly kind: AccessKind }
  /** The request puts an item on a ticket or takes it off, which is a change of the ticket. The passthrough never says so. */
  readonly attaches?: boolean
  /** The request writes an item of a ticket's checklist. The passthrough never says so. */
  readonly tasks?: boolean
}

interface Shape {
  readonly body: Body
  readonly group: string
  readonly kind: AccessKind
  /** The parent that the path names, and the member that must not name another. */
  readonly parent?: { readonly member: string; readonly id: string }
}

type Members = ReadonlyMap<string, unknown>

/**
 * The first demand is the request's own, the others are what it reaches besides.
 *
 * @throws GatewayError NOT_CATALOGUED for an endpoint that nothing knows, BAD_USER_INPUT for a body that
 * cannot be read whole
 */
export function demandsOf(
  method: string,
  path: string,
  body: string | null,
  options: DemandOptions = {},
): readonly [VendorAccess, ...VendorAccess[]] {
  if (options.attaches === true && /^\/Tickets\/\d+\/AdditionalConfigurationItems(\/\d+)?$/.test(path))
    return [{ group: 'Tickets', kind: 'UPDATE', fields: ['configurationItems'] }]
  const shape = options.tasks === true ? taskShape(method, path) : shapeOf(method, path, options)
  if (method === 'DELETE') return deletion(path, shape)
  const members = membersOf(body)
  expectTarget(method, shape, members)
  const fields = new Set<string>()
  for (const [member, value] of members) {
    const name = member.toLowerCase()
    // It picks the record and is no field of it (API.md 3).
    if (name === 'id') continue
    if (name.startsWith('impersonator') || IN_THE_NAME_OF.has(name))
      throw badInput('body', 'no member that writes in the name of somebody else', member)
    if (name === 'userdefinedfields') {
      for (const udf of customFieldNames(value)) fields.add(`custom:${udf}`)
      continue
    }
    expectPlain(member, value)
    // Which record it hangs on, the path says already.
    if (name !== shape.parent?.member.toLowerCase()) fields.add(policyName(shape.body, member))
  }
  // PUT replaces: what it leaves out is cleared, which is a write too, also of what has no name here.
  if (method === 'PUT') for (const name of [...policyNames(shape.body), EVERY_FIELD]) fields.add(name)
  for (const name of options.except ?? []) fields.delete(name)
  return reach(method, path, shape, members, [...fields].toSorted())
}

/** No list of allowed fields holds it, so that only ALL covers a write of every field. */
const EVERY_FIELD = '*'

/** A contact's name under what the contact did not write (API.md 10), and an artefact of the service itself. */
const IN_THE_NAME_OF: ReadonlySet<string> = new Set([
  'createdbycontactid',
  'attachedbycontactid',
  'soapparentpropertyid',
])

/**
 * Records are flat (API.md 15), lists of ids aside. What a policy, a record scope or a notification goes by has to
 * be a whole number: a text in its place is read by the service in its own way.
 */
function expectPlain(member: string, value: unknown): void {
  const isNumber = (one: unknown) => typeof one === 'number' && Number.isSafeInteger(one) && one >= 0
  if (Array.isArray(value) ? !value.every(isNumber) : typeof value === 'object' && value !== null)
    throw badInput('body', 'plain values', `another one of ${member}`)
  if (WHOLE_NUMBERS.has(member.toLowerCase()) && value !== null && !isNumber(value))
    throw badInput('body', `a whole number, or null, as ${member}`, typeof value)
}

const WHOLE_NUMBERS: ReadonlySet<string> = new Set([
  'status',
  'priority',
  'queueid',
  'tickettype',
  'tickettypeid',
  'companyid',
  'contactid',
  'ticketid',
  'problemticketid',
  'changerequestticketid',
  'problemorincidentticketid',
  'assignedresourceid',
  'resourceid',
  'billingcodeid',
  'roleid',
])

const ID = String.raw`(\d+|\{step\d+\.id\})`

function shapeOf(method: string, path: string, { catalogue }: DemandOptions): Shape {
  // The service matches paths without regard to case (API.md 1).
  const plain = path.replace(/\/$/, '')
  const match = (pattern: string) => new RegExp(`^${pattern}$`, 'i').exec(plain)
  const deletes = method === 'DELETE'
  const kind: AccessKind = method === 'POST' ? 'CREATE' : deletes ? 'DELETE' : 'UPDATE'
  // PATCH and PUT go to the collection too: the id is in the body.
  if (!deletes && match('/tickets')) return { body: 'TICKET', group: 'Tickets', kind }
  if (match(deletes ? `/timeentries/${ID}` : '/timeentries'))
    return { body: 'TIME_ENTRY', group: 'Time Entries', kind }
  const note = deletes ? null : match(`/tickets/${ID}/notes`)
  if (note !== null)
    return { body: 'NOTE', group: 'Ticket Notes', kind, parent: { member: 'ticketID', id: note[1] ?? '' } }
  const contact = match(deletes ? `/companies/${ID}/contacts/${ID}` : `/companies/${ID}/contacts`)
  if (contact !== null)
    return { body: 'CONTACT', group: 'Contacts', kind, parent: { member: 'companyID', id: contact[1] ?? '' } }
  if (!deletes && match('/companies')) return { body: 'COMPANY', group: 'Companies', kind }
  if (!deletes && match('/configurationitems')) return { body: 'ITEM', group: 'Configurations', kind }
  const site = match(deletes ? `/companies/${ID}/locations/${ID}` : `/companies/${ID}/locations`)
  if (site !== null)
    return { body: 'SITE', group: 'Sites', kind, parent: { member: 'companyID', id: site[1] ?? '' } }
  const charge = match(deletes ? `/tickets/${ID}/charges/${ID}` : `/tickets/${ID}/charges`)
  if (charge !== null)
    return {
      body: 'LINE_ITEM',
      group: 'Ticket Charges',
      kind,
      parent: { member: 'ticketID', id: charge[1] ?? '' },
    }
  const schedule = { body: 'SCHEDULE', group: 'Schedule Entries', kind } as const
  if (match(deletes ? `/(servicecalls|appointments)/${ID}` : '/(servicecalls|appointments)')) return schedule
  const call = match(deletes ? `/servicecalls/${ID}/tickets/${ID}` : `/servicecalls/${ID}/tickets`)
  if (call !== null) return { ...schedule, parent: { member: 'serviceCallID', id: call[1] ?? '' } }
  const sent = match(
    deletes ? `/servicecalltickets/${ID}/resources/${ID}` : `/servicecalltickets/${ID}/resources`,
  )
  if (sent !== null) return { ...schedule, parent: { member: 'serviceCallTicketID', id: sent[1] ?? '' } }
  if (catalogue !== undefined) {
    const parent = /^\/(\w+)\/(\d+)\/\w+$/.exec(plain)
    return {
      body: 'OTHER',
      ...catalogue,
      ...(parent !== null && { parent: { member: parentMember(parent[1] ?? ''), id: parent[2] ?? '' } }),
    }
  }
  throw new GatewayError('NOT_CATALOGUED', 'The gateway does not know this endpoint of Autotask.', { method })
}

/** As a task of its ticket, and not as a part of it. */
function taskShape(method: string, path: string): Shape {
  const [, id] = /^\/Tickets\/(\d+)\/ChecklistItems(?:\/\d+)?$/.exec(path) ?? []
  if (id === undefined) throw new GatewayError('INTERNAL', 'A task was planned at no address of tasks.')
  const kind = method === 'POST' ? 'CREATE' : method === 'DELETE' ? 'DELETE' : 'UPDATE'
  return { body: 'TASK', group: 'Ticket Tasks', kind, parent: { member: 'ticketID', id } }
}

/** `companyID` below `/Companies`, `timeEntryID` below `/TimeEntries` (API.md 15). */
export function parentMember(collection: string): string {
  return `${collection.replace(/ies$/i, 'y').replace(/s$/i, '')}ID`
}

/** Body and path must agree on which record it is, since either may be what the service believes. */
function expectTarget(method: string, { parent }: Shape, members: Members): void {
  const id = get(members, 'id')
  if (method === 'POST') {
    // What a POST with the id of a record does is not known (API.md 6).
    if (id !== undefined && id !== 0 && id !== null) throw badInput('body', 'no id on a create', '')
  } else if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0) {
    throw badInput('body', 'the id of the record as a whole number', '')
  }
  if (parent === undefined) return
  const named = get(members, parent.member)
  if (named !== undefined && String(named) !== parent.id)
    throw badInput('body', `the same ${parent.member} as the path`, '')
}

function reach(
  method: string,
  path: string,
  shape: Shape,
  members: Members,
  fields: readonly string[],
): readonly [VendorAccess, ...VendorAccess[]] {
  const own: VendorAccess = { group: shape.group, kind: shape.kind, fields }
  switch (shape.body) {
    case 'TICKET':
      return ticketReach(method, own, members)
    case 'NOTE':
      return noteReach(method, own, members)
    case 'TIME_ENTRY':
    case 'CONTACT':
    case 'COMPANY':
    case 'SITE':
    case 'ITEM':
    case 'LINE_ITEM':
    case 'TASK':
    case 'SCHEDULE':
      return [own]
    case 'OTHER':
      return [own, ...otherReach(path, own, members)]
  }
}

/** What hangs on a ticket is a field of it: who else is told, who else works on it. */
const PART_OF_TICKET = /^\/tickets\/\d+\/(\w+)(\/\d+)?\/?$/i
const PUBLISHED =
  /^\/(tickets|ticketnotes|timeentries|tasks|tasknotes|projects|projectnotes)\/\d+\/(notes|attachments)\/?$/i

function otherReach(path: string, { kind }: VendorAccess, members: Members): readonly VendorAccess[] {
  const part = PARTS.get(PART_OF_TICKET.exec(path)?.[1]?.toLowerCase() ?? '')
  if (part !== undefined) return [{ group: 'Tickets', kind: 'UPDATE', fields: [part] }]
  // Notes and files of other records have the same switch, and what it says of an existing one is not known.
  const published = PUBLISHED.test(path) || /^\/tasknotes\/?$/i.test(path)
  const internal = kind === 'CREATE' && get(members, 'publish') === PUBLISH_INTERNAL
  return published && !internal && kind !== 'DELETE' ? [CLIENT_NOTE] : []
}

const PARTS: ReadonlyMap<string, string> = new Map(
  [
    'additionalConfigurationItems',
    'additionalContacts',
    'changeRequestApprovals',
    'checklistItems',
    'checklistLibraries',
    'secondaryResources',
    'tagAssociations',
  ].map((name) => [name.toLowerCase(), name]),
)

/** Description and resolution stand in the client portal; a kind and a text, as when they were notes. */
const CLIENT_NOTE: VendorAccess = { group: 'Client-Facing Notes', kind: 'CREATE', fields: ['kind', 'text'] }
const BUNDLE: VendorAccess = { group: 'Tickets', kind: 'BUNDLE', fields: ['parent'] }

function ticketReach(
  method: string,
  own: VendorAccess,
  members: Members,
): readonly [VendorAccess, ...VendorAccess[]] {
  // What a PUT leaves out, it clears.
  const has = (name: string) => method === 'PUT' || get(members, name) !== undefined
  const found: VendorAccess[] = []
  if (has('problemTicketId')) {
    // A body that does nothing else is the bundling itself.
    if (own.kind === 'UPDATE' && own.fields.length === 1 && own.fields[0] === 'parent') return [BUNDLE]
    found.push(BUNDLE)
  }
  if (has('description') || has('resolution')) found.push(CLIENT_NOTE)
  return [own, ...found]
}

/** `publish` decides the group, not the endpoint. Numbers may be quoted (API.md 5). */
function noteReach(
  method: string,
  own: VendorAccess,
  members: Members,
): readonly [VendorAccess, ...VendorAccess[]] {
  const client: VendorAccess = { ...own, group: 'Client-Facing Notes' }
  // An existing note may be visible already: changing it changes what the customer reads.
  if (method !== 'POST') return [own, client]
  return String(get(members, 'publish')) === String(PUBLISH_INTERNAL) ? [own] : [client]
}

function deletion(path: string, shape: Shape): readonly [VendorAccess, ...VendorAccess[]] {
  const kind = shape.body === 'OTHER' ? shape.kind : 'DELETE'
  const own: VendorAccess = { group: shape.group, kind, fields: [] }
  return shape.body === 'OTHER' ? [own, ...otherReach(path, own, new Map())] : [own]
}

function get(members: Members, name: string): unknown {
  const wanted = name.toLowerCase()
  for (const [member, value] of members) if (member.toLowerCase() === wanted) return value
  return undefined
}

function membersOf(body: string | null): Members {
  let parsed: unknown
  try {
    parsed = JSON.parse(body ?? '')
  } catch {
    throw badInput('body', 'JSON', '')
  }
  // An array is left over from SOAP and documented for no write.
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw badInput('body', 'a JSON object', '')
  const members = new Map(Object.entries(parsed))
  for (const name of members.keys())
    if (!/^[A-Za-z][A-Za-z0-9]*$/.test(name)) throw badInput('body', 'members that name a field', name)
  const names = new Set([...members.keys()].map((name) => name.toLowerCase()))
  if (names.size !== members.size) throw badInput('body', 'each member once, whatever its case', '')
  return members
}

/** `[{"name","value"}]`: each counts by its name, and the array itself for nothing. */
function customFieldNames(value: unknown): readonly string[] {
  if (!Array.isArray(value)) throw badInput('userDefinedFields', 'an array', '')
  const names = (value as readonly unknown[]).map((one) => {
    const entries = typeof one === 'object' && one !== null ? Object.entries(one) : []
    const name = entries.find(([member]) => member.toLowerCase() === 'name')?.[1]
    const known = entries.every(
      ([member, held]) => /^(name|value)$/i.test(member) && (typeof held !== 'object' || held === null),
    )
    if (typeof name !== 'string' || name === '' || entries.length > 2 || !known)
      throw badInput('userDefinedFields', 'a name and a value in each', '')
    return name
  })
  if (new Set(names.map((name) => name.toLowerCase())).size !== names.length)
    throw badInput('userDefinedFields', 'each field once', '')
  return names
}
