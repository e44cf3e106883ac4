import type { Json } from './json.ts'

export interface Answer {
  status: number
  body?: Json | Buffer
  headers?: Record<string, string>
}

/** A message that the PSA would have sent. */
export interface Mail {
  time: string
  to: string[]
  subject: string
  reason: string
  ticketId?: number
}
