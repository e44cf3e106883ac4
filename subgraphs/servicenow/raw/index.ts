import type { Passthrough, RawRequest } from '../../../schema/passthrough.ts'
import type { VendorResponse } from '../../../schema/source.ts'
import { catalogueOf } from '../../catalogue/index.ts'
import { jsonObject, vendorMessage } from '../client.ts'
import { complete } from './complete.ts'
import { narrow } from './narrow.ts'
import { readRowsQuery } from './query.ts'
import { read } from './reading.ts'
import { records } from './records.ts'
import { headers, request, writeQuery } from './send.ts'
import { rowsOf } from './shapes.ts'
import { memberValue, recordOf, scopeOf, versionOf } from './values.ts'

/** Every endpoint of ServiceNow, through the same gate as the typed schema. */
export const passthrough: Passthrough = {
  get catalogue() {
    return catalogueOf('servicenow')
  },
  records,
  read,
  complete,
  headers: (_session, hasBody) => headers(hasBody),
  request,
  writeQuery,
  refusal: ({ body }) => vendorMessage(body),
  cut,
  narrow,
  recordOf,
  memberValue,
  versionOf,
  scopeOf,
  pathOfCreated: ({ path }, key) => `${path}/${key.split('.').at(-1)}`,
}

/** A limit counts rows before the platform's own rules hide some: fewer may come although more follow (API.md 4). */
function cut(asked: RawRequest, { body, headers: answered }: VendorResponse): string | undefined {
  const answer = jsonObject(body)
  if (answer?.error !== undefined) return 'ServiceNow broke its answer off: ask for less at a time.'
  const rows = rowsOf(asked)
  if (rows?.shape !== 'LIST') return undefined
  const { limit, offset } = readRowsQuery(asked, rows)
  const total = answered['x-total-count']
  const came = Array.isArray(answer?.result) ? answer.result.length : 0
  const more =
    total !== undefined && /^\d{1,12}$/.test(total) ? offset + limit < Number(total) : came >= limit
  return more
    ? `ServiceNow has further records: ask again with sysparm_offset=${offset + limit} and the same order.`
    : undefined
}
