import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createGateway, type Gateway } from '../../gateway/gateway.ts'
import type { Vendor, VendorSource } from '../../schema/source.ts'
import type { AutotaskSimulator } from '../../simulators/autotask/index.ts'
import { autotask } from '../../subgraphs/autotask/index.ts'
import { type ContractGateway, startContract } from '../contract/vendors.ts'
import type { Answer } from '../gateway.ts'
import { endPauses } from '../rows.ts'

let t: ContractGateway
let simulator: AutotaskSimulator
const others: Gateway[] = []

beforeAll(async () => {
  t = await startContract(['autotask'])
  simulator = t.desk.simulator as AutotaskSimulator
})
afterEach(async () => {
  await t.desk.stopFaults()
  await Promise.all(others.splice(0).map((gateway) => gateway.close()))
  const { store } = t.gateway.services
  await endPauses(store)
  await store.db.deleteFrom('vendor_budget').execute()
})
afterAll(() => t.close())

/** A second process on the same store. */
async function anotherGateway(limits = autotask.limits): Promise<Gateway> {
  const { store, keys, sandboxOrigins } = t.gateway.services
  const gateway = await createGateway({
    instance: 'second',
    store,
    keys,
    log: () => {},
    settings: { poll: 1 },
    sources: new Map<Vendor, VendorSource>([['autotask', { ...autotask, limits }]]),
    sandboxOrigins,
  })
  others.push(gateway)
  return gateway
}

async function askAt(
  gateway: Gateway,
  token: string,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<Answer> {
  const caller = await gateway.calls.authenticate(token, { address: 'test' })
  const result = await gateway.calls.run(
    caller,
    { query, variables },
    { address: 'test', headers: { get: (name) => (name === 'x-countersign-cost' ? '1' : null) } },
  )
  const { data = null, errors = [], extensions = {} } = JSON.parse(JSON.stringify(result))
  return { data, errors, extensions }
}

const tickets = () =>
  simulator.dataset.tickets
    .filter(({ kind, closedAt }) => kind === 'service' && closedAt === undefined)
    .map(({ id }) => `${t.desk.slug}:Ticket:${id}`)
const READ = 'query ($id: ID!) { ticket(id: $id) { title } }'
const BUDGET = 'requests { most byDefault upTo seconds why } concurrency { most byDefault upTo seconds why }'
const WRITE = `mutation ($input: AddTicketNoteInput!) { addTicketNote(input: $input) {
  __typename ... on WriteOutcome { request { state } } } }`

describe('two gateways on one store', () => {
  it('never send more than 3 requests at once to an Autotask entity, and all of them succeed', async () => {
    const second = await anotherGateway()
    const token = await t.agent('FULL_AUTOMATION')
    const ids = tickets()
    // Answers that take their time overlap; without it the simulator is done before the next one comes.
    await t.desk.fault({ kind: 'delay', delayMs: 15, times: 10_000 })
    const reads = ids
      .slice(0, 60)
      .map((id, index) => askAt(index % 2 ? second : t.gateway, token, READ, { id }))
    const writes = ids.slice(0, 16).map((ticket, index) =>
      askAt(index % 2 ? second : t.gateway, token, WRITE, {
        input: { ticket, kind: 'INTERNAL', text: `Hammered ${index}` },
      }),
    )
    const answers = await Promise.all([...reads, ...writes])

    expect(answers.flatMap(({ errors }) => errors)).toEqual([])
    expect(answers.slice(60).map(({ data }) => data.addTicketNote.__typename)).toEqual(
      Array(16).fill('TicketWritten'),
    )
    expect(simulator.journal().filter(({ status }) => status >= 400)).toEqual([])
    const most = simulator.mostAtOnce()
    expect(most.tickets).toBe(3)
    for (const [entity, atOnce] of Object.entries(most)) expect(atOnce, entity).toBeLessThanOrEqual(3)
  })

  it('tell how long a request waited for its turn as part of its cost', async () => {
    const token = await t.agent('READ_ONLY')
    await t.desk.fault({ kind: 'delay', delayMs: 100, times: 100 })
    const answers = await Promise.all(
      tickets()
        .slice(0, 9)
        .map((id) => askAt(t.gateway, token, READ, { id })),
    )
    const waits = answers.map(({ extensions }) => (extensions.cost as { waitedMs: number }).waitedMs)
    // Nine in three lanes' places: the last of them waited for two others.
    expect(Math.max(...waits)).toBeGreaterThanOrEqual(290)
    expect(await t.gateway.calls.metrics()).toMatch(
      /countersign_vendor_wait_ms_total\{connection="acme-at"\} \d+/,
    )
  })

  it('share the requests of an hour, and tell when there are more', async () => {
    const requests = { most: 6, seconds: 3_600, why: 'six an hour' }
    const limits = { ...autotask.limits, requests }
    const [one, two] = [await anotherGateway(limits), await anotherGateway(limits)]
    const token = await t.agent('READ_ONLY')
    simulator.clearJournal()
    const answers: Answer[] = []
    for (const [index, id] of tickets().slice(0, 10).entries())
      answers.push(await askAt(index % 2 ? one : two, token, READ, { id }))
    const refused = answers.flatMap(({ errors }) => errors)

    expect(t.desk.asked()).toHaveLength(6)
    expect(refused).toHaveLength(4)
    for (const { extensions } of refused) {
      expect(extensions).toMatchObject({
        code: 'BACKPRESSURE',
        connection: t.desk.slug,
        limit: 'six an hour',
      })
      expect(extensions.retryAfterMs).toBeGreaterThan(3_500_000)
    }
  })

  it('both keep still for as long as one of them was told to', async () => {
    const second = await anotherGateway()
    const token = await t.agent('FULL_AUTOMATION')
    const [id = '', other = ''] = tickets()
    await t.desk.fault({ kind: 'status', status: 429, headers: { 'retry-after': '600' }, times: 1 })
    const told = await askAt(t.gateway, token, READ, { id })
    simulator.clearJournal()
    const later = await askAt(second, token, READ, { id: other })
    const written = await askAt(second, token, WRITE, { input: { ticket: id, kind: 'INTERNAL', text: 'No' } })

    expect(told.errors[0]?.extensions).toMatchObject({ code: 'BACKPRESSURE', retryAfterMs: 600_000 })
    for (const { errors } of [later, written]) {
      expect(errors[0]?.extensions).toMatchObject({ code: 'BACKPRESSURE', connection: t.desk.slug })
      expect(errors[0]?.extensions.retryAfterMs).toBeGreaterThan(500_000)
    }
    expect(simulator.journal()).toEqual([])
  })
})

describe('an administrator’s own number for a connection', () => {
  const SET = `mutation ($connection: String!, $requests: Int, $concurrency: Int) {
    setConnectionBudget(connection: $connection, requests: $requests, concurrency: $concurrency) { ${BUDGET} } }`
  const set = (
    at: Gateway,
    token: string,
    change: { requests?: number | null; concurrency?: number | null },
  ) => askAt(at, token, SET, { connection: t.desk.slug, ...change })

  it('binds all gateways, is told to who meets it, and ends with null', async () => {
    const [one, two] = [await anotherGateway(), await anotherGateway()]
    const { token: admin } = await t.owner()
    const token = await t.agent('READ_ONLY')
    const { data, errors } = await set(one, admin, { requests: 5, concurrency: 2 })
    expect(errors).toEqual([])
    expect(data.setConnectionBudget).toMatchObject({
      requests: { most: 5, byDefault: 5_000, upTo: 10_000, seconds: 3_600 },
      concurrency: { most: 2, byDefault: 6, upTo: 12, seconds: null },
    })
    simulator.clearJournal()
    const answers: Answer[] = []
    for (const [index, id] of tickets().slice(0, 8).entries())
      answers.push(await askAt(index % 2 ? one : two, token, READ, { id }))
    const refused = answers.flatMap(({ errors }) => errors)

    expect(t.desk.asked()).toHaveLength(5)
    expect(refused).toHaveLength(3)
    expect(refused[0]!.extensions).toMatchObject({
      code: 'BACKPRESSURE',
      limit: expect.stringMatching(/^An administrator set 5; by default it is 5000\. Autotask takes/),
    })

    const query = `query ($connection: String!) { connectionBudget(connection: $connection) { used ${BUDGET} } }`
    const used = await askAt(one, admin, query, { connection: t.desk.slug })
    expect(used.data.connectionBudget.used).toBe(5)

    await set(one, admin, { requests: null })
    const now = await askAt(one, admin, query, { connection: t.desk.slug })
    expect(now.data.connectionBudget).toMatchObject({ requests: { most: 5_000 }, concurrency: { most: 6 } })
    expect((await askAt(two, token, READ, { id: tickets()[9] })).errors).toEqual([])
  })

  it.each([{ requests: 10_001 }, { requests: 0 }, { concurrency: 13 }, { concurrency: -1 }])(
    'is refused outside of its bounds: %j',
    async (change) => {
      const { errors } = await set(await anotherGateway(), (await t.owner()).token, change)
      expect(errors[0]?.extensions).toMatchObject({
        code: 'BAD_USER_INPUT',
        argument: Object.keys(change)[0],
      })
    },
  )
})
