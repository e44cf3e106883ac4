import { badInput, GatewayError } from '../../schema/errors.ts'
import type { AccessKind } from '../../schema/groups.ts'
import type { Endpoint, EndpointMethod, ParameterType } from '../../schema/passthrough.ts'
import type { Vendor } from '../../schema/source.ts'
import { overlaps } from '../../subgraphs/catalogue/overlap.ts'
import { expectOwn, type OwnEndpoint, ownTable } from '../../subgraphs/catalogue/own.ts'
import { record } from '../audit/record.ts'
import type { GatewayContext } from '../context.ts'
import { holdsRole } from '../identity/caller.ts'
import { expectFresh } from '../identity/fresh.ts'
import { catalogueOfConnection, ownOf } from '../passthrough/catalogue.ts'
import { lockConnection } from '../store/connections.ts'
import { listOwnEndpoints, removeOwnEndpoints, saveOwnEndpoint } from '../store/own-endpoints.ts'
import type { ConnectionRow } from '../store/tables.ts'
import { expectConnection } from './existing.ts'
import { expectRoleFor } from './scope.ts'

export const OWN_KINDS = ['READ', 'CREATE', 'UPDATE', 'DELETE'] as const satisfies readonly AccessKind[]

export interface EndpointInput {
  readonly connection: string
  readonly method?: EndpointMethod | null
  readonly path?: string | null
  readonly table?: string | null
  readonly group: string
  readonly kind?: AccessKind | null
  readonly fields?: readonly string[] | null
  readonly parameters?: readonly { readonly name: string; readonly type: ParameterType }[] | null
  readonly query?: readonly string[] | null
}

/** Nobody may call it until a policy opens its group; what the catalogue denies stays denied. */
export async function saveEndpoint(
  context: GatewayContext,
  input: EndpointInput,
): Promise<readonly OwnEndpoint[]> {
  const { services } = context
  expectRoleFor(context, 'connectionAdmin', input.connection)
  // Its group may be open already.
  await expectFresh(context)
  const row = await expectConnection(services.store.db, input.connection)
  const wanted = entriesOf(row.vendor, input).map((entry) => expectOwn(row.vendor, entry))
  return services.store.transaction(async (trx) => {
    // Else two that fit one path could be saved at the same moment.
    await lockConnection(trx, row.slug)
    const before = (await listOwnEndpoints(trx, row.slug)).map(ownOf)
    for (const entry of wanted) expectFree(entry, before)
    const saved: OwnEndpoint[] = []
    for (const entry of wanted)
      saved.push(ownOf(await saveOwnEndpoint(trx, row.slug, entry, context.caller.id)))
    await recordChange(trx, context, row, {
      before: before.filter((one) => wanted.some((entry) => same(one, entry))),
      after: saved,
    })
    return saved
  })
}

function entriesOf(vendor: Vendor, input: EndpointInput): readonly OwnEndpoint[] {
  const { method, path, table, group, kind } = input
  const own = { fields: input.fields ?? ('ALL' as const) }
  if (table != null) {
    const given = (['method', 'path', 'kind', 'parameters', 'query'] as const).find(
      (name) => input[name] != null,
    )
    if (given !== undefined)
      throw badInput(`input.${given}`, 'nothing beside a table, whose endpoints are known', input[given])
    return ownTable(vendor, table, group, own)
  }
  if (method == null || path == null || kind == null)
    throw badInput('input', 'method, path and kind together, or a table', Object.keys(input))
  const types = (input.parameters ?? []).map(({ name, type }) => [name, type] as const)
  if (new Set(types.map(([name]) => name)).size !== types.length)
    throw badInput(
      'input.parameters',
      'each name once',
      types.map(([name]) => name),
    )
  const parameters = Object.fromEntries(types)
  return [{ method, template: path, group, kind, parameters, query: input.query ?? [], own }]
}

/** Two own entries for one path would leave it to their order which group a call needs. */
function expectFree(entry: OwnEndpoint, others: readonly OwnEndpoint[]): void {
  const taken = others.find((one) => one.method === entry.method && !same(one, entry) && overlaps(one, entry))
  if (taken === undefined) return
  throw badInput(
    'input.path',
    `a path that no other own entry has, such as ${taken.method} ${taken.template}; remove that one first`,
    entry.template,
  )
}

function same(one: Endpoint, other: Endpoint): boolean {
  return one.method === other.method && one.template === other.template
}

export interface EndpointChoice {
  readonly connection: string
  readonly method?: EndpointMethod | null
  readonly path?: string | null
  readonly table?: string | null
}

/** Policies that name its group stay as they are; the group is left without an endpoint. */
export async function removeEndpoint(
  context: GatewayContext,
  { connection, method, path, table }: EndpointChoice,
): Promise<readonly OwnEndpoint[]> {
  const { services } = context
  expectRoleFor(context, 'connectionAdmin', connection)
  const row = await expectConnection(services.store.db, connection)
  if ((path == null) === (table == null))
    throw badInput('path', 'a path or a table, and not both', path ?? table)
  if (table != null && method != null) throw badInput('method', 'nothing beside a table', method)
  const own = (await listOwnEndpoints(services.store.db, row.slug)).map(ownOf)
  const templates =
    table == null ? [path] : ownTable(row.vendor, table, '', { fields: 'ALL' }).map((one) => one.template)
  const chosen = own.filter(
    (one) => templates.includes(one.template) && (method == null || one.method === method),
  )
  if (chosen.length === 0)
    throw new GatewayError('NOT_FOUND', 'This connection has no such entry of its own.', {
      connection: row.slug,
    })
  return services.store.transaction(async (trx) => {
    const removed = (await removeOwnEndpoints(trx, row.slug, chosen)).map(ownOf)
    await recordChange(trx, context, row, { before: removed, after: [] })
    return removed
  })
}

async function recordChange(
  trx: Parameters<typeof record>[0],
  context: GatewayContext,
  row: ConnectionRow,
  endpoints: { readonly before: readonly OwnEndpoint[]; readonly after: readonly OwnEndpoint[] },
): Promise<void> {
  await record(trx, context.services, {
    type: 'CONNECTION_CHANGED',
    actor: context.caller,
    operation: context.operation,
    connection: row.slug,
    subject: { kind: 'CONNECTION', id: row.slug, name: row.name },
    payload: { endpoints },
  })
}

const DEFAULT_PAGE = 25
const MAX_PAGE = 100
const READERS = ['connectionAdmin', 'policyAdmin', 'auditor'] as const

export interface EndpointPage {
  readonly nodes: readonly Endpoint[]
  readonly totalCount: number
  readonly hasNextPage: boolean
  readonly endCursor: string | null
}

export interface EndpointSearch {
  readonly connection: string
  readonly search?: string | null
  readonly first?: number | null
  readonly after?: string | null
}

/** The catalogue as raw calls meet it, own entries among the vendor's, by path and method. */
export async function endpointsOf(
  context: GatewayContext,
  { connection, search, first, after }: EndpointSearch,
): Promise<EndpointPage> {
  const { caller, services } = context
  if (caller.kind !== 'PERSON' || !READERS.some((role) => holdsRole(caller, role, connection)))
    throw new GatewayError('ROLE_REQUIRED', `This needs one of the roles: ${READERS.join(', ')}.`, {
      roles: READERS,
    })
  const size = first ?? DEFAULT_PAGE
  if (!Number.isInteger(size) || size < 1 || size > MAX_PAGE)
    throw badInput('first', `a whole number from 1 to ${MAX_PAGE}`, size)
  const row = await expectConnection(services.store.db, connection)
  const { endpoints } = await catalogueOfConnection(services.store.db, row)
  const words = (search ?? '').toLowerCase().split(/\s+/)
  const found = endpoints
    .filter((one) => words.every((word) => textOf(one).includes(word)))
    .map((endpoint) => ({ endpoint, place: placeOf(endpoint) }))
    .toSorted((one, other) => (one.place < other.place ? -1 : 1))
  const behind = after == null ? '' : openPlace(context, after)
  const rest = found.filter(({ place }) => place > behind)
  const shown = rest.slice(0, size)
  const last = shown.at(-1)
  return {
    nodes: shown.map(({ endpoint }) => endpoint),
    totalCount: found.length,
    hasNextPage: rest.length > size,
    endCursor: last === undefined ? null : context.sealCursor({ endpoint: last.place }),
  }
}

function textOf({ method, template, group, kind, denied }: Endpoint): string {
  return `${method} ${template} ${group} ${kind} ${denied === undefined ? '' : 'denied'}`.toLowerCase()
}

function placeOf({ method, template }: Endpoint): string {
  return `${template.toLowerCase()} ${method}`
}

function openPlace(context: GatewayContext, after: string): string {
  const { endpoint } = context.openCursor(after) as { endpoint?: unknown }
  if (typeof endpoint !== 'string') throw badInput('after', 'a cursor that a page of endpoints gave', after)
  return endpoint
}
