import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { COMPANY, codesOf, type Desk, REQUEST, startDesk } from './desk.ts'

let t: Desk
beforeAll(async () => {
  t = await startDesk({ settings: { settleWait: 4 } })
})
afterAll(() => t.close())
beforeEach(() => t.simulator.clearJournal())

const FIELDS = `${REQUEST} revision edited edits { field asked sent } signatures { revision }
  plan { changes { field after } }`

async function pending(change: object = { title: 'Agent', priority: '1' }, person?: string) {
  const agent = await t.agent('HELPDESK', person)
  const technician = await t.person({ role: 'approver' })
  const ticket = t.ticket()
  const { data, errors } = await t.write(agent.token, 'updateTicket', { id: ticket.id, ...change })
  expect(errors).toEqual([])
  const { request } = data.updateTicket
  t.simulator.clearJournal()
  return { agent, technician, ticket, request: request as { id: string; planHash: string } }
}

const edit = (token: string, id: string, revision: number, changes: unknown, without?: readonly string[]) =>
  t.ask(
    token,
    `mutation ($id: ID!, $revision: Int!, $changes: JSON!, $without: [String!]) {
      editWriteRequest(id: $id, revision: $revision, changes: $changes, without: $without) { ${FIELDS} } }`,
    { id, revision, changes, without },
  )
const giveBack = (token: string, id: string, comment = 'Which printer?') =>
  t.ask(
    token,
    `mutation ($id: ID!, $comment: String!) { returnToAgent(id: $id, comment: $comment) { ${FIELDS} } }`,
    { id, comment },
  )
const refresh = (token: string, id: string) =>
  t.ask(token, `mutation ($id: ID!) { refreshWriteRequest(id: $id) { ${FIELDS} } }`, { id })
const seen = async (token: string, id: string) =>
  (await t.ask(token, `query ($id: ID!) { writeRequest(id: $id) { ${FIELDS} } }`, { id })).data.writeRequest

describe('edit before approve', () => {
  it('tells people what can be edited, and neither which record it is nor what the agent said beside', async () => {
    const { agent, technician, request } = await pending({
      status: 'Waiting on Vendor',
      reason: 'a part is missing',
    })
    const query = 'query ($id: ID!) { writeRequest(id: $id) { editable } }'
    const { data } = await t.ask(technician.token, query, { id: request.id })
    expect(data.writeRequest.editable).toEqual({ status: 'Waiting on Vendor' })
    expect(codesOf(await t.ask(agent.token, query, { id: request.id }))).toEqual(['ROLE_REQUIRED'])
  })

  it('is planned again as the next revision, and the agent sees what was made of its wish', async () => {
    const { agent, technician, ticket, request } = await pending()
    const edited = await edit(technician.token, request.id, 1, { title: 'Person' }, ['priority'])
    expect(edited.errors).toEqual([])
    expect(edited.data.editWriteRequest).toMatchObject({
      state: 'PENDING',
      revision: 2,
      edited: true,
      signatures: [],
    })
    expect(codesOf(await t.approve(technician.token, request))).toEqual(['PLAN_CHANGED'])
    expect(t.sent()).toEqual([])

    const approved = await t.approve(technician.token, edited.data.editWriteRequest)
    expect(approved.data.approve.state).toBe('EXECUTED')
    expect(t.inPsa(ticket.key).summary).toBe('Person')
    expect(await seen(agent.token, request.id)).toMatchObject({
      state: 'EXECUTED',
      edited: true,
      edits: [
        { field: 'title', asked: 'Agent', sent: 'Person' },
        { field: 'priority', asked: expect.any(String), sent: null },
      ],
    })
  })

  it('never widens what the agent may do', async () => {
    const { technician, request } = await pending()
    // Helpdesk writes no company, and the approver may not lend it that.
    const answer = await edit(technician.token, request.id, 1, { company: `acme-cw:Company:${COMPANY}` })
    expect(codesOf(answer)).toEqual(['FIELD_NOT_ALLOWED'])
    const denied = (await t.events()).filter(({ type }) => type === 'DECISION').at(-1)
    expect(denied?.body).toMatchObject({ actor: { kind: 'PERSON' }, decision: { code: 'FIELD_NOT_ALLOWED' } })
    expect(await seen(technician.token, request.id)).toMatchObject({
      state: 'PENDING',
      revision: 1,
      edited: false,
    })
  })

  it('drops the signatures so far', async () => {
    const { technician, request } = await pending()
    await t.store.db
      .updateTable('write_request')
      .set({ approvers_needed: 2 })
      .where('id', '=', request.id)
      .execute()
    expect((await t.approve(technician.token, request)).data.approve.state).toBe('PENDING')
    const { data } = await edit(technician.token, request.id, 1, { title: 'Again' })
    expect(data.editWriteRequest.signatures).toEqual([])
  })

  it.each<[string, unknown, readonly string[]]>([
    ['an unknown member', { colour: 'red' }, []],
    ['a value of another kind', { title: 5 }, []],
    ['another record', { id: 'acme-cw:Ticket:1' }, []],
    ['what is no part of the write', { reason: 'because' }, []],
    ['nothing', {}, []],
    ['what the input needs', {}, ['id']],
    ['no object', ['title'], []],
  ])('refuses %s', async (_what, changes, without) => {
    const { technician, request } = await pending()
    expect(codesOf(await edit(technician.token, request.id, 1, changes, without))).toEqual(['BAD_USER_INPUT'])
  })

  it('is for approvers, of a pending request, of the revision that they saw', async () => {
    const { agent, technician, request } = await pending()
    const viewer = await t.person({ role: 'viewer' })
    expect(codesOf(await edit(agent.token, request.id, 1, { title: 'x' }))).toEqual(['ROLE_REQUIRED'])
    expect(codesOf(await edit(viewer.token, request.id, 1, { title: 'x' }))).toEqual([
      'APPROVER_ROLE_REQUIRED',
    ])
    await edit(technician.token, request.id, 1, { title: 'First' })
    expect(codesOf(await edit(technician.token, request.id, 1, { title: 'Second' }))).toEqual([
      'PLAN_CHANGED',
    ])
    const { data } = await giveBack(technician.token, request.id)
    expect(data.returnToAgent.state).toBe('RETURNED')
    const late = await edit(technician.token, request.id, 2, { title: 'Late' })
    expect(late.errors[0]?.extensions).toMatchObject({ code: 'APPROVAL_NOT_PENDING', state: 'RETURNED' })
  })
})

describe('asking back', () => {
  it('the agent answers with the same mutation, as the next revision of the same request', async () => {
    const { agent, technician, ticket, request } = await pending()
    expect(codesOf(await giveBack(technician.token, request.id, ' '))).toEqual(['BAD_USER_INPUT'])
    await giveBack(technician.token, request.id)
    expect(await seen(agent.token, request.id)).toMatchObject({
      state: 'RETURNED',
      error: { code: 'REQUEST_RETURNED' },
      comments: [{ kind: 'RETURNED', text: 'Which printer?' }],
    })
    const input = {
      id: ticket.id,
      title: 'The one on floor 2',
      reason: 'as asked',
      request: request.id,
      idempotencyKey: 'answer-0001',
    }
    const { data, errors } = await t.write(agent.token, 'updateTicket', input)
    expect(errors).toEqual([])
    expect(data.updateTicket).toMatchObject({
      __typename: 'ApprovalPending',
      request: { id: request.id, revision: 2, state: 'PENDING', error: null },
    })
    const again = await t.write(agent.token, 'updateTicket', input)
    expect(again.data.updateTicket).toMatchObject({
      replayed: true,
      request: { id: request.id, revision: 2 },
    })
    expect((await t.approve(technician.token, data.updateTicket.request)).data.approve.state).toBe('EXECUTED')
    expect(t.inPsa(ticket.key).summary).toBe('The one on floor 2')
    expect(await seen(agent.token, request.id)).toMatchObject({ edited: false, edits: [] })
  })

  it('nobody else answers, nothing else is answered, and nothing twice', async () => {
    const { agent, technician, ticket, request } = await pending()
    const answer = (token: string, over: object = {}) =>
      t.write(token, 'updateTicket', { id: ticket.id, title: 'Answer', request: request.id, ...over })
    expect(codesOf(await answer(agent.token))).toEqual(['APPROVAL_NOT_PENDING'])
    await giveBack(technician.token, request.id)
    const other = await t.agent('HELPDESK')
    expect(codesOf(await answer(other.token))).toEqual(['NOT_FOUND'])
    const note = { ticket: ticket.id, kind: 'INTERNAL', text: 'x', request: request.id }
    expect(codesOf(await t.write(agent.token, 'addTicketNote', note))).toEqual(['BAD_USER_INPUT'])
    const answers = await Promise.all([answer(agent.token), answer(agent.token, { title: 'Other' })])
    expect(answers.flatMap(codesOf)).toHaveLength(1)
    expect(await seen(agent.token, request.id)).toMatchObject({ state: 'PENDING', revision: 2 })
  })
})

describe('a record that changed meanwhile', () => {
  const stale = async () => {
    const made = await pending({ status: 'Waiting on Vendor' })
    t.simulator.actAs('jdoe', 'PATCH', `/service/tickets/${made.ticket.key}`, [
      { op: 'replace', path: 'status', value: { name: 'New' } },
    ])
    expect(codesOf(await t.approve(made.technician.token, made.request))).toEqual(['REQUEST_STALE'])
    expect((await t.request(made.agent.token, made.request.id)).state).toBe('STALE')
    return made
  }

  it('is planned again by a person, from the same input', async () => {
    const { agent, technician, ticket, request } = await stale()
    expect(codesOf(await refresh(agent.token, request.id))).toEqual(['ROLE_REQUIRED'])
    const { data, errors } = await refresh(technician.token, request.id)
    expect(errors).toEqual([])
    expect(data.refreshWriteRequest).toMatchObject({
      state: 'PENDING',
      revision: 2,
      edited: false,
      error: null,
    })
    expect(codesOf(await refresh(technician.token, request.id))).toEqual(['APPROVAL_NOT_PENDING'])
    expect((await t.approve(technician.token, data.refreshWriteRequest)).data.approve.state).toBe('EXECUTED')
    expect(t.inPsa(ticket.key).status).toMatchObject({ name: 'Waiting on Vendor' })
  })

  it('or by the agent, that answers it', async () => {
    const { agent, ticket, request } = await stale()
    const { data } = await t.write(agent.token, 'updateTicket', {
      id: ticket.id,
      status: 'In Progress',
      request: request.id,
    })
    expect(data.updateTicket.request).toMatchObject({ id: request.id, revision: 2, state: 'PENDING' })
  })
})

describe('past its time', () => {
  const outOfTime = (id: string) =>
    t.store.db
      .updateTable('write_request')
      .set({ expires_at: new Date(Date.now() - 1_000) })
      .where('id', '=', id)
      .execute()

  it('nothing is edited, answered or planned again, swept or not', async () => {
    const { agent, technician, ticket, request } = await pending()
    await outOfTime(request.id)
    const edited = await edit(technician.token, request.id, 1, { title: 'Late' })
    const other = await pending()
    await giveBack(other.technician.token, other.request.id)
    await outOfTime(other.request.id)
    const answered = await t.write(other.agent.token, 'updateTicket', {
      id: other.ticket.id,
      title: 'Late',
      request: other.request.id,
    })
    for (const { errors } of [edited, answered])
      expect(errors[0]?.extensions).toMatchObject({ code: 'APPROVAL_NOT_PENDING', state: 'EXPIRED' })
    expect((await seen(agent.token, request.id)).revision).toBe(1)
    expect((await seen(other.agent.token, other.request.id)).revision).toBe(1)
    expect(t.inPsa(ticket.key).summary).toBe('Printer on fire')
  })
})

describe('a new try', () => {
  const again = (token: string, id: string, over: Readonly<Record<string, unknown>> = {}) =>
    t.ask(
      token,
      `mutation ($id: ID!, $reason: String, $key: String, $dryRun: Boolean! = false) {
        retryWriteRequest(id: $id, reason: $reason, idempotencyKey: $key, dryRun: $dryRun) { __typename replayed
          request { ${REQUEST} retryOf } } }`,
      { id, ...over },
    )
  const reject = (token: string, id: string) =>
    t.ask(token, 'mutation ($id: ID!) { reject(id: $id, reason: "Not now") { state } }', { id })

  async function rejected(change?: object, person?: string) {
    const made = await pending(change, person)
    expect((await reject(made.technician.token, made.request.id)).data.reject.state).toBe('REJECTED')
    return made
  }

  it('is a new request from the same input, judged and signed anew; the old one stays as it ended', async () => {
    const { agent, technician, ticket, request } = await rejected()
    const { data, errors } = await again(agent.token, request.id)
    expect(errors).toEqual([])
    const { request: second } = data.retryWriteRequest
    expect(data.retryWriteRequest).toMatchObject({
      __typename: 'ApprovalPending',
      replayed: false,
      request: { state: 'PENDING', revision: 1, retryOf: request.id },
    })
    expect(second.id).not.toBe(request.id)
    expect((await t.request(agent.token, request.id)).state).toBe('REJECTED')
    expect(t.sent()).toEqual([])
    expect((await t.approve(technician.token, second)).data.approve.state).toBe('EXECUTED')
    expect(t.inPsa(ticket.key).summary).toBe('Agent')
    expect(t.sent()).toHaveLength(1)
  })

  it('by a person waits for a signature, whatever the policy asks for', async () => {
    const agent = await t.agent('FULL_AUTOMATION')
    const technician = await t.person({ role: 'approver' })
    const ticket = t.ticket()
    await t.fault({ method: 'PATCH', kind: 'status', status: 400, body: { code: 'x', message: 'No' } })
    const failed = await t.write(agent.token, 'updateTicket', { id: ticket.id, title: 'Refused' })
    expect(codesOf(failed)).toEqual(['VENDOR_REJECTED'])
    const id = String(failed.errors[0]?.extensions.requestId)
    const { data, errors } = await again(technician.token, id)
    expect(errors).toEqual([])
    expect(data.retryWriteRequest.request).toMatchObject({ state: 'PENDING', retryOf: id })
    expect(t.sent()).toHaveLength(1)
    const approved = await t.approve(technician.token, data.retryWriteRequest.request)
    expect(approved.data.approve.state).toBe('EXECUTED')
    expect(t.inPsa(ticket.key).summary).toBe('Refused')
  })

  it('with the same key is the same one, and another key makes no second one beside it', async () => {
    const { agent, technician, request } = await rejected()
    const first = await again(agent.token, request.id, { key: 'once-more-1' })
    const same = await again(agent.token, request.id, { key: 'once-more-1' })
    const { id } = first.data.retryWriteRequest.request
    expect(same.data.retryWriteRequest).toMatchObject({ replayed: true, request: { id } })
    const other = await rejected()
    expect(codesOf(await again(other.agent.token, request.id))).toEqual(['NOT_FOUND'])
    expect(codesOf(await again(agent.token, request.id, { key: 'once-more-2' }))).toEqual(['BAD_USER_INPUT'])
    // What came to nothing makes room for another try.
    await reject(technician.token, id)
    const next = await again(agent.token, request.id, { key: 'once-more-2' })
    expect(next.data.retryWriteRequest.request.retryOf).toBe(request.id)
  })

  it('of two people at once is one request', async () => {
    const { technician, request } = await rejected()
    const second = await t.person({ role: 'approver' })
    const answers = await Promise.all([technician, second].map(({ token }) => again(token, request.id)))
    expect(answers.flatMap(codesOf)).toEqual(['BAD_USER_INPUT'])
  })

  it('is for its agent and for approvers, and a dry run makes none', async () => {
    const { agent, request } = await rejected()
    const viewer = await t.person({ role: 'viewer' })
    expect(codesOf(await again(viewer.token, request.id))).toEqual(['APPROVER_ROLE_REQUIRED'])
    const stored = await t.requestsStored()
    const { data } = await again(agent.token, request.id, { dryRun: true })
    expect(data.retryWriteRequest).toMatchObject({ __typename: 'DryRunPlan', request: null })
    expect(await t.requestsStored()).toBe(stored)
  })

  it('by the policy of now: what it refuses is not asked again', async () => {
    const { agent, request } = await rejected()
    const owner = await t.person({ role: 'owner' })
    const saved = await t.ask(
      owner.token,
      'mutation ($w: ID!, $p: JSON!) { saveWorkflowPolicy(workflow: $w, connection: "acme-cw", policy: $p) { version } }',
      { w: agent.workflowId, p: { groups: { Tickets: { level: 'READ_ONLY' } }, testMode: false } },
    )
    expect(saved.errors).toEqual([])
    expect(codesOf(await again(agent.token, request.id))).toEqual(['GROUP_READ_ONLY'])
  })

  it('is refused for what is not over, was executed, may have been applied, or was applied in part', async () => {
    const { agent, technician, request } = await pending()
    expect(codesOf(await again(agent.token, request.id))).toEqual(['BAD_USER_INPUT'])
    await t.approve(technician.token, request)
    expect(codesOf(await again(agent.token, request.id))).toEqual(['BAD_USER_INPUT'])

    const free = await t.agent('FULL_AUTOMATION')
    const failing = async (field: string, input: Readonly<Record<string, unknown>>) => {
      const { errors } = await t.write(free.token, field, input)
      expect(errors).toHaveLength(1)
      return String(errors[0]?.extensions.requestId)
    }
    await t.fault({ method: 'PATCH', kind: 'reset', when: 'after' })
    const unclear = await failing('updateTicket', { id: t.ticket().id, title: 'Unclear' })
    await t.fault({
      method: 'POST',
      path: '/\\/notes$/',
      kind: 'status',
      status: 400,
      body: { code: 'x', message: 'No' },
    })
    const inPart = await failing('workTicket', {
      id: t.ticket().id,
      update: { title: 'Half' },
      notes: [{ kind: 'INTERNAL', text: 'x' }],
    })
    const sent = t.sent().length
    for (const token of [free.token, technician.token]) {
      expect(codesOf(await again(token, unclear))).toEqual(['OUTCOME_UNKNOWN'])
      expect(codesOf(await again(token, inPart))).toEqual(['PARTIALLY_APPLIED'])
    }
    expect(t.sent()).toHaveLength(sent)
  })
})
