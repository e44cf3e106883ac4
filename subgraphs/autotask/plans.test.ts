import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { PlanDraft, PlannedStep, StepOutcome, WriteInputs, WriteName } from '../../schema/plan.ts'
import type { PlanActor, VendorSession } from '../../schema/source.ts'
import { closeReadDispatchers } from '../http/index.ts'
import { noUpload, type TestBench } from '../testing.ts'
import { autotask } from './index.ts'
import { type Simulator, startBench, writesIn } from './testing.ts'

let sim: Simulator
let bench: TestBench
let session: VendorSession

beforeAll(async () => {
  ;({ sim, bench } = await startBench())
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
  return autotask.plan(session, write, input, { ...actor, ...over })
}

async function send(step: PlannedStep): Promise<StepOutcome> {
  const url = await autotask.stepUrl(session, step, { path: step.path })
  const bytes = { path: step.path, body: step.body }
  return autotask.sendStep(session, bench.permit(step.method, url, step.body), step, bytes)
}

async function sendAll({ steps }: PlanDraft): Promise<readonly string[]> {
  const outcomes: string[] = []
  for (const step of steps) {
    const outcome = await send(step)
    outcomes.push(outcome.outcome === 'DONE' ? 'DONE' : JSON.stringify(outcome))
  }
  return outcomes
}

async function only(draft: Promise<PlanDraft>): Promise<PlannedStep> {
  const { steps } = await draft
  expect(steps).toHaveLength(1)
  return steps[0] as PlannedStep
}

const SERVICE_DESK = '29682831'

/** A ticket in progress, made past our own code. */
function ticket(over: Readonly<Record<string, unknown>> = {}): { readonly key: string; readonly id: string } {
  const contact = sim.dataset.contacts.find((one) => one.companyId === 302 && !one.inactive)
  const answer = sim.actAs('jdoe', 'POST', '/Tickets', {
    title: 'Test',
    companyID: 302,
    contactID: contact?.id ?? null,
    status: 8,
    priority: 2,
    queueID: Number(SERVICE_DESK),
    ticketType: 1,
    dueDateTime: '2027-01-01T12:00:00.000',
    assignedResourceID: 151,
    assignedResourceRoleID: 29682902,
    ...over,
  } as never)
  const { itemId } = (answer as unknown as { body: { itemId?: number } }).body
  if (itemId === undefined) throw new Error(JSON.stringify(answer))
  return { key: String(itemId), id: `acme-cw:Ticket:${itemId}` }
}

/** The ticket as the simulator holds it. */
async function raw(key: string): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(`${sim.url}/ATServicesRest/V1.0/Tickets/${key}`, {
    headers: { ...autotask.dialect.authorize({ ...sim.credentials }) },
  })
  return ((await response.json()) as { item: Record<string, unknown> }).item
}

const window = () => ({
  after: new Date(Date.now() - 60_000).toISOString(),
  before: new Date(Date.now() + 60_000).toISOString(),
})

describe('plans of changes', () => {
  it('write what differs in one PATCH, with the id in the body', async () => {
    const { key, id } = ticket()
    const draft = await plan('updateTicket', {
      id,
      title: 'Printer on fire',
      status: 'waiting on client',
      priority: 'Critical',
    })
    expect(draft.steps).toHaveLength(1)
    expect(draft.steps[0]).toMatchObject({
      method: 'PATCH',
      path: '/Tickets',
      body: `{"id":${key},"title":"Printer on fire","status":7,"priority":4}`,
      access: { group: 'Tickets', kind: 'UPDATE', fields: ['priority', 'status', 'title'] },
      alsoDemands: [],
      reconcile: { by: 'VALUES', planned: { title: 'Printer on fire', status: '7', priority: '4' } },
    })
    expect(draft.baseline[0]).toMatchObject({
      kind: 'UPDATE',
      fields: { status: '8', mergedInto: null, closed: false, title: 'Test' },
    })
    expect(draft.facts).toMatchObject({
      priorityRank: 1,
      board: SERVICE_DESK,
      company: '302',
      closes: false,
      clientMail: 'MAY',
      values: { status: ['Waiting on Client'], priority: ['Critical'] },
    })
    expect(draft.clientMail.recipients[0]).toContain('@')
    expect(await send(draft.steps[0] as PlannedStep)).toMatchObject({ outcome: 'DONE', id: key, status: 200 })
    expect(await raw(key)).toMatchObject({
      title: 'Printer on fire',
      status: 7,
      priority: 4,
      queueID: 29682831,
    })
    await expect(plan('updateTicket', { id, status: '7', title: 'Printer on fire' })).rejects.toMatchObject({
      extensions: { code: 'NO_CHANGE' },
    })
    const state = await autotask.readTarget(session, { type: 'Ticket', key }, ['title', 'status', 'priority'])
    expect(state).toMatchObject({
      exists: true,
      fields: { title: 'Printer on fire', status: '7', priority: '4' },
    })
  })

  it('mail nobody on a status that an administrator marked as silent', async () => {
    session = bench.session({ mapping: { silentStatuses: ['7'] } })
    const draft = await plan('updateTicket', { id: ticket().id, status: 'Waiting on Client' })
    expect(draft.clientMail).toEqual({
      verdict: 'NO',
      recipients: [],
      reasons: [expect.stringContaining('as silent: it mails nobody')],
    })
  })

  it('name no address to who may not read contacts', async () => {
    session = bench.session({ mayRead: (group) => group !== 'Contacts' })
    const { clientMail } = await plan('updateTicket', { id: ticket().id, status: 'Waiting on Client' })
    expect(clientMail).toMatchObject({ verdict: 'MAY', recipients: [] })
  })

  it('assign with the role that goes with the member, and take both away', async () => {
    const { key, id } = ticket()
    const step = await only(plan('updateTicket', { id, assignee: 'acme-cw:Member:152' }))
    expect(step.body).toBe(`{"id":${key},"assignedResourceID":152,"assignedResourceRoleID":29682901}`)
    expect(step.access.fields).toEqual(['assignee'])
    expect(await send(step)).toMatchObject({ outcome: 'DONE' })
    const away = await only(plan('updateTicket', { id, assignee: null }))
    expect(away.body).toBe(`{"id":${key},"assignedResourceID":null,"assignedResourceRoleID":null}`)
    expect(await send(away)).toMatchObject({ outcome: 'DONE' })
    expect(await raw(key)).toMatchObject({ assignedResourceID: null, assignedResourceRoleID: null })
  })

  it('send one custom field by its name, whatever it was called by, and leave the others', async () => {
    const { key, id } = ticket()
    const step = await only(
      plan('updateTicket', { id, customFields: [{ field: 'asset tag', value: 'A-7' }] }),
    )
    expect(step.body).toBe(`{"id":${key},"userDefinedFields":[{"name":"Asset Tag","value":"A-7"}]}`)
    expect(step.access.fields).toEqual(['custom:Asset Tag'])
    expect(await send(step)).toMatchObject({ outcome: 'DONE' })
    const again = await only(
      plan('updateTicket', { id, customFields: [{ field: 'custom:Root Cause', value: 'unknown' }] }),
    )
    expect(again.body).toContain('{"name":"Root Cause","value":"5"}')
    expect(await send(again)).toMatchObject({ outcome: 'DONE' })
    const state = await autotask.readTarget(session, { type: 'Ticket', key }, [
      'custom:Asset Tag',
      'custom:Root Cause',
    ])
    expect(state.fields).toEqual({ 'custom:Asset Tag': 'A-7', 'custom:Root Cause': 'Unknown' })
    await expect(
      plan('updateTicket', { id, customFields: [{ field: 'Asset Tag', value: 'A-7' }] }),
    ).rejects.toMatchObject({ extensions: { code: 'NO_CHANGE' } })
  })

  it.each([
    [{ status: 'Nope' }, 'status'],
    [{ status: 'Old: On Hold' }, 'status'],
    [{ type: 'Nope' }, 'type'],
    [{ type: null }, 'type'],
    [{ priority: 'Nope' }, 'priority'],
    [{ board: 'Nope' }, 'board'],
    [{ title: 'x'.repeat(256) }, 'title'],
    [{ title: 'a\nb' }, 'title'],
    [{ company: 'other:Company:302' }, 'company'],
    [{ assignee: 'acme-cw:Member:99999' }, 'assignee'],
    [{ customFields: [{ field: 'Nope', value: '1' }] }, 'customFields'],
    [{ customFields: [{ field: 'Affected Users', value: 'many' }] }, 'customFields.Affected Users'],
    [{ customFields: [{ field: 'Root Cause', value: 'Gremlins' }] }, 'customFields.Root Cause'],
  ] as const)('refuse %j', async (change, argument) => {
    await expect(plan('updateTicket', { id: ticket().id, ...change })).rejects.toMatchObject({
      extensions: { code: 'BAD_USER_INPUT', argument },
    })
  })

  it('mail nobody where they say so', async () => {
    const { id } = ticket()
    const mailed = sim.outbox().length
    const draft = await plan('updateTicket', {
      id,
      title: 'Quiet',
      priority: 'High',
      type: 'Incident',
      assignee: 'acme-cw:Member:152',
      customFields: [{ field: 'Affected Users', value: '12' }],
    })
    expect(draft.clientMail.verdict).toBe('NO')
    expect(await sendAll(draft)).toEqual(['DONE'])
    const client = sim
      .outbox()
      .slice(mailed)
      .filter((mail) => JSON.stringify(mail).includes('@') && !JSON.stringify(mail).includes('anchorpoint'))
    expect(client).toEqual([])
  })

  it('move to another queue, company and contact, and clear the contact', async () => {
    const { key, id } = ticket()
    const person = sim.dataset.contacts.find(({ companyId, inactive }) => companyId === 251 && !inactive)
    const draft = await plan('updateTicket', {
      id,
      board: 'Security',
      company: 'acme-cw:Company:251',
      contact: `acme-cw:Contact:${person?.id}`,
    })
    expect(draft.facts).toMatchObject({ companies: ['302', '251'], company: '251', clientMail: 'MAY' })
    expect(draft.clientMail.recipients).toEqual([person?.email])
    expect(await sendAll(draft)).toEqual(['DONE'])
    expect(await raw(key)).toMatchObject({ companyID: 251, contactID: person?.id, queueID: 29682833 })
    const cleared = await only(plan('updateTicket', { id, contact: null }))
    expect(cleared.body).toBe(`{"id":${key},"contactID":null}`)
    expect(await send(cleared)).toMatchObject({ outcome: 'DONE' })
  })

  it('know no ticket that does not exist', async () => {
    await expect(plan('updateTicket', { id: 'acme-cw:Ticket:1', title: 'x' })).rejects.toMatchObject({
      extensions: { code: 'NOT_FOUND' },
    })
  })
})

describe('plans of notes', () => {
  it.each([
    ['INTERNAL', 'Ticket Notes', 2, 'NO', undefined],
    ['CLIENT_FACING', 'Client-Facing Notes', 1, 'MAY', 'UNKNOWN'],
  ] as const)('%s is a note of the group %s', async (kind, group, publish, verdict, reach) => {
    const { key, id } = ticket()
    const mailed = sim.outbox().length
    const draft = await plan('addTicketNote', { ticket: id, kind, text: 'Line one\r\nline two' })
    expect(draft.clientMail.verdict).toBe(verdict)
    const [step] = draft.steps as [PlannedStep]
    expect(step).toMatchObject({ method: 'POST', path: `/Tickets/${key}/Notes` })
    expect(step.body).toBe(
      `{"title":"Line one","description":"Line one\\nline two","publish":${publish},"noteType":3}`,
    )
    expect(step.access).toEqual({ group, kind: 'CREATE', fields: ['kind', 'text'] })
    expect(step.alsoDemands).toEqual([])
    expect(step.clientReach).toBe(reach)
    const outcome = await send(step)
    expect(outcome).toMatchObject({
      outcome: 'DONE',
      id: expect.stringMatching(new RegExp(`^${key}\\.\\d+$`)),
    })
    if (verdict === 'NO') expect(sim.outbox().length).toBe(mailed)
    const { id: noteKey } = outcome as { readonly id: string }
    expect((await autotask.findCreated?.(session, step, window()))?.ours).toEqual([noteKey])
    const [note] = await autotask.readMany(
      session,
      'Note',
      [noteKey],
      new Set(['kind', 'text', 'authorName']),
    )
    if (note == null || note instanceof Error) throw new Error('no note')
    expect([note.get('kind'), note.get('text')]).toEqual([kind, 'Line one\nline two'])
  })

  it.each([
    ['DESCRIPTION', 'description'],
    ['RESOLUTION', 'resolution'],
  ] as const)('%s goes behind the text that the ticket holds, and is shown whole', async (kind, field) => {
    const { key, id } = ticket({ [field]: 'As it was.' })
    const draft = await plan('addTicketNote', { ticket: id, kind, text: 'And more.' })
    const [step] = draft.steps as [PlannedStep]
    expect(step).toMatchObject({
      method: 'PATCH',
      path: '/Tickets',
      body: `{"id":${key},"${field}":"As it was.\\n\\nAnd more."}`,
      access: { group: 'Tickets', kind: 'UPDATE', fields: [] },
      alsoDemands: [{ group: 'Client-Facing Notes', kind: 'CREATE', fields: ['kind', 'text'] }],
    })
    expect(draft.changes).toEqual([
      {
        target: { type: 'Ticket', key },
        field,
        before: 'As it was.',
        after: 'As it was.\n\nAnd more.',
      },
    ])
    expect(draft.baseline[0]?.fields).toMatchObject({ [field]: 'As it was.' })
    expect(draft.warnings.join()).toContain('formatting')
    expect(draft.clientMail.verdict).toBe('MAY')
    expect(await send(step)).toMatchObject({ outcome: 'DONE', id: key })
    if (step.reconcile.by !== 'VALUES' || step.reconcile.target.type === 'Raw')
      throw new Error('not by values')
    const state = await autotask.readTarget(session, step.reconcile.target, [field])
    expect(state.fields).toEqual(step.reconcile.planned)
    const [note] = await autotask.readMany(session, 'Note', [`${key}.${field}`], new Set(['kind', 'text']))
    if (note == null || note instanceof Error) throw new Error('no note')
    expect([note.get('kind'), note.get('text')]).toEqual([kind, 'As it was.\n\nAnd more.'])
  })

  it('promise no mail that nobody can send', async () => {
    const { id } = ticket()
    await expect(
      plan('addTicketNote', { ticket: id, kind: 'CLIENT_FACING', text: 'x', mailClient: true }),
    ).rejects.toMatchObject({ extensions: { code: 'NOT_SUPPORTED', argument: 'mailClient' } })
    await expect(
      plan('addTicketNote', { ticket: id, kind: 'INTERNAL', text: 'x', mailClient: true }),
    ).rejects.toMatchObject({ extensions: { code: 'BAD_USER_INPUT', argument: 'mailClient' } })
  })

  it('take the note type that a person mapped, and no other', async () => {
    session = bench.session({ mapping: { noteTypes: { INTERNAL: '1' } } })
    const { id } = ticket()
    expect((await only(plan('addTicketNote', { ticket: id, kind: 'INTERNAL', text: 'x' }))).body).toContain(
      '"noteType":1',
    )
    session = bench.session({ mapping: { noteTypes: { INTERNAL: '13' } } })
    await expect(plan('addTicketNote', { ticket: id, kind: 'INTERNAL', text: 'x' })).rejects.toMatchObject({
      extensions: { code: 'NOT_CONFIGURED', missing: 'noteTypes.INTERNAL' },
    })
  })
})

describe('plans of time', () => {
  const input = (id: string) =>
    ({
      ticket: id,
      hours: 0.25,
      startedAt: '2026-11-20T09:00:00Z',
      billableOption: 'DO_NOT_BILL',
      workType: 'Remote Support',
      clientText: 'On site',
      internalText: 'Bring a ladder',
    }) as const

  it('log it for whom the policy says, with role and work type', async () => {
    const { key, id } = ticket()
    const draft = await plan('logTime', input(id), { member: 'asmith' })
    const [step] = draft.steps as [PlannedStep]
    expect(JSON.parse(step.body ?? '')).toEqual({
      ticketID: Number(key),
      resourceID: 152,
      startDateTime: '2026-11-20T09:00:00.000',
      endDateTime: '2026-11-20T09:15:00.000',
      summaryNotes: 'On site',
      internalNotes: 'Bring a ladder',
      roleID: 29682901,
      billingCodeID: 29683301,
      isNonBillable: true,
      showOnInvoice: false,
    })
    expect(step.access).toEqual({
      group: 'Time Entries',
      kind: 'CREATE',
      fields: ['billableOption', 'clientText', 'hours', 'internalText', 'startedAt', 'workType'],
    })
    expect(step.alsoDemands).toEqual([])
    expect(draft.facts).toMatchObject({ billableHours: 0, clientMail: 'NO' })
    const mailed = sim.outbox().length
    const outcome = await send(step)
    expect(outcome).toMatchObject({ outcome: 'DONE', status: 200 })
    expect(sim.outbox().length).toBe(mailed)
    const timeKey = (outcome as { readonly id: string }).id
    expect((await autotask.findCreated?.(session, step, window()))?.ours).toEqual([timeKey])
    const [entry] = await autotask.readMany(
      session,
      'TimeEntry',
      [timeKey],
      new Set(['startedAt', 'endedAt', 'hours', 'billableOption', 'workType', 'workRole', 'company']),
    )
    if (entry == null || entry instanceof Error) throw new Error('no entry')
    expect(entry.get('hours')).toBe(0.25)
    expect(entry.get('startedAt')).toBe('2026-11-20T09:00:00Z')
    expect(entry.get('billableOption')).toBe('DO_NOT_BILL')
    expect(entry.get('workType')?.name).toBe('Remote Support')
    expect(entry.get('workRole')?.name).toBe('Engineer')
    expect(entry.get('company')?.id).toBe('acme-cw:Company:302')
  })

  it('take the role of the ticket for its owner', async () => {
    const owned = await only(plan('logTime', input(ticket().id), { timeOwner: 'TICKET_OWNER', member: null }))
    expect(JSON.parse(owned.body ?? '')).toMatchObject({ resourceID: 151, roleID: 29682902 })
  })

  it('costs one write, one ticket and at most 3 cached look-ups', async () => {
    const { id } = ticket()
    const cold = await startBench()
    const { steps } = await autotask.plan(
      cold.bench.session(),
      'logTime',
      { ...input(`acme-cw:Ticket:${cold.sim.dataset.tickets.find(({ kind }) => kind === 'service')?.id}`) },
      { ...actor, member: '152' },
    )
    expect(steps).toHaveLength(1)
    const reads = cold.sim.journal().map(({ path }) => path)
    expect(reads.filter((path) => !/\/Tickets\/query/.test(path)).length).toBeLessThanOrEqual(3)
    expect(reads.length).toBeLessThanOrEqual(4)
    await cold.sim.close()
    expect(id).toContain('Ticket')
  })

  it('asks for the text that Autotask requires, and for a work type that nobody can guess', async () => {
    const { id } = ticket()
    await expect(plan('logTime', { ticket: id, hours: 1 })).rejects.toMatchObject({
      extensions: { code: 'BAD_USER_INPUT', argument: 'clientText' },
    })
    await expect(plan('logTime', { ticket: id, hours: 1, clientText: 'x' })).rejects.toMatchObject({
      extensions: { code: 'NOT_CONFIGURED', missing: 'defaultWorkType' },
    })
    session = bench.session({ mapping: { defaultWorkType: '29683302' } })
    expect((await only(plan('logTime', { ticket: id, hours: 1, clientText: 'x' }))).body).toContain(
      '"billingCodeID":29683302',
    )
  })

  it('change an entry, and delete it', async () => {
    const { id } = ticket()
    const logged = await send(await only(plan('logTime', input(id))))
    const entry = `acme-cw:TimeEntry:${(logged as { readonly id: string }).id}`
    const draft = await plan('updateTimeEntry', {
      id: entry,
      hours: 1.5,
      billableOption: 'BILLABLE',
      clientText: 'On site, twice',
    })
    const [step] = draft.steps as [PlannedStep]
    expect(JSON.parse(step.body ?? '')).toEqual({
      id: Number(entry.split(':')[2]),
      endDateTime: '2026-11-20T10:30:00.000',
      hoursWorked: 1.5,
      isNonBillable: false,
      showOnInvoice: true,
      summaryNotes: 'On site, twice',
    })
    expect(step.access).toEqual({
      group: 'Time Entries',
      kind: 'UPDATE',
      fields: ['billableOption', 'clientText', 'hours'],
    })
    expect(draft.facts.billableHours).toBe(1.5)
    expect(await send(step)).toMatchObject({ outcome: 'DONE' })
    if (step.reconcile.by !== 'VALUES' || step.reconcile.target.type === 'Raw')
      throw new Error('not by values')
    const state = await autotask.readTarget(
      session,
      step.reconcile.target,
      Object.keys(step.reconcile.planned),
    )
    expect(state.fields).toEqual(step.reconcile.planned)
    const gone = await only(plan('deleteTimeEntry', { id: entry }))
    expect(gone).toMatchObject({ method: 'DELETE', body: null, access: { kind: 'DELETE', fields: [] } })
    expect(await send(gone)).toMatchObject({ outcome: 'DONE', id: null })
    expect(await autotask.readTarget(session, gone.target as never, ['hours'])).toMatchObject({
      exists: false,
    })
  })
})

describe('plans of work on one ticket', () => {
  it('put the change first, and last when it closes', async () => {
    const work = {
      notes: [{ kind: 'INTERNAL', text: 'done' }],
      time: [{ hours: 1, workType: 'Remote Support', clientText: 'done' }],
    } as const
    const paths = async (status: string) =>
      (await plan('workTicket', { id: ticket().id, update: { status }, ...work })).steps.map(
        ({ path }) => path.split('/').at(-1) ?? '',
      )
    expect(await paths('Complete')).toEqual(['Notes', 'TimeEntries', 'Tickets'])
    expect(await paths('Waiting on Client')).toEqual(['Tickets', 'Notes', 'TimeEntries'])
  })

  it('resolve in one PATCH behind the time, with the status that is called so', async () => {
    const { key, id } = ticket()
    const draft = await plan('resolveTicket', {
      id,
      resolution: 'New cable.',
      time: { hours: 0.5, workType: 'Remote Support', clientText: 'Cable' },
    })
    expect(draft.facts).toMatchObject({ closes: true, billableHours: 0.5, values: { status: ['Completed'] } })
    expect(draft.steps.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /TimeEntries',
      'PATCH /Tickets',
    ])
    expect(draft.steps[1]?.access).toEqual({ group: 'Tickets', kind: 'UPDATE', fields: ['status'] })
    expect(await sendAll(draft)).toEqual(['DONE', 'DONE'])
    expect(await raw(key)).toMatchObject({ status: 17, resolution: 'New cable.' })
  })

  it('resolve and reopen with the statuses that a person mapped', async () => {
    session = bench.session({
      mapping: { resolvedStatus: { '*': '5' }, reopenStatus: { [SERVICE_DESK]: '9', '*': '8' } },
    })
    const { key, id } = ticket()
    expect(await sendAll(await plan('resolveTicket', { id, resolution: 'Done.' }))).toEqual(['DONE'])
    expect(await raw(key)).toMatchObject({ status: 5 })
    const draft = await plan('reopenTicket', { id, note: 'It broke again.' })
    expect(draft.facts).toMatchObject({ reopens: true, closes: false, values: { status: ['Assigned'] } })
    expect(await sendAll(draft)).toEqual(['DONE', 'DONE'])
    expect(await raw(key)).toMatchObject({ status: 9, completedDate: null })
    await expect(plan('reopenTicket', { id })).rejects.toMatchObject({ extensions: { code: 'NO_CHANGE' } })
  })
})

describe('plans of new tickets', () => {
  it('name what Autotask requires, and a value to find it by', async () => {
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
      '{"title":"Door is stuck","queueID":29682831,"companyID":302,"status":1,"priority":2,"description":"The front one.","externalID":"cs:create"}',
    )
    expect(step.access).toEqual({
      group: 'Tickets',
      kind: 'CREATE',
      fields: ['board', 'company', 'description', 'title'],
    })
    expect(step.alsoDemands).toEqual([
      { group: 'Client-Facing Notes', kind: 'CREATE', fields: ['kind', 'text'] },
    ])
    expect(draft.clientMail.verdict).toBe('MAY')
    expect(draft.changes.map(({ field }) => field)).toEqual(
      expect.arrayContaining(['status', 'priority', 'description']),
    )
    const outcome = await send(step)
    expect(outcome).toMatchObject({ outcome: 'DONE', status: 200 })
    expect((await autotask.findCreated?.(session, step, window()))?.ours).toEqual([
      (outcome as { id: string }).id,
    ])
  })

  it('ask for a queue where there is neither queue nor owner', async () => {
    await expect(
      plan('createTicket', { connection: 'acme-cw', title: 'x', company: 'acme-cw:Company:302' }),
    ).rejects.toMatchObject({ extensions: { code: 'BAD_USER_INPUT', argument: 'board' } })
  })
})

describe('plans of bundles and merges', () => {
  it('link incidents to a problem, and change no type for it', async () => {
    const problem = ticket({ ticketType: 3 })
    const [one, two] = [ticket({ ticketType: 2 }), ticket({ ticketType: 2 })]
    const draft = await plan('bundleTickets', { parent: problem.id, tickets: [one.id, two.id] })
    expect(draft.steps.map(({ body }) => body)).toEqual([
      `{"id":${one.key},"problemTicketId":${problem.key}}`,
      `{"id":${two.key},"problemTicketId":${problem.key}}`,
    ])
    for (const step of draft.steps) {
      expect([step.access, ...step.alsoDemands]).toEqual([
        { group: 'Tickets', kind: 'BUNDLE', fields: ['parent'] },
      ])
    }
    expect(await sendAll(draft)).toEqual(['DONE', 'DONE'])
    const [child] = await autotask.readMany(session, 'Ticket', [one.key], new Set(['parent', 'type']))
    if (child == null || child instanceof Error) throw new Error('no ticket')
    expect(child.get('parent')?.id).toBe(problem.id)
    expect(child.get('type')?.name).toBe('Incident')
    await expect(plan('bundleTickets', { parent: problem.id, tickets: [one.id] })).rejects.toMatchObject({
      extensions: { code: 'NO_CHANGE' },
    })
    await expect(plan('bundleTickets', { parent: ticket().id, tickets: [one.id] })).rejects.toMatchObject({
      extensions: { code: 'NOT_SUPPORTED', argument: 'parent' },
    })
    await expect(plan('bundleTickets', { parent: problem.id, tickets: [ticket().id] })).rejects.toMatchObject(
      { extensions: { code: 'NOT_SUPPORTED', argument: 'tickets' } },
    )
  })

  it('say that there is no merge', async () => {
    await expect(plan('mergeTickets', { into: ticket().id, tickets: [ticket().id] })).rejects.toMatchObject({
      extensions: { code: 'NOT_SUPPORTED', missing: 'emulateMerge' },
    })
  })

  it('or take plain steps in its stead, which copy nothing of the client', async () => {
    session = bench.session({ mapping: { emulateMerge: true } })
    const [into, one] = [ticket(), ticket({ description: 'Secret of the client' })]
    await send(
      await only(
        plan('logTime', { ticket: one.id, hours: 2, workType: 'Remote Support', clientText: 'Tried' }),
      ),
    )
    const draft = await plan('mergeTickets', { into: into.id, tickets: [one.id] })
    expect(draft.emulated).toBe(true)
    expect(draft.steps.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `POST /Tickets/${into.key}/Notes`,
      `POST /Tickets/${one.key}/Notes`,
      'PATCH /Tickets',
    ])
    expect(draft.steps[2]?.alsoDemands).toEqual([{ group: 'Tickets', kind: 'MERGE', fields: ['mergedInto'] }])
    expect(draft.warnings.join()).toContain('1 time entry with 2 h')
    expect(draft.clientMail).toMatchObject({ verdict: 'MAY', recipients: [expect.stringContaining('@')] })
    expect(draft.baseline.map(({ kind }) => kind)).toEqual(['MERGE', 'MERGE'])
    expect(JSON.stringify(draft.steps)).not.toContain('Secret')
    expect(await sendAll(draft)).toEqual(['DONE', 'DONE', 'DONE'])
    expect(await raw(one.key)).toMatchObject({ status: 5 })
  })
})

describe('plans of contacts', () => {
  it('add, change and delete one below its company', async () => {
    const draft = await plan('createContact', {
      company: 'acme-cw:Company:302',
      firstName: 'Ada',
      lastName: "O'Neil",
      email: 'ada@example.com',
    })
    const [step] = draft.steps as [PlannedStep]
    expect(step).toMatchObject({
      method: 'POST',
      path: '/Companies/302/Contacts',
      body: '{"isActive":1,"firstName":"Ada","lastName":"O\'Neil","emailAddress":"ada@example.com","externalID":"cs:42"}',
      access: { group: 'Contacts', kind: 'CREATE', fields: ['email', 'firstName', 'lastName'] },
    })
    const outcome = await send(step)
    expect(outcome).toMatchObject({ outcome: 'DONE' })
    const key = (outcome as { readonly id: string }).id
    expect((await autotask.findCreated?.(session, step, window()))?.ours).toEqual([key])

    const id = `acme-cw:Contact:${key}`
    const change = await only(plan('updateContact', { id, email: null, active: false, title: 'CFO' }))
    expect(change.body).toBe(`{"id":${key},"emailAddress":null,"title":"CFO","isActive":0}`)
    expect(await send(change)).toMatchObject({ outcome: 'DONE', id: key })
    const state = await autotask.readTarget(session, { type: 'Contact', key }, ['email', 'active', 'title'])
    expect(state.fields).toEqual({ email: null, active: false, title: 'CFO' })

    const gone = await only(plan('deleteContact', { id }))
    expect(gone).toMatchObject({ method: 'DELETE', path: `/Companies/302/Contacts/${key}` })
    expect(await send(gone)).toMatchObject({ outcome: 'DONE', id: null })
    expect(await autotask.readTarget(session, { type: 'Contact', key }, ['email'])).toMatchObject({
      exists: false,
    })
  })

  it('ask for the last name that Autotask requires', async () => {
    await expect(
      plan('createContact', { company: 'acme-cw:Company:302', firstName: 'Ada' }),
    ).rejects.toMatchObject({ extensions: { code: 'BAD_USER_INPUT', argument: 'lastName' } })
  })
})

describe('what a technician typed in the same words', () => {
  const steps = {
    note: () => only(plan('addTicketNote', { ticket: ticket().id, kind: 'INTERNAL', text: 'Twin' })),
    time: () =>
      only(
        plan('logTime', { ticket: ticket().id, hours: 0.5, workType: 'Remote Support', clientText: 'Twin' }),
      ),
  }

  it.each(['note', 'time'] as const)('is not ours: %s', async (kind) => {
    const step = await steps[kind]()
    sim.actAs('jdoe', step.method, step.path, JSON.parse(step.body ?? ''))
    expect(await autotask.findCreated?.(session, step, window())).toEqual({ ours: [], untold: [] })
    expect(await send(step)).toMatchObject({ outcome: 'DONE' })
    expect((await autotask.findCreated?.(session, step, window()))?.ours).toHaveLength(1)
  })
})

describe('what the vendor cannot do', () => {
  it.each(['deleteTicket', 'deleteTicketNote'] as const)('%s is refused with the reason', async (write) => {
    const before = writesIn(sim).length
    await expect(plan(write, { id: 'acme-cw:Ticket:41003' })).rejects.toMatchObject({
      extensions: { code: 'NOT_SUPPORTED' },
    })
    expect(autotask.capabilities.writes[write]).toHaveProperty('unsupported')
    expect(writesIn(sim).length).toBe(before)
  })
})

describe('the guess of a tenant', () => {
  it('holds what can only be meant, and says what a person must look at', async () => {
    const { mapping, doubts } = await autotask.guessMapping!(session)
    expect(mapping).toMatchObject({
      resolvedStatus: { '*': '17' },
      reopenStatus: { '*': '8' },
      noteTypes: { INTERNAL: '3', CLIENT_FACING: '3' },
      statusCategories: { '1': 'NEW', '5': 'CLOSED', '7': 'WAITING_CLIENT', '12': 'WAITING_OTHER' },
    })
    expect(mapping.timeRoles?.['151']).toBe('29682902')
    expect(mapping.defaultWorkType).toBeUndefined()
    expect(doubts.join()).toContain('work types')
  })
})
