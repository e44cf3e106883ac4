/**
 * Members of Halo's bodies -> the field names of the unified schema, which policies whitelist. A member that
 * stands here under no other name keeps its own. Halo binds names without regard to case (API.md 5), so they
 * are looked up that way.
 */
const TICKET: Readonly<Record<string, string>> = {
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
  dateoccurred: 'createdAt',
  assets: 'configurationItems',
  parent_id: 'parent',
  merged_into_id: 'mergedInto',
}

const NOTE: Readonly<Record<string, string>> = {
  note: 'text',
  note_html: 'text',
  hiddenfromuser: 'kind',
  outcome: 'outcome',
  outcome_id: 'outcome',
  sendemail: 'mailClient',
  emailto: 'mailClient',
  emailcc: 'mailClient',
  who: 'author',
  who_type: 'author',
  who_agentid: 'author',
  actionby_agent_id: 'author',
}

const TIME_ENTRY: Readonly<Record<string, string>> = {
  timetaken: 'hours',
  actionarrivaldate: 'startedAt',
  actioncompletiondate: 'endedAt',
  actisbillable: 'billableOption',
  chargerate: 'workType',
  outcome: 'outcome',
  outcome_id: 'outcome',
  who: 'member',
  who_type: 'member',
  who_agentid: 'member',
  actionby_agent_id: 'member',
}

const CONTACT: Readonly<Record<string, string>> = {
  firstname: 'firstName',
  surname: 'lastName',
  emailaddress: 'email',
  phonenumber: 'phone',
  title: 'title',
  inactive: 'active',
  site_id: 'company',
  client_id: 'company',
}

const COMPANY: Readonly<Record<string, string>> = {
  name: 'name',
  inactive: 'active',
  website: 'website',
  accountmanagertech: 'accountManager',
}

const SITE: Readonly<Record<string, string>> = {
  name: 'name',
  phonenumber: 'phone',
  inactive: 'active',
  client_id: 'company',
}

/** A row of `items_issued`. */
const LINE_ITEM: Readonly<Record<string, string>> = {
  item_id: 'product',
  note: 'description',
  quantity: 'quantity',
  price: 'price',
  costprice: 'cost',
}

/** A row of `todo_list`. */
const TASK: Readonly<Record<string, string>> = {
  text: 'text',
  done: 'done',
  sequence: 'position',
}

const SCHEDULE: Readonly<Record<string, string>> = {
  subject: 'title',
  start_date: 'startsAt',
  end_date: 'endsAt',
  complete_status: 'state',
  agents: 'member',
  agent_id: 'member',
  ticket_id: 'ticket',
}

/** Parts of a site's delivery address, which is written whole. */
export const ADDRESS: Readonly<Record<string, string>> = {
  line1: 'street',
  line2: 'street',
  line3: 'city',
  line4: 'state',
  postcode: 'postalCode',
}

const ITEM: Readonly<Record<string, string>> = {
  assettype_id: 'type',
  inventory_number: 'tag',
  warranty_end: 'warrantyEndsOn',
  inactive: 'active',
  client_id: 'company',
  site_id: 'site',
  users: 'contact',
}

/** What an action changes on its ticket. */
const ON_TICKET: Readonly<Record<string, string>> = {
  new_status: 'status',
  new_priority: 'priority',
  new_agent: 'assignee',
  new_team: 'board',
  new_tickettype: 'type',
  new_client_id: 'company',
  new_site_id: 'site',
  new_user_id: 'contact',
  new_deadlinedate: 'dueAt',
}

const FILE: Readonly<Record<string, string>> = {
  filename: 'fileName',
  note: 'title',
  showforusers: 'clientVisible',
  data_base64: 'content',
  ticket_id: 'ticket',
}

export type Body =
  | 'TICKET'
  | 'NOTE'
  | 'TIME_ENTRY'
  | 'CONTACT'
  | 'COMPANY'
  | 'SITE'
  | 'ITEM'
  | 'LINE_ITEM'
  | 'TASK'
  | 'SCHEDULE'
  | 'FILE'
  | 'ON_TICKET'
  | 'OTHER'

const TABLES: Readonly<Record<Body, Readonly<Record<string, string>>>> = {
  TICKET,
  NOTE,
  TIME_ENTRY,
  CONTACT,
  COMPANY,
  SITE,
  ITEM,
  LINE_ITEM,
  TASK,
  SCHEDULE,
  FILE,
  ON_TICKET,
  OTHER: {},
}

/** `member` in small letters. */
export function policyName(body: Body, member: string): string {
  const table = TABLES[body]
  return Object.hasOwn(table, member) ? (table[member] ?? member) : member
}

function policyNames(...tables: readonly Readonly<Record<string, string>>[]): readonly string[] {
  return [...new Set(tables.flatMap((table) => Object.values(table)))]
}

/** By permission group, for whoever fills in a policy. */
export const policyFields: Readonly<Record<string, readonly string[]>> = {
  Tickets: policyNames(TICKET),
  'Ticket Notes': policyNames(NOTE),
  'Client-Facing Notes': policyNames(NOTE),
  'Time Entries': policyNames(TIME_ENTRY),
  Contacts: policyNames(CONTACT),
  Companies: policyNames(COMPANY),
  Sites: policyNames(SITE, ADDRESS),
  'Ticket Tasks': policyNames(TASK),
  Attachments: policyNames(FILE),
}
