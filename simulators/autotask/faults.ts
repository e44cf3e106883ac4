import { type BrokenAnswer, brokenAnswer, type Fault, type Faults } from '../shared/faults.ts'

const PREFIX = /^\/atservicesrest\/v1\.0/i

/** `path` of a fault is seen with and without this vendor's prefix. */
export const takeFault = (faults: Faults, method: string, path: string): Fault | undefined =>
  faults.take(method, path) ?? (PREFIX.test(path) ? faults.take(method, path.replace(PREFIX, '')) : undefined)

/** An outage has no errors array, a refusal does; Retry-After is there only if the fault says so. */
export function broken(fault: Fault, good: string): BrokenAnswer {
  if (fault.kind !== 'status') return brokenAnswer(fault, good)
  const status = fault.status ?? 500
  const errors = { errors: ['The external request threshold has been exceeded.'] }
  const body = fault.body ?? (status === 429 ? errors : '')
  const headers = { 'content-type': 'application/json; charset=utf-8', ...fault.headers }
  return { status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) }
}
