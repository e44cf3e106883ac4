import type { AccessKind } from './groups.ts'
import type { ClientMail, ScopeFacts } from './plan.ts'
import type { EntityType } from './records.ts'
import type { TargetRef, VendorAccess, VendorRequest, VendorResponse, VendorSession } from './source.ts'

export type EndpointMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** What a place in a path template may hold. */
export type ParameterType = 'INTEGER' | 'HEX32' | 'GUID' | 'TABLE' | 'NAME'

/** One row of a vendor's endpoint catalogue, or an administrator's own entry for a connection. */
export interface Endpoint {
  readonly method: EndpointMethod
  /** In the vendor's own letter case, below the address that the connection pins: `/service/tickets/{id}`. */
  readonly template: string
  readonly group: string
  /** By the catalogue; a body can make it something else (Halo's POST creates or updates). */
  readonly kind: AccessKind
  /** One type for each `{name}` of the template. */
  readonly parameters: Readonly<Record<string, ParameterType>>
  /** Query names that may be sent; anything else is refused. */
  readonly query: readonly string[]
  /** Set when nobody may call it, whatever a policy says; in words. */
  readonly denied?: string
  /** Its group depends on what the call names (a table, a parent record): the vendor's reader decides. */
  readonly generic?: boolean
  /** Members of the body or parameters that do more than the endpoint's own group says. */
  readonly sideEffects?: boolean
  /** An administrator's own entry; `fields` are what its bodies may hold. */
  readonly own?: { readonly fields: readonly string[] | 'ALL' }
}

export interface FoundEndpoint {
  readonly endpoint: Endpoint
  /** Validated, by name; a table name is in the catalogue's letter case. */
  readonly parameters: Readonly<Record<string, string>>
  /** Built from the template: the caller's own text is never sent. */
  readonly path: string
}

export interface EndpointCatalogue {
  readonly endpoints: readonly Endpoint[]
  /** The one entry that method and path match, without regard to letter case; undefined when none does. */
  find(method: string, path: string): FoundEndpoint | undefined
}

/** A raw request after the gateway's own checks (docs/safety.md (f)): nothing in it is the caller's text any more but values. */
export interface RawRequest extends FoundEndpoint {
  readonly query: readonly (readonly [name: string, value: string])[]
  /** From a strict parser: no duplicate keys, no unsafe integers, not too deep. Undefined: no body. */
  readonly body: unknown
}

/** One member that a raw write sets. */
export interface RawSetting {
  /** What `memberValue` is asked for. */
  readonly member: string
  /** Its name in a policy. */
  readonly field: string
  /** What `memberValue` would answer once it is written; undefined where the body does not say it in that form. */
  readonly value: unknown
}

/** What a raw request would do, read from its path, query and body alone. */
export interface RawReading {
  readonly access: VendorAccess
  /** Further groups that the same request reaches. */
  readonly alsoDemands: readonly VendorAccess[]
  /** New values of enumerations by policy field name, as the body has them. */
  readonly values: Readonly<Record<string, readonly string[]>>
  /** The record it writes or reads, or the one it creates or lists below, where the unified schema knows its type. */
  readonly target: TargetRef | null
  /** Further records that it names. */
  readonly refersTo: readonly TargetRef[]
  /**
   * Company and board that the record gets, where the body sets them; a member that is there and undefined is set to
   * something that the body does not tell. Null: they stay as they are.
   */
  readonly becomes: ScopeFacts | null
  readonly settings: readonly RawSetting[]
  /** The type of the record that it makes, where the unified schema knows it. */
  readonly creates: EntityType | null
  /** What the client may be mailed or shown, judged carefully: MAY where a body could. */
  readonly clientMail: ClientMail
  readonly closes: boolean
  readonly reopens: boolean
  /** Of the priority that is set; null: none is. */
  readonly priorityRank: number | null
  readonly billableHours: number
  readonly sideEffects: readonly string[]
}

export interface Removed {
  /** Where it stood in the answer, as `contact.email` or `[].contact.email`. */
  readonly path: string
  readonly group: string
}

/** A raw read as an agent would send it. */
export interface RecordsCall {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly query: readonly (readonly [name: string, value: string])[]
  /** JSON text of a search by POST. */
  readonly body: string | null
}

/** One read for several records of one type. */
export interface RecordsRead {
  /** What is not asked for does not come; false: records come whole, whatever is asked for. */
  readonly selects: boolean
  readonly keys: readonly string[]
  /** What is sent to ask for these of their fields; for none: for no more than tells which record is which. */
  asking(fields: readonly string[]): RecordsCall
  /** The records of its answer by their keys, as the answer holds them. */
  recordsOf(answer: unknown): ReadonlyMap<string, Readonly<Record<string, unknown>>>
}

/** How records of the unified schema are read in the vendor's own shape. */
export interface RawRecords {
  /** Types whose records have none of their own at the vendor, with the reason. */
  readonly none: Readonly<Partial<Record<EntityType, string>>>
  /**
   * The vendor's names of what a record has, custom ones of the tenant only where `wanted` has more than the others.
   *
   * @throws GatewayError NOT_SUPPORTED with the reason for one among others that has no record of its own
   */
  fieldsOf(
    session: VendorSession,
    type: EntityType,
    key: string,
    wanted: readonly string[],
  ): Promise<ReadonlySet<string>>
  /** As few reads as bring them all. A key that the vendor can't have is in none of them. */
  reads(session: VendorSession, type: EntityType, keys: readonly string[]): readonly RecordsRead[]
}

/** One vendor's part of the passthrough; what all vendors share is in `gateway/passthrough`. */
export interface Passthrough {
  /** The vendor's part alone: calls are looked up in the connection's `endpoints`, which hold its own entries too. */
  readonly catalogue: EndpointCatalogue
  readonly records: RawRecords
  /**
   * Pure. It is asked for the call, and once more for the bytes that would be sent.
   *
   * @throws GatewayError NOT_CATALOGUED for what nothing knows, FORBIDDEN_OPERATION for what nobody may,
   * BAD_USER_INPUT for a shape that can't be read whole
   */
  read(request: RawRequest): RawReading
  /**
   * What only the PSA can tell of a write: whether a status closes, what an enumeration's id is called, whom mail
   * reaches. `before` is the record as it stands, undefined where there is none to read. Rules of approval ask for
   * these names, so what stays unknown is told as the worst that it could be.
   */
  complete?(
    session: VendorSession,
    request: RawRequest,
    reading: RawReading,
    before: unknown,
  ): Promise<RawReading>
  /** Of a request with a body or without one; never credentials. */
  headers(session: VendorSession, hasBody: boolean): Readonly<Record<string, string>>
  /** What the gateway adds to the query of a write, so that the answer tells whether it was kept. Pure. */
  writeQuery?(request: RawRequest): RawRequest['query']
  /** A read as the door sends it; may ask the PSA where its API lives. */
  request(session: VendorSession, request: RawRequest, access: VendorAccess): Promise<VendorRequest>
  /** Sends a read, where the vendor wants more than the door does: a turn, another try. Its answers are HTTP statuses all the same. */
  send?(session: VendorSession, request: VendorRequest): Promise<VendorResponse>
  /** The vendor's own words in an answer that is no success, undefined when it is not in the vendor's shape. */
  refusal(response: VendorResponse): string | undefined
  /** Which part is missing, when the vendor cut the page. */
  cut(request: RawRequest, response: VendorResponse): string | undefined
  /**
   * Takes out of an answer what belongs to a group that the caller can't read, and says what went. Under a record scope
   * also what a record tells of another one that is not of the same company, or may not be.
   */
  narrow(
    request: RawRequest,
    answer: unknown,
    mayRead: (group: string, field: string) => boolean,
    isScoped?: boolean,
  ): { readonly answer: unknown; readonly removed: readonly Removed[] }
  /** The one record of a by-id read, without the vendor's envelope; undefined when the answer holds none. */
  recordOf(answer: unknown): unknown
  /** A member of a record in a form that two reads can be compared by: a reference is its id. */
  memberValue(record: unknown, member: string): unknown
  /** The record's version marker. */
  versionOf(record: unknown): string | null
  /** Company and board as a record tells them; null where it does not. */
  scopeOf(record: unknown): ScopeFacts | null
  /**
   * Where the record that a write changes is read, for vendors whose bodies name it: a path, with a query as in
   * `/Actions/3?ticket_id=5` where it takes one. Undefined where the request makes one, or nothing can be read.
   * Without this function a PUT, PATCH or DELETE changes the record at its own path.
   */
  addressOf?(request: RawRequest): string | undefined
  /** Where a new record is read, once its key is known; with a query where it takes one. */
  pathOfCreated(request: FoundEndpoint, key: string): string
}
