import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { RawReading, RawRequest } from '../../../schema/passthrough.ts'
import type { TargetRef, VendorAccess } from '../../../schema/source.ts'
import { NO_MAIL } from '../../planning/mail.ts'
import { NOTHING_WRITTEN } from '../../reading/raw-read.ts'
import { demandsOf } from '../body-fields.ts'
import type { Body } from '../field-names.ts'
import { genericDemands } from './generic.ts'
import { mailReasons } from './mail.ts'
import { groupOfMember, isSecret } from './member-groups.ts'
import { isNotes, noteGroups, tellsOfOthers } from './note-split.ts'
import { queryOf } from './query.ts'
import type { NamedField, Search } from './search.ts'
import { becomes, idOf, type Members, membersOf, refersTo, settingsOf } from './settings.ts'
import { sideEffectsOf } from './side-effects.ts'
import { createdBy, targetOf } from './targets.ts'
import { billableHours, valuesOf } from './written-values.ts'

/** What a raw request would do, read from its bytes alone. @throws GatewayError */
export function read(request: RawRequest): RawReading {
  return request.endpoint.kind === 'READ' ? readReading(request) : writeReading(request)
}

function readReading(request: RawRequest): RawReading {
  const { method, template, generic } = request.endpoint
  const query = queryOf(request)
  // Reads by POST are queries; another one nobody has read whole.
  if (method === 'POST' && query === null)
    throw badInput('path', 'a read that the gateway can judge', 'another POST that reads')
  const groups = isNotes(template) ? noteGroups(request) : [request.endpoint.group]
  const [group = request.endpoint.group, ...others] = groups
  const told = query !== null && others.length > 0 && tellsOfOthers(query, query.counts) ? others : []
  const demands = query === null ? [] : named(query.search, group)
  const own = demands.find((demand) => demand.group === group)
  return {
    ...NOTHING_WRITTEN,
    access: { group, kind: 'READ', fields: own?.fields ?? [] },
    alsoDemands: [
      ...demands.filter((demand) => demand !== own),
      ...told.map((one): VendorAccess => ({ group: one, kind: 'READ', fields: ['text'] })),
      ...(generic === true ? genericDemands(request, query?.search) : []),
    ],
    target: targetOf(request.path) ?? pinnedTarget(template, query?.search),
    refersTo: [],
  }
}

/** One demand a group. A filter tells as much of a field as the field itself. @throws GatewayError BAD_USER_INPUT */
function named({ filtered, included }: Search, base: string): readonly VendorAccess[] {
  const fields = new Map<string, Set<string>>()
  for (const field of [...filtered, ...(included ?? [])]) {
    if (isSecret(field.name)) throw badInput('query', 'no field that holds a secret', 'one')
    const group = field.custom ? base : groupOfMember(field.name, base)
    const known = fields.get(group) ?? new Set()
    fields.set(group, known.add(nameOf(field)))
  }
  return [...fields].map(([group, names]) => ({ group, kind: 'READ', fields: [...names].toSorted() }))
}

function nameOf({ name, custom }: NamedField): string {
  return custom ? `custom:${name}` : name
}

/** The ticket that every row of a query belongs to, or is. */
function pinnedTarget(template: string, search: Search | undefined): TargetRef | null {
  const column = /^\/tickets\//i.test(template) ? 'id' : 'ticketid'
  const pin = search?.pins.find(({ field, op }) => field === column && op === 'eq')
  return typeof pin?.value === 'number' ? { type: 'Ticket', key: String(pin.value) } : null
}

function writeReading(request: RawRequest): RawReading {
  const { endpoint, path, query, body } = request
  if (endpoint.method === 'GET')
    throw new GatewayError('FORBIDDEN_OPERATION', 'A GET that changes something can not be planned.')
  if (query.length > 0) throw badInput('query', 'none with a write', 'one')
  const bytes = body === undefined ? null : JSON.stringify(body)
  const { group, kind } = endpoint
  const [access, ...alsoDemands] = demandsOf(endpoint.method, path, bytes, { catalogue: { group, kind } })
  const members = membersOf(request)
  const shape = shapeOf(path)
  const demands = [access, ...alsoDemands]
  const reasons = mailReasons(endpoint.template, shape, demands, members)
  const setsStatus = shape === 'TICKET' && (members.has('status') || endpoint.method === 'PUT')
  return {
    access,
    alsoDemands,
    values: valuesOf(shape, demands, members),
    target: writtenTarget(request, members),
    refersTo: refersTo(members),
    becomes: shape === 'TICKET' ? becomes(members) : null,
    settings: settingsOf(shape, members),
    creates: createdBy(request),
    clientMail: reasons.length === 0 ? NO_MAIL : { verdict: 'MAY', recipients: [], reasons },
    // Whether a status closes, only the tenant's list can tell: see `complete`.
    closes: setsStatus,
    reopens: setsStatus,
    priorityRank: shape === 'TICKET' && members.has('priority') ? 1 : null,
    billableHours: shape === 'TIME_ENTRY' ? billableHours(members) : 0,
    sideEffects: sideEffectsOf(endpoint, shape, demands, members),
  }
}

/** The record that is written, where the schema knows it; else the one that it hangs on. */
function writtenTarget(request: RawRequest, members: Members): TargetRef | null {
  const { path } = request
  const id = idOf(request)
  const written = targetOf(id === null ? path : `${path}/${id}`)
  if (written !== null) return written
  const ticket = members.get('ticketid')
  return typeof ticket === 'number' ? { type: 'Ticket', key: String(ticket) } : null
}

export function shapeOf(path: string): Body {
  if (/^\/tickets$/i.test(path)) return 'TICKET'
  if (/^\/tickets\/\d+\/notes$/i.test(path)) return 'NOTE'
  if (/^\/timeentries(\/\d+)?$/i.test(path)) return 'TIME_ENTRY'
  return /^\/companies\/\d+\/contacts(\/\d+)?$/i.test(path) ? 'CONTACT' : 'OTHER'
}
