import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Vendor } from '../../schema/source.ts'
import type { Dataset } from '../../simulators/dataset/index.ts'
import { toldBy } from './told.ts'
import { type ContractGateway, startContract, vendors } from './vendors.ts'

/** Requests for a page of members: ConnectWise keeps teams board by board, and HaloPSA tells agents with the teams. */
const MOST: Readonly<Record<Vendor, (data: Dataset) => number>> = {
  connectwise: ({ boards }) => 2 + boards.length,
  autotask: () => 3,
  halo: () => 3,
  // Names may be empty, and whose people staff are is asked once.
  servicenow: () => 4,
}

/** What each vendor calls a team, worked out from the neutral records. */
function teamsOf(vendor: Vendor, { boards }: Dataset, member: number): readonly string[] {
  const named = boards.flatMap((board) => {
    // Autotask's queues are of service boards, and a group of ServiceNow is the first team of a board.
    if (vendor === 'autotask' && board.project) return []
    const teams = vendor === 'servicenow' ? board.teams.slice(0, 1) : board.teams
    const own = teams.filter(({ memberIds }) => memberIds.includes(member))
    if (vendor === 'connectwise' || vendor === 'halo') return own.map(({ name }) => name)
    return own.length === 0 ? [] : [board.name]
  })
  return named.toSorted((a, b) => a.localeCompare(b, 'en'))
}

describe.each(vendors)('%s: teams of members', (vendor) => {
  let t: ContractGateway
  let told: ReturnType<typeof toldBy>
  beforeAll(async () => {
    t = await startContract([vendor])
    told = toldBy(vendor, t.desk.slug, t.desk.simulator.dataset)
  })
  afterAll(() => t.close())
  beforeEach(() => t.desk.simulator.clearJournal())

  const ASK = 'query { members(first: 50) { nodes { id name teams { key name } } } }'
  interface Told {
    readonly id: string
    readonly name: string
    readonly teams: readonly { readonly key: string; readonly name: string }[] | null
  }

  it('are told for a page at once, as the data set has them', async () => {
    const reader = await t.agent('READ_ONLY')
    const { data, errors } = await t.ask(reader, ASK)
    expect(errors).toEqual([])
    const { technicians } = t.desk.simulator.dataset
    const nodes: readonly Told[] = data.members.nodes
    for (const { id } of technicians) {
      const found = nodes.find((one) => one.id === told.id('Member', id))
      if (found === undefined) continue
      expect(
        found.teams!.map(({ name }) => name),
        found.name,
      ).toEqual(teamsOf(vendor, t.desk.simulator.dataset, id))
    }
    expect(nodes.filter(({ teams }) => (teams?.length ?? 0) > 0).length).toBeGreaterThan(3)
    expect(t.desk.asked().length).toBeLessThanOrEqual(MOST[vendor](t.desk.simulator.dataset))
  })

  it('are null, with the refusal at each, where boards are closed, and are not asked for', async () => {
    const closed = await t.agent('READ_ONLY', (policy) => ({
      ...policy,
      groups: Object.fromEntries(
        Object.entries(policy.groups).filter(([group]) => group !== 'Boards & Ticket Setup'),
      ),
    }))
    const { data, errors } = await t.ask(
      closed,
      'query ($id: ID!) { member(id: $id) { name teams { name } } }',
      { id: told.id('Member', 151) },
    )
    expect(data?.member?.teams ?? null).toBeNull()
    expect(errors).toMatchObject([{ extensions: { code: 'GROUP_DISABLED', group: 'Boards & Ticket Setup' } }])
    expect(t.desk.asked().filter(({ path }) => /teams|RoleQueues|grmember/i.test(path))).toEqual([])
  })
})
