import { control } from '../../schema/access.ts'
import { parseId } from '../../schema/ids.ts'
import { editsOf, type FieldEdit } from '../approvals/edits.ts'
import { editableInput } from '../approvals/revise.ts'
import { deputiesOf } from '../store/absences.ts'
import { listComments } from '../store/comments.ts'
import { listSteps } from '../store/executions.ts'
import { findPerson } from '../store/people.ts'
import { getRevision, listApprovals } from '../store/requests.ts'
import {
  type ApprovalRow,
  REQUEST_STATES,
  type Recipient,
  type RequestCommentRow,
  type StoredError,
  type WriteRequestRow,
  type WriteStepRow,
} from '../store/tables.ts'
import { findAgent, findWorkflow } from '../store/workflows.ts'
import { clientReachOf } from '../writes/client-reach.ts'
import type { Plan } from '../writes/plan.ts'
import type { Control } from './builder.ts'
import type { definePlan } from './plan-types.ts'

const everybody = control({ agents: true, roles: 'ANY' })

const STATES: Readonly<Record<(typeof REQUEST_STATES)[number], string>> = {
  PENDING: 'Waits for a person.',
  APPROVED: 'Approved, about to be sent.',
  EXECUTING: 'Being sent.',
  EXECUTED: 'Applied in the PSA.',
  FAILED: 'Not applied, or only in part; the error says which.',
  UNKNOWN_OUTCOME: 'Sent, and it is not known whether it was applied. Never sent again.',
  REJECTED: 'A person said no.',
  RETURNED: 'A person asks back; the comment says what.',
  CANCELLED: 'Withdrawn before it was sent.',
  EXPIRED: 'Nobody decided in time.',
  STALE: 'The record changed after the plan was made.',
}

export function defineRequest(
  { builder, ClientReach, Ticket, Note, TimeEntry }: Control,
  PlanType: ReturnType<typeof definePlan>,
) {
  const State = builder.enumType('WriteRequestState', {
    description: 'Where a write request stands.',
    values: Object.fromEntries(
      REQUEST_STATES.map((state) => [state, { description: STATES[state] }]),
    ) as Record<WriteRequestRow['state'], { description: string }>,
  })
  const Named = builder.objectRef<{ id: string; name: string }>('Actor').implement({
    description: 'An AI agent, a workflow or a person, by name.',
    extensions: everybody,
    fields: (t) => ({
      id: t.exposeID('id', { nullable: false }),
      name: t.exposeString('name', { nullable: false }),
    }),
  })
  const Signature = builder.objectRef<ApprovalRow>('Signature').implement({
    description: "One person's approval of one revision.",
    extensions: everybody,
    fields: (t) => ({
      person: t.field({
        type: Named,
        resolve: async ({ person_id }, _, { services }) =>
          (await findPerson(services.store.db, person_id)) ?? null,
      }),
      revision: t.exposeInt('revision', { nullable: false }),
      at: t.field({ type: 'DateTime', nullable: false, resolve: ({ at }) => at }),
      comment: t.field({ type: 'UntrustedText', resolve: ({ comment }) => comment }),
    }),
  })
  const Comment = builder.objectRef<RequestCommentRow>('RequestComment').implement({
    description: 'What somebody said about a request.',
    extensions: everybody,
    fields: (t) => ({
      kind: t.string({
        nullable: false,
        description: 'REJECTED, RETURNED, CANCELLED, RESOLVED or NOTE.',
        resolve: ({ kind }) => kind,
      }),
      text: t.field({ type: 'UntrustedText', nullable: false, resolve: ({ text }) => text }),
      at: t.field({ type: 'DateTime', nullable: false, resolve: ({ at }) => at }),
    }),
  })
  const Failure = builder.objectRef<StoredError>('RequestError').implement({
    description: 'Why a request ended without being applied.',
    extensions: everybody,
    fields: (t) => ({
      code: t.exposeString('code', { nullable: false, description: 'Stable error code.' }),
      message: t.exposeString('message', { nullable: false }),
      details: t.field({ type: 'JSON', resolve: ({ details }) => details ?? null }),
    }),
  })
  const Step = builder.objectRef<WriteStepRow>('SentStep').implement({
    description: 'A vendor request that was sent, with its outcome.',
    extensions: everybody,
    fields: (t) => ({
      step: t.exposeInt('step', { nullable: false, description: 'From 1, as in the plan.' }),
      sentAt: t.field({ type: 'DateTime', resolve: ({ send_started_at }) => send_started_at }),
      outcome: t.string({
        description:
          'DONE, VENDOR_REJECTED, THROTTLED, NOT_SENT, UNKNOWN or (found by reading) NOT_APPLIED; null while it is under way.',
        resolve: ({ outcome }) => outcome,
      }),
      status: t.exposeInt('status', { description: 'HTTP status of the answer.' }),
      durationMs: t.exposeInt('duration_ms', { description: 'Milliseconds until the answer.' }),
      vendorMessage: t.field({
        type: 'UntrustedText',
        description: "The PSA's own words.",
        resolve: (row) => row.vendor_message,
      }),
      tries: t.exposeInt('tries', {
        nullable: false,
        description: 'More than one only after the PSA answered "too many requests".',
      }),
    }),
  })
  const RecipientType = builder.objectRef<Recipient>('Recipient').implement({
    description: 'Somebody whom a request waits for.',
    extensions: control({ roles: 'ANY' }),
    fields: (t) => ({
      person: t.field({
        type: Named,
        resolve: async ({ person }, _, { services }) => (await findPerson(services.store.db, person)) ?? null,
      }),
      as: t.field({
        type: builder.enumType('RecipientRole', {
          description: 'Why a request waits for somebody.',
          values: {
            OWNER: { description: 'Owns the ticket.' },
            TEAM: { description: "Approves for the ticket's board." },
            ESCALATION: { description: 'May sign it, too; asked when the others have not decided.' },
          } as const,
        }),
        nullable: false,
        resolve: ({ as }) => as,
      }),
      now: t.exposeBoolean('now', {
        nullable: false,
        description: 'Asked now; else only when it escalates.',
      }),
      deputies: t.field({
        type: [Named],
        nullable: false,
        description: 'Who stands in while this person is away.',
        resolve: async ({ person }, _, { services }) =>
          (
            await Promise.all(
              (await deputiesOf(services.store.db, person)).map((id) => findPerson(services.store.db, id)),
            )
          ).flatMap((one) => one ?? []),
      }),
    }),
  })
  const Edited = builder.objectRef<FieldEdit>('EditedField').implement({
    description: 'One field that a person edited.',
    extensions: everybody,
    fields: (t) => ({
      field: t.exposeString('field', { nullable: false, description: 'Name of the field.' }),
      asked: t.field({
        type: 'UntrustedText',
        description: 'What the AI agent asked for; null: it did not ask for this field.',
        resolve: ({ asked }) => asked,
      }),
      sent: t.field({
        type: 'UntrustedText',
        description: 'What is written instead; null: this field is not written.',
        resolve: ({ sent }) => sent,
      }),
    }),
  })
  const created = (row: WriteRequestRow, type: string) =>
    ((row.result?.created as string[] | undefined) ?? [])
      .filter((id) => parseId(id)?.type === type)
      .map((id) => ({ id }))

  const WriteRequest = builder.objectRef<WriteRequestRow>('WriteRequest').implement({
    description: 'A write that an AI agent asked for, from its plan to its end.',
    extensions: everybody,
    fields: (t) => ({
      id: t.exposeID('id', { nullable: false }),
      state: t.field({ type: State, nullable: false, resolve: ({ state }) => state }),
      write: t.exposeString('write', { nullable: false, description: 'The mutation that asked for it.' }),
      connection: t.exposeString('connection', { nullable: false, description: "The connection's slug." }),
      ticket: t.field({
        type: Ticket,
        description: 'The ticket that it is about; null until a new one exists.',
        resolve: ({ ticket_id }) => (ticket_id === null ? null : { id: ticket_id }),
      }),
      notes: t.field({
        type: [Note],
        nullable: false,
        description: 'Notes that it made.',
        resolve: (row) => created(row, 'Note'),
      }),
      timeEntries: t.field({
        type: [TimeEntry],
        nullable: false,
        description: 'Time entries that it made.',
        resolve: (row) => created(row, 'TimeEntry'),
      }),
      workflow: t.field({
        type: Named,
        resolve: async (row, _, { services }) =>
          (await findWorkflow(services.store.db, row.workflow_id)) ?? null,
      }),
      agent: t.field({
        type: Named,
        description: 'The AI agent that asked.',
        resolve: async (row, _, { services }) => (await findAgent(services.store.db, row.agent_id)) ?? null,
      }),
      onBehalfOf: t.field({
        type: Named,
        description: 'The person for whom the agent works.',
        resolve: async (row, _, { services }) =>
          row.on_behalf_of === null
            ? null
            : ((await findPerson(services.store.db, row.on_behalf_of)) ?? null),
      }),
      reason: t.field({
        type: 'UntrustedText',
        description: "The agent's own words on why.",
        resolve: ({ reason }) => reason,
      }),
      revision: t.exposeInt('revision', { nullable: false, description: 'Grows when it is planned again.' }),
      planHash: t.exposeString('plan_hash', { nullable: false, description: 'What `approve` must name.' }),
      plan: t.field({
        type: PlanType,
        description: 'The plan of the current revision.',
        resolve: async (row, _, { services }) => {
          const revision = await getRevision(services.store.db, row.id, row.revision)
          return revision === undefined ? null : { plan: revision.plan as Plan, hash: revision.plan_hash }
        },
      }),
      groups: t.stringList({
        nullable: false,
        description: 'Permission groups that an approver needs to hold.',
        resolve: ({ groups }) => [...groups],
      }),
      approversNeeded: t.exposeInt('approvers_needed', {
        nullable: false,
        description: 'How many people must sign; 0: nobody.',
      }),
      signatures: t.field({
        type: [Signature],
        nullable: false,
        description: 'Who has signed this revision.',
        resolve: async (row, _, { services }) =>
          (await listApprovals(services.store.db, row.id)).filter(
            ({ revision }) => revision === row.revision,
          ),
      }),
      comments: t.field({
        type: [Comment],
        nullable: false,
        description: 'What was said about it.',
        resolve: (row, _, { services }) => listComments(services.store.db, row.id),
      }),
      retryOf: t.field({
        type: 'ID',
        description: 'The request without effect that this one is a new try of.',
        resolve: ({ retry_of }) => retry_of,
      }),
      putsBack: t.field({
        type: 'ID',
        description: 'The executed request whose change this one takes back.',
        resolve: ({ puts_back }) => puts_back,
      }),
      recipients: t.field({
        type: [RecipientType],
        description: 'Whom it waits for, in order. For people.',
        extensions: control({ roles: 'ANY' }),
        resolve: ({ recipients, escalated_at }) =>
          recipients.map((one) => ({ ...one, now: one.now || escalated_at !== null })),
      }),
      escalatesAt: t.field({
        type: 'DateTime',
        description:
          'When it begins to wait for everybody who may sign; null: it does not, or it does already.',
        resolve: ({ escalate_at, escalated_at }) => (escalated_at === null ? escalate_at : null),
      }),
      edited: t.exposeBoolean('edited', {
        nullable: false,
        description: 'A person changed what the AI agent asked for.',
      }),
      editable: t.field({
        type: 'JSON',
        description:
          'For people. Members of the input that `editWriteRequest` can change, with their values now; text in them is untrusted.',
        extensions: control({ roles: 'ANY' }),
        resolve: (row) => editableInput(row),
      }),
      edits: t.field({
        type: [Edited],
        nullable: false,
        description:
          'What the AI agent asked for and what a person made of it; empty when nothing was edited.',
        resolve: (row, _, { services }) => editsOf(services.store.db, row),
      }),
      steps: t.field({
        type: [Step],
        nullable: false,
        description: 'Vendor requests sent so far.',
        resolve: (row, _, { services }) => listSteps(services.store.db, row.id, row.revision),
      }),
      clientReach: t.field({
        type: ClientReach,
        description:
          'How the text that it wrote for the client gets to the client; null while nothing is applied, and when it wrote none.',
        resolve: (row, _, { services }) => clientReachOf(services.store.db, row),
      }),
      error: t.field({
        type: Failure,
        description: 'Why it was not applied.',
        resolve: ({ error }) => error,
      }),
      partial: t.exposeBoolean('partial', {
        nullable: false,
        description: 'Some steps were applied and some not.',
      }),
      reconciled: t.exposeBoolean('reconciled', {
        nullable: false,
        description: 'Its outcome was unclear and was settled by reading the PSA.',
      }),
      concurrentChange: t.exposeBoolean('concurrent_change', {
        nullable: false,
        description: 'Somebody else changed the record at the same moment.',
      }),
      createdAt: t.field({ type: 'DateTime', nullable: false, resolve: (row) => row.created_at }),
      expiresAt: t.field({
        type: 'DateTime',
        nullable: false,
        description: 'When it ends undecided.',
        resolve: (row) => row.expires_at,
      }),
      ticketDueAt: t.field({
        type: 'DateTime',
        description:
          'For people. By when the ticket had to be done, as it stood when it was planned; null where no date is set.',
        extensions: control({ roles: 'ANY' }),
        resolve: (row) => row.due_at,
      }),
      settledAt: t.field({
        type: 'DateTime',
        description: 'When it ended.',
        resolve: (row) => row.settled_at,
      }),
    }),
  })
  return { WriteRequest, State, Named }
}

export type RequestTypes = ReturnType<typeof defineRequest>
