import { isRec, type Rec } from '../shared/json.ts'
import { type Call, created, noContent, ok, param, type Route } from './call.ts'
import { badRequest, notFound } from './errors.ts'

/**
 * What an add-on of one tenant brings along: an endpoint that no document of the vendor has, for entries that an
 * administrator makes.
 */
const MEMBERS = new Set(['name', 'shelf', 'note'])

function one(call: Call): Rec {
  const found = call.state.addOn.get(param(call))
  if (found === undefined) throw notFound('Thing', param(call))
  return found
}

function checked(name: string): string {
  if (!MEMBERS.has(name)) throw badRequest(`A thing has no "${name}".`)
  return name
}

function patch(call: Call) {
  const thing = one(call)
  if (!Array.isArray(call.body)) throw badRequest('A JSON array of patch operations is required.')
  const operations = call.body.map((one) => {
    if (!isRec(one) || one.op !== 'replace' || typeof one.path !== 'string')
      throw badRequest('Only "replace" is supported.')
    return [checked(one.path.replace(/^\//, '')), one.value ?? null] as const
  })
  Object.assign(thing, Object.fromEntries(operations))
  return ok(thing)
}

function post(call: Call) {
  if (!isRec(call.body)) throw badRequest('A thing is required.')
  for (const name of Object.keys(call.body)) checked(name)
  const thing = { id: Math.max(...call.state.addOn.keys()) + 1, ...call.body }
  call.state.addOn.set(thing.id, thing)
  return created(thing)
}

export const addOnRoutes: Route[] = [
  { method: 'GET', template: 'acme/things', handler: (call) => ok([...call.state.addOn.values()]) },
  { method: 'POST', template: 'acme/things', handler: post },
  { method: 'GET', template: 'acme/things/{id}', handler: (call) => ok(one(call)) },
  { method: 'PATCH', template: 'acme/things/{id}', handler: patch },
  {
    method: 'DELETE',
    template: 'acme/things/{id}',
    handler(call) {
      call.state.addOn.delete(Number(one(call).id))
      return noContent
    },
  },
]
