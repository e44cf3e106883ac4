import { control } from '../../schema/access.ts'
import { retryRequest } from '../writes/retry.ts'
import type { Control } from './builder.ts'
import type { defineOutcomes } from './outcome-types.ts'

export const KEY_OF_CALL =
  'Of an AI agent, as in the input of a write: the same call again with the same key makes no second request.'

/** Asking once more for what came to nothing. */
export function defineRetry({ builder }: Control, { Outcome }: ReturnType<typeof defineOutcomes>): void {
  builder.mutationField('retryWriteRequest', (t) =>
    t.field({
      type: Outcome,
      description:
        'Asks once more for a write that failed, was rejected or cancelled, or expired: a new request from the same input, with policy and approval anew. What the PSA may have applied, in whole or in part, is never tried again. With another input call the mutation itself.',
      extensions: control({ agents: true, roles: ['approver'] }),
      args: {
        id: t.arg.id({ required: true, description: 'The request that came to nothing.' }),
        reason: t.arg.string({ description: 'Why; the person who approves reads it.' }),
        idempotencyKey: t.arg.string({ description: KEY_OF_CALL }),
        dryRun: t.arg.boolean({
          required: true,
          defaultValue: false,
          description: 'Plan it, show the plan, send nothing.',
        }),
      },
      resolve: (_, { id, reason, idempotencyKey, dryRun }, context) =>
        retryRequest(context, id, {
          reason: reason ?? null,
          idempotencyKey: idempotencyKey ?? null,
          dryRun,
        }),
    }),
  )
}
