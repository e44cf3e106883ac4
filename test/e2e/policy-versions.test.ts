import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codesOf, type Desk, startDesk } from './desk.ts'

let t: Desk
let admin = ''
let auditor = ''
let workflow = ''
let agent = ''

beforeAll(async () => {
  t = await startDesk()
  admin = (await t.person({ role: 'policyAdmin' })).token
  auditor = (await t.person({ role: 'auditor' })).token
  const made = await t.agent({ 'acme-cw': { groups: { Tickets: { level: 'READ_ONLY' } } } })
  workflow = made.workflowId
  agent = made.token
})
afterAll(() => t.close())

const VERSION = 'version savedBy reason restoredFrom policy difference { where change effect }'
const save = (policy: object, reason?: string, token = admin) =>
  t.ask(
    token,
    `mutation ($workflow: ID!, $policy: JSON!, $reason: String) {
      saveWorkflowPolicy(workflow: $workflow, connection: "acme-cw", policy: $policy, reason: $reason) { ${VERSION} } }`,
    { workflow, policy, reason },
  )
const versions = (token: string, first = 10, after?: string) =>
  t.ask(
    token,
    `query ($workflow: ID!, $first: Int, $after: String) {
      policyVersions(workflow: $workflow, connection: "acme-cw", first: $first, after: $after) {
        nodes { ${VERSION} first: difference(from: 1) { change } } hasNextPage endCursor } }`,
    { workflow, first, after },
  )
const difference = (token: string, policy: string) =>
  t.ask(
    token,
    `query ($workflow: ID!, $policy: String!) {
      policyDifference(workflow: $workflow, connection: "acme-cw", policy: $policy) { version changes { where change effect } } }`,
    { workflow, policy },
  )
const restore = (version: number, after?: number, token = admin) =>
  t.ask(
    token,
    `mutation ($workflow: ID!, $version: Int!, $after: Int) {
      restorePolicy(workflow: $workflow, connection: "acme-cw", version: $version, after: $after, reason: "It was better") { ${VERSION} } }`,
    { workflow, version, after },
  )

const second = { testMode: false, groups: { Tickets: { level: 'READ_WRITE', delete: true } } }
const third = {
  testMode: false,
  groups: { Tickets: { level: 'READ_WRITE' }, Contacts: { level: 'READ_ONLY' } },
}

describe('versions of a policy', () => {
  it('are kept with who saved them, why, and what changed', async () => {
    expect((await save(second, 'Deletes are asked for')).errors).toEqual([])
    const { data, errors } = await save(third, 'No deletes after all')
    expect(errors).toEqual([])
    expect(data.saveWorkflowPolicy).toEqual({
      version: 3,
      savedBy: 'Test Person',
      reason: 'No deletes after all',
      restoredFrom: null,
      policy: third,
      difference: [
        { where: 'Contacts', change: 'level READ_ONLY, was DISABLED', effect: 'LOOSENS' },
        { where: 'Tickets', change: 'delete off', effect: 'TIGHTENS' },
      ],
    })
    expect((await t.events()).at(-1)).toMatchObject({
      type: 'POLICY_CHANGED',
      payload: { before: second, after: third, reason: 'No deletes after all' },
    })
  })

  it('are read page by page, by those who change policies and those who look after them', async () => {
    for (const token of [admin, auditor]) {
      const { data, errors } = await versions(token, 2)
      expect(errors).toEqual([])
      const { nodes, hasNextPage, endCursor } = data.policyVersions
      expect(nodes.map(({ version }: { version: number }) => version)).toEqual([3, 2])
      expect(nodes[1].first).toEqual([{ change: 'level READ_WRITE, was READ_ONLY' }, { change: 'delete on' }])
      expect(hasNextPage).toBe(true)
      const rest = (await versions(token, 2, endCursor)).data.policyVersions
      expect(rest).toMatchObject({ nodes: [{ version: 1, savedBy: null }], hasNextPage: false })
    }
    expect(codesOf(await versions(agent))).toEqual(['ROLE_REQUIRED'])
    const elsewhere = await t.person({ role: 'approver' })
    expect(codesOf(await versions(elsewhere.token))).toEqual(['ROLE_REQUIRED'])
    expect(codesOf(await versions(admin, 2, 'nonsense'))).toEqual(['BAD_USER_INPUT'])
  })

  it('come back as new ones', async () => {
    expect(codesOf(await restore(2, 2))).toEqual(['BAD_USER_INPUT'])
    expect(codesOf(await restore(99))).toEqual(['NOT_FOUND'])
    expect(codesOf(await restore(1, undefined, auditor))).toEqual(['ROLE_REQUIRED'])
    const { data, errors } = await restore(2, 3)
    expect(errors).toEqual([])
    expect(data.restorePolicy).toMatchObject({
      version: 4,
      restoredFrom: 2,
      reason: 'It was better',
      policy: second,
    })
  })
})

describe('a difference before saving', () => {
  it('tells what would change and saves nothing', async () => {
    const { data, errors } = await difference(auditor, JSON.stringify({ ...second, testMode: true }))
    expect(errors).toEqual([])
    expect(data.policyDifference).toEqual({
      version: 4,
      changes: [{ where: 'Policy', change: 'test mode on', effect: 'TIGHTENS' }],
    })
    expect((await difference(admin, JSON.stringify(second))).data.policyDifference.changes).toEqual([])
    expect((await versions(admin)).data.policyVersions.nodes).toHaveLength(4)
  })

  it.each([
    ['{ "groups": { "Tickets": { "level": "READ_WRITE", "fly": true } } }', 'groups.Tickets'],
    ['{ "groups": { "Tickts": { "level": "READ_ONLY" } } }', 'groups'],
    ['{ "groups": {}, "testmode": true }', 'the policy'],
  ])('refuses what saving would refuse, by its path: %s', async (policy, path) => {
    const refused = await difference(admin, policy)
    expect(refused.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', problems: [{ path }] } }])
    const saved = await save(JSON.parse(policy))
    expect(saved.errors[0]?.extensions).toEqual(refused.errors[0]?.extensions)
    expect((await versions(admin)).data.policyVersions.nodes[0].version).toBe(4)
  })

  it('refuses text that is no JSON, and callers who may not read policies', async () => {
    expect(codesOf(await difference(admin, '{ groups'))).toEqual(['BAD_USER_INPUT'])
    expect(codesOf(await difference(agent, '{}'))).toEqual(['ROLE_REQUIRED'])
  })
})
