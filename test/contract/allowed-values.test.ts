import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ticket } from '../../simulators/dataset/index.ts'
import { type Told, toldBy } from './told.ts'
import { type ContractGateway, setups, startContract, vendors } from './vendors.ts'

describe.each(vendors)('%s: allowed values', (vendor) => {
  let t: ContractGateway
  let told: Told
  let ticket: Ticket
  beforeAll(async () => {
    t = await startContract([vendor])
    told = toldBy(vendor, t.desk.slug, t.desk.simulator.dataset)
    ticket = told.tickets
      .toSorted(told.newestFirst)
      .find((one) => !told.closed(one) && one.boardId === 1 && told.status(one) !== 'In Progress')!
  })
  afterAll(() => t.close())

  const agent = (allowedValues: Readonly<Record<string, readonly string[]>>) =>
    t.agent('FULL_AUTOMATION', (policy) => ({
      ...policy,
      groups: { ...policy.groups, Tickets: { ...policy.groups.Tickets!, allowedValues } },
    }))
  const update = async (token: string, change: Readonly<Record<string, unknown>>) => {
    const { data, errors } = await t.ask(
      token,
      'mutation ($input: UpdateTicketInput!) { updateTicket(input: $input, dryRun: true) { __typename } }',
      { input: { id: told.id('Ticket', ticket.id), ...change } },
    )
    return errors[0]?.extensions.code ?? data.updateTicket.__typename
  }
  /** What time entries of the data set were worked as, by name and by key. */
  const worked = async (field: 'workType' | 'workRole') => {
    const { data, errors } = await t.ask(
      await t.agent('READ_ONLY'),
      `{ timeEntries(first: 100) { nodes { id ${field} { key name } } } }`,
    )
    expect(errors).toEqual([])
    interface Entry {
      readonly id: string
      readonly workType: { readonly key: string; readonly name: string } | null
      readonly workRole: { readonly key: string; readonly name: string } | null
    }
    return (data.timeEntries.nodes as Entry[]).flatMap(({ id, [field]: value }) =>
      value === null ? [] : [{ id, ...value }],
    )
  }
  const timekeeper = (allowedValues: Readonly<Record<string, readonly string[]>>) =>
    t.agent('FULL_AUTOMATION', (policy) => ({
      ...policy,
      timeOwner: { who: 'MEMBER', member: setups[vendor].otherMember },
      groups: {
        ...policy.groups,
        'Time Entries': { ...policy.groups['Time Entries']!, allowedValues },
      },
    }))
  const time = async (token: string, name: 'logTime' | 'updateTimeEntry', input: object) => {
    const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`
    const { data, errors } = await t.ask(
      token,
      `mutation ($input: ${type}!) { ${name}(input: $input, dryRun: true) { __typename } }`,
      { input },
    )
    return errors[0]?.extensions.code ?? data[name].__typename
  }
  const logged = (value: object) => ({
    ticket: told.id('Ticket', ticket.id),
    hours: 0.25,
    ...(vendor === 'autotask' ? { clientText: 'x' } : { internalText: 'x' }),
    ...value,
  })
  /** The key of a value, as a ticket that has it tells it. */
  const keyOf = async (field: 'status' | 'priority', name: string, of: Ticket) => {
    const { data } = await t.ask(
      await t.agent('READ_ONLY'),
      `query ($id: ID!) { ticket(id: $id) { ${field} { key name } } }`,
      { id: told.id('Ticket', of.id) },
    )
    expect(data.ticket[field].name).toBe(name)
    return data.ticket[field].key as string
  }

  it.each(['status', 'priority'] as const)(
    'a %s is allowed by its name in any case, and by its key',
    async (field) => {
      const nameOf = (one: Ticket) => (field === 'status' ? told.status(one) : told.priority(one).name)
      const other = told.tickets.find(
        (one) =>
          one.boardId === 1 &&
          (field === 'status' ? nameOf(one) === 'In Progress' : nameOf(one) !== nameOf(ticket)),
      )!
      const name = nameOf(other)
      const key = await keyOf(field, name, other)
      for (const allowed of [name.toUpperCase(), key]) {
        const token = await agent({ [field]: [allowed] })
        for (const given of [name, name.toLowerCase(), key]) {
          expect([allowed, given, await update(token, { [field]: given })]).toEqual([
            allowed,
            given,
            'DryRunPlan',
          ])
        }
      }
      const none = await agent({ [field]: ['something else'] })
      for (const given of [name, key])
        expect(await update(none, { [field]: given })).toBe('VALUE_NOT_ALLOWED')
      const another = await agent({ [field]: ['987654'] })
      for (const given of [name, key])
        expect(await update(another, { [field]: given })).toBe('VALUE_NOT_ALLOWED')
    },
  )

  it.each(['workType', 'workRole'] as const)(
    'a %s of time is allowed by its name in any case, and by its key',
    async (field) => {
      const [first, ...entries] = await worked(field)
      if (first === undefined) {
        // Halo and ServiceNow have no roles of time, and say so before anything is allowed or not.
        expect([field, vendor]).toEqual(['workRole', expect.stringMatching(/^(halo|servicenow)$/)])
        return
      }
      const { name, key } = first
      const other = entries.find((one) => one.key !== key)!
      for (const allowed of [name.toUpperCase(), key]) {
        const token = await timekeeper({ [field]: [allowed] })
        for (const given of [name, name.toLowerCase(), key]) {
          const asked = [
            await time(token, 'logTime', logged({ [field]: given })),
            await time(token, 'updateTimeEntry', { id: other.id, [field]: given }),
          ]
          expect([allowed, given, ...asked]).toEqual([allowed, given, 'DryRunPlan', 'DryRunPlan'])
        }
        for (const given of [other.name, other.key])
          expect(await time(token, 'logTime', logged({ [field]: given }))).toBe('VALUE_NOT_ALLOWED')
        expect(await time(token, 'updateTimeEntry', { id: first.id, [field]: other.key })).toBe(
          'VALUE_NOT_ALLOWED',
        )
      }
    },
  )
})
