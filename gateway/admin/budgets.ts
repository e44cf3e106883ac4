import { badInput } from '../../schema/errors.ts'
import type { VendorLimit, VendorLimits } from '../../schema/source.ts'
import { record } from '../audit/record.ts'
import { budgetOf } from '../budget/own.ts'
import type { GatewayContext } from '../context.ts'
import { holdsRole } from '../identity/caller.ts'
import type { Services } from '../services.ts'
import { type BudgetInUse, budgetInUse } from '../store/budgets.ts'
import { listConnections, saveConnection } from '../store/connections.ts'
import type { ConnectionRow, VendorBudgetChange } from '../store/tables.ts'
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
export async function connectionsInUse({ services, caller }: GatewayContext): Promise<ConnectionUse[]> {
  const { db } = services.store
  const reached = (await listConnections(db)).filter(
    ({ slug, enabled }) =>
      enabled && caller.kind === 'PERSON' && LOOK_AFTER.some((role) => holdsRole(caller, role, slug)),
  )
  return Promise.all(
    reached.map(async (connection) => {
      const limits = limitsOf(services, connection).now
      const windowMs = (limits.requests?.seconds ?? 0) * 1000
      return { connection, limits, ...(await budgetInUse(db, connection.slug, windowMs)) }
    }),
  )
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
