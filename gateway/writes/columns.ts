import { recipientsFor } from '../approvals/recipients.ts'
import type { KnownPrincipal } from '../identity/principal.ts'
import type { Services } from '../services.ts'
import { fromNow } from '../store/clock.ts'
import { pendingUntil } from './pending-until.ts'
import { type JudgedPlan, targetsOf, ticketIdOf } from './plan.ts'

/** What the row of a request holds of its plan: the first one, and each that a revision puts in its place. */
export async function columnsOf(
  services: Services,
  known: KnownPrincipal,
  asker: { readonly agentId: string; readonly onBehalfOf: string | null },
  { plan, hash, demands, decision }: JudgedPlan,
  atLeast: 0 | 1 = 0,
) {
  const held = decision.verdict === 'HOLD' ? decision : undefined
  const targets = targetsOf(plan)
  const { company, companies, reaches, board, priorityRank, clientMail } = plan.facts
  const signing = {
    connection: plan.connection,
    groups: [...new Set(demands.flatMap(({ group }) => group ?? []))].sort(),
    not_requester: held?.notRequester ?? false,
    four_eyes: held?.fourEyes ?? false,
    agent_id: asker.agentId,
    on_behalf_of: asker.onBehalfOf,
  }
  const needed = Math.max(held?.approvers ?? 0, atLeast)
  const nobody = { recipients: [], escalates: false, ticket: { owner: null, dueAt: null } }
  const { recipients, escalates, ticket } =
    needed === 0 ? nobody : await recipientsFor(services, signing, plan, decision)
  return {
    plan_hash: hash,
    ticket_id: ticketIdOf(plan),
    approvers_needed: needed,
    not_requester: signing.not_requester,
    four_eyes: signing.four_eyes,
    groups: signing.groups,
    policy_version: known.policyVersions.get(plan.connection) ?? 0,
    target: targets,
    target_key: targets[0] ?? null,
    companies: [
      ...new Set(
        [company, ...companies, ...reaches.map((record) => record.company)].flatMap((one) => one ?? []),
      ),
    ],
    recipients,
    board,
    owner: ticket.owner,
    priority_rank: priorityRank,
    client_mail: clientMail,
    due_at: ticket.dueAt,
    escalate_at: escalates ? fromNow(services.settings.escalateAfter) : null,
    expires_at: await pendingUntil(services),
  }
}
