import type { VendorLimit, VendorLimits, VendorSource } from '../../schema/source.ts'
import type { VendorBudgetChange } from '../store/tables.ts'

/** The vendor's limits with an administrator's numbers in the place of its own: docs/safety.md (i). */
export function budgetOf(limits: VendorLimits, change: VendorBudgetChange | null): VendorLimits {
  if (change === null) return limits
  const { concurrency, requests } = limits
  return {
    ...limits,
    concurrency: withMost(concurrency, change.concurrency),
    ...(requests !== undefined && { requests: withMost(requests, change.requests) }),
  }
}

function withMost<Limit extends VendorLimit>(limit: Limit, most: number | undefined): Limit {
  return most === undefined
    ? limit
    : { ...limit, most, why: `An administrator set ${most}; by default it is ${limit.most}. ${limit.why}` }
}

/** A source as one connection is to use it. */
export function withBudget(source: VendorSource, change: VendorBudgetChange | null): VendorSource {
  return change === null
    ? source
    : Object.assign(Object.create(source) as VendorSource, { limits: budgetOf(source.limits, change) })
}
