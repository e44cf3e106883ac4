import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBuffer } from '../../gateway/audit/buffer.ts'
import { pathTemplate } from '../../gateway/audit/path-template.ts'
import { readHead } from '../../gateway/audit/read.ts'
import { type ExportedEvent, verifyChain } from '../../gateway/audit/verify.ts'
import type { Store } from '../../gateway/store/index.ts'
import { codesOf, type Desk, expectSoundTrail, startDesk } from './desk.ts'

let t: Desk
beforeAll(async () => {
  t = await startDesk()
})
afterAll(() => t.close())

/** What an agent left in the trail, once the buffer is empty. */
async function eventsOf(agentId: string): Promise<ExportedEvent[]> {
  await t.gateway.services.auditBuffer.flush()
  return (await t.events()).filter((event) => event.agent_id === agentId)
}

const READER = {
  'acme-cw': {
    groups: {
      Tickets: { level: 'READ_ONLY' as const },
      Companies: { level: 'READ_ONLY' as const },
      'Ticket Notes': { level: 'READ_ONLY' as const },
    },
  },
}

describe('a read', () => {
  it('leaves one event per PSA: what was asked for, how many records came, and what it cost', async () => {
    const agent = await t.agent(READER)
    const before = t.simulator.journal().length
    const { data, errors } = await t.ask(
      agent.token,
      'query Newest { tickets(first: 3) { nodes { title company { name } notes(last: 2) { nodes { text } } } } }',
    )
    expect(errors).toEqual([])
    const notes = data.tickets.nodes.flatMap((node: { notes: { nodes: unknown[] } }) => node.notes.nodes)

    const [event, ...more] = await eventsOf(agent.id)
    expect(more).toEqual([])
    expect(event).toMatchObject({
      type: 'READ',
      connection: 'acme-cw',
      body: {
        actor: { kind: 'AGENT', id: agent.id, tokenId: agent.tokenId },
        operation: { name: 'Newest', documentHash: expect.stringMatching(/^[0-9a-f]{64}$/) },
        groups: ['Ticket Notes', 'Tickets'],
        decision: { verdict: 'ALLOW' },
        records: 3 + notes.length,
      },
    })
    const body = event?.body as {
      demands: { group: string; kind: string; fields: string[] }[]
      vendorRequests: { method: string; path: string; status: number; count: number; durationMs: number }[]
    }
    expect(body.demands.find(({ group }) => group === 'Tickets')?.fields).toContain('title')
    const lines = body.vendorRequests.map(({ method, path, status, count }) => ({
      method,
      path,
      status,
      count,
    }))
    // The PSA's own journal is the truth.
    const journal = new Map<string, { method: string; path: string; status: number | null; count: number }>()
    for (const { method, path, status } of t.simulator.journal().slice(before)) {
      const line = { method, path: pathTemplate(path), status, count: 0 }
      const known = journal.get(JSON.stringify(line)) ?? line
      journal.set(JSON.stringify(line), { ...known, count: known.count + 1 })
    }
    expect(lines).toEqual(expect.arrayContaining([...journal.values()]))
    expect(lines).toHaveLength(journal.size)
    expect(lines.find(({ path }) => path.endsWith('/{id}/notes'))?.count).toBe(3)
  })

  it('that is about one ticket names it', async () => {
    const agent = await t.agent(READER)
    const ticket = t.ticket()
    await t.ask(agent.token, `{ ticket(id: "${ticket.id}") { title } }`)

    expect(await eventsOf(agent.id)).toMatchObject([{ type: 'READ', ticket_id: ticket.id }])
  })

  it('of the gateway itself, and one of a person, leave none', async () => {
    const agent = await t.agent(READER)
    const { token } = await t.person({ role: 'viewer' })
    const before = await readHead(t.store.db)
    await t.ask(agent.token, '{ viewer { name } }')
    await t.ask(token, '{ tickets(first: 1) { nodes { title } } }')
    await t.gateway.services.auditBuffer.flush()

    expect(await readHead(t.store.db)).toEqual(before)
  })

  it('for a plan, and for the answer of a write, is one too', async () => {
    const agent = await t.agent('HELPDESK')
    const { errors } = await t.write(agent.token, 'updateTicket', { id: t.ticket().id, title: 'New title' })
    expect(errors).toEqual([])

    expect((await eventsOf(agent.id)).map(({ type }) => type)).toEqual(['REQUEST_CREATED', 'READ'])
    await expectSoundTrail(t, [], [agent.token])
  })
})

describe('a refusal', () => {
  it('by the guard is on record with the demand and the rule that decided', async () => {
    const agent = await t.agent(READER)
    const answer = await t.ask(agent.token, '{ tickets(first: 1) { nodes { contact { email } } } }')
    expect(codesOf(answer)).toEqual(['GROUP_DISABLED'])

    expect(await eventsOf(agent.id)).toMatchObject([
      {
        type: 'DECISION',
        connection: 'acme-cw',
        body: {
          groups: ['Contacts'],
          demands: [{ connection: 'acme-cw', group: 'Contacts', kind: 'READ' }],
          decision: { verdict: 'DENY', code: 'GROUP_DISABLED', rules: ['groupIsEnabled'] },
        },
      },
    ])
  })

  it('by the shield on many records is one event, beside what was read', async () => {
    const two = await startDesk({ connections: ['acme-cw', 'beta-cw'] })
    try {
      const tickets = { Tickets: { level: 'READ_ONLY' as const } }
      const agent = await two.agent({
        'acme-cw': { groups: { ...tickets, Contacts: { level: 'READ_ONLY' } } },
        'beta-cw': { groups: tickets },
      })
      const { errors } = await two.ask(
        agent.token,
        '{ tickets(first: 20) { nodes { title contact { email } } } }',
      )
      expect(errors.length).toBeGreaterThan(1)
      await two.gateway.services.auditBuffer.flush()
      const events = (await two.events()).filter((event) => event.agent_id === agent.id)

      expect(events.map(({ type, connection }) => [type, connection]).sort()).toEqual([
        ['DECISION', 'beta-cw'],
        ['READ', 'acme-cw'],
        ['READ', 'beta-cw'],
      ])
    } finally {
      await two.close()
    }
  })

  it('of a write is not told twice', async () => {
    const agent = await t.agent(READER)
    await t.writeBlind(agent.token, 'updateTicket', { id: t.ticket().id, title: 'New title' })

    expect((await eventsOf(agent.id)).map(({ type }) => type)).toEqual(['DECISION'])
  })

  it('of a person who lacks a role is on record too', async () => {
    const { id, token } = await t.person({ role: 'viewer' })
    await t.ask(token, '{ auditKey }')
    await t.gateway.services.auditBuffer.flush()

    expect((await t.events()).at(-1)).toMatchObject({
      type: 'DECISION',
      body: { actor: { kind: 'PERSON', id }, decision: { verdict: 'DENY', code: 'ROLE_REQUIRED' } },
    })
  })
})

it('failed sign-ins of one address are one event at once and one number later', async () => {
  const own = await startDesk()
  try {
    for (let n = 0; n < 30; n += 1) {
      await expect(own.gateway.calls.authenticate('csa_x', { address: '192.0.2.7' })).rejects.toMatchObject({
        extensions: { code: 'UNAUTHENTICATED' },
      })
    }
    const { db } = own.store
    await own.gateway.services.auditBuffer.flush()
    expect((await own.events()).map(({ type, body }) => [type, body.sourceAddress, body.count])).toEqual([
      ['AUTH_FAILED', '192.0.2.7', 1],
    ])
    // The window ends with the gateway at the latest.
    await own.gateway.close()
    expect(
      await db.selectFrom('audit_event').select('body').orderBy('seq', 'desc').executeTakeFirst(),
    ).toMatchObject({ body: { sourceAddress: '192.0.2.7', count: 29 } })
  } finally {
    await own.close().catch(() => {})
  }
})

describe('when the trail can not be written', () => {
  const happening = { type: 'READ', connection: 'acme-cw' } as const
  function bufferOn(store: Pick<Store, 'transaction' | 'db'>, auditBuffer = 3) {
    return openBuffer({
      store: store as Store,
      instance: 'test',
      settings: { auditBuffer, auditFlush: 60 },
      log: () => {},
    })
  }

  it('reads go on until the buffer is full, are refused then, and nothing is lost', async () => {
    let isAway = true
    const buffer = bufferOn({
      db: t.store.db,
      transaction: (work) => (isAway ? Promise.reject(new Error('away')) : t.store.transaction(work)),
    })
    const before = await readHead(t.store.db)
    buffer.reserve().fill([happening])
    buffer.reserve().fill([])
    buffer.reserve().fill([happening, happening])
    const open = buffer.reserve()
    expect(() => buffer.reserve()).toThrow(expect.objectContaining({ code: 'AUDIT_UNAVAILABLE' }))
    open.fill([])
    await buffer.flush()
    expect(await readHead(t.store.db)).toEqual(before)

    isAway = false
    await buffer.flush()
    expect((await readHead(t.store.db)).seq).toBe(before.seq + 3)
    buffer.reserve().fill([])
    await buffer.close()
  })

  it('a commit whose reply was lost is not written twice', async () => {
    let losesReply = true
    const buffer = bufferOn({
      db: t.store.db,
      async transaction(work) {
        const answer = await t.store.transaction(work)
        if (!losesReply) return answer
        losesReply = false
        throw new Error('the connection was cut after COMMIT')
      },
    })
    const before = await readHead(t.store.db)
    buffer.add(happening)
    await buffer.flush()
    buffer.add(happening)
    await buffer.flush()
    await buffer.close()

    const head = await readHead(t.store.db)
    expect(head.seq).toBe(before.seq + 2)
    expect(await verifyChain(await t.events(), { upTo: head })).toMatchObject({ intact: true })
  })

  it('an agent is told so, and reads again when it is back', async () => {
    const own = await startDesk({ settings: { auditBuffer: 2, auditFlush: 0.01 } })
    const { services } = own.gateway
    const { transaction } = services.store
    try {
      const agent = await own.agent('HELPDESK')
      const ask = () => own.ask(agent.token, '{ tickets(first: 1) { nodes { title } } }')
      Object.assign(services.store, { transaction: () => Promise.reject(new Error('away')) })
      expect(codesOf(await ask())).toEqual([])
      expect(codesOf(await ask())).toEqual([])
      expect(codesOf(await ask())).toEqual(['AUDIT_UNAVAILABLE'])
      Object.assign(services.store, { transaction })
      await services.auditBuffer.flush()
      expect(codesOf(await ask())).toEqual([])
    } finally {
      Object.assign(services.store, { transaction })
      await own.close()
    }
  })
})

it.each`
  path                                                          | template
  ${'/v4_6_release/apis/3.0/service/tickets/48213/notes'}       | ${'/v4_6_release/apis/3.0/service/tickets/{id}/notes'}
  ${'/api/now/table/incident/9c573169c611228700193229fff72400'} | ${'/api/now/table/incident/{id}'}
  ${'/x/6F9619FF-8B86-D011-B42D-00C04FC964FF'}                  | ${'/x/{id}'}
  ${'/atservicesrest/v1.0/Tickets/query'}                       | ${'/atservicesrest/v1.0/Tickets/query'}
`('$path counts as $template', ({ path, template }) => {
  expect(pathTemplate(path)).toBe(template)
})
