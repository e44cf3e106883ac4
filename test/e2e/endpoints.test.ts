import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalogueOfConnection } from '../../gateway/passthrough/catalogue.ts'
import { createConnection } from '../../gateway/store/connections.ts'
import { codesOf, type Desk, startDesk } from './desk.ts'

let t: Desk
let admin: string
let policyAdmin: string
beforeAll(async () => {
  t = await startDesk({ connections: ['acme-cw', 'beta-cw'] })
  admin = (await t.person({ role: 'connectionAdmin' })).token
  policyAdmin = (await t.person({ role: 'policyAdmin' })).token
  await createConnection(t.store.db, {
    slug: 'snow',
    vendor: 'servicenow',
    name: 'Snow',
    baseUrl: 'https://acme.service-now.com',
  })
})
afterAll(() => t.close())

const ENDPOINT = 'method path group kind query generic sideEffects denied own fields'
const SAVE = `mutation ($input: SaveEndpointInput!) { saveEndpoint(input: $input) { ${ENDPOINT} } }`
const LIST = `query ($connection: String!, $search: String, $first: Int, $after: String) {
  endpoints(connection: $connection, search: $search, first: $first, after: $after) {
    totalCount hasNextPage endCursor nodes { ${ENDPOINT} } } }`
const save = (token: string, input: Readonly<Record<string, unknown>>) => t.ask(token, SAVE, { input })
const THING = {
  connection: 'acme-cw',
  method: 'GET',
  path: '/acme/things/{id}',
  group: 'Things',
  kind: 'READ',
  parameters: [{ name: 'id', type: 'INTEGER' }],
  query: ['fields'],
}

describe('the endpoint catalogue of a connection', () => {
  it('is read page by page, each endpoint once', async () => {
    const seen: string[] = []
    let after: string | null = null
    do {
      const { data, errors }: Awaited<ReturnType<typeof t.ask>> = await t.ask(policyAdmin, LIST, {
        connection: 'acme-cw',
        search: 'tickets ticket notes',
        first: 7,
        after,
      })
      expect(errors).toEqual([])
      const page = data.endpoints
      seen.push(...page.nodes.map((one: { method: string; path: string }) => `${one.method} ${one.path}`))
      after = page.endCursor
      if (!page.hasNextPage) {
        expect(seen).toHaveLength(page.totalCount)
        break
      }
    } while (after !== null)
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen).toContain('POST /service/tickets/{parentId}/notes')
  })

  it('says why nobody may call an endpoint', async () => {
    const { data } = await t.ask(admin, LIST, {
      connection: 'acme-cw',
      search: 'denied /company/configurations/bulk',
    })
    expect(data.endpoints.nodes).toHaveLength(3)
    for (const { denied } of data.endpoints.nodes) expect(denied).toContain('many records at once')
  })

  it.each`
    variables                                  | argument
    ${{ connection: 'acme-cw', first: 101 }}   | ${'first'}
    ${{ connection: 'acme-cw', after: 'a.b' }} | ${'after'}
  `('refuses $variables', async ({ variables, argument }) => {
    const { errors } = await t.ask(admin, LIST, variables)
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument } }])
  })
})

describe("an administrator's own entry", () => {
  it('is disabled until a policy names its group, found, audited, and gone when removed', async () => {
    const saved = await save(admin, THING)
    expect(saved.errors).toEqual([])
    expect(saved.data.saveEndpoint).toEqual([
      {
        method: 'GET',
        path: '/acme/things/{id}',
        group: 'Things',
        kind: 'READ',
        query: ['fields'],
        generic: false,
        sideEffects: false,
        denied: null,
        own: true,
        fields: null,
      },
    ])
    const row = { slug: 'acme-cw', vendor: 'connectwise' } as const
    const catalogue = await catalogueOfConnection(t.store.db, row)
    expect(catalogue.find('GET', '/Acme/Things/5')?.path).toBe('/acme/things/5')
    const elsewhere = await catalogueOfConnection(t.store.db, { ...row, slug: 'beta-cw' })
    expect(elsewhere.find('GET', '/acme/things/5')).toBeUndefined()
    const listed = await t.ask(admin, LIST, { connection: 'acme-cw', search: 'things' })
    expect(listed.data.endpoints.nodes).toMatchObject([{ path: '/acme/things/{id}', own: true }])

    // In no profile, and so disabled; a policy may name it on this connection and on no other.
    const { workflowId } = await t.agent('FULL_AUTOMATION')
    const policyFor = (connection: string) =>
      t.ask(
        policyAdmin,
        'mutation ($w: ID!, $c: String!, $p: JSON!) { saveWorkflowPolicy(workflow: $w, connection: $c, policy: $p) { policy } }',
        { w: workflowId, c: connection, p: { groups: { Things: { level: 'READ_ONLY' } } } },
      )
    expect((await policyFor('acme-cw')).errors).toEqual([])
    expect(codesOf(await policyFor('beta-cw'))).toEqual(['BAD_USER_INPUT'])

    const removed = await t.ask(
      admin,
      'mutation { removeEndpoint(connection: "acme-cw", path: "/acme/things/{id}") { path } }',
    )
    expect(removed.data.removeEndpoint).toEqual([{ path: '/acme/things/{id}' }])
    expect((await catalogueOfConnection(t.store.db, row)).find('GET', '/acme/things/5')).toBeUndefined()
    const changes = (await t.events()).filter(
      ({ type, payload }) =>
        type === 'CONNECTION_CHANGED' && JSON.stringify(payload).includes('/acme/things'),
    )
    expect(changes.map(({ payload }) => payload)).toMatchObject([
      { endpoints: { before: [], after: [{ template: '/acme/things/{id}', group: 'Things' }] } },
      { endpoints: { before: [{ template: '/acme/things/{id}' }], after: [] } },
    ])
  })

  it('saved again is changed, and never doubled', async () => {
    await save(admin, THING)
    const again = await save(admin, { ...THING, group: 'Tickets', fields: ['summary'] })
    expect(again.data.saveEndpoint).toMatchObject([{ group: 'Tickets', fields: ['summary'] }])
    const listed = await t.ask(admin, LIST, { connection: 'acme-cw', search: '/acme/things' })
    expect(listed.data.endpoints.totalCount).toBe(1)
    const beside = await save(admin, {
      ...THING,
      path: '/acme/things/{name}',
      parameters: [{ name: 'name', type: 'NAME' }],
    })
    expect(beside.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'input.path' } }])
  })

  it('of a custom table has the endpoints of every table', async () => {
    const { data, errors } = await save(admin, {
      connection: 'snow',
      table: 'u_lease',
      group: 'Leases',
      fields: ['u_end'],
    })
    expect(errors).toEqual([])
    expect(data.saveEndpoint.map(({ method }: { method: string }) => method)).toEqual([
      'GET',
      'POST',
      'DELETE',
      'GET',
      'PATCH',
      'PUT',
    ])
    const removed = await t.ask(
      admin,
      'mutation { removeEndpoint(connection: "snow", table: "u_lease") { path } }',
    )
    expect(removed.data.removeEndpoint).toHaveLength(6)
  })

  it.each`
    over                                                                                 | argument
    ${{ path: '/system/bundles', method: 'POST', parameters: [] }}                       | ${'input.path'}
    ${{ path: '/service/tickets/{id}' }}                                                 | ${'input.path'}
    ${{ path: '/acme/{id}/' }}                                                           | ${'input.path'}
    ${{ group: 'Callbacks' }}                                                            | ${'input.group'}
    ${{ parameters: [] }}                                                                | ${'input.parameters'}
    ${{ parameters: [...THING.parameters, ...THING.parameters] }}                        | ${'input.parameters'}
    ${{ fields: [] }}                                                                    | ${'input.fields'}
    ${{ kind: null }}                                                                    | ${'input'}
    ${{ table: 'u_lease' }}                                                              | ${'input.method'}
    ${{ connection: 'snow', path: '/api/now/v1/batch', method: 'POST', parameters: [] }} | ${'input.path'}
  `('is refused for $over', async ({ over, argument }) => {
    const { errors } = await save(admin, { ...THING, ...over })
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument } }])
  })

  it('is for administrators of that connection alone', async () => {
    const agent = await t.agent('FULL_AUTOMATION')
    const other = await t.person({ role: 'connectionAdmin', connection: 'beta-cw' })
    for (const token of [agent.token, other.token, policyAdmin]) {
      expect(codesOf(await save(token, THING))).toEqual(['ROLE_REQUIRED'])
      const removed = await t.ask(
        token,
        'mutation { removeEndpoint(connection: "acme-cw", path: "/acme/things/{id}") { path } }',
      )
      expect(codesOf(removed)).toEqual(['ROLE_REQUIRED'])
    }
    for (const token of [agent.token, other.token])
      expect(codesOf(await t.ask(token, LIST, { connection: 'acme-cw' }))).toEqual(['ROLE_REQUIRED'])
    const unknown = await t.ask(
      admin,
      'mutation { removeEndpoint(connection: "acme-cw", path: "/none") { path } }',
    )
    expect(codesOf(unknown)).toEqual(['NOT_FOUND'])
  })
})
