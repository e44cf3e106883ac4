import type { Passthrough } from '../../../schema/passthrough.ts'
import { catalogueOf } from '../../catalogue/index.ts'
import { hasId, type Members } from '../body-fields.ts'
import { ACCEPT, apiPath, vendorMessage } from '../client.ts'
import { complete } from './complete.ts'
import { writtenBy } from './elements.ts'
import { narrow } from './narrow.ts'
import { read } from './reading.ts'
import { records } from './records.ts'
import { bodyPath } from './shapes.ts'
import { memberOf, memberValue, scopeOf, versionOf } from './values.ts'

const JSON_BODY = { 'content-type': 'application/json; charset=utf-8' }

/** Every endpoint of HaloPSA, through the same gate as the typed schema. */
export const passthrough: Passthrough = {
  get catalogue() {
    return catalogueOf('halo')
  },
  records,
  read,
  complete,
  headers: (_session, hasBody) => ({ ...ACCEPT, ...(hasBody && JSON_BODY) }),
  async request(session, { endpoint: { method }, path, query, body }, access) {
    return {
      method,
      path: apiPath(path),
      query,
      headers: passthrough.headers(session, body !== undefined),
      body: body === undefined ? null : JSON.stringify(body),
      access,
    }
  },
  refusal: (response) => vendorMessage(response),
  cut({ query }, { body }) {
    const answer: unknown = JSON.parse(body === '' ? 'null' : body)
    const total = memberOf(answer, 'record_count')
    if (typeof total !== 'number' || Array.isArray(answer)) return undefined
    const rows = Object.values(answer as object).find((value) => Array.isArray(value)) as readonly unknown[]
    const page = Number(query.find(([name]) => name.toLowerCase() === 'page_no')?.[1] ?? 1)
    const size = Number(query.find(([name]) => name.toLowerCase() === 'page_size')?.[1] ?? rows?.length ?? 0)
    // A page may be shorter than what was asked for, and nothing but the total says so (API.md 3).
    const before = (page - 1) * Math.min(size, MAX_PAGE)
    return rows !== undefined && before + rows.length < total
      ? `HaloPSA has ${total} records in all: ask for the next page.`
      : undefined
  },
  narrow,
  recordOf: (answer) => {
    const one: unknown = Array.isArray(answer) && answer.length === 1 ? answer[0] : answer
    return typeof one === 'object' && !Array.isArray(one) ? (one ?? undefined) : undefined
  },
  memberValue,
  versionOf,
  scopeOf,
  addressOf(request) {
    const { endpoint, path, query } = request
    if (endpoint.method === 'DELETE') {
      const ticket = query.find(([name]) => name.toLowerCase() === 'ticket_id')?.[1]
      return ticket === undefined ? path : `${path}?ticket_id=${ticket}`
    }
    const { members } = writtenBy(request)
    if (!hasId(members)) return undefined
    return addressAt(endpoint.template, String(members.get('id')), members)
  },
  pathOfCreated({ endpoint: { template } }, key) {
    const [first = '', number] = key.split('.')
    return number === undefined ? `${bodyPath(template)}/${first}` : `/Actions/${number}?ticket_id=${first}`
  },
}

/** A live tenant capped every page at this (API.md 3). */
const MAX_PAGE = 100

/** With its details: texts and custom fields stand nowhere else. */
function addressAt(template: string, id: string, members: Members): string {
  const path = `${/^\/tickets/i.test(template) ? '/Tickets' : template}/${id}`
  if (/^\/actions$/i.test(template))
    return `${path}?ticket_id=${members.get('ticket_id')}&includedetails=true`
  const found = catalogueOf('halo').find('GET', path)
  return found?.endpoint.query.includes('includedetails') === true ? `${path}?includedetails=true` : path
}
