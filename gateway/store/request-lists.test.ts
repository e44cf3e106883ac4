import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { aRequest, aWorld, type World } from '../../test/rows.ts'
import type { Store } from './index.ts'
import {
  listRequests,
  placeOfRequest,
  type RequestFilter,
  type RequestOrder,
  type RequestPlace,
  requestFacets,
} from './request-lists.ts'

let database: TestDatabase
let store: Store
let world: World

beforeAll(async () => {
  database = await createTestDatabase()
  store = database.store
  world = await aWorld(store)
})
afterAll(() => database.drop())

const TICKET = 'acme-cw:Ticket:9'

async function pageByPage(filter: RequestFilter, order: RequestOrder): Promise<string[]> {
  const seen: string[] = []
  let after: RequestPlace | undefined
  for (;;) {
    const [row] = await listRequests(store.db, filter, 1, { order, ...(after !== undefined && { after }) })
    if (row === undefined) return seen
    // A page that does not go on would bring the same row for ever.
    expect(seen).not.toContain(row.id)
    seen.push(row.id)
    after = placeOfRequest(row, order)
  }
}

describe('a list of requests', () => {
  it('goes on behind the last row of the page before, also among rows of one moment', async () => {
    const rows = await Promise.all([1, 2, 3, 4, 5].map(() => aRequest(store, world, { ticket_id: TICKET })))
    const ids = rows.map(({ id }) => id).sort()
    for (const order of ['NEWEST', 'EXPIRY', 'DUE'] as const)
      expect((await pageByPage({ ticketId: TICKET }, order)).sort(), order).toEqual(ids)
  })

  it('begins with what expires or is due first, and ends with what is never due', async () => {
    const ticket = { ticket_id: 'acme-cw:Ticket:10' }
    const at = (minutes: number) => new Date(Date.now() + minutes * 60_000)
    const late = await aRequest(store, world, { ...ticket, expires_at: at(90), due_at: at(10) })
    const never = await aRequest(store, world, { ...ticket, expires_at: at(30), due_at: null })
    const soon = await aRequest(store, world, { ...ticket, expires_at: at(60), due_at: at(-5) })
    const filter = { ticketId: ticket.ticket_id }
    expect(await pageByPage(filter, 'EXPIRY')).toEqual([never.id, soon.id, late.id])
    expect(await pageByPage(filter, 'DUE')).toEqual([soon.id, late.id, never.id])
  })

  it('of no connection is empty', async () => {
    expect(await listRequests(store.db, { connections: [] }, 10)).toEqual([])
  })
})

describe('narrowed', () => {
  const ticketId = 'acme-cw:Ticket:11'
  const names = new Map<string, string>()
  const made = async (name: string, change: Parameters<typeof aRequest>[2]) =>
    names.set((await aRequest(store, world, { ticket_id: ticketId, ...change })).id, name)

  beforeAll(async () => {
    await made('urgent', { board: '1', owner: '7', priority_rank: 1, groups: ['Tickets', 'Ticket Notes'] })
    await made('usual', { board: '1', owner: '8', priority_rank: 3, groups: ['Time Entries'] })
    await made('mailing', { board: '2', owner: '7', client_mail: 'MAY' })
    await made('bare', { created_at: new Date(Date.now() - 3_600_000) })
  })

  const board = (key: string, connection = 'acme-cw') => ({ connection, key })
  it.each<[string, RequestFilter, string[]]>([
    ['by board', { boards: [board('1')] }, ['urgent', 'usual']],
    ['by several boards', { boards: [board('1'), board('2')] }, ['mailing', 'urgent', 'usual']],
    ['by a board of another connection', { boards: [board('1', 'other-cw')] }, []],
    ['by no board', { boards: [] }, []],
    ['by owner', { owners: [board('7')] }, ['mailing', 'urgent']],
    ['by group', { groups: ['Ticket Notes', 'Time Entries'] }, ['urgent', 'usual']],
    ['by priority', { priorityAtLeast: 2 }, ['urgent']],
    ['to what mails the client', { mailsClient: true }, ['mailing']],
    ['to what does not', { mailsClient: false }, ['bare', 'urgent', 'usual']],
    ['by age', { olderThanMinutes: 30 }, ['bare']],
    ['by several', { boards: [board('1')], priorityAtLeast: 3, owners: [board('8')] }, ['usual']],
    ['by workflow', { workflowIds: ['wf_other'] }, []],
  ])('%s', async (_, filter, expected) => {
    const rows = await listRequests(store.db, { ticketId, ...filter }, 10)
    expect(rows.map(({ id }) => names.get(id)).sort()).toEqual(expected)
  })

  it('tells what it could be narrowed by, with how many that leaves', async () => {
    expect(await requestFacets(store.db, { ticketId })).toEqual({
      boards: [
        { connection: 'acme-cw', key: '1', count: 2 },
        { connection: 'acme-cw', key: '2', count: 1 },
      ],
      owners: [
        { connection: 'acme-cw', key: '7', count: 2 },
        { connection: 'acme-cw', key: '8', count: 1 },
      ],
      groups: [
        { group: 'Ticket Notes', count: 1 },
        { group: 'Tickets', count: 3 },
        { group: 'Time Entries', count: 1 },
      ],
      workflows: [{ workflow: world.workflowId, count: 4 }],
      priorities: [
        { rank: 1, count: 1 },
        { rank: 3, count: 1 },
      ],
    })
  })
})
