import type { AccessKind } from './groups.ts'
import type { ClientMail, ScopeFacts } from './plan.ts'
import type { TargetRef, VendorAccess, VendorRequest, VendorSession } from './source.ts'

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

/** What a raw request would do, read from its path, query and body alone. */
export interface RawReading {
  readonly access: VendorAccess
  /** Further groups that the same request reaches. */
  readonly alsoDemands: readonly VendorAccess[]
  /** New values of enumerations by policy field name, as the body has them. */
  readonly values: Readonly<Record<string, readonly string[]>>
  /** The record it writes or reads, where the unified schema knows its type. */
  readonly target: TargetRef | null
  /** Further records that it names. */
  readonly refersTo: readonly TargetRef[]
  /** What the client may be mailed or shown, judged carefully: MAY where a body could. */
  readonly clientMail: ClientMail
  readonly closes: boolean
  readonly reopens: boolean
  readonly billableHours: number
  readonly sideEffects: readonly string[]
}

export interface Removed {
  /** Where it stood in the answer, as `contact.email` or `[].contact.email`. */
  readonly path: string
  readonly group: string
}

/** One vendor's part of the passthrough; what all vendors share is in `gateway/passthrough`. */
export interface Passthrough {
  readonly catalogue: EndpointCatalogue
  /**
   * @throws GatewayError NOT_CATALOGUED for what nothing knows, FORBIDDEN_OPERATION for what nobody may,
   * BAD_USER_INPUT for a shape that can't be read whole
   */
  read(request: RawRequest): RawReading
  /** The request as the door sends it; may ask the PSA where its API lives. */
  request(session: VendorSession, request: RawRequest, access: VendorAccess): Promise<VendorRequest>
  /** Takes out of an answer what belongs to a group that the caller can't read, and says what went. */
  narrow(
    request: RawRequest,
    answer: unknown,
    mayRead: (group: string, field: string) => boolean,
  ): { readonly answer: unknown; readonly removed: readonly Removed[] }
  /** How a record's scope reads from a raw answer: its company and board; null where the answer does not tell. */
  scopeOf(request: RawRequest, record: unknown): ScopeFacts | null
}
