import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { PlanDraft, PlannedStep, StepOutcome, WriteInputs, WriteName } from '../../schema/plan.ts'
import type { PlanActor, VendorSession } from '../../schema/source.ts'
import { closeReadDispatchers } from '../http/index.ts'
import { type Fault, noUpload, plantFault, type TestBench, testBench } from '../testing.ts'
import { connectwise } from './index.ts'
import { type Simulator, startBench, writesIn } from './testing.ts'

let sim: Simulator
let bench: TestBench
let session: VendorSession

beforeAll(async () => {
  ;({ sim, bench } = await startBench({
    ports: { settings: { writeTimeoutMs: 1_500, maxResponseBytes: 2_000_000 } },
  }))
})
beforeEach(() => {
  session = bench.session()
})
afterAll(async () => {
  await closeReadDispatchers()
  await sim.close()
})

const actor: PlanActor = { member: 'jdoe', timeOwner: 'REQUESTER', correlation: 'cs:42', upload: noUpload }

function plan<W extends WriteName>(
  write: W,
  input: WriteInputs[W],
  over: Partial<PlanActor> = {},
): Promise<PlanDraft> {
  return connectwise.plan(session, write, input, { ...actor, ...over })
}

async function send(step: PlannedStep, permit?: string): Promise<StepOutcome> {
  const url = await connectwise.stepUrl?.(session, step, { path: step.path })
  if (url === undefined) throw new Error('no URL')
  const bytes = { path: step.path, body: step.body }
  return connectwise.sendStep(session, permit ?? bench.permit(step.method, url, step.body), step, bytes)
}

async function only(draft: Promise<PlanDraft>): Promise<PlannedStep> {
  const { steps } = await draft
  expect(steps).toHaveLength(1)
  return steps[0] as PlannedStep
}

/** A fresh ticket in progress, made past our own code. */
async function ticket(): Promise<{ readonly key: string; readonly id: string }> {
  const { companyId, publicKey, privateKey, clientId } = sim.credentials
  const contact = sim.dataset.contacts.find((one) => one.companyId === 302 && !one.inactive)
  const answer = await fetch(`${sim.url}/v4_6_release/apis/3.0/service/tickets`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${companyId}+${publicKey}:${privateKey}`).toString('base64')}`,
      clientid: clientId,
      'content-type': 'application/json',
    },
    body: JSON.stringify({
      summary: 'Test',
      board: { id: 1 },
      status: { id: 103 },
      type: { id: sim.dataset.boards.find(({ id }) => id === 1)?.types[0]?.id },
      company: { id: 302 },
      contact: { id: contact?.id },
      owner: { id: 151 },
      processNotifications: false,
    }),
  })
  const { id } = (await answer.json()) as { readonly id: number }
  return { key: String(id), id: `acme-cw:Ticket:${id}` }
}

describe('plans of changes', () => {
  it('write what differs, as bytes that always come out the same', async () => {
    const { key, id } = await ticket()
    const draft = await plan('updateTicket', {
      id,
      title: 'Printer on fire',
      status: 'waiting on client',
      priority: '1',
    })
    expect(draft.steps).toHaveLength(1)
    expect(draft.steps[0]).toMatchObject({
      method: 'PATCH',
      path: `/service/tickets/${key}`,
      body: '[{"op":"replace","path":"summary","value":"Printer on fire"},{"op":"replace","path":"status","value":{"id":104}},{"op":"replace","path":"priority","value":{"id":1}}]',
      access: { group: 'Tickets', kind: 'UPDATE', fields: ['priority', 'status', 'title'] },
      alsoDemands: [],
      reconcile: { by: 'VALUES', planned: { title: 'Printer on fire', status: '104', priority: '1' } },
    })
    expect(draft.baseline[0]).toMatchObject({
      kind: 'UPDATE',
      fields: { status: '103', mergedInto: null, closed: false },
    })
    expect(draft.facts).toMatchObject({
      priorityRank: 1,
      closes: false,
      clientMail: 'MAY',
      values: { status: ['Waiting on Client'], priority: ['Priority 1 - Critical'] },
    })
    expect(draft.clientMail.recipients[0]).toContain('@')
    expect(await send(draft.steps[0] as PlannedStep)).toMatchObject({ outcome: 'DONE', id: key, status: 200 })
    await expect(plan('updateTicket', { id, status: '104', title: 'Printer on fire' })).rejects.toMatchObject(
      {
        extensions: { code: 'NO_CHANGE' },
      },
    )
    const state = await connectwise.readTarget(session, { type: 'Ticket', key }, [
      'title',
      'status',
      'priority',
    ])
    expect(state).toMatchObject({
      exists: true,
      fields: { title: 'Printer on fire', status: '104', priority: '1' },
    })
  })

  it('mail nobody on a status that an administrator marked as silent', async () => {
    session = bench.session({ mapping: { silentStatuses: ['104'] } })
    const draft = await plan('updateTicket', { id: (await ticket()).id, status: 'Waiting on Client' })
    expect(draft.clientMail).toEqual({
      verdict: 'NO',
      recipients: [],
      reasons: [expect.stringContaining('as silent: it mails nobody')],
    })
  })

  it('name no address to who may not read contacts', async () => {
    session = bench.session({ mayRead: (group) => group !== 'Contacts' })
    const { clientMail } = await plan('updateTicket', {
      id: (await ticket()).id,
      status: 'Waiting on Client',
    })
    expect(clientMail.verdict).toBe('MAY')
    expect(clientMail.recipients).toEqual([])
  })

  it('send the whole array for one custom field, and demand that one only', async () => {
    const { id } = await ticket()
    const step = await only(
      plan('updateTicket', { id, customFields: [{ field: 'asset tag', value: 'A-7' }] }),
    )
    const [operation] = JSON.parse(step.body ?? '') as {
      path: string
      value: { id: number; value?: unknown }[]
    }[]
    expect(operation?.value.map((field) => field.id)).toEqual([31, 32, 33, 34, 35])
    expect(step.access.fields).toEqual(['custom:31'])
    expect(await send(step)).toMatchObject({ outcome: 'DONE' })
    const again = await only(plan('updateTicket', { id, customFields: [{ field: '34', value: '12' }] }))
    expect(again.body).toContain('"value":"A-7"')
    expect(again.body).toContain('"value":12')
    expect(again.access.fields).toEqual(['custom:34'])
  })

  it.each([
    [{ status: 'Nope' }, 'status'],
    [{ type: 'Nope' }, 'type'],
    [{ priority: 'Nope' }, 'priority'],
    [{ board: 'Nope' }, 'board'],
    [{ title: 'x'.repeat(101) }, 'title'],
    [{ title: 'a\nb' }, 'title'],
    [{ company: 'other:Company:302' }, 'company'],
    [{ assignee: 'acme-cw:Member:99999' }, 'assignee'],
    [{ customFields: [{ field: 'Nope', value: '1' }] }, 'customFields'],
    [{ customFields: [{ field: '34', value: 'many' }] }, 'customFields.34'],
  ] as const)('refuse %j', async (change, argument) => {
    await expect(plan('updateTicket', { id: (await ticket()).id, ...change })).rejects.toMatchObject({
      extensions: { code: 'BAD_USER_INPUT', argument },
    })
  })

  it('take status and type along to another board, or ask for them', async () => {
    const { id } = await ticket()
    await expect(plan('updateTicket', { id, board: 'Onboarding' })).rejects.toMatchObject({
      extensions: { code: 'BAD_USER_INPUT', allowed: expect.any(Array) },
    })
    const types = sim.dataset.boards.find(({ name }) => name === 'Onboarding')?.types
    const step = await only(
      plan('updateTicket', { id, board: 'Onboarding', status: 'New', type: types?.[0]?.name ?? '' }),
    )
    expect(step.access.fields).toEqual(['board', 'status', 'type'])
    expect(await send(step)).toMatchObject({ outcome: 'DONE' })
  })

  it('know no ticket that does not exist', async () => {
    await expect(plan('updateTicket', { id: 'acme-cw:Ticket:1', title: 'x' })).rejects.toMatchObject({
      extensions: { code: 'NOT_FOUND' },
    })
  })
})

describe('plans of notes and time', () => {
  it.each([
    ['INTERNAL', false, 'Ticket Notes', 'NO'],
    ['DESCRIPTION', false, 'Client-Facing Notes', 'NO'],
    ['RESOLUTION', false, 'Client-Facing Notes', 'NO'],
    ['CLIENT_FACING', false, 'Client-Facing Notes', 'NO'],
    ['CLIENT_FACING', true, 'Client-Facing Notes', 'YES'],
  ] as const)('%s, mailed: %s, belongs to %s', async (kind, mailClient, group, verdict) => {
    const { key, id } = await ticket()
    const mailed = sim.outbox().length
    const draft = await plan('addTicketNote', { ticket: id, kind, text: 'Line one\r\nline two', mailClient })
    expect(draft.clientMail.verdict).toBe(verdict)
    const [step] = draft.steps as [PlannedStep]
    expect(step.access).toEqual({
      group,
      kind: 'CREATE',
      fields: mailClient ? ['kind', 'mailClient', 'text'] : ['kind', 'text'],
    })
    expect(step.alsoDemands).toEqual([])
    expect(step.body).toContain(`"processNotifications":${mailClient}`)
    const outcome = await send(step)
    expect(outcome).toMatchObject({
      outcome: 'DONE',
      id: expect.stringMatching(new RegExp(`^${key}\\.\\d+$`)),
    })
    expect(sim.outbox().length - mailed).toBe(mailClient ? 1 : 0)
    const window = {
      after: new Date(Date.now() - 60_000).toISOString(),
      before: new Date(Date.now() + 60_000).toISOString(),
    }
    expect((await connectwise.findCreated?.(session, step, window))?.ours).toEqual([
      (outcome as { id: string }).id,
    ])
  })

  it('log time for whom the policy says, and mail or post nothing with it', async () => {
    const { key, id } = await ticket()
    const input = {
      ticket: id,
      hours: 0.25,
      startedAt: '2026-11-20T09:00:00Z',
      billableOption: 'DO_NOT_BILL',
      clientText: 'On site',
    } as const
    const draft = await plan('logTime', input)
    const [step] = draft.steps as [PlannedStep]
    expect(JSON.parse(step.body ?? '')).toEqual({
      chargeToId: Number(key),
      chargeToType: 'ServiceTicket',
      timeStart: '2026-11-20T09:00:00Z',
      timeEnd: '2026-11-20T09:15:00Z',
      notes: 'On site',
      billableOption: 'DoNotBill',
      member: { identifier: 'jdoe' },
      addToDetailDescriptionFlag: false,
      addToInternalAnalysisFlag: false,
      addToResolutionFlag: false,
      emailResourceFlag: false,
      emailContactFlag: false,
      emailCcFlag: false,
    })
    expect(step.access).toEqual({
      group: 'Time Entries',
      kind: 'CREATE',
      fields: ['billableOption', 'clientText', 'hours', 'startedAt'],
    })
    expect(step.alsoDemands).toEqual([])
    expect(draft.facts).toMatchObject({ billableHours: 0, clientMail: 'NO' })
    const mailed = sim.outbox().length
    expect(await send(step)).toMatchObject({ outcome: 'DONE', status: 201 })
    expect(sim.outbox().length).toBe(mailed)
    const owned = await only(plan('logTime', input, { timeOwner: 'TICKET_OWNER', member: null }))
    expect(JSON.parse(owned.body ?? '')).toMatchObject({ member: { id: 151 } })
  })

  it('put the status that closes last, and every other change first', async () => {
    const work = { notes: [{ kind: 'INTERNAL', text: 'done' }], time: [{ hours: 1 }] } as const
    const methods = async (status: string) =>
      (await plan('workTicket', { id: (await ticket()).id, update: { status }, ...work })).steps.map(
        ({ method, path }) => (method === 'PATCH' ? 'change' : (path.split('/').at(-1) ?? '')),
      )
    expect(await methods('Closed')).toEqual(['notes', 'entries', 'change'])
    expect(await methods('Waiting on Client')).toEqual(['change', 'notes', 'entries'])
  })

  it('resolve: resolution, time, then the status', async () => {
    const draft = await plan('resolveTicket', {
      id: (await ticket()).id,
      resolution: 'New cable.',
      time: { hours: 0.5 },
    })
    expect(draft.facts).toMatchObject({ closes: true, billableHours: 0.5 })
    const outcomes: string[] = []
    for (const step of draft.steps) outcomes.push((await send(step)).outcome)
    expect(outcomes).toEqual(['DONE', 'DONE', 'DONE'])
  })

  it('refuse time on a status that takes none, before anything is sent', async () => {
    const { id } = await ticket()
    const status = sim.dataset.boards
      .find((board) => board.id === 1)
      ?.statuses.find(({ refusesTime }) => refusesTime)
    if (status === undefined) throw new Error('no such status')
    expect(await send(await only(plan('updateTicket', { id, status: String(status.id) })))).toMatchObject({
      outcome: 'DONE',
    })
    await expect(plan('logTime', { ticket: id, hours: 1 })).rejects.toMatchObject({
      extensions: { code: 'BAD_USER_INPUT', argument: 'time' },
    })
  })
})

describe('plans of new and merged tickets', () => {
  it('create without mail, with a value to find it by', async () => {
    const mailed = sim.outbox().length
    const draft = await plan(
      'createTicket',
      {
        connection: 'acme-cw',
        title: 'Door is stuck',
        company: 'acme-cw:Company:302',
        board: 'Service Desk',
        description: 'The front one.',
      },
      { correlation: 'cs:create' },
    )
    const [step] = draft.steps as [PlannedStep]
    expect(step.body).toBe(
      '{"summary":"Door is stuck","board":{"id":1},"company":{"id":302},"initialDescription":"The front one.","externalXRef":"cs:create","processNotifications":false}',
    )
    expect(step.access).toEqual({
      group: 'Tickets',
      kind: 'CREATE',
      fields: ['board', 'company', 'description', 'title'],
    })
    expect(step.alsoDemands).toEqual([
      { group: 'Client-Facing Notes', kind: 'CREATE', fields: ['kind', 'text'] },
    ])
    expect(step.reconcile).toEqual({ by: 'CORRELATION', field: 'externalXRef', value: 'cs:create' })
    const outcome = await send(step)
    expect(outcome).toMatchObject({ outcome: 'DONE', status: 201 })
    expect((await connectwise.findCreated?.(session, step, { after: '', before: '' }))?.ours).toEqual([
      (outcome as { id: string }).id,
    ])
    expect(sim.outbox().length).toBe(mailed)
  })

  it('merge one by one, each settled by reading', async () => {
    const [into, one, two] = [await ticket(), await ticket(), await ticket()]
    const draft = await plan('mergeTickets', { into: into.id, tickets: [one.id, two.id] })
    expect(draft.steps.map(({ access }) => access.kind)).toEqual(['MERGE', 'MERGE'])
    expect(draft.baseline.map(({ kind }) => kind)).toEqual(['MERGE', 'MERGE', 'MERGE'])
    expect(draft.facts.companies.length).toBeGreaterThan(0)
    for (const step of draft.steps) {
      expect(await send(step)).toMatchObject({ outcome: 'DONE', id: null })
      if (step.reconcile.by !== 'VALUES' || step.reconcile.target.type === 'Raw')
        throw new Error('not by values')
      const state = await connectwise.readTarget(session, step.reconcile.target, ['mergedInto'])
      expect(state.fields).toEqual(step.reconcile.planned)
    }
    await expect(plan('mergeTickets', { into: into.id, tickets: [one.id] })).rejects.toMatchObject({
      extensions: { code: 'NO_CHANGE' },
    })
  })
})

describe('no permit, no write', () => {
  const bodies = { note: { kind: 'INTERNAL', text: 'permit' } } as const

  async function note(): Promise<{ readonly step: PlannedStep; readonly url: string }> {
    const step = await only(plan('addTicketNote', { ticket: (await ticket()).id, ...bodies.note }))
    return { step, url: (await connectwise.stepUrl?.(session, step, { path: step.path })) ?? '' }
  }

  it.each([
    ['none', () => ''],
    ['one for another body', (step: PlannedStep, url: string) => bench.permit(step.method, url, '{}')],
    ['one for another method', (step: PlannedStep, url: string) => bench.permit('PATCH', url, step.body)],
    [
      'one for another address',
      (step: PlannedStep, url: string) => bench.permit(step.method, `${url}?x=1`, step.body),
    ],
    ['an expired one', (step: PlannedStep, url: string) => bench.permit(step.method, url, step.body, -1)],
    [
      'a forged one',
      (step: PlannedStep, url: string) => `${bench.permit(step.method, url, step.body).slice(0, -2)}xx`,
    ],
  ] as const)('%s', async (_name, permit) => {
    const { step, url } = await note()
    const before = writesIn(sim).length
    expect(await send(step, permit(step, url))).toMatchObject({ outcome: 'NOT_SENT' })
    expect(writesIn(sim).length).toBe(before)
  })

  it('nor twice with the same', async () => {
    const { step, url } = await note()
    const permit = bench.permit(step.method, url, step.body)
    const before = writesIn(sim).length
    expect(await send(step, permit)).toMatchObject({ outcome: 'DONE' })
    expect(await send(step, permit)).toMatchObject({ outcome: 'NOT_SENT' })
    expect(writesIn(sim).length - before).toBe(1)
  })

  it('nor by the door for reads', async () => {
    const { step } = await note()
    const request = {
      method: step.method,
      path: '/v2026_4/apis/3.0/x',
      query: [],
      headers: {},
      body: step.body,
      access: step.access,
    }
    const before = writesIn(sim).length
    await expect(session.read(request)).rejects.toMatchObject({ extensions: { code: 'INTERNAL' } })
    expect(writesIn(sim).length).toBe(before)
  })
})

describe('what a technician typed in the same words', () => {
  const around = () => ({
    after: new Date(Date.now() - 60_000).toISOString(),
    before: new Date(Date.now() + 60_000).toISOString(),
  })
  const noteOf = async () => (await ticket()).id
  const steps = {
    note: async () => only(plan('addTicketNote', { ticket: await noteOf(), kind: 'INTERNAL', text: 'Twin' })),
    time: async () => only(plan('logTime', { ticket: await noteOf(), hours: 0.5, internalText: 'Twin' })),
    contact: () =>
      only(
        plan('createContact', {
          company: `acme-cw:Company:${sim.dataset.companies[0]?.id}`,
          firstName: 'Twin',
          lastName: `Of ${Date.now()}`,
        }),
      ),
  }

  it.each(['note', 'time', 'contact'] as const)('is not ours: %s', async (kind) => {
    const step = await steps[kind]()
    sim.actAs('jdoe', step.method, step.path, JSON.parse(step.body ?? ''))
    expect(await connectwise.findCreated?.(session, step, around())).toEqual({ ours: [], untold: [] })
    expect(await send(step)).toMatchObject({ outcome: 'DONE' })
    expect((await connectwise.findCreated?.(session, step, around()))?.ours).toHaveLength(1)
  })

  it('can not be told from ours where the release does not name the member of the keys', async () => {
    await plantFault(sim, {
      match: { method: 'GET', path: '/\\/system\\/myAccount/' },
      kind: 'status',
      status: 404,
      times: 5,
      when: 'before',
    })
    session = { ...bench.session(), cached: (_key, _seconds, load) => load() }
    const step = await steps.note()
    sim.actAs('jdoe', step.method, step.path, JSON.parse(step.body ?? ''))
    expect(await connectwise.findCreated?.(session, step, around())).toMatchObject({
      ours: [],
      untold: [expect.any(String)],
    })
    await fetch(`${sim.url}/__faults`, { method: 'DELETE' })
  })
})

describe('the vendor answer table', () => {
  const cases: readonly (readonly [Omit<Fault, 'match'>, string, number])[] = [
    ...[400, 401, 403, 404, 405, 409, 413, 415, 422].map(
      (status) => [{ kind: 'status', status, when: 'before' }, 'VENDOR_REJECTED', 0] as const,
    ),
    [{ kind: 'status', status: 429, when: 'before', headers: { 'retry-after': '7' } }, 'THROTTLED', 0],
    [{ kind: 'status', status: 302, when: 'before' }, 'UNKNOWN', 0],
    [{ kind: 'status', status: 408, when: 'before' }, 'UNKNOWN', 0],
    [{ kind: 'status', status: 500, when: 'before' }, 'UNKNOWN', 0],
    [{ kind: 'status', status: 502, when: 'after' }, 'UNKNOWN', 1],
    [{ kind: 'reset', when: 'before' }, 'UNKNOWN', 0],
    [{ kind: 'reset', when: 'after' }, 'UNKNOWN', 1],
    [{ kind: 'delay', delayMs: 3_000, when: 'after' }, 'UNKNOWN', 1],
    [{ kind: 'malformed', when: 'after' }, 'UNKNOWN', 1],
    [{ kind: 'html', when: 'after' }, 'UNKNOWN', 1],
    [{ kind: 'oversized', when: 'after' }, 'UNKNOWN', 1],
  ]

  it.each(cases)('%j is %s', async (fault, outcome, applied) => {
    const text = `fault ${JSON.stringify(fault)}`
    const step = await only(plan('addTicketNote', { ticket: (await ticket()).id, kind: 'INTERNAL', text }))
    await plantFault(sim, {
      match: { method: 'POST', path: `${step.path.slice(0, -6)}/notes` },
      times: 5,
      ...fault,
    } as Fault)
    const before = writesIn(sim).length
    const got = await send(step)
    await fetch(`${sim.url}/__faults`, { method: 'DELETE' })
    expect(got).toMatchObject({ outcome })
    if (got.outcome === 'THROTTLED') expect(got.retryAfterMs).toBe(7_000)
    // Once, whatever came back; the journal may tell of a slow answer only when it is given.
    await expect.poll(() => writesIn(sim).length - before, { timeout: 5_000 }).toBe(1)
    const window = {
      after: new Date(Date.now() - 60_000).toISOString(),
      before: new Date(Date.now() + 60_000).toISOString(),
    }
    if (fault.kind !== 'delay')
      expect((await connectwise.findCreated?.(session, step, window))?.ours).toHaveLength(applied)
  })

  it('proves that nothing was sent when nobody listens', async () => {
    const step = await only(
      plan('addTicketNote', { ticket: (await ticket()).id, kind: 'INTERNAL', text: 'x' }),
    )
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    await new Promise((resolve) => server.close(resolve))
    const dead = testBench({
      source: connectwise,
      baseUrl,
      credentials: { ...sim.credentials },
      settings: { codebase: 'v2026_4' },
    })
    session = dead.session()
    const url = (await connectwise.stepUrl?.(session, step, { path: step.path })) ?? ''
    expect(await send(step, dead.permit(step.method, url, step.body))).toEqual({
      outcome: 'NOT_SENT',
      reason: 'The PSA refused the connection.',
    })
  })
})
