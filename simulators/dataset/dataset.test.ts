import { describe, expect, it } from 'vitest'
import { buildDataset } from './index.ts'

const DAY = 86_400_000
const data = buildDataset()

describe('the shared data set', () => {
  it('is the same on every build and moves only its dates with the anchor', () => {
    const later = buildDataset({ anchor: new Date(data.anchor.getTime() + DAY) })

    expect(buildDataset()).toEqual(data)
    expect(later.tickets.map(({ id, title }) => [id, title])).toEqual(
      data.tickets.map(({ id, title }) => [id, title]),
    )
    expect(later.notes[0]!.createdAt).toBe(data.notes[0]!.createdAt + DAY)
  })

  it('refuses an anchor that is no date', () => {
    expect(() => buildDataset({ anchor: new Date('soon') })).toThrow(/anchor/)
  })

  it('has the size that was promised', () => {
    expect(data.companies).toHaveLength(20)
    expect(data.contacts).toHaveLength(300)
    expect(data.technicians.filter((member) => !member.api)).toHaveLength(12)
    expect(data.tickets.filter((ticket) => ticket.kind === 'service')).toHaveLength(2000)
  })

  it('is built quickly', () => {
    const start = performance.now()
    buildDataset()
    expect(performance.now() - start).toBeLessThan(400)
  })

  it('keeps to references that exist and to titles that fit', () => {
    const statuses = new Map(
      data.boards.flatMap((board) => board.statuses.map((status) => [status.id, status])),
    )
    const contacts = new Map(data.contacts.map((contact) => [contact.id, contact]))
    for (const ticket of data.tickets) {
      expect(statuses.get(ticket.statusId)?.boardId).toBe(ticket.boardId)
      expect(ticket.title.length).toBeLessThanOrEqual(100)
      expect(ticket.updatedAt).toBeLessThanOrEqual(data.anchor.getTime())
      if (ticket.contactId) expect(contacts.get(ticket.contactId)?.companyId).toBe(ticket.companyId)
      expect(ticket.closedAt === undefined).toBe(!statuses.get(ticket.statusId)?.closed)
    }
    expect(new Set(data.tickets.map((ticket) => ticket.id)).size).toBe(data.tickets.length)
  })
})

describe('its awkward parts', () => {
  const service = data.tickets.filter((ticket) => ticket.kind === 'service')

  it('has two tickets with over 200 notes', () => {
    expect(data.facts.longTicketIds).toHaveLength(2)
    for (const id of data.facts.longTicketIds) {
      expect(data.notes.filter((note) => note.ticketId === id).length).toBeGreaterThan(200)
    }
  })

  it('has 90 days in which nobody opened a ticket', () => {
    const { from, to } = data.facts.gap
    expect((to - from) / DAY).toBe(90)
    expect(service.filter((ticket) => ticket.createdAt > from && ticket.createdAt < to)).toEqual([])
    expect(service.some((ticket) => ticket.createdAt < from)).toBe(true)
  })

  it('has imported tickets with high ids and old dates', () => {
    const newest = service.reduce((best, ticket) => (ticket.createdAt > best.createdAt ? ticket : best))
    expect(newest.id).toBeLessThan(Math.min(...data.facts.importedTicketIds))
  })

  it('has names that break careless quoting', () => {
    const names = data.companies.map((company) => company.name).join('\n')
    for (const awkward of [`O'Brien & "Sons" 100%`, '[East]', '🎮', 'Delta_'])
      expect(names).toContain(awkward)
    expect(service.some((ticket) => ticket.title.includes('DROP TABLE'))).toBe(true)
  })

  it('has two contacts of one name at one client', () => {
    const [a, b] = data.facts.namesakeContactIds.map(
      (id) => data.contacts.find((contact) => contact.id === id)!,
    )
    expect([a!.firstName, a!.lastName, a!.companyId]).toEqual([b!.firstName, b!.lastName, b!.companyId])
    expect(a!.email).not.toBe(b!.email)
  })

  it.each([
    ['unassigned', (t: (typeof service)[number]) => t.ownerId === undefined],
    ['without a contact', (t: (typeof service)[number]) => t.contactId === undefined],
    ['closed', (t: (typeof service)[number]) => t.closedAt !== undefined],
    ['merged', (t: (typeof service)[number]) => t.mergedIntoId !== undefined],
    ['bundled', (t: (typeof service)[number]) => t.parentId !== undefined],
    ['updated by the customer', (t: (typeof service)[number]) => t.customerUpdated],
  ])('has tickets that are %s', (_name, test) => {
    expect(service.filter(test).length).toBeGreaterThan(0)
  })

  it('calls a status the same on several boards, with other ids, and one "Completed" that stays open', () => {
    const news = data.boards.flatMap((board) => board.statuses.filter((status) => status.name === 'New'))
    expect(new Set(news.map((status) => status.id)).size).toBe(data.boards.length)
    expect(data.boards[0]!.statuses.find((status) => status.name === 'Completed')).toMatchObject({
      closed: false,
      stage: 'Resolved',
    })
  })

  it('has inactive members and contacts', () => {
    expect(data.technicians.some((member) => member.inactive)).toBe(true)
    expect(data.contacts.some((contact) => contact.inactive)).toBe(true)
  })
})
