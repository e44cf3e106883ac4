import { readDispatcher } from './agents.ts'
import { exchange } from './exchange.ts'

const TIMEOUT_MS = 10_000
const MOST_BYTES = 64 * 1024

/**
 * Hands one line of JSON to an https address that the operator set. The socket is opened under the same rules as
 * for a PSA: public addresses only, TLS verified, no redirect.
 * @throws Error when it was not taken
 */
export async function postLine(url: URL, line: string): Promise<void> {
  const { status } = await exchange(
    readDispatcher({ origin: url.origin, allowPrivate: false }),
    {
      method: 'POST',
      url,
      headers: { 'user-agent': 'countersign', 'content-type': 'application/x-ndjson' },
      body: `${line}\n`,
    },
    { timeoutMs: TIMEOUT_MS, maxBytes: MOST_BYTES },
  )
  if (status < 200 || status > 299) throw new Error(`It answered ${status}.`)
}
