import { describe, expect, it } from 'vitest'
import type { Vendor } from '../../schema/source.ts'
import type { JournalEntry } from '../../simulators/shared/journal.ts'
import { EXCEPTIONS, undescribed } from './described.ts'

const CW = '/v2026_4/apis/3.0'
const AT = '/ATServicesRest/V1.0'

/** One request as a journal holds it. */
function asked(method: string, target: string, body?: unknown): JournalEntry {
  const { pathname, searchParams } = new URL(target, 'http://vendor')
  return {
    time: '',
    method,
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers: [],
    body: body as JournalEntry['body'],
    status: 200,
  }
}

describe('requests that stand in the documents', () => {
  it.each<[Vendor, string, string, unknown?]>([
    ['connectwise', 'GET', '/login/companyinfo/anchorpoint'],
    ['connectwise', 'GET', `${CW}/system/myAccount?fields=identifier`],
    ['connectwise', 'GET', `${CW}/service/tickets?conditions=id=1&pageSize=5`],
    ['connectwise', 'POST', `${CW}/service/tickets/5/notes`, { text: 'x', member: { identifier: 'jdoe' } }],
    ['connectwise', 'PATCH', `${CW}/service/tickets/5`, [{ op: 'replace', path: '/board/id', value: 1 }]],
    ['autotask', 'POST', `${AT}/Tickets/query`, { filter: [{ op: 'eq', field: 'id', value: 1 }] }],
    ['autotask', 'PATCH', `${AT}/Tickets`, { id: 1, title: 'x' }],
    ['autotask', 'POST', `${AT}/Tickets/5/Notes`, { title: 'x', noteType: 1 }],
    ['halo', 'GET', '/api/Tickets?count=5'],
    ['halo', 'POST', '/api/Actions', [{ ticket_id: 1, note: 'x' }]],
    ['servicenow', 'GET', '/api/now/table/incident?sysparm_fields=number,caller_id.company.name'],
    ['servicenow', 'PATCH', `/api/now/table/incident/${'0'.repeat(32)}`, { u_asset_tag: 'x', state: '2' }],
  ])('%s: %s %s', (vendor, method, target, body) => {
    expect(undescribed(vendor, [asked(method, target, body)])).toEqual([])
  })
})

describe('planted names that no document has', () => {
  it.each<[Vendor, string, string, unknown, string]>([
    ['connectwise', 'GET', `${CW}/service/tickets?bogus=1`, undefined, '/service/tickets: bogus'],
    ['connectwise', 'GET', `${CW}/service/unheard`, undefined, '/service/unheard: no such endpoint'],
    ['connectwise', 'POST', `${CW}/service/tickets`, { board: { bogus: 1 } }, 'tickets: board.bogus'],
    ['connectwise', 'PATCH', `${CW}/service/tickets/5`, [{ path: '/bogus', value: 1 }], '{*}: bogus'],
    ['connectwise', 'PATCH', `${CW}/service/tickets/5`, [{ path: '/board/bogus' }], '{*}: board.bogus'],
    ['autotask', 'GET', `${AT}/Tickets/5?bogus=1`, undefined, '{*}: bogus'],
    ['autotask', 'PATCH', `${AT}/Tickets`, { bogus: 1 }, 'Tickets: bogus'],
    ['autotask', 'POST', `${AT}/Tickets/query`, { bogus: [] }, 'query: bogus'],
    ['autotask', 'POST', `${AT}/Tickets/query`, { IncludeFields: ['bogus'] }, 'query: bogus'],
    [
      'autotask',
      'POST',
      `${AT}/Tickets/query`,
      { filter: [{ op: 'or', items: [{ op: 'eq', field: 'bogus' }] }] },
      'query: bogus',
    ],
    ['halo', 'GET', '/api/Tickets?bogus=1', undefined, 'Tickets: bogus'],
    ['halo', 'POST', '/api/Tickets', [{ customfields: [{ bogus: 1 }] }], 'Tickets: customfields.bogus'],
    ['servicenow', 'GET', '/api/now/table/incident?bogus=1', undefined, 'incident: bogus'],
    ['servicenow', 'GET', '/api/now/table/incident?sysparm_fields=caller_id.bogus', undefined, 'bogus'],
    ['servicenow', 'GET', '/api/now/table/x_bogus', undefined, 'no such table x_bogus'],
    ['servicenow', 'POST', '/api/now/table/incident', { bogus: '1' }, 'incident: bogus'],
  ])('%s: %s %s', (vendor, method, target, body, told) => {
    expect(undescribed(vendor, [asked(method, target, body)])).toEqual([expect.stringContaining(told)])
  })

  it('every exception gives its reason', () => {
    for (const { why } of EXCEPTIONS) expect(why).toMatch(/\.$/)
  })
})
