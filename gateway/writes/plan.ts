import { decide } from '../../policy/decide.ts'
import { planHash } from '../../policy/plan-hash.ts'
import type { Decision, Demand } from '../../policy/types.ts'
import type { OpenConnection } from '../../schema/context.ts'
import { formatId } from '../../schema/ids.ts'
import type { PlanDraft } from '../../schema/plan.ts'
import type { PlanActor } from '../../schema/source.ts'
import type { KnownPrincipal } from '../identity/principal.ts'
import { storable } from '../text.ts'
import type { Submission, SubmittedName } from './submission.ts'

/** What is stored, shown, hashed, approved and sent: a source's draft with what it is for and where it goes. */
export interface Plan extends PlanDraft {
  readonly version: 1
  readonly connection: string
  readonly write: SubmittedName
  /** Scheme, host and port that every step goes to. */
  readonly origin: string
}

export interface JudgedPlan {
  readonly plan: Plan
  readonly hash: string
  readonly demands: readonly Demand[]
  readonly decision: Decision
}

/** Plans a write with reads of its own, then judges what came out. @throws GatewayError what the source refuses */
export async function makePlan(
  known: KnownPrincipal,
  connection: OpenConnection,
  submission: Submission,
  actor: PlanActor,
): Promise<JudgedPlan> {
  const draft = await submission.plan(connection, actor)
  const origin = new URL(known.rows.get(connection.slug)?.base_url ?? '').origin
  // Through JSON once, so that what is hashed now is what the store gives back.
  const plan = JSON.parse(
    JSON.stringify(
      { version: 1, connection: connection.slug, write: submission.name, origin, ...draft } satisfies Plan,
      storableMember,
    ),
  ) as Plan
  const demands = demandsOf(plan)
  return { plan, hash: planHash(plan), demands, decision: decide(known.principal, demands, plan.facts) }
}

/** What was read at the PSA may hold what the store can't. */
function storableMember(_name: string, member: unknown): unknown {
  return typeof member === 'string' ? storable(member) : member
}

/** Read from the steps themselves, so that a status hidden in another call is judged as a status. */
export function demandsOf(plan: Plan): readonly Demand[] {
  const { companies, reaches, values } = plan.facts
  return plan.steps.flatMap((step) =>
    [step.access, ...step.alsoDemands].map(
      ({ group, kind, fields }): Demand => ({
        connection: plan.connection,
        group,
        kind,
        fields,
        values: Object.fromEntries(Object.entries(values).filter(([field]) => fields.includes(field))),
        scope: reaches,
        companies,
      }),
    ),
  )
}

/** Global ids of every record that the plan writes, creates under or rests on: a merge rests on each of its tickets. */
export function targetsOf(plan: Plan): string[] {
  const targets = [...plan.steps, ...plan.baseline].flatMap(({ target }) => target ?? [])
  return [...new Set(targets.map(({ type, key }) => formatId(plan.connection, type, key)))].sort()
}

export function ticketIdOf(plan: Plan): string | null {
  return plan.ticket === null ? null : formatId(plan.connection, 'Ticket', plan.ticket.key)
}
