import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { saveConnection } from '../../gateway/store/connections.ts'
import { saveInstallation } from '../../gateway/store/installation.ts'
import { currentPolicies } from '../../gateway/store/workflows.ts'
import { profilePolicy } from '../../policy/profiles.ts'
import type { ApprovalRule, ConnectionPolicy } from '../../policy/types.ts'
import { connectwise } from '../../subgraphs/connectwise/index.ts'
import { COMPANY, codesOf, type Desk, OTHER_COMPANY, startDesk, until } from './desk.ts'

let t: Desk
beforeAll(async () => {
  t = await startDesk({ settings: { settleWait: 1, poll: 0.2 } })
})
afterAll(() => t.close())
beforeEach(() => t.simulator.clearJournal())
afterEach(async () => {
  await saveInstallation(t.store.db, { paused: false, test_mode: false })
  await saveConnection(t.store.db, 'acme-cw', { test_mode: false, paused: false })
  await t.store.db.deleteFrom('paused_company').execute()
})

const helpdesk = (approval?: readonly ApprovalRule[], level?: 'READ_ONLY'): ConnectionPolicy => {
  const policy = profilePolicy('HELPDESK', 'connectwise', connectwise.groups)
  const tickets = { ...policy.groups.Tickets!, ...(level && { level }), ...(approval && { approval }) }
  return { ...policy, testMode: false, groups: { ...policy.groups, Tickets: tickets } }
}

async function pending(agent: { token: string }, over: Record<string, unknown> = {}) {
  const ticket = t.ticket(over)
  const { data, errors } = await t.write(agent.token, 'updateTicket', { id: ticket.id, title: 'Waiting' })
  expect(errors).toEqual([])
  t.simulator.clearJournal()
  return { ticket, request: data.updateTicket.request as { id: string; planHash: string } }
}

const savePolicy = (token: string, workflow: string, policy: ConnectionPolicy) =>
  t.ask(
    token,
    'mutation ($w: ID!, $p: JSON!) { saveWorkflowPolicy(workflow: $w, connection: "acme-cw", policy: $p) { version } }',
    { w: workflow, p: policy },
  )

describe('a policy that changes while something waits', () => {
  it('cancels what it refuses now, and says why', async () => {
    const owner = await t.person({ role: 'owner' })
    const agent = await t.agent({ 'acme-cw': helpdesk() })
    const { request } = await pending(agent)
    expect(
      (await savePolicy(owner.token, agent.workflowId, helpdesk(undefined, 'READ_ONLY'))).errors,
    ).toEqual([])
    expect(await t.request(agent.token, request.id)).toMatchObject({
      state: 'CANCELLED',
      error: { code: 'GROUP_READ_ONLY' },
    })
    // What was read goes on record a moment later.
    const last = (await t.events()).findLast(({ type }) => type !== 'READ')
    expect(last).toMatchObject({ type: 'REQUEST_CANCELLED', body: { actor: { id: owner.id } } })
  })

  it('keeps what it still allows waiting, for as many as it asks for now', async () => {
    const owner = await t.person({ role: 'owner' })
    const [a, b] = [await t.person({ role: 'approver' }), await t.person({ role: 'approver' })]
    const agent = await t.agent({ 'acme-cw': helpdesk([{ approvers: 1 }]) })
    const { request } = await pending(agent)
    await savePolicy(owner.token, agent.workflowId, helpdesk([{ approvers: 2 }]))
    expect(await t.request(agent.token, request.id)).toMatchObject({ state: 'PENDING', approversNeeded: 2 })
    expect((await t.approve(a.token, request)).data.approve.state).toBe('PENDING')
    await savePolicy(owner.token, agent.workflowId, helpdesk([{ approvers: 0 }]))
    // Asked of a person, decided by a person.
    expect(await t.request(agent.token, request.id)).toMatchObject({ state: 'PENDING', approversNeeded: 1 })
    expect((await t.approve(b.token, request)).data.approve.state).toBe('EXECUTED')
  })

  it('leaves the requests of others alone', async () => {
    const owner = await t.person({ role: 'owner' })
    const [agent, other] = [
      await t.agent({ 'acme-cw': helpdesk() }),
      await t.agent({ 'acme-cw': helpdesk() }),
    ]
    const { request } = await pending(other)
    await savePolicy(owner.token, agent.workflowId, helpdesk(undefined, 'READ_ONLY'))
    expect((await t.request(other.token, request.id)).state).toBe('PENDING')
  })
})

describe('test mode that is turned on while something waits', () => {
  it.each(['workflow', 'connection', 'installation'])('for the %s: it is cancelled', async (where) => {
    const owner = await t.person({ role: 'owner' })
    const agent = await t.agent({ 'acme-cw': helpdesk() })
    const { request } = await pending(agent)
    const argument =
      { workflow: `, workflow: "${agent.workflowId}"`, connection: ', connection: "acme-cw"' }[where] ?? ''
    expect((await t.ask(owner.token, `mutation { setTestMode(on: true${argument}) { on } }`)).errors).toEqual(
      [],
    )
    expect(await t.request(agent.token, request.id)).toMatchObject({
      state: 'CANCELLED',
      error: { code: 'REQUEST_CANCELLED', message: expect.stringContaining('Test mode') },
    })
  })
})

describe('a pause', () => {
  const place = (what: string, agent: { workflowId: string }) =>
    ({
      workflow: `(workflow: "${agent.workflowId}")`,
      connection: '(connection: "acme-cw")',
      company: `(company: "acme-cw:Company:${COMPANY}")`,
      installation: '',
    })[what] ?? ''

  it.each(['workflow', 'connection', 'company', 'installation'])(
    'of the %s holds what is approved, lets reads go on, and cancels nothing',
    async (what) => {
      const owner = await t.person({ role: 'owner' })
      const technician = await t.person({ role: 'approver' })
      const agent = await t.agent({ 'acme-cw': helpdesk() })
      const where = place(what, agent)
      const paused = await t.ask(owner.token, `mutation { pause${where} { paused } }`)
      expect(paused.errors).toEqual([])
      expect(paused.data.pause.paused).toEqual([expect.stringMatching(new RegExp(`^${what}`))])
      const { ticket, request } = await pending(agent)
      expect((await t.approve(technician.token, request)).data.approve.state).toBe('APPROVED')
      // Longer than an approved write may wait: what a pause holds does not run out.
      await t.store.db
        .updateTable('write_request')
        .set({ execute_before: new Date(Date.now() - 1_000) })
        .where('id', '=', request.id)
        .execute()
      t.gateway.services.executor.wake()
      const read = await t.ask(agent.token, 'query ($id: ID!) { ticket(id: $id) { title } }', {
        id: ticket.id,
      })
      expect(read.data.ticket.title).toBe('Printer on fire')
      expect((await t.request(agent.token, request.id)).state).toBe('APPROVED')
      expect(t.sent()).toEqual([])

      const resumed = await t.ask(owner.token, `mutation { resume${where} { paused } }`)
      expect(resumed.data.resume.paused).toEqual([])
      await until(async () => (await t.request(agent.token, request.id)).state === 'EXECUTED')
      expect(t.sent()).toHaveLength(1)
    },
  )

  it('of one company holds nothing of another', async () => {
    const owner = await t.person({ role: 'owner' })
    const technician = await t.person({ role: 'approver' })
    const agent = await t.agent({ 'acme-cw': helpdesk() })
    await t.ask(owner.token, `mutation { pause(company: "acme-cw:Company:${COMPANY}") { paused } }`)
    const { request } = await pending(agent, { company: { id: OTHER_COMPANY } })
    expect((await t.approve(technician.token, request)).data.approve.state).toBe('EXECUTED')
  })

  it('is for administrators, and of one place', async () => {
    const technician = await t.person({ role: 'approver' })
    const agent = await t.agent({ 'acme-cw': helpdesk() })
    const owner = await t.person({ role: 'owner' })
    expect(codesOf(await t.ask(technician.token, 'mutation { pause { paused } }'))).toEqual(['ROLE_REQUIRED'])
    expect(codesOf(await t.ask(agent.token, 'mutation { pause { paused } }'))).toEqual(['ROLE_REQUIRED'])
    const admin = await t.person({ role: 'policyAdmin', connection: 'acme-cw' })
    expect(codesOf(await t.ask(admin.token, 'mutation { pause { paused } }'))).toEqual(['ROLE_REQUIRED'])
    const two = `mutation { pause(connection: "acme-cw", company: "acme-cw:Company:${COMPANY}") { paused } }`
    expect(codesOf(await t.ask(owner.token, two))).toEqual(['BAD_USER_INPUT'])
    expect(await currentPolicies(t.store.db, agent.workflowId)).toHaveLength(1)
  })
})

describe('deadlines', () => {
  it('end with the next business day of the calendar, by the store', async () => {
    const owner = await t.person({ role: 'owner' })
    const calendar = `mutation { saveBusinessCalendar(input: { timeZone: "Europe/Berlin", hours: [
      ${['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY']
        .map((day) => `{ day: ${day}, opens: "09:00", closes: "17:30" }`)
        .join(' ')}] }) { timeZone } }`
    expect((await t.ask(owner.token, calendar)).errors).toEqual([])
    const { request } = await pending(await t.agent({ 'acme-cw': helpdesk() }))
    const { data } = await t.ask(
      owner.token,
      'query ($id: ID!) { writeRequest(id: $id) { expiresAt createdAt } }',
      {
        id: request.id,
      },
    )
    const berlin = (at: string) =>
      new Intl.DateTimeFormat('sv-SE', {
        timeZone: 'Europe/Berlin',
        dateStyle: 'short',
        timeStyle: 'short',
      }).format(new Date(at))
    const tomorrow = new Date(Date.parse(data.writeRequest.createdAt) + 24 * 3_600_000).toISOString()
    expect(berlin(data.writeRequest.expiresAt)).toBe(`${berlin(tomorrow).slice(0, 10)} 17:30`)
  })

  it('are told of before, once', async () => {
    const agent = await t.agent({ 'acme-cw': helpdesk() })
    const { request } = await pending(agent)
    await t.store.db
      .updateTable('write_request')
      .set({ expires_at: new Date(Date.now() + 3_600_000) })
      .where('id', '=', request.id)
      .execute()
    const warnings = async () =>
      (await t.events()).filter(
        ({ type, request_id }) => type === 'REQUEST_EXPIRING' && request_id === request.id,
      )
    // Asked within the last two hours of its time: nothing to warn of.
    t.gateway.services.executor.wake()
    await new Promise((done) => setTimeout(done, 500))
    expect(await warnings()).toEqual([])

    const warned = await startDesk({ settings: { warnBefore: 3_600, poll: 0.1, pendingFor: 3_601 } })
    try {
      const other = await warned.agent('HELPDESK')
      const { data } = await warned.write(other.token, 'updateTicket', {
        id: warned.ticket().id,
        title: 'Soon',
      })
      const { id } = data.updateTicket.request
      const types = async () =>
        (await warned.events()).filter(({ request_id }) => request_id === id).map(({ type }) => type)
      await until(async () => (await types()).includes('REQUEST_EXPIRING'))
      await new Promise((done) => setTimeout(done, 500))
      expect(await types()).toEqual(['REQUEST_CREATED', 'REQUEST_EXPIRING'])
    } finally {
      await warned.close()
    }
  })
})
