import { DEFAULT_LINE } from '../subgraphs/http/line.ts'

/** Every window and deadline of the gateway; tests shorten them. Seconds unless the name says otherwise. */
export interface Settings {
  /** How long a mutation waits for its write to settle before it answers WriteInProgress. */
  readonly settleWait: number
  /** How long a pending request waits for a person; null: until the end of the next business day. */
  readonly pendingFor: number | null
  /** How long before its end people are warned. */
  readonly warnBefore: number
  /** After how long a request waits for all who may sign, not only for owner and team. */
  readonly escalateAfter: number
  /** How long an approved request may wait for its execution: docs/safety.md (b), 15 minutes. */
  readonly approvedFor: number
  /** An executor's hold on a request; a step's send must begin and end within it. */
  readonly lease: number
  /** Between intent and first byte, by monotonic clock: docs/safety.md (b) E4, 5 s. */
  readonly sendWithin: number
  /** Over how long an unclear outcome is looked for: docs/safety.md (b), 10 minutes. */
  readonly settleWindow: number
  /** How often waiting work is looked for when no wake-up came. */
  readonly poll: number
  /** Agent tokens: docs/safety.md (h), 90 days at most. */
  readonly agentTokenDays: number
  readonly personTokenDays: number
  /** Days before its end at which people are warned of a token, and how often ends are looked for. */
  readonly tokenWarnings: readonly number[]
  readonly tokenCheck: number
  /** How long a token that was replaced is good at most: docs/safety.md (h), 24 hours. */
  readonly tokenOverlap: number
  /** A browser session ends when nobody used it for so long, and after so long in any case. */
  readonly sessionIdle: number
  readonly sessionLife: number
  /** How young a sign-in must be for a sensitive change: docs/safety.md (h), 15 minutes. */
  readonly freshFor: number
  readonly invitationFor: number
  /** Wrong passwords in so many seconds, for one account and from one address. */
  readonly signInWindow: number
  readonly triesPerAccount: number
  readonly triesPerAddress: number
  /** Work for one password: scrypt with 2 to the power of this as its N. */
  readonly passwordCost: number
  /** How long a PSA may take to answer: docs/safety.md (i). */
  readonly vendorRead: number
  readonly vendorWrite: number
  /** A checkpoint of the audit trail is signed after so many events, or so many seconds: docs/safety.md (d). */
  readonly checkpointEvents: number
  readonly checkpointEvery: number
  /** Requests of this process that may wait for a place in one connection's budget: docs/safety.md (i). */
  readonly vendorQueue: number
  /** How long a request waits for such a place. */
  readonly vendorQueueWait: number
  /** How long the look at a tenant mapping lasts: DESIGN.md 7, a day. */
  readonly mappingCheck: number
  /** Operations whose reads and refusals may wait for the audit trail; beyond that nothing is read. */
  readonly auditBuffer: number
  /** How long they wait at most while the store answers: what a killed process loses. */
  readonly auditFlush: number
  /** How long the reads of one operation may take together: docs/safety.md (i). */
  readonly operation: number
  /** What one agent may ask for in a minute: docs/safety.md (i). */
  readonly operationsPerMinute: number
  readonly writesPerMinute: number
  /** Open requests of one agent: docs/safety.md (i). */
  readonly openRequestsPerAgent: number
  /** Streams of one caller: docs/safety.md (i). */
  readonly streamsPerCaller: number
  /** Bytes of all files that wait for one agent to put them onto tickets. */
  readonly uploadBytesPerAgent: number
  /** How long a file waits for the write that sends it; once one holds it, until that has ended. */
  readonly uploadFor: number
}

export const DEFAULT_SETTINGS: Settings = {
  settleWait: 25,
  pendingFor: null,
  warnBefore: 2 * 3600,
  escalateAfter: 2 * 3600,
  approvedFor: 15 * 60,
  lease: 120,
  sendWithin: 5,
  settleWindow: 600,
  poll: 5,
  agentTokenDays: 90,
  personTokenDays: 30,
  tokenWarnings: [14, 3, 1],
  tokenCheck: 3600,
  tokenOverlap: 24 * 3600,
  sessionIdle: 8 * 3600,
  sessionLife: 7 * 24 * 3600,
  freshFor: 15 * 60,
  invitationFor: 7 * 24 * 3600,
  signInWindow: 15 * 60,
  triesPerAccount: 10,
  triesPerAddress: 50,
  passwordCost: 15,
  vendorRead: 15,
  vendorWrite: 60,
  checkpointEvents: 1_000,
  checkpointEvery: 5 * 60,
  vendorQueue: DEFAULT_LINE.maxQueue,
  vendorQueueWait: DEFAULT_LINE.maxWaitMs / 1000,
  mappingCheck: 24 * 3600,
  auditBuffer: 1_000,
  auditFlush: 0.25,
  operation: 30,
  operationsPerMinute: 300,
  writesPerMinute: 60,
  openRequestsPerAgent: 300,
  streamsPerCaller: 5,
  uploadBytesPerAgent: 100_000_000,
  uploadFor: 3600,
}
