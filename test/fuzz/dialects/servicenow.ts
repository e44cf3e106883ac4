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

/** A dotted name walks to another table (API.md 4): the groups of what stands there; sys_id is the reference itself. */
const BEHIND: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^(caller_id|contact|consumer|requested_for)\.(?!sys_id$)/, ['Contacts']],
  [/^(assigned_to|user|sys_created_by)\.(?!sys_id$)/, ['Members']],
  [
    /^(opened_by|closed_by|resolved_by|user_created)\.(?!sys_id$|company\.customer$)/,
    ['Members', 'Contacts'],
  ],
  [/^(company|account)\.(?!sys_id$|customer$)/, ['Companies']],
  [/^(location)\.(?!sys_id$)/, ['Sites']],
  [/^(cmdb_ci|business_service)\.(?!sys_id$)/, ['Configurations']],
  [
    /^task\.(?!sys_id$|sys_class_name$|company(\.sys_id)?$|account(\.sys_id)?$|number$|assignment_group$)/,
    ['Tickets'],
  ],
]

const TEXTS = /^(description|close_notes)$/
const BESIDE_TEXTS =
  /^(sys_id|sys_class_name|number|sys_updated_on|(opened|closed|resolved)_(at|by(\.(name|sys_id|company(\.customer)?))?))$/
/** Names of groups of people and who is in them, picklists, look-ups of a priority and what columns there are. */
const REFERENCES =
  /^(sys_choice|sys_dictionary|sys_db_object|sys_documentation|sys_properties|sys_glide_object|dl_definition|dl_u_\w+|sys_user_has_role)$/

const TICKET_FIELDS: Readonly<Record<string, string>> = {
  short_description: 'title',
  state: 'status',
  incident_state: 'status',
  hold_reason: 'status',
  impact: 'priority',
  urgency: 'priority',
  category: 'type',
  assignment_group: 'board',
  assigned_to: 'assignee',
  company: 'company',
  account: 'company',
  caller_id: 'contact',
  contact: 'contact',
  due_date: 'dueAt',
  active: 'closed',
  close_notes: 'resolution',
  close_code: 'closeCode',
}
const CONTACT_COLUMNS = /^(first_name|last_name|name|email|phone|mobile_phone|title|active|company)$/
const TIME_FIELDS: Readonly<Record<string, string>> = {
  work_date: 'startedAt',
  time_in_seconds: 'hours',
  comments: 'internalText',
  category: 'workType',
  user: 'member',
  task: 'ticket',
}
const CONTACT_FIELDS: Readonly<Record<string, string>> = {
  first_name: 'firstName',
  last_name: 'lastName',
  mobile_phone: 'phone',
}

/** What our own plans put there by themselves: what an update of the state requires, and for whom time is logged. */
const OWN: Readonly<Record<string, RegExp>> = {
  Tickets: /^(correlation_id|correlation_display|contact_type|close_code|hold_reason|incident_state)$/,
  'Time Entries': /^(user|time_worked|category|rate_type)$/,
  Contacts: /^(active)$/,
}

const tableOf = (path: string) => /^\/api\/now\/(?:v\d\/)?table\/(\w+)/i.exec(path)?.[1]?.toLowerCase()

function columns({ entry: { query } }: Heard): readonly string[] {
  const fields = (query.sysparm_fields ?? '').split(',').map((name) => name.trim())
  const asked = (query.sysparm_query ?? '')
    .split(/\^(?:OR|NQ|EQ)?/)
    .map(
      (part) =>
        part.replace(/^(ORDERBY(DESC)?|GROUPBY)/, '').match(/^[a-z_][\w.]*?(?=[=!<>]|[A-Z]|\s|$)/)?.[0] ?? '',
    )
  return [...fields, ...asked].filter((name) => name !== '')
}

const isTextsAlone = (asked: readonly string[]) =>
  asked.some((name) => TEXTS.test(name)) && asked.every((name) => TEXTS.test(name) || BESIDE_TEXTS.test(name))

const groupOf = (table: string | undefined, group: string) =>
  table === 'sys_user' ? ['Contacts', 'Members'] : [group]

export const servicenow: Dialect = {
  vendor: 'servicenow',
  pathOf: (path) => (path.startsWith('/oauth_token.do') ? null : path),

  isReference: (heard) => {
    const table = tableOf(heard.path) ?? ''
    if (REFERENCES.test(table)) return true
    const asked = columns(heard)
    // A board is a group of people; who belongs to it is told by ids.
    if (table === 'sys_user_group')
      return asked.every((name) => /^(sys_id|name|active|manager|type)$/.test(name))
    if (table === 'sys_user_grmember')
      return asked.every((name) => !name.includes('.') || /^(user|group)\.(sys_id|active)$/.test(name))
    // Of a company the scope needs what kind it is.
    return (
      table === 'core_company' &&
      asked.length > 0 &&
      asked.every((name) => /^(sys_id|customer|vendor|manufacturer|sys_class_name)$/.test(name))
    )
  },

  // Contacts are rows of the table of logins (API.md 13): their names and numbers may be written, and nothing else.
  isOwnWrite: ({ method, body }, path) =>
    /^(POST|PATCH)$/.test(method) &&
    tableOf(path) === 'sys_user' &&
    membersOf(body).every((name) => CONTACT_COLUMNS.test(name)),

  reads: (heard) => {
    const table = tableOf(heard.path)
    const asked = columns(heard)
    const own =
      table === 'sys_journal_field' || table === 'sys_journal'
        ? read(...NOTES)
        : isTextsAlone(asked) && heard.row.group === 'Tickets'
          ? read('Tickets', ...NOTES)
          : read(...groupOf(table, heard.row.group))
    return [
      own,
      ...BEHIND.filter(([name]) => asked.some((one) => name.test(one))).map(([, groups]) => read(...groups)),
    ]
  },

  writes: (heard) => {
    const { entry, path, row, raw } = heard
    const kind = row.kind as Kind
    const table = tableOf(path)
    const groups = table === 'sys_user' ? ['Contacts'] : [row.group]
    if (kind === 'DELETE') return [{ groups, kind }]
    const names = membersOf(entry.body)
    const isTicket = row.group === 'Tickets'
    const spelled: Readonly<Record<string, string>> = isTicket
      ? TICKET_FIELDS
      : row.group === 'Time Entries'
        ? TIME_FIELDS
        : groups.includes('Contacts')
          ? CONTACT_FIELDS
          : {}
    const needs: Need[] = []
    const fields: string[] = []
    for (const name of names) {
      if (isTicket && (name === 'comments' || name === 'work_notes')) {
        const client = name === 'comments'
        needs.push({
          groups: [client ? 'Client-Facing Notes' : 'Ticket Notes'],
          kind: 'CREATE',
          fields: client ? ['kind', 'text', 'mailClient'] : ['kind', 'text'],
        })
      } else if (isTicket && /^(parent|parent_incident|incident)$/.test(name)) {
        const merges = !raw && membersOf(entry.body).includes('close_code')
        needs.push({ groups: ['Tickets'], kind: merges ? 'MERGE' : 'BUNDLE' })
      } else if (isTicket && name === 'time_worked') {
        needs.push({ groups: ['Time Entries'], kind: 'CREATE', fields: ['hours'] })
      } else if (raw || OWN[row.group]?.test(name) !== true) {
        fields.push(spelled[name] ?? (/^[ux]_/.test(name) ? `custom:${name}` : name))
      }
      if (isTicket && TEXTS.test(name))
        needs.push({ groups: ['Client-Facing Notes'], kind: 'CREATE', fields: ['kind', 'text'] })
      if (isTicket && /^(watch_list|work_notes_list)$/.test(name))
        needs.push({ groups: ['Client-Facing Notes'], kind: 'CREATE', fields: ['mailClient'] })
    }
    const merging = needs.some((need) => need.kind === 'MERGE')
    const added = !raw && fields.length > 0 && fields.every((name) => /^(description|resolution)$/.test(name))
    const state = member(entry.body, 'state')
    if (kind === 'CREATE' || needs.length === 0 || (fields.length > 0 && !added && !merging))
      needs.push({ groups, kind, fields, ...(isTicket && state !== undefined && { status: keyIn(state) }) })
    return needs
  },

  reaches: ({ entry: { body }, path }) => {
    const found: Reached[] = []
    const add = (type: Reached['type'], key: string | null | undefined) => {
      if (key !== null && key !== undefined && /^[0-9a-f]{32}$/.test(key)) found.push({ type, key })
    }
    const [, table, id] = /\/table\/(\w+)\/([0-9a-f]{32})/i.exec(path) ?? []
    if (table !== undefined && /^(incident|sn_customerservice_case|problem|sc_\w+)$/.test(table))
      add('Ticket', id)
    if (table === 'sys_user' || table === 'customer_contact') add('Contact', id)
    if (table === 'core_company') add('Company', id)
    for (const name of ['task', 'parent', 'parent_incident', 'duplicate_of'])
      add('Ticket', keyIn(member(body, name)))
    for (const name of ['company', 'account']) add('Company', keyIn(member(body, name)))
    for (const name of ['caller_id', 'contact']) add('Contact', keyIn(member(body, name)))
    add('Board', keyIn(member(body, 'assignment_group')))
    return found
  },
}
