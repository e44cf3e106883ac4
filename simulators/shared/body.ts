import type { IncomingMessage } from 'node:http'
import type { Answer } from './answer.ts'
import type { Json } from './json.ts'

const JOURNALLED = 100_000 // characters of what is not JSON

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

export const parseJson = (raw: Buffer): Json | undefined =>
  raw.length === 0 ? undefined : (JSON.parse(raw.toString('utf8')) as Json)

/** As JSON where it is some, otherwise as text. */
export function readable(
  raw: Buffer,
  parse: (raw: Buffer) => Json | undefined = parseJson,
): Json | undefined {
  if (raw.length === 0) return undefined
  try {
    return parse(raw)
  } catch {
    return raw.toString('utf8').slice(0, JOURNALLED)
  }
}

export const serialise = (body: Answer['body']): Buffer =>
  body === undefined ? Buffer.alloc(0) : Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body))
