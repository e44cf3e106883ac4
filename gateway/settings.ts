/** Every window and deadline of the gateway; tests shorten them. Seconds unless the name says otherwise. */
export interface Settings {
  /** How long a mutation waits for its write to settle before it answers WriteInProgress. */
  readonly settleWait: number
  /** How long a pending request waits for a person. */
  readonly pendingFor: number
  /** How long an approved request may wait for its execution: docs/safety.md (b), 15 minutes. */
  readonly approvedFor: number
  /** An executor's hold on a request; a step's send must begin and end within it. */
  readonly lease: number
  /** Between intent and first byte, by monotonic clock: docs/safety.md (b) E4, 5 s. */
  readonly sendWithin: number
  /** How often waiting work is looked for when no wake-up came. */
  readonly poll: number
  /** Agent tokens: docs/safety.md (h), 90 days at most. */
  readonly agentTokenDays: number
  readonly personTokenDays: number
  /** How long a PSA may take to answer: docs/safety.md (i). */
  readonly vendorRead: number
  readonly vendorWrite: number
  /** A checkpoint of the audit trail is signed after so many events, or so many seconds: docs/safety.md (d). */
  readonly checkpointEvents: number
  readonly checkpointEvery: number
  /** Operations whose reads and refusals may wait for the audit trail; beyond that nothing is read. */
  readonly auditBuffer: number
  /** How long they wait at most while the store answers: what a killed process loses. */
  readonly auditFlush: number
  /** Open requests of one agent: docs/safety.md (i). */
  readonly openRequestsPerAgent: number
  /** Streams of one caller: docs/safety.md (i). */
  readonly streamsPerCaller: number
}

export const DEFAULT_SETTINGS: Settings = {
  settleWait: 25,
  // Until business calendars are part of an installation, "the end of the next business day" is two days.
  pendingFor: 48 * 3600,
  approvedFor: 15 * 60,
  lease: 120,
  sendWithin: 5,
  poll: 5,
  agentTokenDays: 90,
  personTokenDays: 30,
  vendorRead: 15,
  vendorWrite: 60,
  checkpointEvents: 1_000,
  checkpointEvery: 5 * 60,
  auditBuffer: 1_000,
  auditFlush: 0.25,
  openRequestsPerAgent: 300,
  streamsPerCaller: 5,
}
