import { objectOf } from './client.ts'

/**
 * Texts of a 500 that prove a refusal before anything was written: those that API.md 9 records, each by the
 * part that names the fault of the caller. The same status and shape carry true faults too, so a text that is
 * not among them proves nothing, and the outcome is settled by reading.
 */
const REFUSALS: readonly RegExp[] = [
  /picklist value .*does not exist/i,
  /^data violation\b/i,
  /\bcombination is not currently defined\b/i,
  /\binvalid resource and role combination\b/i,
  /\bis required\b/i,
  /\bvalue does not exist for the required field\b/i,
  /\bmust have\b/i,
  /\brequire a\b/i,
  /\bis not an? (active|valid)\b/i,
  /\bunable to find\b/i,
  /\bdoes not have adequate permissions\b/i,
  /\bmust be less than or equal to\b/i,
  /\bexpects type\b/i,
  /\bconversion failed when converting\b/i,
  /\bunexpected character encountered while parsing\b/i,
]

/** Words of a fault of the service itself: whatever else the text says, it may have happened after the write. */
const FAULTS =
  /time-?d?.?out|deadlock|transaction|internal (server )?error|unexpected error|unhandled|object reference|an error (has )?occurred|try again|unavailable/i

/** Every text of the body must be a known refusal. */
export function provesRefusal(body: string): boolean {
  let errors: unknown
  try {
    errors = objectOf(JSON.parse(body)).errors
  } catch {
    return false
  }
  if (!Array.isArray(errors) || errors.length === 0) return false
  return errors.every(
    (text) =>
      typeof text === 'string' && !FAULTS.test(text) && REFUSALS.some((refusal) => refusal.test(text)),
  )
}
