import { z } from 'zod'
import type { Checkpoint } from './checkpoint.ts'
import type { ExportedEvent } from './verify.ts'

/** One line of an export or of a sink's file, read back. */
export type TrailLine =
  | { readonly is: 'event'; readonly event: ExportedEvent }
  | { readonly is: 'checkpoint'; readonly checkpoint: Checkpoint }

const hex = z
  .string()
  .regex(/^([0-9a-f]{2})+$/)
  .transform((text) => Buffer.from(text, 'hex'))
const time = z.iso.datetime().transform((text) => new Date(text))

const event = z.strictObject({
  seq: z.number().int(),
  id: z.string(),
  at: time,
  type: z.string(),
  body: z.record(z.string(), z.unknown()),
  payload_hash: hex.nullable(),
  prev_hash: hex,
  hash: hex,
  request_id: z.string().nullable(),
  connection: z.string().nullable(),
  agent_id: z.string().nullable(),
  ticket_id: z.string().nullable(),
  payload: z.unknown().optional(),
})
const checkpoint = z.strictObject({
  seq: z.number().int(),
  hash: hex,
  at: time,
  keyId: z.string(),
  signature: hex,
})
const line = z.union([z.strictObject({ event }), z.strictObject({ checkpoint })])

export function eventLine({ payload, ...row }: ExportedEvent): string {
  const shown = { ...row, ...(payload !== undefined && payload !== null && { payload }) }
  return JSON.stringify({ event: shown }, asHex)
}

export function checkpointLine(of: Checkpoint): string {
  return JSON.stringify({ checkpoint: of }, asHex)
}

/** `toJSON` of a Buffer has run before the replacer sees it, so the holder is asked. */
function asHex(this: Record<string, unknown>, name: string, value: unknown): unknown {
  const held = this[name]
  return Buffer.isBuffer(held) ? held.toString('hex') : value
}

/** @throws SyntaxError naming the line that is none of a trail */
export function readLine(text: string, number: number): TrailLine {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw new SyntaxError(`Line ${number} is no JSON.`)
  }
  const read = line.safeParse(parsed)
  if (!read.success) throw new SyntaxError(`Line ${number} is neither an audit event nor a checkpoint.`)
  return 'event' in read.data
    ? { is: 'event', event: read.data.event as ExportedEvent }
    : { is: 'checkpoint', checkpoint: read.data.checkpoint }
}
