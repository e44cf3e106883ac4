import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Bench, basic, detailOf, messageOf, NOW, newIncident, startBench } from './harness.ts'
import { sysIdOf } from './ids.ts'

let bench: Bench
beforeAll(async () => {
  bench = await startBench()
})
afterEach(() => {
  const { acl } = bench.simulator
  Object.assign(acl, {
    closedTables: new Set(),
    unreadableTables: new Set(),
    hiddenColumns: new Set(),
    hidesRow: () => false,
  })
})
afterAll(() => bench.simulator.close())
const old = sysIdOf('ticket', 90_001)

describe('login', () => {
  it('refuses wrong and missing credentials', async () => {
    for (const authorization of ['', basic('automation', 'wrong'), 'Bearer nothing']) {
      const reply = await bench.get('/table/incident', { sysparm_limit: '1' }, { authorization })
      expect([reply.status, messageOf(reply), detailOf(reply)]).toEqual([
        401,
        'User Not Authenticated',
        'Required to provide Auth information',
      ])
      expect(reply.headers.get('www-authenticate')).toMatch(/^BASIC/)
    }
  })

  const token = (form: Record<string, string>) => {
    const { clientId, clientSecret } = bench.simulator.credentials
    const body = new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...form }).toString()
    return bench.call('POST', '/oauth_token.do', body, {
      'content-type': 'application/x-www-form-urlencoded',
    })
  }
  const password = { grant_type: 'password', username: 'automation', password: 'simPassword0001' }
  const statusWith = async (access: unknown) =>
    (await bench.get('/table/incident', { sysparm_limit: '1' }, { authorization: `Bearer ${access}` })).status

  it('gives the same token while it lives, and a new one for the refresh token', async () => {
    const { simulator } = bench
    const first = (await token(password)).body
    expect(first).toMatchObject({ token_type: 'Bearer', scope: 'useraccount', expires_in: 1799 })
    expect(await statusWith(first.access_token)).toBe(200)
    simulator.setNow(new Date(NOW.getTime() + 600_000))
    const again = (await token(password)).body
    expect([again.access_token, again.expires_in]).toEqual([first.access_token, 1200])
    simulator.setNow(new Date(NOW.getTime() + 1_801_000))
    expect(await statusWith(first.access_token)).toBe(401)
    const renewed = (await token({ grant_type: 'refresh_token', refresh_token: String(first.refresh_token) }))
      .body
    expect(renewed.access_token).not.toBe(first.access_token)
    expect(await statusWith(renewed.access_token)).toBe(200)
    simulator.revokeAccess()
    expect(await statusWith(renewed.access_token)).toBe(401)
    simulator.setNow(undefined)
  })

  it('refuses a wrong client, password, refresh token and grant', async () => {
    const replies = [
      await token({ ...password, client_secret: 'x' }),
      await token({ ...password, password: 'x' }),
      await token({ grant_type: 'refresh_token', refresh_token: 'x' }),
      await token({ grant_type: 'device' }),
    ]
    expect(replies.map((reply) => [reply.status, reply.body.error])).toEqual([
      [401, 'invalid_client'],
      [401, 'access_denied'],
      [401, 'access_denied'],
      [401, 'server_error'],
    ])
    expect(JSON.stringify(bench.simulator.journal())).not.toContain('simPassword0001')
  })

  it('client credentials come without a refresh token', async () => {
    const { body } = await token({ grant_type: 'client_credentials' })
    expect(body.refresh_token).toBeUndefined()
    expect(await statusWith(body.access_token)).toBe(200)
  })
})

describe('the shape of a value', () => {
  const group = sysIdOf('board', 1)
  const link = () => `${bench.simulator.url}/api/now/table/sys_user_group/${group}`
  it.each([
    ['false', 'false', () => ({ link: link(), value: group })],
    ['false', 'true', () => group],
    ['true', 'false', () => ({ display_value: 'Service Desk', link: link() })],
    ['true', 'true', () => 'Service Desk'],
    ['all', 'false', () => ({ display_value: 'Service Desk', link: link(), value: group })],
    ['all', 'true', () => ({ display_value: 'Service Desk', value: group })],
  ])(
    'display %s, without links %s',
    async (sysparm_display_value, sysparm_exclude_reference_link, expected) => {
      const { row } = await bench.get(`/table/incident/${old}`, {
        sysparm_display_value,
        sysparm_exclude_reference_link,
        sysparm_fields: 'assignment_group,parent_incident,state',
      })
      expect(row.assignment_group).toEqual(expected())
      expect(row.parent_incident).toEqual(
        sysparm_display_value === 'all' ? { display_value: '', value: '' } : '',
      )
      const state = bench.simulator.state.tables.get('incident')!.get(old)!.state
      const label = { 1: 'New', 2: 'In Progress', 3: 'On Hold', 6: 'Resolved', 7: 'Closed' }[Number(state)]
      const shapes: Record<string, unknown> = {
        false: state,
        true: label,
        all: { display_value: label, value: state },
      }
      expect(row.state).toEqual(shapes[sysparm_display_value])
    },
  )

  it('everything is a string, journals are empty and the password never leaves', async () => {
    const { row } = await bench.get(`/table/incident/${old}`, { sysparm_exclude_reference_link: 'true' })
    expect(new Set(Object.values(row).map((value) => typeof value))).toEqual(new Set(['string']))
    expect([row.comments, row.work_notes, row.comments_and_work_notes]).toEqual(['', '', ''])
    const user = await bench.get(`/table/sys_user/${sysIdOf('technician', 151)}`, {
      sysparm_display_value: 'all',
    })
    expect(user.row.user_password).toEqual({ display_value: '', value: '' })
    expect(user.text).not.toContain('kept-secret')
  })

  it('answers dotted names under their own text', async () => {
    const { row } = await bench.get(`/table/incident/${old}`, {
      sysparm_fields: 'company.name,assignment_group.manager.user_name,company.parent',
      sysparm_exclude_reference_link: 'true',
    })
    const company = bench.simulator.dataset.tickets.find((ticket) => ticket.id === 90_001)!.companyId
    const name = bench.simulator.dataset.companies.find((one) => one.id === company)!.name
    expect(row).toEqual({
      'company.name': name,
      'assignment_group.manager.user_name': 'jdoe',
      'company.parent': '',
    })
  })

  it('reads every class of task over the base, with its own columns only', async () => {
    const reply = await bench.get('/table/task', {
      sysparm_query: 'sys_class_nameINincident,sc_task,change_request',
      sysparm_fields: 'sys_class_name,number',
    })
    expect(new Set(reply.rows.map((row) => row.sys_class_name))).toEqual(
      new Set(['incident', 'sc_task', 'change_request']),
    )
    expect((await bench.get('/table/task', { sysparm_fields: 'caller_id' })).status).toBe(400)
  })

  it('refuses an unknown column when strict', async () => {
    const reply = await bench.get(`/table/incident/${old}`, { sysparm_fields: 'number,nowhere' })
    expect([reply.status, messageOf(reply)]).toEqual([
      400,
      'unknown column nowhere of incident in sysparm_fields',
    ])
  })
})

describe('paging', () => {
  it('tells the total and links to the other pages', async () => {
    const reply = await bench.get('/table/incident', {
      sysparm_limit: '10',
      sysparm_offset: '20',
      sysparm_fields: 'number',
      sysparm_query: 'ORDERBYnumber',
    })
    const total = Number(reply.headers.get('x-total-count'))
    expect(total).toBeGreaterThan(1600)
    expect(reply.rows).toHaveLength(10)
    const links = Object.fromEntries(
      [...reply.headers.get('link')!.matchAll(/<([^>]*)>;rel="(\w+)"/g)].map(([, url, rel]) => [rel, url]),
    )
    expect(Object.keys(links)).toEqual(['first', 'prev', 'next', 'last'])
    expect(links.next).toContain('sysparm_offset=30')
    const next = await bench.call('GET', links.next!.slice(bench.simulator.url.length))
    expect(next.rows).toHaveLength(10)
    expect(next.rows[0]!.number).not.toBe(reply.rows[0]!.number)
    const last = await bench.call('GET', links.last!.slice(bench.simulator.url.length))
    expect(last.headers.get('link')).not.toContain('rel="next"')
  })

  it('leaves count and links out when told', async () => {
    const { headers } = await bench.get('/table/incident', {
      sysparm_limit: '1',
      sysparm_no_count: 'true',
      sysparm_suppress_pagination_header: 'true',
    })
    expect([headers.get('x-total-count'), headers.get('link')]).toEqual([null, null])
  })

  it('cuts the page before the ACLs look at it', async () => {
    const query = {
      sysparm_query: 'sys_idISNOTEMPTY^ORDERBYnumber',
      sysparm_limit: '4',
      sysparm_fields: 'number',
    }
    const all = await bench.get('/table/incident', query)
    bench.simulator.acl.hidesRow = (_, row) => row.number === all.rows[1]!.number
    const held = await bench.get('/table/incident', query)
    expect(held.rows).toHaveLength(3)
    expect(held.headers.get('x-total-count')).toBe(all.headers.get('x-total-count'))
  })

  it('v1 answers an empty list with 404, v2 and none with 200', async () => {
    const statuses = []
    for (const version of ['/v1', '/v2', ''])
      statuses.push(
        (await bench.get(`/api/now${version}/table/incident`, { sysparm_query: 'number=none' })).status,
      )
    expect(statuses).toEqual([404, 200, 200])
  })
})

describe('what is not there', () => {
  it('missing, hidden and numbered rows answer alike', async () => {
    bench.simulator.acl.hidesRow = (_, row) => row.sys_id === old
    const texts = []
    for (const id of ['0'.repeat(32), old, 'INC0090002'])
      texts.push((await bench.get(`/table/incident/${id}`)).text)
    expect(new Set(texts)).toEqual(
      new Set([expect.stringContaining("Record doesn't exist or ACL restricts")]),
    )
  })

  it('an unreadable table is empty, a closed one is 403, hidden columns are left out', async () => {
    const { acl } = bench.simulator
    acl.unreadableTables.add('sys_journal_field')
    expect((await bench.get('/table/sys_journal_field')).rows).toEqual([])
    acl.closedTables.add('sys_audit')
    expect(detailOf(await bench.get('/table/sys_audit'))).toBe('Failed API level ACL Validation')
    acl.hiddenColumns.add('incident.description')
    expect((await bench.get(`/table/incident/${old}`)).row).not.toHaveProperty('description')
  })

  it.each([
    ['/table/nowhere', 'Invalid table nowhere', 'has no table'],
    ['/table/sys_script', 'Invalid table sys_script', 'does not play table'],
    ['/graphql', 'Requested URI does not represent any resource', 'no endpoint'],
    ['/api/sn_chg_rest/change', 'Requested URI does not represent any resource', 'no endpoint'],
  ])('%s', async (path, message, refused) => {
    const reply = await bench.get(path)
    expect([reply.status, messageOf(reply)]).toEqual([400, message])
    expect(bench.last().refused).toContain(refused)
  })

  it.each([
    [{ sysparm_limt: '1' }],
    [{ sysparm_view: 'mobile' }],
    [{ sysparm_tiny: 'abc' }],
    [{ sysparm_limit: '-1' }],
    [{ sysparm_display_value: 'yes' }],
  ])('strict refuses %j', async (query) => {
    expect((await bench.get('/table/incident', query as Record<string, string>)).status).toBe(400)
    expect(bench.last().refused).toBeTruthy()
  })

  it('answers 405, 406 and 415', async () => {
    const statuses = [
      (await bench.call('DELETE', '/table/incident')).status,
      (await bench.get('/table/incident', {}, { accept: 'text/csv' })).status,
      (await bench.call('POST', '/table/incident', 'a=b', { 'content-type': 'text/plain' })).status,
    ]
    expect(statuses).toEqual([405, 406, 415])
  })
})

describe('choices, dictionary and statistics', () => {
  it('lists states with their labels, and subcategories by category', async () => {
    const states = await bench.get('/table/sys_choice', {
      sysparm_query: 'name=incident^element=state^inactive=false^language=en^ORDERBYsequence',
      sysparm_fields: 'value,label',
    })
    expect(states.rows.map((row) => row.label)).toEqual([
      'New',
      'In Progress',
      'On Hold',
      'Resolved',
      'Closed',
      'Canceled',
    ])
    const below = await bench.get('/table/sys_choice', {
      sysparm_query: 'element=subcategory^dependent_value=network',
      sysparm_fields: 'label',
    })
    expect(below.rows).toContainEqual({ label: 'VPN' })
  })

  it('knows the columns of a table and of its parent', async () => {
    const { rows } = await bench.get('/table/sys_dictionary', {
      sysparm_query: 'name=incident^ORname=task^elementISNOTEMPTY',
      sysparm_fields: 'element,internal_type,reference,max_length',
      sysparm_exclude_reference_link: 'true',
    })
    expect(rows).toContainEqual({
      element: 'caller_id',
      internal_type: 'reference',
      reference: 'sys_user',
      max_length: '40',
    })
    expect(rows).toContainEqual({
      element: 'short_description',
      internal_type: 'string',
      reference: '',
      max_length: '160',
    })
    const parents = await bench.get('/table/sys_db_object', {
      sysparm_query: 'name=incident',
      sysparm_fields: 'super_class',
      sysparm_exclude_reference_link: 'true',
    })
    expect(parents.rows).toEqual([{ super_class: 'task' }])
  })

  it('counts, alone and in groups', async () => {
    const total = (
      await bench.get('/table/incident', { sysparm_limit: '1', sysparm_query: 'active=true' })
    ).headers.get('x-total-count')
    const plain = await bench.get('/stats/incident', { sysparm_query: 'active=true', sysparm_count: 'true' })
    expect(plain.row).toEqual({ stats: { count: total } })
    const grouped = await bench.get('/stats/incident', {
      sysparm_query: 'active=true',
      sysparm_count: 'true',
      sysparm_group_by: 'state',
      sysparm_order_by: 'COUNT^DESC',
    })
    const counts = grouped.rows.map((row) => Number((row.stats as { count: string }).count))
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(Number(total))
    expect(counts).toEqual(counts.toSorted((a, b) => b - a))
    const sums = await bench.get('/stats/task_time_worked', {
      sysparm_sum_fields: 'time_in_seconds',
      sysparm_query: `task=${old}`,
    })
    const seconds = bench.simulator.dataset.timeEntries
      .filter((entry) => entry.ticketId === 90_001)
      .reduce((sum, entry) => sum + (entry.endsAt - entry.startsAt) / 1000, 0)
    expect(sums.row).toEqual({ stats: { sum: { time_in_seconds: seconds === 0 ? '' : String(seconds) } } })
  })

  it('a fresh incident is found at once', async () => {
    const id = await newIncident(bench)
    expect((await bench.get(`/table/task/${id}`, { sysparm_fields: 'sys_class_name' })).row).toEqual({
      sys_class_name: 'incident',
    })
  })
})
