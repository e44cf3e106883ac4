import { control } from '../../schema/access.ts'
import type { WriteInputs, WriteName } from '../../schema/plan.ts'
import { writes } from '../../schema/writes/index.ts'
import { typedSubmission } from '../writes/submission.ts'
import { submitWrite } from '../writes/submit.ts'
import type { ControlBuilder } from './builder.ts'
import type { defineOutcomes } from './outcome-types.ts'
import { defineWriteInputs } from './write-inputs.ts'

/** One mutation field for every declared write, all with the same path behind them. */
export function defineWrites(builder: ControlBuilder, results: ReturnType<typeof defineOutcomes>): void {
  const inputs = defineWriteInputs(builder)
  for (const name of Object.keys(writes) as WriteName[]) {
    builder.mutationField(name, (t) =>
      t.field({
        // Nullable, so that an error in one write neither stops nor hides another.
        type: results[writes[name].result],
        nullable: true,
        description: writes[name].description,
        extensions: control({ agents: true }),
        args: {
          input: t.arg({
            type: inputs[name] as (typeof inputs)['updateTicket'],
            required: true,
            description: 'What to write.',
          }),
          dryRun: t.arg.boolean({
            required: true,
            defaultValue: false,
            description: 'Plan it, show the plan, send nothing. The directive @dryRun does the same.',
          }),
        },
        resolve: (_, { input, dryRun }, context) => {
          const { reason = null, idempotencyKey = null, request = null, ...written } = plainly(input) as Call
          // The coerced input has the shape of the input type that is declared under the same name.
          const submission = typedSubmission(writes[name], written as unknown as WriteInputs[typeof name])
          return submitWrite(context, submission, { reason, idempotencyKey, dryRun, request })
        },
      }),
    )
  }
}

interface Call {
  readonly reason?: string | null
  readonly idempotencyKey?: string | null
  readonly request?: string | null
}

/** graphql-js gives objects without a prototype; what is stored and hashed are plain ones. */
function plainly(input: unknown): unknown {
  return JSON.parse(JSON.stringify(input))
}
