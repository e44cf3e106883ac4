import type { Demand } from '../../policy/types.ts'
import type { OpenConnection } from '../../schema/context.ts'
import { GatewayError } from '../../schema/errors.ts'
import type { PlanDraft, WriteInputs, WriteName } from '../../schema/plan.ts'
import type { PlanActor } from '../../schema/source.ts'
import type { WriteDeclaration } from '../../schema/writes/declaration.ts'
import { writes } from '../../schema/writes/index.ts'
import { withoutNulls } from '../../schema/writes/nulls.ts'

/** Every mutation that writes to a PSA: those of the unified schema, and the raw one. */
export type SubmittedName = WriteName | 'psaRequest'

/** A write as the one path of all writes takes it, typed or raw. */
export interface Submission {
  readonly name: SubmittedName
  /** Slug. */
  readonly connection: string
  /** What is stored with the request, and what an idempotency key stands for. @throws GatewayError BAD_USER_INPUT */
  input(): Readonly<Record<string, unknown>>
  /** By the input alone, before anything is read. */
  readonly demands: readonly Omit<Demand, 'connection'>[]
  /** @throws GatewayError what the source refuses */
  plan(connection: OpenConnection, actor: PlanActor): Promise<PlanDraft>
}

/** What goes with every input and is no part of what is written. */
export interface CallMembers {
  readonly reason: string | null
  readonly idempotencyKey: string | null
  readonly request: string | null
}

/** The coerced input of a mutation, taken apart. @throws GatewayError BAD_USER_INPUT */
export function submissionOf(name: WriteName, input: unknown): { submission: Submission; call: CallMembers } {
  // graphql-js gives objects without a prototype; what is stored and hashed are plain ones.
  const plain = JSON.parse(JSON.stringify(input)) as Partial<CallMembers>
  const { reason = null, idempotencyKey = null, request = null, ...written } = plain
  // It has the shape of the input type that is declared under the same name.
  const submission = typedSubmission(writes[name], written as unknown as WriteInputs[typeof name])
  return { submission, call: { reason, idempotencyKey, request } }
}

/** A write of the unified schema. @throws GatewayError BAD_USER_INPUT */
export function typedSubmission<W extends WriteName>(
  declaration: WriteDeclaration<W>,
  given: WriteInputs[W],
): Submission {
  const { name } = declaration
  return {
    name,
    connection: declaration.connection(given),
    // A null is a field to the policy, which judges the input as it came.
    demands: declaration.demands(given),
    input: () => withoutNulls(name, { ...given } as unknown as Readonly<Record<string, unknown>>),
    async plan({ source, session }, actor) {
      const support = source.capabilities.writes[name]
      if (support !== true) throw new GatewayError('NOT_SUPPORTED', `${name}: ${support.unsupported}`)
      return source.plan(session, name, withoutNulls(name, given), actor)
    },
  }
}
