import type { IncomingHttpHeaders } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Json } from '../shared/json.ts'
import type { Received } from '../shared/server.ts'
import { children, roots } from './allowlists.ts'
import { callerOf, checkCredentials, resourceNamed } from './auth.ts'
import type { Answer, Call, Route } from './call.ts'
import { ApiError, malformed, noMethod, noRoute, strict } from './errors.ts'
import { parseLenient } from './lenient-json.ts'
import type { Limits } from './limits.ts'
import { metadataRoutes } from './metadata.ts'
import { childReadRoutes, readRoutes } from './reads.ts'
import { createRouter, type Match, unplayed } from './router.ts'
import type { ServerOptions } from './server.ts'
import { tenantRoutes } from './tenant.ts'
import { writeRoutes } from './writes.ts'
import { zoneInformation } from './zone.ts'

const entityRoutes: readonly Route[] = [
  ...roots.flatMap((root) => [...readRoutes(root), ...metadataRoutes(root, root)]),
  // What has a parent is written below it; its root name is for reading.
  ...roots
    .filter((root) => !children.some(([, , child]) => child === root))
    .flatMap((root) => writeRoutes(root, root)),
  ...children.flatMap(([parent, segment, root]) => [
    ...childReadRoutes(parent, segment, root),
    ...metadataRoutes(root, `${parent}/{id}/${segment}`),
    ...writeRoutes(root, `${parent}/{id}/${segment}`, parent),
  ]),
]

export function segmentsOf(path: string): string[] {
  try {
    return path.split('/').filter(Boolean).map(decodeURIComponent)
  } catch {
    throw new ApiError(400, '<!DOCTYPE html><html><body><h2>Bad Request - Invalid URL</h2></body></html>')
  }
}

function bodyOf(method: string, headers: IncomingHttpHeaders, raw: Buffer): Json | undefined {
  if (raw.length === 0) return undefined
  if (method === 'GET' || method === 'DELETE') throw strict(`A ${method} has no body.`, `body on a ${method}`)
  if (!/json/i.test(headers['content-type'] ?? ''))
    throw new ApiError(415, {
      Message: "The request entity's media type is not supported for this resource.",
    })
  try {
    return parseLenient(raw.toString('utf8'))
  } catch (error) {
    throw malformed((error as Error).message)
  }
}

function queryOf(match: Match, search: URLSearchParams): Map<string, string> {
  const query = new Map<string, string>()
  for (const [name, value] of search) {
    const key = name.toLowerCase()
    if (!match.queryNames.has(key))
      throw strict(`Unknown query parameter '${name}'.`, `unknown query parameter ${name}`)
    // Of two, one would be checked and the other would run.
    if (query.has(key)) throw strict(`The query parameter '${name}' stands twice.`, `${name} twice`)
    query.set(key, value)
  }
  return query
}

export function createAnswerer(options: ServerOptions, limits: Limits) {
  const { state, credentials } = options
  const route = createRouter([
    ...entityRoutes,
    ...tenantRoutes({ used: limits.used, threshold: options.threshold }),
  ])

  function find(method: string, segments: readonly string[], uri: string): Match {
    const match = route(method, segments)
    const missing = unplayed(method, segments)
    if (match === 'no path') throw noRoute(uri, missing ?? `the simulator has no endpoint ${method} ${uri}`)
    if (match === 'no method') throw missing ? noRoute(uri, missing) : noMethod(method)
    return match
  }

  /** Every step a request passes, in the vendor's order as far as it shows. */
  async function answer(received: Received): Promise<Answer> {
    const { method, path, search, headers, raw, origin } = received
    const segments = segmentsOf(path)
    const [service, version, ...rest] = segments.map((segment) => segment.toLowerCase())
    if (service !== 'atservicesrest') throw noRoute(origin + path)
    if (method === 'GET' && segments.length === 2 && version === 'versioninformation')
      return { status: 200, body: { apiVersions: ['1.0'] } }
    if (version !== 'v1.0' || rest.length === 0) throw noRoute(origin + path)
    if (method === 'GET' && rest.length === 1 && rest[0] === 'zoneinformation') {
      await sleep(received.delayMs)
      return zoneInformation(search, origin, credentials.username, options.zoneUrl)
    }
    checkCredentials(headers, credentials)
    const endpoint = rest[0]!
    await limits.enter(endpoint)
    try {
      await sleep(received.delayMs)
      const match = find(method, segments.slice(2), origin + path)
      const call: Call = {
        state,
        method,
        ids: match.ids,
        query: queryOf(match, search),
        body: bodyOf(method, headers, raw),
        base: `${origin}/ATServicesRest/V1.0`,
        now: options.clock(),
        ...callerOf(state, headers, options.allowImpersonation),
      }
      return match.handler(call)
    } finally {
      limits.leave(endpoint)
    }
  }

  /** Does what a technician would do at the same time, past journal, faults, limits and authentication. */
  function actAs(userName: string, method: string, apiPath: string, body?: Json): Answer {
    const url = new URL(apiPath, 'http://simulator')
    const match = route(method, segmentsOf(url.pathname))
    if (typeof match === 'string') throw new TypeError(`No endpoint ${method} ${apiPath}`)
    return match.handler({
      state,
      method,
      ids: match.ids,
      query: new Map([...url.searchParams].map(([name, value]) => [name.toLowerCase(), value])),
      body,
      base: 'http://simulator/ATServicesRest/V1.0',
      now: options.clock(),
      caller: resourceNamed(state, userName),
      impersonator: undefined,
    })
  }

  return { answer, actAs }
}
