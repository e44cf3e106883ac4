import { type RawBuilder, sql } from 'kysely'

/**
 * Every deadline follows the store's clock, since those of the gateways may be minutes apart. This is its time at
 * the very moment; `now()` would be the beginning of the transaction.
 */
export const clock: RawBuilder<Date> = sql<Date>`clock_timestamp()`

/** So many seconds after the store's present, for `expires_at` and its like. */
export function fromNow(seconds: number): RawBuilder<Date> {
  return sql<Date>`clock_timestamp() + make_interval(secs => ${seconds})`
}
