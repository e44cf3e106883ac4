import type { Json, Rec } from '../shared/json.ts'
import type { State } from './state.ts'

/** One authenticated request, normalised: everything a handler may look at. */
export interface Call {
  state: State
  method: string
  /** The ids in the path, in order. */
  ids: number[]
  /** Query values by lower-cased name. */
  query: ReadonlyMap<string, string>
  body: Json | undefined
  /** `http://127.0.0.1:4102/ATServicesRest/V1.0` */
  base: string
  now: Date
  /** The resource to whom a write belongs. */
  caller: Rec
  /** The API user, when it writes in another resource's name. */
  impersonator: Rec | undefined
}
export interface Answer {
  status: number
  body?: Json | Buffer
  headers?: Record<string, string>
}
export interface Route {
  method: string
  /** `{id}` matches digits. */
  template: string
  handler: (call: Call) => Answer
}
export const ok = (body: Json): Answer => ({ status: 200, body })
export const callerId = (call: Call): number => Number(call.caller.id)
