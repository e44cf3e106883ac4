import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { savePolicy } from '../../gateway/store/workflows.ts'
import { COMPANY, codesOf, type Desk, expectSoundTrail, OTHER_COMPANY, SECURITY, startDesk } from './desk.ts'

let t: Desk
beforeAll(async () => {
  t = await startDesk()
})
afterAll(() => t.close())
beforeEach(() => {
  t.simulator.clearJournal()
  t.simulator.state.outbox.length = 0
})

describe('what the Helpdesk profile lets through', () => {
  it('refuses a field outside the allowed ones by name, and reads nothing of the record', async () => {
    const { token } = await t.agent('HELPDESK')
    const answer = await t.write(token, 'updateTicket', {
      id: t.ticket().id,
      company: `acme-cw:Company:${COMPANY}`,
    })
    expect(answer.errors).toMatchObject([
      { extensions: { code: 'FIELD_NOT_ALLOWED', fields: ['company'] }, path: ['updateTicket'] },
    ])
    expect(t.simulator.journal()).toEqual([])
  })

  it('refuses a merge and a time entry, and reads nothing', async () => {
    const { token } = await t.agent('HELPDESK')
    const [into, other] = [t.ticket(), t.ticket()]
    expect(codesOf(await t.write(token, 'mergeTickets', { into: into.id, tickets: [other.id] }))).toEqual([
      'ACTION_DISABLED',
    ])
    expect(codesOf(await t.write(token, 'logTime', { ticket: into.id, hours: 1 }))).toEqual([
      'GROUP_READ_ONLY',
    ])
    expect(t.simulator.journal()).toEqual([])
    const events = await t.events()
    expect(events.at(-1)).toMatchObject({
      type: 'DECISION',
      body: { decision: { verdict: 'DENY', code: 'GROUP_READ_ONLY' } },
    })
  })

  it('runs the second mutation of a document whose first is refused', async () => {
    const { token } = await t.agent('HELPDESK')
    const [a, b] = [t.ticket(), t.ticket()]
    const { data, errors } = await t.ask(
      token,
      `mutation ($a: ID!, $b: ID!) {
        refused: mergeTickets(input: { into: $a, tickets: [$b] }) { __typename }
        held: updateTicket(input: { id: $b, priority: "Priority 1 - Critical" }) { __typename ... on WriteOutcome { request { state } } } }`,
      { a: a.id, b: b.id },
    )
    expect(errors).toMatchObject([{ path: ['refused'], extensions: { code: 'ACTION_DISABLED' } }])
    expect(data).toEqual({
      refused: null,
      held: { __typename: 'ApprovalPending', request: { state: 'PENDING' } },
    })
    expect(t.sent()).toEqual([])
  })
})

describe('a dry run', () => {
  const document = (directive: string, argument = '') =>
    `mutation ($id: ID!, $x: Boolean!) { __typename @include(if: $x)
      updateTicket(input: { id: $id, status: "Waiting on Vendor" }${argument}) ${directive} {
        __typename ... on DryRunPlan { request { id } testMode wouldRequireApproval plan { steps { method path body } changes { field before after } } } } }`

  it.each([
    ['dryRun: true', '', ', dryRun: true', true],
    ['@dryRun', '@dryRun', '', true],
    ['@dryRun with dryRun: false', '@dryRun', ', dryRun: false', true],
    ['@dryRun(if: $x), on', '@dryRun(if: $x)', '', true],
    ['@dryRun(if: $x), off', '@dryRun(if: $x)', '', false],
    ['@dryRun(if: false) with dryRun: true', '@dryRun(if: false)', ', dryRun: true', true],
  ])('%s', async (name, directive, argument, dry) => {
    const { token } = await t.agent('HELPDESK')
    const { id, key } = t.ticket()
    const before = await t.requestsStored()
    const { data, errors } = await t.ask(token, document(directive, argument), { id, x: dry })
    expect(errors).toEqual([])
    expect(t.sent()).toEqual([])
    if (!dry) {
      expect(data.updateTicket).toEqual({ __typename: 'ApprovalPending' })
      expect(await t.requestsStored()).toBe(before + 1)
      return
    }
    const status = t.simulator.state.tables.statuses.all().find((one) => one.name === 'Waiting on Vendor')
    expect(data.updateTicket, name).toEqual({
      __typename: 'DryRunPlan',
      request: null,
      testMode: [],
      wouldRequireApproval: true,
      plan: {
        steps: [
          {
            method: 'PATCH',
            path: `/service/tickets/${key}`,
            body: JSON.stringify([{ op: 'replace', path: 'status', value: { id: status?.id } }]),
          },
        ],
        changes: [{ field: 'status', before: 'In Progress', after: 'Waiting on Vendor' }],
      },
    })
    expect(await t.requestsStored()).toBe(before)
  })

  it('is one alias of two', async () => {
    const { token } = await t.agent('FULL_AUTOMATION')
    const [a, b] = [t.ticket(), t.ticket()]
    const { data, errors } = await t.ask(
      token,
      `mutation ($a: ID!, $b: ID!) {
        dry: updateTicket(input: { id: $a, title: "Dry" }) @dryRun { __typename }
        real: updateTicket(input: { id: $b, title: "Real" }) { __typename } }`,
      { a: a.id, b: b.id },
    )
    expect(errors).toEqual([])
    expect(data).toEqual({ dry: { __typename: 'DryRunPlan' }, real: { __typename: 'TicketWritten' } })
    expect(t.sent().map(({ path }) => path.split('/').at(-1))).toEqual([String(b.key)])
  })

  it.each([
    'query ($id: ID!) { node(id: $id) @dryRun { id } }',
    'mutation ($id: ID!) { cancelWriteRequest(id: $id) @dryRun { id } }',
    'mutation ($id: ID!) { updateTicket(input: { id: $id, title: "x" }) { __typename @dryRun } }',
    'mutation ($id: ID!) @dryRun { updateTicket(input: { id: $id, title: "x" }) { __typename } }',
  ])('is refused elsewhere: %s', async (query) => {
    const { token } = await t.agent('HELPDESK')
    expect(codesOf(await t.ask(token, query, { id: t.ticket().id }))).toContain('GRAPHQL_VALIDATION_FAILED')
    expect(t.simulator.journal()).toEqual([])
  })

  it('refuses what a real call would be refused for', async () => {
    const { token } = await t.agent('HELPDESK')
    expect(
      codesOf(await t.write(token, 'updateTicket', { id: t.ticket().id, contact: null }, ', dryRun: true')),
    ).toEqual(['FIELD_NOT_ALLOWED'])
  })
})

describe('test mode plans and sends nothing', () => {
  const update = { status: 'Waiting on Vendor' }
  async function expectDry(token: string, where: string): Promise<void> {
    const before = await t.requestsStored()
    const { data, errors } = await t.writeBlind(token, 'updateTicket', { id: t.ticket().id, ...update })
    expect(errors).toEqual([])
    expect(data.updateTicket).toMatchObject({ __typename: 'DryRunPlan', testMode: [where] })
    expect(t.sent()).toEqual([])
    expect(await t.requestsStored()).toBe(before)
  }

  it('for the installation, the connection and the workflow, until each is off again', async () => {
    const owner = await t.person({ role: 'owner' })
    const agent = await t.agent('FULL_AUTOMATION')
    const set = async (on: boolean, at = '') => {
      const { errors } = await t.ask(owner.token, `mutation { setTestMode(on: ${on}${at}) { on } }`)
      expect(errors).toEqual([])
    }
    for (const [at, where] of [
      ['', 'installation'],
      [', connection: "acme-cw"', 'connection'],
      [`, workflow: "${agent.workflowId}"`, 'workflow'],
    ] as const) {
      await set(true, at)
      await expectDry(agent.token, where)
      await set(false, at)
    }
    expect(
      (await t.write(agent.token, 'updateTicket', { id: t.ticket().id, ...update })).data.updateTicket
        .__typename,
    ).toBe('TicketWritten')
  })

  it('for a policy', async () => {
    const { token } = await t.agent({
      'acme-cw': {
        testMode: true,
        groups: {
          Tickets: { level: 'READ_WRITE', allowedFields: { UPDATE: 'ALL' }, approval: [{ approvers: 0 }] },
        },
      },
    })
    await expectDry(token, 'workflow')
  })
})

describe('Full Automation', () => {
  it('executes at once, in the order of the fields, and answers what the PSA holds', async () => {
    const { token } = await t.agent('FULL_AUTOMATION')
    const { id, key } = t.ticket()
    const { data, errors } = await t.ask(
      token,
      `mutation ($id: ID!) {
        a: updateTicket(input: { id: $id, title: "First" }) { __typename ... on TicketWritten { ticket { title } } }
        b: updateTicket(input: { id: $id, title: "Second" }) { __typename ... on TicketWritten { ticket { title status { name } company { name } } } }
        c: addTicketNote(input: { ticket: $id, kind: INTERNAL, text: "done" }) { __typename ... on WriteOutcome { request { state notes { text } } } } }`,
      { id },
    )
    expect(errors).toEqual([])
    expect(data).toMatchObject({
      a: { __typename: 'TicketWritten' },
      b: { ticket: { title: 'Second', status: { name: 'In Progress' } } },
      c: { request: { state: 'EXECUTED', notes: [{ text: 'done' }] } },
    })
    expect(t.inPsa(key).summary).toBe('Second')
    expect(t.sent().map(({ method, path }) => `${method} ${path.split('/').slice(-2).join('/')}`)).toEqual([
      `PATCH tickets/${key}`,
      `PATCH tickets/${key}`,
      `POST ${key}/notes`,
    ])
  })

  it('people do not write past it', async () => {
    const owner = await t.person({ role: 'owner' })
    expect(codesOf(await t.write(owner.token, 'updateTicket', { id: t.ticket().id, title: 'x' }))).toEqual([
      'FORBIDDEN_OPERATION',
    ])
    expect(t.sent()).toEqual([])
  })
})

describe('createTicket', () => {
  it('makes the ticket with custom fields and description, and mails nobody', async () => {
    const { token } = await t.agent('FULL_AUTOMATION')
    const { data, errors } = await t.write(token, 'createTicket', {
      connection: 'acme-cw',
      company: `acme-cw:Company:${COMPANY}`,
      title: 'Nothing prints',
      board: 'acme-cw:Board:1',
      status: 'New',
      priority: 'Priority 2 - High',
      description: 'Since this morning.\nTwo floors.',
      contact: null,
      customFields: [
        { field: '31', value: 'AT-1' },
        { field: 'affected users', value: '12' },
      ],
    })
    expect(errors).toEqual([])
    expect(data.createTicket).toMatchObject({
      __typename: 'TicketWritten',
      ticket: { title: 'Nothing prints', status: { name: 'New' } },
    })
    const made = t.inPsa(Number(data.createTicket.ticket.id.split(':')[2]))
    expect(made.customFields).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: 31, value: 'AT-1' }),
        expect.objectContaining({ id: 34, value: 12 }),
      ]),
    )
    expect(t.simulator.outbox()).toEqual([])
    expect(t.sent()).toHaveLength(1)
    expect(t.sent()[0]?.body).toMatchObject({
      initialDescription: 'Since this morning.\nTwo floors.',
      processNotifications: false,
    })
  })
})

describe('updateTicket', () => {
  it('writes every field in one request', async () => {
    const { token } = await t.agent('FULL_AUTOMATION')
    const { id, key } = t.ticket()
    const contact = t.simulator.dataset.contacts.filter(
      (one) => one.companyId === COMPANY && !one.inactive,
    )[1]
    const { data, errors } = await t.write(token, 'updateTicket', {
      id,
      title: 'Renamed',
      status: 'Waiting on Vendor',
      priority: 'Priority 1 - Critical',
      type: 'Network',
      assignee: 'acme-cw:Member:151',
      contact: `acme-cw:Contact:${contact?.id}`,
      customFields: [
        { field: 'Root Cause', value: 'user error' },
        { field: 'custom:33', value: '2026-12-24' },
      ],
    })
    expect(errors).toEqual([])
    expect(data.updateTicket.__typename).toBe('TicketWritten')
    expect(t.sent()).toHaveLength(1)
    expect(t.inPsa(key)).toMatchObject({
      summary: 'Renamed',
      status: { name: 'Waiting on Vendor' },
      type: { name: 'Network' },
      owner: { id: 151 },
      contact: { id: contact?.id },
    })
    expect(t.inPsa(key).customFields).toEqual(
      expect.arrayContaining([expect.objectContaining({ id: 35, value: 'User Error' })]),
    )

    const cleared = await t.write(token, 'updateTicket', {
      id,
      type: null,
      assignee: null,
      contact: null,
      customFields: [{ field: '35', value: null }],
    })
    expect(cleared.errors).toEqual([])
    expect(t.inPsa(key).owner ?? null).toBeNull()
    expect(t.inPsa(key).contact ?? null).toBeNull()
  })

  it('moves a ticket to another board and takes the status along by name', async () => {
    const { token } = await t.agent('FULL_AUTOMATION')
    const { id, key } = t.ticket()
    const { data, errors } = await t.write(token, 'updateTicket', {
      id,
      board: `acme-cw:Board:${SECURITY}`,
      status: 'New',
    })
    expect(errors).toEqual([])
    expect(data.updateTicket.ticket.board.name).toBe('Security')
    expect(t.inPsa(key).board).toMatchObject({ id: SECURITY })
  })

  it.each([
    ['what it has already', { status: 'in progress', title: 'Printer on fire' }, 'NO_CHANGE'],
    ['nothing', {}, 'BAD_USER_INPUT'],
    ['an unknown status', { status: 'Nonsense' }, 'BAD_USER_INPUT'],
    ['a status that can not be cleared', { status: null }, 'BAD_USER_INPUT'],
    ['a title that can not be cleared', { title: null }, 'BAD_USER_INPUT'],
    ['a company of no connection', { company: 'x' }, 'BAD_USER_INPUT'],
    ['NUL in a text', { title: 'a\0b' }, 'BAD_USER_INPUT'],
    ['half a surrogate pair', { title: 'a\ud800b' }, 'BAD_USER_INPUT'],
    ['half a surrogate pair in the reason', { title: 'ok', reason: '\udc00' }, 'BAD_USER_INPUT'],
    ['a title of 101 characters', { title: 'x'.repeat(101) }, 'BAD_USER_INPUT'],
    ['a reason of 2,001 characters', { title: 'ok', reason: 'x'.repeat(2_001) }, 'BAD_USER_INPUT'],
  ])('refuses %s', async (_what, change, code) => {
    const { token } = await t.agent('FULL_AUTOMATION')
    const before = await t.requestsStored()
    const answer = await t.write(token, 'updateTicket', { id: t.ticket().id, ...change })
    expect(codesOf(answer)).toEqual([code])
    expect(t.sent()).toEqual([])
    expect(await t.requestsStored()).toBe(before)
  })

  it('names the allowed statuses, and says of a ticket that is not there only that', async () => {
    const { token } = await t.agent('FULL_AUTOMATION')
    const unknown = await t.write(token, 'updateTicket', { id: t.ticket().id, status: 'Nonsense' })
    expect(unknown.errors[0]?.extensions.allowed).toEqual(
      expect.arrayContaining(['New', 'In Progress', 'Closed']),
    )
    expect(
      codesOf(await t.write(token, 'updateTicket', { id: 'acme-cw:Ticket:99999999', title: 'x' })),
    ).toEqual(['NOT_FOUND'])
    expect(codesOf(await t.write(token, 'updateTicket', { id: 'other:Ticket:1', title: 'x' }))).toEqual([
      'CONNECTION_FORBIDDEN',
    ])
  })

  it.each([
    ['notes', { notes: null }],
    ['time', { time: null }],
    ['an update', { update: null, notes: [{ kind: 'INTERNAL', text: 'x', mailClient: null }] }],
  ])('takes a null for %s as left out', async (_what, input) => {
    const { token } = await t.agent('FULL_AUTOMATION')
    const answer = await t.write(token, 'workTicket', { id: t.ticket().id, ...input })
    const nothing = !('update' in input)
    expect(codesOf(answer)).toEqual(nothing ? ['BAD_USER_INPUT'] : [])
  })

  it('refuses a null for custom fields, which could mean all of them', async () => {
    const { token } = await t.agent('FULL_AUTOMATION')
    const update = { title: 'x', customFields: null }
    const answer = await t.write(token, 'workTicket', { id: t.ticket().id, update })
    expect(codesOf(answer)).toEqual(['BAD_USER_INPUT'])
    expect(t.sent()).toEqual([])
  })
})

describe('addTicketNote', () => {
  it.each([
    ['INTERNAL', 'internalAnalysisFlag', 'Ticket Notes'],
    ['DESCRIPTION', 'detailDescriptionFlag', 'Client-Facing Notes'],
    ['RESOLUTION', 'resolutionFlag', 'Client-Facing Notes'],
    ['CLIENT_FACING', 'detailDescriptionFlag', 'Client-Facing Notes'],
  ])('%s mails nobody', async (kind, flag, group) => {
    const { token } = await t.agent('FULL_AUTOMATION')
    const { data, errors } = await t.write(token, 'addTicketNote', {
      ticket: t.ticket().id,
      kind,
      text: 'See {step1.id}',
    })
    expect(errors).toEqual([])
    expect(data.addTicketNote.request.plan.steps).toMatchObject([{ group }])
    expect(t.sent()[0]?.body).toMatchObject({
      [flag]: true,
      processNotifications: false,
      text: 'See {step1.id}',
    })
    expect(t.simulator.outbox()).toEqual([])
  })

  it('mails the client when asked, and says so', async () => {
    const { token } = await t.agent('FULL_AUTOMATION')
    const { data } = await t.write(token, 'addTicketNote', {
      ticket: t.ticket().id,
      kind: 'CLIENT_FACING',
      text: 'Hello',
      mailClient: true,
    })
    expect(data.addTicketNote.request.plan.clientMail.verdict).toBe('YES')
    expect(t.simulator.outbox()).toHaveLength(1)
    expect(
      codesOf(
        await t.write(token, 'addTicketNote', {
          ticket: t.ticket().id,
          kind: 'INTERNAL',
          text: 'x',
          mailClient: true,
        }),
      ),
    ).toEqual(['BAD_USER_INPUT'])
  })
})

describe('logTime', () => {
  const open = {
    level: 'READ_WRITE',
    allowedFields: { CREATE: 'ALL', UPDATE: 'ALL' },
    approval: [{ approvers: 0 }],
  } as const
  const groups = { Tickets: open, 'Time Entries': open, 'Time Setup': { level: 'READ_ONLY' } } as const

  it.each([
    ['the person it works for', { who: 'REQUESTER' }, 'jdoe'],
    ['a fixed member', { who: 'MEMBER', member: 'wzhang' }, 'wzhang'],
    ['the owner of the ticket', { who: 'TICKET_OWNER' }, 'asmith'],
  ] as const)('is %s', async (_whose, timeOwner, login) => {
    const technician = await t.person({ role: 'approver' })
    const { token } = await t.agent({ 'acme-cw': { groups, timeOwner } }, technician.id)
    const { key, id } = t.ticket()
    const { data, errors } = await t.writeBlind(token, 'logTime', {
      ticket: id,
      hours: 0.5,
      clientText: 'Fixed the printer',
      internalText: 'It was the toner',
      billableOption: 'DO_NOT_BILL',
      workType: 'Remote Support',
    })
    expect(errors.filter(({ path }) => path?.length === 1)).toEqual([])
    expect(data.logTime.request.state).toBe('EXECUTED')
    const entry = t.simulator.state.tables.timeEntries.all().find((one) => one.chargeToId === key)
    const member = t.simulator.dataset.technicians.find(({ identifier }) => identifier === login)
    expect(entry).toMatchObject({
      notes: 'Fixed the printer',
      internalNotes: 'It was the toner',
      billableOption: 'DoNotBill',
      member: { id: member?.id },
    })
    expect(t.simulator.outbox()).toEqual([])
    expect(data.logTime.request.plan.billableHours).toBe(0)
  })

  it('is refused when nobody is named whose time it is, rather than booked on the API user', async () => {
    const { token } = await t.agent({ 'acme-cw': { groups, timeOwner: { who: 'REQUESTER' } } })
    expect(codesOf(await t.writeBlind(token, 'logTime', { ticket: t.ticket().id, hours: 1 }))).toEqual([
      'NOT_CONFIGURED',
    ])
    const { token: other } = await t.agent({ 'acme-cw': { groups, timeOwner: { who: 'APPROVER' } } })
    expect(codesOf(await t.writeBlind(other, 'logTime', { ticket: t.ticket().id, hours: 1 }))).toEqual([
      'NOT_SUPPORTED',
    ])
    expect(t.sent()).toEqual([])
  })

  it.each([0, -1, 25])('refuses %s hours', async (hours) => {
    const { token } = await t.agent('FULL_AUTOMATION')
    expect(codesOf(await t.writeBlind(token, 'logTime', { ticket: t.ticket().id, hours }))).toEqual([
      'BAD_USER_INPUT',
    ])
  })
})

it('resolveTicket writes the resolution, the time and last the status', async () => {
  const technician = await t.person({ role: 'approver' })
  const { token } = await t.agent('FULL_AUTOMATION', technician.id)
  const { id, key } = t.ticket()
  const { data, errors } = await t.write(token, 'resolveTicket', {
    id,
    resolution: 'New toner',
    time: { hours: 0.25 },
  })
  expect(errors).toEqual([])
  expect(data.resolveTicket.ticket.status.name).toBe('Completed')
  expect(t.sent().map(({ method, path }) => `${method} ${path.split('/').at(-1)}`)).toEqual([
    'POST notes',
    'POST entries',
    `PATCH ${key}`,
  ])
})

describe('mergeTickets', () => {
  it('merges under IT Admin once approved', async () => {
    const { token } = await t.agent('IT_ADMIN')
    const technician = await t.person({ role: 'approver' })
    const [into, other] = [t.ticket(), t.ticket()]
    const { data, errors } = await t.write(token, 'mergeTickets', { into: into.id, tickets: [other.id] })
    expect(errors).toEqual([])
    const approved = await t.approve(technician.token, data.mergeTickets.request)
    expect(approved.data.approve.state).toBe('EXECUTED')
    expect(t.inPsa(other.key).mergedParentTicket).toMatchObject({ id: into.key })
  })

  it('keeps companies apart unless the policy says otherwise', async () => {
    const [into, other] = [t.ticket(), t.ticket({ company: { id: OTHER_COMPANY } })]
    const tickets = { level: 'READ_WRITE', merge: true } as const
    const apart = await t.agent({ 'acme-cw': { groups: { Tickets: tickets } } })
    expect(
      codesOf(await t.writeBlind(apart.token, 'mergeTickets', { into: into.id, tickets: [other.id] })),
    ).toEqual(['FORBIDDEN_OPERATION'])
    const across = await t.agent({ 'acme-cw': { groups: { Tickets: tickets }, acrossCompanies: true } })
    expect(
      (await t.writeBlind(across.token, 'mergeTickets', { into: into.id, tickets: [other.id] })).data
        .mergeTickets.__typename,
    ).toBe('ApprovalPending')
    expect(t.sent()).toEqual([])
  })
})

describe('idempotency keys', () => {
  const key = 'triage:44805:1'

  it('answers the same call with the same request, and another one not at all', async () => {
    const { token } = await t.agent('HELPDESK')
    const { id } = t.ticket()
    const input = { id, status: 'Waiting on Vendor', idempotencyKey: key }
    const first = await t.write(token, 'updateTicket', input)
    const again = await t.write(token, 'updateTicket', { ...input, reason: 'said otherwise' })
    expect(first.data.updateTicket.replayed).toBe(false)
    expect(again.data.updateTicket).toMatchObject({
      __typename: 'ApprovalPending',
      replayed: true,
      request: { id: first.data.updateTicket.request.id },
    })
    expect(codesOf(await t.write(token, 'updateTicket', { ...input, status: 'New' }))).toEqual([
      'IDEMPOTENCY_KEY_REUSED',
    ])
    expect(
      codesOf(
        await t.write(token, 'addTicketNote', {
          ticket: id,
          kind: 'INTERNAL',
          text: 'x',
          idempotencyKey: key,
        }),
      ),
    ).toEqual(['IDEMPOTENCY_KEY_REUSED'])
    const { token: another } = await t.agent('HELPDESK')
    expect((await t.write(another, 'updateTicket', input)).data.updateTicket.replayed).toBe(false)
  })

  it('makes one request of many at once', async () => {
    const { token } = await t.agent('HELPDESK')
    const before = await t.requestsStored()
    const input = { id: t.ticket().id, title: 'Once', idempotencyKey: 'parallel-0001' }
    const answers = await Promise.all(Array.from({ length: 10 }, () => t.write(token, 'updateTicket', input)))
    expect(await t.requestsStored()).toBe(before + 1)
    const codes = new Set(answers.flatMap(codesOf))
    expect([...codes].filter((code) => code !== 'IDEMPOTENCY_IN_PROGRESS')).toEqual([])
  })

  it('is free again after a refusal, and a dry run takes none', async () => {
    const { token } = await t.agent('HELPDESK')
    const input = { id: t.ticket().id, idempotencyKey: 'refused-then-fine' }
    expect(codesOf(await t.write(token, 'updateTicket', { ...input, status: 'Nonsense' }))).toEqual([
      'BAD_USER_INPUT',
    ])
    expect(
      (await t.write(token, 'updateTicket', { ...input, title: 'Dry' }, ', dryRun: true')).data.updateTicket
        .__typename,
    ).toBe('DryRunPlan')
    expect(
      (await t.write(token, 'updateTicket', { ...input, title: 'Fine' })).data.updateTicket.__typename,
    ).toBe('ApprovalPending')
  })

  it('must be there when the policy requires one, and well formed', async () => {
    const { token } = await t.agent({
      'acme-cw': {
        requireIdempotencyKey: true,
        groups: { Tickets: { level: 'READ_WRITE', allowedFields: { UPDATE: 'ALL' } } },
      },
    })
    const { id } = t.ticket()
    expect(codesOf(await t.writeBlind(token, 'updateTicket', { id, title: 'x' }))).toEqual(['BAD_USER_INPUT'])
    for (const idempotencyKey of ['short', 'with space here', 'x'.repeat(129), 'schlüssel-1234']) {
      expect(codesOf(await t.writeBlind(token, 'updateTicket', { id, title: 'x', idempotencyKey }))).toEqual([
        'BAD_USER_INPUT',
      ])
    }
    expect(
      codesOf(await t.writeBlind(token, 'updateTicket', { id, title: 'x', idempotencyKey: 'long-enough' })),
    ).toEqual([])
  })
})

describe('a record scope', () => {
  const open = {
    level: 'READ_WRITE',
    merge: true,
    allowedFields: { UPDATE: 'ALL', CREATE: 'ALL' },
    approval: [{ approvers: 0 }],
  } as const
  const groups = {
    Tickets: open,
    'Ticket Notes': open,
    Companies: { level: 'READ_ONLY' },
    'Boards & Ticket Setup': { level: 'READ_ONLY' },
  } as const
  const scoped = (recordScope: object) => t.agent({ 'acme-cw': { groups, recordScope } })

  it.each([
    [
      'the board is not included',
      { include: { boards: ['1'] } },
      { board: { id: SECURITY }, status: { name: 'New' } },
      { title: 'x' },
    ],
    [
      'the board is excluded',
      { exclude: { boards: ['3'] } },
      { board: { id: SECURITY }, status: { name: 'New' } },
      { title: 'x' },
    ],
    ['it is moved out', { include: { boards: ['1'] } }, {}, { board: 'acme-cw:Board:3', status: 'New' }],
    [
      'it is moved in',
      { include: { boards: ['1'] } },
      { board: { id: SECURITY }, status: { name: 'New' } },
      { board: 'acme-cw:Board:1', status: 'New' },
    ],
    ['the company is not included', { include: { companies: ['251'] } }, {}, { title: 'x' }],
    [
      'it goes to another company',
      { include: { companies: ['302'] } },
      {},
      { company: 'acme-cw:Company:251' },
    ],
    [
      'it comes from another company',
      { include: { companies: ['302'] } },
      { company: { id: OTHER_COMPANY } },
      { company: 'acme-cw:Company:302' },
    ],
    [
      'the contact may be of another company',
      { include: { companies: ['302'] } },
      {},
      { contact: 'acme-cw:Contact:1169' },
    ],
    ['the type of the company is not included', { include: { companyTypes: ['Owner'] } }, {}, { title: 'x' }],
    ['the type of the company is excluded', { exclude: { companyTypes: ['client'] } }, {}, { title: 'x' }],
  ])('refuses a write when %s', async (_why, recordScope, made, change) => {
    const { token } = await scoped(recordScope)
    const { id } = t.ticket(made as never)
    expect(codesOf(await t.writeBlind(token, 'updateTicket', { id, ...change }))).toEqual([
      'RECORD_OUT_OF_SCOPE',
    ])
    expect(t.sent()).toEqual([])
    // What the plan read is put on record by the buffer, before the refusal or behind it.
    expect((await t.events()).filter(({ type }) => type !== 'READ').at(-1)).toMatchObject({
      type: 'DECISION',
      body: { decision: { code: 'RECORD_OUT_OF_SCOPE' } },
    })
  })

  it('judges every ticket of a merge', async () => {
    const { token } = await scoped({ include: { boards: ['1'] } })
    const [into, other] = [t.ticket(), t.ticket({ board: { id: SECURITY }, status: { name: 'New' } })]
    expect(
      codesOf(await t.writeBlind(token, 'mergeTickets', { into: into.id, tickets: [other.id] })),
    ).toEqual(['RECORD_OUT_OF_SCOPE'])
  })

  it('lets a write inside pass', async () => {
    const { token } = await scoped({
      include: { boards: ['1'], companies: ['302'], companyTypes: ['client'] },
    })
    const { id, key } = t.ticket()
    const { data } = await t.ask(
      token,
      'mutation ($id: ID!) { updateTicket(input: { id: $id, title: "Inside" }) { __typename } }',
      { id },
    )
    expect(data.updateTicket.__typename).toBe('TicketWritten')
    expect(t.inPsa(key).summary).toBe('Inside')
  })

  it('reads what is inside, and hides the rest', async () => {
    const { token } = await scoped({ include: { boards: ['1'] } })
    const inside = t.ticket()
    const outside = t.ticket({ board: { id: SECURITY }, status: { name: 'New' } })
    const read = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Ticket { title } } }'
    const { data, errors } = await t.ask(token, read, { ids: [inside.id, outside.id] })
    expect(data.nodes).toEqual([{ id: inside.id, title: 'Printer on fire' }, null])
    expect(errors).toMatchObject([{ path: ['nodes', 1], extensions: { code: 'NOT_FOUND' } }])
  })

  it('that was tightened hides the ticket of a request made before', async () => {
    const { token, workflowId } = await t.agent({
      'acme-cw': { groups: { ...groups, Tickets: { ...open, approval: [{ approvers: 1 }] } } },
    })
    const { id } = t.ticket()
    const { data } = await t.writeBlind(token, 'updateTicket', { id, title: 'Held' })
    const request = data.updateTicket.request.id
    const read = 'query ($id: ID!) { writeRequest(id: $id) { id state ticket { id title } } }'
    expect((await t.ask(token, read, { id: request })).data.writeRequest.ticket).toMatchObject({ id })
    await t.store.transaction((trx) =>
      savePolicy(trx, {
        workflowId,
        connection: 'acme-cw',
        after: 1,
        policy: { groups, testMode: false, recordScope: { exclude: { boards: ['1'] } } },
      }),
    )
    const after = await t.ask(token, read, { id: request })
    expect(after.data.writeRequest).toEqual({ id: request, state: 'PENDING', ticket: null })
    expect(codesOf(after)).toEqual(['NOT_FOUND'])
  })
})

it('the trail of all this is whole, tells every write before it was sent, and holds no secret', async () => {
  const { token } = await t.agent('FULL_AUTOMATION')
  await t.writeBlind(token, 'addTicketNote', { ticket: t.ticket().id, kind: 'INTERNAL', text: 'one more' })
  const { privateKey, publicKey } = t.simulator.credentials
  await expectSoundTrail(t, t.sent(), [token, privateKey, publicKey, 'Bearer', 'authorization'])
})
