import { FILE_FIELDS } from '../planning/file-fields.ts'

/**
 * Vendor member -> the name that a policy lists. A member that is not here goes by the vendor's own name, in
 * the vendor's spelling. ConnectWise may read names without regard to case, so they are looked up that way.
 */
const TICKET: Readonly<Record<string, string>> = {
  summary: 'title',
  board: 'board',
  status: 'status',
  priority: 'priority',
  type: 'type',
  company: 'company',
  contact: 'contact',
  site: 'site',
  owner: 'assignee',
  requiredDate: 'dueAt',
  closedFlag: 'closed',
  closedDate: 'closedAt',
  customerUpdatedFlag: 'clientReplied',
  parentTicketId: 'parent',
  mergedParentTicket: 'mergedInto',
  initialDescription: 'description',
  initialResolution: 'resolution',
  initialInternalAnalysis: 'internalAnalysis',
}

const NOTE: Readonly<Record<string, string>> = {
  text: 'text',
  detailDescriptionFlag: 'kind',
  internalAnalysisFlag: 'kind',
  resolutionFlag: 'kind',
  processNotifications: 'mailClient',
  member: 'author',
  contact: 'contact',
}

const TIME_ENTRY: Readonly<Record<string, string>> = {
  timeStart: 'startedAt',
  // How ConnectWise writes hours: they are the span between the two.
  timeEnd: 'hours',
  actualHours: 'hours',
  billableOption: 'billableOption',
  notes: 'clientText',
  internalNotes: 'internalText',
  workType: 'workType',
  workRole: 'workRole',
  member: 'member',
  chargeToId: 'ticket',
  chargeToType: 'ticket',
  company: 'company',
}

const CONTACT: Readonly<Record<string, string>> = {
  site: 'site',
  firstName: 'firstName',
  lastName: 'lastName',
  title: 'title',
  company: 'company',
  inactiveFlag: 'active',
}

const COMPANY: Readonly<Record<string, string>> = {
  name: 'name',
  identifier: 'identifier',
  phoneNumber: 'phone',
  website: 'website',
  status: 'status',
  deletedFlag: 'active',
}

const SITE: Readonly<Record<string, string>> = {
  name: 'name',
  phoneNumber: 'phone',
  addressLine1: 'street',
  addressLine2: 'street',
  city: 'city',
  stateReference: 'state',
  zip: 'postalCode',
  primaryAddressFlag: 'primary',
  inactiveFlag: 'active',
  company: 'company',
}

const ITEM: Readonly<Record<string, string>> = {
  name: 'name',
  type: 'type',
  serialNumber: 'serialNumber',
  tagNumber: 'tag',
  warrantyExpirationDate: 'warrantyEndsOn',
  activeFlag: 'active',
  company: 'company',
  site: 'site',
  contact: 'contact',
}

const LINE_ITEM: Readonly<Record<string, string>> = {
  catalogItem: 'product',
  ticket: 'ticket',
  description: 'description',
  quantity: 'quantity',
  price: 'price',
  cost: 'cost',
  billableOption: 'billableOption',
}

const TASK: Readonly<Record<string, string>> = {
  notes: 'text',
  closedFlag: 'done',
  priority: 'position',
  member: 'assignee',
}

const SCHEDULE: Readonly<Record<string, string>> = {
  name: 'title',
  dateStart: 'startsAt',
  dateEnd: 'endsAt',
  doneFlag: 'state',
  member: 'member',
  objectId: 'ticket',
  type: 'ticket',
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
  | 'OTHER'

const TABLES: Readonly<Record<Body, ReadonlyMap<string, string>>> = {
  TICKET: lowered(TICKET),
  NOTE: lowered(NOTE),
  TIME_ENTRY: lowered(TIME_ENTRY),
  CONTACT: lowered(CONTACT),
  COMPANY: lowered(COMPANY),
  SITE: lowered(SITE),
  ITEM: lowered(ITEM),
  LINE_ITEM: lowered(LINE_ITEM),
  TASK: lowered(TASK),
  SCHEDULE: lowered(SCHEDULE),
  OTHER: new Map(),
}

function lowered(table: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(table).map(([vendor, policy]) => [vendor.toLowerCase(), policy]))
}

export function policyName(body: Body, member: string): string {
  return TABLES[body].get(member.toLowerCase()) ?? member
}

/** Every name that a replacing PUT writes, since it clears what it does not mention. */
export function policyNames(body: Body): readonly string[] {
  return [...new Set(TABLES[body].values())]
}

/** The array of addresses and numbers is written as a whole, so it reaches all of them, whichever changes. */
export const COMMUNICATION_FIELDS = ['email', 'phone'] as const

/** By permission group, for whoever fills in a policy. */
export const policyFields: Readonly<Record<string, readonly string[]>> = {
  Tickets: policyNames('TICKET'),
  'Ticket Notes': policyNames('NOTE'),
  'Client-Facing Notes': policyNames('NOTE'),
  'Time Entries': policyNames('TIME_ENTRY'),
  Contacts: [...policyNames('CONTACT'), ...COMMUNICATION_FIELDS],
  Companies: policyNames('COMPANY'),
  Sites: policyNames('SITE'),
  'Ticket Tasks': policyNames('TASK'),
  Attachments: FILE_FIELDS,
}
