import { GatewayError } from '../../schema/errors.ts'
import type { Throttle, VendorResponse } from '../../schema/source.ts'

/** The vendor's own words, for `extensions.vendor`: cut, and never headers. */
export interface VendorWords {
  readonly status: number
  readonly message: string
}

/** docs/safety.md (k): vendor messages are cut to 500 characters. */
export function cut(text: string, length = 500): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`
}

/** Seconds or a date, as a wait in milliseconds. */
export function retryAfterMs(headers: Readonly<Record<string, string>>, fallbackMs: number): number {
  const value = headers['retry-after']
  if (value === undefined) return fallbackMs
  if (/^\d{1,6}$/.test(value.trim())) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? fallbackMs : Math.max(0, date - Date.now())
}

/** What a failed read becomes; a 404 that only means "no such record" is the source's to tell apart first. */
export function readFailure(
  connection: string,
  response: VendorResponse,
  vendorMessage: string,
): GatewayError {
  const vendor: VendorWords = { status: response.status, message: cut(vendorMessage) }
  const details = { connection, vendor }
  switch (response.status) {
    case 400:
    case 409:
    case 413:
    case 415:
    case 422:
      return new GatewayError('VENDOR_REJECTED', `The PSA of "${connection}" did not accept a read.`, details)
    case 401:
      return new GatewayError(
        'VENDOR_UNAVAILABLE',
        `The PSA of "${connection}" refused the gateway's credentials.`,
        details,
      )
    case 403:
      return new GatewayError(
        'VENDOR_UNAVAILABLE',
        `The PSA of "${connection}" does not let the gateway's user read this.`,
        details,
      )
    case 404:
      return new GatewayError('NOT_FOUND', 'No such record.', details)
    default:
      return new GatewayError(
        'VENDOR_UNAVAILABLE',
        `The PSA of "${connection}" did not answer a read.`,
        details,
      )
  }
}

/** For vendors whose threshold answer is a 429 and nothing else. */
export function on429(fallbackMs: number): (response: VendorResponse) => Throttle | null {
  return ({ status, headers }) =>
    status === 429 ? { waitMs: retryAfterMs(headers, fallbackMs), pauses: 'CONNECTION' } : null
}

/** The vendor takes no more for now, or as much as it may take waits already; docs/safety.md (l). */
export function backpressure(
  connection: string,
  waitMs: number,
  why: string,
  details: Readonly<Record<string, unknown>> = {},
): GatewayError {
  return new GatewayError('BACKPRESSURE', why, { connection, retryAfterMs: Math.ceil(waitMs), ...details })
}

export function unavailable(
  connection: string,
  why: string,
  details: Readonly<Record<string, unknown>> = {},
): GatewayError {
  return new GatewayError('VENDOR_UNAVAILABLE', `The PSA of "${connection}" ${why}.`, {
    connection,
    ...details,
  })
}

/** A failure without an answer, in our words: error objects of HTTP libraries never travel further. */
export function whyFailed(error: unknown): string {
  const code = codeOf(error)
  if (code === 'COUNTERSIGN_OVERSIZED') return 'sent an answer that is too large'
  if (code === 'COUNTERSIGN_ADDRESS_REFUSED') return 'resolves to an address that is not allowed'
  if (isTimeout(error)) return 'did not answer in time'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'could not be found by name'
  if (code === 'ECONNREFUSED') return 'refused the connection'
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO/.test(code)) return 'has no TLS certificate that can be trusted'
  return 'broke the connection off'
}

export function isReset(error: unknown): boolean {
  return ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(codeOf(error))
}

export function isTimeout(error: unknown): boolean {
  if (error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError')) return true
  return ['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT'].includes(
    codeOf(error),
  )
}

function codeOf(error: unknown): string {
  const code = error instanceof Error ? (error as Error & { code?: unknown }).code : undefined
  return typeof code === 'string' ? code : ''
}
