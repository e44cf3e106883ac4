import { errorBody, VendorError } from './errors.ts'
import { sysIdOf } from './ids.ts'

const HOUR = 3_600_000

/** A rule for the Table API; an instance has none until an administrator makes one. */
export function createRateLimit(perHour: number | undefined, clock: () => Date) {
  let hour = -1
  let count = 0
  const rule = sysIdOf('sys_rate_limit_rules', 'table')

  /** Counts a request and gives the headers that tell of the rule. */
  return function counted(path: string): Record<string, string> {
    if (perHour === undefined || !path.startsWith('/api/now/table/')) return {}
    const now = clock().getTime()
    if (Math.floor(now / HOUR) !== hour) {
      hour = Math.floor(now / HOUR)
      count = 0
    }
    count += 1
    const reset = (hour + 1) * HOUR
    const headers = {
      'x-ratelimit-limit': String(perHour),
      'x-ratelimit-reset': String(reset / 1000),
      'x-ratelimit-rule': rule,
    }
    if (count <= perHour) return headers
    const detail = `Rate limit of ${perHour} requests per hour for Table API exceeded`
    throw new VendorError(429, errorBody('Rate limit exceeded', detail), undefined, {
      ...headers,
      'retry-after': String(Math.ceil((reset - now) / 1000)),
    })
  }
}
