import type { Rec } from './json.ts'

/** What a test sees of an answer. */
export interface PlainReply {
  status: number
  headers: Headers
  text: string
  /** The parsed body; an empty record where the answer was none. */
  body: Rec
}

export async function readReply(response: Response): Promise<PlainReply> {
  const text = await response.text()
  let parsed: unknown
  try {
    parsed = text === '' ? {} : JSON.parse(text)
  } catch {
    parsed = {}
  }
  return { status: response.status, headers: response.headers, text, body: parsed as Rec }
}
