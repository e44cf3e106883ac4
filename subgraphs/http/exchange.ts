import { pipeline, Transform } from 'node:stream'
import type { Dispatcher } from 'undici'
import type { VendorFile, VendorResponse } from '../../schema/source.ts'

export interface Outgoing {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | null
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
  limits: ExchangeLimits,
): Promise<VendorResponse> {
  const started = performance.now()
  const answer = await begin(dispatcher, outgoing, limits)
  return { ...headOf(answer), body: await textOf(answer, limits.maxBytes), durationMs: since(started) }
}

/**
 * One request whose answer, when it is no refusal, is passed on as it comes; the deadline binds the whole of it.
 * `whenOver` is told once: when the bytes have ended, were cut off or were given up, or when there are none.
 */
export async function exchangeFile(
  dispatcher: Dispatcher,
  outgoing: Outgoing,
  limits: ExchangeLimits,
  whenOver: () => void,
): Promise<VendorFile> {
  const started = performance.now()
  let isPassedOn = false
  try {
    const answer = await begin(dispatcher, outgoing, limits)
    if (answer.statusCode < 200 || answer.statusCode > 299) {
      const body = await textOf(answer, MOST_WORDS)
      return { ...headOf(answer), body, bytes: null, durationMs: since(started) }
    }
    const bytes = atMost(limits.maxBytes)
    isPassedOn = true
    pipeline(answer.body, bytes, whenOver)
    return { ...headOf(answer), body: '', bytes, durationMs: since(started) }
  } finally {
    if (!isPassedOn) whenOver()
  }
}

/** Of a refusal: more than any PSA says. */
const MOST_WORDS = 64 * 1024

function atMost(maxBytes: number): Transform {
  let size = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length
      if (size > maxBytes) done(new OversizedAnswer())
      else done(null, chunk)
    },
  })
}

function begin(
  dispatcher: Dispatcher,
  outgoing: Outgoing,
  { timeoutMs, signal }: ExchangeLimits,
): Promise<Dispatcher.ResponseData> {
  const deadline = AbortSignal.timeout(timeoutMs)
  return dispatcher.request({
    origin: outgoing.url.origin,
    path: outgoing.url.pathname + outgoing.url.search,
    method: outgoing.method as Dispatcher.HttpMethod,
    headers: { ...outgoing.headers, 'accept-encoding': 'identity' },
    body: outgoing.body,
    signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal]),
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  })
}

async function textOf(answer: Dispatcher.ResponseData, maxBytes: number): Promise<string> {
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
  return Buffer.concat(chunks).toString('utf8')
}

function headOf({
  statusCode,
  headers,
}: Dispatcher.ResponseData): Pick<VendorResponse, 'status' | 'headers'> {
  return { status: statusCode, headers: plainHeaders(headers) }
}

function since(started: number): number {
  return Math.round(performance.now() - started)
}

function plainHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const plain: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || name.toLowerCase() === 'set-cookie') continue
    plain[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value
  }
  return plain
}
