import type { Passthrough } from '../../../schema/passthrough.ts'
import { catalogueOf } from '../../catalogue/index.ts'
import { acceptHeader, apiPath, vendorMessage } from '../client.ts'
import { codebaseOf } from '../codebase.ts'
import { complete } from './complete.ts'
import { narrow } from './narrow.ts'
import { read } from './reading.ts'
import { records } from './records.ts'
import { memberValue, scopeOf, versionOf } from './values.ts'

const JSON_BODY = { 'content-type': 'application/json; charset=utf-8' }

/** Every endpoint of ConnectWise, through the same gate as the typed schema. */
export const passthrough: Passthrough = {
  get catalogue() {
    return catalogueOf('connectwise')
  },
  records,
  read,
  complete,
  headers: (session, hasBody) => ({ accept: acceptHeader(session), ...(hasBody && JSON_BODY) }),
  async request(session, { endpoint: { method }, path, query, body }, access) {
    return {
      method,
      path: apiPath(await codebaseOf(session), path),
      query,
      headers: passthrough.headers(session, body !== undefined),
      body: body === undefined ? null : JSON.stringify(body),
      access,
    }
  },
  refusal: ({ body }) => vendorMessage(body),
  cut(_request, { headers }) {
    // A list tells no total; the link to the next page is all that says there is one (API.md 4.1).
    return /rel="?next"?/.test(headers.link ?? '')
      ? 'ConnectWise has further records: ask for the next page.'
      : undefined
  },
  narrow,
  recordOf: (answer) =>
    typeof answer === 'object' && !Array.isArray(answer) ? (answer ?? undefined) : undefined,
  memberValue,
  versionOf,
  scopeOf,
  pathOfCreated: ({ path }, key) => `${path}/${key.split('.').at(-1)}`,
}
