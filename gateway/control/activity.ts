import { control } from '../../schema/access.ts'
import { type ActivityPoint, activity } from '../events/activity.ts'
import type { Control } from './builder.ts'

const people = control({ roles: 'ANY' })

/** How much AI agents asked for, and what became of it, over time. */
export function defineActivity({ builder }: Control): void {
  const Point = builder.objectRef<ActivityPoint>('ActivityPoint').implement({
    description: 'What happened in one stretch of time.',
    extensions: people,
    fields: (t) => ({
      from: t.field({
        type: 'DateTime',
        nullable: false,
        description: 'Where it begins; it ends where the next one begins.',
        resolve: ({ from }) => from,
      }),
      asked: t.int({
        nullable: false,
        description: 'Writes that AI agents asked for.',
        resolve: ({ counts }) => counts.asked,
      }),
      approved: t.int({
        nullable: false,
        description: 'Requests that got the last signature.',
        resolve: ({ counts }) => counts.approved,
      }),
      rejected: t.int({
        nullable: false,
        description: 'Requests that a person said no to.',
        resolve: ({ counts }) => counts.rejected,
      }),
      written: t.int({
        nullable: false,
        description: 'Requests that were applied in the PSA.',
        resolve: ({ counts }) => counts.written,
      }),
      refused: t.int({
        nullable: false,
        description: 'Operations that a policy or a missing role refused.',
        resolve: ({ counts }) => counts.refused,
      }),
    }),
  })
  builder.queryField('activity', (t) =>
    t.field({
      type: [Point],
      nullable: false,
      description:
        'The events that `events` would show you, counted in equal stretches of time, from the oldest on.',
      extensions: people,
      args: {
        from: t.arg({ type: 'DateTime', required: true, description: 'Where the first stretch begins.' }),
        to: t.arg({
          type: 'DateTime',
          required: true,
          description: 'Where the last one ends, at most 400 days later.',
        }),
        points: t.arg.int({
          required: true,
          defaultValue: 24,
          description: 'How many stretches, 100 at most.',
        }),
        connection: t.arg.string({ description: 'Only of this connection.' }),
        workflow: t.arg.string({ description: 'Only of AI agents of this workflow.' }),
      },
      resolve: async (_, { from, to, points, connection, workflow }, context) => [
        ...(await activity(
          context,
          {
            from: new Date(from),
            to: new Date(to),
            ...(connection != null && { connection }),
            ...(workflow != null && { workflowId: workflow }),
          },
          points,
        )),
      ],
    }),
  )
}
