import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Bench, startBench } from './harness.ts'

let bench: Bench
beforeAll(async () => {
  bench = await startBench()
})
beforeEach(() => bench.simulator.clearJournal())
afterAll(() => bench.simulator.close())

const refused = () => bench.simulator.journal().at(-1)?.refused

describe('zone discovery', () => {
  it.each(['/ATServicesRest/V1.0/ZoneInformation', '/atservicesrest/v1.0/zoneInformation'])(
    '%s needs no credentials and points to this simulator',
    async (path) => {
      const { url, credentials } = bench.simulator
      const reply = await fetch(`${url}${path}?user=${encodeURIComponent(credentials.username)}`)
      expect(await reply.json()).toMatchObject({ url: `${url}/atservicesrest`, ci: expect.any(Number) })
    },
  )

  it('refuses an unknown login, none, and another parameter', async () => {
    expect((await bench.get('/ZoneInformation?user=who')).status).toBe(500)
    expect((await bench.get('/ZoneInformation')).status).toBe(400)
    expect((await bench.get('/ZoneInformation?user=x&zone=1')).errors).toContain('zone')
  })

  it('tells the versions outside V1.0', async () => {
    expect((await bench.call('GET', '/ATServicesRest/VersionInformation')).body).toEqual({
      apiVersions: ['1.0'],
    })
  })

  it('can be told to point elsewhere', async () => {
    const other = await startBench({ zoneUrl: 'https://webservices9.autotask.net/ATServicesRest/' })
    const user = encodeURIComponent(other.simulator.credentials.username)
    expect((await other.get(`/ZoneInformation?user=${user}`)).body.url).toContain('webservices9')
    await other.simulator.close()
  })
})

describe('credentials', () => {
  it.each([
    [{ UserName: 'someone@else.example' }],
    [{ Secret: 'wrong' }],
    [{ ApiIntegrationCode: 'WRONG' }],
    [{ ApiIntegrationCode: '' }],
  ])('%j is an empty 401 that names the zone', async (headers) => {
    const reply = await bench.call('GET', '/Tickets/90001', undefined, headers as Record<string, string>)
    expect([reply.status, reply.text]).toEqual([401, ''])
    expect(reply.headers.get('www-authenticate')).toMatch(/^Basic realm="webservices\d+/)
  })

  it('refuses to write in the name of another resource', async () => {
    const headers = { ImpersonationResourceId: '151' }
    const reply = await bench.call('GET', '/Tickets/90001', undefined, headers)
    expect([reply.status, reply.errors]).toEqual([500, expect.stringContaining('adequate permissions')])
  })
})

describe('rights', () => {
  it('are refused with 500 and told by the metadata', async () => {
    const denied = ['create TimeEntries', 'query Contracts'] as const
    const other = await startBench({ denied })
    expect(await other.write('POST', '/TimeEntries', {})).toContain('adequate permissions to create')
    expect((await other.get('/Contracts/81')).errors).toContain('adequate permissions to query')
    expect((await other.get('/TimeEntries/entityInformation')).body.info).toMatchObject({
      userAccessForCreate: 'None',
      userAccessForDelete: 'All',
    })
    await other.simulator.close()
  })
})

describe('routes', () => {
  it.each([
    ['DELETE', '/Tickets/90001', 405],
    ['PATCH', '/Tickets/90001', 405],
    ['PATCH', '/Contracts/81', 405],
    ['DELETE', '/Tickets/90001/Notes/1', 405],
    ['GET', '/Tickets', 405],
    ['GET', '/Tickets/query/next?paging=%7B%7D', 405],
    ['POST', '/TicketNotes', 404],
    ['POST', '/Tickets/1/Notes/query', 404],
    ['GET', '/Tickets/abc', 404],
    ['GET', '/Nothing/1', 404],
    ['GET', '/ATServices/1.6/atws.asmx', 404],
    ['GET', '/Appointments/entityInformation/userDefinedFields', 404],
  ])('%s %s is %i with a Message', async (method, path, status) => {
    const reply = await bench.call(method, path)
    expect([reply.status, typeof reply.body.Message]).toEqual([status, 'string'])
  })

  it('do not mind case', async () => {
    expect(await bench.item('/tickets/90001')).toMatchObject({ id: 90_001 })
    expect((await bench.call('GET', '/atservicesrest/v1.0/TICKETS/90001')).status).toBe(200)
  })

  it('that the simulator does not play say so in the journal', async () => {
    expect((await bench.call('POST', '/Departments', { name: 'x' })).status).toBe(404)
    expect(refused()).toBe('the simulator does not play POST /departments')
  })

  it('answer null for an id that nobody has', async () => {
    const reply = await bench.get('/Tickets/5')
    expect([reply.status, reply.body]).toEqual([200, { item: null }])
  })
})

describe('strictness', () => {
  it.each([
    ['GET', '/Tickets/90001?fields=id', undefined],
    ['POST', '/Tickets?notify=false', { title: 'x' }],
    ['POST', '/Tickets', { title: 'x', summary: 'y' }],
    ['PATCH', '/Tickets', { id: 90_001, soapParentPropertyId: 1 }],
    ['POST', '/Tickets/query', { filter: [{ op: 'exist', field: 'id' }], orderBy: 'id' }],
    ['POST', '/Tickets/query', { filter: [{ op: 'exist', field: 'id', not: true }] }],
    ['POST', '/Tickets/query', { filter: [{ op: 'noteExist', field: 'id' }] }],
    ['POST', '/Tickets/90001/Notes', { ticketID: 90_002, description: 'x', noteType: 3, publish: 2 }],
    ['DELETE', '/TimeEntries/70001', {}],
  ])('%s %s %j is refused with 400 and noted', async (method, path, body) => {
    const reply = await bench.call(method, path, body)
    expect([reply.status, reply.errors]).toEqual([400, expect.stringMatching(/./)])
    expect(refused()).toMatch(/./)
  })

  it('two searches are one too many', async () => {
    const search = encodeURIComponent('{"filter":[{"op":"exist","field":"id"}]}')
    expect((await bench.get(`/Tickets/query?search=${search}&search=${search}`)).status).toBe(400)
  })

  it('keeps GET addresses short', async () => {
    expect((await bench.get(`/Tickets/query?search=${'x'.repeat(2100)}`)).status).toBe(414)
  })

  it('takes JSON only', async () => {
    const headers = { 'content-type': 'text/plain' }
    expect((await bench.call('POST', '/Tickets', { title: 'x' }, headers)).status).toBe(415)
  })
})

describe('the parser is as lenient as the vendor’s', () => {
  it.each([
    ['unquoted names and trailing commas', '{ FILTER: [ { Op: "eq", FIELD: "ID", value: 90001, }, ], }'],
    ['numbers in quotes', '{"filter":[{"op":"eq","field":"id","value":"90001"}]}'],
    ['the last of two equal names', '{"filter":[],"filter":[{"op":"eq","field":"id","value":90001}]}'],
  ])('%s', async (_name, body) => {
    expect((await bench.call('POST', '/Tickets/query', body)).items.map((row) => row.id)).toEqual([90_001])
  })

  it.each(['{"filter":', '[1', "{'a':1}", '{"a" 1}', '{"a":tru}'])('%s is a 400', async (body) => {
    expect((await bench.call('POST', '/Tickets/query', body)).status).toBe(400)
  })
})

describe('metadata', () => {
  const field = async (root: string, name: string) => {
    const { body } = await bench.get(`/${root}/entityInformation/fields`)
    return (body.fields as Record<string, unknown>[]).find((entry) => entry.name === name)!
  }

  it('tells what an entity can', async () => {
    expect((await bench.get('/TimeEntries/entityInformation')).body.info).toMatchObject({
      name: 'TimeEntry',
      canCreate: true,
      canDelete: true,
    })
    expect((await bench.get('/Tickets/90001/Notes/entityInformation')).body.info).toMatchObject({
      name: 'TicketNote',
      canDelete: false,
    })
  })

  it('writes picklist values as text and names the parents of dependent ones', async () => {
    expect(await field('Tickets', 'status')).toMatchObject({ isPickList: true, isRequired: true })
    const sub = await field('Tickets', 'subIssueType')
    expect(sub.picklistParentValueField).toBe('issueType')
    expect(sub.picklistValues).toContainEqual(
      expect.objectContaining({ value: '101', label: 'Printer', parentValue: '10' }),
    )
  })

  it('tells references, lengths and what is read-only', async () => {
    expect(await field('Tickets', 'companyID')).toMatchObject({
      isReference: true,
      referenceEntityType: 'Company',
    })
    expect(await field('Tickets', 'title')).toMatchObject({ length: 255 })
    expect(await field('Tickets', 'ticketNumber')).toMatchObject({ isReadOnly: true })
    expect(await field('TimeEntries', 'hoursToBill')).toMatchObject({ isReadOnly: true })
  })

  it('lists user-defined fields', async () => {
    const { body } = await bench.get('/Tickets/entityInformation/userDefinedFields')
    expect((body.fields as { name: string }[]).map(({ name }) => name)).toContain('Root Cause')
  })
})
