import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pausePlaces } from '../../gateway/store/budgets.ts'
import { connectwise } from '../../subgraphs/connectwise/index.ts'
import type { TestAgent } from '../gateway.ts'
import { codesOf, type Desk, startDesk, until } from './desk.ts'

const EVENTS = `query ($filter: EventFilter, $order: EventOrder, $first: Int, $after: String) {
  events(filter: $filter, order: $order, first: $first, after: $after) { hasNextPage endCursor nodes {
    id seq type at message outcome code rules groups fields connection records count
    actor { id name } agent { name } workflow { id } request { id state }
    vendorRequests { method path status count durationMs } } } }`

let t: Desk
let agent: TestAgent
let other: TestAgent
let auditor: string
let technician: string
let ticket: string
let request: { id: string; planHash: string }

beforeAll(async () => {
  t = await startDesk({ connections: ['acme-cw', 'beta-cw'] })
  agent = await t.agent({ 'acme-cw': 'HELPDESK' })
  other = await t.agent({ 'beta-cw': 'HELPDESK' })
  auditor = (await t.person({ role: 'auditor' })).token
  technician = (await t.person({ role: 'approver', connection: 'acme-cw' })).token
  ticket = t.ticket().id
  const asked = await t.write(agent.token, 'updateTicket', { id: ticket, status: 'Waiting on Vendor' })
  request = asked.data.updateTicket.request
  await t.approve(technician, request)
  await until(async () => (await t.request(agent.token, request.id)).state === 'EXECUTED')
  await t.ask(agent.token, `{ ticket(id: "${ticket}") { title } }`)
  await t.ask(agent.token, '{ tickets(first: 2) { nodes { title } } }')
  await t.writeBlind(agent.token, 'deleteTicket', { id: ticket })
  await t.ask(other.token, '{ tickets(first: 1) { nodes { title } } }')
  await t.gateway.services.auditBuffer.flush()
})
afterAll(() => t.close())

interface Shown {
  readonly seq: number
  readonly type: string
  readonly [field: string]: unknown
}

async function events(token: string, variables: Record<string, unknown> = {}): Promise<Shown[]> {
  const { data, errors } = await t.ask(token, EVENTS, variables)
  expect(errors).toEqual([])
  return data.events.nodes
}
const typesOf = (shown: readonly Shown[]) => shown.map(({ type }) => type)

describe('the Event History', () => {
  it('tells a request from its plan to its outcome, with what was sent to the PSA', async () => {
    const shown = await events(auditor, { filter: { request: request.id }, order: 'OLDEST_FIRST' })

    expect(typesOf(shown)).toEqual([
      'REQUEST_CREATED',
      'REQUEST_APPROVED',
      'EXECUTION_STARTED',
      'WRITE_INTENT',
      'WRITE_OUTCOME',
    ])
    expect(shown[0]).toMatchObject({
      message: 'Asked for a write on acme-cw (Tickets).',
      outcome: 'HOLD',
      actor: { id: agent.id, name: 'test agent' },
      workflow: { id: agent.workflowId },
    })
    expect(shown[1]).toMatchObject({ actor: { name: 'Test Person' }, agent: { name: 'test agent' } })
    expect(shown.at(-1)).toMatchObject({
      outcome: 'DONE',
      request: { id: request.id, state: 'EXECUTED' },
      message: 'Step 1 ended: DONE, status 200.',
      vendorRequests: [
        {
          method: 'PATCH',
          path: expect.stringMatching(/\/service\/tickets\/\{id\}$/),
          status: 200,
          count: 1,
          durationMs: expect.any(Number),
        },
      ],
    })
  })

  it('shows what was refused, and why', async () => {
    expect(await events(auditor, { filter: { outcome: ['DENY'] } })).toMatchObject([
      {
        type: 'DECISION',
        message: 'Was refused on acme-cw: ACTION_DISABLED (Tickets).',
        code: 'ACTION_DISABLED',
        rules: ['mergeBundleAndDeleteNeedTheirSwitch'],
        actor: { id: agent.id },
      },
    ])
  })

  it.each<[string, () => Record<string, unknown>, () => readonly string[]]>([
    ['an agent', () => ({ agent: other.id }), () => ['READ']],
    ['a workflow', () => ({ workflow: other.workflowId }), () => ['READ']],
    ['a connection', () => ({ connection: 'beta-cw' }), () => ['READ']],
    ['a ticket', () => ({ ticket, types: ['REQUEST_CREATED', 'READ'] }), () => ['READ', 'REQUEST_CREATED']],
    [
      'types',
      () => ({ types: ['REQUEST_APPROVED', 'EXECUTION_STARTED'] }),
      () => ['EXECUTION_STARTED', 'REQUEST_APPROVED'],
    ],
    ['a group', () => ({ group: 'Tickets', types: ['DECISION'] }), () => ['DECISION']],
    ['a group that nothing touched', () => ({ group: 'Finance' }), () => []],
    ['an outcome', () => ({ outcome: ['DONE', 'HOLD'] }), () => ['WRITE_OUTCOME', 'REQUEST_CREATED']],
    ['a time to come', () => ({ from: new Date(Date.now() + 60_000).toISOString() }), () => []],
    ['a time gone by', () => ({ to: new Date(Date.now() - 3_600_000).toISOString() }), () => []],
  ])('is filtered by %s', async (_, filter, types) => {
    expect(typesOf(await events(auditor, { filter: filter() }))).toEqual(types())
  })

  it.each(['NEWEST_FIRST', 'OLDEST_FIRST'])('is read page by page, %s, each event once', async (order) => {
    const all = await events(auditor, { order, first: 100 })
    const seqs = all.map(({ seq }) => seq)
    expect(seqs).toEqual([...seqs].sort((a, b) => (order === 'OLDEST_FIRST' ? a - b : b - a)))
    const paged: number[] = []
    let after: string | null = null
    do {
      const { data } = await t.ask(auditor, EVENTS, { order, first: 3, after })
      paged.push(...data.events.nodes.map(({ seq }: Shown) => seq))
      after = data.events.hasNextPage ? data.events.endCursor : null
    } while (after !== null)
    expect(paged).toEqual(seqs)
  })

  it('refuses the cursor of another list, and a page that is too long', async () => {
    const { data } = await t.ask(auditor, EVENTS, { first: 1 })
    const after = data.events.endCursor
    expect(codesOf(await t.ask(auditor, EVENTS, { after, order: 'OLDEST_FIRST' }))).toEqual([
      'BAD_USER_INPUT',
    ])
    expect(codesOf(await t.ask(auditor, EVENTS, { after, filter: { group: 'Tickets' } }))).toEqual([
      'BAD_USER_INPUT',
    ])
    expect(codesOf(await t.ask(auditor, '{ events(first: 101) { hasNextPage } }'))).toEqual([
      'BAD_USER_INPUT',
    ])
  })
})

describe('who sees what', () => {
  it('an agent sees its own events and nobody else’s, whatever it filters by', async () => {
    const own = await events(agent.token, { first: 100 })
    expect(own.length).toBeGreaterThan(5)
    expect(new Set(own.map((event) => (event.agent as { name: string }).name))).toEqual(
      new Set(['test agent']),
    )
    expect(typesOf(await events(other.token))).toEqual(['READ'])
    expect(await events(other.token, { filter: { agent: agent.id } })).toEqual([])
    expect(await events(other.token, { filter: { request: request.id } })).toEqual([])
  })

  it('a person sees those of their connections, and an auditor those of none too', async () => {
    await expect(t.gateway.calls.authenticate('csa_x', { address: '192.0.2.9' })).rejects.toThrow()
    await t.gateway.services.auditBuffer.flush()
    const seen = await events(technician, { first: 100 })
    expect(new Set(seen.map(({ connection }) => connection))).toEqual(new Set(['acme-cw']))
    expect(typesOf(await events(technician, { filter: { types: ['AUTH_FAILED'] } }))).toEqual([])
    expect(await events(auditor, { filter: { types: ['AUTH_FAILED'] } })).toMatchObject([
      { message: 'A sign-in failed once from one address.', actor: null, count: 1 },
    ])
  })

  it('one event alone is judged the same way', async () => {
    const [read] = await events(other.token)
    const ask = (token: string) => t.ask(token, `{ event(seq: ${read?.seq}) { id } }`)
    expect((await ask(other.token)).data.event).toEqual({ id: read?.id })
    expect((await ask(agent.token)).data.event).toBeNull()
    expect((await ask(technician)).data.event).toBeNull()
    expect((await ask(auditor)).data.event).toEqual({ id: read?.id })
  })
})

describe('the numbers beside it', () => {
  const ACTIVITY = `query ($from: DateTime!, $to: DateTime!, $points: Int!, $connection: String, $workflow: String) {
    activity(from: $from, to: $to, points: $points, connection: $connection, workflow: $workflow) {
      from asked approved rejected written refused } }`
  const hours = (count: number) => new Date(Date.now() + count * 3_600_000).toISOString()
  const around = () => ({ from: hours(-2), to: hours(1), points: 3 })
  async function activity(token: string, more: Record<string, unknown> = {}) {
    const { data, errors } = await t.ask(token, ACTIVITY, { ...around(), ...more })
    expect(errors).toEqual([])
    return data.activity.map(({ from, ...counts }: { from: string }) => counts)
  }
  const nothing = { asked: 0, approved: 0, rejected: 0, written: 0, refused: 0 }

  it('count what was asked, signed, written and refused, each request once', async () => {
    const saidNo = await t.write(agent.token, 'updateTicket', {
      id: t.ticket().id,
      status: 'Waiting on Vendor',
    })
    await t.ask(technician, 'mutation ($id: ID!) { reject(id: $id, reason: "No") { id } }', {
      id: saidNo.data.updateTicket.request.id,
    })

    const failing = await t.write(agent.token, 'updateTicket', {
      id: t.ticket().id,
      status: 'Waiting on Vendor',
    })
    await t.fault({ method: 'PATCH', kind: 'status', status: 400, when: 'before' })
    const { data } = await t.approve(technician, failing.data.updateTicket.request)
    expect(data.approve.state).toBe('FAILED')

    const happened = { asked: 3, approved: 2, rejected: 1, written: 1, refused: 1 }
    expect(await activity(auditor)).toEqual([nothing, happened, nothing])
    expect(await activity(auditor, { workflow: agent.workflowId })).toEqual([nothing, happened, nothing])
    expect(await activity(auditor, { workflow: other.workflowId })).toEqual([nothing, nothing, nothing])
    expect(await activity(auditor, { connection: 'beta-cw' })).toEqual([nothing, nothing, nothing])
  })

  it('leave out what is not the caller’s to see', async () => {
    const elsewhere = (await t.person({ role: 'viewer', connection: 'beta-cw' })).token
    expect(await activity(elsewhere)).toEqual([nothing, nothing, nothing])
    expect(codesOf(await t.ask(agent.token, ACTIVITY, around()))).toEqual(['ROLE_REQUIRED'])
  })

  it.each([
    ['an end before the beginning', () => ({ to: hours(-3) })],
    ['more than 400 days', () => ({ from: hours(-24 * 401) })],
    ['no stretch at all', () => ({ points: 0 })],
    ['more stretches than a chart can show', () => ({ points: 101 })],
  ])('refuse %s', async (_, wrong) => {
    expect(codesOf(await t.ask(auditor, ACTIVITY, { ...around(), ...wrong() }))).toEqual(['BAD_USER_INPUT'])
  })

  it('tell what is under way by state, and what a pause holds', async () => {
    const QUEUES = '{ writeQueues { state count oldest held } }'
    const waits = await t.write(agent.token, 'updateTicket', {
      id: t.ticket().id,
      status: 'Waiting on Vendor',
    })
    const held = await t.write(agent.token, 'updateTicket', {
      id: t.ticket().id,
      status: 'Waiting on Vendor',
    })
    const owner = (await t.person({ role: 'owner' })).token
    await t.ask(owner, 'mutation { pause { paused } }')
    const approving = t.approve(technician, held.data.updateTicket.request)
    const queues = async () => (await t.ask(technician, QUEUES)).data.writeQueues as { state: string }[]
    await until(async () => (await queues()).some(({ state }) => state === 'APPROVED'))

    expect(await queues()).toEqual(
      expect.arrayContaining([
        { state: 'PENDING', count: 1, held: 0, oldest: expect.any(String) },
        { state: 'APPROVED', count: 1, held: 1, oldest: expect.any(String) },
      ]),
    )
    expect(await queues()).toHaveLength(2)
    const elsewhere = (await t.person({ role: 'viewer', connection: 'beta-cw' })).token
    expect((await t.ask(elsewhere, QUEUES)).data.writeQueues).toEqual([])
    await t.ask(technician, 'mutation ($id: ID!) { reject(id: $id, reason: "No") { id } }', {
      id: waits.data.updateTicket.request.id,
    })
    await t.ask(owner, 'mutation { resume { paused } }')
    expect((await approving).data.approve.state).toBe('EXECUTED')
    expect(await queues()).toEqual([])
  })

  it('tell how much of a quota is used, and when the PSA asked to slow down', async () => {
    const USE = '{ connectionUse { connection used most seconds underWay atOnce pausedUntil } }'
    const admin = (await t.person({ role: 'connectionAdmin', connection: 'beta-cw' })).token
    await t.ask(other.token, '{ tickets(first: 2) { nodes { title } } }')
    const { data } = await t.ask(admin, USE)
    const { requests, concurrency } = connectwise.limits
    expect(data.connectionUse[0].used).toBeGreaterThan(0)
    expect(data.connectionUse).toEqual([
      {
        connection: 'beta-cw',
        used: expect.any(Number),
        most: requests?.most ?? null,
        seconds: requests?.seconds ?? null,
        underWay: expect.any(Number),
        atOnce: concurrency.most,
        pausedUntil: null,
      },
    ])

    const from = new Date(Date.now() - 3 * 3_600_000).toISOString()
    const OVER_TIME = `query ($from: DateTime!, $to: DateTime!, $points: Int!) {
      quotaOverTime(from: $from, to: $to, points: $points) { connection mostInAnHour points { from requests busiestHour } } }`
    const overTime = (token: string, points: number) =>
      t.ask(token, OVER_TIME, { from, to: new Date(Date.now() + 1_000).toISOString(), points })
    // What was set aside and not needed is given back a moment later.
    let before: number | undefined
    await until(async () => {
      const { underWay, used } = (await t.ask(admin, USE)).data.connectionUse[0]
      const isAtRest = underWay === 0 && used === before
      before = used
      return isAtRest
    })
    const [told, ...more] = (await overTime(admin, 24)).data.quotaOverTime
    expect(more).toEqual([])
    const { most = 0, seconds = 1 } = requests ?? {}
    expect(told).toMatchObject({ connection: 'beta-cw', mostInAnHour: (most * 3_600) / seconds })
    const counts = told.points.map((point: { requests: number }) => point.requests)
    const all = counts.reduce((sum: number, count: number) => sum + count, 0)
    // Four hours, and one more when the last has just begun.
    expect(counts.slice(0, 3)).toEqual([0, 0, expect.any(Number)])
    expect(all).toBeGreaterThanOrEqual(before ?? Number.POSITIVE_INFINITY)
    const [both] = (await overTime(admin, 1)).data.quotaOverTime
    expect(both.points).toEqual([
      { from: told.points[0].from, requests: all, busiestHour: Math.max(...counts) },
    ])
    expect(codesOf(await overTime(technician, 24))).toEqual(['ROLE_REQUIRED'])
    expect(codesOf(await overTime(admin, 101))).toEqual(['BAD_USER_INPUT'])

    await pausePlaces(t.store.db, { connection: 'beta-cw', lane: '', holder: randomUUID(), waitMs: 60_000 })
    expect((await t.ask(admin, USE)).data.connectionUse).toMatchObject([{ pausedUntil: expect.any(String) }])
    expect(codesOf(await t.ask(technician, USE))).toEqual(['ROLE_REQUIRED'])
  })
})
