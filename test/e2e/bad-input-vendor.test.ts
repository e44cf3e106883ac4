import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from '../gateway.ts'
import { endPauses } from '../rows.ts'
import { newestFirst, playFault, stopFaults, type Truth, truthOf } from './reads-truth.ts'

let t: TestGateway
let truth: Truth
let token: string
const answers: string[] = []
beforeAll(async () => {
  t = await startTestGateway({ settings: { vendorRead: 1 } })
  truth = truthOf(t.simulator.dataset)
  token = (await t.agent('READ_ONLY')).token
})
afterAll(() => t.close())
beforeEach(() => t.simulator.clearJournal())
afterEach(async () => {
  await stopFaults(t.simulator)
  await endPauses(t.gateway.services.store)
})

async function ask(query: string, variables?: Record<string, unknown>) {
  const answer = await t.ask(token, query, variables)
  answers.push(JSON.stringify(answer))
  return answer
}

const said = (message: string) => ({ code: 'Whatever', message, errors: null })
const LONG = 'The vendor talks on and on. '.repeat(200)

/** What goes wrong, the code that an agent acts on, and the vendor's own words beside it. */
const table = [
  [
    '401',
    { kind: 'status', status: 401, body: said('Unauthorized') },
    'VENDOR_UNAVAILABLE',
    { status: 401, message: 'Unauthorized' },
  ],
  [
    '403',
    { kind: 'status', status: 403, body: said('Forbidden') },
    'VENDOR_UNAVAILABLE',
    { status: 403, message: 'Forbidden' },
  ],
  [
    '400',
    { kind: 'status', status: 400, body: said('Bad conditions') },
    'VENDOR_REJECTED',
    { status: 400, message: 'Bad conditions' },
  ],
  [
    '500',
    { kind: 'status', status: 500 },
    'VENDOR_UNAVAILABLE',
    { status: 500, message: 'An error has occurred.' },
  ],
  [
    '500 and 5,600 characters',
    { kind: 'status', status: 500, body: said(LONG) },
    'VENDOR_UNAVAILABLE',
    { status: 500, message: `${LONG.slice(0, 499)}…` },
  ],
  [
    '503 again and again',
    { kind: 'status', status: 503, times: 9 },
    'VENDOR_UNAVAILABLE',
    { status: 503, message: 'An error has occurred.' },
  ],
  [
    '429 for ten minutes',
    // After the answers beside it: its pause is the whole connection's, and stops what was not sent yet.
    { kind: 'status', status: 429, headers: { 'retry-after': '600' }, delayMs: 500 },
    'BACKPRESSURE',
    { status: 429 },
  ],
  [
    'a redirect',
    { kind: 'status', status: 302, headers: { location: 'http://example.com/' } },
    'VENDOR_UNAVAILABLE',
    { status: 302 },
  ],
  ['silence', { kind: 'delay', delayMs: 3_000 }, 'VENDOR_UNAVAILABLE', undefined],
  ['a connection that breaks again and again', { kind: 'reset', times: 9 }, 'VENDOR_UNAVAILABLE', undefined],
  ['half a JSON text', { kind: 'malformed' }, 'VENDOR_UNAVAILABLE', { status: 200 }],
  [
    'JSON of another shape',
    { kind: 'status', status: 200, body: said('surprise') },
    'VENDOR_UNAVAILABLE',
    undefined,
  ],
  ['a page of a proxy', { kind: 'html', times: 9 }, 'VENDOR_UNAVAILABLE', { status: 502, message: '' }],
  [
    'a page of a proxy that claims to be fine',
    { kind: 'html', status: 200 },
    'VENDOR_UNAVAILABLE',
    { status: 200, message: '' },
  ],
  ['more than fits', { kind: 'oversized' }, 'VENDOR_UNAVAILABLE', undefined],
] as const

function expectTold(
  error: unknown,
  path: readonly (string | number)[],
  code: string,
  vendor: object | undefined,
): void {
  expect(error).toMatchObject({
    path,
    extensions: { code, connection: 'acme-cw', ...(vendor && { vendor }) },
  })
  const { extensions, message } = error as { message: string; extensions: { vendor?: { message: string } } }
  expect(extensions.vendor?.message.length ?? 0).toBeLessThanOrEqual(500)
  // Our words: what the vendor says stands in the extensions alone.
  expect(message).toMatch(/^The PSA of "acme-cw" /)
}

describe('a vendor that answers', () => {
  // First, because a 404 is taken for a move once in five seconds.
  it('from another release after it moved: read again without an error', async () => {
    t.simulator.setCodebase('v2027_1')
    const { data, errors } = await ask('{ tickets(first: 1) { nodes { id } } }')
    expect(errors).toEqual([])
    expect(data.tickets.nodes).toHaveLength(1)
  })

  it.each(table)(
    '%s to a list: the list is null with the reason, its neighbours live',
    async (_what, fault, code, vendor) => {
      await playFault(t.simulator, { match: { path: '/service/tickets' }, ...fault })
      const { data, errors } = await ask('{ tickets { nodes { id } } companies(first: 1) { nodes { id } } }')

      expect(data.tickets).toBeNull()
      expect(data.companies.nodes).toHaveLength(1)
      expect(errors).toHaveLength(1)
      expectTold(errors[0], ['tickets'], code, vendor)
    },
  )

  it.each(table)('%s to a read by id', async (_what, fault, code, vendor) => {
    await playFault(t.simulator, { match: { path: '/company/companies' }, ...fault })
    const [company] = t.simulator.dataset.companies
    const { data, errors } = await ask('query ($id: ID!) { company(id: $id) { name } }', {
      id: truth.id('Company', company!.id),
    })

    expect(data).toEqual({ company: null })
    expect(errors).toHaveLength(1)
    expectTold(errors[0], ['company'], code, vendor)
  })

  it.each(table)(
    '%s to a relation: null at its places, the tickets live',
    async (_what, fault, code, vendor) => {
      await playFault(t.simulator, { match: { path: '/company/contacts' }, ...fault })
      const { data, errors } = await ask('{ tickets(first: 10) { nodes { number contact { email } } } }')

      const newest = truth.tickets.toSorted(newestFirst).slice(0, 10)
      expect(data.tickets.nodes).toEqual(newest.map(({ id }) => ({ number: String(id), contact: null })))
      const places = newest.flatMap(({ contactId }, index) => (contactId === undefined ? [] : [index]))
      expect(errors.map(({ path }) => path)).toEqual(
        places.map((index) => ['tickets', 'nodes', index, 'contact']),
      )
      for (const [at, error] of errors.entries())
        expectTold(error, ['tickets', 'nodes', places[at]!, 'contact'], code, vendor)
    },
  )

  it.each(table)(
    '%s to the notes of one ticket: null there, the others live',
    async (_what, fault, code, vendor) => {
      const newest = truth.tickets.toSorted(newestFirst).slice(0, 4)
      await playFault(t.simulator, { match: { path: `/service/tickets/${newest[1]!.id}/notes` }, ...fault })
      const { data, errors } = await ask(
        '{ tickets(first: 4) { nodes { number notes(last: 1) { nodes { text } } } } }',
      )

      expect(data.tickets.nodes).toEqual(
        newest.map(({ id }, index) => ({
          number: String(id),
          notes:
            index === 1
              ? null
              : {
                  nodes: truth
                    .notes(id)
                    .slice(-1)
                    .map(({ text }) => ({ text })),
                },
        })),
      )
      expect(errors).toHaveLength(1)
      expectTold(errors[0], ['tickets', 'nodes', 1, 'notes'], code, vendor)
    },
  )

  it.each([
    ['429 for a second', { kind: 'status', status: 429, headers: { 'retry-after': '1' } }],
    ['503 once', { kind: 'status', status: 503 }],
    ['502 of a proxy once', { kind: 'html' }],
    ['with a broken connection once', { kind: 'reset' }],
  ])('%s is asked again, and nobody notices', async (_what, fault) => {
    await playFault(t.simulator, { match: { path: '/service/tickets' }, ...fault })
    const { data, errors } = await ask('{ tickets(first: 1) { nodes { id } } }')
    expect(errors).toEqual([])
    expect(data.tickets.nodes).toHaveLength(1)
    // An answer of an earlier test that was given up for late may still be on its way.
    const lists = t.simulator
      .journal()
      .filter(({ path, fault }) => path.endsWith('/service/tickets') && fault !== 'delay')
    expect(lists).toHaveLength(2)
  })

  it('429 tells how long to wait', async () => {
    await playFault(t.simulator, {
      match: { path: '/service/tickets' },
      kind: 'status',
      status: 429,
      headers: { 'retry-after': '600' },
    })
    const { errors } = await ask('{ tickets { nodes { id } } }')
    expect(errors[0]!.extensions).toMatchObject({ code: 'BACKPRESSURE', retryAfterMs: 600_000 })
    expect(t.simulator.journal().filter(({ fault }) => fault === 'status')).toHaveLength(1)
  })

  it('404 to a list is no empty list', async () => {
    await playFault(t.simulator, {
      match: { path: '/service/tickets' },
      kind: 'status',
      status: 404,
      times: 2,
      body: said('Not found'),
    })
    const { data, errors } = await ask('{ tickets { nodes { id } } }')
    expect(data.tickets).toBeNull()
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['VENDOR_UNAVAILABLE'])
  })

  it('404 to the notes of a ticket says that the ticket is gone', async () => {
    const [ticket] = truth.tickets
    await playFault(t.simulator, { match: { path: '/\\/notes$/' }, kind: 'status', status: 404, times: 2 })
    const { data, errors } = await ask(
      'query ($id: ID!) { ticket(id: $id) { number notes { nodes { id } } } }',
      {
        id: truth.id('Ticket', ticket!.id),
      },
    )
    expect(data.ticket).toEqual({ number: String(ticket!.id), notes: null })
    expect(errors).toMatchObject([{ path: ['ticket', 'notes'], extensions: { code: 'NOT_FOUND' } }])
  })

  it('with one record that can not be read: PARTIAL, the others live', async () => {
    const rows = t.simulator.state.tables.tickets.rows
    const newest = truth.tickets.toSorted(newestFirst).slice(0, 3)
    const row = rows.get(newest[1]!.id)!
    const { company } = row
    row.company = { id: 'not a number' }
    try {
      const { data, errors } = await ask(
        '{ tickets(first: 3) { nodes { number company { name } } pageInfo { incomplete { connection code } } } }',
      )
      expect(data.tickets.nodes.map(({ number }: { number: string }) => number)).not.toContain(
        String(newest[1]!.id),
      )
      expect(data.tickets.pageInfo.incomplete).toEqual([{ connection: 'acme-cw', code: 'PARTIAL' }])
      expect(errors).toMatchObject([
        { path: ['tickets'], extensions: { code: 'PARTIAL', connection: 'acme-cw' } },
      ])
    } finally {
      row.company = company
    }
  })
})

describe('secrets', () => {
  it('stand in no answer and in no line of the log, even when the vendor says them back', async () => {
    const { privateKey, publicKey, clientId, companyId } = t.simulator.credentials
    const basic = Buffer.from(`${companyId}+${publicKey}:${privateKey}`).toString('base64')
    const secrets = [privateKey, clientId, basic]
    for (const [path, status] of [
      ['/service/tickets', 500],
      ['/service/tickets', 401],
      ['/company/contacts', 400],
    ] as const)
      await playFault(t.simulator, {
        match: { path },
        kind: 'status',
        status,
        body: said(`Key ${secrets.join(' ')} ${publicKey} is not welcome`),
      })
    const { errors } = await ask(
      '{ tickets { nodes { id } } contacts { nodes { id } } again: ticket(id: "acme-cw:Ticket:44805") { id } }',
    )
    expect(errors).toHaveLength(3)

    const everything = [...answers, ...t.logged].join('\n')
    expect(answers.length).toBeGreaterThan(60)
    for (const secret of [...secrets, publicKey, token]) expect(everything).not.toContain(secret)
    expect(everything).not.toMatch(/node_modules|\bat \w+ \(/)
  })
})
