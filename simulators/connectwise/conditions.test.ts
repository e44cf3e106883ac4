import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildDataset, type Dataset, type Ticket } from '../dataset/index.ts'
import { type Bench, newTicket, startBench } from './harness.ts'

const linkedDevice = buildDataset().tickets.find((ticket) => ticket.deviceIds.length > 0)!.deviceIds[0]!
let bench: Bench
let data: Dataset
beforeAll(async () => {
  bench = await startBench()
  data = bench.simulator.dataset
})
afterAll(() => bench.simulator.close())

const status = (id: number) => data.boards.flatMap((board) => board.statuses).find((row) => row.id === id)!
const company = (t: Ticket) => data.companies.find((row) => row.id === t.companyId)!
const owner = (t: Ticket) => data.technicians.find((row) => row.id === t.ownerId)
const firstIds = (wanted: (t: Ticket) => boolean) =>
  data.tickets
    .filter(wanted)
    .map((t) => t.id)
    .sort((a, b) => a - b)
    .slice(0, 1000)

describe('conditions that find', () => {
  const cases: [string, (t: Ticket) => boolean][] = [
    ['id=90001', (t) => t.id === 90001],
    ['id in (90001, 90002,1)', (t) => t.id === 90001 || t.id === 90002],
    ['id not in (90001) and id >= 90001 and id < 90004', (t) => t.id === 90002 || t.id === 90003],
    ['Board/Name = "security"', (t) => t.boardId === 3],
    ["board/name='SECURITY'", (t) => t.boardId === 3],
    ['board/id=3 AND closedFlag=False', (t) => t.boardId === 3 && t.closedAt === undefined],
    ['closedFlag = true and board/id = 4', (t) => t.boardId === 4 && t.closedAt !== undefined],
    [
      'board/id=3 OR board/id=4 AND closedFlag=False',
      (t) => t.boardId === 3 || (t.boardId === 4 && t.closedAt === undefined),
    ],
    [
      '(board/id=3 OR board/id=4) AND closedFlag=False',
      (t) => [3, 4].includes(t.boardId) && t.closedAt === undefined,
    ],
    [
      'status/name in ("Merged", "scheduled")',
      (t) => ['Merged', 'Scheduled'].includes(status(t.statusId).name),
    ],
    ['summary contains "OUTLOOK"', (t) => /outlook/i.test(t.title)],
    ['summary not contains "the" and board/id=3', (t) => t.boardId === 3 && !/the/i.test(t.title)],
    ['summary like "new starter%"', (t) => /^new starter/i.test(t.title)],
    ['summary like "*starter*"', (t) => /starter/i.test(t.title)],
    ['summary like "starter"', () => false],
    ['summary not like "%a%"', (t) => !/a/i.test(t.title)],
    ['summary like "%[[]v2]%"', (t) => t.title.includes('[v2]')],
    ['summary like "%[v2]%" and summary like "VPN%"', (t) => /^VPN.*/.test(t.title)],
    ['company/name = "O\'Brien & \\"Sons\\" 100%"', (t) => company(t).identifier === 'OBrienSons'],
    ['company/name like "Delta_Fab%"', (t) => company(t).identifier === 'DeltaFab'],
    ['company/name contains "100%"', (t) => company(t).identifier === 'OBrienSons'],
    ['summary = "C:\\\\Temp\\\\ is full, 0% free"', (t) => t.title.startsWith('C:\\Temp')],
    ["summary contains 'C:\\Temp'", (t) => t.title.startsWith('C:\\Temp')],
    ['owner = null and board/id=3', (t) => t.boardId === 3 && t.ownerId === undefined],
    ['owner/identifier != null and board/id=3', (t) => t.boardId === 3 && t.ownerId !== undefined],
    // As in SQL, an unassigned ticket is not "somebody else's".
    [
      'owner/identifier != "jdoe" and board/id=3',
      (t) => t.boardId === 3 && t.ownerId !== undefined && owner(t)?.identifier !== 'jdoe',
    ],
    ['externalXRef not contains "zz"', (t) => t.externalRef !== undefined],
    ['mergedParentTicket != null', (t) => t.mergedIntoId !== undefined],
    ['parentTicketId > 0', (t) => t.parentId !== undefined],
    ['customerUpdatedFlag=True', (t) => t.customerUpdated],
    ['severity="high" and board/id=3', (t) => t.boardId === 3 && t.severity === 'High'],
    ['recordType="ProjectTicket"', (t) => t.kind === 'project'],
    ['lastUpdated > [2026-11-20T12:00:00Z]', (t) => t.updatedAt > Date.parse('2026-11-20T12:00:00Z')],
    [
      'dateEntered >= [2026-11-19] and dateEntered < [2026-11-20]',
      (t) => t.createdAt >= Date.parse('2026-11-19') && t.createdAt < Date.parse('2026-11-20'),
    ],
    ['_info/dateEntered < [2024-02-01]', (t) => t.createdAt < Date.parse('2024-02-01')],
    ['closedDate > [2026-11-18T00:00:00Z]', (t) => (t.closedAt ?? 0) > Date.parse('2026-11-18')],
    ['requiredDate = null and board/id=4', (t) => t.boardId === 4 && t.dueAt === undefined],
    [`configuration/id = ${linkedDevice}`, (t) => t.deviceIds.includes(linkedDevice)],
    ['company/territory/name = "Tampa HQ" and board/id=4', (t) => t.boardId === 4],
  ]
  it.each(cases)('%s', async (conditions, wanted) => {
    const expected = firstIds(wanted)
    expect(await bench.find(conditions)).toEqual(expected)
  })

  it('none of the positive cases is about an empty set by accident', () => {
    const empty = cases.filter(
      ([text, wanted]) => text !== 'summary like "starter"' && firstIds(wanted).length === 0,
    )
    expect(empty.map(([text]) => text)).toEqual([])
  })

  it('resources contains finds scheduled technicians, not owners', async () => {
    const assigned = new Set(
      data.appointments.filter((visit) => visit.technicianId === 151).map((visit) => visit.ticketId),
    )
    expect(await bench.find('resources contains "jdoe"')).toEqual([...assigned].sort((a, b) => a - b))
  })
})

describe('conditions that are refused', () => {
  it.each([
    ['noteType = "x"', 'noteType is not a recognized name.'],
    ['board/nme = "x"', 'board/nme is not a recognized name.'],
    ['customFields/value = 1', 'customFields/value is not a recognized name.'],
    ['configurations/id = 1', 'configurations/id is not a recognized name.'],
    ['recordType = "Service"', 'Enum value supplied was invalid'],
    ['id = "abc"', 'string value supplied for id was invalid'],
    ['closedFlag = "yes"', 'string value supplied for closedFlag was invalid'],
    ['requiredDate > "2026-01-01"', 'string value supplied for requiredDate was invalid'],
    [
      'lastUpdated > [2026-01-01T00:00:00.000Z]',
      'Datetime value supplied was invalid: 2026-01-01T00:00:00.000Z',
    ],
    ['summary = "open', 'Unterminated string starting at position 10.'],
    ['summary = "a" b', "Unexpected token 'b' at position 14."],
    ['not summary = "a"', "Unexpected token 'summary' at position 4."],
    ['(id = 1', 'Unexpected end of conditions.'],
    ['id = ', 'Unexpected end of conditions.'],
    ['id < null', 'id < null is not supported.'],
    ['id = 1; drop', "Unexpected character ';' at position 6."],
  ])('%s', async (conditions, message) => {
    const reply = await bench.get('/service/tickets', { conditions })
    expect([reply.status, reply.body.code, reply.body.message]).toEqual([400, 'ApiFindCondition', message])
  })

  it('an injected clause stays inside its string when it is escaped', async () => {
    expect(await bench.find('summary = "x\\" or id > 0 or summary = \\"x"')).toEqual([])
  })

  it('allNotes cannot be narrowed by noteType', async () => {
    const reply = await bench.get('/service/tickets/90001/allNotes', { conditions: 'noteType="TicketNote"' })
    expect([reply.status, reply.body.message]).toEqual([400, 'noteType is not a recognized name.'])
  })
})

describe('conditions on lists', () => {
  it('childConditions hold for one member of the list', async () => {
    const contact = data.contacts[5]!
    const ask = (kind: string) =>
      bench.get('/company/contacts', {
        childConditions: `communicationItems/value="${contact.email}" AND communicationItems/communicationType="${kind}"`,
      })
    expect((await ask('Email')).rows.map((row) => row.id)).toEqual([contact.id])
    expect((await ask('Phone')).rows).toEqual([])
  })

  it('childConditions know no "in"', async () => {
    const reply = await bench.get('/company/companies', { childConditions: 'types/id in (1)' })
    expect([reply.status, reply.body.code]).toEqual([400, 'ApiFindCondition'])
  })

  it('a list is not reachable by conditions', async () => {
    const reply = await bench.get('/company/companies', { conditions: 'types/id = 1' })
    expect(reply.body.message).toBe('types/id is not a recognized name.')
  })

  it('customFieldConditions compare caption and value of one field', async () => {
    const ticket = data.tickets.find((row) => row.customValues[31])!
    const ask = (text: string) =>
      bench.get('/service/tickets', { customFieldConditions: text, fields: 'id', pageSize: '1000' })
    const found = await ask(`caption="asset tag" AND value="${ticket.customValues[31]}"`)
    expect(found.rows.map((row) => row.id)).toContain(ticket.id)
    expect((await ask(`caption="Root Cause" AND value="${ticket.customValues[31]}"`)).rows).toEqual([])
    const approved = data.tickets.filter((row) => row.customValues[32] === true).map((row) => row.id)
    expect((await ask('caption="Change Approved" AND value=True')).rows.map((row) => row.id)).toEqual(
      approved,
    )
  })

  it('POST search takes the filters in its body', async () => {
    const id = await newTicket(bench, { summary: 'Find me by search' })
    const body = { conditions: 'summary="find ME by search"', orderBy: 'id desc' }
    const reply = await bench.call('POST', '/service/tickets/search?fields=id', body)
    expect([reply.status, reply.rows]).toEqual([200, [{ id }]])
  })
})
