import type { Settlement } from '../store/executions.ts'
import type { WriteRequestRow, WriteStepRow } from '../store/tables.ts'
import { createdBy } from './created.ts'
import type { Plan } from './plan.ts'

/** What came out about the step whose outcome was unclear; `key` is the record that it made. */
export type Found =
  | { readonly outcome: 'DONE'; readonly key: string | null }
  | { readonly outcome: 'NOT_APPLIED' }

/** The step that a request with an unclear outcome is unclear about. */
export function unclearStep(steps: readonly WriteStepRow[]): WriteStepRow | undefined {
  return steps.find(({ outcome }) => outcome === null || outcome === 'UNKNOWN')
}

/** How a request ends once that is known. The steps behind it were never sent, and never are. */
export function resolutionOf(
  request: WriteRequestRow,
  plan: Plan,
  steps: readonly WriteStepRow[],
  number: number,
  found: Found,
): { readonly state: 'EXECUTED' | 'FAILED'; readonly settlement: Settlement } {
  const known = steps.map((row) =>
    row.step === number && found.outcome === 'DONE'
      ? { step: row.step, outcome: 'DONE', vendor_id: found.key }
      : row,
  )
  const done = known.filter(({ outcome }) => outcome === 'DONE').map(({ step }) => step)
  const applied = plan.steps.flatMap(({ summary }, index) => (done.includes(index + 1) ? [summary] : []))
  const created = createdBy(request.connection, plan.steps, known)
  const ticketId = request.ticket_id ?? created.find((id) => id.includes(':Ticket:'))
  const settlement: Settlement = {
    result: { created },
    partial: applied.length > 0 && applied.length < plan.steps.length,
    ...(ticketId !== undefined && { ticketId }),
  }
  if (applied.length === plan.steps.length) return { state: 'EXECUTED', settlement }
  const notApplied = {
    code: 'NOT_APPLIED',
    message: 'The PSA has not applied this write; nothing was changed.',
  }
  if (applied.length === 0) return { state: 'FAILED', settlement: { ...settlement, error: notApplied } }
  const cause = found.outcome === 'NOT_APPLIED' ? { cause: notApplied } : {}
  return {
    state: 'FAILED',
    settlement: {
      ...settlement,
      error: {
        code: 'PARTIALLY_APPLIED',
        message: `Of ${plan.steps.length} steps ${applied.length} were applied. The rest was not sent.`,
        details: { step: applied.length + 1, applied, ...cause },
      },
    },
  }
}
