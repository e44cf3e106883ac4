import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Bench, contactOf, newTicket, startBench } from './harness.ts'
import type { Rec } from './index.ts'

let bench: Bench
let id: number
beforeAll(async () => {
  bench = await startBench()
})
beforeEach(async () => {
  id = await newTicket(bench)
  bench.simulator.outbox().length = 0
})
afterAll(() => bench.simulator.close())

const list = async (query: Record<string, string> = {}) =>
  (await bench.get('/Actions', { ticket_id: String(id), ...query })).rows
const post = (fields: Rec) => bench.post('/Actions', { ticket_id: id, ...fields })
const note = { outcome_id: 7, note: 'n', hiddenfromuser: true, sendemail: false }
const ticket = async () => (await bench.get(`/Tickets/${id}`)).body
const mails = () => bench.simulator.outbox().map(({ to, reason }) => [to.join(','), reason])

describe('numbers', () => {
  it('count from 1 on every ticket, and a deleted one is not used again', async () => {
    expect((await post(note)).body.id).toBe(2)
    expect((await post(note)).body.id).toBe(3)
    expect((await bench.call('DELETE', `/Actions/3?ticket_id=${id}`)).status).toBe(200)
    expect((await post(note)).body.id).toBe(4)
    expect((await list()).map((row) => row.id)).toEqual([4, 2, 1])
  })

  it('need their ticket: alone they find somebody else’s action', async () => {
    await post({ ...note, note: 'mine' })
    const own = await bench.get('/Actions/2', { ticket_id: String(id) })
    expect(own.body).toMatchObject({ ticket_id: id, note: 'mine' })
    expect((await bench.get('/Actions/2')).body.ticket_id).not.toBe(id)
    expect((await bench.call('DELETE', '/Actions/2')).status).toBe(400)
    expect((await bench.get('/Actions/99', { ticket_id: String(id) })).status).toBe(404)
  })
})

describe('the list', () => {
  it('has all of a long ticket, newest first, and count keeps the newest', async () => {
    const [long] = bench.simulator.dataset.facts.longTicketIds
    const all = await list({ ticket_id: String(long) })
    expect(all.length).toBeGreaterThan(200)
    expect(await list({ ticket_id: String(long), count: '5' })).toEqual(all.slice(0, 5))
    const dates = all.map((row) => String(row.datetime))
    expect(dates).toEqual([...dates].sort().reverse())
  })

  it('has no HTML unless asked', async () => {
    await post({ ...note, note: undefined, note_html: '<p>a <b>b</b></p>' })
    expect((await list())[0]).not.toHaveProperty('note_html')
    expect((await list({ includehtmlnote: 'true' }))[0]).toMatchObject({
      note: 'a b',
      note_html: '<p>a <b>b</b></p>',
    })
  })

  it('tells agents, users and the system apart', async () => {
    const { dataset } = bench.simulator
    const email = dataset.tickets.find((row) => row.sourceId === 1 && row.contactId && !row.mergedIntoId)!
    const of = (query = {}) => list({ ticket_id: String(email.id), ...query })
    expect((await of()).map((row) => row.outcome)).toContain('Acknowledged')
    expect((await of({ excludesys: 'true' })).map((row) => row.outcome)).not.toContain('Acknowledged')
    expect((await of({ agentonly: 'true' })).every((row) => row.who_type === 1)).toBe(true)
    expect((await of({ excludeprivate: 'true' })).every((row) => row.hiddenfromuser === false)).toBe(true)
    const opening = (await of()).find((row) => row.id === 1)
    expect(opening).toMatchObject({ outcome: 'Opened', who_type: 2, actionby_user_id: email.contactId })
  })

  it('finds time entries', async () => {
    await post({ ...note, timetaken: 0.25 })
    await post(note)
    expect(await list({ timeentriesonly: 'true' })).toMatchObject([{ timetaken: 0.25 }])
  })

  it('ischildnotes shows other tickets', async () => {
    const child = await newTicket(bench, { parent_id: id })
    expect((await list({ ischildnotes: 'true' })).map((row) => row.ticket_id)).toEqual([child])
  })
})

describe('outcomes', () => {
  it.each([
    [{ note: 'n' }, 'An Outcome must be entered for this Action'],
    [{ note: 'n', outcome_id: 999 }, 'An Outcome must be entered for this Action'],
    [{ note: 'n', outcome: 'Shrug' }, 'An Outcome must be entered for this Action'],
    [{ note: 'n', outcome_id: 60 }, 'You do not have access to this Action at the moment'],
    [{ note: 'n', outcome_id: 19 }, 'You do not have access to this Action at the moment'],
    [{ outcome_id: 7 }, 'A Note must be entered for this Action'],
    [{ ...note, ticket_id: 5 }, 'Ticket not found, or you do not have access to this Ticket.'],
  ])('%j is refused: %s', async (fields, message) => {
    const reply = await post(fields)
    expect([reply.status, reply.body]).toEqual([400, message])
    expect(await list()).toHaveLength(1)
  })

  it('are named by id or by name', async () => {
    expect((await post({ outcome: 'private note', note: 'n' })).body).toMatchObject({ outcome_id: 7 })
  })

  it.each([
    [7, true, []],
    [4, false, []],
    [5, false, ['action: Note']],
    [11, false, ['action: Email User']],
  ])('%i by itself: hidden %s, mails %j', async (outcome_id, hidden, reasons) => {
    expect((await post({ outcome_id, note: 'n' })).body.hiddenfromuser).toBe(hidden)
    expect(mails()).toEqual(reasons.map((reason) => [contactOf(bench).email, reason]))
  })

  it('the body wins over the outcome', async () => {
    const { body } = await post({ outcome_id: 5, note: 'n', hiddenfromuser: true, sendemail: false })
    expect([body.hiddenfromuser, body.emaildirection, mails()]).toEqual([true, '', []])
    await post({
      outcome_id: 7,
      note: 'n',
      sendemail: true,
      emailto: 'a@x.example;b@x.example',
      emailcc: 'c@x.example',
    })
    expect(bench.simulator.outbox()).toMatchObject([{ to: ['a@x.example', 'b@x.example', 'c@x.example'] }])
  })

  it('change the ticket as they are set up to', async () => {
    const { body } = await post({ outcome_id: 18, note: 'over to you' })
    expect(body).toMatchObject({ old_status: 1, new_status: 3, new_status_name: 'Assigned' })
    expect(await ticket()).toMatchObject({ status_id: 3, agent_id: 154, team: 'Project Team' })
  })

  it('close the ticket, and both the outcome and a rule mail about it', async () => {
    await post({ outcome_id: 9, note: 'Done' })
    expect(await ticket()).toMatchObject({
      status_id: 9,
      hasbeenclosed: true,
      dateclosed: '2026-11-20T16:30:00',
    })
    expect(mails().map(([, reason]) => reason)).toEqual(['action: Close', 'notification rule: status Closed'])
  })

  it('and new_… go over what they set; a wrong one stops the whole action', async () => {
    await post({ ...note, outcome_id: 18, new_status: 5, new_team: 'Security Team' })
    expect(await ticket()).toMatchObject({ status_id: 5, agent_id: 154, team: 'Security Team' })
    expect((await post({ ...note, new_status: 77 })).status).toBe(400)
    expect(await list()).toHaveLength(2)
  })
})

describe('mail by rule', () => {
  it('onboarding tickets mail visible notes, sendemail false or not, until rules are off', async () => {
    await bench.post('/Tickets', { id, tickettype_id: 23 })
    const visible = { outcome_id: 4, note: 'n', hiddenfromuser: false, sendemail: false }
    await post({ ...visible, hiddenfromuser: true })
    await post({ ...visible, dont_do_rules: true })
    expect(mails()).toEqual([])
    await post(visible)
    expect(mails()).toEqual([[contactOf(bench).email, 'notification rule: visible note']])
  })
})

describe('authors', () => {
  it('the application writes as its agent and leaves its name', async () => {
    expect((await post(note)).body).toMatchObject({
      who: 'Automation API',
      who_type: 1,
      who_agentid: 190,
      actionby_application_id: 'Countersign',
    })
  })

  it('a claim is believed', async () => {
    expect((await post({ ...note, who_agentid: 152 })).body).toMatchObject({
      who: 'Amir Smith',
      who_agentid: 152,
    })
  })

  it('a technician leaves no application', () => {
    const { body } = bench.simulator.actAs('wzhang', 'POST', '/Actions', [{ ticket_id: id, ...note }])
    expect(body).toMatchObject({ who: 'Wei Zhang', actionby_application_id: '' })
  })
})

describe('time', () => {
  it('is decimal hours, charged by the rate', async () => {
    const { body } = await post({ ...note, timetaken: 1.5, chargerate: 2, nonbilltime: 0.5 })
    expect(body).toMatchObject({
      timetaken: 1.5,
      chargerate: 2,
      actisbillable: true,
      actionchargehours: 1,
      actionnonchargehours: 0.5,
    })
    expect((await post({ ...note, timetaken: 1, chargerate: 5 })).body).toMatchObject({
      actisbillable: false,
      actionchargehours: 0,
    })
    expect((await post({ ...note, timetaken: 1, chargerate: 2, actisbillable: false })).body).toMatchObject({
      actionchargehours: 0,
    })
    expect((await ticket()).timetaken).toBe(3.5)
  })

  it('follows from arrival and completion, and takes the default rate for -1', async () => {
    const times = {
      actionarrivaldate: '2026-11-20T14:00:00Z',
      actioncompletiondate: '2026-11-20T14:45:00.000Z',
    }
    expect((await post({ ...note, ...times, chargerate: -1 })).body).toMatchObject({
      timetaken: 0.75,
      chargerate: 1,
    })
    expect((await post({ ...note, timetaken: 1, chargerate: 99 })).status).toBe(400)
  })

  it('is seen in the timesheet too, and made from there', async () => {
    await post({ ...note, timetaken: 2, who_agentid: 153, actionarrivaldate: '2026-11-19T08:00:00' })
    const days = { agents: '153', start_date: '2026-11-19T00:00:00', end_date: '2026-11-22T00:00:00' }
    const rows = (await bench.get('/TimesheetEvent', days)).rows
    expect(rows.at(-1)).toMatchObject({ ticket_id: id, action_number: 2, timetaken: 2, agent_id: 153 })
    const event = {
      ticket_id: id,
      agent_id: 153,
      start_date: '2026-11-20T09:00:00',
      end_date: '2026-11-20T09:30:00',
      note: 'from the day',
    }
    expect((await bench.post('/TimesheetEvent', { id: 0, ...event })).body).toMatchObject({
      timetaken: 0.5,
      action_number: 3,
    })
    expect((await list())[0]).toMatchObject({ note: 'from the day', who_agentid: 153, timetaken: 0.5 })
    const free = {
      agent_id: 153,
      start_date: '2026-11-20T10:00:00',
      end_date: '2026-11-20T11:00:00',
      subject: 'Lunch',
    }
    await bench.post('/TimesheetEvent', free)
    expect((await bench.get('/TimesheetEvent', days)).rows.map((row) => row.subject)).toContain('Lunch')
    expect(await list()).toHaveLength(3)
  })
})

describe('an update', () => {
  it('changes the named members of one action', async () => {
    await post({ ...note, timetaken: 1, chargerate: 1 })
    await post({ id: 2, note_html: '<p>better</p>', hiddenfromuser: false })
    expect((await list())[0]).toMatchObject({
      id: 2,
      note: 'better',
      hiddenfromuser: false,
      timetaken: 1,
      outcome_id: 7,
    })
    expect(await list()).toHaveLength(2)
    await post({ id: 2, timetaken: 0.5 })
    expect((await list())[0]).toMatchObject({ timetaken: 0.5, actionchargehours: 0.5 })
    expect((await post({ id: 9, note: 'x' })).status).toBe(400)
  })

  it('moves it to another ticket', async () => {
    const other = await newTicket(bench)
    await post(note)
    expect((await post({ id: 2, move_to_id: other })).body).toMatchObject({ ticket_id: other, id: 2 })
    expect(await list()).toHaveLength(1)
  })
})

describe('what an action writes elsewhere', () => {
  it('update_children copies it to every child', async () => {
    const child = await newTicket(bench, { parent_id: id })
    await post({ ...note, update_children: true })
    expect((await list({ ticket_id: String(child) })).map((row) => row.note)).toContain('n')
  })

  it('private_note and attachments come along', async () => {
    await post({
      outcome_id: 4,
      note: 'seen',
      private_note: 'unseen',
      attachments: [{ filename: 'a.txt', data_base64: 'data:text/plain;base64,aGk=' }],
    })
    const rows = await list({ includeattachments: 'true' })
    expect(rows.slice(0, 2)).toMatchObject([
      { note: 'unseen', hiddenfromuser: true },
      { note: 'seen', hiddenfromuser: false, attachment_count: 1, attachments: [{ filename: 'a.txt' }] },
    ])
  })
})
