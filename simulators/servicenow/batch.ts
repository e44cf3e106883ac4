import { isRec, type Json, type Rec } from '../shared/json.ts'
import type { Answer, Call } from './call.ts'
import { unreadable } from './errors.ts'

/** Answers one request below the address of the instance; nested batches included. */
export type Inner = (
  call: Call,
  method: string,
  target: string,
  headers: Record<string, string>,
  body: Buffer,
) => Answer

const bytesOf = (body: Answer['body']): Buffer =>
  body === undefined ? Buffer.alloc(0) : Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body))

const pairs = (headers: Json | undefined): Record<string, string> =>
  Object.fromEntries(
    (Array.isArray(headers) ? headers.filter(isRec) : []).map((header) => [
      String(header.name).toLowerCase(),
      String(header.value),
    ]),
  )

/** `POST /api/now/batch`: 200 even when every item failed, and no transaction. */
export function batch(call: Call, body: Json | undefined, inner: Inner): Answer {
  const requests = isRec(body) && Array.isArray(body.rest_requests) ? body.rest_requests : undefined
  if (!requests || !isRec(body)) throw unreadable('rest_requests is missing')
  const serviced: Rec[] = []
  const unserviced: Json[] = []
  for (const request of requests) {
    if (!isRec(request) || typeof request.url !== 'string' || !request.url.startsWith('/')) {
      unserviced.push(isRec(request) ? (request.id ?? null) : null)
      continue
    }
    const headers = pairs(request.headers)
    const sent = Buffer.from(typeof request.body === 'string' ? request.body : '', 'base64')
    const answer = inner(call, String(request.method ?? 'GET'), request.url, headers, sent)
    const failed = answer.status >= 400
    serviced.push({
      id: request.id ?? '',
      body: bytesOf(answer.body).toString('base64'),
      status_code: answer.status,
      status_text: failed ? 'Error' : 'OK',
      headers: Object.entries(answer.headers ?? {}).map(([name, value]) => ({ name, value })),
      execution_time: 1,
      error_message: failed ? bytesOf(answer.body).toString('utf8') : '',
      redirect_url: '',
    })
  }
  const told = {
    batch_request_id: body.batch_request_id ?? '',
    serviced_requests: serviced,
    unserviced_requests: unserviced,
  }
  return { status: 200, body: told }
}
