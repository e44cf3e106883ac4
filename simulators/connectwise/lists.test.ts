import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isRec, type Rec } from '../shared/json.ts'
import { type Bench, startBench } from './harness.ts'
import { startConnectWiseSimulator } from './index.ts'

let bench: Bench
beforeAll(async () => {
  bench = await startBench()
})
afterAll(() => bench.simulator.close())

const ids = (rows: Rec[]) => rows.map((row) => Number(row.id))

describe('navigable pages', () => {
  it('are 25 long, start at 1 and lead on by absolute links that repeat the query', async () => {
    const first = await bench.get('/service/tickets', { conditions: 'board/id=3', fields: 'id' })
    const link = first.headers.get('link') ?? ''
    const next = /<([^>]+)>; rel="next"/.exec(link)?.[1] ?? ''
    expect(first.rows).toHaveLength(25)
    expect(link).toMatch(/rel="last"/)
    expect(link).not.toMatch(/rel="(prev|first)"/)
    expect(new URL(next).searchParams.get('conditions')).toBe('board/id=3')
    const second = await bench.call('GET', next.replace(bench.simulator.url, ''))
    expect(ids(second.rows)[0]).toBeGreaterThan(ids(first.rows).at(-1)!)
    expect(second.headers.get('link')).toMatch(/rel="prev"/)
  })

  it('cut a pageSize over 1000 without a word', async () => {
    const reply = await bench.get('/service/tickets', { pageSize: '5000', fields: 'id' })
    expect(reply.rows).toHaveLength(1000)
  })

  it('are empty past the end, and the last has no next', async () => {
    const count = Number((await bench.get('/service/tickets/count')).body.count)
    expect((await bench.get('/service/tickets', { page: '999' })).rows).toEqual([])
    const last = await bench.get('/service/tickets', { page: '3', pageSize: '1000', fields: 'id' })
    expect(last.rows).toHaveLength(count - 2000)
    expect(last.headers.get('link')).not.toMatch(/rel="next"/)
  })
})

describe('forward-only pages', () => {
  const forward = { 'pagination-type': 'forward-only' }

  it('walk every record once by pageId', async () => {
    const seen: number[] = []
    let pageId = 0
    for (;;) {
      const reply = await bench.get(
        '/company/contacts',
        { pageSize: '100', pageId: String(pageId), fields: 'id', page: '7' },
        forward,
      )
      if (reply.rows.length === 0) {
        expect(reply.headers.get('link')).toBe('')
        break
      }
      seen.push(...ids(reply.rows))
      pageId = seen.at(-1)!
      expect(reply.headers.get('link')).toContain(`pageId=${pageId}>; rel="next"`)
    }
    expect(new Set(seen).size).toBe(300)
  })

  it('refuse an order', async () => {
    expect((await bench.get('/company/contacts', { orderBy: 'id' }, forward)).status).toBe(400)
  })
})

describe('order and fields', () => {
  it('orders by several keys on nested paths', async () => {
    const { rows } = await bench.get('/service/tickets', {
      orderBy: 'board/name desc, id desc',
      pageSize: '1000',
      fields: 'id,board/name',
    })
    const keys = rows.map((row) => `${isRec(row.board) ? row.board.name : ''}`)
    expect(keys).toEqual([...keys].sort().reverse())
    const same = rows.filter((_, index) => keys[index] === keys[0])
    expect(ids(same)).toEqual([...ids(same)].sort((a, b) => b - a))
  })

  it('orders by dateEntered, which differs from the order of ids', async () => {
    const { rows } = await bench.get('/service/tickets', {
      orderBy: 'dateEntered asc',
      pageSize: '5',
      fields: 'id',
    })
    expect(Math.min(...ids(rows))).toBeGreaterThan(90_000)
  })

  it('answers only the named leaves', async () => {
    const { rows } = await bench.get('/service/tickets', {
      conditions: 'id=90001',
      fields: 'id,status/name,company/id,_info/dateEntered',
    })
    const full = (await bench.get('/service/tickets/90001')).body
    const info: Rec = isRec(full._info) ? full._info : {}
    expect(rows).toEqual([
      {
        id: 90001,
        status: { name: (full.status as Rec).name },
        company: { id: (full.company as Rec).id },
        _info: { dateEntered: info.dateEntered },
      },
    ])
  })

  it('leaves _info out unless it is named, and nulls always', async () => {
    const { rows } = await bench.get('/service/tickets', { pageSize: '1', fields: 'id,summary' })
    expect(Object.keys(rows[0]!)).toEqual(['id', 'summary'])
    const full = await bench.get('/service/tickets', { conditions: 'owner=null', pageSize: '1' })
    expect(full.rows[0]).not.toHaveProperty('owner')
    expect(full.text).not.toContain(':null')
    expect(full.rows[0]).toHaveProperty('_info.notes_href')
  })

  it.each(['dateEntered', 'lastUpdated', 'colour', 'status/colour'])('refuses fields=%s', async (fields) => {
    expect((await bench.get('/service/tickets', { fields })).status).toBe(400)
  })

  it('refuses addressLine2 of sites in fields although the record has it', async () => {
    const path = '/company/companies/257/sites'
    expect((await bench.get(path, { fields: 'addressLine2' })).status).toBe(400)
    expect((await bench.get(path, { fields: 'addressLine1' })).status).toBe(200)
  })

  it('refuses an unknown order', async () => {
    expect((await bench.get('/service/tickets', { orderBy: 'colour' })).body.code).toBe('ApiFindCondition')
  })
})

describe('the door', () => {
  it.each([
    ['another company', (c: { companyId: string }) => ({ ...c, companyId: 'other' })],
    ['a wrong key', (c: { companyId: string }) => ({ ...c, privateKey: 'wrong' })],
  ])('answers %s with 401, and with 404 in cloud mode', async (_name, change) => {
    const cloud = await startConnectWiseSimulator({ cloud: true })
    const bad = { ...bench.simulator.credentials, ...change(bench.simulator.credentials) }
    const authorization = `Basic ${Buffer.from(`${bad.companyId}+${bad.publicKey}:${bad.privateKey}`).toString('base64')}`
    const ask = (url: string) =>
      fetch(`${url}/v2026_4/apis/3.0/system/info`, { headers: { authorization, clientid: bad.clientId } })
    expect((await ask(bench.simulator.url)).status).toBe(401)
    expect((await ask(cloud.url)).status).toBe(404)
    await cloud.close()
  })

  it('wants the clientId', async () => {
    expect((await bench.get('/system/info', {}, { clientid: 'someone-else' })).status).toBe(403)
  })

  it.each([
    ['/V4_6_Release/APIS/3.0/Service/Tickets/Count/', 200],
    ['/v2025_1/apis/3.0/service/tickets/count', 404],
    ['/v2026_4/apis/3.0/service/nothing', 404],
    ['/v2026_4/apis/3.0/service/tickets/abc', 404],
    ['/v2026_4/apis/3.0/sales/orders', 404],
  ])('%s is %i', async (path, status) => {
    expect((await bench.call('GET', path)).status).toBe(status)
  })

  it('tells the codebase without credentials, and null for an unknown company', async () => {
    const ask = async (company: string) =>
      (await fetch(`${bench.simulator.url}/login/companyinfo/${company}`)).json()
    expect(await ask('AnchorPoint')).toMatchObject({
      Codebase: 'v2026_4/',
      IsCloud: 'True',
      VersionCode: 'v2026.4',
    })
    expect(await ask('nobody')).toBeNull()
  })

  it('answers 404 on the old codebase after an upgrade, while v4_6_release goes on', async () => {
    const own = await startBench()
    own.simulator.setCodebase('v2027_1')
    expect((await own.call('GET', '/v2026_4/apis/3.0/system/info')).status).toBe(404)
    expect((await own.call('GET', '/v2027_1/apis/3.0/system/info')).status).toBe(200)
    expect((await own.call('GET', '/v4_6_release/apis/3.0/system/info')).status).toBe(200)
    await own.simulator.close()
  })

  it('pins the model by Accept and refuses one that does not exist yet', async () => {
    const accept = (version: string) => ({
      accept: `application/vnd.connectwise.com+json; version=${version}`,
    })
    const pinned = await bench.get('/system/info', {}, accept('2025.1'))
    expect(pinned.headers.get('content-type')).toContain('version=2025.1')
    expect((await bench.get('/system/info', {}, accept('2031.1'))).status).toBe(400)
  })

  it('refuses an address over 10,000 characters', async () => {
    expect(
      (await bench.get('/service/tickets', { conditions: `summary="${'x'.repeat(10_000)}"` })).status,
    ).toBe(414)
  })

  it('serves members by identifier, inactive ones with few fields', async () => {
    expect((await bench.get('/system/members/JDOE')).body.id).toBe(151)
    const gone = (await bench.get('/system/members/pgone')).body
    expect(gone.inactiveFlag).toBe(true)
    expect(gone).not.toHaveProperty('officeEmail')
    expect((await bench.get('/system/myAccount')).body.identifier).toBe('automation')
  })

  it.each([
    'service/boards',
    'service/boards/1/statuses',
    'service/boards/1/types',
    'service/boards/1/subtypes',
    'service/boards/1/items',
    'service/boards/1/teams',
    'service/boards/1/typeSubTypeItemAssociations',
    'service/priorities',
    'service/sources',
    'service/SLAs',
    'service/teams',
    'service/severities',
    'service/impacts',
    'service/locations',
    'time/workTypes',
    'time/workRoles',
    'time/entries',
    'company/companies',
    'company/companies/257/sites',
    'company/contacts',
    'company/contacts/1003/communications',
    'company/configurations',
    'company/configurations/types',
    'company/configurations/statuses',
    'company/companies/statuses',
    'company/companies/types',
    'system/members',
    'system/info/members',
    'system/userDefinedFields',
    'system/locations',
    'system/departments',
    'schedule/entries',
    'schedule/types',
    'procurement/catalog',
    'procurement/products',
    'finance/agreements',
    'finance/agreements/types',
    'project/tickets',
  ])('%s lists and counts the same', async (path) => {
    const rows = await bench.get(`/${path}`, { pageSize: '1000' })
    const { count } = (await bench.get(`/${path}/count`)).body
    expect(rows.rows.length).toBeGreaterThan(0)
    expect(Math.min(Number(count), 1000)).toBe(rows.rows.length)
  })
})
