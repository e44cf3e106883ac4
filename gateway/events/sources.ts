import type { EventFilter } from '../audit/read.ts'
import type { Caller } from '../identity/caller.ts'
import type { AuditEventRow } from '../store/tables.ts'
import { APPROVAL_TYPES } from './approval-events.ts'
import { eventsVisibleTo, isEventVisible } from './visible.ts'

/** A subscription of the gateway: which events it tells of, and to whom. */
export interface EventSource {
  /** The query that answers one of its events by `seq`. */
  readonly single: string
  readonly filter: EventFilter
  /** By the caller's present rights. */
  isVisible(
    by: { readonly caller: Caller; readonly connections: { has(slug: string): boolean } },
    row: AuditEventRow,
  ): boolean
}

export const EVENT_SOURCES: Readonly<Record<string, EventSource>> = {
  approvalEvents: {
    single: 'approvalEvent',
    filter: { types: APPROVAL_TYPES },
    isVisible: ({ caller, connections }, { request_id, agent_id, connection }) =>
      request_id !== null &&
      (caller.kind === 'AGENT' ? agent_id === caller.id : connection !== null && connections.has(connection)),
  },
  eventHistory: {
    single: 'event',
    filter: {},
    isVisible: ({ caller }, row) => isEventVisible(eventsVisibleTo(caller), row),
  },
}
