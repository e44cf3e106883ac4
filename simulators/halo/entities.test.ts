import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Bench, CLIENT, newTicket, startBench } from './harness.ts'
import type { Rec } from './index.ts'

let bench: Bench
beforeAll(async () => {
  bench = await startBench()
})
beforeEach(() => {
  bench.simulator.outbox().length = 0
})
afterAll(() => bench.simulator.close())

const rows = async (path: string, query: Record<string, string> = {}) => (await bench.get(path, query)).rows
const refused = async (path: string, element: Rec, message: RegExp) => {
  const reply = await bench.post(path, element)
  expect([reply.status, reply.body]).toEqual([400, expect.stringMatching(message)])
}

describe('clients', () => {
  it('hide the inactive until asked, and tell everything by id only', async () => {
    const names = async (query = {}) => (await rows('/Client', query)).map((row) => row.name)
    expect(await names()).not.toContain('Former Client Ltd')
    expect(await names({ includeinactive: 'true' })).toContain('Former Client Ltd')
    expect(await names({ activeinactive: 'false' })).toEqual(['Former Client Ltd'])
    expect((await rows('/Client'))[0]).not.toHaveProperty('notes')
    expect((await bench.get(`/Client/${CLIENT}`, { includedetails: 'true' })).body).toMatchObject({
      name: 'Harbor Dental Group',
      notes: '',
      sites: expect.any(Array),
    })
  })

  it('with quotes, percent and emoji are found by their names', async () => {
    const found = async (search: string) => (await rows('/Client', { search })).map((row) => row.id)
    expect(await found(`O'Brien & "Sons" 100%`)).toEqual([251])
    expect(await found('Café München GmbH ☕')).toEqual([254])
    expect(await found('[East]')).toEqual([260])
  })

  it('come with a site, a general user, and a contact who may be welcomed', async () => {
    const { body } = await bench.post('/Client', {
      name: 'New Co',
      newclient_sitename: 'HQ',
      newclient_contactname: 'Ann Lee',
      newclient_contactemail: 'ann@newco.example',
      newclient_sendwelcomeemail: true,
    })
    expect(body).toMatchObject({ name: 'New Co', main_site_name: 'HQ', inactive: false })
    const users = await rows('/Users', { client_id: String(body.id) })
    expect(users.map((row) => row.name)).toEqual(['General User', 'Ann Lee'])
    expect(bench.simulator.outbox()).toMatchObject([{ to: ['ann@newco.example'], reason: 'welcome' }])
    await refused('/Client', { notes: 'nameless' }, /Name/)
  })
})

describe('users', () => {
  it('are filtered by client and site, with and without the stand-ins', async () => {
    const all = await rows('/Users', { client_id: String(CLIENT), includeinactive: 'true' })
    const real = await rows('/Users', {
      client_id: String(CLIENT),
      includeinactive: 'true',
      exclude_generaluser: 'true',
    })
    const expected = bench.simulator.dataset.contacts.filter((contact) => contact.companyId === CLIENT)
    expect(real.map((row) => row.id)).toEqual(expected.map((contact) => contact.id))
    expect(all.length - real.length).toBe(
      bench.simulator.dataset.sites.filter((s) => s.companyId === CLIENT).length,
    )
    expect((await rows('/Users', { search: 'Maria Lopez' })).length).toBe(2)
  })

  it('search looks at telephone numbers only when told', async () => {
    const { phone, id } = bench.simulator.dataset.contacts.find((contact) => !contact.inactive)!
    expect(await rows('/Users', { search: phone })).toEqual([])
    expect(
      (await rows('/Users', { search: phone, search_phonenumbers: 'true' })).map((row) => row.id),
    ).toContain(id)
  })

  it('need a name and a site, and are changed in part', async () => {
    await refused('/Users', { name: 'Nowhere' }, /Site/)
    await refused('/Users', { site_id: 604 }, /Name/)
    const { body } = await bench.post('/Users', {
      firstname: 'Bo',
      surname: 'Ek',
      site_id: 604,
      emailaddress: 'bo@x.example',
    })
    expect(body).toMatchObject({
      name: 'Bo Ek',
      client_id: CLIENT,
      client_name: 'Harbor Dental Group',
      inactive: false,
    })
    await bench.post('/Users', { id: body.id, surname: 'Öst' })
    expect((await bench.get(`/Users/${body.id}`)).body).toMatchObject({
      name: 'Bo Öst',
      emailaddress: 'bo@x.example',
    })
    expect((await bench.call('DELETE', `/Users/${body.id}`)).status).toBe(200)
    expect((await bench.get(`/Users/${body.id}`)).status).toBe(404)
  })

  it.each(['_merge_user_into', '_anonymise', 'new_password', 'web_access_level'])(
    '%s is not played',
    async (name) => {
      const reply = await bench.post('/Users', { id: 1001, [name]: name === '_anonymise' ? true : 1 })
      expect(reply.status).toBe(400)
      expect(bench.simulator.journal().at(-1)!.refused).toContain(name)
    },
  )
})

describe('assets', () => {
  it('are filtered, by ticket too', async () => {
    const ticket = bench.simulator.dataset.tickets.find((row) => row.deviceIds.length > 0)!
    expect(
      (await rows('/Asset', { ticket_id: String(ticket.id), includeinactive: 'true' })).map((row) => row.id),
    ).toEqual(ticket.deviceIds)
    expect(
      (await rows('/Asset', { inventory_number: 'at-3002', includeinactive: 'true' })).map((row) => row.id),
    ).toEqual([3002])
    expect(
      (await rows('/Asset', { assets: '3001,3003', includeinactive: 'true' })).map((row) => row.id),
    ).toEqual([3001, 3003])
  })

  it('take a key field through the fields of the type, and not directly', async () => {
    const get = async () => (await bench.get('/Asset/3001', { includedetails: 'true' })).body
    const before = await get()
    await bench.post('/Asset', { id: 3001, key_field: 'RENAMED' })
    expect((await get()).key_field).toBe(before.key_field)
    await bench.post('/Asset', { id: 3001, fields: [{ id: 1, value: 'RENAMED' }] })
    expect(await get()).toMatchObject({ key_field: 'RENAMED', key_field2: before.key_field2 })
    await refused('/Asset', { id: 3001, fields: [{ id: 77, value: 'x' }] }, /Field 77/)
    await refused('/Asset', { inventory_number: 'X', assettype_id: 1 }, /Site/)
  })
})

describe('appointments', () => {
  it('come bare, or in an envelope when a page is asked for', async () => {
    expect(Array.isArray((await bench.get('/Appointment')).body)).toBe(true)
    const { body } = await bench.get('/Appointment', { pageinate: 'true', page_size: '2' })
    expect(body).toMatchObject({ page_no: 1, record_count: bench.simulator.dataset.appointments.length })
    expect(body.appointments).toHaveLength(2)
  })

  it('are found by agent and day, and carry a Z', async () => {
    const one = bench.simulator.dataset.appointments[0]!
    const day = new Date(one.startsAt).toISOString().slice(0, 10)
    const query = { agents: String(one.technicianId), start_date: day, end_date: `${day}T23:59:59` }
    const found = await rows('/Appointment', query)
    expect(found.map((row) => row.id)).toContain(one.id)
    expect(found[0]!.start_date).toMatch(/Z$/)
  })

  it('take the client from their ticket, invite only on demand, and log their completion', async () => {
    const ticket = await newTicket(bench)
    const times = { start_date: '2026-11-23T09:00:00Z', end_date: '2026-11-23T10:00:00Z' }
    const { body } = await bench.post('/Appointment', {
      subject: 'Visit',
      ticket_id: ticket,
      agents: [{ id: 152 }],
      ...times,
    })
    expect(body).toMatchObject({ client_id: CLIENT, agent_id: 152, complete_status: 0 })
    expect(bench.simulator.outbox()).toEqual([])
    await bench.post('/Appointment', { id: body.id, inform_agents: true, inform_user: true })
    expect(bench.simulator.outbox().map((mail) => mail.subject)).toEqual(['Visit', 'Visit'])
    await bench.post('/Appointment', {
      id: body.id,
      complete_status: 1,
      complete_note: 'Was there',
      complete_timetaken: 1,
    })
    expect((await rows('/Actions', { ticket_id: String(ticket) }))[0]).toMatchObject({
      note: 'Was there',
      timetaken: 1,
    })
    expect((await bench.call('DELETE', `/Appointment/${body.id}?ignoreexchangedelete=true`)).status).toBe(200)
    await refused('/Appointment', { subject: 'When?' }, /Start Date/)
  })
})

describe('attachments', () => {
  it('go in as data URLs and come out as bytes', async () => {
    const ticket_id = await newTicket(bench)
    const file = {
      filename: 'ä.txt',
      ticket_id,
      data_base64: `data:text/plain;base64,${Buffer.from('häh').toString('base64')}`,
    }
    const { body } = await bench.post('/Attachment', file)
    expect(await rows('/Attachment', { ticket_id: String(ticket_id) })).toMatchObject([
      { filename: 'ä.txt', filesize: 4 },
    ])
    const reply = await bench.get(`/Attachment/${body.id}`)
    expect([reply.text, reply.headers.get('content-type')]).toEqual(['häh', 'application/octet-stream'])
    await refused('/Attachment', { ...file, data_base64: 'aGk=' }, /data URL/)
    await refused('/Attachment', { ...file, ticket_id: 5 }, /Ticket not found/)
    expect((await bench.call('DELETE', `/Attachment/${body.id}`)).status).toBe(200)
    expect((await bench.get(`/Attachment/${body.id}`)).status).toBe(404)
  })
})

describe('what is only read', () => {
  it('agreements hide the cancelled', async () => {
    const refs = async (query = {}) =>
      (await rows('/ClientContract', { client_id: '308', ...query })).map((row) => row.ref)
    expect(await refs()).toEqual([])
    expect(await refs({ includeinactive: 'true' })).not.toEqual([])
  })

  it('articles, items and charge rates', async () => {
    expect((await rows('/KBArticle', { search: 'H202' })).map((row) => row.name)).toEqual(['QuickBooks H202'])
    expect(await rows('/KBArticle', { faqlists: '2' })).toHaveLength(3)
    expect((await rows('/Item', { search: 'dock' })).map((row) => row.id)).toEqual([2])
    expect((await rows('/ChargeRate'))[0]).not.toHaveProperty('name')
    expect((await rows('/Lookup', { lookupid: '17' })).map((row) => row.name)).toContain('After Hours')
  })

  it.each(['/Item', '/KBArticle', '/Status', '/Outcome', '/ClientContract'])(
    'POST %s is 405',
    async (path) => {
      expect((await bench.post(path, { id: 1, name: 'x' })).status).toBe(405)
    },
  )
})
