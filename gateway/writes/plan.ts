import { decide } from '../../policy/decide.ts'
import { planHash } from '../../policy/plan-hash.ts'
import type { Decision, Demand } from '../../policy/types.ts'
import type { OpenConnection } from '../../schema/context.ts'
import { GatewayError } from '../../schema/errors.ts'
import { formatId } from '../../schema/ids.ts'
import type { PlanDraft, WriteInputs, WriteName } from '../../schema/plan.ts'
import type { PlanActor } from '../../schema/source.ts'
import type { KnownPrincipal } from '../identity/principal.ts'

/** What is stored, shown, hashed, approved and sent: a source's draft with what it is for and where it goes. */
export interface Plan extends PlanDraft {
  readonly version: 1
  readonly connection: string
  readonly write: WriteName
  /** Scheme, host and port that every step goes to. */
  readonly origin: string
}

export interface JudgedPlan {
  readonly plan: Plan
  readonly hash: string
  readonly demands: readonly Demand[]
  readonly decision: Exclude<Decision, { verdict: 'DENY' }>
}

/** Plans a write with reads of its own, then judges what came out. @throws GatewayError what the source or the policy refuses */
export async function makePlan<W extends WriteName>(
  known: KnownPrincipal,
  connection: OpenConnection,
  write: W,
  input: WriteInputs[W],
  actor: PlanActor,
): Promise<JudgedPlan> {
  const draft = await connection.source.plan(connection.session, write, input, actor)
  const origin = new URL(known.rows.get(connection.slug)?.base_url ?? '').origin
  // Through JSON once, so that what is hashed now is what the store gives back.
  const plan = JSON.parse(
    JSON.stringify({ version: 1, connection: connection.slug, write, origin, ...draft } satisfies Plan),
  ) as Plan
  const demands = demandsOf(plan)
  const decision = decide(known.principal, demands, plan.facts)
  if (decision.verdict === 'DENY') throw new GatewayError(decision.code, decision.message, decision.details)
  return { plan, hash: planHash(plan), demands, decision }
}

/** Read from the steps themselves, so that a status hidden in another call is judged as a status. */
export function demandsOf(plan: Plan): readonly Demand[] {
  const { company, companies, board, values } = plan.facts
  return plan.steps.flatMap((step) =>
    [step.access, ...step.alsoDemands].map(
      ({ group, kind, fields }): Demand => ({
        connection: plan.connection,
        group,
        kind,
        fields,
        values: Object.fromEntries(Object.entries(values).filter(([field]) => fields.includes(field))),
        scope: [{ company, board }],
        companies,
      }),
    ),
  )
}

/** Global ids of every record that the plan writes or creates under. */
export function targetsOf(plan: Plan): string[] {
  const ids = plan.steps.flatMap(({ target }) => (target === null ? [] : [formatId(plan.connection, target.type, target.key)]))
  return [...new Set(ids)].sort()
}

export function ticketIdOf(plan: Plan): string | null {
  return plan.ticket === null ? null : formatId(plan.connection, 'Ticket', plan.ticket.key)
}
