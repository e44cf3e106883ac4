import { badInput, GatewayError } from '../../schema/errors.ts'
import type { AccessKind } from '../../schema/groups.ts'
import type { VendorAccess } from '../../schema/source.ts'
import { type Body, COMMUNICATION_FIELDS, policyName, policyNames } from './field-names.ts'

/**
 * What bytes demand, read from the bytes: typed writes and the passthrough ask this one function, so that a
 * plan is judged by what will be sent and not by what somebody meant.
 */
export interface DemandOptions {
  /**
   * Policy names that the planner itself put there and no caller chose: a correlation value, flags set to
   * "mail nobody", custom fields repeated unchanged. The passthrough names none.
   */
  readonly except?: ReadonlySet<string>
  /** Group and kind of an endpoint that has no shape below, from the endpoint catalogue. */
  readonly catalogue?: { readonly group: string; readonly kind: AccessKind }
  /** The request puts an item on a ticket or takes it off, which is a change of the ticket. The passthrough never says so. */
  readonly attaches?: boolean
}

interface Shape {
  readonly body: Body
  readonly group: string
  readonly kind: AccessKind
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
  if (options.attaches === true && /^\/service\/tickets\/\d+\/configurations(\/\d+)?$/.test(path))
    return [{ group: 'Tickets', kind: 'UPDATE', fields: ['configurationItems'] }]
  // On a ticket that the same plan opens it is part of the new ticket.
  if (options.attaches === true && path === '/service/tickets/{step1.id}/configurations')
    return [{ group: 'Tickets', kind: 'CREATE', fields: ['configurationItems'] }]
  const shape = shapeOf(method, path, options)
  if (method === 'DELETE') return deletion(shape)
  // An action such as "submit" has no body: it names no field, which only the allowed fields ALL cover.
  if (body === null && method === 'POST' && shape.body === 'OTHER')
    return [{ group: shape.group, kind: shape.kind, fields: [] }]
  const parsed = parse(body)
  if (/\/(merge|attachchildren)\/?$/i.test(path) && shape.body === 'TICKET')
    return joining(path, shape, parsed)
  const members = method === 'PATCH' ? patchMembers(parsed) : objectMembers(parsed)
  const fields = new Set<string>()
  for (const [member, value] of members) {
    if (member.toLowerCase() === 'customfields')
      for (const id of customFieldIds(value)) fields.add(`custom:${id}`)
    else if (member.toLowerCase() === 'communicationitems')
      for (const name of COMMUNICATION_FIELDS) fields.add(name)
    else for (const name of writtenNames(shape.body, member, value)) fields.add(name)
  }
  // PUT replaces: what it leaves out is cleared, which is a write too, also of what has no name here.
  if (method === 'PUT') for (const name of [...policyNames(shape.body), EVERY_FIELD]) fields.add(name)
  for (const name of options.except ?? []) fields.delete(name)
  return reach(method, shape, members, [...fields].toSorted())
}

/** No list of allowed fields holds it, so that only ALL covers a write of every field. */
const EVERY_FIELD = '*'

/** Members by which a reference names a record; the vendor takes no more from it. */
const REFERENCE: ReadonlySet<string> = new Set(['id', 'name', 'identifier'])

/** The member itself, and whatever an object or a list in it would write beyond naming another record. */
function writtenNames(body: Body, member: string, value: unknown): readonly string[] {
  const name = policyName(body, member)
  const inner = innerMembers(value).filter((one) => !REFERENCE.has(one.toLowerCase()))
  return [name, ...inner.map((one) => `${name}/${one}`)]
}

function innerMembers(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap(innerMembers)
  const names = Object.keys(value)
  expectOnce(names)
  return [...names, ...Object.values(value).flatMap(innerMembers)]
}

/** The vendor reads names without regard to case: of two spellings of one name, nobody knows which it takes. */
function expectOnce(names: readonly string[]): void {
  if (new Set(names.map((name) => name.toLowerCase())).size !== names.length)
    throw badInput('body', 'each member once, whatever its case', '')
}

function shapeOf(method: string, path: string, { catalogue }: DemandOptions): Shape {
  const plain = path.toLowerCase().replace(/\/$/, '')
  const kind: AccessKind = method === 'POST' ? 'CREATE' : method === 'DELETE' ? 'DELETE' : 'UPDATE'
  const id = String.raw`(?:\d+|\{step\d+\.id\})`
  const is = (pattern: string) => wholly(pattern).test(plain)
  if (method === 'POST' ? is('/service/tickets') : is(`/service/tickets/${id}`))
    return { body: 'TICKET', group: 'Tickets', kind }
  if (method === 'POST' && is(`/service/tickets/${id}/merge`))
    return { body: 'TICKET', group: 'Tickets', kind: 'MERGE' }
  if (method === 'POST' && is(`/service/tickets/${id}/attachchildren`)) {
    return { body: 'TICKET', group: 'Tickets', kind: 'BUNDLE' }
  }
  const notes = `/(?:service|project)/tickets/${id}/notes`
  if (method === 'POST' ? is(notes) : is(`${notes}/${id}`))
    return { body: 'NOTE', group: 'Ticket Notes', kind }
  if (method === 'POST' ? is('/time/entries') : is(`/time/entries/${id}`)) {
    return { body: 'TIME_ENTRY', group: 'Time Entries', kind }
  }
  if (method === 'POST' ? is('/company/contacts') : is(`/company/contacts/${id}`)) {
    return { body: 'CONTACT', group: 'Contacts', kind }
  }
  if (method === 'POST' ? is('/company/companies') : is(`/company/companies/${id}`))
    return { body: 'COMPANY', group: 'Companies', kind }
  const sites = `/company/companies/${id}/sites`
  if (method === 'POST' ? is(sites) : is(`${sites}/${id}`)) return { body: 'SITE', group: 'Sites', kind }
  if (method === 'POST' ? is('/company/configurations') : is(`/company/configurations/${id}`))
    return { body: 'ITEM', group: 'Configurations', kind }
  if (method === 'POST' ? is('/procurement/products') : is(`/procurement/products/${id}`))
    return { body: 'LINE_ITEM', group: 'Products', kind }
  const tasks = `/service/tickets/${id}/tasks`
  if (method === 'POST' ? is(tasks) : is(`${tasks}/${id}`))
    return { body: 'TASK', group: 'Ticket Tasks', kind }
  if (method === 'POST' ? is('/schedule/entries') : is(`/schedule/entries/${id}`))
    return { body: 'SCHEDULE', group: 'Schedule Entries', kind }
  if (catalogue !== undefined) {
    // A project ticket does what a service ticket does, under a group of its own.
    const isTicket = method === 'POST' ? is('/project/tickets') : is(`/project/tickets/${id}`)
    return { body: isTicket ? 'TICKET' : 'OTHER', ...catalogue }
  }
  throw new GatewayError('NOT_CATALOGUED', 'The gateway does not know this endpoint of ConnectWise.', {
    method,
  })
}

const compiled = new Map<string, RegExp>()

/** Every raw request asks these patterns: each is made once. */
function wholly(pattern: string): RegExp {
  const known = compiled.get(pattern) ?? new RegExp(`^${pattern}$`)
  compiled.set(pattern, known)
  return known
}

function reach(
  method: string,
  shape: Shape,
  members: Members,
  fields: readonly string[],
): readonly [VendorAccess, ...VendorAccess[]] {
  const own: VendorAccess = { group: shape.group, kind: shape.kind, fields }
  switch (shape.body) {
    case 'TICKET':
      return [own, ...ticketReach(method, members)]
    case 'NOTE':
      return noteReach(method, own, members)
    case 'TIME_ENTRY':
      return [own, ...timeReach(method, members)]
    case 'CONTACT':
      return [own, ...contactReach(method, members)]
    case 'COMPANY':
    case 'SITE':
    case 'ITEM':
    case 'LINE_ITEM':
    case 'TASK':
    case 'SCHEDULE':
    case 'OTHER':
      return [own]
  }
}

/** What the customer gets to see or is mailed; a kind and a text, as when the note were written by itself. */
const CLIENT_NOTE: VendorAccess = { group: 'Client-Facing Notes', kind: 'CREATE', fields: ['kind', 'text'] }
const CLIENT_MAIL: VendorAccess = { group: 'Client-Facing Notes', kind: 'CREATE', fields: ['mailClient'] }
const INTERNAL_NOTE: VendorAccess = { group: 'Ticket Notes', kind: 'CREATE', fields: ['kind', 'text'] }

function ticketReach(method: string, members: Members): readonly VendorAccess[] {
  const found: VendorAccess[] = []
  const has = (name: string) => get(members, name) !== undefined
  if (has('parentTicketId')) found.push({ group: 'Tickets', kind: 'BUNDLE', fields: ['parent'] })
  if (has('mergedParentTicket')) found.push({ group: 'Tickets', kind: 'MERGE', fields: ['mergedInto'] })
  if (has('initialDescription') || has('initialResolution')) found.push(CLIENT_NOTE)
  if (has('initialInternalAnalysis')) found.push(INTERNAL_NOTE)
  // A new ticket mails its contact unless it says not to (API.md 9); the flags decide about all later mail.
  const notifies = get(members, 'processNotifications')
  const mails = method === 'PATCH' ? isSet(notifies) : notifies !== false
  const recipients = ['automaticEmailContactFlag', 'automaticEmailCcFlag'].some((flag) =>
    isSet(get(members, flag)),
  )
  if (mails || recipients || has('automaticEmailCc')) found.push(CLIENT_MAIL)
  return found
}

/** The flags decide the group, not the endpoint. */
function noteReach(
  method: string,
  own: VendorAccess,
  members: Members,
): readonly [VendorAccess, ...VendorAccess[]] {
  const client: VendorAccess = { ...own, group: 'Client-Facing Notes' }
  // An existing note may be visible already: changing it changes what the customer reads.
  if (method !== 'POST') return [own, client]
  const visible = isSet(get(members, 'detailDescriptionFlag')) || isSet(get(members, 'resolutionFlag'))
  // Left out, the vendor's default decides, and it has been seen to mail (API.md 8).
  const mails = get(members, 'processNotifications') !== false
  if (visible) return [client]
  return mails ? [own, CLIENT_MAIL] : [own]
}

/** Who may log in to the portal is the group of its own endpoints, which nobody gets (API.md 9). */
function contactReach(method: string, members: Members): readonly VendorAccess[] {
  const fields = ['portalPassword', 'portalSecurityLevel', 'disablePortalLoginFlag'].filter(
    (name) => get(members, name) !== undefined,
  )
  const kind = method === 'POST' ? 'CREATE' : 'UPDATE'
  return fields.length === 0 ? [] : [{ group: 'Contact Portal Security', kind, fields }]
}

/** Left out, the board's defaults may post the text as a note (API.md 9): only an explicit `false` does not. */
function timeReach(method: string, members: Members): readonly VendorAccess[] {
  const found: VendorAccess[] = []
  const may = (name: string) => {
    const value = get(members, name)
    return value === undefined ? method !== 'PATCH' : isSet(value)
  }
  if (may('addToDetailDescriptionFlag') || may('addToResolutionFlag')) found.push(CLIENT_NOTE)
  if (may('addToInternalAnalysisFlag')) found.push(INTERNAL_NOTE)
  const mails = ['emailContactFlag', 'emailCcFlag'].some(may) || get(members, 'emailCc') !== undefined
  if (mails) found.push(CLIENT_MAIL)
  return found
}

function deletion(shape: Shape): readonly [VendorAccess, ...VendorAccess[]] {
  const own: VendorAccess = {
    group: shape.group,
    kind: shape.body === 'OTHER' ? shape.kind : 'DELETE',
    fields: [],
  }
  return shape.body === 'NOTE' ? [own, { ...own, group: 'Client-Facing Notes' }] : [own]
}

function joining(path: string, shape: Shape, parsed: unknown): readonly [VendorAccess] {
  const members = objectMembers(parsed)
  const merging = /merge\/?$/i.test(path)
  const ids = get(members, merging ? 'mergeTicketIds' : 'childTicketIds')
  const known = merging ? ['mergeticketids', 'status'] : ['childticketids']
  if ([...members.keys()].some((name) => !known.includes(name.toLowerCase())))
    throw badInput('body', known.join(' and '), 'another member')
  if (!Array.isArray(ids) || ids.length === 0 || !ids.every((id) => Number.isInteger(id))) {
    throw badInput('body', 'ticket ids as whole numbers', '')
  }
  return [{ group: shape.group, kind: shape.kind, fields: merging ? ['mergedInto', 'status'] : ['parent'] }]
}

/** Only an explicit `false` (or nothing at all) is not set: a text or a number may count as true. */
export function isSet(value: unknown): boolean {
  return value !== undefined && value !== false && value !== null
}

function get(members: Members, name: string): unknown {
  const wanted = name.toLowerCase()
  for (const [member, value] of members) if (member.toLowerCase() === wanted) return value
  return undefined
}

function parse(body: string | null): unknown {
  try {
    return JSON.parse(body ?? '')
  } catch {
    throw badInput('body', 'JSON', '')
  }
}

function objectMembers(parsed: unknown): Members {
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw badInput('body', 'a JSON object', '')
  expectOnce(Object.keys(parsed))
  return new Map(Object.entries(parsed))
}

/** JSON Patch: the field is the decoded first segment, `/status/id` and `status/id` mean `status`. */
function patchMembers(parsed: unknown): Members {
  if (!Array.isArray(parsed) || parsed.length === 0) throw badInput('body', 'a JSON Patch array', '')
  const members = new Map<string, unknown>()
  for (const operation of parsed as readonly unknown[]) {
    const { op, path, value, ...others } = (
      typeof operation === 'object' && operation !== null ? operation : {}
    ) as Record<string, unknown>
    if (op !== 'add' && op !== 'replace' && op !== 'remove')
      throw badInput('body', '"add", "replace" or "remove"', op)
    if (typeof path !== 'string' || Object.keys(others).length > 0)
      throw badInput('body', 'op, path and value only', '')
    const [segment = ''] = path.replace(/^\//, '').split('/')
    const field = segment.replaceAll('~1', '/').replaceAll('~0', '~')
    if (field === '' || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(field))
      throw badInput('body', 'a path that names a field', path)
    if (get(members, field) !== undefined) throw badInput('body', 'one operation for each field', path)
    // Whole arrays only: `customFields/0/value` does not say which field it writes.
    if (/^customfields$/i.test(field) && !/^\/?customfields$/i.test(path))
      throw badInput('body', 'customFields as a whole', path)
    members.set(field, op === 'remove' ? null : (value ?? null))
  }
  return members
}

function customFieldIds(value: unknown): readonly number[] {
  if (!Array.isArray(value)) throw badInput('customFields', 'an array', '')
  return (value as readonly unknown[]).map((one) => {
    const id = typeof one === 'object' && one !== null ? (one as Record<string, unknown>).id : undefined
    if (typeof id !== 'number' || !Number.isInteger(id)) throw badInput('customFields', 'an id in each', '')
    return id
  })
}
