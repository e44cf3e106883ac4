import { fromNow } from '../gateway/store/clock.ts'
import { createConnection } from '../gateway/store/connections.ts'
import type { Store } from '../gateway/store/index.ts'
import { newId } from '../gateway/store/newId.ts'
import { createPerson } from '../gateway/store/people.ts'
import { insertRequest } from '../gateway/store/requests.ts'
import type { PersonRow, WriteRequestRow } from '../gateway/store/tables.ts'
import { createAgent, createWorkflow } from '../gateway/store/workflows.ts'
import type { PlanDraft } from '../schema/plan.ts'

export interface World {
  readonly connection: string
  readonly workflowId: string
  readonly agentId: string
  readonly person: PersonRow
}

/** The rows that every write request refers to. */
export async function aWorld(store: Store): Promise<World> {
  const connection = 'acme-cw'
  await createConnection(store.db, {
    slug: connection,
    vendor: 'connectwise',
    name: 'Acme',
    baseUrl: 'https://api-na.myconnectwise.net',
    enabled: true,
  })
  const workflow = await createWorkflow(store.db, { name: 'Triage' })
  const agent = await createAgent(store.db, { workflowId: workflow.id, name: 'Triage agent' })
  return { connection, workflowId: workflow.id, agentId: agent.id, person: await aPerson(store, 'Ann') }
}

/** What a PSA asked for in one test is no matter of the next one. */
export async function endPauses(store: Store): Promise<void> {
  await store.db.deleteFrom('vendor_pause').execute()
}

export function aPerson(store: Store, name: string): Promise<PersonRow> {
  return createPerson(store.db, { name, email: `${name.toLowerCase()}@msp.example` })
}

export const A_PLAN: PlanDraft = {
  steps: [],
  changes: [],
  baseline: [],
  sideEffects: [],
  warnings: [],
  clientMail: { verdict: 'NO', recipients: [], reasons: [] },
  facts: {
    company: null,
    companies: [],
    board: null,
    reaches: [],
    priorityRank: null,
    closes: false,
    reopens: false,
    clientMail: 'NO',
    billableHours: 0,
    values: {},
  },
  ticket: null,
}

/** PENDING for one approver, unless told otherwise. */
export function aRequest(
  store: Store,
  world: World,
  change: Partial<Parameters<typeof insertRequest>[1]> = {},
): Promise<WriteRequestRow> {
  const request = {
    id: newId('wr'),
    workflow_id: world.workflowId,
    agent_id: world.agentId,
    on_behalf_of: null,
    connection: world.connection,
    write: 'updateTicket',
    field: 'updateTicket',
    input: { id: `${world.connection}:Ticket:1`, priority: 'High' },
    reason: 'the customer called twice',
    plan_hash: 'a'.repeat(64),
    ticket_id: `${world.connection}:Ticket:1`,
    approvers_needed: 1,
    not_requester: false,
    four_eyes: false,
    groups: ['Tickets'],
    policy_version: 1,
    expires_at: fromNow(3600),
    execute_before: change.approvers_needed === 0 ? fromNow(900) : null,
    target: [`${world.connection}:Ticket:1`],
    target_key: `${world.connection}:Ticket:1`,
    ...change,
  }
  return store.transaction((trx) =>
    insertRequest(trx, request, {
      plan: A_PLAN,
      decision: { verdict: 'ALLOW', rules: [] },
      createdByKind: 'AGENT',
      createdBy: world.agentId,
    }),
  )
}
