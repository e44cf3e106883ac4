import { queryTypes } from './allowlists.ts'
import type { Route } from './call.ts'

export interface Match {
  route: Route
  params: string[]
  /** What the vendor describes for this endpoint, and what of it is played; lower-cased. */
  queryTypes: ReadonlyMap<string, string>
  played: ReadonlySet<string>
}
interface Compiled extends Omit<Match, 'params'> {
  segments: string[]
}

const patterns: Record<string, RegExp> = {
  '{id}': /^-?\d{1,10}$/,
  '{guid}': /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
}

/** Literal segments win over ids, and case does not matter. */
export function createRouter(routes: readonly Route[]) {
  const compiled: Compiled[] = routes.map((route) => {
    const path = route.template.toLowerCase()
    return {
      route,
      segments: path.split('/'),
      queryTypes: queryTypes(`${route.method} /${path.replaceAll(/\{\w+\}/g, '{*}')}`),
      played: new Set((route.plays ?? '').toLowerCase().split(' ').filter(Boolean)),
    }
  })
  for (const { route, queryTypes: known, played } of compiled) {
    for (const name of played) {
      if (!known.has(name)) throw new Error(`${route.method} ${route.template} has no parameter ${name}`)
    }
  }
  const braces = ({ segments }: Compiled) => segments.filter((segment) => segment.startsWith('{')).length
  compiled.sort((a, b) => braces(a) - braces(b))

  return (method: string, segments: readonly string[]): Match | 'no path' | 'no method' => {
    const fitting = compiled.filter(
      (candidate) =>
        candidate.segments.length === segments.length &&
        candidate.segments.every((wanted, index) => {
          const segment = segments[index]!
          return patterns[wanted]?.test(segment) ?? wanted === segment.toLowerCase()
        }),
    )
    const found = fitting.find(({ route }) => route.method === method)
    if (!found) return fitting.length > 0 ? 'no method' : 'no path'
    const params = segments.filter((_, index) => found.segments[index]!.startsWith('{'))
    return { ...found, params }
  }
}
