import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'

const CHUNKS = 100 // megabytes
const DRIP_MS = 100

/** The list that never seems to end, in the vendor's own wrapping. */
export interface Oversized {
  type: string
  open: string
  close: string
}

function* chunks({ open, close }: Oversized): Generator<Buffer> {
  const chunk = Buffer.alloc(1024 * 1024, ' ')
  yield Buffer.from(open)
  for (let n = 0; n < CHUNKS; n++) yield chunk
  yield Buffer.from(close)
}

/** A byte now and then: never silent for long, and never done. */
async function* drops({ open }: Oversized): AsyncGenerator<Buffer> {
  yield Buffer.from(open)
  for (;;) {
    await sleep(DRIP_MS, undefined, { ref: false })
    yield Buffer.from(' ')
  }
}

async function send(response: ServerResponse, { type }: Oversized, parts: Readable): Promise<void> {
  response.writeHead(200, { 'content-type': type })
  // A client that has seen enough hangs up; that is its right.
  await pipeline(parts, response).catch(() => undefined)
}

export const sendOversized = (response: ServerResponse, list: Oversized): Promise<void> =>
  send(response, list, Readable.from(chunks(list)))

export const sendDrip = (response: ServerResponse, list: Oversized): Promise<void> =>
  send(response, list, Readable.from(drops(list)))
