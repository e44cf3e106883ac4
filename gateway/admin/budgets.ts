import { badInput } from '../../schema/errors.ts'
import type { VendorLimit, VendorLimits } from '../../schema/source.ts'
import { record } from '../audit/record.ts'
import { budgetOf } from '../budget/own.ts'
import type { GatewayContext } from '../context.ts'
import { holdsRole } from '../identity/caller.ts'
import type { Services } from '../services.ts'
import { type BudgetInUse, budgetInUse, countByHour, type StretchOfRequests } from '../store/budgets.ts'
import { listConnections, saveConnection } from '../store/connections.ts'
import type { ConnectionRow, VendorBudgetChange } from '../store/tables.ts'
import { lengthOf, type Span } from '../stretches.ts'
import { expectConnection, noConnection } from './existing.ts'
import { expectRoleFor } from './scope.ts'

/** Who is told how a connection fares. */
const LOOK_AFTER = ['connectionAdmin', 'policyAdmin', 'auditor'] as const

export interface ConnectionBudget {
  /** As the vendor's source declares them. */
  readonly byDefault: VendorLimits
  /** As they hold for this connection. */
  readonly now: VendorLimits
  /** Requests of the current stretch of time; null where the PSA counts none by time. */
  readonly used: number | null
}

export interface BudgetChangeInput {
  readonly requests?: number | null
  readonly concurrency?: number | null
}

/** @throws GatewayError NOT_FOUND, ROLE_REQUIRED */
export async function connectionBudget(context: GatewayContext, slug: string): Promise<ConnectionBudget> {
  expectRoleFor(context, 'connectionAdmin', slug)
  const { services } = context
  return budgetIn(services, await expectConnection(services.store.db, slug))
}

export interface ConnectionUse extends BudgetInUse {
  readonly connection: ConnectionRow
  readonly limits: VendorLimits
}

/** Of every enabled connection that the caller administers or audits. */
export async function connectionsInUse(context: GatewayContext): Promise<ConnectionUse[]> {
  const { services } = context
  const { db } = services.store
  return Promise.all(
    (await lookedAfter(context)).map(async (connection) => {
      const limits = limitsOf(services, connection).now
      const windowMs = (limits.requests?.seconds ?? 0) * 1000
      return { connection, limits, ...(await budgetInUse(db, connection.slug, windowMs)) }
    }),
  )
}

async function lookedAfter({ services, caller }: GatewayContext): Promise<readonly ConnectionRow[]> {
  return (await listConnections(services.store.db)).filter(
    ({ slug, enabled }) =>
      enabled && caller.kind === 'PERSON' && LOOK_AFTER.some((role) => holdsRole(caller, role, slug)),
  )
}

const HOUR_MS = 3_600_000

export interface QuotaPoint extends Pick<StretchOfRequests, 'requests' | 'busiestHour'> {
  readonly from: Date
}

export interface QuotaOverTime {
  readonly connection: ConnectionRow
  /** As many as the gateway lets through in an hour. */
  readonly mostInAnHour: number
  readonly points: readonly QuotaPoint[]
}

/**
 * Requests to each PSA that counts them by time, for the connections that the caller looks after: in whole hours, or in
 * as many of them together as it takes to need no more points. @throws GatewayError BAD_USER_INPUT
 */
export async function quotaOverTime(
  context: GatewayContext,
  span: Span,
  points: number,
): Promise<readonly QuotaOverTime[]> {
  lengthOf(span, points)
  const from = new Date(Math.floor(span.from.getTime() / HOUR_MS) * HOUR_MS)
  const wholeHours = Math.ceil((span.to.getTime() - from.getTime()) / HOUR_MS)
  const hours = Math.ceil(wholeHours / points)
  const counting = (await lookedAfter(context)).flatMap((connection) => {
    const { requests } = limitsOf(context.services, connection).now
    return requests === undefined
      ? []
      : [{ connection, mostInAnHour: Math.floor((requests.most * 3_600) / requests.seconds) }]
  })
  const slugs = counting.map(({ connection }) => connection.slug)
  const counted = await countByHour(context.services.store.db, slugs, { from, to: span.to, hours })
  const found = new Map(counted.map((one) => [`${one.connection} ${one.stretch}`, one]))
  return counting.map(({ connection, mostInAnHour }) => ({
    connection,
    mostInAnHour,
    points: Array.from({ length: Math.ceil(wholeHours / hours) }, (_, index) => {
      const { requests = 0, busiestHour = 0 } = found.get(`${connection.slug} ${index}`) ?? {}
      return { from: new Date(from.getTime() + index * hours * HOUR_MS), requests, busiestHour }
    }),
  }))
}

/** Null: as by default. @throws GatewayError BAD_USER_INPUT, NOT_FOUND, ROLE_REQUIRED */
export async function setConnectionBudget(
  context: GatewayContext,
  slug: string,
  { requests, concurrency }: BudgetChangeInput,
): Promise<ConnectionBudget> {
  expectRoleFor(context, 'connectionAdmin', slug)
  const { services } = context
  const { byDefault } = limitsOf(services, await expectConnection(services.store.db, slug))
  const change: VendorBudgetChange = {
    ...(requests != null && { requests: numberWithin('requests', byDefault.requests, requests) }),
    ...(concurrency != null && {
      concurrency: numberWithin('concurrency', byDefault.concurrency, concurrency),
    }),
  }
  const budget = Object.keys(change).length === 0 ? null : change
  const row = await services.store.transaction(async (trx) => {
    const before = await expectConnection(trx, slug)
    const saved = (await saveConnection(trx, slug, { budget })) ?? noConnection(slug)
    await record(trx, services, {
      type: 'CONNECTION_CHANGED',
      actor: context.caller,
      operation: context.operation,
      connection: slug,
      subject: { kind: 'CONNECTION', id: slug, name: saved.name },
      payload: { before: { budget: before.budget }, after: { budget } },
    })
    return saved
  })
  return budgetIn(services, row)
}

function limitsOf({ sources }: Services, { vendor, slug, budget }: ConnectionRow) {
  const byDefault = (sources.get(vendor) ?? noConnection(slug)).limits
  return { byDefault, now: budgetOf(byDefault, budget) }
}

async function budgetIn(services: Services, row: ConnectionRow): Promise<ConnectionBudget> {
  const limits = limitsOf(services, row)
  const { requests } = limits.byDefault
  if (requests === undefined) return { ...limits, used: null }
  const { used } = await budgetInUse(services.store.db, row.slug, requests.seconds * 1000)
  return { ...limits, used }
}

function numberWithin(argument: string, limit: VendorLimit | undefined, given: number): number {
  if (limit === undefined) {
    throw badInput(argument, 'nothing: this PSA counts no requests by time that the gateway knows of', given)
  }
  const upTo = limit.upTo ?? limit.most
  if (!Number.isInteger(given) || given < 1 || given > upTo) {
    throw badInput(argument, `a whole number from 1 to ${upTo}, or null for ${limit.most}`, given)
  }
  return given
}
