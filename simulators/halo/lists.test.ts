import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bench, startBench } from './harness.ts'
import type { Rec } from './index.ts'

let bench: Bench
beforeAll(async () => {
  bench = await startBench()
})
afterAll(() => bench.simulator.close())

const ordinary = () => {
  const { tickets } = bench.simulator.dataset
  return tickets.filter((ticket) => ticket.mergedIntoId === undefined)
}
const sorted = (ids: number[]) => [...ids].sort((a, b) => a - b)
const expectIds = async (query: Record<string, string>, expected: number[]) => {
  expect(expected.length).toBeGreaterThan(0)
  expect(sorted((await bench.ids(query)) as number[])).toEqual(sorted(expected))
}

describe('paging', () => {
  const page = (query: Record<string, string>) =>
    bench.get('/Tickets', { pageinate: 'true', order: 'id', ...query })

  it('caps a page at 100 and still says what was asked and how many there are', async () => {
    const { body, rows } = await page({ page_size: '1000', page_no: '1' })
    expect(rows).toHaveLength(100)
    expect(body).toMatchObject({ page_no: 1, page_size: 1000, record_count: ordinary().length })
  })

  it('goes through everything once', async () => {
    const seen: number[] = []
    for (let number = 1; ; number++) {
      const { rows } = await page({ page_size: '100', page_no: String(number), client_id: '257' })
      seen.push(...rows.map((row) => Number(row.id)))
      if (rows.length === 0) break
    }
    const expected = ordinary().filter((ticket) => ticket.companyId === 257)
    expect(seen).toEqual(sorted(expected.map((ticket) => ticket.id)))
  })

  it('means nothing without pageinate: count cuts, and record_count is what came', async () => {
    const { body, rows } = await bench.get('/Tickets', { page_size: '10', page_no: '7', count: '3' })
    expect([rows.length, body.record_count, body.page_no]).toEqual([3, 3, undefined])
    expect((await bench.get('/Tickets')).rows).toHaveLength(50)
  })

  it('orders by up to five fields, each with its direction', async () => {
    const { rows } = await page({ order: 'priority_id', orderdesc: 'true', order2: 'id', page_size: '100' })
    const keys = rows.map((row) => [-Number(row.priority_id), Number(row.id)] as const)
    expect(keys).toEqual([...keys].sort((a, b) => a[0] - b[0] || a[1] - b[1]))
    expect((await bench.get('/Tickets', { order: 'colour_of_the_moon' })).status).toBe(400)
  })
})

describe('rows and details', () => {
  const id = 90001

  it('a list has no text, no custom fields and no names that were not asked for', async () => {
    const row = (await bench.get('/Tickets', { ticketids: String(id) })).rows[0]!
    for (const name of ['details', 'customfields', 'assets', 'status_name', 'timetaken', 'contract_id'])
      expect(row).not.toHaveProperty(name)
    expect(row).toMatchObject({ id, client_name: expect.any(String), deadlinedate: expect.any(String) })
  })

  it.each([
    ['includestatus', 'status_name'],
    ['includetickettype', 'tickettype_name'],
    ['includeagent', 'agent_name'],
    ['includetimetaken', 'timetaken'],
    ['includechildids', 'child_ticket_ids'],
    ['includelastaction', 'action_note'],
  ])('%s adds %s', async (flag, field) => {
    const row = (await bench.get('/Tickets', { ticketids: String(id), [flag]: 'true' })).rows[0]!
    expect(row).toHaveProperty(field)
  })

  it('ticketidonly leaves little, and does not go with pages', async () => {
    const { rows } = await bench.get('/Tickets', { ticketidonly: 'true', ticketids: String(id) })
    expect(Object.keys(rows[0]!)).toEqual(
      'id sla_id status_id client_id client_name lastincomingemail'.split(' '),
    )
    expect((await bench.get('/Tickets', { ticketidonly: 'true', pageinate: 'true' })).status).toBe(400)
  })

  it('by id the texts and children come with includedetails only', async () => {
    const bare = (await bench.get(`/Tickets/${id}`)).body
    const full = (await bench.get(`/Tickets/${id}`, { includedetails: 'true' })).body
    for (const name of ['details', 'details_html', 'customfields', 'assets', 'todo_list', 'items_issued']) {
      expect(bare).not.toHaveProperty(name)
      expect(full).toHaveProperty(name)
    }
    expect((full.customfields as Rec[]).map((field) => field.name)).toContain('CFRootCause')
  })

  it('an empty date is 1900, or the framework zero for the response', async () => {
    const fresh = bench.simulator.dataset.tickets.find((ticket) => !ticket.closedAt && !ticket.dueAt)!
    const { body } = await bench.get(`/Tickets/${fresh.id}`)
    expect(body).toMatchObject({ dateclosed: '1900-01-01T00:00:00', deadlinedate: '1900-01-01T00:00:00' })
    const project = (await bench.get('/Tickets/701')).body
    expect(project.responsedate).toBe('0001-01-01T00:00:00')
  })

  it.each(['/Tickets/1', '/Users/1', '/Asset/1', '/Agent/4711', '/Status/77'])('%s is 404', async (path) => {
    expect((await bench.get(path)).status).toBe(404)
  })
})

describe('filters', () => {
  it('by client, status, priority, agent and open', async () => {
    const all = ordinary()
    await expectIds(
      { client_id: '254' },
      all.filter((t) => t.companyId === 254).map((t) => t.id),
    )
    await expectIds(
      { client_ids: '254,260', priority: '1,2' },
      all.filter((t) => [254, 260].includes(t.companyId) && t.priorityId <= 2).map((t) => t.id),
    )
    await expectIds(
      { open_only: 'true', agent_id: '152' },
      all.filter((t) => !t.closedAt && t.ownerId === 152).map((t) => t.id),
    )
    await expectIds(
      { status: '9', requesttype: '22' },
      all.filter((t) => t.closedAt && t.boardId === 3).map((t) => t.id),
    )
    await expectIds(
      { team: '23', closed_only: 'true' },
      all.filter((t) => t.closedAt && t.boardId === 3).map((t) => t.id),
    )
    await expectIds(
      { includeclosed: '0', sla: '2' },
      all.filter((t) => !t.closedAt && t.slaId === 2).map((t) => t.id),
    )
  })

  it('by dates of the database, in its own spelling', async () => {
    const [from, to] = ['2026-10-01T00:00:00', '2026-10-15T00:00:00']
    const inside = (at?: number) =>
      at !== undefined && at >= Date.parse(`${from}Z`) && at <= Date.parse(`${to}Z`)
    const range = { startdate: from, enddate: to }
    await expectIds(
      { datesearch: 'dateoccured', ...range },
      ordinary()
        .filter((t) => inside(t.createdAt))
        .map((t) => t.id),
    )
    await expectIds(
      { datesearch: 'datecleared', ...range },
      ordinary()
        .filter((t) => inside(t.closedAt))
        .map((t) => t.id),
    )
    expect(await bench.ids({ datesearch: 'dateoccurred', ...range })).toBe(400)
    expect(await bench.ids(range)).toBe(400)
    expect(await bench.ids({ datesearch: 'dateoccured', startdate: 'yesterday' })).toBe(400)
  })

  it('utcoffset counts minutes west of UTC', async () => {
    const at = ordinary()[500]!.createdAt
    const local = new Date(at - 480 * 60_000).toISOString().replace('.000Z', '')
    const query = { datesearch: 'dateoccured', startdate: local, enddate: local, utcoffset: '480' }
    expect(await bench.ids(query)).toContain(ordinary()[500]!.id)
    expect(await bench.ids({ ...query, utcoffset: '0' })).toEqual([])
  })

  it('search takes % and _ as wildcards, and quotes as themselves', async () => {
    const [awkward] = bench.simulator.dataset.facts.awkwardTicketIds
    expect(await bench.ids({ search_summary: `O'Brien & "Sons" 100%` })).toContain(awkward)
    expect(await bench.ids({ search_summary: `can't open [shared] f_les` })).toContain(awkward)
    expect(await bench.ids({ search_summary: `can't open [shared] f.les` })).toEqual([])
    expect(await bench.ids({ search: '90001' })).toContain(90001)
  })

  it('search looks into notes only with searchactions', async () => {
    const [long] = bench.simulator.dataset.facts.longTicketIds
    const search = '200. '
    expect(await bench.ids({ search })).not.toContain(long)
    expect(await bench.ids({ search, searchactions: 'true' })).toContain(long)
  })

  it('advanced_search knows equals and refuses other names', async () => {
    const filter = (name: string, type = 2) =>
      JSON.stringify([{ filter_name: name, filter_type: type, filter_value: 'Harbor Dental Group' }])
    expect(await bench.ids({ advanced_search: filter('client_name') })).toEqual(
      await bench.ids({ client_id: '257' }),
    )
    const bad = await bench.get('/Tickets', { advanced_search: filter('password') })
    expect([bad.status, bad.body]).toEqual([400, 'Invalid advanced search parameter password'])
    expect(await bench.ids({ advanced_search: filter('client_name', 7) })).toBe(400)
  })
})

describe('what a list hides', () => {
  it('losers of a merge, though not by id', async () => {
    const [loser] = bench.simulator.dataset.facts.mergedTicketIds
    expect(await bench.ids({ ticketids: String(loser) })).toEqual([])
    const { body } = await bench.get(`/Tickets/${loser}`)
    expect(Number(body.merged_into_id)).toBeGreaterThan(0)
    expect(body.status_id).toBe(9)
  })

  it('projects and opportunities, unless asked for or named by id', async () => {
    expect(await bench.ids({ client_id: '257' })).not.toContain(701)
    expect(sorted((await bench.ids({ domain: 'prjs' })) as number[])).toEqual([701, 706])
    expect(sorted((await bench.ids({}, '/Projects')) as number[])).toEqual([701, 706])
    expect(sorted((await bench.ids({ domain: 'opps' })) as number[])).toEqual([702, 703, 704])
    expect(await bench.ids({ includeprojects: 'true' })).toContain(701)
    expect(sorted((await bench.ids({ ticketids: '701,90001' })) as number[])).toEqual([701, 90001])
    expect(await bench.ids({ parent_id: '701' })).toHaveLength(40)
  })
})

describe('small lists', () => {
  it.each([
    '/Status',
    '/TicketType',
    '/Outcome',
    '/Category',
    '/Team',
    '/SLA',
    '/Priority',
    '/Agent',
    '/FieldInfo',
  ])('%s is a bare array', async (path) => {
    const { status, body } = await bench.get(path)
    expect([status, Array.isArray(body)]).toEqual([200, true])
  })

  it('excludeclosed tells which statuses are closed', async () => {
    const ids = async (query = {}) => (await bench.get('/Status', query)).rows.map((row) => row.id)
    const open = await ids({ excludeclosed: 'true' })
    expect((await ids()).filter((id) => !open.includes(id))).toEqual([9])
  })

  it('priorities have a GUID for an id and belong to one SLA', async () => {
    const gold = (await bench.get('/Priority', { slaid: '2' })).rows
    expect(gold.map((row) => row.priorityid)).toEqual([1, 2, 3, 4])
    expect((await bench.get('/Priority', { slaid: '1' })).rows.map((row) => row.priorityid)).toContain(5)
    expect((await bench.get(`/Priority/${gold[0]!.id}`)).body).toMatchObject({ slaid: 2, priorityid: 1 })
  })

  it('outcomes come by ticket type and without the system', async () => {
    const names = async (type: string) =>
      (await bench.get('/Outcome', { tickettype_id: type })).rows.map((row) => row.outcome)
    expect(await names('22')).toContain('Contain')
    expect(await names('1')).not.toContain('Contain')
    expect(await names('1')).not.toContain('Merged')
  })

  it('agents hide the disabled, the API agent and nobody', async () => {
    const ids = async (query = {}) => (await bench.get('/Agent', query)).rows.map((row) => row.id)
    const usual = await ids()
    for (const id of [1, 162, 190]) expect(usual).not.toContain(id)
    const all = { includeapiagents: 'true', includedisabled: 'true', includeunassigned: 'true' }
    expect(await ids(all)).toEqual(expect.arrayContaining([1, 162, 190]))
    expect((await bench.get('/Agent/me')).body).toMatchObject({ id: 190, name: 'Automation API' })
  })
})
