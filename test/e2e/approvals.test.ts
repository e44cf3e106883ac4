import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { freshToken } from '../../gateway/identity/tokens.ts'
import { saveConnection } from '../../gateway/store/connections.ts'
import { saveInstallation } from '../../gateway/store/installation.ts'
import { forgetLooks } from '../../gateway/store/looks.ts'
import { createAgentToken } from '../../gateway/store/tokens.ts'
import { savePolicy } from '../../gateway/store/workflows.ts'
import { profilePolicy } from '../../policy/profiles.ts'
import type { ApprovalRule, ConnectionPolicy } from '../../policy/types.ts'
import { connectwise } from '../../subgraphs/connectwise/index.ts'
import {
  COMPANY,
  codesOf,
  type Desk,
  expectSoundTrail,
  SECURITY,
  SERVICE_DESK,
  startDesk,
  until,
} from './desk.ts'

let t: Desk
beforeAll(async () => {
  t = await startDesk({ settings: { settleWait: 2 } })
})
afterAll(() => t.close())
beforeEach(() => t.simulator.clearJournal())
afterEach(async () => {
  await saveInstallation(t.store.db, { paused: false, test_mode: false })
  await saveConnection(t.store.db, 'acme-cw', { test_mode: false, enabled: true })
})

const helpdesk = (approval?: readonly ApprovalRule[]): ConnectionPolicy => {
  const policy = profilePolicy('HELPDESK', 'connectwise', connectwise.groups)
  const tickets = policy.groups.Tickets
  if (tickets === undefined) throw new Error('no Tickets')
  return {
    ...policy,
    testMode: false,
    groups: { ...policy.groups, Tickets: { ...tickets, ...(approval && { approval }) } },
  }
}

async function pending(
  token: string,
  change: Readonly<Record<string, unknown>> = { status: 'Waiting on Vendor' },
  over?: Record<string, unknown>,
) {
  const ticket = t.ticket(over)
  const { data, errors } = await t.write(token, 'updateTicket', { id: ticket.id, ...change })
  expect(errors).toEqual([])
  expect(data.updateTicket.__typename).toBe('ApprovalPending')
  t.simulator.clearJournal()
  return { ticket, request: data.updateTicket.request as { id: string; planHash: string } }
}

const nextPolicy = (workflowId: string, after: number, policy: ConnectionPolicy | null) =>
  t.store.transaction((trx) => savePolicy(trx, { workflowId, connection: 'acme-cw', after, policy }))

describe('deciding', () => {
  it('refuses another plan than the one on the table', async () => {
    const agent = await t.agent('HELPDESK')
    const technician = await t.person({ role: 'approver' })
    const { request } = await pending(agent.token)
    expect(codesOf(await t.approve(technician.token, { ...request, planHash: 'f'.repeat(64) }))).toEqual([
      'PLAN_CHANGED',
    ])
    expect((await t.request(agent.token, request.id)).state).toBe('PENDING')
    expect(t.sent()).toEqual([])
  })

  it('sends once, however often and by how many it is approved at the same time', async () => {
    const agent = await t.agent('HELPDESK')
    const people = await Promise.all(Array.from({ length: 4 }, () => t.person({ role: 'approver' })))
    const { request } = await pending(agent.token)
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => t.approve(people[index % 4]?.token ?? '', request)),
    )
    expect(t.sent()).toHaveLength(1)
    const codes = new Set(answers.flatMap(codesOf))
    codes.delete('APPROVAL_NOT_PENDING')
    expect([...codes]).toEqual([])
    expect((await t.request(agent.token, request.id)).state).toBe('EXECUTED')
    const again = await t.approve(people[0]?.token ?? '', request)
    expect(again.data.approve?.state ?? codesOf(again)[0]).toMatch(/^(EXECUTED|APPROVAL_NOT_PENDING)$/)
    expect(t.sent()).toHaveLength(1)
  })

  it('a rejection tells the agent why and ends it', async () => {
    const agent = await t.agent('HELPDESK')
    const technician = await t.person({ role: 'approver' })
    const { request } = await pending(agent.token)
    const reject = (reason: string) =>
      t.ask(
        technician.token,
        'mutation ($id: ID!, $reason: String!) { reject(id: $id, reason: $reason) { state } }',
        { id: request.id, reason },
      )
    expect(codesOf(await reject(' '))).toEqual(['BAD_USER_INPUT'])
    expect((await reject('The client said wait.')).data.reject.state).toBe('REJECTED')
    expect(codesOf(await reject('again'))).toEqual(['APPROVAL_NOT_PENDING'])
    expect(codesOf(await t.approve(technician.token, request))).toEqual(['APPROVAL_NOT_PENDING'])
    expect(await t.request(agent.token, request.id)).toMatchObject({
      state: 'REJECTED',
      error: { code: 'REQUEST_REJECTED' },
      comments: [{ kind: 'REJECTED', text: 'The client said wait.' }],
    })
    expect(t.sent()).toEqual([])
  })

  it('the agent withdraws its own request until it is executed, and nobody else', async () => {
    const [agent, other] = [await t.agent('HELPDESK'), await t.agent('HELPDESK')]
    const technician = await t.person({ role: 'approver' })
    const { request } = await pending(agent.token)
    const cancel = (token: string, id = request.id) =>
      t.ask(token, 'mutation ($id: ID!) { cancelWriteRequest(id: $id) { state } }', { id })
    expect(codesOf(await cancel(other.token))).toEqual(['NOT_FOUND'])
    expect((await cancel(agent.token)).data.cancelWriteRequest.state).toBe('CANCELLED')
    expect(codesOf(await t.approve(technician.token, request))).toEqual(['APPROVAL_NOT_PENDING'])
    const second = await pending(agent.token)
    await t.approve(technician.token, second.request)
    expect(codesOf(await cancel(agent.token, second.request.id))).toEqual(['APPROVAL_NOT_PENDING'])
    expect(t.sent()).toHaveLength(1)
  })

  it('needs two different people where the rule says two', async () => {
    const agent = await t.agent({ 'acme-cw': helpdesk([{ approvers: 2 }]) })
    const [a, b] = [await t.person({ role: 'approver' }), await t.person({ role: 'approver' })]
    const { request } = await pending(agent.token)
    expect((await t.approve(a.token, request)).data.approve).toMatchObject({
      state: 'PENDING',
      approversNeeded: 2,
    })
    expect((await t.approve(a.token, request)).data.approve.state).toBe('PENDING')
    expect(t.sent()).toEqual([])
    expect((await t.approve(b.token, request)).data.approve.state).toBe('EXECUTED')
    expect(t.sent()).toHaveLength(1)
  })
})

describe('who may approve', () => {
  it('no AI agent, and nobody without the role', async () => {
    const agent = await t.agent('HELPDESK')
    const { request } = await pending(agent.token)
    const viewer = await t.person({ role: 'viewer' })
    const administrator = await t.person({ role: 'policyAdmin' })
    expect(codesOf(await t.approve(agent.token, request))).toEqual(['ROLE_REQUIRED'])
    expect(codesOf(await t.approve(viewer.token, request))).toEqual(['APPROVER_ROLE_REQUIRED'])
    expect(codesOf(await t.approve(administrator.token, request))).toEqual(['APPROVER_ROLE_REQUIRED'])
    const nobody = await t.person()
    expect(codesOf(await t.approve(nobody.token, request))).toEqual(['APPROVER_ROLE_REQUIRED'])
    expect(t.sent()).toEqual([])
  })

  it.each([
    ['another group', { groups: ['Time Entries'] }, false],
    ['this group', { groups: ['Tickets'] }, true],
    ['another board', { boards: [String(SECURITY)] }, false],
    ['this board', { boards: [String(SERVICE_DESK)] }, true],
    ['another company', { companies: ['251'] }, false],
    ['this company', { companies: [String(COMPANY)] }, true],
  ])('an approver for %s: %j', async (_what, scope, may) => {
    const agent = await t.agent('HELPDESK')
    const technician = await t.person({ role: 'approver', connection: 'acme-cw', ...scope })
    const { request } = await pending(agent.token)
    const answer = await t.approve(technician.token, request)
    expect(may ? answer.data.approve.state : codesOf(answer)[0]).toBe(
      may ? 'EXECUTED' : 'APPROVER_ROLE_REQUIRED',
    )
  })

  it('for both boards when a ticket moves, and for every group of a plan', async () => {
    const agent = await t.agent('HELPDESK')
    const move = { board: `acme-cw:Board:${SECURITY}`, status: 'New' }
    const { request } = await pending(agent.token, move)
    const one = await t.person({ role: 'approver', boards: [String(SECURITY)] })
    expect(codesOf(await t.approve(one.token, request))).toEqual(['APPROVER_ROLE_REQUIRED'])
    const both = await t.person({ role: 'approver', boards: [String(SECURITY), String(SERVICE_DESK)] })
    expect((await t.approve(both.token, request)).data.approve.state).toBe('EXECUTED')

    const ticket = t.ticket()
    const worked = await t.write(agent.token, 'workTicket', {
      id: ticket.id,
      update: { title: 'x' },
      notes: [{ kind: 'INTERNAL', text: 'y' }],
    })
    const { request: work } = worked.data.workTicket
    expect(work.groups).toEqual(['Ticket Notes', 'Tickets'])
    const tickets = await t.person({ role: 'approver', groups: ['Tickets'] })
    expect(codesOf(await t.approve(tickets.token, work))).toEqual(['APPROVER_ROLE_REQUIRED'])
    const twice = await t.person(
      { role: 'approver', groups: ['Tickets'] },
      { role: 'approver', groups: ['Ticket Notes'] },
    )
    expect((await t.approve(twice.token, work)).data.approve.state).toBe('EXECUTED')
  })

  it('the person it works for, unless the rule says not', async () => {
    const technician = await t.person({ role: 'approver' })
    const usual = await t.agent('HELPDESK', technician.id)
    const { request } = await pending(usual.token)
    expect((await t.approve(technician.token, request)).data.approve.state).toBe('EXECUTED')
    const strict = await t.agent(
      { 'acme-cw': helpdesk([{ approvers: 1, notRequester: true }]) },
      technician.id,
    )
    const own = await pending(strict.token)
    expect(codesOf(await t.approve(technician.token, own.request))).toEqual(['SELF_APPROVAL_FORBIDDEN'])
    expect(
      (await t.approve((await t.person({ role: 'approver' })).token, own.request)).data.approve.state,
    ).toBe('EXECUTED')
  })

  it('under four eyes not the owner of its token either', async () => {
    const owner = await t.person({ role: 'owner' })
    const agent = await t.agent({ 'acme-cw': helpdesk([{ approvers: 1, fourEyes: true }]) })
    const { id, hash } = freshToken('csa')
    await createAgentToken(t.store.db, {
      id,
      agentId: agent.id,
      hash,
      expiresAt: new Date(Date.now() + 60_000),
      createdBy: owner.id,
    })
    const { request } = await pending(agent.token)
    expect(codesOf(await t.approve(owner.token, request))).toEqual(['SELF_APPROVAL_FORBIDDEN'])
  })

  it('a rule that became stricter after the request counts, too', async () => {
    const technician = await t.person({ role: 'approver' })
    const agent = await t.agent({ 'acme-cw': helpdesk() }, technician.id)
    const { request } = await pending(agent.token)
    await nextPolicy(agent.workflowId, 1, helpdesk([{ approvers: 2, notRequester: true }]))
    expect(codesOf(await t.approve(technician.token, request))).toEqual(['SELF_APPROVAL_FORBIDDEN'])
    const other = await t.person({ role: 'approver' })
    expect((await t.approve(other.token, request)).data.approve.state).toBe('PENDING')
    expect(t.sent()).toEqual([])
  })
})

describe('what changed since the plan', () => {
  it('the record: STALE, and nothing is sent', async () => {
    const agent = await t.agent('HELPDESK')
    const technician = await t.person({ role: 'approver' })
    const { ticket, request } = await pending(agent.token)
    t.simulator.actAs('jdoe', 'PATCH', `/service/tickets/${ticket.key}`, [
      { op: 'replace', path: 'status', value: { name: 'Assigned' } },
    ])
    const answer = await t.approve(technician.token, request)
    expect(answer.errors).toMatchObject([
      { extensions: { code: 'REQUEST_STALE', changed: [`Ticket ${ticket.key}: status`] } },
    ])
    expect(await t.request(agent.token, request.id)).toMatchObject({
      state: 'STALE',
      error: { code: 'REQUEST_STALE' },
    })
    expect(t.sent()).toEqual([])
  })

  it('anything of a record that is to be deleted: STALE', async () => {
    const groups = { Tickets: { level: 'READ_WRITE', delete: true } } as const
    const agent = await t.agent({ 'acme-cw': { groups, testMode: false } })
    const technician = await t.person({ role: 'approver' })
    const { id, key } = t.ticket()
    const { data, errors } = await t.writeBlind(agent.token, 'deleteTicket', { id })
    expect(errors).toEqual([])
    // Another second: the marker is the time of the last change.
    t.simulator.setNow(new Date(Date.now() + 5_000))
    t.simulator.actAs('jdoe', 'PATCH', `/service/tickets/${key}`, [
      { op: 'replace', path: 'poNumber', value: 'No baseline shows this' },
    ])
    t.simulator.setNow(undefined)
    expect(codesOf(await t.approve(technician.token, data.deleteTicket.request))).toEqual(['REQUEST_STALE'])
    expect(t.sent()).toEqual([])
  })

  it('a value that the request does not show, of a record without a version marker: STALE', async () => {
    const groups = { Contacts: { level: 'READ_WRITE', delete: true } } as const
    const agent = await t.agent({ 'acme-cw': { groups, testMode: false } })
    const technician = await t.person({ role: 'approver' })
    const [contact] = t.simulator.dataset.contacts
    const { data, errors } = await t.writeBlind(agent.token, 'deleteContact', {
      id: `acme-cw:Contact:${contact?.id}`,
    })
    expect(errors).toEqual([])
    t.simulator.actAs('jdoe', 'PATCH', `/company/contacts/${contact?.id}`, [
      { op: 'replace', path: 'title', value: 'Head of something else' },
    ])
    expect(codesOf(await t.approve(technician.token, data.deleteContact.request))).toEqual(['REQUEST_STALE'])
    expect(t.sent()).toEqual([])
  })

  it('by somebody else while it was being sent: told, since no PSA compares and sets', async () => {
    const agent = await t.agent('FULL_AUTOMATION')
    const { id, key } = t.ticket()
    await t.fault({
      method: 'PATCH',
      path: `/service/tickets/${key}`,
      kind: 'delay',
      delayMs: 1_500,
      when: 'after',
    })
    const writing = t.write(agent.token, 'updateTicket', { id, title: 'Ours' })
    await until(() => t.inPsa(key).summary === 'Ours')
    t.simulator.actAs('jdoe', 'PATCH', `/service/tickets/${key}`, [
      { op: 'replace', path: 'summary', value: 'Theirs' },
    ])
    const { data, errors } = await writing
    expect(errors).toEqual([])
    // The answer may come before it was read back.
    await until(async () => {
      const seen = await t.ask(
        agent.token,
        'query ($id: ID!) { writeRequest(id: $id) { state concurrentChange } }',
        { id: data.updateTicket.request.id },
      )
      return seen.data.writeRequest.state === 'EXECUTED' && seen.data.writeRequest.concurrentChange
    })
  })

  it('something else of the record: no matter', async () => {
    const agent = await t.agent('HELPDESK')
    const technician = await t.person({ role: 'approver' })
    const { ticket, request } = await pending(agent.token)
    t.simulator.actAs('jdoe', 'PATCH', `/service/tickets/${ticket.key}`, [
      { op: 'replace', path: 'summary', value: 'Said better' },
    ])
    expect((await t.approve(technician.token, request)).data.approve.state).toBe('EXECUTED')
  })

  it('what another request of ours changed: no matter, unless both write it or it closes the ticket', async () => {
    const agent = await t.agent('HELPDESK')
    const technician = await t.person({ role: 'approver' })
    const both = async (status: string, other: string) => {
      const { id } = t.ticket()
      const { data } = await t.ask(
        agent.token,
        `mutation ($id: ID!, $status: String!) {
          a: updateTicket(input: { id: $id, status: $status }) { ... on WriteOutcome { request { id planHash } } }
          b: ${other} { ... on WriteOutcome { request { id planHash } } } }`,
        { id, status },
      )
      expect((await t.approve(technician.token, data.a.request)).data.approve.state).toBe('EXECUTED')
      return t.approve(technician.token, data.b.request)
    }
    const note = 'addTicketNote(input: { ticket: $id, kind: INTERNAL, text: "Called" })'
    expect((await both('Waiting on Vendor', note)).data.approve?.state).toBe('EXECUTED')
    expect(codesOf(await both('Closed', note))).toEqual(['REQUEST_STALE'])
    const same = 'updateTicket(input: { id: $id, status: "Assigned" })'
    expect(codesOf(await both('Waiting on Vendor', same))).toEqual(['REQUEST_STALE'])
  })

  it('the policy refuses it by now: CANCELLED, and nothing is sent', async () => {
    const agent = await t.agent('HELPDESK')
    const technician = await t.person({ role: 'approver' })
    const { request } = await pending(agent.token)
    await nextPolicy(agent.workflowId, 1, profilePolicy('READ_ONLY', 'connectwise', connectwise.groups))
    expect(codesOf(await t.approve(technician.token, request))).toEqual(['APPROVAL_NOT_PENDING'])
    expect(await t.request(agent.token, request.id)).toMatchObject({
      state: 'CANCELLED',
      error: { code: 'GROUP_READ_ONLY' },
    })
    expect(t.sent()).toEqual([])
  })

  it.each([
    [
      'test mode of the installation',
      () => saveInstallation(t.store.db, { test_mode: true }),
      'CANCELLED',
      'REQUEST_CANCELLED',
    ],
    [
      'test mode of the connection',
      () => saveConnection(t.store.db, 'acme-cw', { test_mode: true }),
      'CANCELLED',
      'REQUEST_CANCELLED',
    ],
  ])('after the last signature, %s: nothing is sent', async (_what, change, state, code) => {
    const agent = await t.agent('HELPDESK')
    const technician = await t.person({ role: 'approver' })
    const { request } = await pending(agent.token)
    await saveInstallation(t.store.db, { paused: true })
    expect((await t.approve(technician.token, request)).data.approve.state).toBe('APPROVED')
    await change()
    await saveInstallation(t.store.db, { paused: false })
    await until(
      async () => !['APPROVED', 'EXECUTING'].includes((await t.request(agent.token, request.id)).state),
    )
    expect(await t.request(agent.token, request.id)).toMatchObject({ state, error: { code } })
    expect(t.sent()).toEqual([])
  })

  it('after the last signature its person lost the role, or the record changed: STALE', async () => {
    const agent = await t.agent('HELPDESK')
    const [technician, other] = [await t.person({ role: 'approver' }), await t.person({ role: 'approver' })]
    const [first, second] = [await pending(agent.token), await pending(agent.token)]
    await saveInstallation(t.store.db, { paused: true })
    await Promise.all([t.approve(technician.token, first.request), t.approve(other.token, second.request)])
    await t.store.db.deleteFrom('person_role').where('person_id', '=', technician.id).execute()
    t.simulator.actAs('jdoe', 'PATCH', `/service/tickets/${second.ticket.key}`, [
      { op: 'replace', path: 'status', value: { name: 'Assigned' } },
    ])
    t.simulator.clearJournal()
    await saveInstallation(t.store.db, { paused: false })
    for (const { request } of [first, second]) {
      await until(
        async () => !['APPROVED', 'EXECUTING'].includes((await t.request(agent.token, request.id)).state),
      )
      expect(await t.request(agent.token, request.id)).toMatchObject({
        state: 'STALE',
        error: { code: 'REQUEST_STALE' },
      })
    }
    expect(t.sent()).toEqual([])
  })

  it('the agent was revoked: what it has not sent is cancelled', async () => {
    const owner = await t.person({ role: 'owner' })
    const agent = await t.agent('HELPDESK')
    const { request } = await pending(agent.token)
    const revoked = await t.ask(
      owner.token,
      'mutation ($id: ID!) { revokeAgentToken(tokenId: $id) { agentRevoked cancelled } }',
      { id: agent.tokenId },
    )
    expect(revoked.data.revokeAgentToken).toEqual({ agentRevoked: true, cancelled: 1 })
    await expect(t.ask(agent.token, '{ viewer { name } }')).rejects.toMatchObject({
      extensions: { code: 'UNAUTHENTICATED' },
    })
    expect((await t.request(owner.token, request.id)).state).toBe('CANCELLED')
    expect(codesOf(await t.approve(owner.token, request))).toEqual(['APPROVAL_NOT_PENDING'])
    expect(t.sent()).toEqual([])
  })
})

it('nobody decided in time: EXPIRED', async () => {
  const short = await startDesk({ settings: { pendingFor: 1, settleWait: 2 } })
  try {
    const agent = await short.agent('HELPDESK')
    const technician = await short.person({ role: 'approver' })
    const { data } = await short.write(agent.token, 'updateTicket', {
      id: short.ticket().id,
      title: 'Too late',
    })
    const { request } = data.updateTicket
    await until(async () => (await short.request(agent.token, request.id)).state === 'EXPIRED')
    expect(await short.request(agent.token, request.id)).toMatchObject({ error: { code: 'REQUEST_EXPIRED' } })
    const late = await short.approve(technician.token, request)
    expect(late.errors).toMatchObject([{ extensions: { code: 'APPROVAL_NOT_PENDING', state: 'EXPIRED' } }])
    expect(short.sent()).toEqual([])
  } finally {
    await short.close()
  }
})

it('a request shows only to its agent and to people of its connection', async () => {
  const two = await startDesk({ connections: ['acme-cw', 'beta-cw'] })
  try {
    const agent = await two.agent({ 'acme-cw': 'HELPDESK' })
    const { data } = await two.write(agent.token, 'updateTicket', { id: two.ticket().id, title: 'Mine' })
    const { request } = data.updateTicket
    const beta = await two.person({ role: 'approver', connection: 'beta-cw' })
    const other = await two.agent({ 'beta-cw': 'HELPDESK' })
    for (const { token } of [beta, other]) {
      const asked = await two.ask(
        token,
        `{ writeRequest(id: "${request.id}") { id } writeRequests { nodes { id } } }`,
      )
      expect(asked.data).toEqual({ writeRequest: null, writeRequests: { nodes: [] } })
      expect(codesOf(asked)).toEqual(['NOT_FOUND'])
    }
    expect(codesOf(await two.approve(beta.token, request))).toEqual(['NOT_FOUND'])

    const look = (token: string) =>
      two.ask(token, `mutation { lookAtRequest(id: "${request.id}") { person { id } } }`)
    const looks = async (token: string) =>
      (await two.ask(token, '{ requestLooks { request person { id } } }')).data.requestLooks
    const [dana, robin] = [await two.person({ role: 'approver' }), await two.person({ role: 'viewer' })]
    expect(codesOf(await look(beta.token))).toEqual(['NOT_FOUND'])
    expect(codesOf(await look(agent.token))).toEqual(['ROLE_REQUIRED'])
    expect((await look(dana.token)).data.lookAtRequest).toEqual([])
    expect((await look(robin.token)).data.lookAtRequest).toEqual([{ person: { id: dana.id } }])
    expect(await looks(dana.token)).toEqual([{ request: request.id, person: { id: robin.id } }])
    expect(await looks(beta.token)).toEqual([])
    await two.ask(robin.token, `mutation { lookAwayFromRequest(id: "${request.id}") }`)
    expect(await looks(dana.token)).toEqual([])
    // A page that vanished says nothing any more.
    const over = { lease_until: new Date(Date.now() - 1_000) }
    await two.store.db.updateTable('request_look').set(over).execute()
    expect(await looks(robin.token)).toEqual([])
    await forgetLooks(two.store.db)
    expect(await two.store.db.selectFrom('request_look').selectAll().execute()).toEqual([])

    const listed = await two.ask(agent.token, '{ writeRequests { nodes { id state } endCursor } }')
    expect(listed.data.writeRequests.nodes).toEqual([{ id: request.id, state: 'PENDING' }])
    expect(codesOf(await two.ask(agent.token, '{ writeRequests(after: "x.y") { nodes { id } } }'))).toEqual([
      'BAD_USER_INPUT',
    ])
  } finally {
    await two.close()
  }
})

it('the trail of all this is whole', async () => {
  const agent = await t.agent('HELPDESK')
  const technician = await t.person({ role: 'approver' })
  const { request } = await pending(agent.token)
  await t.approve(technician.token, request)
  await expectSoundTrail(t, t.sent(), [agent.token, technician.token, t.simulator.credentials.privateKey])
})
