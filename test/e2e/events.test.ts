import type { ExecutionResult } from 'graphql'
import { createClient as createSseClient } from 'graphql-sse'
import { createClient as createSocketClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { startServer } from '../../gateway/doors/server.ts'
import { createGateway } from '../../gateway/gateway.ts'
import { freshToken } from '../../gateway/identity/tokens.ts'
import { createAgentToken } from '../../gateway/store/tokens.ts'
import { type Desk, startDesk } from './desk.ts'
import { reading, type Stream } from './reading.ts'

let t: Desk
let server: Awaited<ReturnType<typeof startServer>>
beforeAll(async () => {
  t = await startDesk()
  const { calls, supergraph } = t.gateway
  server = await startServer({
    calls,
    schema: supergraph.apiSchema,
    host: '127.0.0.1',
    port: 0,
    graphiqlDir: new URL('../../dist/graphiql', import.meta.url).pathname,
    log: () => {},
    limits: { bodyBytes: 256 * 1024 },
  })
})
afterAll(async () => {
  await server.close()
  await t.close()
})

const EVENTS = 'subscription { approvalEvents { id seq cursor type request { id state ticket { title } } } }'

async function subscribe(
  token: string,
  query = EVENTS,
  variables?: Record<string, unknown>,
  gateway = t.gateway,
): Promise<Stream> {
  const caller = await gateway.calls.authenticate(token, { address: 'test' })
  return reading(await gateway.calls.subscribe(caller, { query, ...(variables && { variables }) }))
}

async function ask(
  token: string,
  title = 'Printer on fire',
): Promise<{ readonly id: string; readonly planHash: string }> {
  const { data, errors } = await t.write(token, 'updateTicket', {
    id: t.ticket({ summary: title }).id,
    status: 'Waiting on Vendor',
  })
  expect(errors).toEqual([])
  return data.updateTicket.request
}

describe('the technician hears of a request, with the title of its ticket', () => {
  async function expectHeard(token: string, stream: Stream): Promise<void> {
    // The subscription of a door is open a moment after its client has asked for it.
    await new Promise((resolve) => setTimeout(resolve, 300))
    const request = await ask(token, 'Server room is warm')
    expect(await stream.event()).toMatchObject({
      type: 'REQUEST_CREATED',
      request: { id: request.id, state: 'PENDING', ticket: { title: 'Server room is warm' } },
    })
    const technician = await t.person({ role: 'approver' })
    await t.approve(technician.token, request)
    const types = [await stream.event(), await stream.event(), await stream.event()].map(({ type }) => type)
    expect(types).toEqual(['REQUEST_APPROVED', 'EXECUTION_STARTED', 'WRITE_OUTCOME'])
    await stream.end()
  }

  it('from the gateway itself', async () => {
    const agent = await t.agent('HELPDESK')
    const technician = await t.person({ role: 'approver' })
    await expectHeard(agent.token, await subscribe(technician.token))
  })

  it('over a WebSocket', async () => {
    const agent = await t.agent('HELPDESK')
    const { token } = await t.person({ role: 'approver' })
    const client = createSocketClient({
      url: `${server.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { token },
      retryAttempts: 0,
    })
    await expectHeard(
      agent.token,
      reading(client.iterate({ query: EVENTS }) as AsyncIterable<ExecutionResult>),
    )
    await client.dispose()
  })

  it('over server-sent events', async () => {
    const agent = await t.agent('HELPDESK')
    const { token } = await t.person({ role: 'approver' })
    const client = createSseClient({
      url: `${server.url}/graphql/stream`,
      headers: { authorization: `Bearer ${token}` },
      retryAttempts: 0,
    })
    await expectHeard(
      agent.token,
      reading(client.iterate({ query: EVENTS }) as AsyncIterable<ExecutionResult>),
    )
    client.dispose()
  })
})

describe('a cursor', () => {
  it('replays what was missed in order, without a gap, and goes on live', async () => {
    const agent = await t.agent('HELPDESK')
    const technician = await t.person({ role: 'approver' })
    const first = await subscribe(technician.token)
    const seen = await ask(agent.token)
    const { cursor } = await first.event()
    await first.end()
    const missed = [await ask(agent.token), await ask(agent.token), await ask(agent.token)]
    const second = await subscribe(
      technician.token,
      'subscription ($after: String) { approvalEvents(after: $after) { id seq cursor type request { id } } }',
      { after: cursor },
    )
    const live = ask(agent.token)
    const heard: string[] = []
    for (let count = 0; count < 4; count += 1) heard.push((await second.event()).request?.id ?? '')
    expect(heard).toEqual([...missed.map(({ id }) => id), (await live).id])
    expect(heard).not.toContain(seen.id)
    await second.end()
  })

  it.each(['x', 'e30.AAAA', ''])('that is none of ours is refused: %j', async (after) => {
    const technician = await t.person({ role: 'approver' })
    await expect(
      subscribe(technician.token, `subscription { approvalEvents(after: "${after}") { id } }`),
    ).rejects.toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } })
  })

  it('of a list of requests is no cursor of events, nor the other way round', async () => {
    const agent = await t.agent('HELPDESK')
    await ask(agent.token)
    const { data } = await t.ask(agent.token, '{ writeRequests { endCursor } }')
    const { endCursor } = data.writeRequests
    await expect(
      subscribe(agent.token, `subscription { approvalEvents(after: "${endCursor}") { id } }`),
    ).rejects.toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } })
    const stream = await subscribe(agent.token)
    await ask(agent.token)
    const { cursor } = await stream.event()
    const listed = await t.ask(agent.token, `{ writeRequests(after: "${cursor}") { endCursor } }`)
    expect(listed.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
    await stream.end()
  })
})

it('takes variables, aliases, fragments and directives as any operation does', async () => {
  const agent = await t.agent('HELPDESK')
  const stream = await subscribe(
    agent.token,
    `subscription Live($after: String, $ticket: Boolean!, $unused: Int = 1) { ...Root }
     fragment Root on Subscription { heard: approvalEvents(after: $after) { ...What about: request { id ticket @include(if: $ticket) { title } tickets: groups } } }
     fragment What on ApprovalEvent { kind: type n: seq @skip(if: $ticket) }`.replace(
      ', $unused: Int = 1',
      '',
    ),
    { ticket: true },
  )
  const request = await ask(agent.token)
  expect(await stream.event('heard')).toEqual({
    kind: 'REQUEST_CREATED',
    about: { id: request.id, ticket: { title: 'Printer on fire' }, tickets: ['Tickets'] },
  })
  await stream.end()
})

it('is refused for what the caller may not read, and for anything but its one field', async () => {
  const agent = await t.agent({ 'acme-cw': { groups: { Tickets: { level: 'READ_ONLY' } } } })
  await expect(
    subscribe(agent.token, 'subscription { approvalEvents { request { ticket { company { name } } } } }'),
  ).rejects.toMatchObject({ extensions: { code: 'GROUP_DISABLED' } })
  await expect(subscribe(agent.token, '{ viewer { name } }')).rejects.toMatchObject({
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
  })
})

it("shows nobody another agent's events, and a person those of their connections alone", async () => {
  const two = await startDesk({ connections: ['acme-cw', 'beta-cw'] })
  try {
    const agent = await two.agent({ 'acme-cw': 'HELPDESK' })
    const other = await two.agent({ 'acme-cw': 'HELPDESK' })
    const beta = await two.person({ role: 'approver', connection: 'beta-cw' })
    const streams = [
      await subscribe(other.token, EVENTS, undefined, two.gateway),
      await subscribe(beta.token, EVENTS, undefined, two.gateway),
    ]
    const own = await subscribe(agent.token, EVENTS, undefined, two.gateway)
    await two.write(agent.token, 'updateTicket', { id: two.ticket().id, title: 'Secret' })
    const event = await own.event()
    for (const stream of streams) expect(await stream.next(1_000)).toBe('quiet')
    const asked = await two.ask(other.token, `{ approvalEvent(seq: ${event.seq}) { id } }`)
    expect(asked.data).toEqual({ approvalEvent: null })
    await Promise.all([own, ...streams].map((stream) => stream.end()))
  } finally {
    await two.close()
  }
})

it('ends with the token, within two seconds', async () => {
  const owner = await t.person({ role: 'owner' })
  const agent = await t.agent('HELPDESK')
  const stream = await subscribe(agent.token)
  const next = stream.next(10_000)
  const failed = expect(next).rejects.toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } })
  await new Promise((resolve) => setTimeout(resolve, 100))
  await t.ask(owner.token, `mutation { revokeAgentToken(tokenId: "${agent.tokenId}") { agentRevoked } }`)
  const since = Date.now()
  await failed
  expect(Date.now() - since).toBeLessThan(2_000)
})

it('is refused beyond five at a time, and free again when one ends', async () => {
  const agent = await t.agent('HELPDESK')
  const { token, id, hash } = freshToken('csa')
  await createAgentToken(t.store.db, {
    id,
    agentId: agent.id,
    hash,
    expiresAt: new Date(Date.now() + 60_000),
  })
  const streams = await Promise.all(
    [agent.token, agent.token, agent.token, token, token].map((one) => subscribe(one)),
  )
  await expect(subscribe(token)).rejects.toMatchObject({
    extensions: { code: 'RATE_LIMITED', limit: 'streamsPerCaller', allowed: 5, retryAfterMs: 10_000 },
  })
  await streams[0]?.end()
  const again = await subscribe(agent.token)
  await Promise.all([again, ...streams].map((stream) => stream.end()))
})

it('comes without its wake-up, too', async () => {
  const { keys, sandboxOrigins } = t.gateway.services
  const deaf = await createGateway({
    instance: 'deaf',
    store: { ...t.store, listen: () => ({ close: async () => {} }) },
    keys,
    log: () => {},
    settings: { poll: 1 },
    sandboxOrigins,
  })
  try {
    const agent = await t.agent('HELPDESK')
    const stream = await subscribe(agent.token, EVENTS, undefined, deaf)
    const request = await ask(agent.token)
    expect((await stream.event()).request?.id).toBe(request.id)
    await stream.end()
  } finally {
    await deaf.close()
  }
})
