import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Bench, COMPANY, contactOf, ENGINEER, newTicket, QUEUE, STAMP, startBench } from './harness.ts'

let bench: Bench
beforeAll(async () => {
  bench = await startBench()
})
beforeEach(() => bench.call('DELETE', '/__outbox'))
afterAll(() => bench.simulator.close())

const ticket = (id: number) => bench.item(`/Tickets/${id}`)
const patch = (id: number, fields: Record<string, unknown>) =>
  bench.write('PATCH', '/Tickets', { id, ...fields })
const make = (fields: Record<string, unknown>) =>
  bench.write('POST', '/Tickets', {
    companyID: COMPANY,
    title: 'x',
    status: 1,
    priority: 2,
    queueID: QUEUE,
    ...fields,
  })
const reasons = () => bench.simulator.outbox().map((mail) => [mail.reason, ...mail.to])

describe('creating a ticket', () => {
  it('answers the id alone and fills in what the vendor fills in', async () => {
    const reply = await bench.call('POST', '/Tickets', {
      CompanyID: COMPANY,
      Title: 'From a script',
      status: '1',
      priority: 4,
      queueID: QUEUE,
      creatorResourceID: 151,
      ticketNumber: 'T1',
    })
    expect([reply.status, Object.keys(reply.body)]).toEqual([200, ['itemId']])
    expect(await ticket(Number(reply.body.itemId))).toMatchObject({
      title: 'From a script',
      status: 1,
      ticketNumber: expect.stringMatching(/^T20261120\.\d{4}$/),
      creatorResourceID: 190,
      creatorType: 1,
      createDate: STAMP,
      lastActivityDate: STAMP,
      ticketType: 1,
      ticketCategory: 3,
      completedDate: null,
    })
  })

  it('takes its agreed times from the contract', async () => {
    const contract = bench.simulator.dataset.agreements.find((one) => one.companyId === COMPANY)!
    const sla = bench.simulator.dataset.slas.find((one) => one.id === contract.slaId)!
    const made = await ticket(Number(await make({ contractID: contract.id })))
    const due = new Date(Date.parse('2026-11-20T16:30:00Z') + sla.resolutionHours * 3_600_000)
    expect(made.resolvedDueDateTime).toBe(due.toISOString().slice(0, 23))
    expect(made.dueDateTime).toBe(made.resolvedDueDateTime)
  })

  it.each([
    ['no company', { companyID: null }, /required field companyID/],
    ['no title', { title: '' }, /required field title/],
    ['an unknown company', { companyID: 4711 }, /required field companyID/],
    ['a long title', { title: 'x'.repeat(256) }, /title must be less than or equal to 255/],
    [
      'a priority that is none',
      { priority: 99 },
      'Picklist value [99] does not exist for priority. ; on record number [1].',
    ],
    ['an inactive status', { status: 11 }, /Picklist value \[11\]/],
    ['neither queue nor resource', { queueID: null }, 'queueID is required'],
    ['a resource without a role', { assignedResourceID: 152 }, /both a assignedResourceID/],
    [
      'a role that the resource lacks',
      { ...ENGINEER, assignedResourceRoleID: 29_682_904 },
      /not currently defined/,
    ],
    ['an inactive resource', { assignedResourceID: 162, assignedResourceRoleID: 29_682_901 }, /inactive/],
    ['somebody else’s contact', { contactID: 1001 }, /contactID must belong/],
    ['somebody else’s contract', { contractID: 81 }, /contractID must belong/],
    ['a sub-issue of another issue', { issueType: 11, subIssueType: 101 }, /101/],
    [
      'an incident without its demands',
      { ticketCategory: 4, queueID: null },
      /queueID is required \| dueDateTime/,
    ],
    ['an id', { id: 41_003 }, /empty or 0/],
    ['a number that is none', { status: 'New' }, /Error converting value "New"/],
    ['an unknown UDF', { userDefinedFields: [{ name: 'Nope', value: '1' }] }, /Nope/],
    [
      'a label for a UDF',
      { userDefinedFields: [{ name: 'Root Cause', value: 'Unknown' }] },
      /Picklist value/,
    ],
  ])('refuses %s with 500', async (_name, fields, message) => {
    const reply = await bench.call('POST', '/Tickets', {
      companyID: COMPANY,
      title: 'x',
      status: 1,
      priority: 2,
      queueID: QUEUE,
      ...fields,
    })
    expect([reply.status, reply.errors]).toEqual([
      500,
      typeof message === 'string' ? message : expect.stringMatching(message),
    ])
  })

  it('refuses a list of records', async () => {
    expect((await bench.call('POST', '/Tickets', [{ title: 'x' }])).status).toBe(500)
  })
})

describe('changing a ticket', () => {
  it('touches only what is sent; null empties', async () => {
    const id = await newTicket(bench, { description: 'keep', ...ENGINEER })
    bench.simulator.setNow(new Date('2026-11-20T17:00:00Z'))
    expect(await patch(id, { title: 'Changed', contactID: null })).toBe(id)
    bench.simulator.setNow(undefined)
    expect(await ticket(id)).toMatchObject({
      title: 'Changed',
      contactID: null,
      description: 'keep',
      assignedResourceID: 152,
      lastActivityDate: '2026-11-20T17:00:00.000',
      createDate: STAMP,
    })
  })

  it('passes over what is read-only', async () => {
    const id = await newTicket(bench)
    const before = await ticket(id)
    expect(await patch(id, { completedDate: '2020-01-01', serviceLevelAgreementHasBeenMet: true })).toBe(id)
    expect(await ticket(id)).toEqual(before)
  })

  it('PUT empties what it does not say and refuses to lose what is required', async () => {
    const id = await newTicket(bench, {
      description: 'gone soon',
      userDefinedFields: [{ name: 'Asset Tag', value: 'A' }],
    })
    expect(await bench.write('PUT', '/Tickets', { id, title: 'x' })).toMatch(/required field companyID/)
    const whole = { id, companyID: COMPANY, title: 'Put', status: 1, priority: 2, queueID: QUEUE }
    expect(await bench.write('PUT', '/Tickets', whole)).toBe(id)
    const after = await ticket(id)
    expect(after).toMatchObject({ title: 'Put', description: null, contactID: null, createDate: STAMP })
    expect(after.userDefinedFields).toContainEqual({ name: 'Asset Tag', value: null })
  })

  it('changes one UDF without the others', async () => {
    const id = await newTicket(bench, {
      userDefinedFields: [
        { name: 'asset tag', value: 'A-1' },
        { name: 'Affected Users', value: '3' },
      ],
    })
    await patch(id, { userDefinedFields: [{ name: 'Affected Users', value: '4' }] })
    expect((await ticket(id)).userDefinedFields).toEqual(
      expect.arrayContaining([
        { name: 'Asset Tag', value: 'A-1' },
        { name: 'Affected Users', value: '4' },
      ]),
    )
  })

  it('a refused change leaves no trace', async () => {
    const id = await newTicket(bench)
    const before = await ticket(id)
    expect(await patch(id, { title: 'no', priority: 99 })).toMatch(/Picklist/)
    expect(await ticket(id)).toEqual(before)
  })

  it('refuses an id that nobody has, and none', async () => {
    expect(await patch(5, { title: 'x' })).toMatch(/Unable to find id \[5\]/)
    expect(await bench.write('PATCH', '/Tickets', { title: 'x' })).toMatch(/Unable to find id/)
  })

  it('status 5 completes, leaving it reopens', async () => {
    const id = await newTicket(bench)
    await patch(id, { status: 17 })
    expect((await ticket(id)).completedDate).toBeNull()
    await patch(id, { status: 5 })
    expect(await ticket(id)).toMatchObject({
      completedDate: STAMP,
      completedByResourceID: 190,
      resolvedDateTime: STAMP,
    })
    await patch(id, { status: 8 })
    expect(await ticket(id)).toMatchObject({ completedDate: null, completedByResourceID: null })
  })

  it('keeps its company once time is posted', async () => {
    const entry = [...bench.simulator.state.tables.get('TimeEntries')!.rows.values()].find(
      (row) => row.billingApprovalDateTime && row.ticketID,
    )!
    expect(await patch(Number(entry.ticketID), { companyID: 0 })).toMatch(/posted/)
  })

  it('assigns only the pair of resource and role, and takes both away', async () => {
    const id = await newTicket(bench, ENGINEER)
    expect(await patch(id, { assignedResourceID: null })).toMatch(/both/)
    expect(await patch(id, { assignedResourceID: null, assignedResourceRoleID: null })).toBe(id)
  })

  it('leaves a trail', async () => {
    const id = await newTicket(bench)
    bench.simulator.actAs('jdoe', 'PATCH', '/Tickets', { id, status: 8 })
    const { items } = await bench.query('TicketHistory', [{ op: 'eq', field: 'ticketID', value: id }])
    expect(items).toMatchObject([
      { action: 'Created', resourceID: 190 },
      { action: 'Edited', detail: 'status: New -> In Progress', resourceID: 151 },
    ])
  })
})

describe('problems and incidents', () => {
  it('an incident hangs on a problem and comes off with null', async () => {
    const problem = await newTicket(bench, { ticketType: 3 })
    const incident = await newTicket(bench, { ticketType: 2 })
    expect(await patch(incident, { problemTicketId: problem })).toBe(incident)
    expect(await bench.find('Tickets', { op: 'eq', field: 'problemTicketId', value: problem })).toEqual([
      incident,
    ])
    expect(await patch(problem, { ticketType: 1 })).toMatch(/problem with incidents/)
    await patch(incident, { problemTicketId: null })
    expect((await ticket(incident)).problemTicketId).toBeNull()
  })

  it('closing the problem leaves its incidents open', async () => {
    const problem = await newTicket(bench, { ticketType: 3 })
    const incident = await newTicket(bench, { ticketType: 2, problemTicketId: problem })
    await patch(problem, { status: 5 })
    expect((await ticket(incident)).status).toBe(1)
  })

  it('nothing else is a bundle', async () => {
    const request = await newTicket(bench)
    const problem = await newTicket(bench, { ticketType: 3 })
    expect(await patch(request, { problemTicketId: problem })).toMatch(/type Incident/)
    expect(await make({ ticketType: 2, problemTicketId: request })).toMatch(/type Problem/)
  })
})

describe('mails of the tenant’s workflow rules', () => {
  const person = () => bench.simulator.dataset.contacts.find(({ id }) => id === contactOf(bench))!.email

  it('go to the contact on creation and completion and to the assignee', async () => {
    const id = await newTicket(bench, ENGINEER)
    await patch(id, { status: 5 })
    expect(reasons()).toEqual([
      ['workflow rule ticketCreated', person()],
      ['workflow rule ticketAssigned', 'asmith@anchorpoint-it.example'],
      ['workflow rule ticketCompleted', person()],
    ])
    expect((await ticket(id)).lastCustomerNotificationDateTime).toBe(STAMP)
    const sent = await bench.query('NotificationHistory', [{ op: 'eq', field: 'ticketID', value: id }])
    expect(sent.items).toHaveLength(3)
  })

  it('go to nobody who does not want them', async () => {
    const contactID = contactOf(bench, 263)
    await bench.write('PATCH', '/Companies/263/Contacts', {
      id: contactID,
      receivesEmailNotifications: false,
    })
    await newTicket(bench, { companyID: 263, contactID })
    expect(reasons()).toEqual([])
  })

  it('are only those that the tenant has', async () => {
    const quiet = await startBench({ workflowRules: [] })
    await newTicket(quiet, ENGINEER)
    expect(quiet.simulator.outbox()).toEqual([])
    await quiet.simulator.close()
  })
})

describe('in another resource’s name', () => {
  const headers = { ImpersonationResourceId: '153' }

  it('belongs to that resource and keeps who wrote it', async () => {
    const other = await startBench({ allowImpersonation: true })
    const body = { companyID: COMPANY, title: 'x', status: 1, priority: 2, queueID: QUEUE }
    const reply = await other.call('POST', '/Tickets', body, headers)
    expect(await other.item(`/Tickets/${reply.body.itemId}`)).toMatchObject({
      creatorResourceID: 153,
      impersonatorCreatorResourceID: 190,
    })
    const refused = await other.call(
      'POST',
      `/Tickets/${reply.body.itemId}/ChecklistItems`,
      { itemName: 'x' },
      headers,
    )
    expect(refused.errors).toContain('adequate permissions')
    const nobody = await other.call('GET', '/Tickets/90001', undefined, { ImpersonationResourceId: '162' })
    expect(nobody.errors).toContain('active resource')
    await other.simulator.close()
  })
})
