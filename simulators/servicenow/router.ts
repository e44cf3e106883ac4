import type { Json } from '../shared/json.ts'
import { attachmentApi } from './attachments.ts'
import { batch, type Inner } from './batch.ts'
import { readBody } from './body.ts'
import { type Answer, type Call, warn } from './call.ts'
import { failure, noResource, VendorError } from './errors.ts'
import { stats } from './stats.ts'
import { checkParameters, tableApi } from './table.ts'

/** Splits and decodes; an encoded slash stays part of its segment. */
function segmentsOf(path: string): string[] {
  try {
    return path.split('/').filter(Boolean).map(decodeURIComponent)
  } catch {
    throw noResource()
  }
}

/** Takes the version out of the path and an overriding verb out of the headers. */
export function normalised(call: Call): { call: Call; segments: string[] } {
  const [api, namespace, ...rest] = segmentsOf(call.path)
  if (api !== 'api' || namespace !== 'now') throw noResource(`the simulator has no endpoint ${call.path}`)
  const version = /^v([12])$/.exec(rest[0] ?? '')?.[1]
  if (version) rest.shift()
  const override = call.method === 'POST' ? call.headers['x-http-method-override'] : undefined
  let method = call.method === 'HEAD' ? 'GET' : call.method
  if (override) {
    method = String(override).toUpperCase()
    warn(call, `X-HTTP-Method-Override makes POST a ${method}`)
  }
  return {
    call: {
      ...call,
      method,
      version: version ? Number(version) : undefined,
      path: `/api/now/${rest.join('/')}`,
    },
    segments: rest,
  }
}

function negotiate(accept: string | string[] | undefined): void {
  const wanted = String(accept ?? '*/*')
  if (/\*\/\*|application\/(\*|json)/i.test(wanted)) return
  const refused = /xml/i.test(wanted) ? 'the simulator answers JSON only' : undefined
  throw failure(406, 'Not Acceptable', wanted, refused)
}

/** Everything behind the login. */
export function dispatch(received: Call): Answer {
  const { call, segments } = normalised(received)
  const [resource = '', ...rest] = segments
  if (resource !== 'attachment') negotiate(call.headers.accept)
  const isUpload = resource === 'attachment'
  const body: Json | undefined =
    call.method === 'GET' || isUpload
      ? undefined
      : readBody(call.headers['content-type'] as string | undefined, call.rawBody)
  const answer = answerOf(call, resource, rest, body)
  if (answer === 'no method') throw failure(405, 'Method Not Allowed', `${call.method} ${call.path}`)
  if (answer === 'no path') throw noResource(`the simulator has no endpoint ${call.path}`)
  return answer
}

function answerOf(
  call: Call,
  resource: string,
  rest: string[],
  body: Json | undefined,
): Answer | 'no method' | 'no path' {
  if (resource === 'table' && (rest.length === 1 || rest.length === 2)) return tableApi(call, rest, body)
  if (resource === 'stats' && rest.length === 1) return stats(call, rest[0] ?? '')
  if (resource === 'attachment' && rest.length <= 2) return attachmentApi(call, rest)
  if (resource === 'batch' && rest.length === 0) {
    if (call.method !== 'POST') return 'no method'
    checkParameters(call, 'POST /api/now/batch')
    return batch(call, body, inner)
  }
  return 'no path'
}

/** One item of a batch: its own verb, headers and query under the login of the whole. */
const inner: Inner = (outer, method, target, headers, rawBody) => {
  const url = new URL(target, outer.origin)
  const call: Call = {
    ...outer,
    method: method.toUpperCase(),
    path: url.pathname,
    search: url.searchParams,
    headers,
    rawBody,
  }
  return attempt(
    () => dispatch(call),
    (refused) => warn(outer, refused),
  )
}

/** A refusal is an answer too. */
export function attempt(act: () => Answer, onRefusal: (refused: string) => void): Answer {
  try {
    return act()
  } catch (error) {
    if (!(error instanceof VendorError)) throw error
    if (error.refused) onRefusal(error.refused)
    return { status: error.status, body: error.body as Json, headers: error.headers }
  }
}
