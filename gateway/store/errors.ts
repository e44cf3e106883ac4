import pg from 'pg'
import { GatewayError } from '../../schema/errors.ts'

/**
 * SQLSTATE classes in which the store can't answer now: connection, resources (disk full, too many clients),
 * operator intervention, I/O; a read-only standby; and deadlocks, whose loser changed nothing.
 */
const UNAVAILABLE = /^(08|53|57P|58)|^(25006|40001|40P01|55P03|57014)$/

/** Errors of sockets and of the pool, which have no SQLSTATE. */
const SOCKET = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
])
const DRIVER =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client (was closed|has encountered)|driver has already been destroyed|Cannot use a pool after calling end)/

export function isStoreUnavailable(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isStoreUnavailable)
  if (!(error instanceof Error)) return false
  const { code } = error as { code?: unknown }
  if (
    typeof code === 'string' &&
    (SOCKET.has(code) || (error instanceof pg.DatabaseError && UNAVAILABLE.test(code)))
  ) {
    return true
  }
  return DRIVER.test(error.message)
}

/** Name of the constraint that a statement ran into, or undefined for any other error. */
export function violatedConstraint(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError && error.code?.startsWith('23') ? error.constraint : undefined
}

/** @throws GatewayError STORE_UNAVAILABLE when the store could not answer; every other error as it came. */
export async function storeErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isStoreUnavailable(error)) throw error
    throw storeUnavailable(error as Error)
  }
}

export function storeUnavailable(originalError: Error): GatewayError {
  return new GatewayError(
    'STORE_UNAVAILABLE',
    'The store can not be reached, so nothing more is sent. Read the request again before you repeat a write.',
    {},
    { originalError },
  )
}
