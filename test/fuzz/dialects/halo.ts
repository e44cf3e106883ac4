import { readFileSync } from 'node:fs'
import {
  type Dialect,
  type Heard,
  isYes,
  type Kind,
  keyIn,
  member,
  membersOf,
  type Need,
  NOTES,
  type Reached,
  read,
} from '../needs.ts'

const REFERENCES =
  /^\/(Status|TicketType|Priority|Team|Outcome|ChargeRate|FieldInfo|SLA|Instance(\/Info)?|Features|Control)(\/\d+)?$/i

const CHARGE_RATES = '17'

interface Effect {
  readonly group: string
  readonly kind: Kind
}

/** What members of bodies and queries reach besides, from the vendor's documents: `POST /Tickets` and the member. */
const effects = new Map<string, ReadonlyMap<string, Effect>>()
for (const line of readFileSync(
  new URL('../../../subgraphs/halo/side-effects.tsv', import.meta.url),
  'utf8',
).split('\n')) {
  const [where = '', name = '', group = '', kind = ''] = line.split('\t')
  if (!/^(GET|POST) \//.test(where)) continue
  const known = effects.get(where.toLowerCase()) ?? new Map<string, Effect>()
  effects.set(where.toLowerCase(), new Map([...known, [name.toLowerCase(), { group, kind: kind as Kind }]]))
}

const FIELDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Tickets: {
    summary: 'title',
    details: 'description',
    details_html: 'description',
    status_id: 'status',
    priority_id: 'priority',
    tickettype_id: 'type',
    team: 'board',
    client_id: 'company',
    client_name: 'company',
    site_id: 'site',
    user_id: 'contact',
    user_name: 'contact',
    agent_id: 'assignee',
    deadlinedate: 'dueAt',
    dateclosed: 'closedAt',
    new_status: 'status',
    new_priority: 'priority',
    new_agent: 'assignee',
    new_team: 'board',
  },
  'Ticket Notes': { note: 'text', note_html: 'text', hiddenfromuser: 'kind', outcome_id: 'outcome' },
  'Time Entries': {
    timetaken: 'hours',
    actionarrivaldate: 'startedAt',
    actioncompletiondate: 'endedAt',
    actisbillable: 'billableOption',
    chargerate: 'workType',
    outcome_id: 'outcome',
  },
  Contacts: {
    firstname: 'firstName',
    surname: 'lastName',
    emailaddress: 'email',
    phonenumber: 'phone',
    inactive: 'active',
    site_id: 'company',
    client_id: 'company',
  },
}

/** What our own plans put there by themselves: an outcome that does nothing, who wrote it, that nobody is mailed. */
const OWN =
  /^(outcome(_id)?|who(_type|_agentid)?|actionby_agent_id|sendack|createacknowledgement|thirdpartyref|third_party_id|customfields|dontcreatechild|site_id|user_id|status_id|team|source|userdef\d)$/
const TIME =
  /^(timetaken|timetakendays|actionarrivaldate|actioncompletiondate|actisbillable|chargerate|chargehours|nonchargetime|travel_time|mileage)$/
const MAILS = /^(emailto|emailcc|emailbcc|emailtolistall)$/

const isAction = (path: string) => /^\/Actions(\/\d+)?$/i.test(path)
const isTicket = (path: string) => /^\/Tickets(\/\d+)?$/i.test(path)

const elementOf = ({ entry: { body } }: Heard): unknown => (Array.isArray(body) ? body[0] : body)

function ownFields(group: string, heard: Heard, wanted: (name: string) => boolean): readonly string[] {
  const element = elementOf(heard)
  return membersOf(element).flatMap((name) => {
    const plain = name.toLowerCase()
    if (plain === 'id' || !wanted(plain) || (!heard.raw && OWN.test(plain))) return []
    if (plain === 'customfields') {
      const list = member(element, name)
      return Array.isArray(list) ? list.map((one) => `custom:${keyIn(one) ?? member(one, 'name')}`) : [name]
    }
    return [FIELDS[group]?.[plain] ?? plain]
  })
}

function besides(
  heard: Heard,
  endpoint: string,
  skip: (name: string, effect: Effect) => boolean,
): readonly Need[] {
  const element = elementOf(heard)
  const table = effects.get(endpoint.toLowerCase())
  return membersOf(element).flatMap((name) => {
    const effect = table?.get(name.toLowerCase())
    if (effect === undefined || skip(name.toLowerCase(), effect)) return []
    if (member(element, name) === false) return []
    const field = FIELDS[effect.group]?.[name.toLowerCase()] ?? name.toLowerCase()
    return [{ groups: [effect.group], kind: effect.kind, fields: [field] }]
  })
}

function ticketNeeds(heard: Heard): readonly Need[] {
  const element = elementOf(heard)
  const exists = Number(member(element, 'id') ?? 0) > 0
  const has = (name: string) => member(element, name) !== undefined
  const reaches = besides(
    heard,
    'POST /Tickets',
    (name, { group, kind }) =>
      (group === 'Tickets' && kind === 'UPDATE') || /^(sendack|createacknowledgement)$/.test(name),
  )
  const own = ownFields('Tickets', heard, (name) => {
    const effect = effects.get('post /tickets')?.get(name)
    return effect === undefined || effect.group === 'Tickets'
      ? effect?.kind !== 'MERGE' && effect?.kind !== 'BUNDLE'
      : true
  })
  const described = has('details') || has('details_html')
  // Added text is a note (DESIGN.md 4); nothing but a parent or a merge is that.
  const noteAlone = !heard.raw && described && own.every((name) => name === 'description')
  const status = member(element, 'status_id')
  const needs: Need[] = []
  if (!exists || (own.length > 0 && !noteAlone) || (reaches.length === 0 && !described))
    needs.push({
      groups: ['Tickets'],
      kind: exists ? 'UPDATE' : 'CREATE',
      fields: own,
      ...(status !== undefined && (heard.raw || exists) && { status: keyIn(status) }),
    })
  if (described) needs.push({ groups: ['Client-Facing Notes'], kind: 'CREATE', fields: ['kind', 'text'] })
  if (['sendack', 'createacknowledgement'].some((name) => isYes(member(element, name))))
    needs.push({ groups: ['Client-Facing Notes'], kind: 'CREATE', fields: ['mailClient'] })
  return [...needs, ...reaches]
}

function actionNeeds(heard: Heard): readonly Need[] {
  const element = elementOf(heard)
  const exists = Number(member(element, 'id') ?? 0) > 0
  const kind: Kind = exists ? 'UPDATE' : 'CREATE'
  const names = membersOf(element).map((name) => name.toLowerCase())
  const timed = names.some(
    (name) => TIME.test(name) && isYes(member(element, name)) && member(element, name) !== 0,
  )
  const worded = names.some((name) => /^note(_html)?$/.test(name))
  const needs: Need[] = []
  if (timed)
    needs.push({
      groups: ['Time Entries'],
      kind,
      fields: ownFields('Time Entries', heard, (name) => TIME.test(name)),
    })
  if (!timed || worded) {
    const fields = ownFields('Ticket Notes', heard, (name) => /^(note|note_html|hiddenfromuser)$/.test(name))
    const hidden = member(element, 'hiddenfromuser') === true
    // What an existing one is, the body does not say.
    const groups = exists ? NOTES : [hidden ? 'Ticket Notes' : 'Client-Facing Notes']
    needs.push({ groups, kind, fields })
  }
  const mails = names.some(
    (name) => MAILS.test(name) && isYes(member(element, name)) && member(element, name) !== '',
  )
  if (mails || (exists ? isYes(member(element, 'sendemail')) : member(element, 'sendemail') !== false))
    needs.push({
      groups: ['Client-Facing Notes'],
      kind: mails || !exists ? 'CREATE' : kind,
      fields: ['mailClient'],
    })
  const others = besides(
    heard,
    'POST /Actions',
    (name, { group }) =>
      TIME.test(name) ||
      MAILS.test(name) ||
      group === 'Ticket Notes' ||
      group === 'Time Entries' ||
      name === 'sendemail' ||
      (!heard.raw && OWN.test(name)),
  )
  return [...needs, ...others]
}

export const halo: Dialect = {
  vendor: 'halo',
  pathOf: (path) => (path.startsWith('/auth/') ? null : path.replace(/^\/api/i, '')),
  isReference: ({ path, entry: { query }, raw, planning }) =>
    REFERENCES.test(path) ||
    (/^\/Lookup$/i.test(path) && query.lookupid === CHARGE_RATES) ||
    // Time is listed agent by agent (API.md 13); a ticket or contact is written with its site (API.md 12.6), which
    // only the record of the company or contact tells.
    (!raw && /^\/Agent$/i.test(path)) ||
    (planning && !raw && /^\/(Client|Users)\/\d+$/i.test(path)) ||
    // Whose a contact is, is told by its site alone: all sites are looked up once, for the gateway's own use.
    ((planning || !raw) && /^\/Site$/i.test(path) && Object.keys(query).length === 0),

  isOwnWrite: () => false,

  reads: (heard) => {
    const { entry, path, row } = heard
    const table = effects.get(`get ${row.template.toLowerCase()}`)
    const asked = Object.entries(entry.query).flatMap(([name, value]) => {
      const effect = table?.get(name.toLowerCase()) ?? table?.get(`${name}=${value}`.toLowerCase())
      if (effect === undefined || /^(false|0|)$/i.test(value)) return []
      return [effect.group === 'Ticket Notes' ? read(...NOTES) : read(effect.group)]
    })
    return [isAction(path) ? read(...NOTES, 'Time Entries') : read(row.group), ...asked]
  },

  writes: (heard) => {
    const { entry, path, row } = heard
    if (entry.method === 'DELETE')
      return isAction(path)
        ? [{ groups: [...NOTES, 'Time Entries'], kind: 'DELETE' }]
        : [{ groups: [row.group], kind: 'DELETE' }]
    if (isTicket(path)) return ticketNeeds(heard)
    if (isAction(path)) return actionNeeds(heard)
    const element = elementOf(heard)
    const exists = Number(member(element, 'id') ?? 0) > 0
    const kind = row.kind === 'UPDATE' ? (exists ? 'UPDATE' : 'CREATE') : (row.kind as Kind)
    const table = effects.get(`post ${path.toLowerCase()}`)
    const fields = ownFields(row.group, heard, (name) => table?.has(name) !== true)
    // Upserts of set-up records are catalogued as updates whatever they hold.
    const own: Need = {
      groups: [row.group],
      kind: path.toLowerCase() === '/users' ? kind : (row.kind as Kind),
      fields,
    }
    return [own, ...besides(heard, `POST ${path}`, () => false)]
  },

  reaches: (heard) => {
    const found: Reached[] = []
    const add = (type: Reached['type'], key: string | null | undefined) => {
      if (key !== null && key !== undefined && Number(key) > 0) found.push({ type, key })
    }
    const element = elementOf(heard)
    const own = keyIn(member(element, 'id'))
    add('Ticket', /^\/Tickets\/(\d+)/i.exec(heard.path)?.[1])
    add('Contact', /^\/Users\/(\d+)/i.exec(heard.path)?.[1])
    add('Company', /^\/Client\/(\d+)/i.exec(heard.path)?.[1])
    if (isTicket(heard.path)) add('Ticket', own)
    if (/^\/Users$/i.test(heard.path)) add('Contact', own)
    if (/^\/Client$/i.test(heard.path)) add('Company', own)
    if (isAction(heard.path)) add('Ticket', keyIn(member(element, 'ticket_id')))
    add('Ticket', keyIn(member(element, 'parent_id')))
    add('Ticket', keyIn(member(element, 'merged_into_id')))
    add('Company', keyIn(member(element, 'client_id')))
    add('Contact', keyIn(member(element, 'user_id')))
    return found
  },
}
