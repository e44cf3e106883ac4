import type { EventFilter } from '../audit/read.ts'
import { type Caller, holdsRoleEverywhere } from '../identity/caller.ts'
import type { AuditEventRow } from '../store/tables.ts'

/**
 * An agent sees its own events, an auditor of the whole installation all of them, and every other person those of
 * the connections that a role of theirs reaches, also when a connection is off by now. Events of no connection
 * (people, tokens, the trail itself) are the auditor's.
 */
export function eventsVisibleTo(caller: Caller): EventFilter {
  if (caller.kind === 'AGENT') return { agentId: caller.id }
  if (caller.kind === 'SETUP') return { connections: [] }
  if (holdsRoleEverywhere(caller, 'auditor')) return {}
  if (caller.roles.some(({ connection }) => connection === null)) return { connections: 'ANY' }
  return { connections: caller.roles.flatMap(({ connection }) => connection ?? []) }
}

export function isEventVisible(
  { agentId, connections }: EventFilter,
  row: Pick<AuditEventRow, 'agent_id' | 'connection'>,
): boolean {
  if (agentId !== undefined) return row.agent_id === agentId
  if (connections === undefined) return true
  return row.connection !== null && (connections === 'ANY' || connections.includes(row.connection))
}
