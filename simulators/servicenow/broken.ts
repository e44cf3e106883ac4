import type { BrokenAnswer, Fault } from '../shared/faults.ts'
import { errorBody } from './errors.ts'
import { sysIdOf } from './ids.ts'

const ASLEEP =
  '<html><head><title>Instance Hibernating page</title></head><body><p>Your instance is hibernating.</p></body></html>'
const CANCELLED = errorBody(
  'Transaction cancelled: maximum execution time exceeded',
  'Transaction cancelled: maximum execution time exceeded Check logs for error trace.',
)

/** A transaction that was cancelled while its rows were already on the way: 200, rows and an error in one. */
function partial(good: string): string {
  const rows = /^\{"result":\[/.test(good) ? (JSON.parse(good) as { result: unknown[] }).result : []
  return JSON.stringify({ result: rows.slice(0, Math.ceil(rows.length / 2)), ...CANCELLED })
}

/** What a broken answer looks like on the wire; `good` is what the vendor would have said. */
export function brokenAnswer(fault: Fault, good: string, now: Date): BrokenAnswer {
  const json = { 'content-type': 'application/json;charset=UTF-8' }
  const text = typeof fault.body === 'string' ? fault.body : undefined
  if (fault.kind === 'html') {
    return {
      status: fault.status ?? 503,
      headers: { 'content-type': 'text/html', ...fault.headers },
      body: text ?? ASLEEP,
    }
  }
  if (fault.kind === 'malformed') {
    const cut = good.slice(0, Math.max(1, Math.floor(good.length / 2)))
    return {
      status: fault.status ?? 200,
      headers: { ...json, ...fault.headers },
      body: text ?? (cut || '{"result":'),
    }
  }
  const status = fault.status ?? 500
  const retryAfter = fault.headers?.['retry-after'] ?? '30'
  const throttled = {
    'retry-after': retryAfter,
    'x-ratelimit-limit': '100',
    'x-ratelimit-reset': String(Math.ceil(now.getTime() / 1000) + Number(retryAfter)),
    'x-ratelimit-rule': sysIdOf('sys_rate_limit_rules', 'table'),
  }
  const usual =
    status === 429
      ? errorBody('Rate limit exceeded', 'Rate limit of 100 requests per hour for Table API exceeded')
      : status === 401
        ? errorBody('User Not Authenticated', 'Required to provide Auth information')
        : CANCELLED
  const body =
    text ??
    (fault.body !== undefined
      ? JSON.stringify(fault.body)
      : status < 300
        ? partial(good)
        : JSON.stringify(usual))
  return { status, headers: { ...json, ...(status === 429 && throttled), ...fault.headers }, body }
}
