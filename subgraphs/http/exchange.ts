import type { Dispatcher } from 'undici'
import type { VendorResponse } from '../../schema/source.ts'

export interface Outgoing {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

export interface ExchangeLimits {
  readonly timeoutMs: number
  readonly maxBytes: number
  readonly signal?: AbortSignal
}

export class OversizedAnswer extends Error {
  readonly code = 'COUNTERSIGN_OVERSIZED'
  constructor() {
    super('The answer is larger than allowed.')
    this.name = 'OversizedAnswer'
  }
}

/** One request, one answer: no retry, no redirect, one deadline for headers and body together. */
export async function exchange(
  dispatcher: Dispatcher,
  outgoing: Outgoing,
  { timeoutMs, maxBytes, signal }: ExchangeLimits,
): Promise<VendorResponse> {
  const started = performance.now()
  const deadline = AbortSignal.timeout(timeoutMs)
  const answer = await dispatcher.request({
    origin: outgoing.url.origin,
    path: outgoing.url.pathname + outgoing.url.search,
    method: outgoing.method as Dispatcher.HttpMethod,
    headers: { ...outgoing.headers, 'accept-encoding': 'identity' },
    body: outgoing.body,
    signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal]),
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  })
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBytes) {
      answer.body.destroy()
      throw new OversizedAnswer()
    }
    chunks.push(chunk)
  }
  return {
    status: answer.statusCode,
    headers: plainHeaders(answer.headers),
    body: Buffer.concat(chunks).toString('utf8'),
    durationMs: Math.round(performance.now() - started),
  }
}

function plainHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const plain: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || name.toLowerCase() === 'set-cookie') continue
    plain[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value
  }
  return plain
}
