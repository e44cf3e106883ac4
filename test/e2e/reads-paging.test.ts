import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ticket } from '../../simulators/dataset/index.ts'
import { NOT_SUPPORTED } from '../contract/not-supported.ts'
import { startTestGateway, type TestGateway } from '../gateway.ts'
import { iso, newestFirst, type Truth, truthOf } from './reads-truth.ts'

let t: TestGateway
let truth: Truth
let token: string
beforeAll(async () => {
  t = await startTestGateway()
  truth = truthOf(t.simulator.dataset)
  token = (await t.agent('READ_ONLY')).token
})
afterAll(() => t.close())

type Variables = Record<string, unknown>

const PAGE = `query ($first: Int, $after: String, $filter: TicketFilter, $order: TicketOrder) {
  tickets(first: $first, after: $after, filter: $filter, order: $order) {
    nodes { number } pageInfo { hasNextPage hasPreviousPage startCursor endCursor incomplete { connection } } } }`

/** Every page to the end; fails when one has an error, is empty in the middle, or never ends. */
async function walk(variables: Variables): Promise<readonly number[]> {
  const found: number[] = []
  let after: string | null = null
  for (let page = 0; page < 100; page += 1) {
    const { data, errors } = await t.ask(token, PAGE, { first: 100, ...variables, after })
    expect(errors).toEqual([])
    const { nodes, pageInfo } = data.tickets
    expect(pageInfo.hasPreviousPage).toBe(after !== null)
    found.push(...nodes.map(({ number }: { number: string }) => Number(number)))
    if (!pageInfo.hasNextPage) return found
    expect(nodes.length).toBeGreaterThan(0)
    after = pageInfo.endCursor
  }
  throw new Error('Expected the list to end')
}

const refusal = async (variables: Variables, query = PAGE) => {
  t.simulator.clearJournal()
  const { data, errors } = await t.ask(token, query, variables)
  expect(errors).toHaveLength(1)
  expect(t.simulator.journal().filter(({ path }) => !path.startsWith('/login'))).toEqual([])
  return {
    data,
    code: errors[0]!.extensions.code,
    argument: errors[0]!.extensions.argument,
    message: errors[0]!.message,
  }
}

describe('walking all tickets, 100 at a time', () => {
  const keys = new Map<string, (ticket: Ticket) => number | undefined>([
    ['CREATED_AT', ({ createdAt }) => createdAt],
    ['UPDATED_AT', ({ updatedAt }) => updatedAt],
    ['WAITING_SINCE', (ticket) => truth.waitingSince(ticket)],
    ['DUE_AT', ({ dueAt }) => dueAt],
    ['PRIORITY', ({ priorityId }) => truth.priority(priorityId).sort],
    ['NUMBER', ({ id }) => id],
  ])

  function expected(key: string, direction: string): readonly number[] {
    const sign = direction === 'ASC' ? 1 : -1
    const value = keys.get(key)!
    return truth.tickets
      .toSorted((a, b) => {
        const [x, y] = [value(a), value(b)]
        if (x === y) return (a.id - b.id) * sign
        // Who has no value comes last, whichever way the rest goes.
        if (x === undefined || y === undefined) return x === undefined ? 1 : -1
        return (x - y) * sign
      })
      .map(({ id }) => id)
  }

  it.each(
    [...keys.keys()].flatMap((key) => [
      [key, 'ASC'],
      [key, 'DESC'],
    ]),
  )('by %s %s: every ticket once, in order', async (key, direction) => {
    const found = await walk({ order: { key, direction } })

    expect(found).toHaveLength(2000)
    expect(found).toEqual(expected(key, direction))
  })

  it('newest first when nothing is said, with pages of any size', async () => {
    const found = await walk({ first: 73, filter: { open: true } })

    expect(found).toEqual(
      truth.tickets
        .filter(truth.open)
        .toSorted(newestFirst)
        .map(({ id }) => id),
    )
  })

  it('gives 25 when no size is asked for', async () => {
    const { data } = await t.ask(token, '{ tickets { nodes { id } } }')
    expect(data.tickets.nodes).toHaveLength(25)
  })
})

describe('filters', () => {
  const DAY = 86_400_000
  const anchor = () => t.simulator.dataset.anchor.getTime()
  const id = (type: string, key: number) => truth.id(type, key)

  /** Each member of TicketFilter: what is asked, and the same in plain words over the data set. */
  const cases: readonly [name: string, () => { filter: Variables; keep: (ticket: Ticket) => boolean }][] = [
    ['text', () => ({ filter: { text: 'vpn' }, keep: ({ title }) => title.toLowerCase().includes('vpn') })],
    [
      'numbers',
      () => {
        const wanted = truth.tickets.slice(100, 110).map((ticket) => String(ticket.id))
        return {
          filter: { numbers: [...wanted, '999999'] },
          keep: ({ id: own }) => wanted.includes(String(own)),
        }
      },
    ],
    ['open', () => ({ filter: { open: true }, keep: truth.open })],
    ['open: false', () => ({ filter: { open: false }, keep: (ticket) => !truth.open(ticket) })],
    [
      'status by name',
      () => ({
        filter: { status: ['New', 'Waiting on Client'] },
        keep: ({ statusId }) => ['New', 'Waiting on Client'].includes(truth.status(statusId).name),
      }),
    ],
    [
      'status by key',
      () => {
        const key = t.simulator.dataset.boards[0]!.statuses[2]!.id
        return { filter: { status: [String(key)] }, keep: ({ statusId }) => statusId === key }
      },
    ],
    [
      'statusCategory',
      () => ({
        filter: { statusCategory: ['WAITING_CLIENT', 'WAITING_OTHER'] },
        keep: ({ statusId }) => truth.category(statusId).startsWith('WAITING'),
      }),
    ],
    [
      'priority',
      () => ({
        filter: { priority: ['Priority 1 - Critical', '2'] },
        keep: ({ priorityId }) => priorityId === 1 || priorityId === 2,
      }),
    ],
    ['board', () => ({ filter: { board: [id('Board', 3)] }, keep: ({ boardId }) => boardId === 3 })],
    [
      'company',
      () => {
        const [one, other] = t.simulator.dataset.companies.slice(4, 6).map((company) => company.id)
        return {
          filter: { company: [id('Company', one!), id('Company', other!)] },
          keep: ({ companyId }) => companyId === one || companyId === other,
        }
      },
    ],
    [
      'contact',
      () => {
        const contact = truth.tickets.find(({ contactId }) => contactId)!.contactId!
        return {
          filter: { contact: [id('Contact', contact)] },
          keep: ({ contactId }) => contactId === contact,
        }
      },
    ],
    [
      'assignee',
      () => {
        const member = truth.tickets.find(({ ownerId }) => ownerId)!.ownerId!
        return { filter: { assignee: [id('Member', member)] }, keep: ({ ownerId }) => ownerId === member }
      },
    ],
    ['unassigned', () => ({ filter: { unassigned: true }, keep: ({ ownerId }) => ownerId === undefined })],
    [
      'unassigned: false',
      () => ({ filter: { unassigned: false }, keep: ({ ownerId }) => ownerId !== undefined }),
    ],
    [
      'clientReplied',
      () => ({ filter: { clientReplied: true }, keep: ({ customerUpdated }) => customerUpdated }),
    ],
    [
      'createdAt',
      () => {
        const [from, to] = [anchor() - 40 * DAY, anchor() - 10 * DAY]
        return {
          filter: { createdAt: { after: iso(from), before: iso(to) } },
          keep: ({ createdAt }) => createdAt >= from && createdAt < to,
        }
      },
    ],
    [
      'createdAt to the second: after includes it',
      () => {
        const moment = truth.tickets[500]!.createdAt
        return { filter: { createdAt: { after: iso(moment) } }, keep: ({ createdAt }) => createdAt >= moment }
      },
    ],
    [
      'createdAt to the second: before excludes it',
      () => {
        const moment = truth.tickets[500]!.createdAt
        return { filter: { createdAt: { before: iso(moment) } }, keep: ({ createdAt }) => createdAt < moment }
      },
    ],
    [
      'updatedAt in a zone of its own',
      () => {
        const from = anchor() - 5 * DAY
        const local = new Date(from + 2 * 3_600_000).toISOString().replace('.000Z', '+02:00')
        return { filter: { updatedAt: { after: local } }, keep: ({ updatedAt }) => updatedAt >= from }
      },
    ],
    [
      'waitingSince',
      () => {
        const before = anchor() - 3 * DAY
        return {
          filter: { waitingSince: { before: iso(before) } },
          keep: (ticket) => truth.open(ticket) && ticket.updatedAt < before,
        }
      },
    ],
    ['a span with both ends open asks for nothing', () => ({ filter: { createdAt: {} }, keep: () => true })],
    [
      'configurationItem',
      () => {
        const item = truth.tickets.find(({ deviceIds }) => deviceIds.length > 0)!.deviceIds[0]!
        return {
          filter: { configurationItem: id('ConfigurationItem', item) },
          keep: ({ deviceIds }) => deviceIds.includes(item),
        }
      },
    ],
    [
      'several together: all must hold',
      () => {
        const from = anchor() - 120 * DAY
        return {
          filter: {
            open: true,
            board: [id('Board', 1)],
            unassigned: false,
            createdAt: { after: iso(from) },
            priority: ['3', '4'],
          },
          keep: (ticket) =>
            truth.open(ticket) &&
            ticket.boardId === 1 &&
            ticket.ownerId !== undefined &&
            ticket.createdAt >= from &&
            ticket.priorityId >= 3,
        }
      },
    ],
  ]

  it.each(cases)('%s', async (_name, make) => {
    const { filter, keep } = make()
    const wanted = truth.tickets.filter(keep).toSorted(newestFirst)

    expect(wanted.length).toBeGreaterThan(0)
    expect(await walk({ filter })).toEqual(wanted.map(({ id: own }) => own))
  })

  it.each`
    text                          | why
    ${'%'}                        | ${'a wildcard of LIKE'}
    ${'_'}                        | ${'one of any character there'}
    ${'['}                        | ${'opens a class there'}
    ${"O'Brien"}                  | ${'an apostrophe'}
    ${'"'}                        | ${'a double quote'}
    ${'" or id > 0 or summary="'} | ${'an injection'}
    ${') or (id > 0'}             | ${'an injection by brackets'}
    ${'é'}                        | ${'an accent'}
    ${'🔥'}                       | ${'an emoji'}
    ${' and '}                    | ${'a word of the condition language'}
    ${'[2026-01-01T00:00:00Z]'}   | ${'a date as the language writes it'}
  `('text $text finds what holds it, and nothing else ($why)', async ({ text }) => {
    const found = await walk({ filter: { text } })

    expect(found).toEqual(
      truth.tickets
        .filter(({ title }) => title.toLowerCase().includes(text.toLowerCase()))
        .toSorted(newestFirst)
        .map(({ id: own }) => own),
    )
  })

  it('has a case for each member of TicketFilter', async () => {
    const type = t.gateway.supergraph.apiSchema.getType('TicketFilter') as unknown as { getFields(): object }
    const tried = new Set([
      ...cases.flatMap(([, make]) => Object.keys(make().filter)),
      ...Object.keys(NOT_SUPPORTED.connectwise.filters.Ticket ?? {}),
    ])
    expect(Object.keys(type.getFields()).filter((name) => !tried.has(name))).toEqual([])
  })

  it.each`
    filter                                | argument
    ${{ text: '' }}                       | ${'filter.text'}
    ${{ text: 'a\u0000b' }}               | ${'$filter'}
    ${{ text: 'back\\slash' }}            | ${'filter.text'}
    ${{ text: `both " and '` }}           | ${'filter.text'}
    ${{ text: 'x'.repeat(201) }}          | ${'filter.text'}
    ${{ text: null }}                     | ${'filter.text'}
    ${{ numbers: [] }}                    | ${'filter.numbers'}
    ${{ numbers: ['1 or id > 0'] }}       | ${'filter.numbers'}
    ${{ company: ['19'] }}                | ${'filter.company'}
    ${{ company: ['acme-cw:Contact:1'] }} | ${'filter.company'}
    ${{ board: ['Service Desk'] }}        | ${'filter.board'}
    ${{ contact: ['nonsense'] }}          | ${'filter.contact'}
  `('refuses $filter by name', async ({ filter, argument }) => {
    expect(await refusal({ filter })).toMatchObject({ code: 'BAD_USER_INPUT', argument })
  })

  it('refuses a record of a connection that is not assigned', async () => {
    expect(await refusal({ filter: { company: ['gamma-cw:Company:19'] } })).toMatchObject({
      code: 'CONNECTION_FORBIDDEN',
    })
  })
})

describe('cursors and page sizes', () => {
  const cursorOf = async (variables: Variables) =>
    (await t.ask(token, PAGE, { first: 2, ...variables })).data.tickets.pageInfo.endCursor as string

  it.each`
    other                                                  | why
    ${{ filter: { open: true } }}                          | ${'another filter'}
    ${{ order: { key: 'CREATED_AT', direction: 'ASC' } }}  | ${'another direction'}
    ${{ order: { key: 'UPDATED_AT', direction: 'DESC' } }} | ${'another order'}
  `('refuses a cursor of $why', async ({ other }) => {
    const after = await cursorOf(other)
    expect(await refusal({ after })).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'after' })
  })

  it('refuses a cursor of another list', async () => {
    const after = await cursorOf({})
    const query = 'query ($after: String) { contacts(after: $after) { nodes { id } } }'
    expect(await refusal({ after }, query)).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'after' })
  })

  it('refuses a cursor of the notes of another ticket, and one of the other direction', async () => {
    const [one, other] = t.simulator.dataset.facts.longTicketIds.map((key) => truth.id('Ticket', key))
    const read = (id: string | undefined, args: string) =>
      t.ask(
        token,
        `{ ticket(id: "${id}") { notes(${args}) { nodes { id } pageInfo { endCursor startCursor } } } }`,
      )
    const { endCursor } = (await read(one, 'first: 3')).data.ticket.notes.pageInfo

    for (const [id, args] of [
      [other, `first: 3, after: "${endCursor}"`],
      [one, `last: 3, before: "${endCursor}"`],
    ] as const) {
      const { data, errors } = await read(id, args)
      expect(data.ticket.notes).toBeNull()
      expect(errors[0]).toMatchObject({ path: ['ticket', 'notes'], extensions: { code: 'BAD_USER_INPUT' } })
    }
  })

  it.each(['nonsense', '', 'a.b', 'eyJ2IjoxfQ.AAAAAAAAAAAAAAAAAAAAAA'])(
    'refuses %j as a cursor',
    async (after) => {
      expect(await refusal({ after })).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'after' })
    },
  )

  it('refuses a cursor whose content was changed', async () => {
    const [body = '', mac] = (await cursorOf({})).split('.')
    const content = JSON.parse(Buffer.from(body, 'base64url').toString())
    const forged = Buffer.from(JSON.stringify({ ...content, at: {} })).toString('base64url')
    expect(await refusal({ after: `${forged}.${mac}` })).toMatchObject({
      code: 'BAD_USER_INPUT',
      argument: 'after',
    })
  })

  it.each([0, 101, -1, 2_147_483_647])('refuses first: %i', async (first) => {
    expect(await refusal({ first })).toMatchObject({
      code: expect.stringMatching(/^(BAD_USER_INPUT|LIMIT_EXCEEDED)$/),
    })
  })

  it.each(['last: 5, first: 5', 'last: 0', 'last: 101', 'first: 0', 'before: "x"', 'last: 5, after: "x"'])(
    'refuses notes(%s), and the ticket stays',
    async (args) => {
      const id = truth.id('Ticket', truth.tickets[0]!.id)
      const { data, errors } = await t.ask(
        token,
        `{ ticket(id: "${id}") { id notes(${args}) { nodes { id } } } }`,
      )
      expect(data.ticket).toEqual({ id, notes: null })
      expect(errors).toMatchObject([{ path: ['ticket', 'notes'], extensions: { code: 'BAD_USER_INPUT' } }])
    },
  )

  it.each(['first', 'last'] as const)('walks over 200 notes of one ticket with %s', async (word) => {
    const key = t.simulator.dataset.facts.longTicketIds[1]!
    const cursor = word === 'first' ? 'after' : 'before'
    const query = `query ($id: ID!, $at: String) { ticket(id: $id) { notes(${word}: 60, ${cursor}: $at) {
      edges { cursor node { text createdAt } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`
    const found: { text: string; createdAt: string }[] = []
    let at: string | null = null
    for (let page = 0; page < 10; page += 1) {
      const { data, errors } = await t.ask(token, query, { id: truth.id('Ticket', key), at })
      expect(errors).toEqual([])
      const { edges, pageInfo } = data.ticket.notes
      const nodes = edges.map(({ node }: { node: (typeof found)[number] }) => node)
      if (word === 'first') found.push(...nodes)
      else found.unshift(...nodes)
      at = word === 'first' ? pageInfo.endCursor : pageInfo.startCursor
      if (!(word === 'first' ? pageInfo.hasNextPage : pageInfo.hasPreviousPage)) break
    }
    expect(found).toEqual(
      truth.notes(key).map(({ text, createdAt }) => ({ text, createdAt: iso(createdAt) })),
    )
  })

  it.each([['INTERNAL'], ['DESCRIPTION', 'CLIENT_FACING'], ['RESOLUTION'], ['INTERNAL', 'RESOLUTION']])(
    'notes of kinds %s, %s',
    async (...kinds) => {
      const wanted = kinds.filter((kind) => kind !== undefined)
      const ticket = truth.tickets.find(({ id: own }) =>
        truth.notes(own).some(({ kind }) => kind === 'resolution'),
      )!
      const { data, errors } = await t.ask(
        token,
        'query ($id: ID!, $kinds: [NoteKind!]) { ticket(id: $id) { notes(kinds: $kinds) { nodes { text } } } }',
        { id: truth.id('Ticket', ticket.id), kinds: wanted },
      )
      expect(errors).toEqual([])
      expect(data.ticket.notes.nodes).toEqual(
        truth
          .notes(ticket.id)
          .filter((note) => wanted.includes(truth.kind(note)))
          .map(({ text }) => ({ text })),
      )
    },
  )
})
