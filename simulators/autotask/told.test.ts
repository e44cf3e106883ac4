import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bench, startBench } from './harness.ts'
import type { Rec } from './index.ts'

let bench: Bench
beforeAll(async () => {
  bench = await startBench()
})
afterAll(() => bench.simulator.close())
const rows = (root: string): Rec[] => [...bench.simulator.state.tables.get(root)!.rows.values()]
const row = (root: string, id: number) => bench.simulator.state.tables.get(root)!.rows.get(id)!

describe('the shared data set in this vendor’s words', () => {
  it('keeps every picklist value and reference it uses known', () => {
    const { picklists } = bench.simulator.state
    for (const [name, list] of picklists) {
      const [root = '', field = ''] = name.split('.')
      const values = new Set(list.values.map((entry) => entry.value))
      for (const record of rows(root)) {
        const value = record[field]
        if (value !== undefined && value !== null)
          expect([name, values.has(Number(value))]).toEqual([name, true])
      }
    }
  })

  it('has a sub-issue type only below its issue type', () => {
    const list = bench.simulator.state.picklists.get('Tickets.subIssueType')!.values
    for (const ticket of rows('Tickets')) {
      const sub = list.find((entry) => entry.value === ticket.subIssueType)
      expect(sub?.parent).toBe(ticket.issueType)
    }
  })

  it('assigns only in roles that the resource holds', () => {
    const held = new Set(rows('ResourceServiceDeskRoles').map((held) => `${held.resourceID}/${held.roleID}`))
    for (const ticket of rows('Tickets')) {
      const pair = `${ticket.assignedResourceID}/${ticket.assignedResourceRoleID}`
      expect(ticket.assignedResourceID === undefined || held.has(pair)).toBe(true)
    }
  })

  it('has one status list in which "Completed" does not complete', () => {
    const labels = bench.simulator.state.picklists.get('Tickets.status')!.values
    expect(labels.find((entry) => entry.value === 5)!.label).toBe('Complete')
    const worked = rows('Tickets').filter((ticket) => ticket.status === 17)
    expect(worked.length).toBeGreaterThan(0)
    expect(worked.every((ticket) => ticket.completedDate === undefined)).toBe(true)
    for (const ticket of rows('Tickets')) expect(ticket.completedDate !== undefined).toBe(ticket.status === 5)
  })

  it('keeps the tenant’s own company at 0', () => {
    expect(row('Companies', 0).companyName).toBe('AnchorPoint IT')
  })

  it('tells description and resolution as fields and the rest as notes', async () => {
    const [id] = bench.simulator.dataset.facts.longTicketIds
    const first = bench.simulator.dataset.notes.find((note) => note.ticketId === id)!
    expect(row('Tickets', id!).description).toBe(first.text)
    const { items } = await bench.get(`/Tickets/${id}/Notes`)
    expect(items.length).toBeGreaterThan(200)
    expect(items.map((note) => note.id)).not.toContain(first.id)
    expect(new Set(items.map((note) => note.publish))).toEqual(new Set([1, 2]))
    expect(
      items.every((note) => (note.creatorResourceID === null) !== (note.createdByContactID === null)),
    ).toBe(true)
  })

  it('keeps resolutions out of the notes', () => {
    const { notes } = bench.simulator.dataset
    const resolution = notes.find((note) => note.kind === 'resolution' && note.ticketId < 60_000)!
    expect(row('Tickets', resolution.ticketId).resolution).toBe(resolution.text)
    expect(bench.simulator.state.tables.get('TicketNotes')!.rows.has(resolution.id)).toBe(false)
  })

  it('numbers tickets by the day they were made', () => {
    const numbers = rows('Tickets').map((ticket) => String(ticket.ticketNumber))
    expect(new Set(numbers).size).toBe(2000)
    for (const ticket of rows('Tickets'))
      expect(String(ticket.ticketNumber).slice(1, 9)).toBe(
        String(ticket.createDate).slice(0, 10).replaceAll('-', ''),
      )
  })

  it('has the gap, and imported tickets with high ids and old dates', () => {
    const { gap, importedTicketIds } = bench.simulator.dataset.facts
    const at = (ticket: Rec) => Date.parse(`${ticket.createDate}Z`)
    expect(rows('Tickets').filter((ticket) => at(ticket) > gap.from && at(ticket) < gap.to)).toEqual([])
    const newest = rows('Tickets').reduce((best, ticket) => (at(ticket) > at(best) ? ticket : best))
    expect(Number(newest.id)).toBeLessThan(importedTicketIds[0]!)
  })

  it('bundles incidents below problems', () => {
    const { parentTicketIds } = bench.simulator.dataset.facts
    const children = rows('Tickets').filter((ticket) => ticket.problemTicketId !== undefined)
    expect(children.length).toBeGreaterThan(5)
    for (const child of children) {
      expect(parentTicketIds).toContain(child.problemTicketId)
      expect([child.ticketType, row('Tickets', Number(child.problemTicketId)).ticketType]).toEqual([2, 3])
    }
  })

  it('shows a merge only as completion and system notes', () => {
    const [id] = bench.simulator.dataset.facts.mergedTicketIds
    const merged = rows('TicketNotes').filter((note) => note.noteType === 91 && note.ticketID === id)
    expect([row('Tickets', id!).status, merged.length]).toEqual([5, 1])
  })

  it('tells a project’s work as tasks', () => {
    expect(rows('Tasks')).toHaveLength(40)
    expect(rows('Tickets').some((ticket) => Number(ticket.id) > 60_000 && Number(ticket.id) < 61_000)).toBe(
      false,
    )
    expect(
      rows('TimeEntries').every((entry) => (entry.ticketID === undefined) !== (entry.taskID === undefined)),
    ).toBe(true)
  })

  it('writes instants in UTC without a Z and dates at midnight', async () => {
    const ticket = await bench.item('/Tickets/90001')
    expect(ticket.createDate).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/)
    expect((await bench.item('/TimeEntries/70001')).dateWorked).toMatch(/T00:00:00\.000$/)
  })
})
