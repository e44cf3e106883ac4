import { readDispatcher } from './agents.ts'
import { exchange } from './exchange.ts'

const TIMEOUT_MS = 10_000
const MOST_BYTES = 1024 * 1024

/** What libraries need of `fetch`. */
export type OperatorFetch = (
  url: string,
  init: { readonly method?: string; readonly headers?: HeadersInit; readonly body?: unknown },
) => Promise<Response>

/**
 * For an address that the operator set (an identity provider), under the rules of a PSA: addresses checked when the
 * socket opens, TLS verified, no redirect, an answer of bounded size. `allowPrivate` lets it live inside one's own
 * network, and answer plain http on this very machine.
 */
export function operatorFetch(allowPrivate: boolean): OperatorFetch {
  return async (address, { method = 'GET', headers, body }) => {
    const url = new URL(address)
    const {
      status,
      headers: answered,
      body: text,
    } = await exchange(
      readDispatcher({ origin: url.origin, allowPrivate }),
      {
        method,
        url,
        headers: { 'user-agent': 'countersign', ...Object.fromEntries(new Headers(headers)) },
        body: body == null ? null : String(body),
      },
      { timeoutMs: TIMEOUT_MS, maxBytes: MOST_BYTES },
    )
    return new Response(text === '' ? null : text, { status, headers: answered })
  }
}
