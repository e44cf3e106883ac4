import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { WriteName } from '../../schema/plan.ts'
import type { Vendor } from '../../schema/source.ts'
import type { Ticket } from '../../simulators/dataset/index.ts'
import { NOT_SUPPORTED } from './not-supported.ts'
import { vendors } from './vendors.ts'
import { startWriting, type WritingDesk } from './writing.ts'

/** What stands for a merge of one ticket into another, step by step. */
const STEPS: Readonly<Partial<Record<Vendor, readonly (readonly string[])[]>>> = {
  // No field links two tickets: a note on each of them does.
  autotask: [['kind', 'text'], ['kind', 'text'], ['status']],
  halo: [['kind', 'text'], ['status']],
  servicenow: [
    ['kind', 'text'],
    ['mergedInto', 'status'],
  ],
}

describe.each(vendors)('%s: tickets that become one, or hang together', (vendor) => {
  let w: WritingDesk
  let joiner: string
  let across: string
  beforeAll(async () => {
    w = await startWriting(vendor)
    joiner = w.admin
    const dana = await w.t.approver()
    across = await w.t.agent('IT_ADMIN', (policy) => ({ ...policy, acrossCompanies: true }), dana.id)
  })
  afterAll(() => w.close())
  beforeEach(() => w.clear())

  const emulated = NOT_SUPPORTED[vendor].onlyEmulated.mergeTickets !== undefined
  const dry = (token: string, name: WriteName, input: object) =>
    w.t.ask(
      token,
      `mutation ($input: ${name === 'mergeTickets' ? 'Merge' : 'Bundle'}TicketsInput!) {
        ${name}(input: $input, dryRun: true) { ... on DryRunPlan { plan { emulated warnings
          clientMail { verdict recipients } steps { body fields demands } changes { field after } } } } }`,
      { input },
    )
  const there = (contact: number) =>
    w.desk.simulator.dataset.contacts.some(({ id, inactive }) => id === contact && !inactive)

  /** One stays; the other has a contact who can be mailed, and time. */
  function pair(): readonly [Ticket, Ticket] {
    const timed = new Set(w.desk.simulator.dataset.timeEntries.map(({ ticketId }) => ticketId))
    const fits = ({ id, contactId }: Ticket) => timed.has(id) && there(contactId!)
    const other = w.fresh(
      (one) => fits(one) && w.pool.some(({ id, companyId }) => id !== one.id && companyId === one.companyId),
    )
    return [w.fresh(({ companyId }) => companyId === other.companyId), other]
  }

  it('mergeTickets where the PSA has none: refused with the reason, and by plain steps once it is allowed', async () => {
    const [into, other] = pair()
    const input = { into: w.idOf(into), tickets: [w.idOf(other)] }
    if (!emulated) {
      const { data } = await dry(joiner, 'mergeTickets', input)
      expect(data.mergeTickets.plan.emulated).toBe(false)
      return
    }
    await w.t.remap(w.desk.slug, { emulateMerge: false })
    const refused = await dry(joiner, 'mergeTickets', input)
    expect(refused.errors).toMatchObject([
      {
        message: expect.stringContaining('dministrator can'),
        extensions: { code: 'NOT_SUPPORTED' },
      },
    ])

    await w.t.remap(w.desk.slug, { emulateMerge: true })
    const { data, errors } = await dry(joiner, 'mergeTickets', input)
    expect(errors).toEqual([])
    const { plan } = data.mergeTickets
    expect(plan.emulated).toBe(true)
    expect(plan.steps.map(({ fields }: { fields: readonly string[] }) => fields)).toEqual(STEPS[vendor])
    // What was said on either ticket stays there: no word of it is written anywhere.
    const bodies = plan.steps.map(({ body }: { body: string }) => body).join('\n')
    const said = w.desk.simulator.dataset.notes.filter(({ ticketId }) =>
      [into.id, other.id].includes(ticketId),
    )
    expect(said.length).toBeGreaterThan(1)
    for (const text of [into.title, other.title, ...said.map((note) => note.text)])
      expect(bodies).not.toContain(JSON.stringify(text).slice(1, -1))
    expect(plan.clientMail).toEqual({ verdict: 'MAY', recipients: [w.told.contact(other)!.email] })
    expect(plan.warnings).toContainEqual(expect.stringMatching(/time entr(y|ies)/))
  })

  it('tickets of two companies stay apart, unless the policy lets them together', async () => {
    if (emulated) await w.t.remap(w.desk.slug, { emulateMerge: true })
    const parents = w.desk.simulator.dataset.facts.parentTicketIds
    const parent = w.told.tickets.find((one) => parents.includes(one.id) && !w.told.closed(one))!
    const [into] = pair()
    const stranger = w.fresh(
      (one) =>
        ![into.companyId, parent.companyId].includes(one.companyId) &&
        (vendor !== 'autotask' || w.told.type(one) === 'Incident'),
    )
    const merge = ['mergeTickets', { into: w.idOf(into), tickets: [w.idOf(stranger)] }] as const
    const bundle = ['bundleTickets', { parent: w.idOf(parent), tickets: [w.idOf(stranger)] }] as const
    for (const [name, input] of [merge, bundle]) {
      const { errors } = await w.write(joiner, name, input)
      expect(errors, name).toMatchObject([
        {
          extensions: { code: 'FORBIDDEN_OPERATION', rule: 'companiesStayApart', switch: 'acrossCompanies' },
        },
      ])
      const allowed = await dry(across, name, input)
      expect(allowed.errors, name).toEqual([])
      expect(allowed.data[name].plan.warnings).toContainEqual(expect.stringContaining('different companies'))
    }
    expect(w.desk.sent()).toEqual([])
  })

  it('bundleTickets touches the link alone', async () => {
    const { dataset } = w.desk.simulator
    const parent = w.told.tickets.find(
      (one) =>
        dataset.facts.parentTicketIds.includes(one.id) &&
        !w.told.closed(one) &&
        w.pool.some(({ companyId }) => companyId === one.companyId),
    )!
    const fits = (one: Ticket) => one.companyId === parent.companyId
    const child = w.fresh((one) => fits(one) && (vendor !== 'autotask' || w.told.type(one) === 'Incident'))
    const { data, errors } = await dry(joiner, 'bundleTickets', {
      parent: w.idOf(parent),
      tickets: [w.idOf(child)],
    })
    expect(errors).toEqual([])
    const touched = data.bundleTickets.plan.steps.flatMap(
      ({ fields }: { fields: readonly string[] }) => fields,
    )
    expect([...new Set(touched)]).toEqual(['parent'])
    if (vendor !== 'autotask') return
    const request = w.fresh((one) => w.told.type(one) !== 'Incident')
    const refused = await dry(joiner, 'bundleTickets', { parent: w.idOf(parent), tickets: [w.idOf(request)] })
    expect(refused.errors).toMatchObject([
      { message: expect.stringContaining('is not changed into one'), extensions: { code: 'NOT_SUPPORTED' } },
    ])
  })
})
