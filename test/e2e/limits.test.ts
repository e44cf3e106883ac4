import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codesOf, type Desk, startDesk } from './desk.ts'

let t: Desk
beforeAll(async () => {
  t = await startDesk({
    settings: { operationsPerMinute: 6, writesPerMinute: 5, openRequestsPerAgent: 2, operation: 1 },
  })
})
afterAll(() => t.close())

const READ = '{ tickets(first: 2) { nodes { title } } }'
const limitsReached = async (agentId: string) => {
  await t.gateway.services.auditBuffer.flush()
  return (await t.events())
    .filter(({ type, body }) => type === 'LIMIT_REACHED' && body.agentId === agentId)
    .map(({ body }) => body.subject)
}

describe('an agent that asks too fast', () => {
  it('is told when to go on, nothing is asked of the PSA for it, and people see it', async () => {
    const agent = await t.agent('READ_ONLY')
    const answers = []
    for (let n = 0; n < 9; n += 1) {
      if (n === 6) t.simulator.clearJournal()
      answers.push(await t.ask(agent.token, READ))
    }

    expect(answers.map(codesOf)).toEqual([...Array(6).fill([]), ...Array(3).fill(['RATE_LIMITED'])])
    expect(answers[6]!.errors[0]!.extensions).toMatchObject({
      limit: 'operationsPerMinute',
      allowed: 6,
      retryAfterMs: expect.any(Number),
    })
    expect(t.simulator.journal()).toEqual([])
    expect(await limitsReached(agent.id)).toEqual([
      { kind: 'LIMIT', id: 'operationsPerMinute', name: '6 operations of an AI agent a minute' },
    ])
    const caller = await t.gateway.calls.authenticate(agent.token, { address: 'test' })
    await expect(
      t.gateway.calls.subscribe(caller, { query: 'subscription { approvalEvents { id } }' }),
    ).rejects.toMatchObject({ extensions: { code: 'RATE_LIMITED' } })
    const person = await t.person({ role: 'viewer' })
    for (let n = 0; n < 9; n += 1) expect((await t.ask(person.token, READ)).errors).toEqual([])
  })

  it('has no more writes than it may, each root field for itself, and a dry run is none', async () => {
    const agent = await t.agent('FULL_AUTOMATION')
    const fields = (count: number, dry: boolean) =>
      `mutation { ${Array.from(
        { length: count },
        (_, n) =>
          `a${n}: updateTicket(input: { id: "${t.ticket().id}", title: "Fast" }, dryRun: ${dry}) { __typename }`,
      ).join(' ')} }`
    expect(codesOf(await t.ask(agent.token, fields(5, true)))).toEqual([])
    expect(codesOf(await t.ask(agent.token, fields(4, false)))).toEqual([])
    t.simulator.clearJournal()
    const { data, errors } = await t.ask(agent.token, fields(3, false))

    expect(data).toMatchObject({ a0: { __typename: 'TicketWritten' }, a1: null, a2: null })
    expect(errors.map(({ extensions }) => [extensions.code, extensions.limit])).toEqual(
      Array(2).fill(['RATE_LIMITED', 'writesPerMinute']),
    )
    expect(t.sent()).toHaveLength(1)
  })

  it('has no more open requests than it may, when all come at the same moment too', async () => {
    const agent = await t.agent('HELPDESK')
    const before = await t.requestsStored()
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        t.writeBlind(agent.token, 'updateTicket', { id: t.ticket().id, status: 'Waiting on Vendor' }),
      ),
    )
    const refused = answers.flatMap(({ errors }) => errors.map(({ extensions }) => extensions))

    expect((await t.requestsStored()) - before).toBe(2)
    expect(refused).toHaveLength(3)
    for (const details of refused) {
      expect(details).toMatchObject({
        code: 'RATE_LIMITED',
        limit: 'openRequestsPerAgent',
        allowed: 2,
        retryAfterMs: 60_000,
      })
    }
  })
})

it('the reads of an operation end when its time is over', async () => {
  const agent = await t.agent('READ_ONLY')
  await t.fault({ kind: 'delay', delayMs: 600, times: 20 })
  // The notes wait for the tickets.
  const answer = await t.ask(
    agent.token,
    '{ tickets(first: 1) { nodes { title notes(first: 1) { nodes { text } } } } }',
  )
  await fetch(`${t.simulator.url}/__faults`, { method: 'DELETE' })

  expect(answer.data.tickets.nodes).toHaveLength(1)
  expect(codesOf(answer)).toEqual(['VENDOR_UNAVAILABLE'])
})
