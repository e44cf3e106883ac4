import type { Passthrough } from '../../../schema/passthrough.ts'
import { catalogueOf } from '../../catalogue/index.ts'
import { apiPath, readHeaders, sendRead, vendorMessage } from '../client.ts'
import { complete } from './complete.ts'
import { narrow } from './narrow.ts'
import { pageCut } from './page-cut.ts'
import { sentQuery } from './query.ts'
import { read } from './reading.ts'
import { records } from './records.ts'
import { idOf } from './settings.ts'
import { memberValue, recordOf, scopeOf, versionOf } from './values.ts'

/** Every endpoint of Autotask, through the same gate as the typed schema. */
export const passthrough: Passthrough = {
  get catalogue() {
    return catalogueOf('autotask')
  },
  records,
  read,
  complete,
  headers: (_session, hasBody) => readHeaders(hasBody),
  // The tenant's zone is the connection's pinned origin already: see `locate`.
  async request(_session, request, access) {
    const { body, path } = request
    return {
      method: request.endpoint.method,
      path: apiPath(path),
      query: sentQuery(request),
      headers: readHeaders(body !== undefined),
      body: body === undefined ? null : JSON.stringify(body),
      access,
    }
  },
  send: sendRead,
  refusal: ({ body }) => vendorMessage(body),
  cut: pageCut,
  narrow,
  recordOf,
  memberValue,
  versionOf,
  scopeOf,
  // Writes go to the collection with the id in the body (API.md 3).
  addressOf(request) {
    if (request.endpoint.method === 'POST') return undefined
    const id = idOf(request)
    return id === null ? request.path : `${request.path}/${id}`
  },
  pathOfCreated: ({ path }, key) => `${path}/${key.split('.').at(-1)}`,
}
