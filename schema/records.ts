import { formatId } from './ids.ts'

/** The entity types of the unified schema that vendors serve. */
export const ENTITY_TYPES = [
  'Ticket',
  'Note',
  'TimeEntry',
  'Contact',
  'Company',
  'Site',
  'ConfigurationItem',
  'Agreement',
  'Sla',
  'Project',
  'ProjectTask',
  'Opportunity',
  'TicketTemplate',
  'Product',
  'Article',
  'TicketLineItem',
  'TicketTask',
  'Attachment',
  'ScheduleEntry',
  'Member',
  'Board',
] as const
export type EntityType = (typeof ENTITY_TYPES)[number]

/**
 * One vendor record in unified names. It knows which fields it was loaded with: reading another throws, so
 * that a field forgotten in the selection shows as a bug and never as null.
 */
export class VendorRecord<Values extends object = Record<string, unknown>> {
  /** Global id. */
  readonly id: string
  readonly type: EntityType
  /** The connection's slug. */
  readonly connection: string
  readonly #values: Readonly<Partial<Values>>
  readonly #loaded: ReadonlySet<string>

  constructor(
    id: string,
    type: EntityType,
    connection: string,
    values: Partial<Values>,
    loaded: Iterable<string>,
  ) {
    this.id = id
    this.type = type
    this.connection = connection
    this.#values = values
    this.#loaded = new Set(loaded)
  }

  /** True when all these fields were loaded. */
  has(fields: Iterable<string>): boolean {
    for (const field of fields) if (field !== 'id' && !this.#loaded.has(field)) return false
    return true
  }

  get<K extends keyof Values & string>(field: K): Values[K] | null {
    if (!this.#loaded.has(field)) {
      throw new Error(
        `${this.type}.${field} was read but not loaded; loaded: ${[...this.#loaded].join(', ')}`,
      )
    }
    return (this.#values[field] ?? null) as Values[K] | null
  }
}

/** A record as far as another one tells of it. */
export function toldRecord(
  connection: string,
  type: EntityType,
  key: string | number,
  values: Readonly<Record<string, unknown>> = {},
): VendorRecord {
  return new VendorRecord(formatId(connection, type, key), type, connection, values, Object.keys(values))
}

/** A reference from one record to another, with what the vendor embeds of it (a company's name on a ticket). */
export type Reference<Values extends object = Record<string, unknown>> = VendorRecord<Values>

export type StatusCategory = 'NEW' | 'ACTIVE' | 'WAITING_CLIENT' | 'WAITING_OTHER' | 'RESOLVED' | 'CLOSED'

export interface TicketStatusValue {
  /** The vendor's id of the status, unique on the connection. */
  readonly key: string
  readonly name: string
  readonly category: StatusCategory
}

export interface NamedValue {
  readonly key: string
  readonly name: string
}

export interface PriorityValue extends NamedValue {
  /** 1 is the most urgent. */
  readonly rank: number
}

export interface CustomFieldValue {
  /** The vendor's id or name of the field; `custom:<key>` is its name in a policy. */
  readonly key: string
  readonly name: string
  readonly type: 'TEXT' | 'NUMBER' | 'BOOLEAN' | 'DATE' | 'CHOICE'
  /** null when empty. Dates are ISO 8601 texts. */
  readonly value: string | number | boolean | null
}

/** Field names of these interfaces are the names of the schema's fields and of a policy's allowed fields. */
export interface TicketValues {
  number: string
  url: string
  title: string
  /** Times are ISO 8601 in UTC, as `2026-11-20T16:00:00Z`. */
  createdAt: string
  updatedAt: string
  closedAt: string
  dueAt: string
  /** Open, and nobody has touched it since; null on a closed ticket. */
  waitingSince: string
  clientReplied: boolean
  closed: boolean
  status: TicketStatusValue
  priority: PriorityValue
  type: NamedValue
  board: Reference<BoardValues>
  company: Reference<CompanyValues>
  contact: Reference<ContactValues>
  site: Reference<SiteValues>
  agreement: Reference<AgreementValues>
  sla: TicketSla
  assignee: Reference<MemberValues>
  mergedInto: Reference<TicketValues>
  parent: Reference<TicketValues>
  /** Where the vendor shows it with the ticket; null where it has to be read from the notes. */
  lastNote: string
  /** The ticket's own texts, in a form of the source's that it takes back with the list of the ticket's notes. */
  notes: unknown
  /** The configuration item that the ticket itself names, in a form of the source's that it takes back with the list of all of them. */
  configurationItems: unknown
  customFields: readonly CustomFieldValue[]
}

export type SlaClockKind = 'RESPONSE' | 'PLAN' | 'RESOLUTION'

export interface SlaClock {
  readonly kind: SlaClockKind
  readonly dueAt: string | null
  /** When what it waits for was done; null while it runs, and where the vendor does not tell. */
  readonly metAt: string | null
  /** Done late, or not done and late already; null without a due time. */
  readonly breached: boolean | null
  /** null where the vendor does not tell. */
  readonly paused: boolean | null
}

/** Where a ticket stands under its SLA. Either part is empty where it was not asked for. */
export interface TicketSla {
  readonly policy: Reference<SlaValues> | null
  readonly clocks: readonly SlaClock[]
}

export type NoteKind = 'INTERNAL' | 'DESCRIPTION' | 'RESOLUTION' | 'CLIENT_FACING'

export interface NoteValues {
  kind: NoteKind
  text: string
  /** The customer can read it in the portal or was mailed it. */
  clientVisible: boolean
  createdAt: string
  /** Name of the person who wrote it, as the vendor shows it. */
  authorName: string
  /** The member who wrote it; null when a contact or a rule did. */
  author: Reference<MemberValues>
  contact: Reference<ContactValues>
  ticket: Reference<TicketValues>
}

export type BillableOption = 'BILLABLE' | 'DO_NOT_BILL' | 'NO_CHARGE' | 'NO_DEFAULT'

export interface TimeEntryValues {
  startedAt: string
  endedAt: string
  hours: number
  billableOption: BillableOption
  /** What the client may read on an invoice or in the portal. */
  clientText: string
  internalText: string
  workType: NamedValue
  workRole: NamedValue
  member: Reference<MemberValues>
  ticket: Reference<TicketValues>
  company: Reference<CompanyValues>
}

export interface ContactValues {
  name: string
  firstName: string
  lastName: string
  email: string
  phone: string
  title: string
  active: boolean
  company: Reference<CompanyValues>
  site: Reference<SiteValues>
}

export interface CompanyValues {
  name: string
  /** The short unique text that people type, where the vendor has one. */
  identifier: string
  phone: string
  website: string
  status: NamedValue
  active: boolean
}

export interface SiteValues {
  name: string
  phone: string
  /** Lines of the address above the city, one below the other. */
  street: string
  city: string
  state: string
  postalCode: string
  /** The one that stands for the company where none is named. */
  primary: boolean
  active: boolean
  company: Reference<CompanyValues>
}

export interface ConfigurationItemValues {
  name: string
  /** What kind of thing it is, by the tenant's own list (ServiceNow: its class). */
  type: NamedValue
  serialNumber: string
  /** The number on its label. */
  tag: string
  /** The last day of the warranty, `YYYY-MM-DD`. */
  warrantyEndsOn: string
  active: boolean
  company: Reference<CompanyValues>
  site: Reference<SiteValues>
  contact: Reference<ContactValues>
}

/** What an agreement pays for, so that it is not billed apart. */
export type AgreementCoverage = 'TIME' | 'PRODUCTS' | 'EXPENSES'

export interface AgreementValues {
  name: string
  type: NamedValue
  /** In force. */
  active: boolean
  /** Days as `YYYY-MM-DD`. */
  startsOn: string
  endsOn: string
  coverage: readonly AgreementCoverage[]
  /** Decimal texts. */
  hoursIncluded: string
  hoursRemaining: string
  company: Reference<CompanyValues>
}

/** What is promised to clients: how soon somebody answers, has a plan, and is done. Hours are decimal texts. */
export interface SlaValues {
  name: string
  responseHours: string
  planHours: string
  resolutionHours: string
}

/** Days as `YYYY-MM-DD`, hours as decimal text. */
export interface ProjectValues {
  number: string
  name: string
  description: string
  status: NamedValue
  closed: boolean
  startsOn: string
  endsOn: string
  /** 0 to 100. */
  percentComplete: number
  budgetHours: string
  actualHours: string
  phases: readonly NamedValue[]
  company: Reference<CompanyValues>
  manager: Reference<MemberValues>
}

export interface ProjectTaskValues {
  number: string
  name: string
  status: NamedValue
  closed: boolean
  dueAt: string
  budgetHours: string
  phase: NamedValue
  project: Reference<ProjectValues>
  company: Reference<CompanyValues>
  assignee: Reference<MemberValues>
}

export interface OpportunityValues {
  name: string
  stage: NamedValue
  status: NamedValue
  closed: boolean
  /** 0 to 100. */
  probability: number
  /** Decimal text. */
  amount: string
  expectedCloseOn: string
  company: Reference<CompanyValues>
  contact: Reference<ContactValues>
  owner: Reference<MemberValues>
}

/** What a new ticket is filled in from. */
export interface TicketTemplateValues {
  name: string
  title: string
  description: string
  type: NamedValue
  priority: PriorityValue
  board: Reference<BoardValues>
  company: Reference<CompanyValues>
  /** When the PSA makes the next ticket of it by itself. */
  nextAt: string
}

export interface ProductValues {
  /** The short text that tells it from others: a part number or SKU. */
  identifier: string
  name: string
  description: string
  /** What one costs the client, as decimal text. */
  price: string
  /** What one costs the MSP, as decimal text. */
  cost: string
  active: boolean
}

export interface ArticleValues {
  title: string
  /** The problem and its solution, as plain text where the PSA has it, else as HTML. */
  text: string
  /** Last change, ISO 8601. */
  updatedAt: string
  /** In use. */
  active: boolean
}

/** What of the catalogue was sold with a ticket. Numbers are decimal texts. */
export interface TicketLineItemValues {
  product: Reference<ProductValues>
  /** What the line says beside the product's name. */
  description: string
  quantity: string
  /** What one costs the client. */
  price: string
  /** What one costs the MSP. */
  cost: string
  billableOption: BillableOption
  /** It stands on an invoice. */
  billed: boolean
  ticket: Reference<TicketValues>
}

/** A step of the work on a ticket: a row of its checklist, or a task below it. */
export interface TicketTaskValues {
  text: string
  done: boolean
  /** Where it stands among the others of its ticket. */
  position: number
  /** The member who is to do it. */
  assignee: Reference<MemberValues>
  ticket: Reference<TicketValues>
}

/** What the PSA recorded of one change of a record; it has no id of its own. */
export interface TrailEntryValue {
  readonly at: string | null
  /** Name or login, as the vendor shows it. */
  readonly by: string | null
  /** The vendor's own name of what changed. */
  readonly field: string | null
  readonly before: string | null
  readonly after: string | null
  /** Where the vendor tells it in words. */
  readonly text: string | null
}

/** A file on a ticket; its bytes are read apart. */
export interface AttachmentValues {
  fileName: string
  /** What people call it, where that is not the name of the file. */
  title: string
  /** Its media type, as the vendor tells it. */
  contentType: string
  /** Bytes. */
  size: number
  createdAt: string
  clientVisible: boolean
  ticket: Reference<TicketValues>
}

export type ScheduleState = 'PLANNED' | 'DONE' | 'CANCELLED'

/** What stands in calendars: an appointment, or a visit for a ticket. */
export interface ScheduleEntryValues {
  title: string
  startsAt: string
  endsAt: string
  state: ScheduleState
  /** Whose calendars it stands in. */
  members: readonly Reference<MemberValues>[]
  ticket: Reference<TicketValues>
}

export interface MemberValues {
  name: string
  /** The login or short name. */
  identifier: string
  email: string
  active: boolean
  teams: readonly NamedValue[]
}

export interface BoardValues {
  name: string
  active: boolean
  statuses: readonly TicketStatusValue[]
  types: readonly NamedValue[]
}

export interface ValuesOf {
  Ticket: TicketValues
  Note: NoteValues
  TimeEntry: TimeEntryValues
  Contact: ContactValues
  Company: CompanyValues
  Site: SiteValues
  ConfigurationItem: ConfigurationItemValues
  Agreement: AgreementValues
  Sla: SlaValues
  Project: ProjectValues
  ProjectTask: ProjectTaskValues
  Opportunity: OpportunityValues
  TicketTemplate: TicketTemplateValues
  Product: ProductValues
  Article: ArticleValues
  TicketLineItem: TicketLineItemValues
  TicketTask: TicketTaskValues
  Attachment: AttachmentValues
  ScheduleEntry: ScheduleEntryValues
  Member: MemberValues
  Board: BoardValues
}
