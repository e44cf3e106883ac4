import type { Decision, Demand } from '../../policy/types.ts'
import { type ErrorCode, GatewayError } from '../../schema/errors.ts'
import { writes } from '../../schema/writes/index.ts'
import type { WriteRequestRow } from '../store/tables.ts'
import type { Plan } from './plan.ts'
import type { SubmittedName } from './submission.ts'

export type Written =
  | 'TicketWritten'
  | 'ContactWritten'
  | 'CompanyWritten'
  | 'SiteWritten'
  | 'ConfigurationItemWritten'
  | 'TimeEntryWritten'
  | 'TicketLineItemWritten'
  | 'TicketTaskWritten'
  | 'AttachmentWritten'
  | 'ScheduleEntryWritten'
  | 'RawWritten'

/** What a write's mutation answers, before GraphQL gives it a type. */
export type WriteOutcome =
  | {
      readonly is: Written | 'ApprovalPending' | 'WriteInProgress' | 'WriteClosed'
      readonly request: WriteRequestRow
      readonly replayed: boolean
    }
  | {
      readonly is: 'DryRunPlan'
      readonly request: null
      readonly replayed: false
      readonly plan: Plan
      readonly hash: string
      readonly demands: readonly Demand[]
      readonly decision: Decision
      /** Where test mode is on; empty when only the call asked for a dry run. */
      readonly testMode: readonly string[]
    }

/**
 * The present state of a request as an answer.
 * @throws GatewayError for a first answer whose write failed; a replay shows the closed request instead
 */
export function outcomeOf(request: WriteRequestRow, replayed: boolean): WriteOutcome {
  switch (request.state) {
    case 'PENDING':
    case 'RETURNED':
      return { is: 'ApprovalPending', request, replayed }
    case 'APPROVED':
    case 'EXECUTING':
      return { is: 'WriteInProgress', request, replayed }
    case 'EXECUTED':
      return { is: writtenAs(request.write as SubmittedName), request, replayed }
    case 'UNKNOWN_OUTCOME':
      // Seen again, its outcome is still being found out; it has not ended.
      if (replayed) return { is: 'WriteInProgress', request, replayed }
      throw failure(request)
    default:
      if (replayed || request.error === null) return { is: 'WriteClosed', request, replayed }
      throw failure(request)
  }
}

function writtenAs(name: SubmittedName): Written {
  return name === 'psaRequest' ? 'RawWritten' : `${writes[name].result}Written`
}

function failure({ id, error }: WriteRequestRow): GatewayError {
  return new GatewayError((error?.code ?? 'INTERNAL') as ErrorCode, error?.message ?? 'The write failed.', {
    ...error?.details,
    requestId: id,
  })
}
