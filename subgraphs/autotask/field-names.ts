import { FILE_FIELDS } from '../planning/file-fields.ts'

/**
 * Vendor member -> the name that a policy lists. A member that is not here goes by the vendor's own name, in
 * the vendor's spelling. Autotask reads names without regard to case (API.md 5), so they are looked up that way.
 */
const TICKET: Readonly<Record<string, string>> = {
  title: 'title',
  queueID: 'board',
  status: 'status',
  priority: 'priority',
  ticketType: 'type',
  companyID: 'company',
  contactID: 'contact',
  companyLocationID: 'site',
  configurationItemID: 'configurationItems',
  assignedResourceID: 'assignee',
  // Neither is anything without the other.
  assignedResourceRoleID: 'assignee',
  dueDateTime: 'dueAt',
  completedDate: 'closedAt',
  problemTicketId: 'parent',
  description: 'description',
  resolution: 'resolution',
}

const NOTE: Readonly<Record<string, string>> = {
  description: 'text',
  publish: 'kind',
  noteType: 'kind',
  title: 'title',
  creatorResourceID: 'author',
  createdByContactID: 'contact',
  ticketID: 'ticket',
}

const TIME_ENTRY: Readonly<Record<string, string>> = {
  startDateTime: 'startedAt',
  dateWorked: 'startedAt',
  // How hours are written: they are the span between the two.
  endDateTime: 'hours',
  hoursWorked: 'hours',
  isNonBillable: 'billableOption',
  showOnInvoice: 'billableOption',
  summaryNotes: 'clientText',
  internalNotes: 'internalText',
  billingCodeID: 'workType',
  roleID: 'workRole',
  resourceID: 'member',
  ticketID: 'ticket',
}

const CONTACT: Readonly<Record<string, string>> = {
  companyLocationID: 'site',
  firstName: 'firstName',
  lastName: 'lastName',
  emailAddress: 'email',
  phone: 'phone',
  title: 'title',
  isActive: 'active',
  companyID: 'company',
}

const COMPANY: Readonly<Record<string, string>> = {
  companyName: 'name',
  companyNumber: 'identifier',
  phone: 'phone',
  webAddress: 'website',
  companyType: 'status',
  isActive: 'active',
  ownerResourceID: 'accountManager',
}

const SITE: Readonly<Record<string, string>> = {
  name: 'name',
  phone: 'phone',
  address1: 'street',
  address2: 'street',
  city: 'city',
  state: 'state',
  postalCode: 'postalCode',
  isPrimary: 'primary',
  isActive: 'active',
  companyID: 'company',
}

const ITEM: Readonly<Record<string, string>> = {
  referenceTitle: 'name',
  configurationItemType: 'type',
  productID: 'product',
  serialNumber: 'serialNumber',
  referenceNumber: 'tag',
  warrantyExpirationDate: 'warrantyEndsOn',
  isActive: 'active',
  companyID: 'company',
  companyLocationID: 'site',
  contactID: 'contact',
}

const LINE_ITEM: Readonly<Record<string, string>> = {
  productID: 'product',
  ticketID: 'ticket',
  description: 'description',
  unitQuantity: 'quantity',
  unitPrice: 'price',
  unitCost: 'cost',
  isBillableToCompany: 'billableOption',
}

const TASK: Readonly<Record<string, string>> = {
  itemName: 'text',
  isCompleted: 'done',
  position: 'position',
}

/** An appointment, a service call, a ticket on it and who is sent for that. */
const SCHEDULE: Readonly<Record<string, string>> = {
  title: 'title',
  description: 'title',
  startDateTime: 'startsAt',
  endDateTime: 'endsAt',
  isComplete: 'state',
  status: 'state',
  resourceID: 'member',
  ticketID: 'ticket',
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

/** By permission group, for whoever fills in a policy. */
export const policyFields: Readonly<Record<string, readonly string[]>> = {
  Tickets: policyNames('TICKET'),
  'Ticket Notes': policyNames('NOTE'),
  'Client-Facing Notes': policyNames('NOTE'),
  'Time Entries': policyNames('TIME_ENTRY'),
  Contacts: policyNames('CONTACT'),
  Companies: policyNames('COMPANY'),
  Sites: policyNames('SITE'),
  'Ticket Tasks': policyNames('TASK'),
  Attachments: FILE_FIELDS,
}
