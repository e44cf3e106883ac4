import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Vendor } from '../../schema/source.ts'
import { sources } from '../../subgraphs/index.ts'
import { PATHS } from './documents.ts'
import { toldBy } from './told.ts'
import { type ContractGateway, startContract, vendors } from './vendors.ts'

interface Listed {
  readonly key: string
  readonly name: string
  readonly rank?: number
}

/** Word for word what the capabilities say and what a caller is told, where there are no work roles. */
const NO_ROLES: Readonly<Partial<Record<Vendor, string>>> = {
  halo: 'HaloPSA has no work roles: its charge rates are the work types.',
  servicenow: 'Time of ServiceNow has no role.',
}

describe.each(vendors)('%s: what the tenant sets up', (vendor) => {
  let t: ContractGateway
  let told: ReturnType<typeof toldBy>
  let reader: string
  beforeAll(async () => {
    t = await startContract([vendor])
    told = toldBy(vendor, t.desk.slug, t.desk.simulator.dataset)
    reader = await t.agent('READ_ONLY')
  })
  afterAll(() => t.close())
  beforeEach(() => t.desk.simulator.clearJournal())

  const names = (list: readonly Listed[]) => list.map(({ name }) => name)

  it.each(PATHS)('priorities, work types and work roles, by name and key, $path', async ({ beside }) => {
    const { data, errors } = await t.ask(
      reader,
      `query ($slug: String!) { priorities(connection: $slug) { key name rank }
        workTypes(connection: $slug) { key name } workRoles(connection: $slug) { key name } ${beside} }`,
      { slug: t.desk.slug },
    )
    const { priorities, workTypes, workRoles, tickets } = t.desk.simulator.dataset
    const want = priorities.map(({ id }) => told.priority(tickets.find((one) => one.priorityId === id)!))
    // Tenants have one or another besides: a priority of one SLA, planning, no charge at all.
    const found = (data.priorities as Listed[]).filter(({ name }) => want.some((one) => one.name === name))
    expect(found.map(({ name, rank }) => ({ name, rank }))).toEqual(want)
    const ranks = (data.priorities as Listed[]).map(({ rank }) => rank!)
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b))
    expect(names(data.workTypes)).toEqual(expect.arrayContaining(names(workTypes as never)))
    for (const list of [data.priorities, data.workTypes])
      expect(new Set(list.map(({ key }: Listed) => key)).size).toBe(list.length)
    const reason = NO_ROLES[vendor]
    expect(sources.get(vendor)!.capabilities.noSetup?.WORK_ROLES).toBe(reason)
    if (reason === undefined) {
      expect(errors).toEqual([])
      expect(names(data.workRoles)).toEqual(expect.arrayContaining(names(workRoles as never)))
    } else {
      expect(data.workRoles).toBeNull()
      expect(errors).toMatchObject([
        {
          path: ['workRoles'],
          message: reason,
          extensions: { code: 'NOT_SUPPORTED' },
        },
      ])
    }
  })

  it('are read once, with a scope too, and each by its own group', async () => {
    const query =
      'query ($slug: String!) { priorities(connection: $slug) { name } workTypes(connection: $slug) { name } }'
    const ask = (token: string) => t.ask(token, query, { slug: t.desk.slug })
    await ask(reader)
    t.desk.simulator.clearJournal()
    const first = await ask(reader)
    expect(first.errors).toEqual([])
    expect(t.desk.asked()).toEqual([])
    const scoped = await t.agent('READ_ONLY', (policy) => ({
      ...policy,
      recordScope: { include: { companies: ['4711'] } },
    }))
    expect((await ask(scoped)).data).toEqual(first.data)
    const closed = await t.agent('READ_ONLY', (policy) => ({
      ...policy,
      groups: {
        ...policy.groups,
        'Time Setup': { ...policy.groups['Time Setup']!, level: 'DISABLED' as const },
      },
    }))
    const { data, errors } = await t.ask(
      closed,
      'query ($slug: String!) { workTypes(connection: $slug) { name } }',
      { slug: t.desk.slug },
    )
    expect(data?.workTypes ?? null).toBeNull()
    expect(errors).toMatchObject([{ extensions: { code: 'GROUP_DISABLED' } }])
  })

  it('a connection that is not assigned is refused', async () => {
    const { errors } = await t.ask(reader, '{ priorities(connection: "beta") { name } }')
    expect(errors).toMatchObject([{ extensions: { code: 'CONNECTION_FORBIDDEN' } }])
  })
})
