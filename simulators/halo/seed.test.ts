import { describe, expect, it } from 'vitest'
import { buildDataset } from '../dataset/index.ts'
import { seedState } from './seed.ts'
import { actionsOf, find, rowsOf } from './state.ts'
import { priorityOf } from './ticket-derived.ts'

const dataset = buildDataset()
const state = seedState(dataset)
const tickets = rowsOf(state, 'tickets')

describe('the told data set', () => {
  it('has every ticket, note and time entry once', () => {
    const merged = new Set(dataset.facts.mergedTicketIds)
    expect(tickets).toHaveLength(
      dataset.tickets.length + dataset.projects.length + dataset.opportunities.length,
    )
    const actions = [...state.actions.values()].flat().filter((action) => !action.action_systemid)
    // What is planned or sold has one action, its opening.
    expect(actions).toHaveLength(
      dataset.notes.length +
        dataset.timeEntries.length +
        dataset.projects.length +
        dataset.opportunities.length,
    )
    const hours = actions.reduce((sum, action) => sum + Number(action.timetaken), 0)
    const told = dataset.timeEntries.reduce(
      (sum, entry) => sum + (entry.endsAt - entry.startsAt) / 3_600_000,
      0,
    )
    expect(hours).toBeCloseTo(told)
    for (const id of merged) expect(actionsOf(state, id)).toEqual([])
  })

  it('counts the actions of every ticket from 1 without a gap, the opening one first', () => {
    for (const [ticketId, actions] of state.actions) {
      expect(actions.map((action) => action.id)).toEqual(actions.map((_, index) => index + 1))
      expect(actions[0]).toMatchObject({ outcome: 'Opened', ticket_id: ticketId, merged_from_ticketid: 0 })
    }
  })

  it('lets client, site and user agree, and SLA and priority exist', () => {
    for (const ticket of tickets) {
      const user = find(state, 'users', ticket.user_id)
      expect([user?.client_id, user?.site_id]).toEqual([ticket.client_id, ticket.site_id])
      expect(find(state, 'sites', ticket.site_id)?.client_id).toBe(ticket.client_id)
      expect(priorityOf(state, ticket.sla_id, ticket.priority_id)).toBeDefined()
    }
  })

  it('names only categories, teams, types and statuses that exist', () => {
    const teams = rowsOf(state, 'teams').map((team) => team.name)
    for (const ticket of tickets) {
      expect(teams).toContain(ticket.team)
      expect(find(state, 'ticketTypes', ticket.tickettype_id)).toBeDefined()
      expect(find(state, 'statuses', ticket.status_id)).toBeDefined()
      for (const level of [1, 2]) {
        const id = ticket[`categoryid_${level}`]
        if (id !== 0) expect(find(state, 'categories', id)?.value).toBe(ticket[`category_${level}`])
        expect(Boolean(id)).toBe(ticket[`category_${level}`] !== '')
      }
    }
  })
})
