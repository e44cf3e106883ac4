import { describe, expect, it } from 'vitest'
import type { GatewayError } from '../../schema/errors.ts'
import { catalogueOf } from './index.ts'
import { expectOwn, type OwnEndpoint, ownTable, withOwn } from './own.ts'

function entry(over: Partial<OwnEndpoint> = {}): OwnEndpoint {
  return {
    method: 'GET',
    template: '/api/x_acme/things/{id}',
    group: 'Things',
    kind: 'READ',
    parameters: { id: 'HEX32' },
    query: ['limit'],
    own: { fields: 'ALL' },
    ...over,
  }
}

const at = (template: string, over: Partial<OwnEndpoint> = {}) => entry({ template, parameters: {}, ...over })
const ALL = { fields: 'ALL' } as const

describe('an own entry', () => {
  it('is found beside the catalogue', () => {
    const catalogue = withOwn('servicenow', [expectOwn('servicenow', entry())])
    const id = '0123456789ABCDEF0123456789abcdef'
    expect(catalogue.find('get', `/API/x_acme/Things/${id}`)).toMatchObject({
      path: `/api/x_acme/things/${id.toLowerCase()}`,
      endpoint: { group: 'Things', own: { fields: 'ALL' } },
    })
    expect(catalogue.find('GET', '/api/now/table/incident')?.endpoint.group).toBe('Tickets')
    expect(catalogueOf('servicenow').find('GET', `/api/x_acme/things/${id}`)).toBeUndefined()
  })

  it('for a table has what every table has', () => {
    const rows = ownTable('servicenow', 'u_lease', 'Leases', { fields: ['u_end'] })
    expect(rows.map(({ method, template, kind }) => `${method} ${template} ${kind}`)).toEqual([
      'GET /api/now/table/u_lease READ',
      'POST /api/now/table/u_lease CREATE',
      'DELETE /api/now/table/u_lease/{id} DELETE',
      'GET /api/now/table/u_lease/{id} READ',
      'PATCH /api/now/table/u_lease/{id} UPDATE',
      'PUT /api/now/table/u_lease/{id} UPDATE',
    ])
    for (const row of rows) expect(expectOwn('servicenow', row)).toBe(row)
    expect(() => ownTable('halo', 'u_lease', 'Leases', ALL)).toThrow('halo has no tables')
    expect(() => ownTable('servicenow', 'Lease/../task', 'Leases', ALL)).toThrow('the name of a table')
  })

  it('may be of a version that the catalogue does not know', () => {
    const versioned = at('/api/now/v2/table/incident', { group: 'Tickets' })
    expect(
      withOwn('servicenow', [expectOwn('servicenow', versioned)]).find('GET', versioned.template),
    ).toBeDefined()
  })
})

describe('own entries: ways to open what is closed', () => {
  it.each`
    vendor           | over                                                                                               | expected
    ${'servicenow'}  | ${at('/api/now/batch', { method: 'POST' })}                                                        | ${'many others'}
    ${'servicenow'}  | ${at('/api/now/v1/batch', { method: 'POST' })}                                                     | ${'many others'}
    ${'servicenow'}  | ${at('/api/now/v2/table/sys_user')}                                                                | ${'closed for good'}
    ${'servicenow'}  | ${at('/api/now/table/sys_unheard_of')}                                                             | ${'closed for good'}
    ${'servicenow'}  | ${at('/api/now/table/u_credentials')}                                                              | ${'closed for good'}
    ${'servicenow'}  | ${at('/API/NOW/Table/OAUTH_entity')}                                                               | ${'closed for good'}
    ${'servicenow'}  | ${at('/incident.do')}                                                                              | ${'closed for good'}
    ${'servicenow'}  | ${at('/api/now/table/{any}', { parameters: { any: 'NAME' } })}                                     | ${'reaches nothing that is denied'}
    ${'servicenow'}  | ${at('/api/{any}/table/incident', { parameters: { any: 'NAME' } })}                                | ${'does not have'}
    ${'servicenow'}  | ${at('/{any}', { parameters: { any: 'NAME' } })}                                                   | ${'first part is a plain name'}
    ${'servicenow'}  | ${entry({ query: ['sysparm_tiny'] })}                                                              | ${'replays a stored query'}
    ${'servicenow'}  | ${entry({ parameters: { id: 'TABLE' } })}                                                          | ${'one of INTEGER'}
    ${'connectwise'} | ${at('/service/tickets')}                                                                          | ${'of the group "Tickets"'}
    ${'connectwise'} | ${at('/Company/Configurations/BULK', { method: 'POST' })}                                          | ${'closed for good'}
    ${'connectwise'} | ${at('/company/new/bulk', { method: 'PATCH' })}                                                    | ${'closed for good'}
    ${'connectwise'} | ${at('/new/things', { group: 'Member Security' })}                                                 | ${'a group that is not closed'}
    ${'connectwise'} | ${at('/new/things', { group: 'member security' })}                                                 | ${'a group that is not closed'}
    ${'connectwise'} | ${at('/new/things', { group: 'tickets' })}                                                         | ${'"Tickets", as it is written'}
    ${'connectwise'} | ${at('/new/{x}/convertToProject', { parameters: { x: 'NAME' }, method: 'POST', group: ' ' })}      | ${'a name of 1 to'}
    ${'connectwise'} | ${at('/sales/{x}/{y}/convertToProject', { parameters: { x: 'NAME', y: 'NAME' }, method: 'POST' })} | ${'reaches nothing that is denied'}
    ${'halo'}        | ${at('/Report/extra', { method: 'POST' })}                                                         | ${'closed for good'}
    ${'halo'}        | ${at('/Automation/{x}', { method: 'POST', parameters: { x: 'NAME' } })}                            | ${'closed for good'}
    ${'autotask'}    | ${at('/NewWebhooks', { method: 'POST' })}                                                          | ${'closed for good'}
  `('$vendor refuses $over.method $over.template ($expected)', ({ vendor, over, expected }) => {
    expect(refusal(() => expectOwn(vendor, over))).toContain(expected)
  })

  it.each([
    'api/x',
    '/api/x/',
    '/api//x',
    '/api/../now/batch',
    '/api/x?y=1',
    '/api/%2e%2e/x',
    '/api/{id}x',
    '/api/{id}/{id}',
    '/api/x#y',
    'https://example.com/x',
    '//example.com/x',
    '/api/\\x',
    '/',
    '',
  ])('refuses the template "%s"', (template) => {
    expect(refusal(() => expectOwn('connectwise', at(template, { parameters: { id: 'INTEGER' } })))).toMatch(
      /a path that begins with a slash/,
    )
  })

  it('refuses places without a type, types without a place, and fields that name none', () => {
    const bad = (over: Partial<OwnEndpoint>) => refusal(() => expectOwn('servicenow', entry(over)))
    expect(bad({ parameters: {} })).toContain('a type for id')
    expect(bad({ parameters: { id: 'HEX32', other: 'NAME' } })).toContain('names of the path')
    expect(bad({ own: { fields: [] } })).toContain('at least one field')
    expect(bad({ own: { fields: ['a', 'A'] } })).toContain('each field once')
    expect(bad({ query: ['limit', 'limit'] })).toContain('each name once')
    expect(bad({ method: 'TRACE' as 'GET' })).toContain('one of GET')
  })

  it('stays closed when the place of a template holds it, or when the product has closed it meanwhile', () => {
    const stored = [
      at('/api/now/v9/{any}', { method: 'POST', parameters: { any: 'NAME' } }),
      at('/api/now/{any}/{other}', { parameters: { any: 'NAME', other: 'NAME' } }),
      at('/api/x_acme/keys', { group: 'Member Security' }),
      at('/api/now/table/sys_user_role'),
    ]
    const { find } = withOwn('servicenow', stored)
    expect(find('POST', '/api/now/v9/batch')?.endpoint.denied).toContain('many others')
    expect(find('POST', '/api/now/v9/things')?.endpoint.denied).toBeUndefined()
    expect(find('GET', '/api/now/table/sys_new')?.endpoint.denied).toBeDefined()
    expect(find('GET', '/api/x_acme/keys')?.endpoint.denied).toBeDefined()
    expect(find('GET', '/api/now/table/sys_user_role')?.endpoint).toBe(
      catalogueOf('servicenow').find('GET', '/api/now/table/sys_user_role')?.endpoint,
    )
  })
})

function refusal(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    expect((error as GatewayError).code).toBe('BAD_USER_INPUT')
    return (error as GatewayError).message
  }
  return 'not refused'
}
