import { idOf, isRec, type Rec } from '../shared/json.ts'
import type { State } from './state.ts'

export const emptyNotesFlags: Rec = {
  detailDescriptionFlag: false,
  internalAnalysisFlag: false,
  resolutionFlag: false,
  issueFlag: false,
}

/** Recomputes what nobody may write: hours, assigned technicians, children and the closed flag. */
export function refreshTicket(state: State, ticket: Rec): void {
  const id = Number(ticket.id)
  const { statuses, timeEntries, scheduleEntries, tickets } = state.tables
  ticket.closedFlag = statuses.rows.get(idOf(ticket.status) ?? 0)?.closedStatus === true
  ticket.actualHours = timeEntries
    .all()
    .filter((entry) => entry.chargeToId === id && String(entry.chargeToType).endsWith('Ticket'))
    .reduce((sum, entry) => sum + Number(entry.actualHours ?? 0), 0)
  ticket.hasChildTicket = tickets.all().some((other) => other.parentTicketId === id)
  const assigned = scheduleEntries
    .all()
    .filter((entry) => entry.objectId === id && idOf(entry.type) === 4 && isRec(entry.member))
    .map((entry) => String((entry.member as Rec).identifier))
  ticket.resources = [...new Set(assigned)].join(', ') || undefined
}
