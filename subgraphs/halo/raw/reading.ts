import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { AccessKind } from '../../../schema/groups.ts'
import type { RawReading, RawRequest } from '../../../schema/passthrough.ts'
import type { ClientMail, ScopeFacts } from '../../../schema/plan.ts'
import type { EntityType } from '../../../schema/records.ts'
import type { VendorAccess } from '../../../schema/source.ts'
import { NO_MAIL } from '../../planning/mail.ts'
import { NOTHING_WRITTEN } from '../../reading/raw-read.ts'
import { type DemandOptions, demandsOf, hasId, isSet, isTimed, type Members } from '../body-fields.ts'
import { reachOf } from '../reach.ts'
import { writtenBy } from './elements.ts'
import { readQuery } from './query.ts'
import { settingsOf, valuesOf } from './settings.ts'
import { bodyPath, keyOf, refersTo, type Shape, shapeOf, targetOf, targetOfBody } from './shapes.ts'

/** What a raw request would do, read from its bytes alone. @throws GatewayError */
export function read(request: RawRequest): RawReading {
  return request.endpoint.kind === 'READ' ? readReading(request) : writeReading(request)
}

function readReading(request: RawRequest): RawReading {
  const { endpoint } = request
  const { group, method, template } = endpoint
  if (method !== 'GET') throw badInput('path', 'a read that the gateway can judge', 'a POST that reads')
  const demands = readQuery(request)
  const own = demands.find((demand) => demand.group === group)
  const target = targetOf(request)
  const also = demands.filter((demand) => demand !== own)
  return {
    ...NOTHING_WRITTEN,
    access: { group, kind: 'READ', fields: own?.fields ?? [] },
    alsoDemands: [...also, ...parentDemands(template)],
    target,
  }
}

/** What hangs on a record is of its group, too. */
function parentDemands(template: string): readonly VendorAccess[] {
  const group = { '/attachment': 'Tickets', '/crmnote': 'Companies', '/lookup': 'Time Setup' }[
    template.toLowerCase()
  ]
  return group === undefined ? [] : [{ group, kind: 'READ', fields: [] }]
}

function writeReading(request: RawRequest): RawReading {
  const { endpoint } = request
  const { template, method } = endpoint
  expectJudged(request)
  const { members, bytes } = writtenBy(request)
  expectTicket(request, members)
  if (members.has('outcome') && members.has('outcome_id'))
    throw badInput('body', 'an outcome by its name or by its id', 'both')
  const shape = shapeOf(template)
  const exists = method === 'DELETE' || hasId(members)
  const demands = demandsNow(request, bytes, members)
  const [access] = demands
  const target = method === 'DELETE' ? targetOf(request) : targetOfBody(template, members, exists)
  return {
    access,
    alsoDemands: demands.slice(1),
    values: valuesOf(shape, members),
    target,
    refersTo: refersTo(members),
    becomes: becomesOf(shape, members, exists),
    settings: settingsOf(shape, members),
    creates: exists ? null : created(template, members),
    clientMail: mailOf(shape, demands, members, exists),
    // What an outcome or a status does, only the tenant's setup can tell: see `complete`.
    closes:
      demands.some(({ kind }) => kind === 'MERGE') ||
      [...members.keys()].some((name) => CLOSING.has(name)) ||
      MOVES_TICKET.test(template),
    reopens: members.has('status_id') || members.has('new_status') || MOVES_TICKET.test(template),
    priorityRank: null,
    billableHours: hoursOf(template, members),
    sideEffects: sideEffectsOf(template, demands, members),
  }
}

/** Answers of approvers and clients, which move the ticket as its setup says. */
const MOVES_TICKET = /^\/(ticketapproval|confirmclosure)$/i

const CLOSING: ReadonlySet<string> = new Set([
  'status_id',
  'new_status',
  'close_unassigned',
  'oktoclose',
  'rmm_close',
  'dattormm_close',
  'update_ticket_status',
])

/** Writes whose record or effect nothing tells. @throws GatewayError FORBIDDEN_OPERATION, BAD_USER_INPUT */
function expectJudged({ endpoint: { generic, template, method }, query }: RawRequest): void {
  const isFile = method === 'POST' && /^\/attachment$/i.test(template)
  const isDoor = method === 'POST' && /^\/(projects|opportunities)$/i.test(template)
  if (method === 'GET' || (generic === true && !isFile && !isDoor) || /^\/actions\/review$/i.test(template)) {
    throw new GatewayError(
      'FORBIDDEN_OPERATION',
      'What this changes can not be told from the request, so nobody may call it.',
    )
  }
  for (const [name, value] of query) {
    const known = name.toLowerCase()
    if (known === 'reason' || (known === 'ignoreexchangedelete' && /^(true|false)$/i.test(value))) continue
    if (known === 'ticket_id' && keyOf(value) !== undefined) continue
    throw badInput(name, 'none with this write', 'one')
  }
}

/** The number of an action counts per ticket (API.md 12.2), and a file without its ticket hangs anywhere. */
function expectTicket({ endpoint: { template, method }, query }: RawRequest, members: Members): void {
  if (!/^\/(actions(\/\{id\}|\/reaction)?|attachment|ticketapproval)$/i.test(template)) return
  const named =
    method === 'DELETE' ? query.find(([name]) => /^ticket_id$/i.test(name))?.[1] : members.get('ticket_id')
  if (keyOf(named) === undefined) throw badInput('ticket_id', 'the ticket that it belongs to', 'none')
}

type Demands = readonly [VendorAccess, ...VendorAccess[]]

/** What the bytes demand, by what is known of the outcome and of the record as it stands. */
export function demandsNow(
  request: RawRequest,
  bytes: string | null,
  members: Members,
  known: Pick<DemandOptions, 'outcomeChanges' | 'existing'> = { outcomeChanges: [] },
): Demands {
  const { endpoint, path } = request
  const { group, template, method } = endpoint
  const exists = method === 'DELETE' || hasId(members)
  // A collection takes what is new and what is changed alike (API.md 5).
  const isUpsert =
    method === 'POST' &&
    endpoint.kind === 'UPDATE' &&
    /^\/\w+$/.test(template) &&
    !MOVES_TICKET.test(template)
  const kind: AccessKind = isUpsert && !exists ? 'CREATE' : endpoint.kind
  const [access, ...others] = demandsOf(method, method === 'DELETE' ? path : bodyPath(template), bytes, {
    catalogue: { group, kind },
    ...known,
  })
  const own: VendorAccess =
    access.group === 'Tickets' && shapeOf(template) === 'TICKET' ? { ...access, group } : access
  return [own, ...others, ...further(request, members, exists)]
}

const CLIENT_MAIL: VendorAccess = { group: 'Client-Facing Notes', kind: 'CREATE', fields: ['mailClient'] }
const MAY_MOVE = ['assignee', 'board', 'priority', 'status'] as const

/** What reaches further without a member that says so. */
function further(
  { endpoint: { template } }: RawRequest,
  members: Members,
  exists: boolean,
): readonly VendorAccess[] {
  const path = template.toLowerCase()
  if (shapeOf(template) === 'TICKET') {
    // Left out, the type's default decides whether the client gets an acknowledgement (API.md 12.15).
    const acknowledges = !exists && (members.get('sendack') ?? null) === null && members.size > 0
    return acknowledges ? [CLIENT_MAIL] : []
  }
  if (shapeOf(template) === 'ACTION') {
    const addressed = ['emailto', 'emailcc'].filter((name) => isSet(members.get(name), ''))
    return addressed.length === 0 ? [] : [{ group: 'Communications', kind: 'CREATE', fields: addressed }]
  }
  if (path === '/attachment') return fileDemands(members, exists)
  if (path === '/actions/reaction')
    return [{ group: 'Client-Facing Notes', kind: 'UPDATE', fields: ['reaction'] }]
  if (MOVES_TICKET.test(template))
    return [{ group: 'Tickets', kind: 'UPDATE', fields: MAY_MOVE }, CLIENT_MAIL]
  const logs =
    path === '/timesheetevent' ? 'ticket_id' : path === '/appointment' ? 'complete_status' : undefined
  if (logs === undefined || !isSet(members.get(logs), 0)) return []
  // It becomes an action with an outcome that the request does not name.
  return [
    { group: 'Client-Facing Notes', kind: 'CREATE', fields: ['kind', 'mailClient', 'text'] },
    { group: 'Tickets', kind: 'UPDATE', fields: MAY_MOVE },
  ]
}

/** A new file of a ticket or of one of its actions. Nothing else: the owner of one that exists is not told. */
function fileDemands(members: Members, exists: boolean): readonly VendorAccess[] {
  const allowed = new Set([
    'id',
    'filename',
    'ticket_id',
    'action_id',
    'data_base64',
    'note',
    'isimage',
    'showforusers',
  ])
  const other = [...members.keys()].find((name) => !allowed.has(name))
  if (exists || other !== undefined) {
    throw new GatewayError(
      'FORBIDDEN_OPERATION',
      'Files may only be added to a ticket, with their content.',
      {
        field: other ?? 'id',
      },
    )
  }
  const shown = isSet(members.get('showforusers'))
  return [
    { group: 'Tickets', kind: 'UPDATE', fields: ['attachments'] },
    ...(members.has('action_id')
      ? ALL_NOTES.map((group): VendorAccess => ({ group, kind: 'UPDATE', fields: ['attachments'] }))
      : []),
    ...(shown ? [{ group: 'Client-Facing Notes', kind: 'CREATE', fields: ['attachments'] } as const] : []),
  ]
}

const ALL_NOTES = ['Ticket Notes', 'Client-Facing Notes'] as const

function created(template: string, members: Members): EntityType | null {
  switch (template.toLowerCase()) {
    case '/tickets':
    case '/tickets/object':
      return 'Ticket'
    case '/actions':
      return isTimed(members) ? 'TimeEntry' : 'Note'
    case '/users':
      return 'Contact'
    case '/client':
      return 'Company'
    default:
      return null
  }
}

/** Company and board as the body sets them: a site or a name does not tell, and a board is told by its name. */
export function becomesOf(shape: Shape, members: Members, exists: boolean): ScopeFacts | null {
  const prefix = shape === 'ACTION' ? 'new_' : ''
  const has = (name: string) => members.has(`${prefix}${name}`)
  const moves = has('client_id') || has('client_name') || has('site_id')
  const isNew = shape === 'TICKET' && !exists
  const company =
    moves || isNew
      ? {
          company: has('client_id') && !has('site_id') ? keyOf(members.get(`${prefix}client_id`)) : undefined,
        }
      : {}
  const hasBoard = shape === 'TICKET' || shape === 'ACTION'
  const board = hasBoard && (has('team') || isNew) ? { board: undefined } : {}
  const facts = { ...company, ...board, ...(hasBoard ? {} : ({ notApplicable: ['board'] } as const)) }
  return 'company' in facts || 'board' in facts ? facts : null
}

function mailOf(
  shape: Shape,
  demands: readonly VendorAccess[],
  members: Members,
  exists: boolean,
): ClientMail {
  const reasons: string[] = []
  const clientNotes = demands.filter(
    ({ group, kind }) => group === 'Client-Facing Notes' && kind !== 'DELETE',
  )
  if (clientNotes.some(({ fields }) => fields.includes('mailClient')))
    reasons.push('It mails the client, or does not say that it mails nobody.')
  if (clientNotes.length > 0)
    reasons.push('The client can see it, and a notification rule may mail what the client can see.')
  if (demands.some(({ group, kind }) => group === 'Communications' && kind !== 'DELETE'))
    reasons.push('It sends mail or messages, or says whom later mail goes to.')
  const prefix = shape === 'ACTION' ? 'new_' : ''
  if (MOVES.some((name) => members.has(`${prefix}${name}`)) && (shape === 'ACTION' || shape === 'TICKET'))
    reasons.push('Notification rules may mail the client about the new status, team, company or contact.')
  if (shape === 'TICKET' && !exists) reasons.push('Notification rules may mail the client of a new ticket.')
  if (demands.some(({ kind }) => kind === 'MERGE'))
    reasons.push('A merge may mail the contacts of the tickets.')
  return reasons.length === 0 ? NO_MAIL : { verdict: 'MAY', recipients: [], reasons }
}

const MOVES = ['status_id', 'status', 'team', 'client_id', 'site_id', 'user_id'] as const

/** Hours as given, else the span; what does not tell counts as a day. */
function hoursOf(template: string, members: Members): number {
  const timed =
    shapeOf(template) === 'ACTION' ? isTimed(members) : TIMED_BODY.some((name) => isSet(members.get(name), 0))
  if (!timed || members.get('actisbillable') === false) return 0
  const given = ['timetaken', 'closure_time', 'complete_timetaken'].map((name) =>
    Number(members.get(name) ?? Number.NaN),
  )
  const [start, end] = [members.get('actionarrivaldate'), members.get('actioncompletiondate')]
  const span =
    typeof start === 'string' && typeof end === 'string'
      ? (Date.parse(end) - Date.parse(start)) / 3_600_000
      : Number.NaN
  const hours = [...given, span].find((one) => Number.isFinite(one))
  return hours !== undefined && hours >= 0 ? hours : 24
}

const TIMED_BODY = [
  'timetaken',
  'closure_time',
  'timeentries',
  'billable_time',
  'complete_timetaken',
] as const

/** What else may happen, in words for the person who approves. */
function sideEffectsOf(template: string, demands: Demands, members: Members): readonly string[] {
  const [, ...others] = demands
  const table = reachOf(`POST ${bodyPath(template)}`)
  const told = [...members].flatMap(([name]) => {
    const effect = SAID_ELSEWHERE.has(name) ? undefined : table.get(name)?.effect
    return effect === undefined ? [] : [`${name}: ${effect}.`]
  })
  return [...new Set([...others.map(({ group, kind }) => `It also reaches ${group} (${kind}).`), ...told])]
}

const SAID_ELSEWHERE: ReadonlySet<string> = new Set([
  'id',
  'ticket_id',
  'hiddenfromuser',
  'customfields',
  'important',
])
