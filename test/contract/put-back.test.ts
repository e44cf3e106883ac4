import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { WriteName } from '../../schema/plan.ts'
import type { Ticket } from '../../simulators/dataset/index.ts'
import { type Told, toldBy } from './told.ts'
import { type ContractGateway, startContract, type VendorDesk, vendors } from './vendors.ts'

describe.each(vendors)('%s: putting a change back', (vendor) => {
  let t: ContractGateway
  let desk: VendorDesk
  let told: Told
  let agent: string
  let held: string
  let signer: string
  let pool: Ticket[]
  beforeAll(async () => {
    t = await startContract([vendor])
    desk = t.desk
    told = toldBy(vendor, desk.slug, desk.simulator.dataset)
    const dana = await t.approver()
    signer = dana.token
    agent = await t.agent('FULL_AUTOMATION', undefined, dana.id)
    held = await t.agent('IT_ADMIN', undefined, dana.id)
    pool = told.tickets.filter(
      (one) =>
        one.kind === 'service' &&
        one.boardId === 1 &&
        told.category(one) === 'ACTIVE' &&
        one.contactId !== undefined &&
        one.ownerId !== undefined &&
        one.ownerId !== 152 &&
        one.priorityId !== 2 &&
        one.parentId === undefined &&
        one.mergedIntoId === undefined &&
        !desk.simulator.dataset.facts.parentTicketIds.includes(one.id),
    )
  })
  beforeEach(() => desk.simulator.clearJournal())
  afterAll(() => t.close())

  const OUTCOME = `__typename ... on WriteOutcome { request { id state planHash putsBack } }
    ... on DryRunPlan { plan { changes { field after } } }`

  async function write(token: string, name: WriteName, input: object) {
    const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`
    const { data, errors } = await t.ask(
      token,
      `mutation ($input: ${type}!) { ${name}(input: $input) { ${OUTCOME} } }`,
      { input },
    )
    expect(errors).toEqual([])
    return data[name].request as { id: string; state: string; planHash: string }
  }
  const putBack = (
    token: string,
    id: string,
    { dryRun = false, key }: { dryRun?: boolean; key?: string } = {},
  ) =>
    t.ask(
      token,
      `mutation ($id: ID!, $dryRun: Boolean!, $key: String) {
        putBack(id: $id, reason: "by mistake", dryRun: $dryRun, idempotencyKey: $key) {
          changedSince left outcome { ${OUTCOME} ... on WriteOutcome { replayed } } } }`,
      { id, dryRun, key },
    )
  async function now(id: string) {
    const { data, errors } = await t.ask(
      signer,
      'query ($id: ID!) { ticket(id: $id) { title priority { name } assignee { id } } }',
      { id },
    )
    expect(errors).toEqual([])
    return data.ticket
  }

  /** A ticket, changed; both as they are told. */
  async function changed() {
    const ticket = pool.shift()!
    const id = told.id('Ticket', ticket.id)
    const before = await now(id)
    const high = told.priority(told.tickets.find(({ priorityId }) => priorityId === 2)!).name
    const { id: request, state } = await write(agent, 'updateTicket', {
      id,
      title: 'Put back: by mistake',
      priority: high,
      assignee: told.id('Member', 152),
    })
    expect(state).toBe('EXECUTED')
    expect(await now(id)).not.toEqual(before)
    desk.simulator.clearJournal()
    return { id, before, request }
  }

  it('by the agent, at once where its policy lets it', async () => {
    const { id, before, request } = await changed()
    const dry = await putBack(agent, request, { dryRun: true })
    expect(dry.data.putBack.outcome.__typename).toBe('DryRunPlan')
    expect(desk.sent()).toEqual([])
    const { data, errors } = await putBack(agent, request)
    expect(errors).toEqual([])
    expect(data.putBack).toMatchObject({
      changedSince: [],
      // There a priority is worked out from impact and urgency, which follow when it is put back.
      left: vendor === 'servicenow' ? [expect.stringContaining('urgency')] : [],
      outcome: { __typename: 'TicketWritten', request: { state: 'EXECUTED', putsBack: request } },
    })
    expect(await now(id)).toEqual(before)
  })

  it('by a person, with a signature like any other write', async () => {
    const { id, before, request } = await changed()
    const { data, errors } = await putBack(signer, request)
    expect(errors).toEqual([])
    expect(data.putBack.outcome).toMatchObject({
      __typename: 'ApprovalPending',
      request: { putsBack: request },
    })
    expect(desk.sent()).toEqual([])
    const signed = await t.ask(
      signer,
      'mutation ($id: ID!, $planHash: String!) { approve(id: $id, planHash: $planHash) { state error { code } } }',
      data.putBack.outcome.request,
    )
    expect(signed.data.approve).toEqual({ state: 'EXECUTED', error: null })
    expect(await now(id)).toEqual(before)
  })

  it('leaves what somebody has changed since, and says so', async () => {
    const { id, before, request } = await changed()
    await write(agent, 'updateTicket', { id, title: 'Put back: somebody else' })
    const { data, errors } = await putBack(agent, request)
    expect(errors).toEqual([])
    expect(data.putBack.changedSince).toEqual(['title'])
    expect(await now(id)).toEqual({ ...before, title: 'Put back: somebody else' })
    const again = await putBack(agent, request)
    expect(again.errors.map(({ extensions }) => extensions.code)).toEqual(['NO_CHANGE'])
  })

  it('once for a key: the same call again is told what the first one was', async () => {
    const { id, request } = await changed()
    await write(agent, 'updateTicket', { id, title: 'Put back: somebody else' })
    const key = `back-${vendor}`
    const [first, meanwhile] = await Promise.all([1, 2].map(() => putBack(agent, request, { key })))
    const done = [first, meanwhile].find((answer) => answer?.errors.length === 0)
    expect(done?.data.putBack).toMatchObject({ changedSince: ['title'], outcome: { replayed: false } })
    desk.simulator.clearJournal()
    const again = await putBack(agent, request, { key })
    expect(again.errors).toEqual([])
    expect(again.data.putBack).toEqual({
      ...done?.data.putBack,
      outcome: { ...done?.data.putBack.outcome, replayed: true },
    })
    expect(desk.asked()).toEqual([])
    const other = await changed()
    const reused = await putBack(agent, other.request, { key })
    expect(reused.errors.map(({ extensions }) => extensions.code)).toEqual(['IDEMPOTENCY_KEY_REUSED'])
  })

  it('refuses what can not be taken back, and what was never done', async () => {
    const ticket = told.id('Ticket', pool.shift()!.id)
    const note = await write(agent, 'addTicketNote', { ticket, kind: 'INTERNAL', text: 'It stays.' })
    const { errors } = await putBack(agent, note.id)
    expect(errors[0]?.extensions).toMatchObject({
      code: 'NOT_SUPPORTED',
      reasons: [expect.stringContaining('created stays')],
    })
    const waiting = await write(held, 'updateTicket', { id: ticket, title: 'Never done' })
    const early = await putBack(held, waiting.id)
    expect(early.errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT'])
    const foreign = await putBack(held, note.id)
    expect(foreign.errors.map(({ extensions }) => extensions.code)).toEqual(['NOT_FOUND'])
  })

  it('of a contact: what was changed goes back, and who was created stays', async () => {
    const company = told.id('Company', pool[0]!.companyId)
    const name = { firstName: 'Put', lastName: `Back ${vendor}` }
    const { data } = await t.ask(
      agent,
      `mutation ($input: CreateContactInput!) { createContact(input: $input) { ${OUTCOME}
        ... on ContactWritten { contact { id } } } }`,
      { input: { company, ...name } },
    )
    const { request, contact } = data.createContact
    const { errors } = await putBack(agent, request.id)
    expect(errors[0]?.extensions).toMatchObject({
      code: 'NOT_SUPPORTED',
      reasons: [expect.stringContaining('created stays')],
    })
    const changed = await write(agent, 'updateContact', { id: contact.id, lastName: 'Renamed' })
    const taken = await putBack(agent, changed.id)
    expect(taken.errors).toEqual([])
    expect(taken.data.putBack).toMatchObject({
      left: [],
      outcome: { __typename: 'ContactWritten', request: { state: 'EXECUTED', putsBack: changed.id } },
    })
    const again = await putBack(agent, changed.id)
    expect(again.errors.map(({ extensions }) => extensions.code)).toEqual(['NO_CHANGE'])
  })

  it('of a plan with a note, takes back the fields and names the note', async () => {
    const id = told.id('Ticket', pool.shift()!.id)
    const before = await now(id)
    const worked = await write(agent, 'workTicket', {
      id,
      update: { title: 'Put back: worked' },
      notes: [{ kind: 'INTERNAL', text: 'A note beside it' }],
    })
    const { data, errors } = await putBack(agent, worked.id)
    expect(errors).toEqual([])
    expect(data.putBack.left).toEqual([expect.stringContaining('created stays')])
    expect(await now(id)).toEqual(before)
  })
})
