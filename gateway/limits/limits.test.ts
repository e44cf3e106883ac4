import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import type { Happening } from '../audit/record.ts'
import type { AgentCaller, PersonCaller } from '../identity/caller.ts'
import { DEFAULT_SETTINGS } from '../settings.ts'
import { countOne } from '../store/pace.ts'
import { keepStreamPlaces } from '../store/streams.ts'
import { DEFAULT_LIMITS } from '../supergraph/limits.ts'
import { LIMITS, readLimits } from './file.ts'
import { openPace } from './pace.ts'
import { refuseAtLimit } from './reached.ts'
import { openStreamPlaces } from './streams.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const anAgent = () => ({ kind: 'AGENT', id: `ag_${randomUUID()}` }) as AgentCaller
const settings = { ...DEFAULT_SETTINGS, operationsPerMinute: 7, writesPerMinute: 3, streamsPerCaller: 3 }

/** One process of an installation. */
function aGateway() {
  const events: Happening[] = []
  const refuse = refuseAtLimit(settings, { add: (happening) => void events.push(happening) })
  const { store } = database
  return {
    events,
    pace: openPace(store, settings, refuse),
    streams: openStreamPlaces({ store, settings, log: () => {}, refuse }),
  }
}

/** Of so many at the same moment, over the gateways in turn: those let through, and why the others were not. */
async function atOnce(count: number, ask: (n: number) => Promise<unknown>) {
  const asked = await Promise.allSettled(Array.from({ length: count }, (_, n) => ask(n)))
  const refused = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason.extensions] : []))
  return { passed: count - refused.length, refused }
}

describe('what an agent may ask for in a minute', () => {
  it.each([
    ['operations', 'operation', 'operationsPerMinute'],
    ['writes', 'write', 'writesPerMinute'],
  ] as const)('%s: as many as the setting says, over two gateways together', async (_what, count, limit) => {
    const gateways = [aGateway(), aGateway()]
    const agent = anAgent()
    const { passed, refused } = await atOnce(20, (n) => gateways[n % 2]!.pace[count](agent))

    expect(passed).toBe(settings[limit])
    for (const details of refused) {
      expect(details).toMatchObject({ code: 'RATE_LIMITED', limit, allowed: settings[limit] })
      expect(details.retryAfterMs).toBeGreaterThan(0)
      expect(details.retryAfterMs).toBeLessThanOrEqual(60_000 / settings[limit])
    }
    await expect(gateways[0]!.pace[count](anAgent()), 'another agent').resolves.toBeUndefined()
  })

  it('counts writes and operations apart, and people not at all', async () => {
    const { pace } = aGateway()
    const agent = anAgent()
    await atOnce(20, () => pace.operation(agent))
    await expect(pace.write(agent)).resolves.toBeUndefined()
    const person = { kind: 'PERSON', id: 'p' } as PersonCaller
    expect((await atOnce(20, () => pace.operation(person))).passed).toBe(20)
  })

  it('there is room again when time has passed, and no more than for the time that has', async () => {
    const agentId = anAgent().id
    const count = () => countOne(database.store.db, { agentId, what: 'OPERATION', perMinute: 10 })
    while ((await count()) === 0);
    await database.store.db
      .updateTable('agent_pace')
      .set({ used_until: sql<Date>`used_until - interval '13 seconds'` })
      .where('agent_id', '=', agentId)
      .execute()

    // Six seconds are one share.
    expect([await count(), await count()]).toEqual([0, 0])
    expect(await count()).toBeGreaterThan(0)
  })

  it('who was refused and asks on costs the store nothing', async () => {
    const { pace } = aGateway()
    const agent = anAgent()
    await atOnce(20, () => pace.operation(agent))
    await database.store.db.deleteFrom('agent_pace').where('agent_id', '=', agent.id).execute()

    // The store would let it through by now.
    await expect(pace.operation(agent)).rejects.toMatchObject({ extensions: { code: 'RATE_LIMITED' } })
  })

  it('goes on record once, however often it is run into', async () => {
    const { pace, events } = aGateway()
    const agent = anAgent()
    await atOnce(20, () => pace.operation(agent))

    expect(events).toEqual([
      {
        type: 'LIMIT_REACHED',
        actor: agent,
        subject: { kind: 'LIMIT', id: 'operationsPerMinute', name: '7 operations of an AI agent a minute' },
      },
    ])
  })
})

describe('streams of a caller', () => {
  it('are as many as the setting says, over two gateways together, and free again when one ends', async () => {
    const [one, two] = [aGateway(), aGateway()]
    const agent = anAgent()
    const ends: (() => void)[] = []
    const take = async (gateway: typeof one) => ends.push(await gateway.streams.take(agent))
    const { passed, refused } = await atOnce(8, (n) => take(n % 2 === 0 ? one : two))

    expect(passed).toBe(3)
    expect(refused[0]).toMatchObject({ code: 'RATE_LIMITED', limit: 'streamsPerCaller', allowed: 3 })
    for (const end of ends) end()
    await Promise.all([one.streams.close(), two.streams.close()])
    await expect(take(one)).resolves.toBeDefined()
    await one.streams.close()
  })

  it('of a gateway that died are free when its lease is over, and those that are kept are not', async () => {
    const { db } = database.store
    const holders = { dead: randomUUID(), alive: randomUUID() }
    const agent = anAgent()
    const past = new Date(Date.now() - 1_000)
    for (const holder of [holders.dead, holders.alive, holders.alive]) {
      await db.insertInto('open_stream').values({ caller_id: agent.id, holder, lease_until: past }).execute()
    }
    await keepStreamPlaces(db, holders.alive, 60_000)
    const { streams } = aGateway()

    expect((await atOnce(3, () => streams.take(agent))).passed).toBe(1)
    await streams.close()
  })
})

describe('a file of limits', () => {
  it('changes what it names; the rest is as by default', () => {
    const { settings, document, bodyBytes } = readLimits(
      'cost: 900\noperationsPerMinute: 20 # careful\n',
      'f',
    )

    expect(document).toEqual({ ...DEFAULT_LIMITS, cost: 900 })
    expect(settings).toMatchObject({ operationsPerMinute: 20, writesPerMinute: 60 })
    expect(bodyBytes).toBe(256 * 1024)
    expect(readLimits(undefined, 'f').document).toEqual(DEFAULT_LIMITS)
  })

  it.each([
    ['operationsPerMinute: 6001', /"operationsPerMinute" to be a whole number from 1 to 6000, got 6001/],
    ['cost: 0', /"cost" to be a whole number from 10 to 50000, got 0/],
    ['depth: 4.5', /got 4.5/],
    ['page: "50"', /got "50"/],
    ['operationPerMinute: 5', /expected one of .*operationsPerMinute.*got "operationPerMinute"/],
    ['constructor: 5', /got "constructor"/],
    ['- 1', /expected lines like/],
    ['cost: 900\ncost: 800', /f: /],
    ['cost: 1\nfields: 1', /"cost".*"fields"/],
  ])('is refused for %j', (text, reason) => {
    expect(() => readLimits(text, 'f')).toThrow(reason)
  })

  it('is told in docs/limits.md: every name with its default and its bounds', () => {
    const doc = readFileSync(new URL('../../docs/limits.md', import.meta.url), 'utf8')
    const rows = [...doc.matchAll(/^\| `(\w+)`\s*\| ([\d,]+)\s*\| ([\d,]+) to ([\d,]+)\s*\|/gm)]
    const number = (text: string | undefined) => Number(text?.replaceAll(',', ''))
    const told = rows.map(([, name, byDefault, least, most]) => [
      name,
      { byDefault: number(byDefault), least: number(least), most: number(most) },
    ])

    expect(Object.fromEntries(told)).toEqual(LIMITS)
  })
})
