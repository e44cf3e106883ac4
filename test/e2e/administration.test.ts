import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { wholeTrail } from '../../gateway/audit/read.ts'
import { verifyChain } from '../../gateway/audit/verify.ts'
import { createGateway, type Gateway } from '../../gateway/gateway.ts'
import { freshToken } from '../../gateway/identity/tokens.ts'
import { loadKeys } from '../../gateway/secrets/keys.ts'
import { setSetupCode } from '../../gateway/store/installation.ts'
import { type ConnectWiseSimulator, startConnectWiseSimulator } from '../../simulators/connectwise/index.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import type { Answer } from '../gateway.ts'
import { codesOf, type Desk, startDesk } from './desk.ts'

describe('from an empty installation to a first write', () => {
  let database: TestDatabase
  let gateway: Gateway
  let simulator: ConnectWiseSimulator
  let keyDir: string
  let owner = ''
  let agent = ''
  let agentTokenId = ''
  let workflow = ''
  const code = freshToken('css')

  beforeAll(async () => {
    ;[database, simulator, keyDir] = await Promise.all([
      createTestDatabase(),
      startConnectWiseSimulator({ port: 0 }),
      mkdtemp(join(tmpdir(), 'countersign-keys-')),
    ])
    const keys = await loadKeys({ dataDir: keyDir, mayMake: true })
    gateway = await createGateway({
      instance: 'new',
      store: database.store,
      keys,
      log: () => {},
      settings: { poll: 1 },
    })
    await setSetupCode(database.store.db, code.hash)
  })
  afterAll(async () => {
    await gateway.close()
    await simulator.close()
    await database.drop()
    await rm(keyDir, { recursive: true, force: true })
  })

  async function ask(token: string, query: string, variables: Record<string, unknown> = {}): Promise<Answer> {
    const caller = await gateway.calls.authenticate(token, { address: 'test' })
    const result = await gateway.calls.run(
      caller,
      { query, variables },
      { address: 'test', headers: { get: () => null } },
    )
    const { data = null, errors = [], extensions = {} } = JSON.parse(JSON.stringify(result))
    return { data, errors, extensions }
  }
  const save = (credentials: Readonly<Record<string, string>>) =>
    ask(
      owner,
      'mutation ($input: SaveConnectionInput!) { saveConnection(input: $input) { slug enabled testMode credentialFields } }',
      {
        input: {
          slug: 'acme-cw',
          vendor: 'connectwise',
          name: 'Acme',
          baseUrl: simulator.url,
          onPremises: true,
          credentials: Object.entries(credentials).map(([name, value]) => ({ name, value })),
        },
      },
    )
  const test = async () =>
    (await ask(owner, 'mutation { testConnection(slug: "acme-cw") { ok code version member message } }')).data
      .testConnection

  it('the set-up code makes the first owner, once, and does nothing else', async () => {
    const create =
      'mutation ($roles: [RoleInput!]!) { createPerson(input: { name: "Olive", email: "olive@msp.example", roles: $roles, members: [{ connection: "acme-cw", member: "jdoe" }] }) { token id } }'
    expect(codesOf(await ask(code.token, '{ people { name } }'))).toEqual(['ROLE_REQUIRED'])
    expect(codesOf(await ask(code.token, 'mutation { testConnection(slug: "x") { ok } }'))).toEqual([
      'ROLE_REQUIRED',
    ])
    expect(codesOf(await ask(code.token, create, { roles: [{ role: 'viewer' }] }))).toEqual([
      'BAD_USER_INPUT',
    ])
    const { data, errors } = await ask(code.token, create, {
      roles: [{ role: 'owner' }, { role: 'approver' }],
    })
    expect(errors).toEqual([])
    owner = data.createPerson.token
    await expect(ask(code.token, create, { roles: [{ role: 'owner' }] })).rejects.toMatchObject({
      extensions: { code: 'UNAUTHENTICATED' },
    })
    expect(await setSetupCode(database.store.db, freshToken('css').hash)).toBeUndefined()
  })

  it('a connection is tested, with wrong credentials and right ones', async () => {
    const { companyId, publicKey, privateKey, clientId } = simulator.credentials
    const half = await save({ companyId, publicKey })
    expect(half.errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', argument: 'input.credentials' } },
    ])
    const { data, errors } = await save({ companyId, publicKey, privateKey: 'wrong-private-key', clientId })
    expect(errors).toEqual([])
    expect(data.saveConnection).toEqual({
      slug: 'acme-cw',
      enabled: true,
      testMode: true,
      credentialFields: expect.arrayContaining(['privateKey']),
    })
    expect(await test()).toMatchObject({ ok: false, code: expect.any(String), version: null })
    expect((await save({ privateKey })).errors).toEqual([])
    expect(await test()).toMatchObject({ ok: true, code: null, version: expect.any(String) })
  })

  it.each([
    ['http://example.com', true],
    ['http://127.0.0.1:1', false],
    ['https://example.com', false],
    ['https://user:pass@api-na.myconnectwise.net', false],
    ['https://api-na.myconnectwise.net/path', false],
    ['https://api-na.myconnectwise.net.evil.example', false],
    ['file:///etc/passwd', true],
    ['x', true],
  ])('no connection goes to %s (on premises: %s)', async (baseUrl, onPremises) => {
    const { companyId, publicKey, privateKey, clientId } = simulator.credentials
    const credentials = Object.entries({ companyId, publicKey, privateKey, clientId }).map(
      ([name, value]) => ({ name, value }),
    )
    const answer = await ask(
      owner,
      'mutation ($input: SaveConnectionInput!) { saveConnection(input: $input) { slug } }',
      {
        input: { slug: 'evil', vendor: 'connectwise', name: 'x', baseUrl, onPremises, credentials },
      },
    )
    expect(answer.errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', argument: 'input.baseUrl' } },
    ])
  })

  it('a workflow begins with Helpdesk and test mode', async () => {
    const { data, errors } = await ask(
      owner,
      'mutation { createWorkflow(input: { name: "Triage", connections: ["acme-cw"] }) { id testMode policies { connection version profile } } }',
    )
    expect(errors).toEqual([])
    workflow = data.createWorkflow.id
    expect(data.createWorkflow).toMatchObject({
      testMode: true,
      policies: [{ connection: 'acme-cw', version: 1, profile: 'HELPDESK' }],
    })
    const again = await ask(
      owner,
      'mutation { createWorkflow(input: { name: "Triage", connections: ["acme-cw"] }) { id } }',
    )
    expect(again.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'input.name' } }])
  })

  it('a policy is saved whole or not at all', async () => {
    const savePolicy = (policy: unknown, version: number | null) =>
      ask(
        owner,
        'mutation ($workflow: ID!, $policy: JSON!, $version: Int) { saveWorkflowPolicy(workflow: $workflow, connection: "acme-cw", policy: $policy, version: $version) { version } }',
        { workflow, policy, version },
      )
    const fine = { groups: { Tickets: { level: 'READ_ONLY' } }, testMode: false }
    expect(codesOf(await savePolicy({ ...fine, testmode: true }, 1))).toEqual(['BAD_USER_INPUT'])
    expect(codesOf(await savePolicy({ groups: { Nonsense: { level: 'READ_ONLY' } } }, 1))).toEqual([
      'BAD_USER_INPUT',
    ])
    expect((await savePolicy(fine, 1)).data.saveWorkflowPolicy.version).toBe(2)
    expect(codesOf(await savePolicy(fine, 1))).toEqual(['BAD_USER_INPUT'])
    const applied = await ask(
      owner,
      'mutation ($workflow: ID!) { applyAccessProfile(workflow: $workflow, connection: "acme-cw", profile: IT_ADMIN) { version profile policy } }',
      { workflow },
    )
    expect(applied.data.applyAccessProfile).toMatchObject({
      version: 3,
      profile: 'IT_ADMIN',
      policy: { testMode: false },
    })
  })

  it('an AI agent gets a token, reads, plans under test mode, and writes once it is off', async () => {
    const made = await ask(
      owner,
      'mutation ($workflow: ID!) { createAgentToken(input: { workflow: $workflow, name: "Triage agent", expiresInDays: 7 }) { token tokenId agent { id name } } }',
      { workflow },
    )
    expect(made.errors).toEqual([])
    ;({ token: agent, tokenId: agentTokenId } = made.data.createAgentToken)
    const twin = await ask(
      owner,
      'mutation ($workflow: ID!) { createAgentToken(input: { workflow: $workflow, name: "Triage agent" }) { token } }',
      { workflow },
    )
    expect(codesOf(twin)).toEqual(['BAD_USER_INPUT'])
    const long = await ask(
      owner,
      'mutation ($workflow: ID!) { createAgentToken(input: { workflow: $workflow, name: "x", expiresInDays: 91 }) { token } }',
      { workflow },
    )
    expect(codesOf(long)).toEqual(['BAD_USER_INPUT'])

    const read = await ask(
      agent,
      '{ ticketByNumber(connection: "acme-cw", number: "44805") { id title status { name } } }',
    )
    expect(read.errors).toEqual([])
    const { id } = read.data.ticketByNumber
    const write = () =>
      ask(
        agent,
        'mutation ($id: ID!) { updateTicket(input: { id: $id, title: "First write" }) { __typename ... on DryRunPlan { testMode } ... on WriteOutcome { request { id planHash } } } }',
        { id },
      )
    expect((await write()).data.updateTicket).toEqual({
      __typename: 'DryRunPlan',
      testMode: ['installation', 'connection', 'workflow'],
      request: null,
    })
    for (const at of [`, workflow: "${workflow}"`, ', connection: "acme-cw"']) {
      expect((await ask(owner, `mutation { setTestMode(on: false${at}) { on } }`)).errors).toEqual([])
    }
    // A new installation is in test mode until its owner says otherwise.
    expect((await write()).data.updateTicket.testMode).toEqual(['installation'])
    expect((await ask(owner, 'mutation { setTestMode(on: false) { on } }')).data.setTestMode.on).toEqual([])
    const asked = await write()
    const { id: requestId, planHash } = asked.data.updateTicket.request
    const approved = await ask(
      owner,
      'mutation ($id: ID!, $planHash: String!) { approve(id: $id, planHash: $planHash) { state ticket { title } } }',
      { id: requestId, planHash },
    )
    expect(approved.data.approve).toEqual({ state: 'EXECUTED', ticket: { title: 'First write' } })
    expect(simulator.journal().filter(({ method }) => method !== 'GET')).toHaveLength(1)
  })

  it('a disabled connection answers nobody, and a revoked token is refused', async () => {
    const off = await ask(owner, 'mutation { disableConnection(slug: "acme-cw") { enabled } }')
    expect(off.data.disableConnection.enabled).toBe(false)
    simulator.clearJournal()
    expect(
      codesOf(await ask(agent, '{ ticketByNumber(connection: "acme-cw", number: "44805") { id } }')),
    ).toEqual(['CONNECTION_FORBIDDEN'])
    expect(simulator.journal()).toEqual([])
    const revoked = await ask(
      owner,
      'mutation ($id: ID!) { revokeAgentToken(tokenId: $id) { agentRevoked } }',
      { id: agentTokenId },
    )
    expect(revoked.data.revokeAgentToken.agentRevoked).toBe(true)
    await expect(ask(agent, '{ viewer { name } }')).rejects.toMatchObject({
      extensions: { code: 'UNAUTHENTICATED' },
    })
  })

  it('all of it is on record, and no secret', async () => {
    await gateway.services.auditBuffer.flush()
    const events = await wholeTrail(database.store.db)
    expect(await verifyChain(events)).toMatchObject({ intact: true })
    const text = JSON.stringify(events.map(({ body, payload }) => ({ body, payload })))
    for (const secret of [owner, agent, code.token, simulator.credentials.privateKey, 'wrong-private-key'])
      expect(text.includes(secret)).toBe(false)
    expect(new Set(events.map(({ type }) => type))).toEqual(
      new Set([
        'PERSON_CREATED',
        'CONNECTION_CREATED',
        'SECRET_CHANGED',
        'CONNECTION_CHANGED',
        'WORKFLOW_CREATED',
        'WORKFLOW_CHANGED',
        'POLICY_CHANGED',
        'TOKEN_CREATED',
        'TOKEN_REVOKED',
        'INSTALLATION_CHANGED',
        'REQUEST_CREATED',
        'REQUEST_APPROVED',
        'EXECUTION_STARTED',
        'WRITE_INTENT',
        'WRITE_OUTCOME',
        'READ',
        'DECISION',
        'AUTH_FAILED',
      ]),
    )
  })

  it.each<[string, readonly string[] | null, readonly string[] | null]>([
    ['https://psa.acme.example', ['10.20.0.0/16', ' 10.21.3.4 '], ['10.20.0.0/16', '10.21.3.4/32']],
    ['https://psa.acme.example', null, ['10.20.0.0/16', '10.21.3.4/32']],
    ['https://10.30.0.9', null, ['10.30.0.9/32']],
    ['https://psa2.acme.example', null, null],
    ['https://psa.acme.example', [], null],
    ['https://psa.acme.example', ['10.20.0.0/33'], null],
    ['https://psa.acme.example', ['psa.acme.example'], null],
  ])('a host of one’s own, %s, may have the addresses %j', async (baseUrl, onPremisesAddresses, kept) => {
    const { companyId, publicKey, privateKey, clientId } = simulator.credentials
    const credentials = Object.entries({ companyId, publicKey, privateKey, clientId }).map(
      ([name, value]) => ({ name, value }),
    )
    const { errors } = await ask(
      owner,
      'mutation ($input: SaveConnectionInput!) { saveConnection(input: $input) { slug } }',
      {
        input: {
          slug: 'our-own',
          vendor: 'connectwise',
          name: 'Our own',
          baseUrl,
          onPremises: true,
          onPremisesAddresses,
          credentials,
        },
      },
    )
    expect(errors.map(({ extensions }) => extensions)).toMatchObject(
      kept === null ? [{ code: 'BAD_USER_INPUT', argument: 'input.onPremisesAddresses' }] : [],
    )
    if (kept === null) return
    const row = await gateway.services.store.db
      .selectFrom('connection')
      .select('on_premises')
      .where('slug', '=', 'our-own')
      .executeTakeFirstOrThrow()
    expect(row.on_premises?.addresses).toEqual(kept)
  })
})

describe('roles', () => {
  let t: Desk
  let workflows: { readonly acme: string; readonly both: string; readonly bothToken: string }
  beforeAll(async () => {
    t = await startDesk({ connections: ['acme-cw', 'beta-cw'] })
    const acme = await t.agent({ 'acme-cw': 'HELPDESK' })
    const both = await t.agent('HELPDESK')
    workflows = { acme: acme.workflowId, both: both.workflowId, bothToken: both.tokenId }
  })
  afterAll(() => t.close())
  beforeEach(() => t.simulator.clearJournal())

  const connectionInput = (slug: string) =>
    `{ slug: "${slug}", vendor: connectwise, name: "Renamed", baseUrl: "${t.simulators[slug]?.url ?? 'https://api-na.myconnectwise.net'}", credentials: [] }`
  const everything = (slug: string, workflow: string): Readonly<Record<string, string>> => ({
    saveConnection: `saveConnection(input: ${connectionInput(slug)}) { slug }`,
    testConnection: `testConnection(slug: "${slug}") { ok }`,
    disableConnection: `disableConnection(slug: "${slug}") { slug }`,
    setTestModeOfConnection: `setTestMode(on: false, connection: "${slug}") { on }`,
    createWorkflow: `createWorkflow(input: { name: "New ${slug} ${Math.random()}", connections: ["${slug}"] }) { id }`,
    saveWorkflowPolicy: `saveWorkflowPolicy(workflow: "${workflow}", connection: "${slug}", policy: { groups: {} }) { version }`,
    applyAccessProfile: `applyAccessProfile(workflow: "${workflow}", connection: "${slug}", profile: READ_ONLY) { version }`,
    createAgentToken: `createAgentToken(input: { workflow: "${workflow}", name: "${Math.random()}" }) { token }`,
    setTestModeOfWorkflow: `setTestMode(on: true, workflow: "${workflow}") { on }`,
  })
  const OF_CONNECTIONS = ['saveConnection', 'testConnection', 'disableConnection', 'setTestModeOfConnection']
  const run = async (token: string, mutation: string) =>
    codesOf(await t.ask(token, `mutation { ${mutation} }`))

  it('agents, viewers and approvers administer nothing', async () => {
    const agent = await t.agent('FULL_AUTOMATION')
    const viewer = await t.person({ role: 'viewer' }, { role: 'approver' }, { role: 'auditor' })
    const all = {
      ...everything('acme-cw', workflows.acme),
      revokeAgentToken: `revokeAgentToken(tokenId: "${workflows.bothToken}") { agentRevoked }`,
      createPerson:
        'createPerson(input: { name: "x", email: "x@example.com", roles: [{ role: owner }] }) { token }',
    }
    for (const [name, mutation] of Object.entries(all)) {
      for (const { token } of [agent, viewer])
        expect(await run(token, mutation), name).toEqual(['ROLE_REQUIRED'])
    }
    for (const query of ['{ workflows { id } }', '{ people { id } }', '{ connections { slug } }']) {
      expect(codesOf(await t.ask(agent.token, query)), query).toEqual(['ROLE_REQUIRED'])
    }
  })

  it('an administrator of one connection touches no other', async () => {
    const connections = await t.person({ role: 'connectionAdmin', connection: 'acme-cw' })
    const policies = await t.person({ role: 'policyAdmin', connection: 'acme-cw' })
    for (const [name, mutation] of Object.entries(everything('beta-cw', workflows.both))) {
      const { token } = OF_CONNECTIONS.includes(name) ? connections : policies
      expect(await run(token, mutation), name).toEqual(['ROLE_REQUIRED'])
    }
    expect(
      await run(connections.token, `saveConnection(input: ${connectionInput('gamma-cw')}) { slug }`),
    ).toEqual(['ROLE_REQUIRED'])
    expect(
      await run(policies.token, `revokeAgentToken(tokenId: "${workflows.bothToken}") { agentRevoked }`),
    ).toEqual(['ROLE_REQUIRED'])
    expect(t.simulators['beta-cw']?.journal()).toEqual([])
    const own = everything('acme-cw', workflows.acme)
    for (const [name, mutation] of Object.entries(own)) {
      if (name === 'disableConnection') continue
      const { token } = OF_CONNECTIONS.includes(name) ? connections : policies
      expect(await run(token, mutation), name).toEqual([])
    }
    const seen = await t.ask(
      policies.token,
      '{ workflows { id policies { connection } } connections { slug } }',
    )
    expect(seen.data.connections).toEqual([{ slug: 'acme-cw' }])
    expect(seen.data.workflows.map(({ id }: { id: string }) => id)).not.toContain(workflows.both)
  })

  it('an owner of one connection is no owner of the installation', async () => {
    const { token } = await t.person({ role: 'owner', connection: 'acme-cw' })
    expect(
      await run(
        token,
        'createPerson(input: { name: "x", email: "x@example.com", roles: [{ role: owner }] }) { token }',
      ),
    ).toEqual(['ROLE_REQUIRED'])
    expect(await run(token, 'setTestMode(on: true) { on }')).toEqual(['ROLE_REQUIRED'])
    expect(codesOf(await t.ask(token, '{ people { id } }'))).toEqual(['ROLE_REQUIRED'])
    expect(await run(token, everything('beta-cw', workflows.both).testConnection ?? '')).toEqual([
      'ROLE_REQUIRED',
    ])
  })

  it.each([
    ['a role on a connection that is not there', 'roles: [{ role: viewer, connection: "nowhere" }]'],
    ['a role for no group at all', 'roles: [{ role: approver, groups: [] }]'],
    ['a name without end', `roles: [], name: "${'x'.repeat(600)}"`],
    ['an address without end', `roles: [], email: "${'x'.repeat(600)}@example.com"`],
    ['NUL in a name', 'roles: [], name: "a\\u0000b"'],
  ])('a person is refused with %s', async (_what, input) => {
    const { token } = await t.person({ role: 'owner' })
    const name = input.includes('name:') ? '' : 'name: "x", '
    const email = input.includes('email:') ? '' : `email: "${Math.random()}@example.com", `
    expect(await run(token, `createPerson(input: { ${name}${email}${input} }) { token }`)).toEqual([
      'BAD_USER_INPUT',
    ])
  })

  it('a person with an address that is taken is refused', async () => {
    const { token } = await t.person({ role: 'owner' })
    const create = 'createPerson(input: { name: "x", email: "Taken@example.com", roles: [] }) { token }'
    expect(await run(token, create)).toEqual([])
    expect(await run(token, create.toLowerCase().replace('createperson', 'createPerson'))).toEqual([
      'BAD_USER_INPUT',
    ])
  })
})
