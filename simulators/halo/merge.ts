import type { Rec } from '../shared/json.ts'
import { authorOf, newAction } from './action-row.ts'
import type { Call } from './call.ts'
import { stamp } from './dates.ts'
import { sentence, TICKET_NOT_FOUND } from './errors.ts'
import { addresses, userEmail } from './mail.ts'
import { OUTCOME, STATUS } from './seed-setup.ts'
import { actionsOf, addAction, find, rowsOf } from './state.ts'
import { isDeleted, isMerged, refreshTicket } from './ticket-derived.ts'
import { record } from './ticket-view.ts'

/**
 * The vendor's description has no merge endpoint; by the names of its fields the loser names the winner
 * (API.md, "Ticket merge"). Notes, attachments, appointments and children move, recipients are joined, the
 * loser is closed and hidden. No rule runs and nobody is mailed.
 */
export function mergeTicket(call: Call, loser: Rec, winnerId: number): Rec {
  const { state } = call
  const winner = find(state, 'tickets', winnerId)
  if (!winner || isDeleted(winner) || isMerged(winner)) throw sentence(400, TICKET_NOT_FOUND)
  if (winner === loser) throw sentence(400, 'A Ticket cannot be merged into itself.')
  if (isMerged(loser)) throw sentence(400, 'This Ticket has already been merged.')
  const loserId = Number(loser.id)
  const now = stamp(call.now)
  for (const action of actionsOf(state, loserId)) {
    const from = Number(action.id)
    const moved = addAction(state, winnerId, { ...action, merged_from_ticketid: loserId })
    for (const file of rowsOf(state, 'attachments'))
      if (file.$ticket === loserId && file.$action === from) file.$action = Number(moved.id)
  }
  state.actions.delete(loserId)
  for (const file of rowsOf(state, 'attachments')) {
    if (file.$ticket === loserId) Object.assign(file, { $ticket: winnerId, unique_id: winnerId })
  }
  for (const appointment of rowsOf(state, 'appointments')) {
    if (appointment.ticket_id === loserId) appointment.ticket_id = winnerId
  }
  for (const child of rowsOf(state, 'tickets')) {
    if (child.parent_id === loserId && child !== winner) child.parent_id = winnerId
  }
  const joined = new Set([
    ...addresses(winner.emailcclist),
    ...addresses(loser.emailcclist),
    ...(loser.user_id === winner.user_id ? [] : addresses(userEmail(state, loser.user_id))),
  ])
  winner.emailcclist = [...joined].join(';')
  Object.assign(loser, {
    merged_into_id: winnerId,
    status_id: STATUS.closed,
    dateclosed: now,
    hasbeenclosed: true,
    closure_agent_id: Number(call.agent.id),
    last_update: now,
  })
  addAction(
    state,
    winnerId,
    newAction({
      outcome_id: OUTCOME.merged,
      outcome: 'Merged',
      action_systemid: 63,
      note: `Ticket ${loserId} was merged into this Ticket.`,
      note_html: `<p>Ticket ${loserId} was merged into this Ticket.</p>`,
      datetime: now,
      actiondatecreated: now,
      last_updated: now,
      actionby_application_id: call.application,
      ...authorOf(state, { agentId: Number(call.agent.id) }),
    }),
  )
  Object.assign(winner, { last_update: now, lastactiondate: now })
  record(call, loserId, 'merged_into_id', '', winnerId)
  refreshTicket(state, winner)
  return loser
}
