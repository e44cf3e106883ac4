import type { Json, Rec } from '../shared/json.ts'
import { failure, unreadable } from './errors.ts'

const MAX_BODY = 10_485_760

/** `<request><entry><state>2</state></entry></request>`: the platform takes XML wherever it takes JSON. */
function parseXml(text: string): Rec {
  const inner = /<entry>([\s\S]*?)<\/entry>/.exec(text)?.[1] ?? ''
  const record: Rec = {}
  for (const [, name = '', value = ''] of inner.matchAll(/<(\w+)>([\s\S]*?)<\/\1>/g)) {
    record[name] = value
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&apos;', "'")
      .replaceAll('&amp;', '&')
  }
  return record
}

export function readBody(contentType: string | undefined, raw: Buffer): Json | undefined {
  if (raw.length > MAX_BODY) {
    throw unreadable(
      `Rejected large REST payload with content-length = ${raw.length} bytes. Max allowed: ${MAX_BODY} bytes.`,
    )
  }
  if (raw.length === 0) return undefined
  if (!contentType) throw failure(400, 'Content-Type header is required')
  if (/\bxml\b/i.test(contentType)) return parseXml(raw.toString('utf8'))
  if (!/\bjson\b/i.test(contentType)) throw failure(415, 'Unsupported Media Type', contentType)
  try {
    return JSON.parse(raw.toString('utf8')) as Json
  } catch (error) {
    throw unreadable((error as Error).message)
  }
}
