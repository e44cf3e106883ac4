import { control } from '../../schema/access.ts'
import { type PutBack, putBack } from '../writes/put-back.ts'
import type { Control } from './builder.ts'
import type { defineOutcomes } from './outcome-types.ts'
import { KEY_OF_CALL } from './retry.ts'

const everybody = control({ agents: true, roles: 'ANY' })

/** Taking an executed change back. */
export function definePutBack({ builder }: Control, { Outcome }: ReturnType<typeof defineOutcomes>): void {
  const Result = builder.objectRef<PutBack>('PutBack').implement({
    description: 'How the taking back of a change stands.',
    extensions: everybody,
    fields: (t) => ({
      outcome: t.field({
        type: Outcome,
        nullable: false,
        description: 'Of the new write request.',
        resolve: ({ outcome }) => outcome,
      }),
      changedSince: t.stringList({
        nullable: false,
        description: 'Fields that somebody has changed since; they stay as they are.',
        resolve: ({ changedSince }) => [...changedSince],
      }),
      left: t.stringList({
        nullable: false,
        description: 'What can not be taken back, with the reason.',
        resolve: ({ left }) => [...left],
      }),
    }),
  })
  builder.mutationField('putBack', (t) =>
    t.field({
      type: Result,
      description:
        'Gives the fields of an executed write their values of before, where they still hold what it wrote. It is a write of its own, with policy and approval; what was created, merged or deleted is not taken back.',
      extensions: control({ agents: true, roles: ['approver'] }),
      args: {
        id: t.arg.id({ required: true, description: 'The executed request.' }),
        reason: t.arg.string({ description: 'Why; the person who approves reads it.' }),
        idempotencyKey: t.arg.string({ description: KEY_OF_CALL }),
        dryRun: t.arg.boolean({
          required: true,
          defaultValue: false,
          description: 'Plan it, show the plan, send nothing.',
        }),
      },
      resolve: (_, { id, reason, idempotencyKey, dryRun }, context) =>
        putBack(context, id, {
          reason: reason ?? null,
          idempotencyKey: idempotencyKey ?? null,
          dryRun,
        }),
    }),
  )
}
