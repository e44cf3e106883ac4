import type { ErrorCode } from '../schema/errors.ts'
import type { AccessKind } from '../schema/groups.ts'
import type { PlanFacts, ScopeFacts } from '../schema/plan.ts'

export type AccessLevel = 'DISABLED' | 'READ_ONLY' | 'READ_WRITE'

/** What one operation, or one step of a plan, needs. All demands must pass. */
export interface Demand {
  readonly connection: string
  /** The vendor's permission group; undefined when nothing in the catalogue knows the field or endpoint. */
  readonly group: string | undefined
  readonly kind: AccessKind
  /** Policy names of the fields written (reads list what they select, for the message only). */
  readonly fields: readonly string[]
  /** New values of enumerated fields, judged against `allowedValues`. */
  readonly values?: Readonly<Record<string, readonly string[]>>
  /** Set when the catalogue marks the endpoint as never allowed; says why. */
  readonly forbidden?: string
  /** The target and every record that the write refers to, where they are known. */
  readonly scope?: readonly ScopeFacts[]
  /** True for reads which can't be told apart by company or board: refused under a record scope. */
  readonly unscopable?: boolean
  /** True for a record that there is none of: under a record scope it is refused as one that is outside of it. */
  readonly gone?: boolean
  /** Companies whose records are merged or bundled together. */
  readonly companies?: readonly string[]
}

/** A list of field names, or every field. Absent means none; an empty list is refused where it enters. */
export type AllowedFields = 'ALL' | readonly string[]

export interface ApprovalRule {
  /** The first rule whose conditions all hold wins; a rule without conditions always holds. */
  readonly when?: {
    readonly kinds?: readonly AccessKind[]
    /** A field is written (any of these). */
    readonly fields?: readonly string[]
    /** A field gets one of these values. */
    readonly values?: Readonly<Record<string, readonly string[]>>
    readonly closes?: boolean
    readonly reopens?: boolean
    readonly boards?: readonly string[]
    readonly companies?: readonly string[]
    readonly companyTypes?: readonly string[]
    /** MAY counts as YES, and as NO where that is the stricter of the two. */
    readonly clientMail?: boolean
    /** At least as urgent as this rank (1 is the most urgent). */
    readonly priorityAtLeast?: number
    readonly billableHoursOver?: number
    /** Money that the write moves, in the PSA's own currency. */
    readonly amountOver?: number
    /** By the installation's business calendar, at the moment of the decision. */
    readonly insideBusinessHours?: boolean
  }
  /** 0: no signature needed. */
  readonly approvers: number
  /** The person on whose behalf the agent works may not sign. */
  readonly notRequester?: boolean
  /** The owner of the agent's token may not sign either. */
  readonly fourEyes?: boolean
  /** Client mail, merges and deletes may be approved together with others; each other write always may. */
  readonly bulk?: boolean
}

export interface GroupPolicy {
  readonly level: AccessLevel
  /** Each off unless true, and needs READ_WRITE. */
  readonly delete?: boolean
  readonly merge?: boolean
  readonly bundle?: boolean
  readonly allowedFields?: { readonly CREATE?: AllowedFields; readonly UPDATE?: AllowedFields }
  /** Per field: the values that may be written. A field without an entry takes any. */
  readonly allowedValues?: Readonly<Record<string, readonly string[]>>
  /** Absent: one approver for every write. */
  readonly approval?: readonly ApprovalRule[]
}

export interface RecordScope {
  readonly include?: {
    readonly companies?: readonly string[]
    readonly companyTypes?: readonly string[]
    readonly boards?: readonly string[]
  }
  readonly exclude?: {
    readonly companies?: readonly string[]
    readonly companyTypes?: readonly string[]
    readonly boards?: readonly string[]
  }
}

/** What a workflow's agents may do on one connection. */
export interface ConnectionPolicy {
  /** Groups that are not named are DISABLED. */
  readonly groups: Readonly<Record<string, GroupPolicy>>
  readonly acrossCompanies?: boolean
  readonly recordScope?: RecordScope
  /** Absent means on. */
  readonly testMode?: boolean
  readonly timeOwner?:
    | { readonly who: 'REQUESTER' | 'TICKET_OWNER' | 'APPROVER' }
    | { readonly who: 'MEMBER'; readonly member: string }
  readonly requireIdempotencyKey?: boolean
}

/** What `decide` knows of the one who asks. */
export interface Principal {
  readonly kind: 'AGENT' | 'PERSON'
  readonly active: boolean
  /** Connections that are enabled and assigned, each with its policy (for a person: what the roles read). */
  readonly connections: ReadonlyMap<string, ConnectionPolicy>
  /**
   * By the business calendar, as the principal is read from the store for each judgement; null or absent: nobody has
   * set business hours. It stands here and not among a plan's facts, since a stored plan is judged again later.
   */
  readonly insideBusinessHours?: boolean | null
}

/** Explains itself: the same value becomes the GraphQL error, the audit line and the console's text. */
export type Decision =
  | { readonly verdict: 'ALLOW'; readonly rules: readonly string[] }
  | {
      readonly verdict: 'HOLD'
      readonly rules: readonly string[]
      /** How many different people must sign: the largest of all groups and kinds in the plan. */
      readonly approvers: number
      readonly notRequester: boolean
      readonly fourEyes: boolean
      /** Every rule that held lets even client mail, merges and deletes be approved together with others. */
      readonly bulk: boolean
      /** Groups that an approver needs to hold. */
      readonly groups: readonly string[]
    }
  | {
      readonly verdict: 'DENY'
      readonly rule: string
      readonly code: ErrorCode
      /** Names group, action and fields; never whether a record exists. */
      readonly message: string
      readonly details: Readonly<Record<string, unknown>>
    }

export type { PlanFacts, ScopeFacts }
