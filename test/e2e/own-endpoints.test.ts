import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ConnectionPolicy } from '../../policy/types.ts'
import { codesOf, type Desk, startDesk } from './desk.ts'

/** `/acme/things` of the simulator is an add-on's: no document of ConnectWise has it. */
let t: Desk
let admin: string
beforeAll(async () => {
  t = await startDesk({ connections: ['acme-cw', 'beta-cw'] })
  admin = (await t.person({ role: 'connectionAdmin' })).token
  for (const over of [
    { method: 'GET', path: '/acme/things', kind: 'READ' },
    { method: 'POST', path: '/acme/things', kind: 'CREATE', fields: ['name', 'shelf'] },
    { method: 'GET', path: '/acme/things/{id}', kind: 'READ', query: ['fields'] },
    { method: 'PATCH', path: '/acme/things/{id}', kind: 'UPDATE', fields: ['shelf'] },
    { method: 'DELETE', path: '/acme/things/{id}', kind: 'DELETE' },
  ])
    await save(over)
})
beforeEach(() => {
  for (const simulator of Object.values(t.simulators)) simulator.clearJournal()
})
afterAll(() => t.close())

async function save({ path, ...over }: { readonly path: string; readonly [name: string]: unknown }) {
  const parameters = path.includes('{id}') ? [{ name: 'id', type: 'INTEGER' }] : []
  const input = { connection: 'acme-cw', path, group: 'Things', parameters, ...over }
  const { errors } = await t.ask(
    admin,
    'mutation ($input: SaveEndpointInput!) { saveEndpoint(input: $input) { path } }',
    { input },
  )
  expect(errors).toEqual([])
}

const read = (token: string, path: string, connection = 'acme-cw') =>
  t.ask(
    token,
    'query ($c: String!, $p: String!) { psaRequest(connection: $c, path: $p) { status body removed { group } } }',
    { c: connection, p: path },
  )

const write = (token: string, method: string, path: string, body?: unknown) =>
  t.ask(
    token,
    `mutation ($input: PsaRequestInput!) { psaRequest(input: $input) { __typename
      ... on WriteOutcome { request { id planHash state groups error { code } plan { steps { group kind fields } changes { field before after } } } }
      ... on RawWritten { status key answer { body } } } }`,
    {
      input: { connection: 'acme-cw', method, path, body: body === undefined ? null : JSON.stringify(body) },
    },
  )

const things = (policy: ConnectionPolicy['groups'][string]) => ({
  'acme-cw': { groups: { Things: policy } },
  'beta-cw': { groups: { Things: policy } },
})
const WRITE = {
  level: 'READ_WRITE',
  allowedFields: { CREATE: 'ALL', UPDATE: 'ALL' },
  approval: [{ approvers: 0 }],
} as const
const asked = () =>
  Object.values(t.simulators).flatMap((simulator) =>
    simulator.journal().filter(({ path }) => !path.startsWith('/login/')),
  )
const shelf = (value: string) => [{ op: 'replace', path: 'shelf', value }]

describe("an administrator's own endpoint in psaRequest", () => {
  it('is closed to every profile until a policy names its group', async () => {
    const { token } = await t.agent('FULL_AUTOMATION')
    expect(codesOf(await read(token, '/acme/things/5'))).toEqual(['GROUP_DISABLED'])
    expect(codesOf(await write(token, 'PATCH', '/acme/things/5', shelf('C1')))).toEqual(['GROUP_DISABLED'])
    expect(asked()).toEqual([])
  })

  it('is read on the connection that has it and on no other', async () => {
    const { token } = await t.agent(things({ level: 'READ_ONLY' }))
    const { data, errors } = await read(token, '/Acme/THINGS/5')
    expect(errors).toEqual([])
    expect(JSON.parse(data.psaRequest.body)).toEqual({ id: 5, name: 'Crimper', shelf: 'B2' })
    expect(codesOf(await read(token, '/acme/things/5', 'beta-cw'))).toEqual(['NOT_CATALOGUED'])
    expect(codesOf(await read(token, '/acme/things/5/parts'))).toEqual(['NOT_CATALOGUED'])
    expect(codesOf(await write(token, 'PATCH', '/acme/things/5', shelf('C1')))).toEqual(['GROUP_READ_ONLY'])
    expect(asked().map(({ method, path }) => [method, path.replace(/^.*\/3\.0/, '')])).toEqual([
      ['GET', '/acme/things/5'],
    ])
  })

  it('is written with its own fields and no other, with before and after', async () => {
    const { token } = await t.agent(things(WRITE))
    const refused = await write(token, 'PATCH', '/acme/things/5', [
      { op: 'replace', path: 'note', value: 'x' },
    ])
    expect(refused.errors).toMatchObject([
      { extensions: { code: 'FIELD_NOT_ALLOWED', fields: ['note'], allowed: ['shelf'] } },
    ])
    for (const body of [
      [...shelf('C1'), { op: 'replace', path: 'Name', value: 'x' }],
      [{ op: 'replace', path: 'SHELF', value: 'x' }],
    ])
      expect(codesOf(await write(token, 'PATCH', '/acme/things/5', body))).toEqual(['FIELD_NOT_ALLOWED'])
    expect(codesOf(await write(token, 'DELETE', '/acme/things/5'))).toEqual(['ACTION_DISABLED'])
    expect(asked()).toEqual([])

    const { data, errors } = await write(token, 'PATCH', '/acme/things/5', shelf('C1'))
    expect(errors).toEqual([])
    expect(data.psaRequest).toMatchObject({
      __typename: 'RawWritten',
      status: 200,
      request: {
        groups: ['Things'],
        plan: {
          steps: [{ group: 'Things', kind: 'UPDATE', fields: ['shelf'] }],
          changes: [{ field: 'shelf', before: 'B2', after: 'C1' }],
        },
      },
    })
    expect(JSON.parse(data.psaRequest.answer.body)).toMatchObject({ shelf: 'C1' })
  })

  it('makes a record and waits for a signature where the policy asks for one', async () => {
    const { token } = await t.agent(things({ ...WRITE, approval: [{ approvers: 1 }] }))
    const person = await t.person({ role: 'approver' })
    const { data, errors } = await write(token, 'POST', '/acme/things', { name: 'Reel', shelf: 'A1' })
    expect(errors).toEqual([])
    expect(data.psaRequest.__typename).toBe('ApprovalPending')
    expect(asked()).toEqual([])
    const approved = await t.approve(person.token, data.psaRequest.request)
    expect(approved.data.approve).toMatchObject({ state: 'EXECUTED', steps: [{ status: 201 }] })
    expect(asked().filter(({ method }) => method === 'POST')).toHaveLength(1)
  })

  it('never opens what is closed for good, also when it was saved before the rule came', async () => {
    await t.store.db
      .insertInto('own_endpoint')
      .values({
        connection: 'acme-cw',
        method: 'GET',
        template: '/acme/hooks',
        permission_group: 'Callbacks',
        kind: 'READ',
        parameters: '{}',
        query: '[]',
        fields: '"ALL"',
      })
      .execute()
    const { token } = await t.agent({ 'acme-cw': { groups: { Callbacks: WRITE, Things: WRITE } } })
    expect(codesOf(await read(token, '/acme/hooks'))).toEqual(['FORBIDDEN_OPERATION'])
    expect(asked()).toEqual([])
  })

  it('is gone with the next call when it was removed', async () => {
    const { token } = await t.agent(things(WRITE))
    expect((await read(token, '/acme/things')).errors).toEqual([])
    const { errors } = await t.ask(
      admin,
      'mutation { removeEndpoint(connection: "acme-cw", method: GET, path: "/acme/things") { path } }',
    )
    expect(errors).toEqual([])
    expect(codesOf(await read(token, '/acme/things'))).toEqual(['NOT_CATALOGUED'])
  })
})
