import { isVisible } from '../approvals/visible.ts'
import type { AuditType } from '../audit/event.ts'
import { eventsAfter } from '../audit/read.ts'
import type { GatewayContext } from '../context.ts'
import { getRequest } from '../store/requests.ts'
import type { AuditEventRow } from '../store/tables.ts'

export const APPROVAL_EVENTS = {
  REQUEST_CREATED: 'An AI agent asked for a write.',
  REQUEST_EDITED: 'It was planned again.',
  REQUEST_SIGNED: 'One of several signatures came in.',
  REQUEST_APPROVED: 'The last signature came in.',
  REQUEST_REJECTED: 'A person said no.',
  REQUEST_RETURNED: 'A person asks back.',
  REQUEST_CANCELLED: 'It was withdrawn.',
  REQUEST_EXPIRED: 'Nobody decided in time.',
  REQUEST_EXPIRING: 'It is about to expire.',
  REQUEST_ESCALATED: 'Those who were asked first have not decided; it waits for everybody who may sign.',
  REQUEST_REJUDGED: 'The policy changed: it waits on, for as many signatures as the new one asks for.',
  REQUEST_STALE: 'The record changed meanwhile.',
  EXECUTION_STARTED: 'It is being sent.',
  WRITE_OUTCOME: 'A step was answered.',
  RECONCILED: 'An unclear outcome was settled by reading.',
  RESOLVED_BY_PERSON: 'A person settled an unclear outcome.',
} as const satisfies Partial<Record<AuditType, string>>

export type ApprovalEventType = keyof typeof APPROVAL_EVENTS
export const APPROVAL_TYPES = Object.keys(APPROVAL_EVENTS) as ApprovalEventType[]

export interface ApprovalEvent {
  readonly id: string
  readonly seq: number
  readonly type: ApprovalEventType
  readonly at: Date
  readonly requestId: string
}

function toEvent(row: AuditEventRow): ApprovalEvent | null {
  if (row.request_id === null) return null
  return {
    id: row.id,
    seq: row.seq,
    type: row.type as ApprovalEventType,
    at: row.at,
    requestId: row.request_id,
  }
}

/** Judged with the caller's present rights, for each event anew. */
export async function findApprovalEvent(context: GatewayContext, seq: number): Promise<ApprovalEvent | null> {
  const { db } = context.services.store
  const [row] = await eventsAfter(db, seq - 1, 1, { types: APPROVAL_TYPES })
  const event = row === undefined ? null : toEvent(row)
  if (event === null || event.seq !== seq) return null
  const request = await getRequest(db, event.requestId)
  return request !== undefined && isVisible(context, request) ? event : null
}
