import { decisionInWords } from '../../policy/case-in-words.ts'
import type { Place } from '../../policy/cases.ts'
import type { PolicyEffect } from '../../policy/effects.ts'
import type { PolicyAnswer, PolicyQuestion, Witness } from '../../policy/question.ts'
import { control } from '../../schema/access.ts'
import { badInput } from '../../schema/errors.ts'
import { effectsOfSaving, policyQuestion, type WhoCan, whoCan } from '../admin/questions.ts'
import type { Foreseen } from '../approvals/rejudge.ts'
import type { AgentRow } from '../store/tables.ts'
import type { Control } from './builder.ts'

const readers = control({ roles: ['policyAdmin', 'auditor'] })

const KINDS = {
  READ: { description: 'Reads.' },
  CREATE: { description: 'Makes a new record.' },
  UPDATE: { description: 'Changes a record.' },
  MERGE: { description: 'Merges records into one.' },
  BUNDLE: { description: 'Puts records under another.' },
  DELETE: { description: 'Deletes a record.' },
} as const

/** Questions over whole policies, answered by deciding every case that a policy can tell apart. */
export function defineQuestions({ builder }: Control) {
  const Kind = builder.enumType('AccessKind', { description: 'What a demand does.', values: KINDS })
  const FieldValues = builder.inputType('FieldValuesInput', {
    description: 'A field, and the values that it gets.',
    extensions: readers,
    fields: (t) => ({
      field: t.string({ required: true, description: 'Its name in a policy.' }),
      values: t.stringList({ required: true, description: 'One of these is written.' }),
    }),
  })
  const Question = builder.inputType('PolicyQuestionInput', {
    description:
      'Which writes and reads are asked about: "can one of these pass?". What is left out is not restricted, and an empty question asks about everything.',
    extensions: readers,
    fields: (t) => ({
      groups: t.stringList({ description: 'Permission groups.' }),
      kinds: t.field({ type: [Kind] }),
      fields: t.stringList({ description: 'At least one of these fields is written.' }),
      values: t.field({ type: [FieldValues], description: 'Each of these fields gets one of its values.' }),
      clientMail: t.boolean({ description: 'True: the client is mailed, or may be. False: nobody is.' }),
      closes: t.boolean({
        description:
          'True: a ticket is closed. Unless groups are named, this asks about Tickets, and a change means their status.',
      }),
      reopens: t.boolean({ description: 'True: a closed ticket is opened again.' }),
      priorityAtMost: t.int({
        description: '1 for "a P1": the ticket is known to be as urgent as this rank.',
      }),
      boards: t.stringList({ description: 'The record is on one of these boards or queues.' }),
      companies: t.stringList({ description: 'The record belongs to one of these companies.' }),
      companyTypes: t.stringList({ description: 'Its company is one of these types.' }),
      insideBusinessHours: t.boolean({ description: 'At which hours.' }),
      withoutSignature: t.boolean({
        description: 'True: what waits for an approval does not count as a yes.',
      }),
    }),
  })
  const Answer = builder.enumType('PolicyVerdict', {
    description: 'The answer to a question over a policy.',
    values: {
      YES: { description: 'There is a way that passes whatever the circumstances.' },
      NO: { description: 'In no case.' },
      ONLY_UNDER_CONDITIONS: {
        description: 'Some cases pass, and every way has circumstances in which it does not.',
      },
    } as const,
  })
  const Value = builder
    .objectRef<{ field: string; value: string; key: string | null }>('CaseValue')
    .implement({
      description: 'A value that is written in a case.',
      extensions: readers,
      fields: (t) => ({
        field: t.exposeString('field', { nullable: false }),
        value: t.exposeString('value', {
          nullable: false,
          description: '"any other value" stands for each that the policy does not name.',
        }),
        key: t.exposeString('key', { description: "The PSA's own key of it, where the policy lists keys." }),
      }),
    })
  const Facts = builder.objectRef<Witness['circumstances']>('CaseFacts').implement({
    description: 'The circumstances of a case; what the policy does not look at has its plainest value.',
    extensions: readers,
    fields: (t) => ({
      closes: t.exposeBoolean('closes', { nullable: false }),
      reopens: t.exposeBoolean('reopens', { nullable: false }),
      clientMail: t.exposeString('clientMail', { nullable: false, description: 'NO, YES or MAY.' }),
      priorityRank: t.exposeInt('priorityRank', { description: '1 is the most urgent; null: not known.' }),
      billableHours: t.exposeFloat('billableHours', { nullable: false }),
      amount: t.exposeFloat('amount', { description: 'Money that it moves; null: not known.' }),
      company: t.string({
        nullable: false,
        description: 'NONE, UNKNOWN or a name.',
        resolve: (one) => placeText(one.company),
      }),
      companyType: t.string({
        nullable: false,
        description: 'NONE, UNKNOWN or a name.',
        resolve: (one) => placeText(one.companyType),
      }),
      board: t.string({
        nullable: false,
        description: 'NONE, UNKNOWN or a name.',
        resolve: (one) => placeText(one.board),
      }),
      acrossCompanies: t.exposeBoolean('acrossCompanies', {
        nullable: false,
        description: 'Records of two companies meet.',
      }),
      insideBusinessHours: t.exposeBoolean('insideBusinessHours', {
        description: 'Null: nobody has set business hours.',
      }),
    }),
  })
  const Case = builder.objectRef<Witness>('PolicyWitness').implement({
    description: 'One case that shows the answer, as it was decided.',
    extensions: readers,
    fields: (t) => ({
      group: t.string({ nullable: false, resolve: ({ act }) => act.group }),
      kind: t.field({ type: Kind, nullable: false, resolve: ({ act }) => act.kind }),
      fields: t.stringList({
        nullable: false,
        description: '"any other field" stands for each that the policy does not name.',
        resolve: ({ act }) => [...act.fields],
      }),
      values: t.field({
        type: [Value],
        nullable: false,
        resolve: ({ act }) =>
          Object.entries(act.values).map(([field, { value, key }]) => ({ field, value, key: key ?? null })),
      }),
      facts: t.field({ type: Facts, nullable: false, resolve: ({ circumstances }) => circumstances }),
      verdict: t.string({
        nullable: false,
        description: 'In words.',
        resolve: ({ decision }) => decisionInWords(decision),
      }),
      code: t.string({
        description: 'Error code of a refusal.',
        resolve: ({ decision }) => (decision.verdict === 'DENY' ? decision.code : null),
      }),
      approvers: t.int({
        nullable: false,
        description: 'How many people have to sign.',
        resolve: ({ decision }) => (decision.verdict === 'HOLD' ? decision.approvers : 0),
      }),
      rules: t.stringList({
        nullable: false,
        description: 'The rule that refused, or the approval rules that held.',
        resolve: ({ decidedBy }) => [...decidedBy],
      }),
      conditions: t.stringList({
        nullable: false,
        description: 'When such a write passes; empty: whatever the circumstances.',
        resolve: ({ conditions }) => [...conditions],
      }),
      text: t.exposeString('text', { nullable: false, description: 'The case in one sentence.' }),
    }),
  })
  const AnswerType = builder.objectRef<PolicyAnswer>('PolicyAnswer').implement({
    description: 'An answer that rests on every case, none left out.',
    extensions: readers,
    fields: (t) => ({
      answer: t.field({ type: Answer, nullable: false, resolve: ({ answer }) => answer }),
      text: t.exposeString('text', { nullable: false, description: 'The answer in one sentence.' }),
      cases: t.exposeInt('cases', {
        nullable: false,
        description:
          'Cases that were decided, which are all: a write of one record each. A plan of several is decided by its strictest part.',
      }),
      permitted: t.exposeInt('permitted', { nullable: false, description: 'Those of them that pass.' }),
      witnesses: t.field({
        type: [Case],
        nullable: false,
        description: 'What passes, or for a no what refuses or holds it; one case for each way, 25 at most.',
        resolve: ({ witnesses }) => [...witnesses],
      }),
    }),
  })
  const Agent = builder.objectRef<AgentRow>('QuestionedAgent').implement({
    description: 'An AI agent that an answer is about.',
    extensions: readers,
    fields: (t) => ({
      id: t.exposeID('id', { nullable: false }),
      name: t.exposeString('name', { nullable: false }),
    }),
  })
  const Who = builder.objectRef<WhoCan>('WorkflowAnswer').implement({
    description: 'What the agents of one workflow may do.',
    extensions: readers,
    fields: (t) => ({
      workflow: t.id({ nullable: false, resolve: ({ workflow }) => workflow.id }),
      name: t.string({ nullable: false, resolve: ({ workflow }) => workflow.name }),
      agents: t.field({
        type: [Agent],
        nullable: false,
        description: 'Its agents that are not revoked.',
        resolve: ({ agents }) => [...agents],
      }),
      answer: t.field({ type: AnswerType, nullable: false, resolve: ({ answer }) => answer }),
    }),
  })
  const EffectKind = builder.enumType('PolicyEffectKind', {
    description: 'How a verdict changes.',
    values: {
      ALLOWED: { description: 'What was refused is allowed, with or without approval.' },
      REFUSED: { description: 'What was allowed is refused.' },
      APPROVAL_ADDED: { description: 'What needed nobody waits for approval.' },
      APPROVAL_REMOVED: { description: 'What waited for approval needs nobody.' },
      APPROVAL_CHANGED: { description: 'Other people, or another number of them, have to sign.' },
    } as const,
  })
  const Effect = builder.objectRef<PolicyEffect>('PolicyEffectLine').implement({
    description: 'Writes or reads of one kind whose verdict changes in one way.',
    extensions: readers,
    fields: (t) => ({
      group: t.exposeString('group', { nullable: false }),
      kind: t.field({ type: Kind, nullable: false, resolve: ({ kind }) => kind }),
      effect: t.field({ type: EffectKind, nullable: false, resolve: ({ effect }) => effect }),
      before: t.exposeString('before', { nullable: false, description: 'The verdict of now.' }),
      after: t.exposeString('after', { nullable: false, description: 'The verdict once it is saved.' }),
      writes: t.stringList({
        nullable: false,
        description: 'Fields with their values where those count; empty: everything of this kind.',
        resolve: ({ acts }) => [...acts],
      }),
      conditions: t.stringList({
        nullable: false,
        description: 'Empty: whatever the circumstances.',
        resolve: ({ conditions }) => [...conditions],
      }),
      cases: t.exposeInt('cases', { nullable: false }),
      text: t.exposeString('text', { nullable: false, description: 'All of it in one line.' }),
    }),
  })
  const Outcome = builder.enumType('WaitingOutcome', {
    description: 'What becomes of a write request that waits.',
    values: {
      CANCELLED: { description: 'It is cancelled: it is not allowed any more, or nothing is sent any more.' },
      HELD: { description: 'It waits on, for other signatures than before.' },
    } as const,
  })
  const Waiting = builder.objectRef<Foreseen>('WaitingRequestEffect').implement({
    description: 'What saving would do to a write request that waits or is approved and not begun.',
    extensions: readers,
    fields: (t) => ({
      id: t.id({
        nullable: false,
        description: 'Of the write request.',
        resolve: ({ request }) => request.id,
      }),
      write: t.string({
        nullable: false,
        description: 'The mutation.',
        resolve: ({ request }) => request.field,
      }),
      state: t.string({
        nullable: false,
        description: 'Its state of now.',
        resolve: ({ request }) => request.state,
      }),
      outcome: t.field({ type: Outcome, nullable: false, resolve: ({ outcome }) => outcome }),
      code: t.string({ description: 'Why it is cancelled.', resolve: ({ error }) => error?.code ?? null }),
      message: t.string({ resolve: ({ error }) => error?.message ?? null }),
      approvers: t.exposeInt('approvers', { nullable: false, description: 'How many would have to sign.' }),
    }),
  })
  const Effects = builder.objectRef<Awaited<ReturnType<typeof effectsOfSaving>>>('PolicyEffects').implement({
    description: 'What saving a policy would change, and for whom.',
    extensions: readers,
    fields: (t) => ({
      cases: t.int({
        description:
          'Cases that were decided under both, which are all that could differ; null where they are too many.',
        resolve: ({ counted }) => (counted instanceof Error ? null : counted.cases),
      }),
      changed: t.int({
        description:
          'Those of them that are decided otherwise; null where they are too many to be counted out.',
        resolve: ({ counted }) => (counted instanceof Error ? null : counted.changed),
      }),
      effects: t.field({
        type: [Effect],
        description:
          'Empty: nothing is decided otherwise. Null with LIMIT_EXCEEDED where the cases are too many to be counted out.',
        resolve: ({ counted }) => {
          if (counted instanceof Error) throw counted
          return [...counted.effects]
        },
      }),
      changes: t.stringList({
        nullable: false,
        description: 'What differs in the policies themselves, test mode and time owner included.',
        resolve: ({ changes }) => changes.map(({ where, change }) => `${where}: ${change}`),
      }),
      agents: t.field({
        type: [Agent],
        nullable: false,
        description: 'Whom it concerns: the agents of the workflow that are not revoked.',
        resolve: ({ agents }) => [...agents],
      }),
      waiting: t.field({
        type: [Waiting],
        nullable: false,
        description:
          'Waiting write requests that would be cancelled or held; the others wait on as they are.',
        resolve: ({ waiting }) => [...waiting],
      }),
    }),
  })

  const told = {
    workflow: 'The workflow.',
    connection: "The connection's slug.",
    question: 'What is asked.',
    policy: 'A whole policy as JSON text, instead of the saved one.',
  }
  builder.queryFields((t) => ({
    policyQuestion: t.field({
      type: AnswerType,
      description:
        'May agents of this workflow do this? "Can it mail a client without a signature?" is { clientMail: true, withoutSignature: true }. Decides every case; asks no PSA.',
      extensions: readers,
      args: {
        workflow: t.arg.id({ required: true, description: told.workflow }),
        connection: t.arg.string({ required: true, description: told.connection }),
        question: t.arg({ type: Question, required: true, description: told.question }),
        policy: t.arg.string({ description: told.policy }),
      },
      resolve: (_, { workflow, connection, question, policy }, context) =>
        policyQuestion(context, workflow, connection, asked(question), policy ?? null),
    }),
    whoCan: t.field({
      type: [Who],
      description:
        'The same question for every workflow that has this connection: "who can close a P1?" is { closes: true, priorityAtMost: 1 }.',
      extensions: readers,
      args: {
        connection: t.arg.string({ required: true, description: told.connection }),
        question: t.arg({ type: Question, required: true, description: told.question }),
      },
      resolve: async (_, { connection, question }, context) => [
        ...(await whoCan(context, connection, asked(question))),
      ],
    }),
    policyEffects: t.field({
      type: Effects,
      description:
        'What changes for whom if this policy is saved: every case that is decided otherwise, and what becomes of waiting writes. Nothing is saved.',
      extensions: readers,
      args: {
        workflow: t.arg.id({ required: true, description: told.workflow }),
        connection: t.arg.string({ required: true, description: told.connection }),
        policy: t.arg.string({ required: true, description: 'The whole policy as JSON text.' }),
      },
      resolve: (_, { workflow, connection, policy }, context) =>
        effectsOfSaving(context, workflow, connection, policy),
    }),
  }))
  return { Kind }
}

function placeText(place: Place): string {
  return typeof place === 'string' ? place : place.name
}

type Given = {
  readonly [Name in Exclude<keyof PolicyQuestion, 'values'>]?: PolicyQuestion[Name] | null
} & { readonly values?: readonly { readonly field: string; readonly values: readonly string[] }[] | null }

/** An empty list could ask about everything or about nothing, so it is refused. @throws GatewayError BAD_USER_INPUT */
function asked(given: Given): PolicyQuestion {
  const present = Object.entries(given).filter(([, value]) => value !== null && value !== undefined)
  for (const [name, value] of present)
    if (Array.isArray(value) && value.length === 0)
      throw badInput(`question.${name}`, 'at least one; leave it out to ask about all of them', value)
  if (given.priorityAtMost != null && given.priorityAtMost < 1)
    throw badInput('question.priorityAtMost', 'a rank, 1 the most urgent', given.priorityAtMost)
  const twice = given.values?.find(
    ({ field }, index, all) => all.findIndex((one) => one.field === field) !== index,
  )
  if (twice !== undefined) throw badInput('question.values', 'each field once', twice.field)
  const empty = given.values?.find(({ values }) => values.length === 0)
  if (empty !== undefined) throw badInput('question.values', 'a value for each field', empty.field)
  const { values } = given
  return {
    ...Object.fromEntries(present),
    ...(values == null ? {} : { values: Object.fromEntries(values.map((one) => [one.field, one.values])) }),
  } as PolicyQuestion
}
