import { decide } from '../policy/decide.ts'
import type { Demand } from '../policy/types.ts'
import type { OpenConnection } from '../schema/context.ts'
import { GatewayError } from '../schema/errors.ts'
import type { EndpointCatalogue } from '../schema/passthrough.ts'
import type { VendorAccess, VendorSession, VendorSource } from '../schema/source.ts'
import { openSession } from '../subgraphs/http/door.ts'
import type { RequestLogEntry } from '../subgraphs/http/ports.ts'
import { withBudget } from './budget/own.ts'
import { counting, type OnRecords } from './counting.ts'
import type { KnownPrincipal } from './identity/principal.ts'
import { catalogueOfConnection } from './passthrough/catalogue.ts'
import { withinScope } from './scope/scoped-source.ts'
import type { Services } from './services.ts'
import type { ConnectionRow } from './store/tables.ts'

export interface SessionOptions {
  /** The write request on whose behalf requests go out. */
  readonly requestId?: string
  readonly onRequest?: (entry: RequestLogEntry) => void
  /** Told of every record that came. */
  readonly onRecords?: OnRecords
  /** Puts something between the reader and the source. */
  readonly readThrough?: (source: VendorSource, connection: string) => VendorSource
  /** Reads that serve a plan: what they lead to is judged with the plan, by company and board. */
  readonly judgedByPlan?: boolean
  /** The one who sends holds a place in the connection's budget already. */
  readonly budgetHeld?: boolean
  /** Ends reading when the operation has used up its time. */
  readonly signal?: AbortSignal
}

/**
 * A read that can't be scoped is refused under a record scope (docs/safety.md (a)): whatever goes straight to a
 * connection's session. What its source answers is kept within the scope (`scope/scoped-source.ts`).
 */
export const UNSCOPED = { unscopable: true } as const

/** Opens every connection of a principal; nothing is sent by opening. The transport's check asks `decide`. */
export function openConnections(
  services: Services,
  known: KnownPrincipal,
  options: SessionOptions = {},
): ReadonlyMap<string, OpenConnection> {
  return new Map(
    [...known.rows.values()].flatMap((row) => {
      const open = openConnection(services, known, row, options)
      return open === undefined ? [] : [[row.slug, open]]
    }),
  )
}

interface Asking {
  readonly services: Services
  readonly known: KnownPrincipal
  readonly countRequest: SessionOptions['onRequest']
}

/**
 * A connection whose reads are judged by the records that they are about, before and not at the door: a session under a
 * record scope sends nothing by itself. @throws GatewayError CONNECTION_FORBIDDEN
 */
export function judgedByRecord({ services, known, countRequest }: Asking, slug: string): OpenConnection {
  const sender = openConnections(services, known, { judgedByPlan: true, onRequest: countRequest }).get(slug)
  if (sender !== undefined) return sender
  throw new GatewayError('CONNECTION_FORBIDDEN', 'This connection is not assigned to you.')
}

function openConnection(
  services: Services,
  known: KnownPrincipal,
  row: ConnectionRow,
  {
    requestId,
    onRequest,
    onRecords,
    readThrough,
    judgedByPlan = false,
    budgetHeld = false,
    signal,
  }: SessionOptions,
): OpenConnection | undefined {
  const registered = services.sources.get(row.vendor)
  if (registered === undefined) return undefined
  const source = withBudget(registered, row.budget)
  services.pin(row)
  const ports = {
    ...services.ports,
    ...(budgetHeld && { budget: { ...services.ports.budget, acquire: async () => () => {} } }),
    logRequest(entry: RequestLogEntry) {
      onRequest?.(entry)
      services.ports.logRequest(entry)
    },
  }
  const address = {
    slug: row.slug,
    vendor: row.vendor,
    baseUrl: row.base_url,
    settings: row.settings,
    mapping: row.mapping,
  }
  const open = (scoping: Partial<typeof UNSCOPED>): VendorSession => {
    const judge = ({ group, kind, fields }: Pick<VendorAccess, 'group' | 'kind' | 'fields'>) =>
      refusalOf(known, { connection: row.slug, group, kind, fields, ...scoping })
    return openSession(ports, source, address, {
      judge,
      mayRead: (group, field) => judge({ group, kind: 'READ', fields: [field] }) === null,
      ...(requestId !== undefined && { requestId }),
      ...(signal !== undefined && { signal }),
    })
  }
  const { slug } = row
  let catalogue: Promise<EndpointCatalogue> | undefined
  const endpoints = () => {
    catalogue ??= catalogueOfConnection(services.store.db, row)
    return catalogue
  }
  const scope = known.principal.connections.get(slug)?.recordScope
  const scoped = scope !== undefined && !judgedByPlan ? withinScope(source, open({}), scope) : { source }
  const read = readThrough?.(scoped.source, slug) ?? scoped.source
  return {
    ...scoped,
    slug,
    endpoints,
    source: onRecords === undefined ? read : counting(read, slug, onRecords),
    session: open('scope' in scoped ? UNSCOPED : {}),
  }
}

/** One demand as an error, or null when it passes. */
export function refusalOf({ principal }: KnownPrincipal, demand: Demand): GatewayError | null {
  const decision = decide(principal, [demand])
  return decision.verdict === 'DENY'
    ? new GatewayError(decision.code, decision.message, decision.details)
    : null
}
