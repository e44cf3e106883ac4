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

/** ConnectWise embeds references: `contact/name` is information of a contact, `contact/id` one of the ticket. */
const BEHIND: readonly (readonly [RegExp, string])[] = [
  [/^contact\/(?!id$)/i, 'Contacts'],
  [/^contact(Name|PhoneNumber|PhoneExtension|EmailAddress)$/i, 'Contacts'],
  [/^(company|account)\/(?!id$)/i, 'Companies'],
  [/^(owner|member|assignedBy|closedBy|resources)\/(?!id$)/i, 'Members'],
  [/^site\/(?!id$)/i, 'Sites'],
  [/^siteName$/i, 'Sites'],
  [/^agreement\/(?!id$)/i, 'Agreements'],
  [/^ticket\/(?!id$)/i, 'Tickets'],
]

/** Columns that make a contact's name or a company's: they are the record's own on its own endpoint. */
const REFERENCES =
  /^\/(service\/(boards(\/\d+(\/(statuses|types|teams))?)?|priorities|teams)|time\/work(Types|Roles)|company\/communicationTypes|system\/(info|myAccount|userDefinedFields))$/i
const TYPES = /^\/company\/companies(\/types|\/\d+\/types|\/\d+)?$/i

const FIELDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Tickets: {
    summary: 'title',
    owner: 'assignee',
    requireddate: 'dueAt',
    initialdescription: 'description',
    initialresolution: 'resolution',
    parentticketid: 'parent',
    mergedparentticket: 'mergedInto',
    closedflag: 'closed',
    closeddate: 'closedAt',
    customerupdatedflag: 'clientReplied',
    initialinternalanalysis: 'internalAnalysis',
  },
  'Ticket Notes': {
    detaildescriptionflag: 'kind',
    internalanalysisflag: 'kind',
    resolutionflag: 'kind',
    processnotifications: 'mailClient',
    member: 'author',
  },
  'Time Entries': {
    timestart: 'startedAt',
    timeend: 'hours',
    actualhours: 'hours',
    notes: 'clientText',
    internalnotes: 'internalText',
    chargetoid: 'ticket',
    chargetotype: 'ticket',
    worktype: 'workType',
    workrole: 'workRole',
    billableoption: 'billableOption',
  },
  Contacts: { firstname: 'firstName', lastname: 'lastName', inactiveflag: 'active' },
  'Ticket Tasks': { notes: 'text', member: 'assignee', closedflag: 'done', priority: 'position' },
}

/** What our own plans put there by themselves (API.md 8, 9): nobody is mailed, time is logged for whom the policy says. */
function isOwn(group: string, name: string, value: unknown): boolean {
  if (/^(processnotifications|email\w+flag|addto\w+flag)$/.test(name)) return value === false
  if (group === 'Time Entries') return ['member', 'chargetotype', 'company'].includes(name)
  return group === 'Tickets' && name === 'externalxref'
}

function columns({ entry: { query } }: Heard): readonly string[] {
  const texts = Object.entries(query)
    .filter(([name]) => /^(fields|columns|conditions|childconditions|orderby)$/i.test(name))
    .map(([, text]) => text.replace(/"[^"]*"|'[^']*'/g, ' '))
  return texts.flatMap((text) => text.match(/[A-Za-z]+(\/[A-Za-z]+)*/g) ?? [])
}

const isTicket = (path: string) => /^\/(service|project)\/tickets(\/\d+)?$/i.test(path)
const isNote = (path: string) => /^\/(service|project)\/tickets\/\d+\/notes(\/\d+)?$/i.test(path)

/** The members that a body writes, a patch's by the first segment of their paths. */
function written({ entry: { body } }: Heard): ReadonlyMap<string, unknown> {
  if (!Array.isArray(body))
    return new Map(membersOf(body).map((name) => [name.toLowerCase(), member(body, name)]))
  const patches = body.map((one): [string, unknown] => [
    String(member(one, 'path')).replace(/^\//, '').split('/')[0]?.toLowerCase() ?? '',
    member(one, 'op') === 'remove' ? null : (member(one, 'value') ?? null),
  ])
  return new Map(patches)
}

function ownFields(group: string, given: ReadonlyMap<string, unknown>, raw: boolean): readonly string[] {
  return [...given].flatMap(([name, value]) => {
    if (!raw && isOwn(group, name, value)) return []
    if (name === 'customfields')
      return Array.isArray(value) ? value.map((one) => `custom:${keyIn(one)}`) : ['customFields']
    if (name === 'communicationitems') return ['email', 'phone']
    return [FIELDS[group]?.[name] ?? name]
  })
}

export const connectwise: Dialect = {
  vendor: 'connectwise',
  pathOf: (path) => (path.startsWith('/login/') ? null : path.replace(/^\/v[\w.]+\/apis\/3\.0/i, '')),

  isReference: (heard) => {
    if (REFERENCES.test(heard.path)) return true
    // Which kind of company it is, for a record scope and the conditions of approvals: that alone.
    return TYPES.test(heard.path) && /^(id|types(\/(id|name))?|,)+$/i.test(heard.entry.query.fields ?? '')
  },

  isOwnWrite: () => false,

  reads: (heard) => {
    const own = isNote(heard.path) ? read(...NOTES) : read(heard.row.group)
    const asked = columns(heard)
    return [own, ...BEHIND.filter(([name]) => asked.some((one) => name.test(one))).map(([, of]) => read(of))]
  },

  writes: (heard) => {
    const { entry, path, row, raw } = heard
    const kind = row.kind as Kind
    if (kind === 'DELETE')
      return (isNote(path) ? NOTES : [row.group]).map((group): Need => ({ groups: [group], kind }))
    if (kind === 'MERGE' || kind === 'BUNDLE') return [{ groups: [row.group], kind }]
    const given = written(heard)
    const creates = entry.method === 'POST'
    const mail: Need = { groups: ['Client-Facing Notes'], kind: 'CREATE', fields: ['mailClient'] }
    const client: Need = { groups: ['Client-Facing Notes'], kind: 'CREATE', fields: ['kind', 'text'] }
    const inside: Need = { groups: ['Ticket Notes'], kind: 'CREATE', fields: ['kind', 'text'] }
    const fields = ownFields(row.group, given, raw)
    if (isNote(path)) {
      if (!creates) return NOTES.map((group): Need => ({ groups: [group], kind, fields }))
      const visible = isYes(given.get('detaildescriptionflag')) || isYes(given.get('resolutionflag'))
      const mails = given.get('processnotifications') !== false
      return [
        { groups: [visible ? 'Client-Facing Notes' : 'Ticket Notes'], kind, fields },
        ...(mails ? [mail] : []),
      ]
    }
    const needs: Need[] = []
    if (isTicket(path)) {
      const status = given.get('status')
      const named = member(status, 'name') ?? keyIn(status)
      const joins = given.has('parentticketid')
      const merges = given.has('mergedparentticket')
      needs.push({
        groups: [row.group],
        kind,
        fields,
        ...(given.has('status') && { status: named === null ? null : String(named) }),
      })
      if (joins) needs.push({ groups: ['Tickets'], kind: 'BUNDLE' })
      if (merges) needs.push({ groups: ['Tickets'], kind: 'MERGE' })
      if (given.has('initialdescription') || given.has('initialresolution')) needs.push(client)
      if (given.has('initialinternalanalysis')) needs.push(inside)
      const notifies = given.get('processnotifications')
      const later = ['automaticemailcontactflag', 'automaticemailccflag'].some((name) =>
        isYes(given.get(name)),
      )
      if ((creates ? notifies !== false : isYes(notifies)) || later || given.has('automaticemailcc'))
        needs.push(mail)
      return needs
    }
    needs.push({ groups: [row.group], kind, fields })
    if (/^\/time\/entries(\/\d+)?$/i.test(path)) {
      const may = (name: string) => (given.has(name) ? isYes(given.get(name)) : entry.method !== 'PATCH')
      if (may('addtodetaildescriptionflag') || may('addtoresolutionflag')) needs.push(client)
      if (may('addtointernalanalysisflag')) needs.push(inside)
      if (may('emailcontactflag') || may('emailccflag') || given.has('emailcc')) needs.push(mail)
    }
    if (/^\/company\/contacts(\/\d+)?$/i.test(path) && given.has('portalpassword'))
      needs.push({ groups: ['Contact Portal Security'], kind, fields: ['portalPassword'] })
    return needs
  },

  reaches: (heard) => {
    const found: Reached[] = []
    const add = (type: Reached['type'], key: string | null | undefined) => {
      if (key !== null && key !== undefined) found.push({ type, key })
    }
    add('Ticket', /^\/(?:service|project)\/tickets\/(\d+)/i.exec(heard.path)?.[1])
    add('Contact', /^\/company\/contacts\/(\d+)/i.exec(heard.path)?.[1])
    add('Company', /^\/company\/companies\/(\d+)/i.exec(heard.path)?.[1])
    const given = written(heard)
    if (isTicket(heard.path)) add('Board', keyIn(given.get('board')))
    add('Company', keyIn(given.get('company')))
    add('Contact', keyIn(given.get('contact')))
    if (/^\/time\/entries/i.test(heard.path)) add('Ticket', keyIn(given.get('chargetoid')))
    for (const name of ['mergeticketids', 'childticketids']) {
      const ids = given.get(name)
      if (Array.isArray(ids)) for (const id of ids) add('Ticket', keyIn(id))
    }
    return found
  },
}
