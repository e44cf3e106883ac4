import { queryNames, vendorKnows } from './allowlists.ts'
import type { Route } from './call.ts'

export interface Match {
  handler: Route['handler']
  ids: number[]
  /** Lower-cased query names of this endpoint. */
  queryNames: ReadonlySet<string>
}
interface Compiled extends Pick<Route, 'method' | 'handler'> {
  segments: string[]
  queryNames: ReadonlySet<string>
}

const split = (path: string) => path.toLowerCase().split('/').filter(Boolean)

/** Continuations are not in the vendor's description; a page's answer names their parameters. */
const namesOf = (key: string): string[] =>
  key.endsWith('/query/next') ? ['search', 'paging'] : queryNames(key)

/** An id is digits, so a literal segment such as `query` can never be taken for one. */
export function createRouter(routes: readonly Route[]) {
  const byLength = new Map<number, Compiled[]>()
  for (const { method, template, handler } of routes) {
    const segments = split(template)
    const key = `${method} /${segments.join('/').replaceAll('{id}', '{*}')}`
    const names = new Set(namesOf(key).map((name) => name.toLowerCase()))
    const list = byLength.get(segments.length) ?? []
    list.push({ method, segments, handler, queryNames: names })
    byLength.set(segments.length, list)
  }
  return (method: string, path: readonly string[]): Match | 'no path' | 'no method' => {
    const fitting = (byLength.get(path.length) ?? []).filter((route) =>
      route.segments.every((wanted, index) =>
        wanted === '{id}' ? /^\d{1,15}$/.test(path[index]!) : wanted === path[index]!.toLowerCase(),
      ),
    )
    const route = fitting.find((candidate) => candidate.method === method)
    if (!route) return fitting.length > 0 ? 'no method' : 'no path'
    const ids = path.filter((_, index) => route.segments[index] === '{id}').map(Number)
    return { handler: route.handler, ids, queryNames: route.queryNames }
  }
}

/** Set when the vendor has the endpoint, or may have it, and only the simulator does not. */
export function unplayed(method: string, path: readonly string[]): string | undefined {
  const key = `${method} /${path.map((part) => (/^\d+$/.test(part) ? '{*}' : part.toLowerCase())).join('/')}`
  return vendorKnows(key) ? `the simulator does not play ${key}` : undefined
}
