import { describe, expect, it } from 'vitest'
import { forbiddenGroups } from '../../policy/forbidden-groups.ts'
import { CLIENT_FACING_NOTES, groupsWithoutRow } from '../../policy/profile-rows.ts'
import type { Endpoint } from '../../schema/passthrough.ts'
import { VENDORS } from '../../schema/source.ts'
import { sources } from '../index.ts'
import { groupsOf } from './groups.ts'
import { catalogueOf } from './index.ts'
import { segmentsOf } from './segments.ts'
import { samplePath } from './testing.ts'
import { treeOf } from './tree.ts'

const SYS_ID = '0123456789abcdef0123456789abcdef'

describe('finding an endpoint', () => {
  it.each`
    vendor           | method      | path                                       | sent                                       | group
    ${'connectwise'} | ${'GET'}    | ${'/service/tickets/12'}                   | ${'/service/tickets/12'}                   | ${'Tickets'}
    ${'connectwise'} | ${'get'}    | ${'/SERVICE/Tickets/12'}                   | ${'/service/tickets/12'}                   | ${'Tickets'}
    ${'connectwise'} | ${'GET'}    | ${'/service/tickets/count'}                | ${'/service/tickets/count'}                | ${'Tickets'}
    ${'connectwise'} | ${'POST'}   | ${'/service/tickets/1/attachchildren'}     | ${'/service/tickets/1/attachChildren'}     | ${'Tickets'}
    ${'connectwise'} | ${'POST'}   | ${'/service/tickets/1/notes'}              | ${'/service/tickets/1/notes'}              | ${'Ticket Notes'}
    ${'autotask'}    | ${'PATCH'}  | ${'/tickets'}                              | ${'/Tickets'}                              | ${'Tickets'}
    ${'autotask'}    | ${'POST'}   | ${'/Tickets/query'}                        | ${'/Tickets/query'}                        | ${'Tickets'}
    ${'halo'}        | ${'POST'}   | ${'/actions'}                              | ${'/Actions'}                              | ${'Ticket Notes'}
    ${'servicenow'}  | ${'GET'}    | ${'/API/now/table/Incident'}               | ${'/api/now/table/incident'}               | ${'Tickets'}
    ${'servicenow'}  | ${'DELETE'} | ${`/api/now/table/cmdb_ci/${SYS_ID}`}      | ${`/api/now/table/cmdb_ci/${SYS_ID}`}      | ${'Configurations'}
    ${'servicenow'}  | ${'GET'}    | ${`/api/now/cmdb/instance/CMDB_CI_Server`} | ${`/api/now/cmdb/instance/cmdb_ci_server`} | ${'Configurations'}
  `('$vendor $method $path', ({ vendor, method, path, sent, group }) => {
    const found = catalogueOf(vendor).find(method, path)
    expect(found?.path).toBe(sent)
    expect(found?.endpoint.group).toBe(group)
  })

  it('gives the validated values by their names', () => {
    expect(catalogueOf('connectwise').find('GET', '/service/tickets/7/notes/9')?.parameters).toEqual({
      parentId: '7',
      id: '9',
    })
    const upper = SYS_ID.toUpperCase()
    expect(catalogueOf('servicenow').find('GET', `/api/now/table/incident/${upper}`)?.parameters).toEqual({
      id: SYS_ID,
    })
  })

  it.each`
    vendor           | method     | path                                     | why
    ${'connectwise'} | ${'GET'}   | ${'/service/tickets/1/unheard-of'}       | ${'no such endpoint'}
    ${'connectwise'} | ${'PATCH'} | ${'/service/tickets/count'}              | ${'a literal is never taken for a value'}
    ${'connectwise'} | ${'GET'}   | ${'/service/tickets/1a'}                 | ${'no whole number'}
    ${'connectwise'} | ${'GET'}   | ${'/service/tickets/01'}                 | ${'a number written otherwise'}
    ${'connectwise'} | ${'GET'}   | ${'/service/tickets/'}                   | ${'an empty segment'}
    ${'connectwise'} | ${'GET'}   | ${'/service//tickets'}                   | ${'an empty segment'}
    ${'connectwise'} | ${'GET'}   | ${'service/tickets'}                     | ${'no slash first'}
    ${'connectwise'} | ${'GET'}   | ${'/service/tickets/%31'}                | ${'encoded'}
    ${'connectwise'} | ${'TRACE'} | ${'/service/tickets'}                    | ${'another method'}
    ${'servicenow'}  | ${'GET'}   | ${'/api/now/table/u_unheard_of'}         | ${'an unknown table'}
    ${'servicenow'}  | ${'GET'}   | ${'/api/now/v2/table/incident'}          | ${'a versioned form'}
    ${'servicenow'}  | ${'POST'}  | ${'/api/now/v1/batch'}                   | ${'a versioned batch'}
    ${'servicenow'}  | ${'GET'}   | ${'/api/x_acme/api/thing'}               | ${'a scripted endpoint'}
    ${'servicenow'}  | ${'GET'}   | ${'/incident.do'}                        | ${'a page of the platform'}
    ${'servicenow'}  | ${'GET'}   | ${'/api/now/cmdb/instance/u_unheard_of'} | ${'an unknown class'}
    ${'servicenow'}  | ${'GET'}   | ${'/api/now/table/incident/1'}           | ${'no sys_id'}
    ${'halo'}        | ${'GET'}   | ${'/tickets/../agent'}                   | ${'dots'}
    ${'autotask'}    | ${'GET'}   | ${'/V1.0/Tickets/1'}                     | ${"what the connection's address holds already"}
  `('$vendor does not find $method $path: $why', ({ vendor, method, path }) => {
    expect(catalogueOf(vendor).find(method, path)).toBeUndefined()
  })

  it('means the more literal template, whatever the methods', () => {
    const endpoint = (method: Endpoint['method'], template: string): Endpoint => ({
      method,
      template,
      group: 'Tickets',
      kind: 'READ',
      parameters: template.includes('{name}') ? { name: 'NAME' } : { id: 'INTEGER' },
      query: [],
    })
    const tree = treeOf(
      [
        endpoint('GET', '/x/{id}'),
        endpoint('GET', '/x/{name}'),
        endpoint('DELETE', '/x/{name}'),
        endpoint('GET', '/x/me'),
      ],
      new Map(),
    )
    const template = (method: string, path: string) => tree.find(method, path)?.endpoint.template
    expect(template('GET', '/x/5')).toBe('/x/{id}')
    expect(template('GET', '/x/abc')).toBe('/x/{name}')
    expect(template('GET', '/x/ME')).toBe('/x/me')
    expect(template('DELETE', '/x/me')).toBeUndefined()
    expect(() => treeOf([endpoint('GET', '/x/{id}'), endpoint('GET', '/X/{id}')], new Map())).toThrow(
      'Two endpoints answer to GET /X/{id}',
    )
  })
})

describe.each(VENDORS)('the catalogue of %s', (vendor) => {
  const { endpoints, find } = catalogueOf(vendor)

  it('finds each of its own endpoints, and no other in its place', () => {
    const lost = endpoints.filter(
      (endpoint) => find(endpoint.method, samplePath(endpoint))?.endpoint !== endpoint,
    )
    expect(lost.map(({ method, template }) => `${method} ${template}`)).toEqual([])
  })

  it('has no two templates of one shape, so that of two that fit a path one is the more literal', () => {
    const shapes = endpoints.map((endpoint) => `${endpoint.method} ${shapeOf(endpoint)}`)
    expect(shapes.filter((shape, index) => shapes.indexOf(shape) !== index)).toEqual([])
  })

  it('types every place of its templates, and names none twice', () => {
    for (const { template, parameters } of endpoints) {
      const names = segmentsOf(template)?.flatMap((segment) => ('name' in segment ? [segment.name] : []))
      expect(Object.keys(parameters).toSorted(), template).toEqual(names?.toSorted())
    }
  })

  it('has groups that every profile places, and Client-Facing Notes besides', () => {
    const groups = sources.get(vendor)?.groups ?? []
    expect(groupsWithoutRow(vendor, groups)).toEqual([])
    expect(groups).toEqual(groupsOf(vendor))
    expect(groups).toContain(CLIENT_FACING_NOTES)
    expect(groups).toEqual(expect.arrayContaining([...new Set(endpoints.map(({ group }) => group))]))
  })

  it('denies what belongs to a group that is closed for good', () => {
    for (const { group, denied } of endpoints) if (forbiddenGroups.has(group)) expect(denied).toBeDefined()
  })
})

/** Where its literals stand, and which types its places have. */
function shapeOf({ template, parameters }: Endpoint): string {
  return template
    .split('/')
    .map((part) => (part.startsWith('{') ? `{${parameters[part.slice(1, -1)]}}` : part.toLowerCase()))
    .join('/')
}

describe('always denied', () => {
  it.each`
    vendor           | method     | path                                   | why
    ${'servicenow'}  | ${'POST'}  | ${'/api/now/batch'}                    | ${'batch'}
    ${'servicenow'}  | ${'POST'}  | ${'/api/now/graphql'}                  | ${'vendor GraphQL'}
    ${'servicenow'}  | ${'POST'}  | ${'/api/now/table/sys_user_has_role'}  | ${'roles'}
    ${'servicenow'}  | ${'POST'}  | ${'/api/now/table/sys_user'}           | ${'users'}
    ${'servicenow'}  | ${'GET'}   | ${'/api/now/table/oauth_credential'}   | ${'credentials'}
    ${'servicenow'}  | ${'GET'}   | ${'/api/now/stats/oauth_credential'}   | ${'credentials, counted'}
    ${'servicenow'}  | ${'POST'}  | ${'/api/now/table/sys_script'}         | ${'scripts'}
    ${'servicenow'}  | ${'GET'}   | ${'/api/now/table/task'}               | ${'every group at once'}
    ${'servicenow'}  | ${'POST'}  | ${'/api/sn_cicd/app_repo/install'}     | ${'installs applications'}
    ${'servicenow'}  | ${'POST'}  | ${`/api/now/ui/impersonate/${SYS_ID}`} | ${'impersonation'}
    ${'servicenow'}  | ${'PATCH'} | ${`/api/now/scim/Users/${SYS_ID}`}     | ${'users'}
    ${'connectwise'} | ${'POST'}  | ${'/company/configurations/bulk'}      | ${'bulk'}
    ${'connectwise'} | ${'POST'}  | ${'/system/bundles'}                   | ${'batch'}
    ${'connectwise'} | ${'POST'}  | ${'/system/callbacks'}                 | ${'webhooks'}
    ${'connectwise'} | ${'POST'}  | ${'/system/members'}                   | ${'users'}
    ${'connectwise'} | ${'POST'}  | ${'/system/members/jdoe/tokens'}       | ${'API keys'}
    ${'connectwise'} | ${'POST'}  | ${'/service/tickets/1/copy'}           | ${'no list of fields'}
    ${'connectwise'} | ${'GET'}   | ${'/company/contacts/1/usages'}        | ${'records of every group'}
    ${'autotask'}    | ${'POST'}  | ${'/TicketWebhooks'}                   | ${'webhooks'}
    ${'autotask'}    | ${'GET'}   | ${'/Authenticate'}                     | ${'a token'}
    ${'autotask'}    | ${'PATCH'} | ${'/Resources'}                        | ${'users'}
    ${'halo'}        | ${'POST'}  | ${'/Report'}                           | ${'SQL'}
    ${'halo'}        | ${'POST'}  | ${'/Webhook'}                          | ${'webhooks'}
    ${'halo'}        | ${'POST'}  | ${'/Agent'}                            | ${'users'}
    ${'halo'}        | ${'POST'}  | ${'/ImpersonationRequest'}             | ${'impersonation'}
    ${'halo'}        | ${'POST'}  | ${'/ImportCSV'}                        | ${'bulk import'}
    ${'halo'}        | ${'GET'}   | ${'/Application'}                      | ${'API keys'}
    ${'halo'}        | ${'GET'}   | ${'/BulkEmail'}                        | ${'bulk mail'}
    ${'halo'}        | ${'POST'}  | ${'/PowerShellScript'}                 | ${'scripts'}
  `('$vendor $method $path: $why', ({ vendor, method, path }) => {
    expect(catalogueOf(vendor).find(method, path)?.endpoint.denied).toEqual(expect.any(String))
  })

  it('a GET that writes is no read', () => {
    const found = catalogueOf('autotask').find('GET', '/TimeOffRequests/5/Approve')
    expect(found?.endpoint.kind).toBe('UPDATE')
  })
})
