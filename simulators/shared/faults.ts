import { isRec, type Json, type Rec } from './json.ts'

const KINDS = ['status', 'delay', 'reset', 'malformed', 'html', 'oversized', 'drip'] as const
export interface Fault {
  match: { method?: string; path?: string }
  /** How many more requests it hits. */
  times: number
  kind: (typeof KINDS)[number]
  status?: number
  headers?: Record<string, string>
  body?: Json
  delayMs?: number
  /**
   * `after` means that the request took effect and only its answer is broken; `later`, that it takes effect
   * `laterMs` after the broken answer, as behind a proxy that gave up waiting.
   */
  when: 'before' | 'after' | 'later'
  laterMs?: number
}

const MEMBERS = ['match', 'times', 'kind', 'status', 'headers', 'body', 'delayMs', 'when', 'laterMs']

const lowerCased = (headers: Rec): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]))

/** Reads a fault, or says in one sentence what is wrong with it. */
export function readFault(sent: Json | undefined): Fault | string {
  if (!isRec(sent)) return 'Expected a JSON object'
  for (const name of Object.keys(sent)) {
    if (!MEMBERS.includes(name)) return `Unknown member "${name}"; known are ${MEMBERS.join(', ')}`
  }
  const { match = {}, times = 1, kind, status, headers, body, delayMs, when = 'before', laterMs } = sent
  if (!isRec(match)) return `Expected match to be an object, got ${JSON.stringify(match)}`
  for (const [name, value] of Object.entries(match)) {
    if (name !== 'method' && name !== 'path') return `Unknown member "match.${name}"; known are method, path`
    if (typeof value !== 'string')
      return `Expected match.${name} to be a string, got ${JSON.stringify(value)}`
  }
  if (typeof match.path === 'string' && match.path.length > 1 && /^\/.*\/$/.test(match.path)) {
    try {
      new RegExp(match.path.slice(1, -1))
    } catch {
      return `match.path is not a valid regular expression: ${match.path}`
    }
  }
  if (typeof times !== 'number' || !Number.isInteger(times) || times < 1)
    return `Expected times to be a whole number from 1, got ${JSON.stringify(times)}`
  const known = KINDS.find((candidate) => candidate === kind)
  if (!known) return `Expected kind to be one of ${KINDS.join(', ')}, got ${JSON.stringify(kind)}`
  if (status !== undefined && (typeof status !== 'number' || status < 200 || status > 599))
    return `Expected status to be from 200 to 599, got ${JSON.stringify(status)}`
  if (known === 'status' && status === undefined) return 'A fault of kind status needs status'
  if (known === 'delay' && delayMs === undefined) return 'A fault of kind delay needs delayMs'
  if (delayMs !== undefined && (typeof delayMs !== 'number' || delayMs < 0))
    return `Expected delayMs to be a number from 0, got ${JSON.stringify(delayMs)}`
  if (when !== 'before' && when !== 'after' && when !== 'later')
    return `Expected when to be before, after or later, got ${JSON.stringify(when)}`
  if (when === 'later' ? typeof laterMs !== 'number' || laterMs < 0 : laterMs !== undefined)
    return `Expected laterMs to be a number from 0 beside when "later", and nowhere else, got ${JSON.stringify(laterMs)}`
  if (when === 'later' && known === 'delay') return 'A delay breaks no answer: "later" goes with another kind'
  if (
    headers !== undefined &&
    (!isRec(headers) || Object.values(headers).some((value) => typeof value !== 'string'))
  ) {
    return 'Expected headers to be an object of strings'
  }
  return {
    match,
    times,
    kind: known,
    status,
    headers: isRec(headers) ? lowerCased(headers) : undefined,
    body,
    delayMs,
    when,
    ...(typeof laterMs === 'number' && { laterMs }),
  }
}

/** `path` is a prefix, or a /regular expression/, of any of the paths that a request goes by. */
function hits(fault: Fault, method: string, paths: readonly string[]): boolean {
  if (fault.match.method && fault.match.method.toUpperCase() !== method) return false
  const wanted = fault.match.path
  if (!wanted) return true
  if (/^\/.*\/$/.test(wanted) && wanted.length > 1)
    return paths.some((text) => new RegExp(wanted.slice(1, -1), 'i').test(text))
  return paths.some((text) => text.toLowerCase().startsWith(wanted.toLowerCase()))
}

export function createFaults() {
  let faults: Fault[] = []
  return {
    list: () => faults,
    add: (fault: Fault) => faults.push(fault),
    clear: () => {
      faults = []
    },
    /** The first that fits, used up by one. */
    take(method: string, ...paths: string[]): Fault | undefined {
      const fault = faults.find((candidate) => hits(candidate, method, paths))
      if (!fault) return undefined
      fault.times -= 1
      if (fault.times === 0) faults = faults.filter((candidate) => candidate !== fault)
      return fault
    },
  }
}
export type Faults = ReturnType<typeof createFaults>

export interface BrokenAnswer {
  status: number
  headers: Record<string, string>
  body: string
}

/**
 * What a broken answer looks like on the wire; `good` is what the vendor would have said, `usual` the body
 * of a status whose fault brings none.
 */
export function brokenAnswer(
  fault: Fault,
  good: string,
  usual: (status: number, retryAfter: string) => Json = () => '',
): BrokenAnswer {
  const json = { 'content-type': 'application/json; charset=utf-8' }
  if (fault.kind === 'html') {
    const body =
      typeof fault.body === 'string'
        ? fault.body
        : '<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>'
    return { status: fault.status ?? 502, headers: { 'content-type': 'text/html', ...fault.headers }, body }
  }
  if (fault.kind === 'malformed') {
    const body =
      typeof fault.body === 'string'
        ? fault.body
        : `${good.slice(0, Math.max(1, Math.floor(good.length / 2)))}`
    return { status: fault.status ?? 200, headers: { ...json, ...fault.headers }, body: body || '{"id":' }
  }
  const status = fault.status ?? 500
  const retryAfter = fault.headers?.['retry-after'] ?? '30'
  const body = fault.body ?? usual(status, retryAfter)
  const headers = { ...json, ...(status === 429 && { 'retry-after': retryAfter }), ...fault.headers }
  return { status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) }
}
