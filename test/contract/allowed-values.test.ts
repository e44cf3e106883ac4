import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ticket } from '../../simulators/dataset/index.ts'
import { type Told, toldBy } from './told.ts'
import { type ContractGateway, startContract, vendors } from './vendors.ts'

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
})
