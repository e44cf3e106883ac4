import {
  type Dialect,
  type Heard,
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
  /^(GET \/\w+(\/\d+\/\w+)?\/entityInformation(\/(fields|userDefinedFields))?|POST \/(BillingCodes|Roles|TicketCategories|TicketTypes)\/query|GET \/(Version|ZoneInformation))$/i
/** What the client reads of a ticket stands in the ticket itself (API.md 13): these columns alone are notes. */
const TEXTS = /^(description|resolution)$/i
const BESIDE_TEXTS = /^(id|createDate|resolvedDateTime|creatorResourceID|createdByContactID|completedDate)$/i

const FIELDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Tickets: {
    queueid: 'board',
    tickettype: 'type',
    companyid: 'company',
    contactid: 'contact',
    assignedresourceid: 'assignee',
    assignedresourceroleid: 'assignee',
    duedatetime: 'dueAt',
    problemticketid: 'parent',
    completeddate: 'closedAt',
  },
  'Ticket Notes': {
    description: 'text',
    publish: 'kind',
    notetype: 'kind',
    ticketid: 'ticket',
    creatorresourceid: 'author',
  },
  'Time Entries': {
    startdatetime: 'startedAt',
    dateworked: 'startedAt',
    enddatetime: 'hours',
    hoursworked: 'hours',
    isnonbillable: 'billableOption',
    showoninvoice: 'billableOption',
    summarynotes: 'clientText',
    internalnotes: 'internalText',
    billingcodeid: 'workType',
    roleid: 'workRole',
    ticketid: 'ticket',
  },
  Contacts: {
    firstname: 'firstName',
    lastname: 'lastName',
    emailaddress: 'email',
    isactive: 'active',
    companyid: 'company',
  },
}

/** What our own plans put there by themselves: what the vendor requires, and for whom the policy lets time be logged. */
const OWN: Readonly<Record<string, readonly string[]>> = {
  Tickets: ['externalid', 'status', 'priority', 'queueid', 'source', 'duedatetime', 'description'],
  'Ticket Notes': ['title', 'notetype'],
  'Time Entries': [
    'resourceid',
    'roleid',
    'billingcodeid',
    'showoninvoice',
    'dateworked',
    'tasktype',
    'timeentrytype',
  ],
  Contacts: ['isactive', 'companyid'],
}

const isNote = (path: string) => /^\/Tickets\/\d+\/Notes(\/\d+)?$|^\/TicketNotes(\/|$)/i.test(path)

function textColumnsAlone({ entry: { body }, path }: Heard): boolean {
  const named = member(body, 'IncludeFields')
  if (!/^\/Tickets\/query$/i.test(path) || !Array.isArray(named)) return false
  const columns = named.map(String)
  return (
    columns.some((name) => TEXTS.test(name)) &&
    columns.every((name) => TEXTS.test(name) || BESIDE_TEXTS.test(name))
  )
}

/** What a company scope is judged by, and nothing else. */
function companyTypesAlone({ entry: { body }, path }: Heard): boolean {
  const named = member(body, 'IncludeFields')
  return (
    /^\/Companies\/query$/i.test(path) &&
    Array.isArray(named) &&
    named.every((name) => /^(id|companyType)$/i.test(String(name)))
  )
}

/** Who may be given a ticket, for a plan: which roles and queues a member has, and no member. */
function rolesAlone({ path }: Heard): boolean {
  return /^\/ResourceRoles(Queues|Departments)?\/query$/i.test(path)
}

function ownFields(group: string, heard: Heard): readonly string[] {
  const { entry, path, raw } = heard
  const parent = /^\/Companies\/\d+\/Contacts/i.test(path) ? 'companyid' : isNote(path) ? 'ticketid' : ''
  return membersOf(entry.body).flatMap((name) => {
    const plain = name.toLowerCase()
    if (plain === 'id' || plain === parent) return []
    if (!raw && OWN[group]?.includes(plain) === true && (entry.method === 'POST' || group === 'Ticket Notes'))
      return []
    if (plain === 'userdefinedfields') {
      const list = member(entry.body, name)
      return Array.isArray(list) ? list.map((one) => `custom:${member(one, 'name')}`) : [name]
    }
    return [FIELDS[group]?.[plain] ?? name]
  })
}

export const autotask: Dialect = {
  vendor: 'autotask',
  pathOf: (path) => (/zoneinformation/i.test(path) ? null : path.replace(/^\/atservicesrest\/v1\.0/i, '')),
  isReference: (heard) =>
    REFERENCES.test(`${heard.entry.method} ${heard.path}`) || companyTypesAlone(heard) || rolesAlone(heard),

  isOwnWrite: () => false,

  reads: (heard) => {
    if (isNote(heard.path)) return [read(...NOTES)]
    return [textColumnsAlone(heard) ? read('Tickets', ...NOTES) : read(heard.row.group)]
  },

  writes: (heard) => {
    const { entry, path, row } = heard
    const kind = row.kind as Kind
    if (kind === 'DELETE') return [{ groups: [row.group], kind }]
    const group = isNote(path) ? 'Ticket Notes' : row.group
    const fields = ownFields(group, heard)
    if (isNote(path)) {
      if (entry.method !== 'POST') return NOTES.map((one): Need => ({ groups: [one], kind, fields }))
      const internal = String(member(entry.body, 'publish')) === '2'
      return [{ groups: [internal ? 'Ticket Notes' : 'Client-Facing Notes'], kind, fields }]
    }
    if (!/^\/Tickets$/i.test(path)) return [{ groups: [group], kind, fields }]
    const has = (name: string) => member(entry.body, name) !== undefined
    const others = fields.filter((name) => name !== 'parent')
    const said = ['description', 'resolution']
    const notesAlone =
      !heard.raw && kind === 'UPDATE' && others.length > 0 && others.every((one) => said.includes(one))
    const status = member(entry.body, 'status')
    const needs: Need[] = []
    // Appended text is a note; and what does nothing but bundle is that (API.md 8).
    if (!notesAlone && (others.length > 0 || !has('problemTicketId')))
      needs.push({
        groups: [group],
        kind,
        fields,
        ...(status !== undefined && (heard.raw || kind === 'UPDATE') && { status: keyIn(status) }),
      })
    if (has('problemTicketId')) needs.push({ groups: ['Tickets'], kind: 'BUNDLE' })
    if (has('description') || has('resolution'))
      needs.push({ groups: ['Client-Facing Notes'], kind: 'CREATE', fields: ['kind', 'text'] })
    return needs
  },

  reaches: ({ entry: { body }, path }) => {
    const found: Reached[] = []
    const add = (type: Reached['type'], key: string | null | undefined) => {
      if (key !== null && key !== undefined) found.push({ type, key })
    }
    add('Ticket', /^\/Tickets\/(\d+)/i.exec(path)?.[1])
    add('Company', /^\/Companies\/(\d+)/i.exec(path)?.[1])
    if (/^\/Tickets$/i.test(path)) add('Ticket', keyIn(member(body, 'id')))
    if (/^\/Companies\/\d+\/Contacts$/i.test(path)) add('Contact', keyIn(member(body, 'id')))
    add('Ticket', keyIn(member(body, 'ticketID')))
    add('Ticket', keyIn(member(body, 'problemTicketId')))
    add('Company', keyIn(member(body, 'companyID')))
    add('Contact', keyIn(member(body, 'contactID')))
    return found
  },
}
