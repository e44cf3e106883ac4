import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { WriteName } from '../../schema/plan.ts'
import type { Ticket } from '../../simulators/dataset/index.ts'
import { until } from '../e2e/desk.ts'
import { NOT_SUPPORTED } from './not-supported.ts'
import { type Told, toldBy } from './told.ts'
import { type ContractGateway, startContract, type VendorDesk, vendors } from './vendors.ts'

/** What was made is found, and nothing of it tells who made it: a person has to look. */
const UNTOLD: readonly (readonly [vendor: string, write: WriteName])[] = [
  ['halo', 'createContact'],
  ['halo', 'createCompany'],
  ['halo', 'createSite'],
  ['halo', 'createConfigurationItem'],
  ['halo', 'addTicketLineItem'],
  ['halo', 'createScheduleEntry'],
  ['halo', 'addTicketTask'],
  ['halo', 'uploadAttachment'],
  ['autotask', 'addTicketTask'],
]

/** Writes of the vendor and nothing that it is asked: sign-ins and reads travel as POST, too. */
const WRITES = '/^(?!.*(\\/query|\\/auth\\/|oauth_token|\\/search))/'

describe.each(vendors)('%s: an unclear outcome is settled by reading', (vendor) => {
  let t: ContractGateway
  let desk: VendorDesk
  let told: Told
  let agent: string
  let pool: Ticket[]
  const missing = NOT_SUPPORTED[vendor]
  beforeAll(async () => {
    t = await startContract([vendor], { sendWithin: 0.5, vendorWrite: 1, settleWindow: 2.4, poll: 0.4 })
    desk = t.desk
    told = toldBy(vendor, desk.slug, desk.simulator.dataset)
    const dana = await t.approver()
    agent = await t.agent(
      'FULL_AUTOMATION',
      (policy) => ({
        ...policy,
        groups: Object.fromEntries(
          Object.entries(policy.groups).map(([name, group]) => [
            name,
            group.level === 'READ_WRITE' ? { ...group, delete: true } : group,
          ]),
        ),
      }),
      dana.id,
    )
    pool = told.tickets.filter(
      (one) =>
        one.kind === 'service' &&
        one.boardId === 1 &&
        ['ACTIVE', 'WAITING_CLIENT', 'WAITING_OTHER'].includes(told.category(one)) &&
        one.contactId !== undefined &&
        one.parentId === undefined &&
        one.mergedIntoId === undefined &&
        !desk.simulator.dataset.facts.parentTicketIds.includes(one.id),
    )
  })
  afterEach(() => desk.stopFaults())
  afterAll(() => t.close())

  const fresh = () => told.id('Ticket', pool.shift()!.id)
  const timeText = (text: string) => (vendor === 'autotask' ? { clientText: text } : { internalText: text })
  const time = (ticket: string, text: string) => ({
    ticket,
    hours: 0.5,
    startedAt: new Date(Math.floor(Date.now() / 1000) * 1000 - 3_600_000).toISOString(),
    ...timeText(text),
    workType: 'Remote Support',
  })

  function write(name: WriteName, input: object) {
    const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`
    return t.ask(
      agent,
      `mutation ($input: ${type}!) { ${name}(input: $input) { __typename
        ... on WriteOutcome { request { id state timeEntries { id } } } } }`,
      { input },
    )
  }

  const attach = (ticket: Ticket): readonly [WriteName, object] => {
    const device = desk.simulator.dataset.devices.find(
      ({ id, companyId, active }) =>
        active && companyId === ticket.companyId && !ticket.deviceIds.includes(id),
    )!
    const item = told.id('ConfigurationItem', device.id)
    return ['attachConfigurationItem', { ticket: told.id('Ticket', ticket.id), item }]
  }

  /** One of each way to be found again. */
  async function all(word: string): Promise<readonly (readonly [WriteName, object])[]> {
    const [ticket] = pool
    const logged = await write('logTime', time(fresh(), `Reconcile: to be deleted ${word}`))
    expect(logged.errors).toEqual([])
    const absorbing = pool.shift()!
    const absorbed = pool.splice(
      pool.findIndex(({ companyId }) => companyId === absorbing.companyId),
      1,
    )[0]!
    return [
      ['updateTicket', { id: fresh(), title: `Reconcile: title ${word}` }],
      attach(pool.shift()!),
      ['addTicketNote', { ticket: fresh(), kind: 'INTERNAL', text: `Reconcile: note ${word}\nsecond line` }],
      ['logTime', time(fresh(), `Reconcile: time ${word}`)],
      [
        'createTicket',
        {
          connection: desk.slug,
          title: `Reconcile: ticket ${word}`,
          company: told.id('Company', ticket!.companyId),
          board: told.id('Board', 1),
          ...(vendor === 'halo' && { type: 'Incident' }),
        },
      ],
      [
        'createContact',
        {
          company: told.id('Company', ticket!.companyId),
          firstName: 'Reconcile',
          lastName: word,
          email: `${word}@example.com`,
        },
      ],
      ['deleteTimeEntry', { id: logged.data.logTime.request.timeEntries[0].id }],
      ...(missing.onlyEmulated.mergeTickets === undefined
        ? ([
            [
              'mergeTickets',
              { into: told.id('Ticket', absorbing.id), tickets: [told.id('Ticket', absorbed.id)] },
            ],
          ] as const)
        : []),
    ]
  }

  const authorIsTold = ([name]: readonly [WriteName, object]) =>
    !UNTOLD.some(([of, write]) => of === vendor && write === name)

  /** Companies, items, and sites where one is told from others of its name. */
  function placesOf(word: string): readonly (readonly [WriteName, object])[] {
    const [ticket] = pool
    const device = desk.simulator.dataset.devices[0]!
    return [
      [
        'createCompany',
        {
          connection: desk.slug,
          name: `Reconcile: company ${word}`,
          ...Object.fromEntries(
            Object.entries({
              identifier: `Reconcile${word}`,
              phone: '8135550100',
              accountManager: told.id('Member', 151),
            }).filter(([field]) => missing.companyRefuses[field] === undefined),
          ),
        },
      ],
      [
        'createConfigurationItem',
        {
          company: told.id('Company', device.companyId),
          name: `Reconcile: item ${word}`,
          tag: `AT-${word}`,
          site: told.id('Site', device.siteId),
          type: vendor === 'servicenow' ? 'cmdb_ci_computer' : device.type,
          ...(missing.itemRefuses.product === undefined && { product: device.model }),
        },
      ],
      ...(missing.notReconciled.createSite === undefined
        ? ([
            [
              'createSite',
              { company: told.id('Company', ticket!.companyId), name: `Reconcile: site ${word}` },
            ],
          ] as const)
        : []),
    ]
  }

  /** What is sold with tickets, where anything is. */
  function linesOf(word: string): readonly (readonly [WriteName, object])[] {
    if (missing.writes.addTicketLineItem !== undefined) return []
    const { products, tickets } = desk.simulator.dataset
    const open = new Set(tickets.filter(({ closedAt }) => closedAt === undefined).map(({ id }) => id))
    const [changed, gone] = products
      .filter(({ ticketId }) => open.has(ticketId) && told.tickets.some(({ id }) => id === ticketId))
      .slice(word === 'after' ? 0 : 2)
      .map(
        ({ id, ticketId }) => `${desk.slug}:TicketLineItem:${vendor === 'halo' ? `${ticketId}.` : ''}${id}`,
      )
    return [
      ['addTicketLineItem', { ticket: fresh(), product: told.id('Product', 6), quantity: '7' }],
      ['updateTicketLineItem', { id: changed, quantity: '8', price: '12.34' }],
      ...(missing.writes.deleteTicketLineItem === undefined
        ? ([['deleteTicketLineItem', { id: gone }]] as const)
        : []),
    ]
  }

  /** Its owner, at a ticket that has one. */
  function visit() {
    const [to] = pool.splice(
      pool.findIndex(({ ownerId }) => ownerId !== undefined),
      1,
    )
    return {
      ticket: told.id('Ticket', to!.id),
      member: told.id('Member', to!.ownerId!),
      startsAt: '2031-07-08T08:00:00Z',
      endsAt: '2031-07-08T09:00:00Z',
    }
  }

  /** What is planned for tickets, where the vendor plans any. */
  function scheduleOf(word: string): readonly (readonly [WriteName, object])[] {
    if (missing.writes.createScheduleEntry !== undefined) return []
    const open = desk.simulator.dataset.appointments.filter(
      ({ done, ticketId }) => !done && told.tickets.some(({ id }) => id === ticketId),
    )
    // Autotask names the row that puts a ticket on a call, which no data set knows.
    const [moved, gone] = vendor === 'autotask' ? [] : open.slice(word === 'after' ? 0 : 2)
    const idOf = ({ id }: { readonly id: number }) => `${desk.slug}:ScheduleEntry:${id}`
    return [
      ...(missing.notReconciled.createScheduleEntry === undefined
        ? ([['createScheduleEntry', visit()]] as const)
        : []),
      ...(moved === undefined || gone === undefined
        ? []
        : ([
            ['updateScheduleEntry', { id: idOf(moved), title: `Reconcile: visit ${word}` }],
            ['deleteScheduleEntry', { id: idOf(gone) }],
          ] as const)),
    ]
  }

  function tasksOf(word: string): readonly (readonly [WriteName, object])[] {
    const open = new Set(pool.map(({ id }) => id))
    const [changed, gone] = desk.simulator.dataset.tasks
      .filter(({ ticketId }) => open.has(ticketId))
      .slice(word === 'after' ? 0 : 2)
      .map(({ id }) => told.id('TicketTask', id))
    return [
      ['updateTicketTask', { id: changed, text: `Reconcile: task ${word}` }],
      ...(missing.writes.deleteTicketTask === undefined
        ? ([['deleteTicketTask', { id: gone }]] as const)
        : []),
      ['addTicketTask', { ticket: fresh(), text: `Reconcile: new task ${word}` }],
    ]
  }

  async function filesOf(word: string): Promise<readonly (readonly [WriteName, object])[]> {
    const { calls } = t.gateway
    const caller = await calls.authenticate(agent, { address: 'test' })
    const file = { connection: desk.slug, contentType: 'text/plain', bytes: Buffer.from(`file ${word}`) }
    const { id: upload } = await calls.upload(caller, file, { address: 'test', headers: { get: () => null } })
    const open = new Set(told.tickets.map(({ id }) => id))
    const gone = desk.simulator.dataset.attachments.filter(({ ticketId }) => open.has(ticketId))
    return [
      ['uploadAttachment', { ticket: fresh(), upload, fileName: `Reconcile ${word}.txt` }],
      ['deleteTicketAttachment', { id: told.id('Attachment', gone.at(word === 'after' ? 0 : 1)!.id) }],
    ]
  }

  /** Sends each with the same broken answer, waits until all have settled, and tells how. */
  async function broken(writes: readonly (readonly [WriteName, object])[], fault: object) {
    const ids: Record<string, string> = {}
    for (const [name, input] of writes) {
      for (const method of ['POST', 'PATCH', 'PUT', 'DELETE'])
        await desk.fault({ match: { method, path: WRITES }, times: 1, ...fault })
      desk.simulator.clearJournal()
      const { errors } = await write(name, input)
      expect(
        errors.map(({ extensions }) => extensions.code),
        `${name} ${JSON.stringify(errors)}`,
      ).toEqual(['OUTCOME_UNKNOWN'])
      expect(desk.sent()).toHaveLength(1)
      ids[name] = String(errors[0]!.extensions.requestId)
      await desk.stopFaults()
    }
    desk.simulator.clearJournal()
    const ends: Record<string, unknown> = {}
    await until(async () => {
      for (const [name, id] of Object.entries(ids)) {
        const { data } = await t.ask(
          agent,
          `query ($id: ID!) { writeRequest(id: $id) { state reconciled error { code } steps { outcome }
            notes { id } timeEntries { id } ticket { title } } }`,
          { id },
        )
        if (data.writeRequest.state === 'UNKNOWN_OUTCOME') return false
        ends[name] = data.writeRequest
      }
      return true
    }, 25_000)
    expect(desk.sent()).toEqual([])
    return ends as Record<WriteName, Record<string, unknown>>
  }

  it('applied, and the answer lost: EXECUTED, with the record it made', async () => {
    const writes = (await all('applied')).filter(authorIsTold)
    const ends = await broken(writes, { kind: 'reset', when: 'after' })
    for (const [name] of writes)
      expect(ends[name], name).toMatchObject({ state: 'EXECUTED', reconciled: true, error: null })
    expect(ends.addTicketNote).toMatchObject({
      notes: [{ id: expect.any(String) }],
      steps: [{ outcome: 'DONE' }],
    })
    expect(ends.logTime.timeEntries).toHaveLength(1)
    expect(ends.createTicket.ticket).toEqual({ title: 'Reconcile: ticket applied' })
  })

  it.each(Object.keys(missing.notReconciled))('%s stays unclear until a person looks', async (name) => {
    const input =
      name === 'createScheduleEntry'
        ? visit()
        : { company: told.id('Company', pool[0]!.companyId), name: 'Reconcile: by a person' }
    await desk.fault({ match: { method: 'POST', path: WRITES }, times: 1, kind: 'reset', when: 'after' })
    const { errors } = await write(name as WriteName, input)
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['OUTCOME_UNKNOWN'])
    await desk.stopFaults()
    const { requestId: id } = errors[0]!.extensions
    const { data } = await t.ask(agent, 'query ($id: ID!) { writeRequest(id: $id) { state reconciled } }', {
      id,
    })
    expect(data.writeRequest).toEqual({ state: 'UNKNOWN_OUTCOME', reconciled: false })
  })

  it('not applied: FAILED, and only after the last read', async () => {
    const writes = await all('lost')
    const ends = await broken(writes, { kind: 'reset', when: 'before' })
    for (const [name] of writes) {
      expect(ends[name], name).toMatchObject({
        state: 'FAILED',
        reconciled: true,
        error: { code: 'NOT_APPLIED' },
        steps: [{ outcome: 'NOT_APPLIED' }],
      })
    }
  })

  it.each([
    { when: 'after', state: 'EXECUTED' },
    { when: 'before', state: 'FAILED' },
  ])(
    'a company, an item, a site, lines, tasks, visits and files of tickets, $when the answer was lost: $state',
    async ({ when, state }) => {
      const writes = [
        ...placesOf(when),
        ...linesOf(when),
        ...tasksOf(when),
        ...scheduleOf(when),
        ...(await filesOf(when)),
      ].filter((one) => when === 'before' || authorIsTold(one))
      if (writes.length === 0) return
      const ends = await broken(writes, { kind: 'reset', when })
      for (const [name] of writes) expect(ends[name], name).toMatchObject({ state, reconciled: true })
    },
  )

  it('applied late, between two reads: never FAILED', async () => {
    const writes = (await all('late')).filter((one) => one[0] !== 'deleteTimeEntry' && authorIsTold(one))
    // The first read comes after 1.5 s, the last after 3.9.
    const ends = await broken(writes, { kind: 'html', status: 504, when: 'later', laterMs: 2_000 })
    for (const [name] of writes)
      expect(ends[name], name).toMatchObject({ state: 'EXECUTED', reconciled: true })
  })
})

it("finds what was made by the vendor's clock, however wrong that is", async () => {
  const t = await startContract(['connectwise'], {
    sendWithin: 0.5,
    vendorWrite: 1,
    settleWindow: 1.2,
    poll: 0.3,
  })
  try {
    const { desk } = t
    const told = toldBy('connectwise', desk.slug, desk.simulator.dataset)
    const agent = await t.agent('FULL_AUTOMATION')
    desk.simulator.setNow(new Date(Date.now() - 40 * 60_000))
    await desk.fault({ match: { method: 'POST', path: '/\\/notes$/' }, kind: 'reset', when: 'after' })
    const ticket = told.tickets.find((one) => !told.closed(one) && one.kind === 'service')!
    const { errors } = await t.ask(
      agent,
      'mutation ($input: AddTicketNoteInput!) { addTicketNote(input: $input) { __typename } }',
      { input: { ticket: told.id('Ticket', ticket.id), kind: 'INTERNAL', text: 'Forty minutes ago' } },
    )
    const { requestId: id } = errors[0]!.extensions
    let state: unknown
    await until(async () => {
      const { data } = await t.ask(agent, 'query ($id: ID!) { writeRequest(id: $id) { state } }', { id })
      state = data.writeRequest.state
      return state !== 'UNKNOWN_OUTCOME'
    }, 20_000)
    expect(state).toBe('EXECUTED')
  } finally {
    await t.close()
  }
})
