import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Rec } from '../shared/json.ts'
import { type Bench, form, NOW, newTicket, startBench } from './harness.ts'

let bench: Bench
let id: number
beforeAll(async () => {
  bench = await startBench()
})
beforeEach(async () => {
  id = await newTicket(bench)
  bench.simulator.state.outbox.length = 0
})
afterAll(() => bench.simulator.close())

const read = async (ticket = id) => (await bench.get(`/service/tickets/${ticket}`)).body
const patch = (...operations: unknown[]) => bench.call('PATCH', `/service/tickets/${id}`, operations)
const set = (path: string, value: unknown) => ({ op: 'replace', path, value })

describe('PATCH', () => {
  it('wants an array', async () => {
    expect((await bench.call('PATCH', `/service/tickets/${id}`, set('summary', 'x'))).status).toBe(400)
    expect((await read()).summary).toBe('Bench ticket')
  })

  it.each(['summary', '/summary'])('takes the path %s', async (path) => {
    const reply = await patch(set(path, 'changed'))
    expect([reply.status, reply.body.summary]).toEqual([200, 'changed'])
    expect((await read())._info).toMatchObject({
      lastUpdated: '2026-11-20T16:30:00Z',
      updatedBy: 'automation',
    })
  })

  it.each([set('status/id', 108), set('/status/id', 108), set('company/identifier', 'KeystoneLaw')])(
    'answers 200 to $path and changes nothing',
    async (operation) => {
      const before = await read()
      expect((await patch(operation)).status).toBe(200)
      const after = await read()
      expect([after.status, after.company]).toEqual([before.status, before.company])
    },
  )

  it.each([set('closedFlag', true), set('actualHours', 99), set('id', 1), set('resources', 'jdoe')])(
    'ignores the read-only $path',
    async (operation) => {
      const before = await read()
      expect((await patch(operation)).status).toBe(200)
      expect({ ...(await read()), _info: 0 }).toEqual({ ...before, _info: 0 })
    },
  )

  it.each([
    [set('Summary', 'x'), 400],
    [set('colour', 'x'), 400],
    [set('', { summary: 'x' }), 400],
    [set('summary', 'x'.repeat(101)), 400],
    [set('summary', { a: 1 }), 500],
    [set('company', 5), 500],
    [set('budgetHours', 'many'), 500],
    [set('requiredDate', '2026-12-01T00:00:00.000Z'), 400],
    [set('requiredDate', '2026-12-01'), 400],
    [set('severity', 'Huge'), 400],
    [set('status', { id: 1 }), 400],
    [set('status', { id: 111 }), 400],
    [set('owner', { identifier: 'pgone' }), 400],
    [set('owner', { identifier: 'nobody' }), 400],
    [set('contact', { id: 1001 }), 400],
    [{ op: 'remove', path: 'summary' }, 400],
    [{ op: 'move', path: 'summary', value: 'x' }, 400],
    [{ op: 'replace', path: 'summary', value: 'x', from: 'y' }, 400],
  ])('refuses %j with %i and leaves the ticket alone', async (operation, status) => {
    const before = await read()
    expect((await patch(set('poNumber', 'half'), operation)).status).toBe(status)
    expect(await read()).toEqual(before)
  })

  it('names the field that is too long', async () => {
    const { body } = await patch(set('summary', 'x'.repeat(101)))
    expect(body).toMatchObject({ code: 'InvalidObject', errors: [{ resource: 'ticket', field: 'summary' }] })
  })

  it('takes references by id, name or identifier', async () => {
    const { body } = await patch(
      set('owner', { identifier: 'ASmith' }),
      set('priority', { name: 'Priority 2 - High' }),
      set('status', { id: 103 }),
    )
    expect(body).toMatchObject({
      owner: { id: 152 },
      priority: { id: 2, level: 'High' },
      status: { name: 'In Progress' },
    })
  })

  it('derives closing from the status and undoes it on reopening', async () => {
    expect((await patch(set('status', { name: 'Completed' }))).body.closedFlag).toBe(false)
    const closed = (await patch(set('status', { name: 'Closed' }))).body
    expect(closed).toMatchObject({
      closedFlag: true,
      closedBy: 'automation',
      closedDate: '2026-11-20T16:30:00Z',
    })
    const open = (await patch(set('status', { name: 'New' }))).body
    expect(open.closedFlag).toBe(false)
    expect(open).not.toHaveProperty('closedDate')
  })

  it('replaces customFields as a whole', async () => {
    await patch(
      set('customFields', [
        { id: 31, value: 'AT-1' },
        { id: 32, value: true },
      ]),
    )
    const { body } = await patch(set('customFields', [{ id: 32, value: false }]))
    const values = (body.customFields as Rec[]).map((field) => [field.caption, field.value])
    expect(values).toEqual([
      ['Asset Tag', undefined],
      ['Change Approved', false],
      ['Change Window', undefined],
      ['Affected Users', undefined],
      ['Root Cause', undefined],
    ])
  })

  it.each([
    [{ id: 99, value: 'x' }],
    [{ id: 32, value: 'yes' }],
    [{ id: 35, value: 'Gremlins' }],
    [{ id: 33, value: '2026-12-01' }],
  ])('refuses the custom field %j', async (field) => {
    expect((await patch(set('customFields', [field]))).status).toBe(400)
  })

  it('moves to another board only with a status that is valid there', async () => {
    expect((await patch(set('board', { name: 'Security' }))).status).toBe(400)
    expect((await patch(set('board', { name: 'Security' }), set('status', { id: 101 }))).status).toBe(400)
    const { body } = await patch(set('status', { name: 'Assigned' }), set('board', { name: 'Security' }))
    expect(body).toMatchObject({ board: { id: 3 }, status: { id: 120 } })
  })

  it('refuses a move that keeps a type of the old board', async () => {
    await patch(set('type', { name: 'Hardware' }))
    const move = [set('board', { id: 3 }), set('status', { name: 'New' })]
    expect((await patch(...move)).status).toBe(400)
    expect((await patch(...move, set('type', { name: 'Malware' }))).body).toMatchObject({
      type: { name: 'Malware' },
    })
  })

  it('drops contact and agreement when the client changes', async () => {
    const { body } = await patch(set('company', { identifier: 'KeystoneLaw' }))
    expect(body).toMatchObject({ company: { identifier: 'KeystoneLaw' } })
    expect(body).not.toHaveProperty('contact')
    expect(body).not.toHaveProperty('contactEmailAddress')
  })

  it('mails the contact when the new status has a template, unless told not to', async () => {
    await patch(set('status', { name: 'In Progress' }))
    expect(bench.simulator.outbox()).toEqual([])
    await patch(set('status', { name: 'Waiting on Client' }), set('processNotifications', false))
    expect(bench.simulator.outbox()).toEqual([])
    await patch(set('status', { name: 'Scheduled' }))
    expect(bench.simulator.outbox()).toMatchObject([{ ticketId: id, reason: 'status template: Scheduled' }])
    expect(bench.simulator.outbox()[0]!.to).toEqual([(await read()).contactEmailAddress])
  })

  it('writes the trail', async () => {
    await patch(set('status', { name: 'In Progress' }))
    const { rows } = await bench.get('/system/audittrail', { type: 'Ticket', id: String(id) })
    expect(rows.at(-1)).toMatchObject({
      auditSubType: 'status',
      enteredBy: 'automation',
      text: 'The status has been updated from "New" to "In Progress".',
    })
    expect((await bench.get('/system/audittrail', { type: 'Ticket' })).status).toBe(400)
  })

  it('shows what another member did in the meantime', async () => {
    bench.simulator.setNow(new Date(NOW.getTime() + 60_000))
    bench.simulator.actAs('jdoe', 'PATCH', `/service/tickets/${id}`, [
      { op: 'replace', path: 'summary', value: 'taken' },
    ])
    bench.simulator.setNow(undefined)
    expect(await read()).toMatchObject({
      summary: 'taken',
      _info: { updatedBy: 'jdoe', lastUpdated: '2026-11-20T16:31:00Z' },
    })
  })
})

describe('POST', () => {
  it('fills in defaults, makes the initial notes and mails by default', async () => {
    const contact = bench.simulator.dataset.contacts.find((person) => person.companyId === 257)!
    const reply = await bench.call('POST', '/service/tickets', {
      summary: 'Made by API',
      company: { identifier: 'harbordental' },
      contact: { id: contact.id },
      initialDescription: 'It is broken',
      initialInternalAnalysis: 'Look at the dock',
      initialResolution: 'Fixed it',
    })
    expect(reply.status).toBe(201)
    expect(reply.body).toMatchObject({
      board: { id: 1 },
      status: { id: 101 },
      priority: { id: 3 },
      closedFlag: false,
      recordType: 'ServiceTicket',
      _info: { enteredBy: 'automation', dateEntered: '2026-11-20T16:30:00Z' },
    })
    expect(reply.body).not.toHaveProperty('initialDescription')
    const notes = (await bench.get(`/service/tickets/${reply.body.id}/notes`)).rows
    expect(
      notes.map((note) => [
        note.text,
        note.detailDescriptionFlag,
        note.internalAnalysisFlag,
        note.resolutionFlag,
      ]),
    ).toEqual([
      ['It is broken', true, false, false],
      ['Look at the dock', false, true, false],
      ['Fixed it', false, false, true],
    ])
    expect(bench.simulator.outbox()).toMatchObject([{ to: [contact.email], reason: 'ticket created' }])
  })

  it('sends nothing with processNotifications false', async () => {
    await newTicket(bench, { processNotifications: false })
    expect(bench.simulator.outbox()).toEqual([])
  })

  it.each([
    [{ company: { id: 257 } }, 'summary'],
    [{ summary: 'x' }, 'company'],
  ])('refuses %j for want of %s', async (body, field) => {
    const reply = await bench.call('POST', '/service/tickets', body)
    expect(reply.body).toMatchObject({
      code: 'InvalidObject',
      errors: [{ code: 'MissingRequiredField', field }],
    })
  })

  it("refuses an unknown member in the vendor's words", async () => {
    const reply = await bench.call('POST', '/service/tickets', { summary: 'x', enteredBy: 'me' })
    expect(reply.status).toBe(400)
    expect(reply.body.message).toBe(
      "Could not find member 'enteredBy' on object of type 'Ticket'. Path 'enteredBy', line 1, position 27.Check your accept header to make sure you are using the correct version.",
    )
    expect(bench.simulator.journal().at(-1)).toMatchObject({
      refused: 'unknown body member enteredBy',
      status: 400,
    })
  })
})

describe('PUT and DELETE', () => {
  it('PUT clears what it does not name', async () => {
    await patch(set('poNumber', 'PO-1'))
    const body = { summary: 'put', company: { id: 257 }, board: { id: 1 }, status: { id: 102 } }
    const reply = await bench.call('PUT', `/service/tickets/${id}`, body)
    expect(reply.body).toMatchObject({ id, summary: 'put', status: { id: 102 }, recordType: 'ServiceTicket' })
    expect(reply.body).not.toHaveProperty('poNumber')
    expect(reply.body).not.toHaveProperty('contact')
  })

  it('DELETE answers 204 without a body, then 404', async () => {
    const reply = await bench.call('DELETE', `/service/tickets/${id}`)
    expect([reply.status, reply.text]).toEqual([204, ''])
    expect((await bench.get(`/service/tickets/${id}`)).body).toMatchObject({
      code: 'NotFound',
      message: `Ticket ${id} not found`,
    })
  })

  it('DELETE is refused while time hangs on the ticket', async () => {
    const busy = bench.simulator.dataset.timeEntries[0]!.ticketId
    expect((await bench.call('DELETE', `/service/tickets/${busy}`)).status).toBe(400)
  })
})

describe('configurations of a ticket', () => {
  it('are linked once by id or device identifier, and unlinked', async () => {
    const path = `/service/tickets/${id}/configurations`
    expect((await bench.call('POST', path, { deviceIdentifier: 'rmm-3002' })).body).toMatchObject({
      id: 3002,
    })
    expect((await bench.call('POST', path, { id: 3002 })).body).toMatchObject({
      errors: [{ code: 'ObjectExists' }],
    })
    expect((await bench.call('POST', path, {})).body).toMatchObject({
      errors: [{ message: 'id or deviceIdentifier is required.' }],
    })
    expect(await bench.find('configuration/id=3002')).toContain(id)
    expect((await bench.call('DELETE', `${path}/3002`)).status).toBe(204)
    expect(await bench.find('configuration/id=3002')).not.toContain(id)
  })
})

describe('merge and bundle', () => {
  it('merges bare ids under the survivor and gives the status to the merged ones', async () => {
    const [a, b] = [await newTicket(bench), await newTicket(bench)]
    await bench.call('POST', `/service/tickets/${a}/notes`, {
      text: 'from the merged one',
      internalAnalysisFlag: true,
    })
    const reply = await bench.call('POST', `/service/tickets/${id}/merge`, {
      mergeTicketIds: [a, b],
      status: { id: 109 },
    })
    expect(reply.body.success).toBe(true)
    expect(await read(a)).toMatchObject({ mergedParentTicket: { id }, status: { id: 109 }, closedFlag: true })
    expect(await read()).toMatchObject({
      hasMergedChildTicketFlag: true,
      status: { id: 101 },
      closedFlag: false,
    })
    const all = (await bench.get(`/service/tickets/${id}/allNotes`)).rows
    expect(all).toMatchObject([{ text: 'from the merged one', mergedFlag: true, noteType: 'TicketNote' }])
  })

  it.each([
    ['no status', () => ({ mergeTicketIds: [90001] }), 400],
    ['no ids', () => ({ status: { id: 109 } }), 400],
    ['objects instead of ids', () => ({ mergeTicketIds: [{ id: 90001 }], status: { id: 109 } }), 500],
    ['itself', () => ({ mergeTicketIds: [id], status: { id: 109 } }), 400],
    ["another board's status", () => ({ mergeTicketIds: [90001], status: { id: 118 } }), 400],
    ['a ticket that is not there', () => ({ mergeTicketIds: [5], status: { id: 109 } }), 404],
  ])('refuses to merge with %s', async (_name, body, status) => {
    expect((await bench.call('POST', `/service/tickets/${id}/merge`, body())).status).toBe(status)
    expect(await read()).toMatchObject({ hasMergedChildTicketFlag: false })
    expect(await read(90001)).not.toHaveProperty('mergedParentTicket')
  })

  it('bundles children, and a removed parentTicketId lets one go', async () => {
    const child = await newTicket(bench)
    expect(
      (await bench.call('POST', `/service/tickets/${id}/attachChildren`, { childTicketIds: [child] })).body
        .success,
    ).toBe(true)
    expect((await read(child)).parentTicketId).toBe(id)
    expect((await read()).hasChildTicket).toBe(true)
    await bench.call('PATCH', `/service/tickets/${child}`, [{ op: 'remove', path: 'parentTicketId' }])
    expect(await read(child)).not.toHaveProperty('parentTicketId')
    expect((await read()).hasChildTicket).toBe(false)
  })

  it("refuses to bundle a parent or somebody else's child", async () => {
    const [parent] = bench.simulator.dataset.facts.parentTicketIds
    const child = bench.simulator.dataset.tickets.find((ticket) => ticket.parentId === parent)!.id
    for (const other of [parent, child]) {
      expect(
        (await bench.call('POST', `/service/tickets/${id}/attachChildren`, { childTicketIds: [other] }))
          .status,
      ).toBe(400)
    }
  })
})

describe('POST /system/documents', () => {
  const file = new File([Uint8Array.from([0xff, 0, 0x0d, 0x0a, 0x2d, 0x2d])], 'Ärger.bin')
  const whole = () => ({ recordType: 'Ticket', recordId: String(id), file })
  const upload = (parts: Readonly<Record<string, string | File>>) =>
    bench.call('POST', '/system/documents', form(parts))

  it('keeps the file byte by byte, private where that was said', async () => {
    const { status, body } = await upload({ ...whole(), title: 'Trouble', privateFlag: 'true' })
    expect(status).toBe(201)
    expect(body).toMatchObject({ title: 'Trouble', fileName: 'Ärger.bin', size: 6, publicFlag: false })
    const { rows } = await bench.get('/system/documents', { recordType: 'Ticket', recordId: String(id) })
    expect(rows).toEqual([body])
    expect(bench.simulator.state.files.get(Number(body.id))).toEqual(Buffer.from(await file.arrayBuffer()))
  })

  it('may show it in the portal otherwise', async () => {
    expect((await upload(whole())).body).toMatchObject({ title: 'Ärger.bin', publicFlag: true })
  })

  it.each([
    ['JSON', () => ({}), 415],
    ['no file', () => form({ recordType: 'Ticket', recordId: String(id) }), 400],
    ['no record', () => form({ recordType: 'Ticket', file }), 400],
    ['a ticket that nobody has', () => form({ ...whole(), recordId: '99999999' }), 404],
  ])('refuses %s', async (_name, body, status) => {
    expect((await bench.call('POST', '/system/documents', body())).status).toBe(status)
  })
})
