import type { Baseline, FieldChange, PlanDraft, PlannedStep, ScopeFacts } from '../../schema/plan.ts'
import { companiesOf, type Enumerated, factKeys, factValues } from './facts.ts'
import { NO_MAIL } from './mail.ts'

interface RecordPlan {
  readonly steps: readonly PlannedStep[]
  readonly changes: readonly FieldChange[]
  readonly baseline: readonly Baseline[]
  readonly sideEffects?: readonly string[]
  readonly warnings?: readonly string[]
  /** undefined when it is not known: a record scope refuses that, and not what has none. */
  readonly company: string | null | undefined
  /** Left out for what stands on no board, as contacts and time entries do. */
  readonly board?: string | null
  /** Further records that it writes or refers to, where they are of another company. */
  readonly reaches?: readonly ScopeFacts[]
  readonly billableHours?: number
  /** Money that it writes, as decimal text. */
  readonly amount?: string | null
  /** New values that a policy may restrict. */
  readonly enumerated?: readonly Enumerated[]
  readonly ticket?: PlanDraft['ticket']
}

/** A plan about one record that mails nobody and neither closes nor reopens anything. */
export function recordDraft(plan: RecordPlan): PlanDraft {
  const company = plan.company ?? null
  const reached: ScopeFacts = {
    ...(plan.company !== undefined && { company }),
    ...(plan.board === undefined ? { notApplicable: ['board'] } : { board: plan.board }),
  }
  return {
    steps: plan.steps,
    changes: plan.changes,
    baseline: plan.baseline,
    sideEffects: plan.sideEffects ?? [],
    warnings: plan.warnings ?? [],
    clientMail: NO_MAIL,
    facts: {
      company,
      companies: companiesOf([company], plan.reaches ?? []),
      board: plan.board ?? null,
      reaches: [reached, ...(plan.reaches ?? [])],
      priorityRank: null,
      closes: false,
      reopens: false,
      clientMail: 'NO',
      billableHours: plan.billableHours ?? 0,
      ...(plan.amount === undefined ? {} : { amount: plan.amount === null ? null : Number(plan.amount) }),
      valueKeys: factKeys(plan.enumerated ?? []),
      values: factValues(plan.enumerated ?? []),
    },
    ticket: plan.ticket ?? null,
  }
}
