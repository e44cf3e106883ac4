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
