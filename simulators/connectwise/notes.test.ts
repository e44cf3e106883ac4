import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Bench, newTicket, startBench } from './harness.ts'

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

const note = (body: Record<string, unknown>) => bench.call('POST', `/service/tickets/${id}/notes`, body)
const entry = (body: Record<string, unknown>) =>
  bench.call('POST', '/time/entries', {
    chargeToId: id,
    chargeToType: 'ServiceTicket',
    timeStart: '2026-11-20T14:00:00Z',
    ...body,
  })
const ticket = async () => (await bench.get(`/service/tickets/${id}`)).body

describe('notes', () => {
  it('need one of the three places', async () => {
    const reply = await note({ text: 'nowhere' })
    expect(reply.status).toBe(400)
    expect(reply.body).toMatchObject({
      message: 'serviceNote object is invalid',
      errors: [{ message: 'Please choose where to display the notes in order to save this record.' }],
    })
  })

  it('are written by the API member unless another is named', async () => {
    expect((await note({ text: 'a', internalAnalysisFlag: true })).body).toMatchObject({
      createdBy: 'automation',
      internalFlag: true,
      detailDescriptionFlag: false,
    })
    expect(
      (await note({ text: 'b', resolutionFlag: true, member: { identifier: 'jdoe' } })).body,
    ).toMatchObject({ createdBy: 'jdoe', member: { id: 151 } })
  })

  it('mail nobody unless asked', async () => {
    await note({ text: 'a', detailDescriptionFlag: true })
    expect(bench.simulator.outbox()).toEqual([])
  })

  it.each(['detailDescriptionFlag', 'internalAnalysisFlag'])(
    'with processNotifications mail the contact, %s or not',
    async (flag) => {
      await note({ text: 'a', [flag]: true, processNotifications: true })
      expect(bench.simulator.outbox()).toMatchObject([
        { ticketId: id, to: [(await ticket()).contactEmailAddress] },
      ])
    },
  )

  it('also mail the cc list where the ticket says so', async () => {
    await bench.call('PATCH', `/service/tickets/${id}`, [
      { op: 'replace', path: 'automaticEmailCcFlag', value: true },
      { op: 'replace', path: 'automaticEmailCc', value: 'a@x.example; b@x.example' },
    ])
    await note({ text: 'a', detailDescriptionFlag: true, processNotifications: true })
    expect(bench.simulator.outbox()[0]!.to).toEqual(expect.arrayContaining(['a@x.example', 'b@x.example']))
  })

  it('keep line breaks and awkward text', async () => {
    const text = `Line one\n"quoted" & 100% [x] 🙂 O'Brien`
    const { body } = await note({ text, internalAnalysisFlag: true })
    expect((await bench.get(`/service/tickets/${id}/notes/${body.id}`)).body.text).toBe(text)
  })

  it('are changed and deleted in place, and only below their own ticket', async () => {
    const made = (await note({ text: 'a', internalAnalysisFlag: true })).body
    const path = `/service/tickets/${id}/notes/${made.id}`
    expect((await bench.call('PATCH', path, [{ op: 'replace', path: 'text', value: 'b' }])).body.text).toBe(
      'b',
    )
    expect(
      (await bench.call('PATCH', path, [{ op: 'replace', path: 'internalAnalysisFlag', value: false }]))
        .status,
    ).toBe(400)
    expect((await bench.get(`/service/tickets/90001/notes/${made.id}`)).status).toBe(404)
    expect((await bench.call('DELETE', path)).status).toBe(204)
    expect((await bench.get(path)).status).toBe(404)
  })

  it('of the long tickets come in pages', async () => {
    const [long] = bench.simulator.dataset.facts.longTicketIds
    const { rows } = await bench.get(`/service/tickets/${long}/notes`, { pageSize: '1000' })
    expect(rows.length).toBeGreaterThan(200)
    expect((await bench.get(`/service/tickets/${long}/notes`)).rows).toHaveLength(25)
  })

  it('of a ticket that is not there are 404', async () => {
    expect((await bench.get('/service/tickets/5/notes')).status).toBe(404)
    expect(
      (await bench.call('POST', '/service/tickets/5/notes', { text: 'a', resolutionFlag: true })).status,
    ).toBe(404)
  })
})

describe('time entries', () => {
  it('derive hours from their times and take the rest from board, ticket and member', async () => {
    const { status, body } = await entry({
      timeEnd: '2026-11-20T15:30:00Z',
      hoursDeduct: 0.25,
      actualHours: 99,
      member: { identifier: 'jdoe' },
      notes: 'Worked',
    })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      actualHours: 1.25,
      member: { id: 151 },
      company: { id: 257 },
      workType: { id: 1 },
      workRole: { id: 2 },
      billableOption: 'Billable',
      status: 'Open',
      enteredBy: 'automation',
      addToDetailDescriptionFlag: false,
    })
    expect((await ticket()).actualHours).toBe(1.25)
  })

  it('ignore a change of actualHours alone', async () => {
    const { body } = await entry({ timeEnd: '2026-11-20T15:00:00Z' })
    const reply = await bench.call('PATCH', `/time/entries/${body.id}`, [
      { op: 'replace', path: 'actualHours', value: 5 },
    ])
    expect([reply.status, reply.body.actualHours]).toEqual([200, 1])
    await bench.call('PATCH', `/time/entries/${body.id}`, [
      { op: 'replace', path: 'timeEnd', value: '2026-11-20T16:00:00Z' },
    ])
    expect((await ticket()).actualHours).toBe(2)
  })

  it.each([
    [{ timeStart: undefined }, 400],
    [{}, 400],
    [{ timeEnd: '2026-11-20T13:00:00Z' }, 400],
    [{ timeEnd: '2026-11-20T15:00:00.000Z' }, 400],
    [{ actualHours: 1, chargeToType: undefined }, 400],
    [{ actualHours: 1, chargeToId: 5 }, 404],
    [{ actualHours: 1, member: { identifier: 'pgone' } }, 400],
    [{ actualHours: 1, chargeToType: 'ProjectTicket' }, 400],
  ])('refuse %j with %i', async (body, status) => {
    expect((await entry(body)).status).toBe(status)
    expect((await ticket()).actualHours).toBe(0)
  })

  it('are refused while the status allows none', async () => {
    await bench.call('PATCH', `/service/tickets/${id}`, [
      { op: 'replace', path: 'status', value: { name: 'Closed' } },
    ])
    const reply = await entry({ actualHours: 1 })
    expect(reply.status).toBe(400)
    expect(reply.text).toContain('Time entry is not allowed')
  })

  it('show their text in a tab of allNotes, never in notes', async () => {
    await entry({ actualHours: 1, notes: 'Seen by the client', addToDetailDescriptionFlag: true })
    expect((await bench.get(`/service/tickets/${id}/notes`)).rows).toEqual([])
    expect((await bench.get(`/service/tickets/${id}/allNotes`)).rows).toMatchObject([
      {
        noteType: 'TimeEntryNote',
        text: 'Seen by the client',
        detailDescriptionFlag: true,
        internalAnalysisFlag: false,
      },
    ])
  })

  it('take the place from the board when nothing is said: Onboarding shows them to the client', async () => {
    const other = await newTicket(bench, { board: { id: 4 } })
    expect((await entry({ chargeToId: other, actualHours: 1 })).body.addToDetailDescriptionFlag).toBe(true)
    expect(
      (await entry({ chargeToId: other, actualHours: 1, addToDetailDescriptionFlag: false })).body
        .addToDetailDescriptionFlag,
    ).toBe(false)
  })

  it('mail at once when an e-mail flag is set, and else nobody', async () => {
    await entry({ actualHours: 1, notes: 'a' })
    expect(bench.simulator.outbox()).toEqual([])
    await entry({ actualHours: 0, emailContactFlag: true, emailCcFlag: true, emailCc: 'cc@x.example' })
    expect(bench.simulator.outbox().map((mail) => [mail.reason, mail.to])).toEqual([
      ['time entry: emailContactFlag', [(await ticket()).contactEmailAddress]],
      ['time entry: emailCcFlag', ['cc@x.example']],
    ])
  })

  it('are fixed once billed', async () => {
    const billed = (await bench.get('/time/entries', { conditions: 'status="Billed"', pageSize: '1' }))
      .rows[0]!
    expect(
      (
        await bench.call('PATCH', `/time/entries/${billed.id}`, [
          { op: 'replace', path: 'notes', value: 'x' },
        ])
      ).status,
    ).toBe(400)
    expect((await bench.call('DELETE', `/time/entries/${billed.id}`)).status).toBe(400)
  })

  it('are found by what they charge', async () => {
    const made = (await entry({ actualHours: 1 })).body.id
    expect(await bench.find(`chargeToId=${id} AND chargeToType="ServiceTicket"`, '/time/entries')).toEqual([
      made,
    ])
  })

  it('propose their defaults without being made', async () => {
    const reply = await bench.call('POST', '/time/entries/defaults', {
      chargeToId: id,
      chargeToType: 'ServiceTicket',
    })
    expect(reply.body).toMatchObject({ workType: { id: 1 }, billableOption: 'Billable' })
    expect(await bench.find(`chargeToId=${id}`, '/time/entries')).toEqual([])
  })
})

describe('schedule entries', () => {
  it('assign and unassign the technician', async () => {
    const body = {
      type: { identifier: 'S' },
      objectId: id,
      member: { identifier: 'asmith' },
      dateStart: '2026-11-23T14:00:00Z',
      dateEnd: '2026-11-23T15:00:00Z',
    }
    const made = await bench.call('POST', '/schedule/entries', body)
    expect(made.body).toMatchObject({ hours: 1, type: { id: 4 } })
    expect((await ticket()).resources).toBe('asmith')
    expect(bench.simulator.outbox()).toEqual([])
    expect((await bench.call('DELETE', `/schedule/entries/${made.body.id}/true`)).status).toBe(204)
    expect(await ticket()).not.toHaveProperty('resources')
    expect(bench.simulator.outbox()).toMatchObject([
      { to: ['asmith@anchorpoint-it.example'], reason: 'schedule entry deleted' },
    ])
  })
})

describe('clients', () => {
  it('a company needs a name and an identifier of its own', async () => {
    const make = (body: unknown) => bench.call('POST', '/company/companies', body)
    expect((await make({ identifier: 'NewCo' })).status).toBe(400)
    expect((await make({ identifier: 'harbordental', name: 'Twice' })).body).toMatchObject({
      errors: [{ code: 'ObjectExists' }],
    })
    expect((await make({ identifier: 'NewCo', name: 'New Co' })).body).toMatchObject({
      status: { name: 'Active' },
    })
  })

  it('a renamed company is renamed in its tickets too', async () => {
    await bench.call('PATCH', '/company/companies/257', [
      { op: 'replace', path: 'name', value: 'Harbor Dental Renamed' },
    ])
    expect((await ticket()).company).toMatchObject({ name: 'Harbor Dental Renamed' })
    expect(await bench.find('company/name="Harbor Dental Renamed" and id > 90100')).toContain(id)
  })

  it('a contact needs a first name and gets its items typed', async () => {
    const body = {
      firstName: 'Nora',
      lastName: 'Quill',
      company: { id: 257 },
      communicationItems: [{ type: { name: 'Email' }, value: 'nora@x.example' }],
    }
    const made = await bench.call('POST', '/company/contacts', body)
    expect(made.body).toMatchObject({
      communicationItems: [{ communicationType: 'Email', value: 'nora@x.example' }],
    })
    expect(made.body).not.toHaveProperty('name')
    expect((await bench.call('POST', '/company/contacts', { lastName: 'Quill' })).status).toBe(400)
  })
})
