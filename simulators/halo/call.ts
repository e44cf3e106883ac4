import type { Answer } from '../shared/answer.ts'
import type { Json, Rec } from '../shared/json.ts'
import type { Query } from './query.ts'
import type { State } from './state.ts'

export type { Answer }

/** One authenticated request, normalised: everything a handler may look at. */
export interface Call {
  state: State
  method: string
  /** What the braces of the template matched, in order. */
  params: string[]
  query: Query
  body: Json | undefined
  now: Date
  /** The agent that the application logs in as. */
  agent: Rec
  /** Name of the application, empty when a technician works in the product itself. */
  application: string
}
export type Handler = (call: Call) => Answer
export interface Route {
  method: string
  /** Path template below /api: `{id}` matches an integer, `{guid}` a GUID. */
  template: string
  /** Query parameters that have an effect here, separated by blanks; the vendor's others are refused. */
  plays?: string
  /** The half of a scope behind `read:` or `edit:`; left out, any token will do. */
  scope?: string
  handler: Handler
}
export const ok = (body: Json): Answer => ({ status: 200, body })
export const param = (call: Call, index = 0): number => Number(call.params[index])
