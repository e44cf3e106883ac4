import type { Access } from './access.ts'
import type { VendorFields } from './entities/vendor-record.ts'
import type { GatewayError } from './errors.ts'
import type { EndpointCatalogue } from './passthrough.ts'
import type { ReadScope } from './read-scope.ts'
import type { VendorRecord } from './records.ts'
import type { ReadLimits } from './scope.ts'
import type { VendorSession, VendorSource } from './source.ts'

export interface OpenConnection {
  readonly slug: string
  readonly source: VendorSource
  /** Bound to the caller: its transport check judges by the caller's policy. */
  readonly session: VendorSession
  /** What raw calls are looked up in: the vendor's endpoints and the connection's own. Read once, when first asked. */
  readonly endpoints: () => Promise<EndpointCatalogue>
  /** Set where the caller's policy has a record scope: `source` answers nothing outside of it. */
  readonly scope?: ReadLimits
}

/** What the resolvers of the `psa` subgraph, and the shield around every subgraph, need of a request. */
export interface ReadContext {
  /** Connections that the caller may touch, by slug. */
  readonly connections: ReadonlyMap<string, OpenConnection>
  readonly reads: ReadScope
  /**
   * The one `decide`, asked for one declaration. `connection` is null where no record is known yet: then the
   * answer is a refusal only when every connection of the caller refuses.
   */
  judge(access: Access, connection: string | null): GatewayError | null
  /** Fields of a record by the vendor's own names, through the gate of raw reads. @throws GatewayError */
  vendorFields(record: VendorRecord, fields: readonly string[]): Promise<VendorFields>
  /** Adds an error beside an answer that stays: a connection of a list that failed while others answered. */
  report(error: GatewayError, path: readonly (string | number)[]): void
  /** Seals and opens cursors (HMAC with the installation's cursor key). */
  sealCursor(content: unknown): string
  /** @throws GatewayError BAD_USER_INPUT for a cursor that is not ours. */
  openCursor(cursor: string): unknown
}
