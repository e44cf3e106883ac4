import { control } from '../../schema/access.ts'
import { pausedPlaces, setPaused } from '../admin/pauses.ts'
import type { Control } from './builder.ts'

const administrators = control({ roles: ['policyAdmin', 'connectionAdmin'] })

/** Holding writes back for a while: a workflow, a connection, a company or everything. */
export function definePauses({ builder }: Control): void {
  const State = builder.objectRef<{ paused: readonly string[] }>('PauseState').implement({
    description: 'Where writes are held. Reads go on, and nothing is cancelled.',
    extensions: administrators,
    fields: (t) => ({
      paused: t.stringList({
        nullable: false,
        description: 'installation, connection:<slug>, workflow:<id>, company:<id>; any one is enough.',
        resolve: ({ paused }) => [...paused],
      }),
    }),
  })
  builder.queryField('pauses', (t) =>
    t.field({
      type: State,
      nullable: false,
      description: 'Every pause that your roles reach.',
      extensions: administrators,
      resolve: async (_, _args, context) => ({ paused: await pausedPlaces(context) }),
    }),
  )
  const mutation = (name: 'pause' | 'resume', description: string) =>
    builder.mutationField(name, (t) =>
      t.field({
        type: State,
        description,
        extensions: administrators,
        args: {
          workflow: t.arg.id({ description: 'One workflow.' }),
          connection: t.arg.string({ description: 'One connection.' }),
          company: t.arg.id({ description: 'Writes on records of one company.' }),
          reason: t.arg.string({ description: 'Why; kept in the audit trail.' }),
        },
        resolve: (_, { reason, ...place }, context) =>
          setPaused(context, name === 'pause', place, reason ?? null),
      }),
    )
  mutation(
    'pause',
    'Holds writes of a workflow, a connection, a company or (naming none) the installation. They can still be asked for and approved.',
  )
  mutation('resume', 'Ends such a pause: what was approved meanwhile is checked once more and sent.')
}
