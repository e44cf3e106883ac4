import type { Json, Rec } from '../shared/json.ts'
import { type Call, callerId } from './call.ts'
import { stamp } from './instants.ts'
import { insert } from './state.ts'

export function record(call: Call, ticket: Rec, action: string, detail: string): void {
  const resourceID = callerId(call)
  insert(call.state, 'TicketHistory', {
    ticketID: ticket.id,
    action,
    detail,
    date: stamp(call.now),
    resourceID,
  })
}

const shown = (call: Call, name: string, value: Json | undefined): string => {
  if (value === null || value === undefined) return '(empty)'
  const entry = call.state.picklists
    .get(`Tickets.${name}`)
    ?.values.find((candidate) => candidate.value === value)
  return entry?.label ?? String(value)
}

/** One line a change, as the trail of the web interface reads. */
export function recordChanges(call: Call, ticket: Rec, before: Rec, names: readonly string[]): void {
  const changed = names.filter((name) => (ticket[name] ?? null) !== (before[name] ?? null))
  if (changed.length === 0) return
  const lines = changed.map(
    (name) => `${name}: ${shown(call, name, before[name])} -> ${shown(call, name, ticket[name])}`,
  )
  record(call, ticket, 'Edited', lines.join('\n'))
}
