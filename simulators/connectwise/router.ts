import { queryNames } from './allowlists.ts'
import type { Handler, Route } from './call.ts'

export interface Match {
  handler: Handler
  params: string[]
  /** Lower-cased query names that the vendor describes for this endpoint. */
  queryNames: ReadonlySet<string>
}
interface Compiled {
  method: string
  segments: string[]
  handler: Handler
  queryNames: ReadonlySet<string>
}

const COMMON = new Set(
  'conditions childconditions customfieldconditions orderby fields page pagesize pageid'.split(' '),
)
const split = (path: string) => path.split('/').filter(Boolean)
const rank = (segment: string) => (segment === '{id}' ? 1 : segment === '{text}' ? 2 : 0)

/** Literal segments win over ids and ids over text, whatever the order of registration. */
export function createRouter(routes: readonly Route[]) {
  const compiled: Compiled[] = routes.map(({ method, template, handler }) => {
    const segments = split(template.toLowerCase())
    const key = `${method} /${segments.join('/').replaceAll(/\{\w+\}/g, '{*}')}`
    return { method, segments, handler, queryNames: queryNames(key) ?? COMMON }
  })
  compiled.sort((a, b) => {
    const ranks = (route: Compiled) => route.segments.map(rank).join('')
    return ranks(a) < ranks(b) ? -1 : ranks(a) > ranks(b) ? 1 : 0
  })

  return (method: string, segments: readonly string[]): Match | 'no path' | 'no method' => {
    const fits = (route: Compiled) =>
      route.segments.length === segments.length &&
      route.segments.every((wanted, index) => {
        const segment = segments[index]!
        if (wanted === '{text}') return true
        return wanted === '{id}' ? /^\d+$/.test(segment) : wanted === segment.toLowerCase()
      })
    const fitting = compiled.filter(fits)
    const route = fitting.find((candidate) => candidate.method === method)
    if (!route) return fitting.length > 0 ? 'no method' : 'no path'
    const params = segments.filter((_, index) => route.segments[index]!.startsWith('{'))
    return { handler: route.handler, params, queryNames: route.queryNames }
  }
}
