import type { Json } from '../shared/json.ts'
import { tooStrict } from './errors.ts'
import type { Row, State } from './store.ts'

export interface Answer {
  status: number
  body?: Json | Buffer
  headers?: Record<string, string>
}

/** What the caller may do, beside what the rows say. */
export interface Caller {
  user: Row
  /** No ACL holds an administrator back. */
  admin: boolean
}

export interface Call {
  state: State
  method: string
  /** Without its version: `/api/now/table/incident`. */
  path: string
  /** 1 answers an empty list with 404. */
  version: number | undefined
  search: URLSearchParams
  headers: Record<string, string | string[] | undefined>
  rawBody: Buffer
  /** `http://127.0.0.1:4104` */
  origin: string
  now: Date
  caller: Caller
  strict: boolean
  /** `glide.invalid_query.returns_no_rows` */
  invalidQueryReturnsNoRows: boolean
  /** What the platform swallows; it ends in the journal. */
  warnings: string[]
}

/** Something the platform takes without a word, but only because the client is wrong. */
export function complain(call: Call, complaint: string): void {
  if (call.strict) throw tooStrict(complaint)
  call.warnings.push(complaint)
}
/** Something a right client may do as well; it must read the answer back. */
export const warn = (call: Call, text: string): void => void call.warnings.push(text)

export const userName = (call: Call): string => call.caller.user.user_name ?? ''
