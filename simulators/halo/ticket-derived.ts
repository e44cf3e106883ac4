import type { Rec } from '../shared/json.ts'
import { instantOf, isEmptyDate, stamp } from './dates.ts'
import { actionsOf, find, rowsOf, type State } from './state.ts'

const HOUR = 3_600_000

export const priorityOf = (state: State, slaId: unknown, priorityId: unknown): Rec | undefined =>
  rowsOf(state, 'priorities').find(
    (row) => row.slaid === Number(slaId) && row.priorityid === Number(priorityId),
  )

/** Dates that follow from SLA and priority, and what follows from the status. */
export function refreshTicket(state: State, ticket: Rec): void {
  const priority = priorityOf(state, ticket.sla_id, ticket.priority_id)
  const opened = instantOf(String(ticket.dateoccurred))
  if (priority && opened !== undefined) {
    ticket.respondbydate = stamp(opened + Number(priority.responsetime) * HOUR)
    if (!ticket.$fixByHand) ticket.fixbydate = stamp(opened + Number(priority.fixtime) * HOUR)
  }
  ticket.onhold = find(state, 'statuses', ticket.status_id)?.$hold === true
  const answered = actionsOf(state, Number(ticket.id)).find(
    (action) => action.who_type === 1 && action.hiddenfromuser === false && Number(action.id) > 1,
  )
  if (isEmptyDate(ticket.responsedate)) ticket.responsedate = answered?.datetime ?? ''
}

export const timeOn = (state: State, ticketId: number): number =>
  actionsOf(state, ticketId).reduce((sum, action) => sum + Number(action.timetaken), 0)

export const isDeleted = (ticket: Rec): boolean => ticket.$deleted === true
/** The loser of a merge is still read by its id, but no list shows it. */
export const isMerged = (ticket: Rec): boolean => Number(ticket.merged_into_id) > 0

/** Children as other tickets see them. */
export const childrenOf = (state: State, ticketId: number): Rec[] =>
  rowsOf(state, 'tickets').filter((row) => row.parent_id === ticketId && !isDeleted(row) && !isMerged(row))
