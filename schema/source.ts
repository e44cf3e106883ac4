import type { AccessKind } from './groups.ts'
import type { Passthrough } from './passthrough.ts'
import type {
  FieldChange,
  PlanDraft,
  PlannedFile,
  PlannedStep,
  StepOutcome,
  WriteInputs,
  WriteName,
} from './plan.ts'
import type {
  AttachmentValues,
  EntityType,
  NamedValue,
  NoteKind,
  PriorityValue,
  StatusCategory,
  TrailEntryValue,
  ValuesOf,
  VendorRecord,
} from './records.ts'

export const VENDORS = ['connectwise', 'autotask', 'halo', 'servicenow'] as const
export type Vendor = (typeof VENDORS)[number]

/** What a vendor request touches; policy, permit and audit all read this same value. */
export interface VendorAccess {
  /** Permission group by the vendor's catalogue. */
  readonly group: string
  readonly kind: AccessKind
  /** Policy names of the fields asked for or written. Empty for a read by reference data. */
  readonly fields: readonly string[]
  /** Statuses, boards, picklists and the like, declared as such by the vendor: readable whenever a group that needs them is. */
  readonly reference?: boolean
}

/** A request as a value: planned, shown, judged and recorded before anything sends it. */
export interface VendorRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  /** Below the connection's API base, encoded segment by segment, beginning with `/`. */
  readonly path: string
  readonly query: readonly (readonly [name: string, value: string])[]
  /** Never credentials: those are added by the door. */
  readonly headers: Readonly<Record<string, string>>
  /** The exact text or bytes to send, or null for no body. */
  readonly body: string | Uint8Array | null
  readonly access: VendorAccess
}

export interface VendorResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Text of at most the door's size cap. */
  readonly body: string
  readonly durationMs: number
}

/** An answer whose bytes are passed on as they come. Of a refusal the text is there, and no bytes. */
export interface VendorFile extends VendorResponse {
  readonly bytes: AsyncIterable<Uint8Array> | null
}

/** What `subgraphs/http` hands to a vendor source for one connection and one caller. */
export interface VendorSession {
  readonly connection: ConnectionFacts
  /** Sends a read. A refusal by policy, a lost budget and a failed connection are GatewayErrors; HTTP statuses are answers. */
  read(request: VendorRequest): Promise<VendorResponse>
  /**
   * Sends a read whose answer is a file of at most the door's size for files. It is sent once, and holds its place in
   * the connection's budget until the bytes have been read or given up.
   */
  download(request: VendorRequest): Promise<VendorFile>
  /** Sends one planned write, once, and only with a permit for exactly these bytes. Never retried, never redirected. */
  write(request: VendorRequest, permit: string): Promise<WriteAnswer>
  /** Reference data of this connection and credential, loaded once and shared in flight. */
  cached<T>(key: string, ttlSeconds: number, load: () => Promise<T>): Promise<T>
  /** Forgets one reference entry (a codebase that moved). */
  forget(key: string): void
  /** False when the caller's policy does not let it read this field here: such a field is not asked for. */
  mayRead(group: string, field: string): boolean
  /** A credential that the dialect declares as not secret, such as the login company. */
  publicCredential?(name: string): Promise<string | null>
}

/** `sent: false` proves that no byte of the request left (refused, DNS, TLS, connection refused). */
export type WriteAnswer =
  | { readonly sent: false; readonly reason: string }
  | { readonly sent: true; readonly response: VendorResponse }
  | { readonly sent: true; readonly response: null; readonly reason: string }

export interface ConnectionFacts {
  readonly slug: string
  readonly vendor: Vendor
  /** The pinned origin, as the administrator set it; addresses that open in a browser are built from it. */
  readonly baseUrl?: string
  /** What the administrator set for this connection: codebase, company id and the like; no secrets. */
  readonly settings: Readonly<Record<string, string>>
  /** Tenant mapping, confirmed by a person or guessed from the PSA's metadata. */
  readonly mapping: TenantMapping
}

/**
 * What a vendor leaves to the tenant. Guessed from the PSA's own metadata, confirmed by a person, checked again
 * daily; what is missing is NOT_CONFIGURED naming the member.
 */
export interface TenantMapping {
  /** Status key -> category, where a person corrected the guess. */
  readonly statusCategories?: Readonly<Record<string, StatusCategory>>
  /**
   * What mails nobody, confirmed by an administrator: there, MAY counts as NO. Keys of statuses; Halo: of outcomes,
   * and `status:<key>`; Autotask and ServiceNow: also `notes` for what is published to the client.
   */
  readonly silentStatuses?: readonly string[]
  /** Key of the status that `resolveTicket` sets, per board key (Halo: ticket type key), or `*`. */
  readonly resolvedStatus?: Readonly<Record<string, string>>
  /** Key of the status that `reopenTicket` sets, per board key, or `*`. */
  readonly reopenStatus?: Readonly<Record<string, string>>
  /** ServiceNow: the `close_code` that a resolution is written with. */
  readonly closeCode?: string
  /** Halo: outcome key per note kind (`INTERNAL`, `CLIENT_FACING`, `CLIENT_MAIL`, `RESOLUTION`, `TIME`), per ticket type key, or `*`. */
  readonly outcomes?: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Autotask: note type key per note kind. */
  readonly noteTypes?: Readonly<Record<string, string>>
  /** Autotask: role key with which a resource's time is logged, per resource key, or `*`. */
  readonly timeRoles?: Readonly<Record<string, string>>
  /** Default work type (Autotask billing code, Halo charge rate) for time, by key; else the PSA's own, if it has one. */
  readonly defaultWorkType?: string
  /** ServiceNow: tables of the task family that count as tickets; `incident` when absent. */
  readonly taskTables?: readonly string[]
  /** Whether a ticket is dispatched by its owner field or by a schedule entry. */
  readonly dispatch?: 'OWNER' | 'SCHEDULE'
  /** Turned on by an administrator: `mergeTickets` as plain steps where the vendor has no merge by API. */
  readonly emulateMerge?: boolean
}

export interface MappingGuess {
  readonly mapping: TenantMapping
  /** What a person should look at, in words. */
  readonly doubts: readonly string[]
}

export interface TenantChoice {
  readonly key: string
  readonly name: string
  readonly active: boolean
  /** Of a status: it mails by a template of its own. */
  readonly mails?: boolean
  /** Keys of the boards (Halo: ticket types) that it belongs to; left out, it belongs to all of them. */
  readonly within?: readonly string[]
}

/** What the tenant offers now, of all that a mapping or a policy can name. Left out: this vendor has none, or does not tell. */
export interface TenantChoices {
  readonly statuses?: readonly TenantChoice[]
  readonly outcomes?: readonly TenantChoice[]
  readonly noteTypes?: readonly TenantChoice[]
  readonly roles?: readonly TenantChoice[]
  readonly closeCodes?: readonly TenantChoice[]
  readonly workTypes?: readonly TenantChoice[]
  readonly taskTables?: readonly TenantChoice[]
  readonly priorities?: readonly TenantChoice[]
  readonly types?: readonly TenantChoice[]
  readonly boards?: readonly TenantChoice[]
  /** Types of companies, by which a policy names them where the vendor has any. */
  readonly companyTypes?: readonly TenantChoice[]
  /** Custom fields of tickets; a policy names one as `custom:<key>`. */
  readonly customFields?: readonly TenantChoice[]
}

/** A right that the gateway's user needs at the PSA, and that reading proves. */
export interface VendorRight {
  /** What does not work without it, such as "read tickets". */
  readonly what: string
  /** Where the PSA's own administration grants it. */
  readonly permission: string
  /** Asks the PSA. What is no refusal (a PSA that does not answer) is thrown. */
  held(session: VendorSession): Promise<boolean>
}

export type Filter = Readonly<Record<string, unknown>>

export type ListName =
  | 'Ticket'
  /** By when the work began; order STARTED_AT, filters ticket, company, member, startedAt. */
  | 'TimeEntry'
  | 'Contact'
  | 'Company'
  | 'Site'
  | 'ConfigurationItem'
  | 'Agreement'
  | 'Sla'
  | 'Project'
  | 'ProjectTask'
  | 'Opportunity'
  | 'TicketTemplate'
  | 'Product'
  | 'Article'
  | 'Member'
  | 'Board'
  | 'Ticket.notes'
  | 'Ticket.timeEntries'
  /** By name. */
  | 'Ticket.configurationItems'
  /** By name. */
  | 'Company.sites'
  /** By number, which is the order in which they were added. */
  | 'Ticket.lineItems'
  /** By their place in the tenant's own order. */
  | 'Ticket.tasks'
  | 'Ticket.attachments'
  /** What is under way between the filter's `from` and `to`, both given; order STARTS_AT, filters member and ticket. */
  | 'ScheduleEntry'
  /** By when it starts. */
  | 'Ticket.scheduleEntries'

export interface ListRequest {
  readonly list: ListName
  /** Vendor key of the parent, for a list below a record. */
  readonly parent?: string
  /** The schema's filter input, coerced. Every member given must be honoured or refused. */
  readonly filter: Filter
  readonly order: { readonly key: string; readonly direction: 'ASC' | 'DESC' }
  readonly first: number
  /** Where the page before ended: a position that this source gave. */
  readonly after: unknown
  /** For a list below a record: what the parent brought along for it, where the source embeds that. */
  readonly brought?: unknown
  readonly fields: ReadonlySet<string>
}

/** Lists that the tenant sets up for itself, besides boards. */
export type SetupList = 'PRIORITIES' | 'WORK_TYPES' | 'WORK_ROLES'

/** The first page of a list below each of several records, in as few requests as the vendor allows. */
export interface ChildrenRequest {
  readonly list:
    | 'Ticket.notes'
    | 'Ticket.timeEntries'
    | 'Ticket.configurationItems'
    | 'Company.sites'
    | 'Ticket.lineItems'
    | 'Ticket.tasks'
    | 'Ticket.attachments'
    | 'Ticket.scheduleEntries'
  readonly parents: readonly string[]
  readonly filter: Filter
  readonly order: ListRequest['order']
  /** What parents brought along for this list, where the source embeds it; of one that is not named it is read. */
  readonly brought?: ReadonlyMap<string, unknown>
  /** Per parent. */
  readonly first: number
  readonly fields: ReadonlySet<string>
}

export interface ListPage {
  readonly records: readonly VendorRecord[]
  /** Per record: what `after` must hold to go on behind it (plain JSON). */
  readonly positions: readonly unknown[]
  /** Per record: the value that lists over several connections merge by. */
  readonly sortValues: readonly (string | number | null)[]
  readonly hasNext: boolean
  /** Where the next page goes on, when that is further than behind the last record: what came after was left out. */
  readonly behind?: unknown
  /** Set when the vendor cut the page or a record could not be read; says which part is missing. */
  readonly partial?: string
}

/** What a vendor can do; shared code asks this record, never the vendor's name. */
export interface VendorCapabilities {
  /** Ids that one read may carry, per entity. */
  readonly maxIdsPerRead: Readonly<Record<EntityType, number>>
  /** Order keys per list. */
  readonly orderBy: Readonly<Record<ListName, readonly string[]>>
  /** Filter members per list. */
  readonly filters: Readonly<Record<ListName, readonly string[]>>
  /**
   * Fields of the referenced record that come with the parent at no further request: `Ticket.company` -> name.
   * `Ticket.lastNote` -> text where the newest note's text does; elsewhere it is read from the notes.
   * `Ticket.notes` -> those that stand on the ticket itself; `Ticket.configurationItems` -> the one that it names itself.
   */
  readonly embeds: Readonly<Record<string, readonly string[]>>
  readonly noteKinds: readonly NoteKind[]
  /** Lists that the vendor has nothing for, with the reason: they answer NOT_SUPPORTED, and never an empty page. */
  readonly noLists?: Partial<Readonly<Record<ListName, string>>>
  /** Lists of the set-up that the vendor has nothing for, with the reason: they answer NOT_SUPPORTED. */
  readonly noSetup?: Partial<Readonly<Record<SetupList, string>>>
  /** A reason stands where a write is not supported. */
  readonly writes: Readonly<Record<WriteName, true | { readonly unsupported: string }>>
}

/** A number of the vendor's, or our choice below it. */
export interface VendorLimit {
  readonly most: number
  /** As far as an administrator may go for one connection: what the vendor takes at most. Left out: no further. */
  readonly upTo?: number
  /** One sentence for who meets the limit, with the place that the number comes from. */
  readonly why: string
}

/** An answer by which the vendor says that it takes no more for now. Nothing of the request was applied. */
export interface Throttle {
  /** How long nothing more is sent, as the vendor told it or as it is known to need. */
  readonly waitMs: number
  /** What pauses: the whole connection, or the lane of this request alone. */
  readonly pauses: 'CONNECTION' | 'LANE'
}

/** What all gateways of an installation together let through to one connection: docs/safety.md (i). */
export interface VendorLimits {
  /** Requests under way at once. */
  readonly concurrency: VendorLimit
  /** Where the vendor counts requests under way by what they are for, such as the entity of an address. */
  readonly lane?: VendorLimit & {
    /** The lane of a path as it is sent; null for a request that the vendor does not count. */
    of(path: string): string | null
  }
  /** Requests in any stretch of so many seconds; absent where the vendor publishes none. */
  readonly requests?: VendorLimit & { readonly seconds: number }
  /** How a threshold answer is recognised, whatever its status. */
  throttleOf(response: VendorResponse): Throttle | null
}

/** How a PSA writes the keys of companies and boards. */
export interface RecordKeys {
  readonly pattern: RegExp
  readonly example: string
}

export interface CredentialField {
  readonly name: string
  readonly secret: boolean
  readonly description: string
}

export interface TargetState {
  readonly exists: boolean
  /** Baseline values now, under the same names as in the plan. */
  readonly fields: Readonly<Record<string, unknown>>
  /** The record's version marker (ConnectWise: `_info.lastUpdated`). */
  readonly version: string | null
}

/** A token and when it ends. `refresh` goes back into the next `signIn` as the credential `refreshToken`. */
export interface Grant {
  readonly token: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
  readonly refresh?: string
}

/** Posts a form to the pinned origin; nothing of it is logged. */
export type SignInSend = (
  path: string,
  form: Readonly<Record<string, string>>,
  query?: VendorRequest['query'],
) => Promise<VendorResponse>

/** How a vendor is reached: everything the door needs and nothing that a caller can set. */
export interface VendorDialect {
  /** What `saveConnection` asks for, besides the base URL. */
  readonly credentials: readonly CredentialField[]
  /** Host suffixes of the vendor's cloud; other hosts need an explicit on-premises entry. */
  readonly cloudHosts: readonly string[]
  /**
   * For vendors that give tokens: asked before the first request, shared by all sessions of these credentials
   * until it is about to expire, and once more after a 401 to a read.
   */
  signIn?(credentials: Readonly<Record<string, string>>, send: SignInSend): Promise<Grant>
  /** Headers that authenticate a request, from the decrypted credentials and the grant, if the vendor gives one. */
  authorize(credentials: Readonly<Record<string, string>>, grant?: Grant): Readonly<Record<string, string>>
  /** Answer header, in small letters, that holds the vendor's own id of a request. */
  readonly requestIdHeader?: string
}

/** A step's bytes with every hole filled. */
export interface Filled {
  readonly path: string
  /** Of a step that carries a file, `{file}` stands for it here. */
  readonly body: string | null
  /** Of a step that carries a file: what is sent in place of `body`. */
  readonly bytes?: Uint8Array
}

/** The seam: one vendor, whole. */
export interface VendorSource {
  readonly vendor: Vendor
  readonly capabilities: VendorCapabilities
  readonly dialect: VendorDialect
  readonly limits: VendorLimits
  readonly recordKeys: RecordKeys
  /** Every permission group of the vendor's catalogue. */
  readonly groups: readonly string[]
  /** Per group, the names by which a policy lists its fields. Any other field goes by the vendor's own name. */
  readonly policyFields: Readonly<Record<string, readonly string[]>>
  /** Rights at the PSA that the gateway cannot do without. */
  readonly rights: readonly VendorRight[]
  /** One answer per key, in order: the record, null when it does not exist, or the error that this key met. */
  readMany<T extends EntityType>(
    session: VendorSession,
    type: T,
    keys: readonly string[],
    fields: ReadonlySet<string>,
  ): Promise<readonly (VendorRecord<ValuesOf[T]> | null | Error)[]>
  listPage(session: VendorSession, request: ListRequest): Promise<ListPage>
  /** One page or error per parent, in order; a vendor without it is asked parent by parent. */
  childPages?(session: VendorSession, request: ChildrenRequest): Promise<readonly (ListPage | Error)[]>
  /** The types of these companies by name, a company may have several; one that is not told is not known. */
  companyTypes?(
    session: VendorSession,
    companies: readonly string[],
  ): Promise<ReadonlyMap<string, readonly string[]>>
  /**
   * What can be chosen now, in the tenant's own order; priorities with the most urgent first.
   * @throws GatewayError NOT_SUPPORTED with the reason where the vendor has no such list
   */
  setup(session: VendorSession, list: SetupList): Promise<readonly (NamedValue | PriorityValue)[]>
  /**
   * The newest so many entries of a ticket's audit trail at the PSA, the oldest of them first.
   * @throws GatewayError LIMIT_EXCEEDED where the newest ones can not be told
   */
  auditTrail(session: VendorSession, ticket: string, last: number): Promise<AuditTrail>
  /**
   * What takes the time of these members within a span. Not asked where the vendor has no calendars
   * (`noLists.ScheduleEntry`).
   */
  busyTimes(session: VendorSession, members: readonly string[], span: TimeSpan): Promise<BusyTimes>
  /** The bytes of a file, by its record with its ticket; undefined where they are gone. */
  download(
    session: VendorSession,
    file: VendorRecord<AttachmentValues>,
  ): Promise<AsyncIterable<Uint8Array> | Iterable<Uint8Array> | undefined>
  ticketByNumber(
    session: VendorSession,
    number: string,
    fields: ReadonlySet<string>,
  ): Promise<VendorRecord | null>
  /** @throws GatewayError NOT_SUPPORTED with the reason, BAD_USER_INPUT, NOT_FOUND, NO_CHANGE */
  plan<W extends WriteName>(
    session: VendorSession,
    write: W,
    input: WriteInputs[W],
    actor: PlanActor,
  ): Promise<PlanDraft>
  /** Sends one step and tells its outcome by the vendor's own words. */
  sendStep(session: VendorSession, permit: string, step: PlannedStep, filled: Filled): Promise<StepOutcome>
  /** The URL that `sendStep` will send to: what a permit is minted for. `path` has its holes filled. */
  stepUrl(session: VendorSession, step: PlannedStep, filled: { path: string }): Promise<string>
  /**
   * Records that match a CREATE's correlation or fingerprint and were made within the window (ISO 8601). One of
   * ours means applied, none at all not applied, anything else stays unknown. What another member wrote is left out.
   */
  findCreated?(
    session: VendorSession,
    step: PlannedStep,
    window: { after: string; before: string },
  ): Promise<FoundRecords>
  /** What the target holds now, for staleness and for the after-image. */
  readTarget(session: VendorSession, target: TargetRef, fields: readonly string[]): Promise<TargetState>
  /** Autotask: the origin of the tenant's zone, asked at the vendor's common address; checked against `cloudHosts` before use. */
  locate?(session: VendorSession): Promise<string>
  /** Guesses the tenant mapping from the PSA's metadata. */
  guessMapping?(session: VendorSession): Promise<MappingGuess>
  /** For the daily look at the mapping, and for people who fill in a mapping or a policy. */
  tenantChoices?(session: VendorSession): Promise<TenantChoices>
  /** Reaches every endpoint of the vendor's catalogue. */
  readonly passthrough?: Passthrough
  /** Answers when address, credentials and rights are in order; says what is not. */
  test(session: VendorSession): Promise<{ readonly version: string; readonly member: string | null }>
}

/** Milliseconds. */
export interface TimeSpan {
  readonly from: number
  readonly to: number
}

export type BusyReason = 'PLANNED' | 'TIME_OFF'

export interface BusyTimes {
  /** In any order; what ends where it begins takes no time and is left out. */
  readonly busy: readonly (TimeSpan & { readonly member: string; readonly reason: BusyReason })[]
  /** What may take these members' time and was not read, in words. */
  readonly notConsidered: readonly string[]
}

export interface AuditTrail {
  readonly entries: readonly TrailEntryValue[]
  readonly hasEarlier: boolean
}

/** Vendor keys of records that a CREATE may have made. */
export interface FoundRecords {
  /** Written by the gateway's own member at the PSA, or with the value planted in them. */
  readonly ours: readonly string[]
  /** The PSA does not tell who wrote them. */
  readonly untold: readonly string[]
}

export interface TargetRef {
  readonly type: EntityType
  /** Vendor key. */
  readonly key: string
}

/** Whose time is logged and whose name stands under a note, by the policy and never by the agent. */
export interface PlanActor {
  /** Vendor key or login of the member whose time it is; null leaves it to the API user. */
  readonly member: string | null
  /** `REQUESTER`, `TICKET_OWNER`, `APPROVER` or `MEMBER`; an owner is looked up while planning. */
  readonly timeOwner: 'REQUESTER' | 'TICKET_OWNER' | 'APPROVER' | 'MEMBER'
  /** Names this plan at the vendor where it has a free field for it. */
  readonly correlation: string
  /** A file that the agent gave the gateway for this connection. @throws GatewayError NOT_FOUND */
  upload(id: string): Promise<UploadedFile>
}

/** What a plan needs to know of a file; its bytes stay with the gateway. */
export interface UploadedFile extends Pick<PlannedFile, 'contentType' | 'size' | 'sha256'> {
  readonly id: string
  /** Endings that the name of such a file may have. */
  readonly extensions: readonly string[]
  /** SHA-256 in hex of a body with the file in the place of its hole. */
  sha256In(body: string, encoding: PlannedFile['encoding']): string
}

export type { FieldChange }
