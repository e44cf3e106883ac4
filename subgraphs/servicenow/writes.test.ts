import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { PlanDraft, PlannedStep, StepOutcome, WriteInputs, WriteName } from '../../schema/plan.ts'
import type { PlanActor, VendorSession } from '../../schema/source.ts'
import { closeReadDispatchers } from '../http/index.ts'
import { type Fault, noUpload, plantFault, type TestBench, testBench } from '../testing.ts'
import { servicenow } from './index.ts'
import { credentialsOf, list, type Simulator, startBench, writesIn } from './testing.ts'

let sim: Simulator
let bench: TestBench
let session: VendorSession
let company: string
let contact: { readonly id: string; readonly email: string }
const MAPPING = { closeCode: 'Solution provided' } as const

beforeAll(async () => {
  ;({ sim, bench } = await startBench({
    ports: { settings: { writeTimeoutMs: 1_500, maxResponseBytes: 2_000_000 } },
  }))
  const page = await list(bench.session(), 'Contact', {
    order: ['NAME', 'ASC'],
    filter: { active: true },
    first: 1,
    fields: ['company', 'email'],
  })
  const [record] = page.records
  company = (record?.get('company') as { id: string } | undefined)?.id ?? ''
  contact = { id: record?.id ?? '', email: String(record?.get('email')) }
})
beforeEach(() => {
  session = bench.session({ mapping: MAPPING })
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
  return servicenow.plan(session, write, input, { ...actor, ...over })
}

async function send(step: PlannedStep, permit?: string): Promise<StepOutcome> {
  const url = await servicenow.stepUrl(session, step, { path: step.path })
  const bytes = { path: step.path, body: step.body }
  return servicenow.sendStep(session, permit ?? bench.permit(step.method, url, step.body), step, bytes)
}

async function only(draft: Promise<PlanDraft>): Promise<PlannedStep> {
  const { steps } = await draft
  expect(steps).toHaveLength(1)
  return steps[0] as PlannedStep
}

async function sendAll(draft: PlanDraft): Promise<readonly string[]> {
  const outcomes: string[] = []
  for (const step of draft.steps) outcomes.push((await send(step)).outcome)
  return outcomes
}

interface Made {
  readonly sysId: string
  readonly key: string
  readonly id: string
  readonly number: string
}

const idOf = (globalId: string) => globalId.split(':')[2] ?? ''

/** A fresh incident in progress, made past our own code. */
function ticket(over: Readonly<Record<string, string>> = {}, as = 'admin'): Made {
  const { body } = sim.actAs(as, 'POST', '/api/now/table/incident', {
    short_description: 'Test',
    state: '2',
    company: idOf(company),
    caller_id: idOf(contact.id),
    impact: '2',
    urgency: '2',
    ...over,
  })
  const { result } = body as { result: { sys_id: string; number: string } }
  const key = `incident.${result.sys_id}`
  return { sysId: result.sys_id, key, id: `acme-cw:Ticket:${key}`, number: result.number }
}

function row({ sysId }: Pick<Made, 'sysId'>): Readonly<Record<string, unknown>> {
  const { body } = sim.actAs('admin', 'GET', `/api/now/table/incident/${sysId}`)
  return (body as { result: Record<string, unknown> }).result
}

const WINDOW = {
  after: new Date(Date.now() - 600_000).toISOString(),
  before: new Date(Date.now() + 600_000).toISOString(),
}

describe('plans of changes', () => {
  it('write what differs, as bytes that always come out the same', async () => {
    const made = ticket()
    const draft = await plan('updateTicket', {
      id: made.id,
      title: 'Printer on fire',
      status: 'on hold: awaiting vendor',
      priority: 'Critical',
    })
    const [step] = draft.steps as [PlannedStep]
    expect(step).toMatchObject({
      method: 'PATCH',
      path: `/api/now/table/incident/${made.sysId}`,
      body: '{"short_description":"Printer on fire","state":"3","hold_reason":"4","impact":"1","urgency":"1"}',
      access: { group: 'Tickets', kind: 'UPDATE', fields: ['priority', 'status', 'title'] },
      alsoDemands: [],
      holes: [],
      reconcile: {
        by: 'VALUES',
        planned: { title: 'Printer on fire', status: '3.4', priority: '1', impact: '1', urgency: '1' },
      },
    })
    expect(draft.changes.map(({ field, before, after }) => [field, before, after])).toEqual([
      ['title', 'Test', 'Printer on fire'],
      ['status', 'In Progress', 'On Hold: Awaiting Vendor'],
      ['priority', 'Moderate', 'Critical'],
      ['impact', '2', '1'],
      ['urgency', '2', '1'],
    ])
    expect(draft.baseline[0]).toMatchObject({
      kind: 'UPDATE',
      fields: { status: '2', mergedInto: null, closed: false, priority: '3' },
    })
    expect(draft.facts).toMatchObject({
      company: idOf(company),
      priorityRank: 1,
      closes: false,
      clientMail: 'MAY',
      values: { status: ['On Hold: Awaiting Vendor'], priority: ['Critical'] },
    })
    expect(draft.clientMail.recipients).toEqual([contact.email])
    expect(await send(step)).toMatchObject({ outcome: 'DONE', id: made.key, status: 200 })
    await expect(plan('updateTicket', { id: made.id, status: '3.4', priority: '1' })).rejects.toMatchObject({
      extensions: { code: 'NO_CHANGE' },
    })
    if (step.reconcile.by !== 'VALUES') throw new Error('not by values')
    const state = await servicenow.readTarget(
      session,
      { type: 'Ticket', key: made.key },
      Object.keys(step.reconcile.planned),
    )
    expect(state).toMatchObject({ exists: true, fields: step.reconcile.planned })
    expect(state.version).toMatch(/^\d+ \d{4}-/)
  })

  it('change as little as gives the priority', async () => {
    const made = ticket({ impact: '2', urgency: '2' })
    const body = async (priority: string) =>
      JSON.parse((await only(plan('updateTicket', { id: made.id, priority }))).body ?? '')
    expect(await body('2')).toEqual({ urgency: '1' })
    expect(await body('4')).toEqual({ urgency: '3' })
    expect(await body('5')).toEqual({ impact: '3', urgency: '3' })
    expect(await send(await only(plan('updateTicket', { id: made.id, priority: '4' })))).toMatchObject({
      outcome: 'DONE',
    })
    expect(row(made)).toMatchObject({ priority: '4', impact: '2', urgency: '3' })
  })

  it('mail nobody on a status that an administrator marked as silent', async () => {
    session = bench.session({ mapping: { ...MAPPING, silentStatuses: ['3.4'] } })
    const draft = await plan('updateTicket', { id: ticket().id, status: '3.4' })
    expect(draft.clientMail).toEqual({
      verdict: 'NO',
      recipients: [],
      reasons: [expect.stringContaining('as silent: it mails nobody')],
    })
  })

  it('name no address to who may not read contacts', async () => {
    session = bench.session({ mapping: MAPPING, mayRead: (group) => group !== 'Contacts' })
    const { clientMail } = await plan('updateTicket', { id: ticket().id, status: '3.4' })
    expect(clientMail.verdict).toBe('MAY')
    expect(clientMail.recipients).toEqual([])
  })

  it.each([['asset tag'], ['u_asset_tag'], ['custom:u_asset_tag']])(
    'write one custom field by %s',
    async (field) => {
      const made = ticket()
      const step = await only(plan('updateTicket', { id: made.id, customFields: [{ field, value: 'A-7' }] }))
      expect(step.body).toBe('{"u_asset_tag":"A-7"}')
      expect(step.access.fields).toEqual(['custom:u_asset_tag'])
      expect(await send(step)).toMatchObject({ outcome: 'DONE' })
      const state = await servicenow.readTarget(session, { type: 'Ticket', key: made.key }, [
        'custom:u_asset_tag',
      ])
      expect(state.fields).toEqual({ 'custom:u_asset_tag': 'A-7' })
    },
  )

  it('write custom fields of every type as the platform stores them', async () => {
    const made = ticket()
    const step = await only(
      plan('updateTicket', {
        id: made.id,
        customFields: [
          { field: 'Change Approved', value: 'TRUE' },
          { field: 'Change Window', value: '2026-12-01T08:00:00+01:00' },
          { field: 'Affected Users', value: '12' },
          { field: 'Root Cause', value: 'user error' },
        ],
      }),
    )
    expect(JSON.parse(step.body ?? '')).toEqual({
      u_change_approved: 'true',
      u_change_window: '2026-12-01 07:00:00',
      u_affected_users: '12',
      u_root_cause: 'User Error',
    })
    expect(await send(step)).toMatchObject({ outcome: 'DONE' })
  })

  it.each([
    [{ status: 'Nope' }, 'status'],
    [{ status: 'On Hold' }, 'status'],
    [{ status: 'On Hold: Awaiting Caller' }, 'status'],
    [{ status: 'Resolved' }, 'status'],
    [{ type: 'Nope' }, 'type'],
    [{ priority: 'Nope' }, 'priority'],
    [{ board: 'Nope' }, 'board'],
    [{ title: 'x'.repeat(161) }, 'title'],
    [{ title: 'a\nb' }, 'title'],
    [{ company: `other:Company:${'a'.repeat(32)}` }, 'company'],
    [{ assignee: `acme-cw:Member:${'a'.repeat(32)}` }, 'assignee'],
    [{ customFields: [{ field: 'Nope', value: '1' }] }, 'customFields'],
    [{ customFields: [{ field: 'Affected Users', value: 'many' }] }, 'customFields.Affected Users'],
    [{ customFields: [{ field: 'Root Cause', value: 'Gremlins' }] }, 'customFields.Root Cause'],
  ] as const)('refuse %j', async (change, argument) => {
    await expect(plan('updateTicket', { id: ticket().id, ...change })).rejects.toMatchObject({
      extensions: { code: 'BAD_USER_INPUT', argument },
    })
  })

  it('move a ticket to a group and an owner, by name or id', async () => {
    const made = ticket()
    const boards = await list(session, 'Board', { order: ['NAME', 'ASC'], fields: ['name'] })
    const members = await list(session, 'Member', { order: ['NAME', 'ASC'], filter: { identifier: 'jdoe' } })
    const [board] = boards.records
    const draft = await plan('updateTicket', {
      id: made.id,
      board: String(board?.get('name')),
      assignee: members.records[0]?.id ?? '',
    })
    expect(draft.changes.map(({ field, after }) => [field, after])).toEqual([
      ['board', board?.get('name')],
      ['assignee', 'Jane Doe'],
    ])
    expect(draft.facts.reaches).toContainEqual({ company: idOf(company), board: idOf(board?.id ?? '') })
    expect(await sendAll(draft)).toEqual(['DONE'])
    expect(row(made).assignment_group).toMatchObject({ value: idOf(board?.id ?? '') })
  })

  it('know no ticket that does not exist, and none of another table', async () => {
    for (const [table, code] of [
      ['incident', 'NOT_FOUND'],
      ['task', 'BAD_USER_INPUT'],
      ['problem', 'BAD_USER_INPUT'],
    ] as const) {
      await expect(
        plan('updateTicket', { id: `acme-cw:Ticket:${table}.${'f'.repeat(32)}`, title: 'x' }),
      ).rejects.toMatchObject({ extensions: { code } })
    }
  })

  it('tell what the platform left out without a word', async () => {
    const made = ticket()
    const step = await only(plan('updateTicket', { id: made.id, title: 'Other', type: 'Software' }))
    sim.acl.readOnlyColumns.add('incident.category')
    const outcome = await send(step)
    sim.acl.readOnlyColumns.clear()
    expect(outcome).toMatchObject({ outcome: 'DONE', status: 200, notTaken: ['type'] })
  })

  it('tell when a journal did not take the note', async () => {
    const step = await only(plan('addTicketNote', { ticket: ticket().id, kind: 'INTERNAL', text: 'lost' }))
    sim.acl.readOnlyColumns.add('incident.work_notes')
    const outcome = await send(step)
    sim.acl.readOnlyColumns.clear()
    expect(outcome).toMatchObject({ outcome: 'UNKNOWN' })
    expect((await servicenow.findCreated?.(session, step, WINDOW))?.ours).toEqual([])
  })
})

describe('plans of notes and time', () => {
  it.each([
    ['INTERNAL', false, 'Ticket Notes', 'NO', 0],
    ['CLIENT_FACING', false, 'Client-Facing Notes', 'MAY', 1],
    ['CLIENT_FACING', true, 'Client-Facing Notes', 'YES', 1],
  ] as const)('%s, mailed: %s, belongs to %s', async (kind, mailClient, group, verdict, mails) => {
    const made = ticket()
    const mailed = sim.outbox().length
    const draft = await plan('addTicketNote', {
      ticket: made.id,
      kind,
      text: 'Line one\r\nline two',
      mailClient,
    })
    expect(draft.clientMail.verdict).toBe(verdict)
    expect(draft.clientMail.recipients).toEqual(verdict === 'NO' ? [] : [contact.email])
    const [step] = draft.steps as [PlannedStep]
    expect(step.access).toEqual({
      group,
      kind: 'CREATE',
      fields: mailClient ? ['kind', 'mailClient', 'text'] : ['kind', 'text'],
    })
    expect(step.alsoDemands).toEqual([])
    expect(await send(step)).toMatchObject({ outcome: 'DONE', id: null })
    expect(sim.outbox().length - mailed).toBe(mails)
    const found = (await servicenow.findCreated?.(session, step, WINDOW))?.ours
    expect(found).toHaveLength(1)
    const [note] = await servicenow.readMany(
      session,
      'Note',
      found ?? [],
      new Set(['kind', 'text', 'clientVisible']),
    )
    const read = note as { get(name: string): unknown }
    expect([read.get('kind'), read.get('text'), read.get('clientVisible')]).toEqual([
      kind,
      'Line one\nline two',
      kind !== 'INTERNAL',
    ])
  })

  it.each([
    ['DESCRIPTION', 'description', 'description'],
    ['RESOLUTION', 'close_notes', 'resolution'],
  ] as const)('%s is appended to the text just read, and goes stale with it', async (kind, column, field) => {
    const made = ticket({ [column]: 'Old text.' })
    const mailed = sim.outbox().length
    const draft = await plan('addTicketNote', { ticket: made.id, kind, text: 'New text.' })
    expect(draft.changes).toEqual([
      {
        target: { type: 'Ticket', key: made.key },
        field,
        before: 'Old text.',
        after: 'Old text.\n\nNew text.',
      },
    ])
    expect(draft.baseline[0]?.fields[field]).toBe('Old text.')
    const [step] = draft.steps as [PlannedStep]
    expect(step.body).toBe(JSON.stringify({ [column]: 'Old text.\n\nNew text.' }))
    expect([step.access, ...step.alsoDemands]).toEqual([
      { group: 'Client-Facing Notes', kind: 'CREATE', fields: ['kind', 'text'] },
    ])
    expect(await send(step)).toMatchObject({ outcome: 'DONE', id: made.key })
    expect(sim.outbox().length).toBe(mailed)
    const state = await servicenow.readTarget(session, { type: 'Ticket', key: made.key }, [field])
    expect(state.fields[field]).toBe('Old text.\n\nNew text.')
    const notes = await list(session, 'Ticket.notes', {
      order: ['CREATED_AT', 'ASC'],
      parent: made.key,
      fields: ['kind', 'text'],
    })
    expect(notes.records.map((record) => [record.get('kind'), record.get('text')])).toContainEqual([
      kind,
      'Old text.\n\nNew text.',
    ])
  })

  it.each([
    [{ kind: 'INTERNAL', text: '[code]<b>x</b>[/code]' }, 'text'],
    [{ kind: 'INTERNAL', text: ' ' }, 'text'],
    [{ kind: 'DESCRIPTION', text: 'x'.repeat(4001) }, 'text'],
    [{ kind: 'INTERNAL', text: 'x', mailClient: true }, 'mailClient'],
  ] as const)('refuse %j', async (note, argument) => {
    await expect(plan('addTicketNote', { ticket: ticket().id, ...note })).rejects.toMatchObject({
      extensions: { code: 'BAD_USER_INPUT', argument },
    })
  })

  it('log time for whom the policy says, in one write and few look-ups', async () => {
    const made = ticket()
    const input = {
      ticket: made.id,
      hours: 0.25,
      startedAt: '2026-11-20T09:00:00Z',
      workType: 'Remote Support',
      internalText: 'On site',
    } as const
    await plan('logTime', input)
    const before = sim.journal().length
    const draft = await plan('logTime', input)
    expect(sim.journal().length - before).toBe(1)
    const [step] = draft.steps as [PlannedStep]
    expect(JSON.parse(step.body ?? '')).toEqual({
      task: made.sysId,
      user: expect.stringMatching(/^[0-9a-f]{32}$/),
      work_date: '2026-11-20',
      time_worked: '1970-01-01 00:15:00',
      time_in_seconds: '900',
      comments: 'On site',
      category: 'remote_support',
    })
    expect(step.access).toEqual({
      group: 'Time Entries',
      kind: 'CREATE',
      fields: ['hours', 'internalText', 'startedAt', 'workType'],
    })
    expect(draft.facts).toMatchObject({ billableHours: 0.25, clientMail: 'NO' })
    expect(draft.warnings.join()).toContain('the day')
    const mailed = sim.outbox().length
    const outcome = await send(step)
    expect(outcome).toMatchObject({ outcome: 'DONE', status: 201 })
    expect(sim.outbox().length).toBe(mailed)
    expect((await servicenow.findCreated?.(session, step, WINDOW))?.ours).toEqual([
      (outcome as { id: string }).id,
    ])
    const page = await list(session, 'Ticket.timeEntries', {
      order: ['CREATED_AT', 'ASC'],
      parent: made.key,
      fields: ['hours', 'member', 'member.identifier'],
    })
    expect(
      page.records.map((record) => [
        record.get('hours'),
        (record.get('member') as { get(n: string): unknown }).get('identifier'),
      ]),
    ).toEqual([[0.25, 'jdoe']])
  })

  it.each([
    [{ billableOption: 'BILLABLE' }, 'billableOption'],
    [{ workRole: 'Engineer' }, 'workRole'],
    [{ clientText: 'Seen by the client' }, 'clientText'],
  ] as const)('say of %j that the platform has no place for it', async (time, argument) => {
    await expect(plan('logTime', { ticket: ticket().id, hours: 1, ...time })).rejects.toMatchObject({
      extensions: { code: 'NOT_SUPPORTED', argument },
    })
  })

  it('log time for the owner of the ticket, who must be there', async () => {
    const owner = (
      await list(session, 'Member', { order: ['NAME', 'ASC'], filter: { identifier: 'asmith' } })
    ).records[0]
    const made = ticket({ assigned_to: idOf(owner?.id ?? '') })
    const step = await only(
      plan('logTime', { ticket: made.id, hours: 1 }, { timeOwner: 'TICKET_OWNER', member: null }),
    )
    expect(JSON.parse(step.body ?? '')).toMatchObject({ user: idOf(owner?.id ?? '') })
    await expect(
      plan('logTime', { ticket: ticket().id, hours: 1 }, { timeOwner: 'TICKET_OWNER', member: null }),
    ).rejects.toMatchObject({ extensions: { code: 'NOT_CONFIGURED' } })
    await expect(plan('logTime', { ticket: made.id, hours: 1 }, { member: 'nobody' })).rejects.toMatchObject({
      extensions: { code: 'NOT_CONFIGURED' },
    })
  })

  it('correct a time entry, and refuse one that is booked', async () => {
    const made = ticket()
    const logged = await send(await only(plan('logTime', { ticket: made.id, hours: 1 })))
    const key = (logged as { id: string }).id
    const id = `acme-cw:TimeEntry:${key}`
    const draft = await plan('updateTimeEntry', { id, hours: 1.5, internalText: 'longer' })
    const [step] = draft.steps as [PlannedStep]
    expect(JSON.parse(step.body ?? '')).toEqual({
      time_worked: '1970-01-01 01:30:00',
      time_in_seconds: '5400',
      comments: 'longer',
    })
    expect(draft.changes.map(({ field, before, after }) => [field, before, after])).toEqual([
      ['hours', '1', '1.5'],
      ['internalText', null, 'longer'],
    ])
    expect(await send(step)).toMatchObject({ outcome: 'DONE', id: key })
    await expect(plan('updateTimeEntry', { id, hours: 1.5 })).rejects.toMatchObject({
      extensions: { code: 'NO_CHANGE' },
    })
    const state = await servicenow.readTarget(session, { type: 'TimeEntry', key }, ['hours', 'ticket'])
    expect(state).toMatchObject({ exists: true, fields: { hours: 1.5, ticket: made.sysId } })
    const gone = await plan('deleteTimeEntry', { id })
    expect(gone.baseline[0]).toMatchObject({ kind: 'DELETE', version: state.version })
    expect(gone.steps[0]?.access).toEqual({ group: 'Time Entries', kind: 'DELETE', fields: [] })
  })
})

describe('plans of several things at once', () => {
  it('put the status that closes last, and every other change first', async () => {
    const work = { notes: [{ kind: 'INTERNAL', text: 'done' }], time: [{ hours: 1 }] } as const
    const bodies = async (
      status: string,
      notes: readonly { kind: 'INTERNAL' | 'RESOLUTION'; text: string }[],
    ) =>
      (await plan('workTicket', { id: ticket().id, update: { status }, ...work, notes })).steps.map(
        ({ body }) => Object.keys(JSON.parse(body ?? ''))[0],
      )
    const resolution = { kind: 'RESOLUTION', text: 'Fixed.' } as const
    expect(await bodies('Resolved', [...work.notes, resolution])).toEqual(['work_notes', 'task', 'state'])
    expect(await bodies('3.4', work.notes)).toEqual(['state', 'work_notes', 'task'])
  })

  it('resolve: close code, notes and status in one body', async () => {
    const made = ticket()
    const draft = await plan('resolveTicket', { id: made.id, resolution: 'New cable.', time: { hours: 0.5 } })
    expect(draft.facts).toMatchObject({ closes: true, billableHours: 0.5, clientMail: 'MAY' })
    const last = draft.steps.at(-1) as PlannedStep
    expect(last.body).toBe('{"state":"6","close_code":"Solution provided","close_notes":"New cable."}')
    expect([last.access, ...last.alsoDemands]).toEqual([
      { group: 'Tickets', kind: 'UPDATE', fields: ['status'] },
      { group: 'Client-Facing Notes', kind: 'CREATE', fields: ['kind', 'text'] },
    ])
    expect(await sendAll(draft)).toEqual(['DONE', 'DONE'])
    const state = await servicenow.readTarget(session, { type: 'Ticket', key: made.key }, [
      'status',
      'resolution',
      'closeCode',
      'closed',
    ])
    expect(state.fields).toEqual({
      status: '6',
      resolution: 'New cable.',
      closeCode: 'Solution provided',
      closed: false,
    })
    const reopened = await plan('reopenTicket', { id: made.id, note: 'Not fixed.' })
    expect(reopened.facts).toMatchObject({ reopens: true, closes: false })
    expect(reopened.steps.map(({ body }) => body)).toEqual(['{"state":"2"}', '{"work_notes":"Not fixed."}'])
    expect(await sendAll(reopened)).toEqual(['DONE', 'DONE'])
    await expect(plan('reopenTicket', { id: made.id })).rejects.toMatchObject({
      extensions: { code: 'NO_CHANGE' },
    })
  })

  it('need the close code to be mapped', async () => {
    session = bench.session({ mapping: {} })
    await expect(plan('resolveTicket', { id: ticket().id, resolution: 'x' })).rejects.toMatchObject({
      extensions: { code: 'NOT_CONFIGURED', missing: 'closeCode' },
    })
  })

  it('ask the caller in the same body that sets the ticket to wait for it', async () => {
    const made = ticket()
    const draft = await plan('workTicket', {
      id: made.id,
      update: { status: '3.1' },
      notes: [{ kind: 'CLIENT_FACING', text: 'Which door?' }],
    })
    expect(draft.steps.map(({ body }) => body)).toEqual([
      '{"state":"3","hold_reason":"1","comments":"Which door?"}',
    ])
    expect(draft.steps[0]?.alsoDemands).toEqual([
      { group: 'Client-Facing Notes', kind: 'CREATE', fields: ['kind', 'text'] },
    ])
    expect(await sendAll(draft)).toEqual(['DONE'])
  })
})

describe('plans of new, bundled and merged tickets', () => {
  it('create with a value to find it by', async () => {
    const draft = await plan(
      'createTicket',
      {
        connection: 'acme-cw',
        title: 'Door is stuck',
        company,
        description: 'The front one.',
        priority: 'High',
      },
      { correlation: 'cs:create' },
    )
    const [step] = draft.steps as [PlannedStep]
    expect(step.path).toBe('/api/now/table/incident')
    expect(JSON.parse(step.body ?? '')).toEqual({
      short_description: 'Door is stuck',
      company: idOf(company),
      impact: '2',
      urgency: '1',
      caller_id: '',
      description: 'The front one.',
      correlation_id: 'cs:create',
    })
    expect(step.access).toEqual({
      group: 'Tickets',
      kind: 'CREATE',
      fields: ['company', 'description', 'priority', 'title'],
    })
    expect(step.alsoDemands).toEqual([
      { group: 'Client-Facing Notes', kind: 'CREATE', fields: ['kind', 'text'] },
    ])
    const mailed = sim.outbox().length
    const outcome = await send(step)
    expect(outcome).toMatchObject({
      outcome: 'DONE',
      status: 201,
      id: expect.stringMatching(/^incident\.[0-9a-f]{32}$/),
    })
    expect(sim.outbox().length).toBe(mailed)
    expect((await servicenow.findCreated?.(session, step, WINDOW))?.ours).toEqual([
      (outcome as { id: string }).id,
    ])
    const state = await servicenow.readTarget(
      session,
      { type: 'Ticket', key: (outcome as { id: string }).id },
      ['priority', 'contact'],
    )
    expect(state.fields).toEqual({ priority: '2', contact: null })
  })

  it('bundle one by one, each settled by reading', async () => {
    const [parent, one, two] = [ticket(), ticket(), ticket()]
    const draft = await plan('bundleTickets', { parent: parent.id, tickets: [one.id, two.id] })
    expect(draft.steps.map(({ access }) => [access.kind, access.fields])).toEqual([
      ['BUNDLE', ['parent']],
      ['BUNDLE', ['parent']],
    ])
    expect(draft.baseline.map(({ kind }) => kind)).toEqual(['BUNDLE', 'BUNDLE', 'BUNDLE'])
    expect(await sendAll(draft)).toEqual(['DONE', 'DONE'])
    const state = await servicenow.readTarget(session, { type: 'Ticket', key: one.key }, ['parent'])
    expect(state.fields.parent).toBe(parent.key)
    await expect(plan('bundleTickets', { parent: parent.id, tickets: [one.id] })).rejects.toMatchObject({
      extensions: { code: 'NO_CHANGE' },
    })
  })

  it('merge nothing unless an administrator turned plain steps on', async () => {
    const [into, one] = [ticket(), ticket()]
    await expect(plan('mergeTickets', { into: into.id, tickets: [one.id] })).rejects.toMatchObject({
      extensions: { code: 'NOT_SUPPORTED', missing: 'emulateMerge' },
    })
  })

  it('stand in for a merge with a note, a link and a close', async () => {
    const [into, one] = [ticket(), ticket()]
    await send(await only(plan('logTime', { ticket: one.id, hours: 1 })))
    session = bench.session({ mapping: { ...MAPPING, emulateMerge: true } })
    const draft = await plan('mergeTickets', { into: into.id, tickets: [one.id] })
    expect(draft.emulated).toBe(true)
    expect(draft.steps.map(({ body }) => JSON.parse(body ?? ''))).toEqual([
      { work_notes: `Closed as duplicates of this ticket: ${one.number}.` },
      {
        parent_incident: into.sysId,
        state: '6',
        close_code: 'Duplicate',
        close_notes: `Duplicate of ${into.number}.`,
      },
    ])
    expect(draft.steps.map(({ access }) => `${access.group} ${access.kind}`)).toEqual([
      'Ticket Notes CREATE',
      'Tickets MERGE',
    ])
    expect(draft.warnings.join(' ')).toContain(`1 time entry stay on ${one.number}`)
    expect(draft.clientMail).toMatchObject({ verdict: 'MAY', recipients: [contact.email] })
    expect(await sendAll(draft)).toEqual(['DONE', 'DONE'])
    const last = draft.steps.at(-1)?.reconcile
    if (last?.by !== 'VALUES' || last.target.type === 'Raw') throw new Error('not by values')
    const state = await servicenow.readTarget(session, last.target, Object.keys(last.planned))
    expect(state.fields).toEqual(last.planned)
    const [merged] = await servicenow.readMany(
      session,
      'Ticket',
      [one.key],
      new Set(['mergedInto', 'mergedInto.number']),
    )
    const reference = (merged as { get(name: string): unknown }).get('mergedInto') as {
      id: string
      get(name: string): unknown
    }
    expect([reference.id, reference.get('number')]).toEqual([into.id, into.number])
    await expect(plan('mergeTickets', { into: into.id, tickets: [one.id] })).rejects.toMatchObject({
      extensions: { code: 'NO_CHANGE' },
    })
  })
})

describe('plans of contacts and deletions', () => {
  it('create a contact of a client, without a login', async () => {
    const draft = await plan('createContact', {
      company,
      firstName: 'Ann',
      lastName: 'Lee',
      email: 'ann@client.example',
    })
    const [step] = draft.steps as [PlannedStep]
    expect(JSON.parse(step.body ?? '')).toEqual({
      first_name: 'Ann',
      last_name: 'Lee',
      email: 'ann@client.example',
      company: idOf(company),
    })
    expect(step.access).toEqual({
      group: 'Contacts',
      kind: 'CREATE',
      fields: ['company', 'email', 'firstName', 'lastName'],
    })
    const outcome = await send(step)
    const key = (outcome as { id: string }).id
    expect((await servicenow.findCreated?.(session, step, WINDOW))?.ours).toEqual([key])
    const change = await plan('updateContact', {
      id: `acme-cw:Contact:${key}`,
      phone: '+1 813',
      active: false,
    })
    expect(change.changes.map(({ field, before, after }) => [field, before, after])).toEqual([
      ['phone', null, '+1 813'],
      ['active', 'true', 'false'],
    ])
    expect(await sendAll(change)).toEqual(['DONE'])
    const state = await servicenow.readTarget(session, { type: 'Contact', key }, [
      'phone',
      'active',
      'company',
    ])
    expect(state.fields).toEqual({ phone: '+1 813', active: false, company: idOf(company) })
  })

  it('know no colleague as a contact, and no contact of a company that is no client', async () => {
    const members = await list(session, 'Member', { order: ['NAME', 'ASC'], filter: { identifier: 'jdoe' } })
    const key = idOf(members.records[0]?.id ?? '')
    await expect(plan('updateContact', { id: `acme-cw:Contact:${key}`, phone: '1' })).rejects.toMatchObject({
      extensions: { code: 'NOT_FOUND' },
    })
    const { body } = sim.actAs('admin', 'GET', `/api/now/table/sys_user/${key}`)
    const own = (body as { result: { company: { value: string } } }).result.company.value
    await expect(
      plan('createContact', { company: `acme-cw:Company:${own}`, firstName: 'A', lastName: 'B' }),
    ).rejects.toMatchObject({ extensions: { code: 'BAD_USER_INPUT', argument: 'company' } })
  })

  it('delete a ticket by its version, and take the platform’s no', async () => {
    const made = ticket()
    const draft = await plan('deleteTicket', { id: made.id })
    expect(draft.baseline[0]?.kind).toBe('DELETE')
    expect(await send(draft.steps[0] as PlannedStep)).toMatchObject({
      outcome: 'VENDOR_REJECTED',
      status: 403,
    })
  })

  it.each([
    ['deleteTicketNote', `acme-cw:Note:incident.${'a'.repeat(32)}.${'b'.repeat(32)}`],
    ['deleteContact', `acme-cw:Contact:${'a'.repeat(32)}`],
  ] as const)('%s is not supported, with the reason', async (write, id) => {
    const capability = servicenow.capabilities.writes[write]
    if (capability === true) throw new Error('supported')
    await expect(plan(write, { id })).rejects.toMatchObject({
      message: capability.unsupported,
      extensions: { code: 'NOT_SUPPORTED' },
    })
  })
})

describe('what a technician typed in the same words', () => {
  const steps = {
    note: () => only(plan('addTicketNote', { ticket: ticket().id, kind: 'INTERNAL', text: 'Twin' })),
    time: () => only(plan('logTime', { ticket: ticket().id, hours: 0.5, internalText: 'Twin' })),
    contact: () => only(plan('createContact', { company, firstName: 'Twin', lastName: 'Of nobody' })),
  }

  it.each(['note', 'time', 'contact'] as const)('is not ours: %s', async (kind) => {
    const step = await steps[kind]()
    sim.actAs('admin', step.method, step.path, JSON.parse(step.body ?? ''))
    expect(await servicenow.findCreated?.(session, step, WINDOW)).toEqual({ ours: [], untold: [] })
    expect(await send(step)).toMatchObject({ outcome: 'DONE' })
    expect((await servicenow.findCreated?.(session, step, WINDOW))?.ours).toHaveLength(1)
  })

  it('can not be told from ours where the gateway does not know its own login', async () => {
    const step = await steps.note()
    sim.actAs('admin', step.method, step.path, JSON.parse(step.body ?? ''))
    const nameless: VendorSession = { ...session, publicCredential: async () => null }
    expect(await servicenow.findCreated?.(nameless, step, WINDOW)).toEqual({
      ours: [],
      untold: [expect.any(String)],
    })
  })
})

describe('no permit, no write', () => {
  async function note(): Promise<{ readonly step: PlannedStep; readonly url: string }> {
    const step = await only(plan('addTicketNote', { ticket: ticket().id, kind: 'INTERNAL', text: 'permit' }))
    return { step, url: await servicenow.stepUrl(session, step, { path: step.path }) }
  }

  it.each([
    ['none', () => ''],
    ['one for another body', (step: PlannedStep, url: string) => bench.permit(step.method, url, '{}')],
    ['one for another method', (step: PlannedStep, url: string) => bench.permit('PUT', url, step.body)],
    [
      'one for another address',
      (step: PlannedStep, url: string) => bench.permit(step.method, `${url}&x=1`, step.body),
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
    [{ kind: 'status', status: 500, when: 'after' }, 'UNKNOWN', 1],
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
    const step = await only(plan('addTicketNote', { ticket: ticket().id, kind: 'INTERNAL', text }))
    await plantFault(sim, { match: { method: 'PATCH', path: step.path }, times: 5, ...fault } as Fault)
    const before = writesIn(sim).length
    const got = await send(step)
    await fetch(`${sim.url}/__faults`, { method: 'DELETE' })
    expect(got).toMatchObject({ outcome })
    if (got.outcome === 'THROTTLED') expect(got.retryAfterMs).toBe(7_000)
    // Once, whatever came back; the journal may tell of a slow answer only when it is given.
    await expect.poll(() => writesIn(sim).length - before, { timeout: 5_000 }).toBe(1)
    if (fault.kind !== 'delay')
      expect((await servicenow.findCreated?.(session, step, WINDOW))?.ours).toHaveLength(applied)
  })

  it('proves that nothing was sent when nobody listens', async () => {
    const step = await only(plan('addTicketNote', { ticket: ticket().id, kind: 'INTERNAL', text: 'x' }))
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    await new Promise((resolve) => server.close(resolve))
    const dead = testBench({ source: servicenow, baseUrl, credentials: credentialsOf(sim) })
    session = dead.session()
    const url = await servicenow.stepUrl(session, step, { path: step.path })
    expect(await send(step, dead.permit(step.method, url, step.body))).toEqual({
      outcome: 'NOT_SENT',
      reason: 'The PSA refused the connection.',
    })
  })
})
