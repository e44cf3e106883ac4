import { GatewayError } from '../../schema/errors.ts'

/** What a PSA answers to a user without the right; some say 400 with a sentence, others hide that there is anything. */
const REFUSALS: ReadonlySet<number | undefined> = new Set([400, 401, 403, 404])

/** Whether a read is let through. A PSA that does not answer at all says nothing about rights, and is an error. */
export async function isLetThrough(read: Promise<unknown>): Promise<boolean> {
  try {
    // Of a 404 a client may have made nothing at all.
    return (await read) !== undefined
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    const { status } = (error.extensions.vendor ?? {}) as { readonly status?: number }
    if (REFUSALS.has(status)) return false
    throw error
  }
}

/** What a read brings, or undefined where the PSA lets nothing through: for what is told as far as it may be read. */
export async function ifLetThrough<T>(read: Promise<T>): Promise<T | undefined> {
  return (await isLetThrough(read)) ? read : undefined
}
