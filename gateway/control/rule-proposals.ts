import { control } from '../../schema/access.ts'
import { acceptProposal, changesOf, declineProposal, proposeRule } from '../admin/rule-proposals.ts'
import { holdsRole } from '../identity/caller.ts'
import { findPerson } from '../store/people.ts'
import { getRequest } from '../store/requests.ts'
import { listOpenProposals, proposalOf } from '../store/rule-proposals.ts'
import type { RuleEvidence, RuleProposalRow } from '../store/tables.ts'
import { findWorkflow } from '../store/workflows.ts'
import type { Control } from './builder.ts'
import type { PolicyTypes } from './policies.ts'
import type { RequestTypes } from './request-types.ts'

const people = control({ roles: 'ANY' })
const approvers = control({ roles: ['approver'] })
const policyAdmins = control({ roles: ['policyAdmin'] })
const readers = control({ roles: ['policyAdmin', 'auditor'] })

/** "Stop asking for changes like this": approvers propose, administrators decide. */
export function defineRuleProposals(
  { builder }: Control,
  { WriteRequest, Named }: RequestTypes,
  { Change }: PolicyTypes,
): void {
  const State = builder.enumType('RuleProposalState', {
    description: 'Where a proposed approval rule stands.',
    values: {
      OPEN: { description: 'An administrator has yet to decide.' },
      ACCEPTED: { description: 'It became part of the policy.' },
      DECLINED: { description: 'The policy stays as it is.' },
    } as const,
  })
  const Evidence = builder.objectRef<RuleEvidence>('RuleEvidence').implement({
    description:
      'How people decided on such writes in the 30 days before it was proposed, among the newest 500 of the same mutation.',
    extensions: people,
    fields: (t) => ({
      asked: t.exposeInt('asked', { nullable: false, description: 'How often people were asked.' }),
      approvedUnchanged: t.exposeInt('approvedUnchanged', {
        nullable: false,
        description: 'Signed as the AI agent asked for it.',
      }),
      edited: t.exposeInt('edited', { nullable: false, description: 'Edited before it was decided.' }),
      rejected: t.exposeInt('rejected', { nullable: false, description: 'Rejected.' }),
      failed: t.exposeInt('failed', {
        nullable: false,
        description: 'Failed at the PSA, or with an unclear outcome.',
      }),
    }),
  })
  const Changes = builder.objectRef<Awaited<ReturnType<typeof changesOf>>>('RuleProposalChanges').implement({
    description: 'What accepting a proposal would do to the policy of now.',
    extensions: readers,
    fields: (t) => ({
      version: t.exposeInt('version', {
        nullable: false,
        description: 'The current version, to accept the proposal with.',
      }),
      changes: t.field({
        type: [Change],
        nullable: false,
        description: 'What would change, in words.',
        resolve: ({ changes }) => [...changes],
      }),
      obstacle: t.string({
        description: 'Why it can not be accepted any more; null: it can.',
        resolve: ({ why }) => why,
      }),
    }),
  })
  const Proposal = builder.objectRef<RuleProposalRow>('RuleProposal').implement({
    description: 'A proposal to ask nobody any more for writes like one, with its evidence.',
    extensions: people,
    fields: (t) => ({
      id: t.exposeID('id', { nullable: false }),
      state: t.field({ type: State, nullable: false, resolve: ({ state }) => state }),
      connection: t.exposeString('connection', { nullable: false, description: "The connection's slug." }),
      workflow: t.field({
        type: Named,
        description: 'Whose policy would change.',
        resolve: async ({ workflow_id }, _, { services }) =>
          (await findWorkflow(services.store.db, workflow_id)) ?? null,
      }),
      request: t.field({
        type: WriteRequest,
        description: 'The write that it is about.',
        resolve: async ({ request_id }, _, { services }) =>
          (await getRequest(services.store.db, request_id)) ?? null,
      }),
      proposedBy: t.field({
        type: Named,
        resolve: async ({ proposed_by }, _, { services }) =>
          (await findPerson(services.store.db, proposed_by)) ?? null,
      }),
      proposedAt: t.field({ type: 'DateTime', nullable: false, resolve: (row) => row.proposed_at }),
      reason: t.exposeString('reason', { description: 'Why, in the words of whoever proposed it.' }),
      evidence: t.field({ type: Evidence, nullable: false, resolve: ({ evidence }) => evidence }),
      effect: t.field({
        type: Changes,
        nullable: true,
        description: 'For those who look after the policy; null once it is decided.',
        extensions: readers,
        resolve: async (row, _, { services }) =>
          row.state === 'OPEN' ? changesOf(services.store.db, row) : null,
      }),
      decidedBy: t.field({
        type: Named,
        resolve: async ({ decided_by }, _, { services }) =>
          decided_by === null ? null : ((await findPerson(services.store.db, decided_by)) ?? null),
      }),
      decidedAt: t.field({ type: 'DateTime', resolve: (row) => row.decided_at }),
      note: t.exposeString('note', { description: 'What the administrator said.' }),
      policyVersion: t.exposeInt('policy_version', { description: 'The version that it became part of.' }),
    }),
  })
  builder.objectField(WriteRequest, 'ruleProposal', (t) =>
    t.field({
      type: Proposal,
      description: 'For people. The newest proposal that it led to, to ask nobody for writes like it.',
      extensions: people,
      resolve: async ({ id }, _, { services }) => (await proposalOf(services.store.db, id)) ?? null,
    }),
  )
  builder.queryField('ruleProposals', (t) =>
    t.field({
      type: [Proposal],
      nullable: false,
      description: 'Open proposals for the policies that you look after, the oldest first.',
      extensions: readers,
      args: { workflow: t.arg.id({ description: "Only for this workflow's policies." }) },
      resolve: (_, { workflow }, { services, caller, connections }) => {
        const looksAfter = [...connections.keys()].filter(
          (slug) =>
            caller.kind === 'PERSON' &&
            (holdsRole(caller, 'policyAdmin', slug) || holdsRole(caller, 'auditor', slug)),
        )
        return listOpenProposals(services.store.db, looksAfter, workflow ?? undefined)
      },
    }),
  )
  const id = { required: true, description: 'The proposal.' } as const
  builder.mutationFields((t) => ({
    proposeRule: t.field({
      type: Proposal,
      description:
        'Proposes to an administrator that nobody be asked any more for writes like this one: the same fields and values, on the same board. Nothing changes until it is accepted; client mail, closing, money, merges and deletes always ask.',
      extensions: approvers,
      args: {
        request: t.arg.id({ required: true, description: 'A request that you may sign.' }),
        reason: t.arg.string({ description: 'Why; the administrator reads it.' }),
      },
      resolve: (_, { request, reason }, context) => proposeRule(context, request, reason ?? null),
    }),
    acceptRuleProposal: t.field({
      type: Proposal,
      description: 'Makes the proposed rule part of the next version of the policy.',
      extensions: policyAdmins,
      args: {
        id: t.arg.id(id),
        version: t.arg.int({
          required: true,
          description: 'The version of the policy that you saw; another one meanwhile refuses yours.',
        }),
        note: t.arg.string({ description: 'Kept with the version.' }),
      },
      resolve: (_, args, context) => acceptProposal(context, args.id, args.version, args.note ?? null),
    }),
    declineRuleProposal: t.field({
      type: Proposal,
      description: 'The policy stays as it is.',
      extensions: policyAdmins,
      args: { id: t.arg.id(id), note: t.arg.string({ description: 'Why; whoever proposed it reads it.' }) },
      resolve: (_, args, context) => declineProposal(context, args.id, args.note ?? null),
    }),
  }))
}
