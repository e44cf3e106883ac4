import type { ColumnType, Generated, Insertable, Selectable } from 'kysely'
import type { BusinessCalendar } from '../../policy/calendar.ts'
import type { ConnectionPolicy, Decision } from '../../policy/types.ts'
import type { Role } from '../../schema/access.ts'
import type { AccessKind } from '../../schema/groups.ts'
import type { EndpointMethod, ParameterType } from '../../schema/passthrough.ts'
import type { PlanDraft } from '../../schema/plan.ts'
import type { TenantMapping, Vendor } from '../../schema/source.ts'

/**
 * Every table of the store. Columns that hold JSON take text on the way in (`asJson`), since the driver would
 * turn a JavaScript array into a PostgreSQL array.
 */
export interface Database {
  readonly installation: InstallationTable
  readonly connection: ConnectionTable
  readonly own_endpoint: OwnEndpointTable
  readonly mapping_check: MappingCheckTable
  readonly secret_key: SecretKeyTable
  readonly secret: SecretTable
  readonly upload: UploadTable
  readonly workflow: WorkflowTable
  readonly workflow_policy: WorkflowPolicyTable
  readonly agent: AgentTable
  readonly agent_token: AgentTokenTable
  readonly person: PersonTable
  readonly person_role: PersonRoleTable
  readonly person_token: PersonTokenTable
  readonly person_login: PersonLoginTable
  readonly person_invitation: PersonInvitationTable
  readonly person_session: PersonSessionTable
  readonly sign_in_try: SignInTryTable
  readonly write_request: WriteRequestTable
  readonly write_request_revision: WriteRequestRevisionTable
  readonly approval: ApprovalTable
  readonly request_comment: RequestCommentTable
  readonly write_step: WriteStepTable
  readonly absence: AbsenceTable
  readonly paused_company: PausedCompanyTable
  readonly idempotency_key: IdempotencyKeyTable
  readonly vendor_budget: VendorBudgetTable
  readonly vendor_hour: VendorHourTable
  readonly vendor_slot: VendorSlotTable
  readonly vendor_pause: VendorPauseTable
  readonly agent_pace: AgentPaceTable
  readonly open_stream: OpenStreamTable
  readonly request_look: RequestLookTable
  readonly rule_proposal: RuleProposalTable
  readonly audit_head: AuditHeadTable
  readonly audit_event: AuditEventTable
  readonly audit_payload: AuditPayloadTable
  readonly audit_checkpoint: AuditCheckpointTable
  readonly checkpoint_delivery: CheckpointDeliveryTable
}

type Json<T> = ColumnType<T, string, string>
type NullableJson<T> = ColumnType<T | null, string | null | undefined, string | null>
/** Filled by the store's clock, which every deadline follows; processes' clocks may be off. */
type StoreTime = ColumnType<Date, Date | undefined, never>
/** A column that the app role has no right to change. */
type Fixed<T> = ColumnType<T, T, never>
type FixedOrNull<T> = ColumnType<T | null, T | null | undefined, never>

/** One row, made by the first migration. */
export interface InstallationTable {
  id: Fixed<1>
  test_mode: Generated<boolean>
  paused: Generated<boolean>
  sandbox: Generated<boolean>
  setup_code_hash: Buffer | null
  setup_claimed_at: Date | null
  /** null until an owner set one. */
  business_calendar: NullableJson<BusinessCalendar>
  /** Id of the key that wraps data keys; null until it was changed for the first time. */
  key_encryption_key: string | null
  created_at: StoreTime
}

/** Where an on-premises PSA may live, beyond the vendor's cloud: docs/safety.md (g). */
export interface OnPremises {
  readonly host: string
  readonly port: number
  /** Ranges (CIDR) that the host's name may lead to, and nowhere else. */
  readonly addresses: readonly string[]
}

/** Another number for one connection: docs/safety.md (i). */
export interface VendorBudgetChange {
  /** In the vendor's own window. */
  readonly requests?: number
  readonly concurrency?: number
}

/** Rows are never deleted, so that a slug is never used again. */
export interface ConnectionTable {
  slug: Fixed<string>
  vendor: Fixed<Vendor>
  name: string
  base_url: string
  on_premises: NullableJson<OnPremises>
  settings: Json<Readonly<Record<string, string>>>
  mapping: Json<TenantMapping>
  /** What an administrator set in place of the vendor's own numbers. */
  budget: NullableJson<VendorBudgetChange>
  enabled: Generated<boolean>
  test_mode: Generated<boolean>
  paused: Generated<boolean>
  created_at: StoreTime
  updated_at: Generated<Date>
}

/** An endpoint that an administrator added to the vendor's catalogue, for one connection. */
export interface OwnEndpointTable {
  connection: Fixed<string>
  method: Fixed<EndpointMethod>
  template: Fixed<string>
  permission_group: string
  kind: AccessKind
  parameters: Json<Readonly<Record<string, ParameterType>>>
  query: Json<readonly string[]>
  fields: Json<readonly string[] | 'ALL'>
  saved_by: string | null
  saved_at: Generated<Date>
}

export interface MappingProblem {
  /** The member of the mapping, with its keys: `resolvedStatus.*`. */
  readonly member: string
  readonly problem: 'GONE' | 'ELSEWHERE' | 'INACTIVE' | 'RENAMED' | 'MAILS'
  readonly message: string
}

/** Member -> the name that its key had when it was first looked at. */
export type MappedNames = Readonly<Record<string, string>>

/** The daily look at a connection's tenant mapping. */
export interface MappingCheckTable {
  connection: Fixed<string>
  claimed_at: Generated<Date>
  checked_at: Date | null
  problems: ColumnType<readonly MappingProblem[], string | undefined, string>
  names: ColumnType<MappedNames, string | undefined, string>
}
export type MappingCheckRow = Selectable<MappingCheckTable>

/** Data keys of a connection, wrapped by the key-encryption key; the newest version encrypts. */
export interface SecretKeyTable {
  connection: Fixed<string>
  version: Fixed<number>
  wrapped: Buffer
  kek_id: string
  created_at: StoreTime
}

export interface SecretTable {
  connection: Fixed<string>
  field: Fixed<string>
  key_version: number
  nonce: Buffer
  ciphertext: Buffer
  tag: Buffer
  updated_at: Generated<Date>
}

/** A file that an agent gave the gateway to put onto a ticket, sealed by a data key of its connection. */
export interface UploadTable {
  id: Fixed<string>
  connection: Fixed<string>
  agent_id: Fixed<string>
  content_type: Fixed<string>
  size: Fixed<number>
  sha256: Fixed<string>
  key_version: Fixed<number>
  nonce: Fixed<Buffer>
  ciphertext: Fixed<Buffer>
  tag: Fixed<Buffer>
  created_at: StoreTime
  expires_at: Fixed<Date>
}

export interface WorkflowTable {
  id: Fixed<string>
  name: string
  paused: Generated<boolean>
  test_mode: Generated<boolean>
  created_at: StoreTime
}

/** Versions never change; the largest is the current one. */
export interface WorkflowPolicyTable {
  workflow_id: Fixed<string>
  connection: Fixed<string>
  version: Fixed<number>
  /** null: from this version on the connection is not assigned to the workflow. */
  policy: ColumnType<ConnectionPolicy | null, string | null, never>
  /** Access profile that it was filled from, for the console. */
  profile: FixedOrNull<string>
  created_by: FixedOrNull<string>
  /** The words of whoever saved it. */
  reason: FixedOrNull<string>
  /** The older version that this one brought back. */
  restored_from: FixedOrNull<number>
  created_at: StoreTime
}

export interface AgentTable {
  id: Fixed<string>
  workflow_id: Fixed<string>
  name: string
  on_behalf_of: string | null
  revoked_at: Date | null
  created_at: StoreTime
}

export interface AgentTokenTable {
  id: Fixed<string>
  agent_id: Fixed<string>
  hash: Fixed<Buffer>
  expires_at: Date
  revoked_at: Date | null
  created_by: FixedOrNull<string>
  created_at: StoreTime
  last_used_at: Date | null
  /** The token that took over; this one is good for a short while more. */
  replaced_by: string | null
  /** The last warning of its end was given so many days before. */
  warned_days: number | null
}

export interface PersonTable {
  id: Fixed<string>
  name: string
  email: string
  active: Generated<boolean>
  /** Per connection: this person's member key or login at the PSA. */
  member_keys: Json<Readonly<Record<string, string>>>
  /** null: no local account. */
  password_hash: string | null
  /** Made by the sandbox: signs in nowhere else. */
  sandbox: Generated<boolean>
  created_at: StoreTime
}

/** Who somebody is at an identity provider: never an e-mail address, which may change hands. */
export interface PersonLoginTable {
  id: Fixed<string>
  issuer: Fixed<string>
  subject: Fixed<string>
  person_id: Fixed<string>
  created_at: StoreTime
}

/** A one-time code to set a password or to link a login with; one open at a time. */
export interface PersonInvitationTable {
  id: Fixed<string>
  person_id: Fixed<string>
  hash: Fixed<Buffer>
  expires_at: Fixed<Date>
  /** Used, or replaced by a newer one. */
  ended_at: Date | null
  created_by: FixedOrNull<string>
  created_at: StoreTime
}

export const SIGN_IN_METHODS = ['PASSWORD', 'OIDC', 'SANDBOX'] as const
export type SignInMethod = (typeof SIGN_IN_METHODS)[number]

/** A browser that is signed in. */
export interface PersonSessionTable {
  id: Fixed<string>
  person_id: Fixed<string>
  hash: Fixed<Buffer>
  method: SignInMethod
  /** When the person last proved who they are. */
  signed_in_at: Generated<Date>
  last_seen_at: Generated<Date>
  idle_seconds: Fixed<number>
  expires_at: Fixed<Date>
  revoked_at: Date | null
  created_at: StoreTime
}

/** How often a password was tried for one account or from one address, until the window ends. */
export interface SignInTryTable {
  key: Fixed<Buffer>
  tries: number
  until_at: Date
}

/** null in a scope column means every one. */
export interface PersonRoleTable {
  id: Fixed<string>
  person_id: Fixed<string>
  role: Fixed<Role>
  connection: FixedOrNull<string>
  groups: FixedOrNull<readonly string[]>
  boards: FixedOrNull<readonly string[]>
  companies: FixedOrNull<readonly string[]>
  granted_by: FixedOrNull<string>
  granted_at: StoreTime
}

export interface PersonTokenTable {
  id: Fixed<string>
  person_id: Fixed<string>
  hash: Fixed<Buffer>
  expires_at: Date
  revoked_at: Date | null
  sandbox: ColumnType<boolean, boolean | undefined, never>
  name: ColumnType<string, string | undefined, never>
  /** When its holder last proved who they are. */
  signed_in_at: Generated<Date>
  warned_days: number | null
  created_at: StoreTime
  last_used_at: Date | null
}

export const REQUEST_STATES = [
  'PENDING',
  'APPROVED',
  'EXECUTING',
  'EXECUTED',
  'FAILED',
  'UNKNOWN_OUTCOME',
  'REJECTED',
  'RETURNED',
  'CANCELLED',
  'EXPIRED',
  'STALE',
] as const
export type RequestState = (typeof REQUEST_STATES)[number]

/** A write, approved by a person or not. A trigger refuses every transition outside docs/safety.md (b). */
export interface WriteRequestTable {
  id: Fixed<string>
  workflow_id: Fixed<string>
  agent_id: Fixed<string>
  on_behalf_of: FixedOrNull<string>
  connection: Fixed<string>
  /** The declared write (`updateTicket`), or `psaRequest`. */
  write: Fixed<string>
  /** Root field of the operation that asked for it. */
  field: Fixed<string>
  state: RequestState
  revision: number
  input: Json<Readonly<Record<string, unknown>>>
  reason: string | null
  plan_hash: string
  /** Global id of the ticket that the plan is about; null until a created one exists. */
  ticket_id: string | null
  approvers_needed: number
  not_requester: boolean
  four_eyes: boolean
  /** Permission groups that an approver needs to hold. */
  groups: readonly string[]
  policy_version: number
  expires_at: Date
  execute_before: Date | null
  attempt_id: string | null
  lease_until: Date | null
  /** When an unclear outcome is looked for next; null when that is over, and a person has to. */
  reconcile_at: Generated<Date | null>
  /** Reads of an unclear outcome that were answered so far. */
  reconcile_reads: Generated<number>
  /** Global ids of all records that the plan writes; two requests that share one never execute together. */
  target: readonly string[]
  /** The first of them, under the unique index of what is EXECUTING; null for a plan that only creates. */
  target_key: string | null
  partial: Generated<boolean>
  edited: Generated<boolean>
  concurrent_change: Generated<boolean>
  reconciled: Generated<boolean>
  error: NullableJson<StoredError>
  result: NullableJson<Readonly<Record<string, unknown>>>
  retry_of: FixedOrNull<string>
  /** The executed request whose change this one takes back. */
  puts_back: FixedOrNull<string>
  /** What of that change stays. */
  not_put_back: ColumnType<NotPutBack | null, string | null | undefined, never>
  /** Vendor key of the board that the ticket is on after it; null where there is none. */
  board: string | null
  /** Vendor key of the member who owned the ticket when it was planned. */
  owner: string | null
  /** 1 is the most urgent; null where it is not known. */
  priority_rank: number | null
  client_mail: Generated<PlanDraft['clientMail']['verdict']>
  /** By when the ticket had to be done, as it stood when it was planned. */
  due_at: Date | null
  /** Vendor keys of every company that the plan's records belong to. */
  companies: Generated<readonly string[]>
  recipients: ColumnType<readonly Recipient[], string | undefined, string>
  /** When the recipients who come later are addressed, too; null when nobody comes later. */
  escalate_at: Date | null
  escalated_at: Generated<Date | null>
  /** When people heard that it is about to expire. */
  warned_at: Generated<Date | null>
  idempotency_key_hash: FixedOrNull<Buffer>
  created_at: StoreTime
  settled_at: Date | null
}

export interface NotPutBack {
  /** Fields that somebody has changed since: they stay as they are. */
  readonly changedSince: readonly string[]
  /** What can not be taken back, with the reason. */
  readonly left: readonly string[]
}

/** Why a request ended the way it did: a code of docs/safety.md (l), and what belongs to it. */
export interface StoredError {
  readonly code: string
  readonly message: string
  readonly details?: Readonly<Record<string, unknown>>
}

export type ActorKind = 'AGENT' | 'PERSON' | 'GATEWAY'

/** Immutable: what was planned, from which input, by whom. */
export interface WriteRequestRevisionTable {
  request_id: Fixed<string>
  revision: Fixed<number>
  plan: ColumnType<PlanDraft, string, never>
  plan_hash: Fixed<string>
  input: ColumnType<Readonly<Record<string, unknown>>, string, never>
  created_by_kind: Fixed<ActorKind>
  created_by: Fixed<string>
  decision: ColumnType<Decision, string, never>
  created_at: StoreTime
}

export interface ApprovalTable {
  request_id: Fixed<string>
  revision: Fixed<number>
  person_id: Fixed<string>
  plan_hash: Fixed<string>
  comment: FixedOrNull<string>
  at: StoreTime
}

export type CommentKind = 'REJECTED' | 'RETURNED' | 'CANCELLED' | 'RESOLVED' | 'NOTE'

/** Words that people and the gateway leave on a request. */
export interface RequestCommentTable {
  id: Fixed<string>
  request_id: Fixed<string>
  revision: Fixed<number>
  kind: Fixed<CommentKind>
  by_kind: Fixed<ActorKind>
  by_id: Fixed<string>
  text: Fixed<string>
  at: StoreTime
}

/** NOT_APPLIED: it was unclear, and reading has settled it. */
export type StepResult = 'DONE' | 'VENDOR_REJECTED' | 'THROTTLED' | 'NOT_SENT' | 'NOT_APPLIED' | 'UNKNOWN'

/** One row a vendor request of a plan, made by its first intent. */
export interface WriteStepTable {
  request_id: Fixed<string>
  revision: Fixed<number>
  /** From 1, as in `{step1.id}`. */
  step: Fixed<number>
  attempt_id: string
  send_started_at: Date | null
  /** SHA-256 of the bytes with their holes filled, in hex. */
  sent_hash: string
  outcome: StepResult | null
  status: number | null
  vendor_id: string | null
  vendor_request_id: string | null
  vendor_message: string | null
  duration_ms: number | null
  settled_at: Date | null
  /** More than one only after a recorded 429. */
  tries: Generated<number>
}

/** Who a request waits for. Those who are not addressed `now` follow when it escalates. */
export interface Recipient {
  readonly person: string
  readonly as: 'OWNER' | 'TEAM' | 'ESCALATION'
  readonly now: boolean
}

/** While a person is away, what waits for them waits for the deputy, too. */
export interface AbsenceTable {
  id: Fixed<string>
  person_id: Fixed<string>
  deputy_id: Fixed<string>
  from_at: Fixed<Date>
  until_at: Fixed<Date>
  created_by: FixedOrNull<string>
  created_at: StoreTime
}

/** Writes that concern such a company are held. */
export interface PausedCompanyTable {
  connection: Fixed<string>
  /** Vendor key. */
  company: Fixed<string>
  paused_by: FixedOrNull<string>
  paused_at: StoreTime
}

export interface IdempotencyKeyTable {
  agent_id: Fixed<string>
  connection: Fixed<string>
  key_hash: Fixed<Buffer>
  fingerprint: string
  /** null while the first call is being planned. */
  request_id: string | null
  lease_until: Date
  created_at: StoreTime
}

/** Requests that all gateways together sent to a connection, or set aside, in one part of the vendor's window. */
export interface VendorBudgetTable {
  connection: Fixed<string>
  window_start: Fixed<Date>
  used: number
}

/** Counted by the store itself, beside the windows of the budget. */
export interface VendorHourTable {
  connection: Fixed<string>
  hour: Fixed<Date>
  requests: number
}

/** A place for one request at a time, leased by one gateway. */
export interface VendorSlotTable {
  id: Fixed<string>
  connection: Fixed<string>
  /** What the vendor counts requests at once by; empty for a request that it does not count. */
  lane: Fixed<string>
  /** The gateway process. */
  holder: Fixed<string>
  lease_until: Fixed<Date>
}

/** The vendor asked to slow down: until then nothing is sent. */
export interface VendorPauseTable {
  connection: Fixed<string>
  /** Empty: the whole connection. */
  lane: Fixed<string>
  paused_until: Date
}

/** How much of its time an agent has used: docs/safety.md (i). */
export interface AgentPaceTable {
  agent_id: Fixed<string>
  what: Fixed<'OPERATION' | 'WRITE'>
  used_until: Date
}

/** A subscription that some gateway holds open. */
export interface OpenStreamTable {
  id: Generated<string>
  caller_id: Fixed<string>
  /** The gateway. */
  holder: Fixed<string>
  lease_until: Date
}

/** How people decided on writes alike in the 30 days before. */
export interface RuleEvidence {
  readonly asked: number
  readonly approvedUnchanged: number
  readonly edited: number
  readonly rejected: number
  readonly failed: number
}

/** "Stop asking for changes like this", as an administrator has to decide it. */
export interface RuleProposalTable {
  id: Fixed<string>
  request_id: Fixed<string>
  workflow_id: Fixed<string>
  connection: Fixed<string>
  proposed_by: Fixed<string>
  reason: FixedOrNull<string>
  evidence: ColumnType<RuleEvidence, string, never>
  state: Generated<'OPEN' | 'ACCEPTED' | 'DECLINED'>
  decided_by: string | null
  decided_at: Date | null
  note: string | null
  policy_version: number | null
  proposed_at: StoreTime
}

/** Somebody has a request open. */
export interface RequestLookTable {
  request_id: Fixed<string>
  person_id: Fixed<string>
  lease_until: Date
}

/** One row. It moves by the insert of the next event and by nothing else. */
export interface AuditHeadTable {
  id: ColumnType<1, never, never>
  seq: ColumnType<number, never, never>
  hash: ColumnType<Buffer, never, never>
}

export interface AuditEventTable {
  seq: Fixed<number>
  id: Fixed<string>
  at: Fixed<Date>
  type: Fixed<string>
  body: ColumnType<Readonly<Record<string, unknown>>, string, never>
  payload_hash: FixedOrNull<Buffer>
  prev_hash: Fixed<Buffer>
  hash: Fixed<Buffer>
  /** For filters only; the same values stand in `body`, which the hash covers. */
  request_id: FixedOrNull<string>
  connection: FixedOrNull<string>
  agent_id: FixedOrNull<string>
  ticket_id: FixedOrNull<string>
}

/** Apart from the event, so that it can be erased without breaking the chain. */
export interface AuditPayloadTable {
  seq: Fixed<number>
  payload: ColumnType<unknown, string, never>
}

export interface AuditCheckpointTable {
  seq: Fixed<number>
  hash: Fixed<Buffer>
  key_id: Fixed<string>
  signature: Fixed<Buffer>
  at: StoreTime
}

export interface CheckpointDeliveryTable {
  sink: Fixed<string>
  seq: number
  at: ColumnType<Date, Date | undefined, Date>
}

export type InstallationRow = Selectable<InstallationTable>
export type ConnectionRow = Selectable<ConnectionTable>
export type OwnEndpointRow = Selectable<OwnEndpointTable>
export type UploadRow = Selectable<UploadTable>
export type NewUpload = Insertable<UploadTable>
export type WorkflowRow = Selectable<WorkflowTable>
export type WorkflowPolicyRow = Selectable<WorkflowPolicyTable>
export type AgentRow = Selectable<AgentTable>
export type AgentTokenRow = Selectable<AgentTokenTable>
export type PersonRow = Selectable<PersonTable>
export type PersonRoleRow = Selectable<PersonRoleTable>
export type PersonTokenRow = Selectable<PersonTokenTable>
export type PersonSessionRow = Selectable<PersonSessionTable>
export type WriteRequestRow = Selectable<WriteRequestTable>
export type NewWriteRequest = Insertable<WriteRequestTable>
export type WriteRequestRevisionRow = Selectable<WriteRequestRevisionTable>
export type ApprovalRow = Selectable<ApprovalTable>
export type RequestCommentRow = Selectable<RequestCommentTable>
export type AbsenceRow = Selectable<AbsenceTable>
export type PausedCompanyRow = Selectable<PausedCompanyTable>
export type RuleProposalRow = Selectable<RuleProposalTable>
export type WriteStepRow = Selectable<WriteStepTable>
export type IdempotencyKeyRow = Selectable<IdempotencyKeyTable>
export type AgentPaceRow = Selectable<AgentPaceTable>
export type AuditEventRow = Selectable<AuditEventTable>
export type AuditCheckpointRow = Selectable<AuditCheckpointTable>
