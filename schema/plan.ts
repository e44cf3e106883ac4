import type { AccessKind } from './groups.ts'
import type { BillableOption, EntityType, NoteKind } from './records.ts'
import type { TargetRef, VendorAccess } from './source.ts'

/** A custom field to write, by id or name. */
export interface CustomFieldInput {
  readonly field: string
  readonly value: string | null
}

/** Ids in inputs are global ids; statuses, priorities and types go by name or vendor key. */
export interface TicketChangeInput {
  readonly title?: string
  readonly status?: string
  readonly priority?: string
  readonly type?: string | null
  readonly board?: string
  readonly assignee?: string | null
  readonly company?: string
  readonly contact?: string | null
  /** ISO 8601 in UTC. */
  readonly dueAt?: string | null
  readonly customFields?: readonly CustomFieldInput[]
}

export interface NoteInput {
  readonly kind: NoteKind
  readonly text: string
  /** CLIENT_FACING only: mail the contact. Nothing mails by default. */
  readonly mailClient?: boolean
}

export interface TimeInput {
  readonly startedAt?: string
  readonly hours: number
  readonly billableOption?: BillableOption
  readonly workType?: string
  readonly workRole?: string
  readonly clientText?: string
  readonly internalText?: string
}

export interface CreateTicketInput extends TicketChangeInput {
  readonly connection: string
  readonly title: string
  readonly company: string
  readonly description?: string
  /** What the ticket is about: the first of its configuration items. */
  readonly configurationItem?: string
}

/** What is given goes before what the template says. */
export interface CreateTicketFromTemplateInput extends TicketChangeInput {
  readonly template: string
  readonly description?: string
}

export interface UpdateTicketInput extends TicketChangeInput {
  readonly id: string
}

export interface AddTicketNoteInput extends NoteInput {
  readonly ticket: string
}

export interface LogTimeInput extends TimeInput {
  readonly ticket: string
}

export interface ResolveTicketInput {
  readonly id: string
  readonly resolution: string
  /** Name or key of the status; else the board's resolved status by the tenant mapping. */
  readonly status?: string
  readonly time?: TimeInput
}

export interface WorkTicketInput {
  readonly id: string
  readonly update?: TicketChangeInput
  readonly notes?: readonly NoteInput[]
  readonly time?: readonly TimeInput[]
}

export interface MergeTicketsInput {
  readonly into: string
  readonly tickets: readonly string[]
}

export interface ContactFields {
  readonly firstName?: string
  readonly lastName?: string | null
  readonly email?: string | null
  readonly phone?: string | null
  readonly title?: string | null
  readonly active?: boolean
}

export interface CreateContactInput extends ContactFields {
  readonly company: string
  readonly firstName: string
}

export interface UpdateContactInput extends ContactFields {
  readonly id: string
}

export interface CompanyFields {
  readonly name?: string
  readonly identifier?: string | null
  readonly phone?: string | null
  readonly website?: string | null
  /** Name or key. */
  readonly status?: string
  readonly active?: boolean
}

export interface CreateCompanyInput extends CompanyFields {
  readonly connection: string
  readonly name: string
  readonly accountManager?: string
}

export interface UpdateCompanyInput extends CompanyFields {
  readonly id: string
}

export interface SiteFields {
  readonly name?: string
  readonly phone?: string | null
  readonly street?: string | null
  readonly city?: string | null
  readonly state?: string | null
  readonly postalCode?: string | null
  readonly active?: boolean
}

export interface CreateSiteInput extends SiteFields {
  readonly company: string
  readonly name: string
}

export interface UpdateSiteInput extends SiteFields {
  readonly id: string
}

export interface ConfigurationItemFields {
  readonly name?: string
  readonly serialNumber?: string | null
  readonly tag?: string | null
  /** `YYYY-MM-DD` */
  readonly warrantyEndsOn?: string | null
  readonly active?: boolean
  readonly site?: string | null
  readonly contact?: string | null
}

export interface CreateConfigurationItemInput extends ConfigurationItemFields {
  readonly company: string
  readonly name: string
  /** Name or key. */
  readonly type?: string
  /** Name or key of a product of the PSA's catalogue. */
  readonly product?: string
}

export interface UpdateConfigurationItemInput extends ConfigurationItemFields {
  readonly id: string
}

/** Numbers are decimal texts. */
export interface LineItemFields {
  readonly quantity?: string
  readonly price?: string
  readonly cost?: string
  readonly description?: string
  readonly billableOption?: BillableOption
}

export interface AddTicketLineItemInput extends LineItemFields {
  readonly ticket: string
  readonly product: string
  readonly quantity: string
}

export interface UpdateTicketLineItemInput extends LineItemFields {
  readonly id: string
}

export interface TaskFields {
  readonly text?: string
  readonly done?: boolean
  readonly position?: number
}

export interface AddTicketTaskInput extends TaskFields {
  readonly ticket: string
  readonly text: string
}

export interface UpdateTicketTaskInput extends TaskFields {
  readonly id: string
}

/** A file that waits at the gateway, by the id that `POST /attachments` answered. */
export interface UploadAttachmentInput {
  readonly ticket: string
  readonly upload: string
  readonly fileName: string
  readonly title?: string
  /** False when it is left out. */
  readonly clientVisible?: boolean
}

export interface ScheduleEntryFields {
  /** ISO 8601. */
  readonly startsAt?: string
  readonly endsAt?: string
  readonly title?: string
}

export interface CreateScheduleEntryInput extends ScheduleEntryFields {
  readonly ticket: string
  readonly member: string
  readonly startsAt: string
  readonly endsAt: string
}

export interface UpdateScheduleEntryInput extends ScheduleEntryFields {
  readonly id: string
}

export interface UpdateTimeEntryInput extends Partial<TimeInput> {
  readonly id: string
}

export interface BundleTicketsInput {
  readonly parent: string
  readonly tickets: readonly string[]
}

/** A configuration item to put on a ticket, or to take off it. */
export interface AttachConfigurationItemInput {
  readonly ticket: string
  readonly item: string
}

export interface ReopenTicketInput {
  readonly id: string
  /** Name or key of an open status; else the board's first active one by the tenant mapping. */
  readonly status?: string
  /** Why, as an internal note. */
  readonly note?: string
}

/** Deletes one record of the type that the write names. */
export interface DeleteInput {
  readonly id: string
}

/** Every write of the unified schema with its input. */
export interface WriteInputs {
  createTicket: CreateTicketInput
  createTicketFromTemplate: CreateTicketFromTemplateInput
  updateTicket: UpdateTicketInput
  addTicketNote: AddTicketNoteInput
  logTime: LogTimeInput
  resolveTicket: ResolveTicketInput
  workTicket: WorkTicketInput
  mergeTickets: MergeTicketsInput
  bundleTickets: BundleTicketsInput
  reopenTicket: ReopenTicketInput
  createContact: CreateContactInput
  updateContact: UpdateContactInput
  createCompany: CreateCompanyInput
  updateCompany: UpdateCompanyInput
  createSite: CreateSiteInput
  updateSite: UpdateSiteInput
  createConfigurationItem: CreateConfigurationItemInput
  updateConfigurationItem: UpdateConfigurationItemInput
  attachConfigurationItem: AttachConfigurationItemInput
  detachConfigurationItem: AttachConfigurationItemInput
  addTicketLineItem: AddTicketLineItemInput
  updateTicketLineItem: UpdateTicketLineItemInput
  addTicketTask: AddTicketTaskInput
  updateTicketTask: UpdateTicketTaskInput
  uploadAttachment: UploadAttachmentInput
  createScheduleEntry: CreateScheduleEntryInput
  updateScheduleEntry: UpdateScheduleEntryInput
  updateTimeEntry: UpdateTimeEntryInput
  deleteTicket: DeleteInput
  deleteTicketNote: DeleteInput
  deleteTimeEntry: DeleteInput
  deleteContact: DeleteInput
  deleteSite: DeleteInput
  deleteConfigurationItem: DeleteInput
  deleteTicketLineItem: DeleteInput
  deleteTicketTask: DeleteInput
  deleteTicketAttachment: DeleteInput
  deleteScheduleEntry: DeleteInput
}

export type WriteName = keyof WriteInputs

/** What a plan reads again before and after it: a record of the unified schema, or whatever a path of the API holds. */
export type PlanTarget = TargetRef | { readonly type: 'Raw'; readonly key: string }

/** One field before and after, in the schema's names and in words a technician reads. */
export interface FieldChange {
  readonly target: PlanTarget | null
  readonly field: string
  /** Read while planning; null for what does not exist yet. */
  readonly before: string | null
  /** null when it is cleared, or when `unknown`. */
  readonly after: string | null
  /** The vendor computes it. */
  readonly unknown?: boolean
}

/** How what the client may read gets to the client. */
export type ClientReach = 'MAILED' | 'PORTAL_ONLY' | 'UNKNOWN'

/** The only hole of a body that a file fills; it stands there once. */
export const FILE_HOLE = '{file}'

/** A file that a step carries. Its bytes are kept apart from the plan, which holds what tells them from any others. */
export interface PlannedFile {
  /** Under which the gateway keeps it. */
  readonly upload: string
  /** Under which the PSA will show it. */
  readonly fileName: string
  readonly contentType: string
  /** In bytes. */
  readonly size: number
  /** Of its bytes, in hex. */
  readonly sha256: string
  /** How they stand in the body. */
  readonly encoding: 'BYTES' | 'BASE64'
  /** SHA-256 in hex of the whole body with the file in it: whoever signs the plan signs these bytes. */
  readonly bodySha256: string
}

/** One vendor request of a plan, without secrets. A step may use the id an earlier step made, nothing else. */
export interface PlannedStep {
  readonly method: 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  /** Below the API base; `{step1.id}` is the only hole there can be, in path and body alike: see `holes`. */
  readonly path: string
  readonly query: readonly (readonly [string, string])[]
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  /** Whose bytes go where `{file}` stands in the body. */
  readonly file?: PlannedFile
  /** Read from the bytes themselves: every field they write, by its policy name. */
  readonly access: VendorAccess
  /** Further groups that these bytes reach (a time entry that also posts a note). */
  readonly alsoDemands: readonly VendorAccess[]
  /** The record it writes, or the parent it creates under. */
  readonly target: PlanTarget | null
  /** Type of the record that it creates. */
  readonly creates: EntityType | null
  /** For a client-facing note: how it reaches the client. */
  readonly clientReach?: ClientReach
  /** One sentence for the person who approves. */
  readonly summary: string
  readonly reconcile: Reconcile
  /**
   * Numbers of the earlier steps whose ids are filled in. Only these holes are filled, and where there is none the
   * bytes go as they stand: a note may well say "{step1.id}".
   */
  readonly holes: readonly number[]
}

/** A record as a policy's record scope sees it. */
export interface ScopeFacts {
  readonly company?: string | null
  /** A company may have several. */
  readonly companyType?: string | readonly string[] | null
  readonly board?: string | null
  /**
   * What records of this type never have (a contact has no board): not judged for this record. Left out, an
   * undefined member is unknown, and null says that this record has none.
   */
  readonly notApplicable?: readonly ('company' | 'companyType' | 'board')[]
}

/** How an unclear outcome of a step is settled: by reading, never by sending. */
export type Reconcile =
  | {
      readonly by: 'VALUES'
      readonly target: PlanTarget
      readonly planned: Readonly<Record<string, unknown>>
    }
  | { readonly by: 'CORRELATION'; readonly field: string; readonly value: string }
  | {
      readonly by: 'FINGERPRINT'
      readonly parent: TargetRef
      readonly content: Readonly<Record<string, unknown>>
    }
  | { readonly by: 'PERSON'; readonly reason: string }

export interface Baseline {
  readonly target: PlanTarget
  readonly version: string | null
  readonly fields: Readonly<Record<string, unknown>>
  /** What makes the plan stale, by docs/safety.md (b): UPDATE compares fields, DELETE the version marker. */
  readonly kind: AccessKind
}

export interface ClientMail {
  /** MAY counts as YES until an administrator marks the status or outcome as silent. */
  readonly verdict: 'NO' | 'YES' | 'MAY'
  /** Mail addresses that the client's mail may reach. */
  readonly recipients: readonly string[]
  readonly reasons: readonly string[]
}

/** Typed facts of a plan: all that an approval rule may look at, never free text. */
export interface PlanFacts {
  readonly company: string | null
  /** Every company that a record of this plan belongs to; more than one on a merge needs `acrossCompanies`. */
  readonly companies: readonly string[]
  readonly board: string | null
  /** Every record that it writes or refers to, as it is and as it will be: judged against the record scope. */
  readonly reaches: readonly ScopeFacts[]
  readonly priorityRank: number | null
  readonly closes: boolean
  readonly reopens: boolean
  readonly clientMail: 'NO' | 'YES' | 'MAY'
  readonly billableHours: number
  /** Money that the plan writes, in the PSA's own currency; null or absent when that is not known. */
  readonly amount?: number | null
  /** New values of enumerations, by policy field name. */
  readonly values: Readonly<Record<string, readonly string[]>>
  /** The PSA's own keys of such values, by field and name: a policy may list either. */
  readonly valueKeys?: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** A vendor's answer to "how would you do this?"; immutable, sealed by `planHash` in the gateway. */
export interface PlanDraft {
  readonly steps: readonly PlannedStep[]
  readonly changes: readonly FieldChange[]
  readonly baseline: readonly Baseline[]
  readonly sideEffects: readonly string[]
  readonly warnings: readonly string[]
  readonly clientMail: ClientMail
  readonly facts: PlanFacts
  /** The vendor has no such write: these are plain steps in its stead, turned on by `emulateMerge`. */
  readonly emulated?: boolean
  /** The ticket that the plan is about; null while it does not exist. */
  readonly ticket: PlanTicket | null
}

/** A ticket as the read that planning makes anyway tells it: nobody has to read it again to know whose it is. */
export interface PlanTicket {
  readonly key: string
  readonly number: string
  readonly title: string
  /** Vendor key of the member who has it. */
  readonly owner: string | null
  /** ISO 8601. */
  readonly dueAt: string | null
}

export type StepOutcome =
  | {
      readonly outcome: 'DONE'
      readonly id: string | null
      /**
       * Policy names of fields that came back with another value than was sent: the record is written and lacks
       * these, which is no success.
       */
      readonly notTaken?: readonly string[]
      readonly status: number
      readonly durationMs: number
      readonly vendorRequestId: string | null
    }
  | {
      readonly outcome: 'VENDOR_REJECTED'
      readonly status: number
      readonly vendorMessage: string
      readonly durationMs: number
      readonly vendorRequestId: string | null
    }
  /** A vendor-shaped 429: nothing was applied, the step may be tried again with an intent of its own. */
  | {
      readonly outcome: 'THROTTLED'
      readonly retryAfterMs: number
      readonly status: number
      readonly durationMs: number
    }
  | {
      readonly outcome: 'NOT_SENT'
      readonly reason: string
      /** Set when the connection's budget was used up: when there may be room again. */
      readonly retryAfterMs?: number
    }
  | {
      readonly outcome: 'UNKNOWN'
      readonly reason: string
      readonly status: number | null
      readonly durationMs: number | null
    }
