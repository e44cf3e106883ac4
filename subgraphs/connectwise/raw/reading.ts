import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { RawReading, RawRequest } from '../../../schema/passthrough.ts'
import type { ClientMail } from '../../../schema/plan.ts'
import type { NoteKind } from '../../../schema/records.ts'
import type { TargetRef, VendorAccess } from '../../../schema/source.ts'
import { NO_MAIL } from '../../planning/mail.ts'
import { NOTHING_WRITTEN } from '../../reading/raw-read.ts'
import { demandsOf, isSet } from '../body-fields.ts'
import type { Body } from '../field-names.ts'
import { readQuery } from './query.ts'
import { becomes, type Members, refersTo } from './references.ts'
import { membersOf, settingsOf } from './settings.ts'
import { sideEffectsOf } from './side-effects.ts'
import { createdBy, targetOf } from './targets.ts'

/** What a raw request would do, read from its bytes alone. @throws GatewayError */
export function read(request: RawRequest): RawReading {
  return request.endpoint.kind === 'READ' ? readReading(request) : writeReading(request)
}

function readReading(request: RawRequest): RawReading {
  const { group, template } = request.endpoint
  const { demands, selects } = readQuery(request)
  const own = demands.find((demand) => demand.group === group)
  const parent = parentOf(request)
  return {
    ...NOTHING_WRITTEN,
    access: { group, kind: 'READ', fields: own?.fields ?? [] },
    alsoDemands: [
      ...demands.filter((demand) => demand !== own),
      ...parent.demands,
      ...linkDemands(template),
      ...noteDemands(template, selects),
    ],
    target: targetOf(request.path) ?? parent.target,
    refersTo: [],
  }
}

/** The groups of records that documents and audit rows may be asked for. */
const PARENTS: Readonly<Record<string, readonly [group: string, type: TargetRef['type'] | null]>> = {
  ticket: ['Tickets', 'Ticket'],
  contact: ['Contacts', 'Contact'],
  company: ['Companies', 'Company'],
  configfv: ['Configurations', null],
  configuration: ['Configurations', null],
}

/** The record that a query names: what hangs on it is of its group, too. Nothing else that is generic may be asked. */
function parentOf({ endpoint: { generic, template }, query }: RawRequest): {
  readonly demands: readonly VendorAccess[]
  readonly target: TargetRef | null
} {
  if (generic !== true || /\/allnotes$/i.test(template)) return { demands: [], target: null }
  const value = (name: string) => query.find(([one]) => one.toLowerCase() === name)?.[1]
  const documents = /^\/system\/documents(\/count)?$/i.test(template)
  const audit = /^\/system\/audittrail(\/count)?$/i.test(template)
  const type = documents ? value('recordtype') : audit ? value('type') : undefined
  const key = documents ? value('recordid') : audit ? value('id') : undefined
  const others = ['deviceidentifier', 'xrefrecid'].some((name) => value(name) !== undefined)
  if (!documents && !audit) {
    throw new GatewayError(
      'FORBIDDEN_OPERATION',
      'Whose record this is can not be told from the request, so nobody may ask for it.',
    )
  }
  const parent = PARENTS[type?.toLowerCase() ?? '']
  if (parent === undefined || key === undefined || !/^[1-9]\d{0,9}$/.test(key) || others) {
    const names = documents ? 'recordType and recordId' : 'type and id'
    throw badInput('query', `${names} of a Ticket, Contact, Company or Configuration`, 'something else')
  }
  const [group, entity] = parent
  return {
    demands: [{ group, kind: 'READ', fields: [] }],
    target: entity === null ? null : { type: entity, key },
  }
}

/** A link between two records shows the other one. */
function linkDemands(template: string): readonly VendorAccess[] {
  return /\/tickets\/\{\w+\}\/configurations/i.test(template)
    ? [{ group: 'Configurations', kind: 'READ', fields: [] }]
    : []
}

/**
 * Notes are several groups behind one endpoint. An answer loses those that can't be read; a count, a filter or an
 * order would tell of them all the same, so it needs all of the groups.
 */
function noteDemands(template: string, selects: boolean): readonly VendorAccess[] {
  const notes = /\/(notes|allnotes)(\/count)?$/i.exec(template)
  if (notes === null || !/\/tickets\//i.test(template) || !(selects || notes[2] !== undefined)) return []
  const groups = [
    'Ticket Notes',
    'Client-Facing Notes',
    ...(/all/i.test(notes[1] ?? '') ? ['Time Entries'] : []),
  ]
  return groups.map((group) => ({ group, kind: 'READ', fields: ['text'] }))
}

function writeReading(request: RawRequest): RawReading {
  const { endpoint, path, body } = request
  if (endpoint.generic === true) {
    throw new GatewayError(
      'FORBIDDEN_OPERATION',
      'Whose record this is can not be told from the request, so nobody may change it.',
    )
  }
  const moved = writeQuery(request)
  const bytes = body === undefined ? null : JSON.stringify(body)
  const { group, kind } = endpoint
  const [access, ...alsoDemands] = demandsOf(endpoint.method, path, bytes, { catalogue: { group, kind } })
  const members = membersOf(request)
  const shape = shapeOf(path)
  const parent = targetOf(path) ?? chargedTicket(members)
  return {
    access,
    alsoDemands: [
      ...alsoDemands,
      ...linkDemands(endpoint.template),
      ...reachDemands(endpoint.template, members),
      ...moved.demands,
    ],
    values: valuesOf(shape, members),
    target: parent,
    refersTo: [...refersTo(members), ...moved.refersTo],
    becomes: becomes(members),
    settings: settingsOf(shape, members),
    creates: createdBy(request),
    clientMail: mailOf([access, ...alsoDemands], shape, members),
    // Whether a status closes, only its board can tell: see `complete`.
    closes:
      access.kind === 'MERGE' ||
      (shape === 'TICKET' && (members.has('status') || isSet(members.get('closedflag')))),
    reopens: shape === 'TICKET' && members.has('status'),
    priorityRank: null,
    billableHours: shape === 'TIME_ENTRY' ? hoursOf(members) : 0,
    sideEffects: sideEffectsOf(endpoint.template, [access, ...alsoDemands], members),
  }
}

/** All that a write's query may hold: what the answer shows is not for the caller. @throws GatewayError BAD_USER_INPUT */
function writeQuery({
  query,
}: RawRequest): Pick<RawReading, 'refersTo'> & { readonly demands: readonly VendorAccess[] } {
  const demands: VendorAccess[] = []
  const refs: TargetRef[] = []
  for (const [name, value] of query) {
    if (name.toLowerCase() !== 'transfercontactid' || !/^[1-9]\d{0,9}$/.test(value))
      throw badInput('query', 'none with this write', 'one')
    refs.push({ type: 'Contact', key: value })
    // What hung on the deleted contact hangs on this one afterwards.
    demands.push(
      { group: 'Contacts', kind: 'UPDATE', fields: ['*'] },
      { group: 'Tickets', kind: 'UPDATE', fields: ['contact'] },
    )
  }
  return { demands, refersTo: refs }
}

/** A scheduled member becomes a resource of the ticket; a converted ticket becomes part of a project. */
function reachDemands(template: string, members: Members): readonly VendorAccess[] {
  if (/^\/schedule\/entries/i.test(template))
    return [{ group: 'Tickets', kind: 'UPDATE', fields: ['resources'] }]
  if (/\/tickets\/\{\w+\}\/convert$/i.test(template)) {
    const fields = [...members.keys()]
    return (['Tickets', 'Projects'] as const).map((group) => ({ group, kind: 'CREATE', fields }))
  }
  return []
}

export function shapeOf(path: string): Body {
  if (/^\/(service|project)\/tickets(\/\d+)?$/i.test(path)) return 'TICKET'
  if (/^\/(service|project)\/tickets\/\d+\/notes(\/\d+)?$/i.test(path)) return 'NOTE'
  if (/^\/time\/entries(\/\d+)?$/i.test(path)) return 'TIME_ENTRY'
  if (/^\/company\/companies(\/\d+)?$/i.test(path)) return 'COMPANY'
  if (/^\/company\/configurations(\/\d+)?$/i.test(path)) return 'ITEM'
  if (/^\/company\/companies\/\d+\/sites(\/\d+)?$/i.test(path)) return 'SITE'
  return /^\/company\/contacts(\/\d+)?$/i.test(path) ? 'CONTACT' : 'OTHER'
}

function chargedTicket(members: Members): TargetRef | null {
  if (!members.has('chargetoid')) return null
  return refersTo(members).find(({ type }) => type === 'Ticket') ?? null
}

/** What a policy may restrict the values of, by the name or the key that the body gives. */
function valuesOf(shape: Body, members: Members): RawReading['values'] {
  const values: Record<string, readonly string[]> = {}
  for (const { member, field } of settingsOf(shape, members)) {
    const said = nameOf(members.get(member))
    if (said !== undefined) values[field] = [said]
  }
  return shape === 'NOTE' ? { ...values, kind: kindsOf(members) } : values
}

/** What a note's flags may mean in the schema's words: whether a visible one is said to the client is not kept. */
function kindsOf(members: Members): readonly NoteKind[] {
  const kinds: NoteKind[] = []
  if (isSet(members.get('resolutionflag'))) kinds.push('RESOLUTION')
  if (isSet(members.get('detaildescriptionflag'))) kinds.push('DESCRIPTION', 'CLIENT_FACING')
  return kinds.length === 0 ? ['INTERNAL'] : kinds
}

function nameOf(value: unknown): string | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const entries = Object.entries(value)
  // The id is what the vendor goes by; a name beside it may be another's.
  for (const name of ['id', 'name', 'identifier']) {
    const found = entries.find(([one]) => one.toLowerCase() === name)?.[1]
    if (typeof found === 'string' || typeof found === 'number') return String(found)
  }
  return undefined
}

const MOVES = ['status', 'board', 'company'] as const

function mailOf(demands: readonly VendorAccess[], shape: Body, members: Members): ClientMail {
  const reasons: string[] = []
  if (demands.some(({ fields, group }) => group === 'Client-Facing Notes' && fields.includes('mailClient')))
    reasons.push('It mails the client, or does not say that it mails nobody.')
  if (demands.some(({ group, kind }) => group === 'Client-Facing Notes' && kind !== 'DELETE'))
    reasons.push('The client can see it, and a rule may mail what the client can see.')
  if (shape === 'TICKET' && MOVES.some((member) => members.has(member)))
    reasons.push('The new status, board or company may mail the client, by its template or a workflow rule.')
  if (shape === 'TIME_ENTRY') reasons.push('A workflow rule may mail the client about time.')
  if (demands.some(({ kind }) => kind === 'MERGE' || kind === 'BUNDLE'))
    reasons.push('Merging and bundling may mail the contacts of the tickets.')
  return reasons.length === 0 ? NO_MAIL : { verdict: 'MAY', recipients: [], reasons }
}

const FREE: ReadonlySet<string> = new Set(['donotbill', 'nocharge'])

/** The span between the two times, else the hours given; what does not tell counts as a day. */
function hoursOf(members: Members): number {
  const option = members.get('billableoption')
  if (typeof option === 'string' && FREE.has(option.toLowerCase())) return 0
  const touches = ['timestart', 'timeend', 'actualhours', 'billableoption'].some((name) => members.has(name))
  if (!touches) return 0
  const [start, end] = [members.get('timestart'), members.get('timeend')]
  const span =
    typeof start === 'string' && typeof end === 'string'
      ? (Date.parse(end) - Date.parse(start)) / 3_600_000
      : Number.NaN
  const hours = Number.isFinite(span) ? span : Number(members.get('actualhours') ?? Number.NaN)
  return Number.isFinite(hours) && hours >= 0 ? hours : 24
}
