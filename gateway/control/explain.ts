import type { Remedy } from '../../policy/remedies.ts'
import { control } from '../../schema/access.ts'
import { badInput } from '../../schema/errors.ts'
import { askerOf } from '../explain/asker.ts'
import { demandsOfOperation, demandsOfRequest, rawCall } from '../explain/demands.ts'
import { type Explained, type ExplainedDemand, type Explanation, explain } from '../explain/explain.ts'
import type { Control } from './builder.ts'
import type { defineQuestions } from './questions.ts'
import type { defineRaw } from './raw.ts'

const askers = control({ agents: true, roles: ['policyAdmin', 'auditor'] })

/** What would be decided about a call, and why, without running it. */
export function defineExplain(
  { builder }: Control,
  { Method, Parameter }: ReturnType<typeof defineRaw>,
  Kind: ReturnType<typeof defineQuestions>['Kind'],
): void {
  const Operation = builder.inputType('ExplainOperationInput', {
    description: 'A GraphQL operation as you would send it. It is not run.',
    extensions: askers,
    fields: (t) => ({
      query: t.string({ required: true, description: 'The document.' }),
      operationName: t.string({ description: 'Where the document holds several operations.' }),
      variables: t.string({ description: 'JSON text of an object.' }),
    }),
  })
  const Request = builder.inputType('ExplainRequestInput', {
    description: 'A raw request as you would give it to psaRequest. It is not sent.',
    extensions: askers,
    fields: (t) => ({
      connection: t.string({ required: true, description: "The connection's slug." }),
      method: t.field({ type: Method, required: true }),
      path: t.string({ required: true, description: "The vendor's own path, without a query." }),
      query: t.field({ type: [Parameter] }),
      body: t.string({ description: 'JSON text.' }),
    }),
  })
  const Instead = builder.inputType('PolicyInsteadInput', {
    description: 'A policy that nobody saved, to be asked in place of the saved one.',
    extensions: askers,
    fields: (t) => ({
      connection: t.string({ required: true, description: 'The connection that it is for.' }),
      policy: t.string({ required: true, description: 'The whole policy as JSON text.' }),
    }),
  })
  const Verdict = builder.enumType('AccessVerdict', {
    description: 'What would be decided.',
    values: {
      ALLOWED: { description: 'It passes, and nobody has to sign.' },
      PARTLY: { description: 'What is refused comes as null with an error; the rest is answered.' },
      NEEDS_APPROVAL: { description: 'It passes and waits for people to sign.' },
      PLAN_DECIDES: {
        description: 'It passes; whether somebody has to sign depends on what planning finds.',
      },
      REFUSED: { description: 'Nothing of it is done.' },
    } as const,
  })
  const Approvers = builder.objectRef<NonNullable<Explained['approvers']>>('ApproversNeeded').implement({
    description: 'How many people have to sign.',
    extensions: askers,
    fields: (t) => ({
      atLeast: t.exposeInt('atLeast', { nullable: false }),
      atMost: t.exposeInt('atMost', { description: 'Null: only the plan tells.' }),
    }),
  })
  const Decision = builder.objectRef<Explained>('AccessDecision').implement({
    description: 'A decision with the rule that made it.',
    extensions: askers,
    fields: (t) => ({
      verdict: t.field({ type: Verdict, nullable: false, resolve: ({ verdict }) => verdict }),
      code: t.string({ description: 'Error code of a refusal.', resolve: ({ code }) => code }),
      message: t.exposeString('message', { description: 'What the refusal would say.' }),
      rules: t.stringList({
        nullable: false,
        description: 'The rule that refuses, or the approval rules that may decide, in words.',
        resolve: ({ rules }) => [...rules],
      }),
      approvers: t.field({
        type: Approvers,
        description: 'For a write.',
        resolve: ({ approvers }) => approvers,
      }),
      mayBeRefused: t.stringList({
        nullable: false,
        description:
          'For a write: codes for which its plan may be refused all the same, once the record is read.',
        resolve: ({ mayBeRefused }) => [...mayBeRefused],
      }),
    }),
  })
  const RemedyType = builder.objectRef<Remedy>('AccessRemedy').implement({
    description:
      'One thing in the policy that would have to change. An administrator may do it; an agent reports it.',
    extensions: askers,
    fields: (t) => ({
      setting: t.string({
        nullable: false,
        description:
          'CONNECTION, LEVEL, SWITCH, ALLOWED_FIELDS, ALLOWED_VALUES, RECORD_SCOPE or ACROSS_COMPANIES.',
        resolve: ({ setting }) => setting,
      }),
      connection: t.exposeString('connection', { nullable: false }),
      group: t.exposeString('group', { description: 'The permission group.' }),
      name: t.exposeString('name', {
        description: 'The level, the switch, the kind that fields are for, or the field that values are for.',
      }),
      add: t.stringList({
        nullable: false,
        description: 'Fields or values to be allowed.',
        resolve: ({ add }) => [...add],
      }),
      text: t.exposeString('text', { nullable: false, description: 'In one sentence.' }),
    }),
  })
  const Values = builder.objectRef<readonly [string, readonly string[]]>('DemandedValues').implement({
    description: 'New values of a field.',
    extensions: askers,
    fields: (t) => ({
      field: t.string({ nullable: false, resolve: ([field]) => field }),
      values: t.stringList({ nullable: false, resolve: ([, values]) => [...values] }),
    }),
  })
  const DemandType = builder.objectRef<ExplainedDemand>('AccessDemand').implement({
    description: 'One thing that a call needs: a kind of access to a permission group on a connection.',
    extensions: askers,
    fields: (t) => ({
      connection: t.string({ nullable: false, resolve: ({ demand }) => demand.connection }),
      group: t.string({
        description: 'Null: no catalogue knows it.',
        resolve: ({ demand }) => demand.group ?? null,
      }),
      kind: t.field({ type: Kind, nullable: false, resolve: ({ demand }) => demand.kind }),
      fields: t.stringList({
        nullable: false,
        description: 'Fields by their names in a policy.',
        resolve: ({ demand }) => [...demand.fields],
      }),
      values: t.field({
        type: [Values],
        nullable: false,
        description: 'New values that the input names.',
        resolve: ({ demand }) => Object.entries(demand.values ?? {}),
      }),
      part: t.exposeString('part', {
        nullable: false,
        description: '"read", or the mutation whose demands stand or fall together.',
      }),
      from: t.stringList({
        nullable: false,
        description: 'What needs it: fields of the schema, or arguments.',
        resolve: ({ from }) => [...from],
      }),
      perRecord: t.exposeBoolean('perRecord', {
        nullable: false,
        description:
          'The group is in each record (a note that the client can see), which is judged when it is read.',
      }),
      decision: t.field({ type: Decision, nullable: false, resolve: ({ decision }) => decision }),
      remedies: t.field({ type: [RemedyType], nullable: false, resolve: ({ remedies }) => [...remedies] }),
    }),
  })
  const ExplanationType = builder.objectRef<Explanation>('AccessExplanation').implement({
    description: 'What would be decided about a call, and why.',
    extensions: askers,
    fields: (t) => ({
      decision: t.field({
        type: Decision,
        nullable: false,
        description: 'Over all demands.',
        resolve: ({ decision }) => decision,
      }),
      demands: t.field({
        type: [DemandType],
        nullable: false,
        description:
          'What its text asks for. The demands of a plan are known only once it is made: dryRun tells those.',
        resolve: ({ demands }) => [...demands],
      }),
      remedies: t.field({
        type: [RemedyType],
        nullable: false,
        description: 'What would have to change for all of it to pass, in order.',
        resolve: ({ remedies }) => [...remedies],
      }),
      canBeAllowed: t.exposeBoolean('canBeAllowed', {
        nullable: false,
        description: 'False: refused whatever a policy says.',
      }),
      testMode: t.stringList({
        nullable: false,
        description:
          'Where test mode is on (installation, connection, workflow): writes are planned and none is sent.',
        resolve: ({ testMode }) => [...testMode],
      }),
      text: t.exposeString('text', { nullable: false, description: 'All of it in words.' }),
    }),
  })
  builder.queryField('explainAccess', (t) =>
    t.field({
      type: ExplanationType,
      description:
        'What would be decided about an operation or a raw request, and what would have to change; nothing is run and no PSA is asked. An AI agent asks about itself; a policy administrator or auditor about a workflow.',
      extensions: askers,
      args: {
        operation: t.arg({ type: Operation, description: 'Either this, or `request`.' }),
        request: t.arg({ type: Request, description: 'Either this, or `operation`.' }),
        workflow: t.arg.id({ description: 'Whose agents: for people, who must give it.' }),
        instead: t.arg({ type: Instead, description: 'Would this policy allow it? For people.' }),
      },
      resolve: async (_, { operation, request, workflow, instead }, context) => {
        if ((operation == null) === (request == null))
          throw badInput('operation', 'either an operation or a request', null)
        const asker = await askerOf(context, workflow ?? null, instead ?? null)
        const found =
          request != null
            ? await demandsOfRequest(asker.context, rawCall(request))
            : await demandsOfOperation(asker.context, {
                query: operation!.query,
                operationName: operation!.operationName ?? null,
                variables: variablesOf(operation!.variables ?? null),
              })
        return explain(asker, found)
      },
    }),
  )
}

function variablesOf(text: string | null): Readonly<Record<string, unknown>> {
  if (text === null) return {}
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw badInput('operation.variables', 'an object as JSON text', text)
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>
  throw badInput('operation.variables', 'an object as JSON text', text)
}
