import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Bench, CLIENT, contactOf, NOW, newTicket, startBench } from './harness.ts'
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

const read = async (ticket = id) => (await bench.get(`/Tickets/${ticket}`, { includedetails: 'true' })).body
const update = (change: Rec) => bench.post('/Tickets', { id, ...change })
const actions = async (ticket = id) => (await bench.get('/Actions', { ticket_id: String(ticket) })).rows
const mails = () => bench.simulator.outbox().map(({ to, reason }) => [to.join(','), reason])
const email = () => contactOf(bench).email

describe('the body', () => {
  it('must be an array, except for Tickets/Object', async () => {
    const element = { id, summary: 'x' }
    const reply = await bench.call('POST', '/Tickets', element)
    expect([reply.status, reply.text]).toEqual([400, expect.stringContaining('requires a JSON array')])
    expect((await read()).summary).toBe('Bench ticket')
    const object = await bench.call('POST', '/Tickets/Object', element)
    expect([object.status, object.body.summary]).toEqual([201, 'x'])
  })

  it('answers one element with the object and several with an array', async () => {
    const other = await newTicket(bench)
    expect((await update({ summary: 'one' })).body).toMatchObject({ id, summary: 'one' })
    const reply = await bench.post('/Tickets', { id, summary: 'a' }, { id: other, summary: 'b' })
    expect([reply.status, reply.rows.map((row) => row.summary)]).toEqual([201, ['a', 'b']])
  })

  it('keeps what stood before a refused element', async () => {
    const reply = await bench.post('/Tickets', { id, summary: 'kept' }, { id: 5, summary: 'lost' })
    expect(reply.status).toBe(400)
    expect((await read()).summary).toBe('kept')
  })

  it('binds names in any case and numbers in quotes, the last one winning', async () => {
    const { body } = await bench.post('/Tickets', { ID: String(id), Summary: 'a', SUMMARY: 'b' })
    expect(body).toMatchObject({ id, summary: 'b' })
  })

  it.each([
    ['id', 'abc'],
    ['status_id', 1.5],
    ['flagged', 'perhaps'],
    ['deadlinedate', 'tomorrow'],
    ['customfields', {}],
  ])('gives up on %s = %j in the framework’s words', async (name, value) => {
    const reply = await bench.post('/Tickets', { id, [name]: value })
    expect([reply.status, reply.body.title]).toEqual([400, 'One or more validation errors occurred.'])
    expect(Object.keys(reply.body.errors as Rec)).toEqual([`$[0].${name}`])
  })

  it.each(['PUT', 'PATCH'])('%s is no method here', async (method) => {
    const reply = await bench.call(method, '/Tickets', [{ id, summary: 'x' }])
    expect([reply.status, reply.text]).toEqual([405, ''])
  })
})

describe('an update', () => {
  it('is partial and moves last_update, not lastactiondate', async () => {
    const before = await read()
    bench.simulator.setNow(new Date(NOW.getTime() + 60_500))
    await update({ summary: 'changed' })
    bench.simulator.setNow(undefined)
    const after = await read()
    expect(after).toEqual({ ...before, summary: 'changed', last_update: '2026-11-20T16:31:00.500' })
  })

  it('leaves computed fields alone and says nothing of it', async () => {
    const before = await read()
    const change = { client_name: 'x', last_update: '2020-01-01', dateclosed: '2020-01-01', timetaken: 9 }
    expect((await update(change)).status).toBe(201)
    expect(await read()).toEqual(before)
  })

  it.each([
    [{ status_id: 7 }, /Status 7/],
    [{ agent_id: 162 }, /Agent 162/],
    [{ team: 'Nobody' }, /Team Nobody/],
    [{ team: '21' }, /Team 21/],
    [{ priority_id: 9 }, /Priority 9/],
    [{ sla_id: 2, priority_id: 5 }, /Priority 5 does not exist on SLA 2/],
    [{ category_1: 'Hardware>Nothing' }, /Category/],
    [{ contract_id: 81 }, /Contract 81/],
    [{ site_id: 1 }, /Site 1/],
    [{ client_id: 251, site_id: 604 }, /does not belong/],
    [{ parent_id: 5 }, /Parent/],
    [{ assets: [{ id: 1 }] }, /Asset 1/],
    [{ customfields: [{ id: 99, value: 'x' }] }, /Custom field 99/],
    [{ customfields: [{ name: 'CFRootCause', value: 'Gremlins' }] }, /Root Cause/],
    [{ customfields: [{ id: 32, value: 'maybe' }] }, /Change Approved/],
    [{ customfields: [{ id: 34, value: 'many' }] }, /Affected Users/],
  ])('refuses %j in a bare string and changes nothing', async (change, message) => {
    const before = await read()
    const reply = await update({ summary: 'half', ...change })
    expect([reply.status, reply.body]).toEqual([400, expect.stringMatching(message)])
    expect(await read()).toEqual(before)
  })

  it('of a record that is not there is refused', async () => {
    const reply = await bench.post('/Tickets', { id: 5, summary: 'x' })
    expect([reply.status, reply.body]).toEqual([
      400,
      'Ticket not found, or you do not have access to this Ticket.',
    ])
  })

  it('names the team, and the category by path or id', async () => {
    await update({ team: 'security team', category_1: 'hardware>printer' })
    expect(await read()).toMatchObject({
      team: 'Security Team',
      category_1: 'Hardware>Printer',
      categoryid_1: 303,
    })
    await update({ categoryid_1: 302 })
    expect(await read()).toMatchObject({ category_1: 'Hardware>Workstation' })
    await update({ category_1: '' })
    expect(await read()).toMatchObject({ category_1: '', categoryid_1: 0 })
  })

  it('merges custom fields by id or name, and takes assets as the new list', async () => {
    await update({
      customfields: [
        { id: 31, value: 'AT-1' },
        { name: 'cfrootcause', value: 2 },
      ],
      assets: [{ id: 3001 }, { id: 3002 }],
    })
    await update({ customfields: [{ id: 32, value: 'true' }], assets: [{ id: 3002 }] })
    const { customfields, assets } = await read()
    expect((customfields as Rec[]).map((field) => field.value)).toEqual([
      'AT-1',
      true,
      undefined,
      undefined,
      2,
    ])
    expect((customfields as Rec[])[4]).toMatchObject({ display: 'Hardware Fault' })
    expect((assets as Rec[]).map((asset) => asset.id)).toEqual([3002])
  })

  it('closes and reopens by the status alone', async () => {
    await update({ status_id: 8 })
    expect(await read()).toMatchObject({ hasbeenclosed: false, dateclosed: '1900-01-01T00:00:00' })
    await update({ status_id: 9, closure_note: 'Replaced the dock' })
    expect(await read()).toMatchObject({
      hasbeenclosed: true,
      dateclosed: '2026-11-20T16:30:00',
      closure_agent_id: 190,
    })
    expect((await actions())[0]).toMatchObject({
      outcome: 'Close',
      note: 'Replaced the dock',
      hiddenfromuser: false,
    })
    await update({ status_id: 2 })
    expect(await read()).toMatchObject({ hasbeenclosed: true, dateclosed: '1900-01-01T00:00:00' })
  })

  it('recalculates the SLA dates with the priority', async () => {
    const before = await read()
    await update({ priority_id: 1 })
    expect((await read()).fixbydate).not.toBe(before.fixbydate)
    expect((await read()).fixbydate).toBe('2026-11-21T16:30:00')
  })

  it('leaves a trail', async () => {
    await update({ status_id: 2 })
    const { audit_log } = (await bench.get(`/Tickets/${id}`, { include_auditing: 'true' })).body
    expect((audit_log as Rec[]).at(-1)).toMatchObject({
      value: 'status_id',
      from: '1',
      to: '2',
      agent_id: 190,
    })
  })

  it('shows what a technician did meanwhile', async () => {
    bench.simulator.actAs('jdoe', 'POST', '/Tickets', [{ id, agent_id: 151 }])
    expect(await read()).toMatchObject({ agent_id: 151, agent_name: 'Jane Doe' })
  })
})

describe('client, site and user', () => {
  const general = 5604
  const create = async (place: Rec) =>
    read(await newTicket(bench, { client_id: undefined, site_id: undefined, user_id: undefined, ...place }))

  it('a user alone brings site and client', async () => {
    const { id: user, siteId } = contactOf(bench)
    expect(await create({ user_id: user })).toMatchObject({
      client_id: CLIENT,
      site_id: siteId,
      user_id: user,
    })
  })

  it('a user with a client but without the site gives way to the general user', async () => {
    expect(await create({ user_id: contactOf(bench).id, client_id: CLIENT })).toMatchObject({
      site_id: 604,
      user_id: general,
      user_name: 'General User',
    })
  })

  it('a user of another site gives way as well', async () => {
    expect(await create({ user_id: 1001, client_id: CLIENT, site_id: 604 })).toMatchObject({
      user_id: general,
    })
  })

  it('so does one named alone on an existing ticket of another site', async () => {
    const site = contactOf(bench).siteId
    const other = bench.simulator.dataset.contacts.find(
      (contact) => contact.companyId === CLIENT && contact.siteId !== site,
    )!
    await update({ user_id: other.id })
    expect(await read()).toMatchObject({ site_id: site, user_id: 5000 + site })
    await update({ user_id: other.id, site_id: other.siteId })
    expect(await read()).toMatchObject({ site_id: other.siteId, user_id: other.id })
  })

  it('another client takes its main site and general user', async () => {
    await update({ client_id: 251 })
    expect(await read()).toMatchObject({ client_id: 251, site_id: 602, user_id: 5602 })
  })
})

describe('mail', () => {
  it('a new incident is acknowledged by its type, unless told otherwise', async () => {
    const acknowledged = await newTicket(bench, { sendack: undefined })
    expect(mails()).toEqual([[email(), 'acknowledgement']])
    expect((await actions(acknowledged)).map((row) => row.outcome)).toEqual(['Acknowledged', 'Opened'])
    bench.simulator.outbox().length = 0
    await newTicket(bench, { sendack: false })
    await newTicket(bench, { sendack: undefined, tickettype_id: 22 })
    expect(mails()).toEqual([])
  })

  it.each([
    [{ status_id: 2 }, []],
    [{ status_id: 4 }, ['notification rule: status Waiting on Client']],
    [{ status_id: 9 }, ['notification rule: status Closed']],
    [{ status_id: 9, dont_do_rules: true }, []],
    [{ status_id: 9, _dont_fire_automations: true }, []],
    [{ agent_id: 152 }, ['notification rule: ticket assigned']],
    [{ agent_id: 190 }, []],
    [{ summary: 'quiet' }, []],
  ])('%j mails %j', async (change, reasons) => {
    await update(change)
    expect(mails().map(([, reason]) => reason)).toEqual(reasons)
  })

  it('copies go to whoever stands on the ticket, and never to a contact without mails', async () => {
    await update({ emailcclist: 'boss@client.example; it@client.example' })
    bench.simulator.state.tables.users.rows.get(contactOf(bench).id)!.neversendemails = true
    await update({ status_id: 4 })
    bench.simulator.state.tables.users.rows.get(contactOf(bench).id)!.neversendemails = false
    expect(bench.simulator.outbox()[0]!.to).toEqual(['boss@client.example', 'it@client.example'])
  })
})

describe('creating', () => {
  it('fills in the defaults of the type, with source Manual and an opening action', async () => {
    const { body } = await bench.post('/Tickets', {
      details_html: '<p>It is <b>broken</b></p>',
      tickettype_id: 3,
      client_id: CLIENT,
    })
    expect(body).toMatchObject({
      summary: 'It is broken',
      status_id: 1,
      priority_id: 3,
      sla_id: 1,
      source: 0,
      agent_id: 1,
      team: 'Service Team',
      dateoccurred: '2026-11-20T16:30:00',
    })
    const [opening] = await actions(Number(body.id))
    expect(opening).toMatchObject({ id: 1, outcome: 'Opened', note: 'It is broken', hiddenfromuser: false })
  })

  it.each([
    [{ tickettype_id: 1, client_id: CLIENT }, /Summary/],
    [{ summary: 'x', client_id: CLIENT }, /Ticket Type/],
    [{ summary: 'x', tickettype_id: 1 }, /Customer/],
    [{ summary: 'x', tickettype_id: 2, client_id: CLIENT }, /category_1 is mandatory/],
  ])('refuses %j', async (element, message) => {
    const reply = await bench.post('/Tickets', element)
    expect([reply.status, reply.body]).toEqual([400, expect.stringMatching(message)])
  })

  it('skips mandatory fields with _novalidate', async () => {
    const element = { summary: 'x', tickettype_id: 2, client_id: CLIENT, _novalidate: true }
    expect((await bench.post('/Tickets', element)).status).toBe(201)
  })

  it('can turn into a project by its type, and then leaves the list of tickets', async () => {
    await update({ tickettype_id: 5 })
    expect(await bench.ids({ client_id: String(CLIENT) })).not.toContain(id)
    expect(await bench.ids({}, '/Projects')).toContain(id)
    expect(await read()).toMatchObject({ is_project: true })
  })
})

describe('deleting', () => {
  it('answers 404 afterwards, and deleted=true still lists it', async () => {
    expect((await bench.call('DELETE', `/Tickets/${id}?reason=spam`)).status).toBe(200)
    expect((await bench.get(`/Tickets/${id}`)).status).toBe(404)
    expect(await bench.ids({ ticketids: String(id) })).toEqual([])
    expect(await bench.ids({ deleted: 'true' })).toContain(id)
    expect((await update({ summary: 'x' })).status).toBe(400)
  })
})

describe('merge and bundle', () => {
  it('moves notes, files and children, closes and hides the loser, and mails nobody', async () => {
    const loser = await newTicket(bench, { user_id: undefined })
    const child = await newTicket(bench, { parent_id: loser })
    await bench.post('/Actions', { ticket_id: loser, outcome_id: 7, note: 'from the loser' })
    await bench.post('/Attachment', {
      ticket_id: loser,
      filename: 'a.txt',
      data_base64: 'data:text/plain;base64,aGk=',
    })
    const reply = await bench.post('/Tickets', { id: loser, merged_into_id: id, domerge: true })
    expect(reply.body).toMatchObject({ id: loser, merged_into_id: id, status_id: 9 })
    const moved = await actions()
    expect(moved.map((row) => [row.id, row.outcome, row.merged_from_ticketid])).toEqual([
      [4, 'Merged', 0],
      [3, 'Private Note', loser],
      [2, 'Opened', loser],
      [1, 'Opened', 0],
    ])
    expect(await actions(loser)).toEqual([])
    expect((await bench.get('/Attachment', { ticket_id: String(id) })).rows).toHaveLength(1)
    expect((await read(child)).parent_id).toBe(id)
    expect(await bench.ids({ ticketids: String(loser) })).toEqual([])
    expect(mails()).toEqual([])
  })

  it('joins the recipients', async () => {
    const contact = contactOf(bench)
    const loser = await newTicket(bench)
    await update({ client_id: CLIENT, site_id: 604, user_id: 5604 })
    await bench.post('/Tickets', { id: loser, merged_into_id: id, _is_aisuggestion_merge: true })
    expect((await read()).emailcclist).toBe(contact.email)
  })

  it.each([
    ['itself', () => id],
    ['nothing', () => undefined],
    ['a ticket that is not there', () => 5],
    ['a ticket that was merged away', () => bench.simulator.dataset.facts.mergedTicketIds[0]],
  ])('refuses to merge into %s', async (_name, winner) => {
    const before = await read()
    expect((await update({ domerge: true, merged_into_id: winner() })).status).toBe(400)
    expect(await read()).toEqual(before)
  })

  it('without a switch merged_into_id does nothing', async () => {
    await update({ merged_into_id: 90001 })
    expect((await read()).merged_into_id).toBe(0)
  })

  it('bundles by parent_id and lets go with 0', async () => {
    const child = await newTicket(bench)
    await bench.post('/Tickets', { id: child, parent_id: id })
    const row = async () =>
      (await bench.get('/Tickets', { ticketids: String(id), includechildids: 'true' })).rows[0]
    expect(await row()).toMatchObject({ child_count: 1, child_count_open: 1, child_ticket_ids: [child] })
    expect(await bench.ids({ parent_id: String(id) })).toEqual([child])
    await bench.post('/Tickets', { id: child, parent_id: 0 })
    expect(await row()).toMatchObject({ child_count: 0 })
  })
})

describe('line items and tasks', () => {
  it('are added without an id and changed with one', async () => {
    await update({ items_issued: [{ item_id: 2, quantity: 3 }], todo_list: [{ text: 'Call', done: false }] })
    const [item] = (await read()).items_issued as Rec[]
    expect(item).toMatchObject({ name: 'DOCK-USBC', price: 189, net_total: 567, ticket_id: id })
    await update({ items_issued: [{ id: item!.id, quantity: 1 }] })
    expect((await read()).items_issued).toMatchObject([{ quantity: 1, net_total: 189 }])
    expect((await read()).todo_list).toMatchObject([{ text: 'Call', done: false }])
    expect((await update({ items_issued: [{ item_id: 99 }] })).status).toBe(400)
  })
})
