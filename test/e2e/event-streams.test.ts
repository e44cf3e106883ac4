import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { record } from '../../gateway/audit/record.ts'
import { createGateway, type Gateway } from '../../gateway/gateway.ts'
import { grantRole } from '../../gateway/store/people.ts'
import { type Desk, startDesk } from './desk.ts'
import { reading, type Stream } from './reading.ts'

const HISTORY = 'subscription ($after: String) { eventHistory(after: $after) { id seq cursor type message } }'
const APPROVALS =
  'subscription ($after: String) { approvalEvents(after: $after) { seq cursor type request { id ticket { title } } } }'

let t: Desk
let second: Gateway
const open: Stream[] = []

beforeAll(async () => {
  t = await startDesk({ connections: ['acme-cw', 'beta-cw'] })
  const { keys, sandboxOrigins } = t.gateway.services
  second = await createGateway({
    instance: 'second',
    store: t.store,
    keys,
    log: () => {},
    // No poll comes to the rescue of a wake-up: what is heard was told.
    settings: { poll: 600 },
    sandboxOrigins,
  })
})
afterEach(() => Promise.all(open.splice(0).map((stream) => stream.end())))
afterAll(async () => {
  await second.close()
  await t.close()
})

async function raw(token: string, query: string, after: string | null = null, gateway = second) {
  const caller = await gateway.calls.authenticate(token, { address: 'test' })
  return gateway.calls.subscribe(caller, { query, variables: { after } })
}

async function subscribe(...args: Parameters<typeof raw>): Promise<Stream> {
  const stream = reading(await raw(...args))
  open.push(stream)
  return stream
}

/** Events of a connection, as a burst of refusals would leave them. */
function append(count: number, connection = 'acme-cw'): Promise<void> {
  return t.store.transaction(async (trx) => {
    for (let n = 0; n < count; n += 1)
      await record(trx, t.gateway.services, { type: 'DECISION', connection, records: n })
  })
}

async function seqs(stream: Stream, count: number): Promise<number[]> {
  const found: number[] = []
  while (found.length < count) found.push((await stream.event('eventHistory')).seq)
  return found
}
const from = (first: number, count: number) => Array.from({ length: count }, (_, n) => first + n)

describe('eventHistory', () => {
  it('tells an auditor on another gateway of everything, in order and without a gap', async () => {
    const { token } = await t.person({ role: 'auditor' })
    const stream = await subscribe(token, HISTORY)
    await append(1)
    const first = await stream.event('eventHistory')
    const agent = await t.agent({ 'acme-cw': 'HELPDESK' })
    await t.write(agent.token, 'updateTicket', { id: t.ticket().id, title: 'New title' })
    await t.gateway.services.auditBuffer.flush()

    const told = [await stream.event('eventHistory'), await stream.event('eventHistory')]
    expect(told.map(({ type }) => type)).toEqual(['REQUEST_CREATED', 'READ'])
    expect(told.map(({ seq }) => seq)).toEqual([first.seq + 1, first.seq + 2])
  })

  it('goes on behind a cursor: first what was missed, however much, then live', async () => {
    const { token } = await t.person({ role: 'auditor' })
    const before = await subscribe(token, HISTORY)
    await append(1)
    const { cursor, seq } = await before.event('eventHistory')
    await before.end()
    // More than a page, more than may wait, more than one gateway holds.
    for (let round = 0; round < 6; round += 1) await append(100)
    const stream = await subscribe(token, HISTORY, cursor)
    expect(await seqs(stream, 600)).toEqual(from(seq + 1, 600))
    await append(2)
    expect(await seqs(stream, 2)).toEqual(from(seq + 601, 2))
  })

  it('shows an agent its own events and a person those of their connections, live too', async () => {
    const agent = await t.agent({ 'acme-cw': 'HELPDESK' })
    const beta = await t.person({ role: 'viewer', connection: 'beta-cw' })
    const own = await subscribe(agent.token, HISTORY)
    const theirs = await subscribe(beta.token, HISTORY)
    await append(1, 'beta-cw')
    await t.ask(agent.token, '{ tickets(first: 1) { nodes { title } } }')
    expect((await own.event('eventHistory')).type).toBe('READ')
    expect((await theirs.event('eventHistory')).type).toBe('DECISION')
    expect(await theirs.next(300)).toBe('quiet')
  })

  it('judges each event by the rights of its moment', async () => {
    const owner = await t.person({ role: 'owner' })
    const person = await t.person({ role: 'viewer', connection: 'acme-cw' })
    const stream = await subscribe(person.token, HISTORY)
    await append(1, 'beta-cw')
    expect(await stream.next(300)).toBe('quiet')
    await grantRole(t.store.db, { personId: person.id, role: 'viewer', connection: 'beta-cw' })
    await t.store.transaction((trx) => record(trx, t.gateway.services, { type: 'ROLE_GRANTED' }))
    await append(1, 'beta-cw')
    expect((await stream.event('eventHistory')).type).toBe('DECISION')

    await t.ask(
      owner.token,
      'mutation { saveConnection(input: { slug: "beta-cw", enabled: false }) { slug } }',
    )
    expect(await stream.next(300)).toBe('quiet')
  })

  it('of an agent that reads the ticket of each event does not hear of its own reading for ever', async () => {
    const agent = await t.agent({ 'acme-cw': 'HELPDESK' })
    const stream = await subscribe(
      agent.token,
      'subscription { eventHistory { seq cursor type ticket { title } } }',
    )
    await t.ask(agent.token, `{ ticket(id: "${t.ticket().id}") { title } }`)
    expect(await stream.event('eventHistory')).toMatchObject({
      type: 'READ',
      ticket: { title: 'Printer on fire' },
    })
    expect(await stream.event('eventHistory')).toMatchObject({ type: 'READ', ticket: null })
    expect(await stream.next(700)).toBe('quiet')
  })
})

describe('no gap', () => {
  it('when two transactions commit in another order than they began', async () => {
    const { token } = await t.person({ role: 'auditor' })
    const stream = await subscribe(token, HISTORY)
    let isOpen: () => void = () => {}
    let goOn: () => void = () => {}
    const opened = new Promise<void>((resolve) => (isOpen = resolve))
    const held = new Promise<void>((resolve) => (goOn = resolve))
    const slow = t.store.transaction(async (trx) => {
      await sql`select txid_current()`.execute(trx)
      isOpen()
      await held
      await record(trx, t.gateway.services, { type: 'DECISION', connection: 'acme-cw', records: 1 })
    })
    await opened
    await append(1)
    const first = await stream.event('eventHistory')
    goOn()
    await slow
    expect(await seqs(stream, 1)).toEqual([first.seq + 1])
  })

  it('when the listening connection is cut, and a wake-up with it', async () => {
    const { token } = await t.person({ role: 'auditor' })
    const stream = await subscribe(token, HISTORY)
    await append(1)
    const { seq } = await stream.event('eventHistory')
    await t.store.transaction(async (trx) => {
      await sql`select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'countersign-listen' and datname = current_database()`.execute(trx)
      await record(trx, t.gateway.services, { type: 'DECISION', connection: 'acme-cw' })
    })
    expect(await seqs(stream, 1)).toEqual([seq + 1])
  })

  it('when a subscriber comes back to another gateway', async () => {
    const { token } = await t.person({ role: 'auditor' })
    const there = await subscribe(token, HISTORY, null, t.gateway)
    await append(1)
    const { cursor, seq } = await there.event('eventHistory')
    await there.end()
    await append(3)
    expect(await seqs(await subscribe(token, HISTORY, cursor, second), 3)).toEqual(from(seq + 1, 3))
  })
})

describe('a reader that takes nothing', () => {
  it('ends with SLOW_CONSUMER when over a hundred events wait, and loses none of them', async () => {
    const { token } = await t.person({ role: 'auditor' })
    const iterator = (await raw(token, HISTORY))[Symbol.asyncIterator]()
    const first = iterator.next()
    await append(1)
    const { value } = await first
    const { seq } = value.data.eventHistory
    // Live by now; a burst alone is no reason.
    await append(150)
    expect((await iterator.next()).value.data.eventHistory.seq).toBe(seq + 1)
    await append(1)
    await new Promise((resolve) => setTimeout(resolve, 2_200))
    const error = await iterator.next().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ extensions: { code: 'SLOW_CONSUMER', cursor: expect.any(String) } })

    const { cursor } = (error as { extensions: { cursor: string } }).extensions
    expect(await seqs(await subscribe(token, HISTORY, cursor), 150)).toEqual(from(seq + 2, 150))
  })

  it('is let be while no more than a hundred wait', async () => {
    const { token } = await t.person({ role: 'auditor' })
    const iterator = (await raw(token, HISTORY))[Symbol.asyncIterator]()
    const first = iterator.next()
    await append(1)
    const { seq } = (await first).value.data.eventHistory
    await append(100)
    await new Promise((resolve) => setTimeout(resolve, 2_200))
    expect((await iterator.next()).value.data.eventHistory.seq).toBe(seq + 1)
    await iterator.return?.()
  })
})

it('a cursor older than what retention keeps is CURSOR_EXPIRED, with the oldest that works', async () => {
  const { token } = await t.person({ role: 'auditor' })
  const stream = await subscribe(token, HISTORY)
  await append(3)
  const events = [await stream.event('eventHistory'), await stream.event('eventHistory')]
  const [old, kept] = events
  await t.store.transaction((trx) =>
    record(trx, t.gateway.services, {
      type: 'PAYLOAD_ERASED',
      range: { firstSeq: 1, lastSeq: kept!.seq },
      count: 0,
    }),
  )
  const refused = await subscribe(token, HISTORY, old!.cursor).catch((error: unknown) => error)
  expect(refused).toMatchObject({ extensions: { code: 'CURSOR_EXPIRED' } })
  const { cursor } = (refused as { extensions: { cursor: string } }).extensions
  expect(await seqs(await subscribe(token, HISTORY, cursor), 1)).toEqual([kept!.seq + 1])
})

it('a revoked token ends the stream in the middle of a query that the PSA is slow to answer', async () => {
  const owner = await t.person({ role: 'owner' })
  const agent = await t.agent({ 'acme-cw': 'HELPDESK' })
  const stream = await subscribe(agent.token, APPROVALS)
  const { id } = t.ticket()
  const asked = await t.writeBlind(agent.token, 'updateTicket', { id, title: 'New title' })
  expect(asked.errors).toEqual([])
  expect((await stream.event()).type).toBe('REQUEST_CREATED')

  await t.fault({ method: 'GET', path: '/service/tickets', kind: 'delay', delayMs: 6_000 })
  const journal = t.simulator.journal().length
  const next = stream.next(10_000)
  const failed = expect(next).rejects.toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } })
  const technician = await t.person({ role: 'approver' })
  await t.ask(
    technician.token,
    `mutation { reject(id: "${asked.data.updateTicket.request.id}", reason: "no") { id } }`,
  )
  await new Promise((resolve) => setTimeout(resolve, 300))
  const since = Date.now()
  await t.ask(owner.token, `mutation { revokeAgentToken(tokenId: "${agent.tokenId}") { agentRevoked } }`)
  await failed
  expect(Date.now() - since).toBeLessThan(2_000)
  expect(t.simulator.journal().length).toBe(journal)
})

/** Requests that named the ticket, in path or query. */
function readsOf(key: number): number {
  return t.simulator.journal().filter((entry) => JSON.stringify(entry).includes(String(key))).length
}

describe('many subscribers', () => {
  it('cost one read of the ticket per event, whoever they are and whatever they select of it', async () => {
    const agent = await t.agent({ 'acme-cw': 'HELPDESK' })
    // Planning reads the ticket, and so does whom the request waits for.
    const { id: quiet, key: unheard } = t.ticket()
    await t.writeBlind(agent.token, 'updateTicket', { id: quiet, title: 'New title' })
    const planning = readsOf(unheard)
    const people = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        t.person({ role: n % 2 ? 'approver' : 'viewer', connection: n % 3 ? null : 'acme-cw' }),
      ),
    )
    const wide = APPROVALS.replace('title', 'title priority { name } status { name }')
    const streams = await Promise.all(
      people.map(({ token }, n) => subscribe(token, n < 6 ? APPROVALS : wide)),
    )
    const ask = async () => {
      const { id, key } = t.ticket()
      await t.writeBlind(agent.token, 'updateTicket', { id, title: 'New title' })
      const events = await Promise.all(streams.map((stream) => stream.event()))
      for (const event of events) expect(event.request?.ticket?.title).toBe('Printer on fire')
      return readsOf(key)
    }
    // The first event teaches what all of them want.
    await ask()
    expect(await ask()).toBe(planning + 1)
  })

  it('of whom one may no longer look are still judged one by one', async () => {
    const agent = await t.agent({ 'acme-cw': 'HELPDESK' })
    const [stays, goes] = [
      await t.person({ role: 'viewer', connection: 'acme-cw' }),
      await t.person({ role: 'viewer', connection: 'acme-cw' }),
    ]
    const streams = [await subscribe(stays.token, APPROVALS), await subscribe(goes.token, APPROVALS)] as const
    await t.store.db.deleteFrom('person_role').where('person_id', '=', goes.id).execute()
    await t.store.transaction((trx) => record(trx, t.gateway.services, { type: 'ROLE_REVOKED' }))
    await t.writeBlind(agent.token, 'updateTicket', { id: t.ticket().id, title: 'New title' })
    expect((await streams[0].event()).type).toBe('REQUEST_CREATED')
    expect(await streams[1].next(300)).toBe('quiet')
  })
})
