import type { Json } from './json.ts'

/** Thrown anywhere below the server; its body goes out as it stands. */
export class VendorError extends Error {
  readonly status: number
  readonly body: Json | string
  /** Set when the simulator is stricter than the vendor, so that a journal reader can tell. */
  readonly refused: string | undefined

  constructor(status: number, body: Json | string, refused?: string) {
    super(typeof body === 'string' ? body : JSON.stringify(body))
    this.status = status
    this.body = body
    this.refused = refused
  }
}
