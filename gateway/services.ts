import type { Vendor, VendorSource } from '../schema/source.ts'
import type { VendorPorts } from '../subgraphs/http/ports.ts'
import type { AuditBuffer } from './audit/buffer.ts'
import type { EventFeed } from './events/feed.ts'
import type { Pace } from './limits/pace.ts'
import type { RefuseAtLimit } from './limits/reached.ts'
import type { StreamPlaces } from './limits/streams.ts'
import type { Keys } from './secrets/keys.ts'
import type { Settings } from './settings.ts'
import type { Store } from './store/index.ts'
import type { ConnectionRow } from './store/tables.ts'
import type { Supergraph } from './supergraph/runtime.ts'
import type { CrashPoint } from './writes/crash-points.ts'

export type Log = (
  level: 'info' | 'warn' | 'error',
  message: string,
  facts?: Readonly<Record<string, unknown>>,
) => void

export type CrashHook = (at: CrashPoint, requestId: string) => Promise<void>

/** What one gateway process is made of; holds no state that another process would miss. */
export interface Services {
  /** Names this process in the audit trail. */
  readonly instance: string
  readonly store: Store
  readonly sources: ReadonlyMap<Vendor, VendorSource>
  readonly ports: VendorPorts
  readonly keys: Keys
  readonly settings: Settings
  readonly feed: EventFeed
  readonly executor: Executor
  readonly auditBuffer: AuditBuffer
  readonly refuseAtLimit: RefuseAtLimit
  readonly pace: Pace
  readonly streamPlaces: StreamPlaces
  /** Reads an operation as the doors do, for whoever wants it explained. */
  readonly supergraph: Pick<Supergraph, 'parse' | 'prepare' | 'apiSchema' | 'access'>
  readonly log: Log
  /** Absent in production: what a test does to this process when a write comes by such a point. */
  readonly crashPoint?: CrashHook
  /** Origins of the simulators that this very process started: the only plain-http and private ones. */
  readonly sandboxOrigins: ReadonlySet<string>
  /** Tells the door where a connection lives before a session of it is opened. */
  pin(row: ConnectionRow): void
}

export interface Executor {
  /** Looks for approved requests now instead of at the next poll. */
  wake(): void
  /** Runs this one if nobody else has it, and resolves when it has settled or the time is over. */
  settle(requestId: string, withinMs: number): Promise<void>
  close(): Promise<void>
}
