import type { GatewayError } from '../../schema/errors.ts'
import type { VendorAccess } from '../../schema/source.ts'
import type { Budget } from './budget.ts'
import type { VendorClocks } from './clocks.ts'
import type { ReferenceCache } from './reference-cache.ts'

/** Where one connection's requests may go, set by an administrator and never by a caller. */
export interface OriginFacts {
  /** Scheme, host and port: `https://api-na.myconnectwise.net`. */
  readonly origin: string
  /** True for an explicit on-premises entry and for simulators that this process started. */
  readonly allowPrivate: boolean
  /** Addresses and ranges (CIDR) of an on-premises entry; left out: any that the ranges above allow. */
  readonly addresses?: readonly string[]
}

/** One request as it happened, refused and failed ones included. Bodies, headers and credentials never stand here. */
export interface RequestLogEntry {
  readonly connection: string
  readonly method: string
  readonly path: string
  readonly pathAndQuery: string
  readonly access: VendorAccess
  /** null when no answer came. */
  readonly status: number | null
  readonly durationMs: number
  /** Until there was a place for it in the connection's budget. */
  readonly waitedMs: number
  readonly vendorRequestId: string | null
  readonly write: boolean
  readonly requestId?: string
}

export interface DoorSettings {
  readonly readTimeoutMs: number
  readonly writeTimeoutMs: number
  readonly maxResponseBytes: number
  /** How long a file may take as a whole, and how large it may be. */
  readonly fileTimeoutMs: number
  readonly maxFileBytes: number
  /** Further tries of a read after a 429. */
  readonly throttleRetries: number
  /** The longest `Retry-After` that a read waits for; a longer one is the caller's to wait. */
  readonly maxThrottleWaitMs: number
}

/** docs/safety.md (i): read 15 s, write 60 s. 10 MB holds 1,000 records of any size a PSA has shown. */
export const DEFAULT_DOOR_SETTINGS: DoorSettings = {
  readTimeoutMs: 15_000,
  writeTimeoutMs: 60_000,
  maxResponseBytes: 10 * 1024 * 1024,
  fileTimeoutMs: 60_000,
  maxFileBytes: 25 * 1024 * 1024,
  throttleRetries: 2,
  maxThrottleWaitMs: 10_000,
}

/** What the gateway gives to the door, once per process. */
export interface VendorPorts {
  /** Decrypted credentials of a connection. */
  credentials(connection: string): Promise<Readonly<Record<string, string>>>
  readonly permitKey: Uint8Array
  /** True the first time a nonce is seen, false ever after. */
  consumeNonce(nonce: string, expiresAt: number): boolean | Promise<boolean>
  readonly budget: Budget
  readonly references: ReferenceCache
  readonly clocks: VendorClocks
  allowedOrigin(connection: string): OriginFacts
  logRequest(entry: RequestLogEntry): void
  readonly settings?: Partial<DoorSettings>
}

/** Who asks, for the length of one session. */
export interface Caller {
  /** The caller's policy: null when it allows this access, else the error that says why not. */
  judge(access: VendorAccess, connection: string): GatewayError | null
  mayRead(group: string, field: string): boolean
  /** The write request on whose behalf requests are sent, for the log. */
  readonly requestId?: string
  /** Ends waiting and reading when the caller has gone. Writes under way are never cut. */
  readonly signal?: AbortSignal
}
