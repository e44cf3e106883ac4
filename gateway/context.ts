import type { Access, PsaAccess } from '../schema/access.ts'
import type { OpenConnection, ReadContext } from '../schema/context.ts'
import type { VendorFields } from '../schema/entities/vendor-record.ts'
import { GatewayError } from '../schema/errors.ts'
import { ReadScope } from '../schema/read-scope.ts'
import type { VendorRecord } from '../schema/records.ts'
import type { RequestLogEntry } from '../subgraphs/http/ports.ts'
import { Readings } from './audit/readings.ts'
import { openCursor, sealCursor } from './cursor.ts'
import { type Caller, judgeControl } from './identity/caller.ts'
import { type KnownPrincipal, principalOf } from './identity/principal.ts'
import { VendorRecords } from './passthrough/vendor-records.ts'
import type { Services } from './services.ts'
import { openConnections, refusalOf, type SessionOptions } from './vendors.ts'

export interface OperationFacts {
  readonly name: string | null
  /** SHA-256 of the document. */
  readonly documentHash: string
  readonly address: string
}

/** One operation's world: who asks, what they may do now, and what was read for them. */
export class GatewayContext implements ReadContext {
  readonly services: Services
  readonly caller: Caller
  readonly known: KnownPrincipal
  readonly operation: OperationFacts
  readonly connections: ReadonlyMap<string, OpenConnection>
  readonly problems: GatewayError[] = []
  /** Vendor requests sent for this operation, and how long each waited for its turn and its answer. */
  readonly cost = { requests: 0, waitedMs: 0 }
  /** What was read of each PSA, for the audit trail. */
  readonly readings = new Readings()
  /** Refusals that are in the audit trail already (`refusalKey`). */
  readonly refusalsOnRecord = new Set<string>()
  /** Connections on which `decide` allows a declaration: the principal of one operation stays as it was read. */
  readonly #allowed = new Map<PsaAccess, Set<string>>()
  #reads: ReadScope
  #vendorRecords = new VendorRecords(this)

  constructor(
    services: Services,
    caller: Caller,
    known: KnownPrincipal,
    operation: OperationFacts,
    readThrough?: SessionOptions['readThrough'],
  ) {
    this.services = services
    this.caller = caller
    this.known = known
    this.operation = operation
    this.connections = openConnections(services, known, {
      onRequest: this.countRequest,
      onRecords: (connection, records) => this.readings.count(connection, records),
      readThrough,
      signal: AbortSignal.timeout(services.settings.operation * 1000),
    })
    this.#reads = new ReadScope(this.connections)
  }

  static async open(services: Services, caller: Caller, operation: OperationFacts): Promise<GatewayContext> {
    const known = await principalOf(services.store.db, caller, services.sources)
    return new GatewayContext(services, caller, known, operation)
  }

  readonly countRequest = (entry: RequestLogEntry): void => {
    this.cost.requests += 1
    this.cost.waitedMs += entry.waitedMs + entry.durationMs
    this.readings.note(entry)
  }

  get reads(): ReadScope {
    return this.#reads
  }

  /** After a write, what was read before it is yesterday's. */
  endReads(): void {
    this.#reads = new ReadScope(this.connections)
    this.#vendorRecords = new VendorRecords(this)
  }

  vendorFields(record: VendorRecord, fields: readonly string[]): Promise<VendorFields> {
    return this.#vendorRecords.load(record, fields)
  }

  judge(access: Access, connection: string | null): GatewayError | null {
    if (access.of === 'CONTROL') return judgeControl(this.caller, access)
    if (this.caller.kind === 'SETUP')
      return judgeControl(this.caller, { of: 'CONTROL', agents: false, roles: [] })
    if (access.group === 'OPEN') return null
    if (connection !== null) return this.#judgeRead(access, connection)
    let refusal: GatewayError | null = null
    for (const slug of this.connections.keys()) {
      refusal = this.#judgeRead(access, slug)
      if (refusal === null) return null
    }
    return refusal ?? new GatewayError('CONNECTION_FORBIDDEN', 'No connection is assigned to you.')
  }

  /** By the declaration alone: a record scope binds what the connection's source answers. */
  #judgeRead(access: PsaAccess, connection: string): GatewayError | null {
    const allowed = this.#allowed.get(access)
    if (allowed?.has(connection) === true) return null
    const { group, field } = access
    const refusal = refusalOf(this.known, { connection, group, kind: 'READ', fields: [field] })
    if (refusal !== null) return refusal
    if (allowed === undefined) this.#allowed.set(access, new Set([connection]))
    else allowed.add(connection)
    return null
  }

  report(error: GatewayError, path: readonly (string | number)[]): void {
    this.problems.push(new GatewayError(error.code, error.message, { ...error.extensions }, { path }))
  }

  sealCursor(content: unknown): string {
    return sealCursor(this.services.keys.cursor.bytes(), content)
  }

  openCursor(cursor: string): unknown {
    return openCursor(this.services.keys.cursor.bytes(), cursor)
  }
}
