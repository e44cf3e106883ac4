import type { Answer } from '../shared/answer.ts'
import type { Json, Rec } from '../shared/json.ts'
import type { State } from './state.ts'

/** One authenticated request, normalised: everything a handler may look at. */
export interface Call {
  state: State
  method: string
  /** Path as it came, below the host. */
  rawPath: string
  /** What the braces of the template matched, in order. */
  params: string[]
  /** Query values by lower-cased name. */
  query: ReadonlyMap<string, string>
  headers: Record<string, string | string[] | undefined>
  body: Json | undefined
  rawBody: Buffer
  /** `http://127.0.0.1:4101/v2026_4/apis/3.0` */
  base: string
  now: Date
  /** The member whose keys were used. */
  caller: Rec
}
export type Handler = (call: Call) => Answer
export interface Route {
  method: string
  /** Path template: `{id}` matches digits, `{text}` anything. */
  template: string
  handler: Handler
}
export const ok = (body: Json): Answer => ({ status: 200, body })
export const created = (body: Json): Answer => ({ status: 201, body })
export const noContent: Answer = { status: 204 }
export const param = (call: Call, index = 0): number => Number(call.params[index])
