import { control } from '../../schema/access.ts'
import type { WriteName } from '../../schema/plan.ts'
import { writes } from '../../schema/writes/index.ts'
import { submissionOf } from '../writes/submission.ts'
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
          const { submission, call } = submissionOf(name, input)
          return submitWrite(context, submission, { ...call, dryRun })
        },
      }),
    )
  }
}
