import { FILE_FIELDS } from '../planning/file-fields.ts'

/** Column -> the name that a policy lists. A column that is not here goes by its own name, a custom one by `custom:`. */
const TICKET: Readonly<Record<string, string>> = {
  short_description: 'title',
  description: 'description',
  state: 'status',
  incident_state: 'status',
  problem_state: 'status',
  hold_reason: 'status',
  priority: 'priority',
  // What the platform computes the priority of (API.md 14).
  impact: 'priority',
  urgency: 'priority',
  category: 'type',
  assignment_group: 'board',
  assigned_to: 'assignee',
  company: 'company',
  account: 'company',
  caller_id: 'contact',
  contact: 'contact',
  location: 'site',
  cmdb_ci: 'configurationItems',
  consumer: 'contact',
  requested_for: 'contact',
  due_date: 'dueAt',
  active: 'closed',
  opened_at: 'createdAt',
  closed_at: 'closedAt',
  close_notes: 'resolution',
  close_code: 'closeCode',
  resolution_code: 'closeCode',
}

const TIME_ENTRY: Readonly<Record<string, string>> = {
  work_date: 'startedAt',
  time_in_seconds: 'hours',
  time_worked: 'hours',
  comments: 'internalText',
  category: 'workType',
  user: 'member',
  task: 'ticket',
}

const CONTACT: Readonly<Record<string, string>> = {
  first_name: 'firstName',
  last_name: 'lastName',
  name: 'name',
  email: 'email',
  phone: 'phone',
  mobile_phone: 'phone',
  title: 'title',
  active: 'active',
  company: 'company',
  account: 'company',
  location: 'site',
}

const COMPANY: Readonly<Record<string, string>> = { name: 'name', phone: 'phone', website: 'website' }

const SITE: Readonly<Record<string, string>> = {
  name: 'name',
  phone: 'phone',
  street: 'street',
  city: 'city',
  state: 'state',
  zip: 'postalCode',
  company: 'company',
}

const ITEM: Readonly<Record<string, string>> = {
  name: 'name',
  serial_number: 'serialNumber',
  asset_tag: 'tag',
  warranty_expiration: 'warrantyEndsOn',
  install_status: 'active',
  company: 'company',
  location: 'site',
  assigned_to: 'contact',
}

/** A task below a ticket; which column names the ticket, its table says. */
const TASK: Readonly<Record<string, string>> = {
  short_description: 'text',
  state: 'done',
  order: 'position',
  incident: 'ticket',
  problem: 'ticket',
  request_item: 'ticket',
  change_request: 'ticket',
}

export type Body = 'TICKET' | 'TIME_ENTRY' | 'CONTACT' | 'COMPANY' | 'SITE' | 'ITEM' | 'TASK' | 'OTHER'

const TABLES: Readonly<Record<Body, ReadonlyMap<string, string>>> = {
  TICKET: new Map(Object.entries(TICKET)),
  TIME_ENTRY: new Map(Object.entries(TIME_ENTRY)),
  CONTACT: new Map(Object.entries(CONTACT)),
  COMPANY: new Map(Object.entries(COMPANY)),
  SITE: new Map(Object.entries(SITE)),
  ITEM: new Map(Object.entries(ITEM)),
  TASK: new Map(Object.entries(TASK)),
  OTHER: new Map(),
}

export function policyName(body: Body, column: string): string {
  return TABLES[body].get(column) ?? (/^[ux]_/.test(column) ? `custom:${column}` : column)
}

function policyNames(body: Body): readonly string[] {
  return [...new Set(TABLES[body].values())]
}

/** By permission group, for whoever fills in a policy. Notes are journal columns, and none has a row of its own. */
export const policyFields: Readonly<Record<string, readonly string[]>> = {
  Tickets: policyNames('TICKET'),
  'Ticket Notes': ['kind', 'text'],
  'Client-Facing Notes': ['kind', 'mailClient', 'text'],
  'Time Entries': policyNames('TIME_ENTRY'),
  Contacts: policyNames('CONTACT'),
  Companies: policyNames('COMPANY'),
  Sites: policyNames('SITE'),
  'Ticket Tasks': policyNames('TASK'),
  Attachments: FILE_FIELDS,
}
