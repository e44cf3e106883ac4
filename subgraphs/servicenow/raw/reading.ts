import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { RawReading, RawRequest } from '../../../schema/passthrough.ts'
import type { ClientMail } from '../../../schema/plan.ts'
import type { NoteKind } from '../../../schema/records.ts'
import type { VendorAccess } from '../../../schema/source.ts'
import { NO_MAIL } from '../../planning/mail.ts'
import { NOTHING_WRITTEN } from '../../reading/raw-read.ts'
import { demandsOf, shapeOf } from '../body-fields.ts'
import type { Body } from '../field-names.ts'
import { expectPageOnly, readRowsQuery } from './query.ts'
import { becomes, refersTo } from './references.ts'
import { expectColumns, type Members, membersOf, settingsOf } from './settings.ts'
import { isReadable, rowsOf } from './shapes.ts'
import { sideEffectsOf } from './side-effects.ts'
import { createdBy, targetOf } from './targets.ts'

/** What a raw request would do, read from its bytes alone. @throws GatewayError */
export function read(request: RawRequest): RawReading {
  return request.endpoint.kind === 'READ' ? readReading(request) : writeReading(request)
}

function readReading(request: RawRequest): RawReading {
  const { group, template } = request.endpoint
  if (!isReadable(request)) throw forbidden('ask for it')
  if (request.body !== undefined) throw badInput('body', 'no body with a read', 'one')
  const rows = rowsOf(request)
  const own: VendorAccess = { group, kind: 'READ', fields: [] }
  if (rows === undefined) {
    expectPageOnly(request)
    const notes = /\/activities$/i.test(template) ? ['Client-Facing Notes', 'Ticket Notes'] : []
    return {
      ...NOTHING_WRITTEN,
      access: own,
      alsoDemands: notes.map((one): VendorAccess => ({ group: one, kind: 'READ', fields: ['text'] })),
      target: targetOf(request),
    }
  }
  const { demands, anchor } = readRowsQuery(request, rows)
  const [access = own, ...alsoDemands] = demands
  return { ...NOTHING_WRITTEN, access, alsoDemands, target: targetOf(request) ?? anchor?.target ?? null }
}

function forbidden(what: string): GatewayError {
  return new GatewayError(
    'FORBIDDEN_OPERATION',
    `Whose record this is can not be told from the request, so nobody may ${what}.`,
  )
}

function writeReading(request: RawRequest): RawReading {
  const { endpoint, path, body } = request
  // Files hang on records of any table, and their paths do not say on which.
  if (endpoint.generic === true || /^\/api\/now\/attachment/i.test(endpoint.template))
    throw forbidden('change it')
  if (request.query.length > 0) throw badInput('query', 'none with this write', 'one')
  const catalogue = { group: endpoint.group, kind: endpoint.kind }
  const bytes = body === undefined ? null : JSON.stringify(body)
  const [access, ...alsoDemands] = demandsOf(endpoint.method, path, bytes, { catalogue })
  const demands = [access, ...alsoDemands]
  const members = membersOf(request)
  const rows = rowsOf(request)
  if (rows !== undefined) expectColumns(rows, members)
  const { shape } = shapeOf(endpoint.method, path, { catalogue })
  const settings = settingsOf(request, members)
  return {
    access,
    alsoDemands,
    values: valuesOf(shape, settings, members, demands),
    target: targetOf(request),
    refersTo: rows === undefined ? [] : refersTo(rows.root.table, members),
    becomes: becomes(members),
    settings,
    creates: createdBy(request),
    clientMail: mailOf(shape, demands, members, endpoint.method === 'POST'),
    // Which states close, only the instance can tell: see `complete`.
    closes: demands.some(({ kind }) => kind === 'MERGE') || (shape === 'TICKET' && movesState(members)),
    reopens: shape === 'TICKET' && movesState(members),
    priorityRank: setsPriority(shape, members) ? 1 : null,
    billableHours: 0,
    sideEffects: sideEffectsOf(demands, members),
  }
}

export function movesState(members: Members): boolean {
  return ['state', 'incident_state', 'problem_state', 'active', 'closed_at'].some((name) => members.has(name))
}

export function setsPriority(shape: Body, members: Members): boolean {
  return shape === 'TICKET' && ['priority', 'impact', 'urgency'].some((name) => members.has(name))
}

/** A policy lists these by their names, which `complete` looks up; until then nothing is said of them. */
const NAMED: ReadonlySet<string> = new Set([
  'status',
  'priority',
  'type',
  'closeCode',
  'board',
  'closed',
  'workType',
])

/** What a policy may restrict the values of, as the body gives it. */
function valuesOf(
  shape: Body,
  settings: RawReading['settings'],
  members: Members,
  demands: readonly VendorAccess[],
): RawReading['values'] {
  const values: Record<string, readonly string[]> = {}
  for (const { member, field } of settings) {
    if (shape !== 'OTHER' && NAMED.has(field)) continue
    values[field] = [...(values[field] ?? []), String(members.get(member) ?? '')]
  }
  const kinds = kindsOf(demands, members)
  return kinds.length === 0 ? values : { ...values, kind: kinds }
}

/** What the texts of a body are in the schema's words. */
function kindsOf(demands: readonly VendorAccess[], members: Members): readonly NoteKind[] {
  const hasKind = demands.some(({ fields, group }) => /Notes$/.test(group) && fields.includes('kind'))
  if (!hasKind) return []
  const kinds: readonly (readonly [string, NoteKind])[] = [
    ['work_notes', 'INTERNAL'],
    ['comments', 'CLIENT_FACING'],
    ['description', 'DESCRIPTION'],
    ['close_notes', 'RESOLUTION'],
  ]
  return kinds.filter(([column]) => members.has(column)).map(([, kind]) => kind)
}

function mailOf(shape: Body, demands: readonly VendorAccess[], members: Members, isNew: boolean): ClientMail {
  const reasons: string[] = []
  const reaches = demands.filter(({ group }) => group === 'Client-Facing Notes')
  if (members.has('comments') && reaches.length > 0)
    reasons.push('Default notifications mail every comment to the caller and the watch list.')
  else if (reaches.some(({ fields }) => fields.includes('mailClient')))
    reasons.push('Everybody on its lists is mailed from then on.')
  else if (reaches.length > 0)
    reasons.push('The client can see it, and a notification may mail what the client can see.')
  if (shape === 'TICKET' && movesState(members))
    reasons.push('A notification may mail the caller about the new state.')
  if (shape === 'TICKET' && (isNew || members.has('caller_id') || members.has('contact')))
    reasons.push('Default notifications may mail the caller that the ticket is theirs.')
  if (demands.some(({ kind }) => kind === 'MERGE' || kind === 'BUNDLE'))
    reasons.push("The caller may be mailed with the parent's later states.")
  return reasons.length === 0 ? NO_MAIL : { verdict: 'MAY', recipients: [], reasons }
}
