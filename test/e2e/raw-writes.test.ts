import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { codesOf, type Desk, expectSoundTrail, PLAN, REQUEST, startDesk } from './desk.ts'

const WRITE = `mutation ($input: PsaRequestInput!, $dryRun: Boolean! = false) {
  psaRequest(input: $input, dryRun: $dryRun) { __typename
    ... on WriteOutcome { replayed request { ${REQUEST} write plan { ${PLAN} } } }
    ... on DryRunPlan { wouldRequireApproval testMode plan { ${PLAN} } }
    ... on RawWritten { status key answer { status body removed { path group } } } } }`

let t: Desk
beforeAll(async () => {
  t = await startDesk()
})
beforeEach(() => t.simulator.clearJournal())
afterAll(() => t.close())

const rename = (key: number, title: string) => ({
  connection: 'acme-cw',
  method: 'PATCH',
  path: `/service/tickets/${key}`,
  body: JSON.stringify([{ op: 'replace', path: 'summary', value: title }]),
})

describe('a raw write', () => {
  it('waits for a person, is sent once as it was shown, and stands in the trail', async () => {
    const agent = await t.agent('HELPDESK')
    const person = await t.person({ role: 'approver' })
    const { key, id } = t.ticket()
    const { data, errors } = await t.ask(agent.token, WRITE, {
      input: { ...rename(key, 'Raw'), reason: 'asked to' },
    })
    expect(errors).toEqual([])
    expect(t.sent()).toEqual([])
    const { request } = data.psaRequest
    expect(data.psaRequest).toMatchObject({
      __typename: 'ApprovalPending',
      request: { write: 'psaRequest', ticket: { id } },
    })
    expect(request.plan).toMatchObject({
      steps: [
        {
          method: 'PATCH',
          path: `/service/tickets/${key}`,
          body: '[{"op":"replace","path":"summary","value":"Raw"}]',
          group: 'Tickets',
          kind: 'UPDATE',
          fields: ['title'],
        },
      ],
      changes: [
        { field: 'title', target: `Raw /service/tickets/${key}`, before: 'Printer on fire', after: 'Raw' },
      ],
      clientMail: { verdict: 'NO' },
      closes: false,
    })
    const approved = await t.approve(person.token, request)
    expect(approved.errors).toEqual([])
    expect(approved.data.approve).toMatchObject({
      state: 'EXECUTED',
      steps: [{ outcome: 'DONE', status: 200 }],
    })
    expect(t.inPsa(key).summary).toBe('Raw')
    const sent = t.sent()
    expect(sent.map(({ method, path }) => `${method} ${path.replace(/^.*\/3\.0/, '')}`)).toEqual([
      `PATCH /service/tickets/${key}`,
    ])
    const { publicKey, privateKey, clientId } = t.simulator.credentials
    await expectSoundTrail(t, sent, [publicKey, privateKey, clientId])
    const created = (await t.events()).find(
      ({ type, body }) => type === 'REQUEST_CREATED' && body.requestId === request.id,
    )
    expect(created?.body).toMatchObject({
      operation: { field: 'psaRequest' },
      changes: [{ field: 'title', before: 'Printer on fire', after: 'Raw' }],
    })
  })

  it('goes stale when the field that it writes has changed', async () => {
    const agent = await t.agent('HELPDESK')
    const person = await t.person({ role: 'approver' })
    const { key } = t.ticket()
    const { data } = await t.ask(agent.token, WRITE, { input: rename(key, 'Raw') })
    t.simulator.actAs('jdoe', 'PATCH', `/service/tickets/${key}`, [
      { op: 'replace', path: 'summary', value: 'Theirs' },
    ])
    expect(codesOf(await t.approve(person.token, data.psaRequest.request))).toEqual(['REQUEST_STALE'])
    expect(t.inPsa(key).summary).toBe('Theirs')
  })

  it('goes stale when the ticket went to another company', async () => {
    const agent = await t.agent('HELPDESK')
    const person = await t.person({ role: 'approver' })
    const { key } = t.ticket()
    const { data } = await t.ask(agent.token, WRITE, { input: rename(key, 'Raw') })
    t.simulator.actAs('jdoe', 'PATCH', `/service/tickets/${key}`, [
      { op: 'replace', path: 'company', value: { id: 251 } },
    ])
    expect(codesOf(await t.approve(person.token, data.psaRequest.request))).toEqual(['REQUEST_STALE'])
  })

  it.each([
    ['dryRun: true', {}, true],
    ['test mode', { testMode: true }, false],
  ])('shows its plan under %s and sends nothing', async (_name, policy, dryRun) => {
    const { groups } = {
      groups: { Tickets: { level: 'READ_WRITE', allowedFields: { UPDATE: ['title'] } } },
    } as const
    const { token } = await t.agent({ 'acme-cw': { groups, testMode: false, ...policy } })
    const { key } = t.ticket()
    const before = await t.requestsStored()
    const { data, errors } = await t.ask(token, WRITE, { input: rename(key, 'Raw'), dryRun })
    expect(errors).toEqual([])
    expect(data.psaRequest).toMatchObject({
      __typename: 'DryRunPlan',
      request: null,
      wouldRequireApproval: true,
      testMode: dryRun ? [] : ['workflow'],
      plan: { changes: [{ before: 'Printer on fire', after: 'Raw' }] },
    })
    expect(t.sent()).toEqual([])
    expect(await t.requestsStored()).toBe(before)
  })

  it('is one of several aliases under @dryRun', async () => {
    const { token } = await t.agent('FULL_AUTOMATION')
    const { key } = t.ticket()
    const { data } = await t.ask(
      token,
      'mutation ($input: PsaRequestInput!) { psaRequest(input: $input) @dryRun { __typename } }',
      { input: rename(key, 'Raw') },
    )
    expect(data).toEqual({ psaRequest: { __typename: 'DryRunPlan' } })
    expect(t.sent()).toEqual([])
  })

  it('answers the same call, in whatever spelling, with the same request', async () => {
    const { token } = await t.agent('FULL_AUTOMATION')
    const { key } = t.ticket()
    const input = { ...rename(key, 'Once'), idempotencyKey: `raw-${key}-1` }
    const first = await t.ask(token, WRITE, { input })
    const again = await t.ask(token, WRITE, {
      input: { ...input, path: input.path.toUpperCase(), body: ` ${input.body} ` },
    })
    expect(again.data.psaRequest).toMatchObject({
      __typename: 'RawWritten',
      replayed: true,
      request: { id: first.data.psaRequest.request.id },
    })
    expect(JSON.parse(again.data.psaRequest.answer.body)).toMatchObject({ summary: 'Once' })
    expect(t.sent()).toHaveLength(1)
    const other = await t.ask(token, WRITE, {
      input: { ...rename(key, 'Twice'), idempotencyKey: `raw-${key}-1` },
    })
    expect(codesOf(other)).toEqual(['IDEMPOTENCY_KEY_REUSED'])
    expect(t.sent()).toHaveLength(1)
  })

  it('is not sent again when nobody knows what became of it', async () => {
    const { token } = await t.agent('FULL_AUTOMATION')
    const { key } = t.ticket()
    await t.fault({ method: 'PATCH', kind: 'reset', when: 'after' })
    const input = { ...rename(key, 'Lost'), idempotencyKey: `raw-${key}-2` }
    expect(codesOf(await t.ask(token, WRITE, { input }))).toEqual(['OUTCOME_UNKNOWN'])
    const again = await t.ask(token, WRITE, { input })
    expect(again.data.psaRequest).toMatchObject({ __typename: 'WriteInProgress', replayed: true })
    expect(t.sent()).toHaveLength(1)
  })

  it('says what the PSA refused', async () => {
    const { token } = await t.agent('FULL_AUTOMATION')
    const { key } = t.ticket()
    const input = { ...rename(key, 'x'), body: '[{"op":"replace","path":"frobnicator","value":1}]' }
    expect(codesOf(await t.ask(token, WRITE, { input }))).toEqual(['VENDOR_REJECTED'])
  })

  it('that changes nothing is none', async () => {
    const { token } = await t.agent('FULL_AUTOMATION')
    const { key } = t.ticket()
    expect(codesOf(await t.ask(token, WRITE, { input: rename(key, 'Printer on fire') }))).toEqual([
      'NO_CHANGE',
    ])
    expect(t.sent()).toEqual([])
  })

  it('of a person is refused, and so is a read', async () => {
    const { token } = await t.person({ role: 'owner' })
    const { key } = t.ticket()
    expect(codesOf(await t.ask(token, WRITE, { input: rename(key, 'x') }))).toEqual(['FORBIDDEN_OPERATION'])
    const read = `{ psaRequest(connection: "acme-cw", path: "/service/tickets/${key}") { status } }`
    expect(codesOf(await t.ask(token, read))).toEqual(['FORBIDDEN_OPERATION'])
    expect(t.simulator.journal()).toEqual([])
  })

  it('on a connection that is not assigned is refused before anything else', async () => {
    const { token } = await t.agent('FULL_AUTOMATION')
    const answer = await t.ask(token, WRITE, {
      input: { ...rename(1, 'x'), connection: 'other-cw', path: '//x' },
    })
    expect(codesOf(answer)).toEqual(['CONNECTION_FORBIDDEN'])
  })

  it('puts a refusal on record', async () => {
    const { token, id } = await t.agent('READ_ONLY')
    const { key } = t.ticket()
    expect(codesOf(await t.ask(token, WRITE, { input: rename(key, 'x') }))).toEqual(['GROUP_READ_ONLY'])
    const refusal = (await t.events()).findLast(
      ({ type, body }) => type === 'DECISION' && body.agentId === id,
    )
    expect(refusal?.body).toMatchObject({
      operation: { field: 'psaRequest' },
      decision: { verdict: 'DENY', code: 'GROUP_READ_ONLY' },
      demands: [{ group: 'Tickets', kind: 'UPDATE', fields: ['title'] }],
    })
  })
})

describe('a raw write that a person changes', () => {
  const FIELDS = `${REQUEST} edited edits { field asked sent } plan { ${PLAN} }`
  const edit = (token: string, id: string, changes: unknown, without?: readonly string[]) =>
    t.ask(
      token,
      `mutation ($id: ID!, $changes: JSON!, $without: [String!]) {
        editWriteRequest(id: $id, revision: 1, changes: $changes, without: $without) { ${FIELDS} } }`,
      { id, changes, without },
    )
  const bodyOf = (path: string, value: unknown) => JSON.stringify([{ op: 'replace', path, value }])

  async function pending() {
    const agent = await t.agent('HELPDESK')
    const person = await t.person({ role: 'approver' })
    const { key } = t.ticket()
    const { data, errors } = await t.ask(agent.token, WRITE, { input: rename(key, 'Raw') })
    expect(errors).toEqual([])
    t.simulator.clearJournal()
    return { agent, person, key, request: data.psaRequest.request as { id: string; planHash: string } }
  }

  it('is planned again as the next revision, signed anew, and sent as edited', async () => {
    const { agent, person, key, request } = await pending()
    const { data, errors } = await edit(person.token, request.id, { body: bodyOf('summary', 'By a person') })
    expect(errors).toEqual([])
    expect(data.editWriteRequest).toMatchObject({
      state: 'PENDING',
      revision: 2,
      edited: true,
      plan: { steps: [{ method: 'PATCH', path: `/service/tickets/${key}`, fields: ['title'] }] },
    })
    expect(codesOf(await t.approve(person.token, request))).toEqual(['PLAN_CHANGED'])
    expect(t.sent()).toEqual([])
    expect((await t.approve(person.token, data.editWriteRequest)).data.approve.state).toBe('EXECUTED')
    expect(t.inPsa(key).summary).toBe('By a person')
    expect(t.sent()).toHaveLength(1)
    const seen = await t.ask(
      agent.token,
      'query ($id: ID!) { writeRequest(id: $id) { edited edits { field asked sent } } }',
      { id: request.id },
    )
    expect(seen.data.writeRequest).toEqual({
      edited: true,
      edits: [{ field: 'title', asked: 'Raw', sent: 'By a person' }],
    })
  })

  it.each<[string, unknown, readonly string[], string]>([
    ['more than the agent may', { body: bodyOf('company', { id: 251 }) }, [], 'FIELD_NOT_ALLOWED'],
    ['another path', { path: '/service/tickets/1' }, [], 'BAD_USER_INPUT'],
    ['another method', { method: 'DELETE' }, [], 'BAD_USER_INPUT'],
    ['another connection', { connection: 'other-cw' }, [], 'BAD_USER_INPUT'],
    ['what is no JSON', { body: '{' }, [], 'BAD_USER_INPUT'],
    ['a query that the endpoint does not take', { query: [{ name: 'x', value: '1' }] }, [], 'BAD_USER_INPUT'],
    ['no body', {}, ['body'], 'BAD_USER_INPUT'],
  ])('refuses %s, and the revision stays', async (_what, changes, without, code) => {
    const { agent, person, request } = await pending()
    expect(codesOf(await edit(person.token, request.id, changes, without))).toEqual([code])
    expect(await t.request(agent.token, request.id)).toMatchObject({ state: 'PENDING', revision: 1 })
  })

  it('whoever may not sign may not edit, and under four eyes the editor still may not sign', async () => {
    const requester = await t.person({ role: 'approver' })
    const other = await t.person({ role: 'approver' })
    const viewer = await t.person({ role: 'viewer' })
    const groups = {
      Tickets: {
        level: 'READ_WRITE',
        allowedFields: { UPDATE: ['title'] },
        approval: [{ approvers: 1, fourEyes: true }],
      },
    } as const
    const agent = await t.agent({ 'acme-cw': { groups, testMode: false } }, requester.id)
    const { key } = t.ticket()
    const { data } = await t.ask(agent.token, WRITE, { input: rename(key, 'Raw') })
    const { id } = data.psaRequest.request
    const changes = { body: bodyOf('summary', 'Mine') }
    expect(codesOf(await edit(viewer.token, id, changes))).toEqual(['APPROVER_ROLE_REQUIRED'])
    const edited = await edit(requester.token, id, changes)
    expect(edited.errors).toEqual([])
    const { editWriteRequest: revised } = edited.data
    expect(codesOf(await t.approve(requester.token, revised))).toEqual(['SELF_APPROVAL_FORBIDDEN'])
    expect((await t.approve(other.token, revised)).data.approve.state).toBe('EXECUTED')
  })

  it('is not put back, and says why', async () => {
    const { agent, person, request } = await pending()
    await t.approve(person.token, request)
    const { errors } = await t.ask(agent.token, 'mutation ($id: ID!) { putBack(id: $id) { left } }', {
      id: request.id,
    })
    expect(errors[0]?.extensions).toMatchObject({
      code: 'NOT_SUPPORTED',
      reasons: [expect.stringContaining('No write of the gateway gives its fields a value')],
    })
  })

  it('or plans again once it went stale', async () => {
    const { person, key, request } = await pending()
    t.simulator.actAs('jdoe', 'PATCH', `/service/tickets/${key}`, [
      { op: 'replace', path: 'summary', value: 'Theirs' },
    ])
    expect(codesOf(await t.approve(person.token, request))).toEqual(['REQUEST_STALE'])
    const { data, errors } = await t.ask(
      person.token,
      `mutation ($id: ID!) { refreshWriteRequest(id: $id) { ${FIELDS} } }`,
      { id: request.id },
    )
    expect(errors).toEqual([])
    expect(data.refreshWriteRequest).toMatchObject({
      state: 'PENDING',
      revision: 2,
      edited: false,
      plan: { changes: [{ before: 'Theirs', after: 'Raw' }] },
    })
    expect((await t.approve(person.token, data.refreshWriteRequest)).data.approve.state).toBe('EXECUTED')
    expect(t.inPsa(key).summary).toBe('Raw')
  })
})
