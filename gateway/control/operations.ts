import { control } from '../../schema/access.ts'
import {
  type ConnectionUse,
  connectionsInUse,
  type QuotaOverTime,
  type QuotaPoint,
  quotaOverTime,
} from '../admin/budgets.ts'
import { countQueues, type Queue } from '../store/requests.ts'
import type { Control } from './builder.ts'
import type { RequestTypes } from './request-types.ts'

const people = control({ roles: 'ANY' })
const administrators = control({ roles: ['connectionAdmin', 'policyAdmin', 'auditor'] })

/** How the installation fares: what is under way, and how much is asked of the PSAs. */
export function defineOperations({ builder }: Control, { State }: RequestTypes): void {
  const QueueType = builder.objectRef<Queue>('WriteQueue').implement({
    description: 'Write requests in one state.',
    extensions: people,
    fields: (t) => ({
      state: t.field({ type: State, nullable: false, resolve: ({ state }) => state }),
      count: t.exposeInt('count', { nullable: false, description: 'How many.' }),
      oldest: t.field({
        type: 'DateTime',
        nullable: false,
        description: 'When the oldest of them was asked for.',
        resolve: ({ oldest }) => oldest,
      }),
      held: t.exposeInt('held', {
        nullable: false,
        description: 'How many of them are approved and held by a pause or a connection that is off.',
      }),
    }),
  })
  const Use = builder.objectRef<ConnectionUse>('ConnectionUse').implement({
    description: "How much of a PSA's quota all gateways together use at this moment.",
    extensions: administrators,
    fields: (t) => ({
      connection: t.string({
        nullable: false,
        description: "The connection's slug.",
        resolve: ({ connection }) => connection.slug,
      }),
      used: t.int({
        description:
          'Requests in the stretch of time that the PSA counts in, those set aside for the next moment included; null where it counts none by time.',
        resolve: ({ used, limits }) => (limits.requests === undefined ? null : used),
      }),
      most: t.int({
        description: 'As many as the gateway lets through in that stretch.',
        resolve: ({ limits }) => limits.requests?.most ?? null,
      }),
      seconds: t.int({
        description: 'How long that stretch is.',
        resolve: ({ limits }) => limits.requests?.seconds ?? null,
      }),
      underWay: t.exposeInt('underWay', {
        nullable: false,
        description: 'Places for requests under way that are taken.',
      }),
      atOnce: t.int({
        nullable: false,
        description: 'How many such places there are.',
        resolve: ({ limits }) => limits.concurrency.most,
      }),
      pausedUntil: t.field({
        type: 'DateTime',
        description: 'The PSA asked to slow down, and nothing goes to it before; null: it did not.',
        resolve: ({ paused_until }) => paused_until,
      }),
    }),
  })
  const Point = builder.objectRef<QuotaPoint>('QuotaPoint').implement({
    description: 'Requests to a PSA in one stretch of whole hours.',
    extensions: administrators,
    fields: (t) => ({
      from: t.field({
        type: 'DateTime',
        nullable: false,
        description: 'Where it begins; it ends where the next one begins.',
        resolve: ({ from }) => from,
      }),
      requests: t.exposeInt('requests', { nullable: false, description: 'All of the stretch.' }),
      busiestHour: t.exposeInt('busiestHour', {
        nullable: false,
        description: 'Those of the hour with the most, to be held against `mostInAnHour`.',
      }),
    }),
  })
  const Quota = builder.objectRef<QuotaOverTime>('QuotaOverTime').implement({
    description: "How much of a PSA's quota all gateways together used, over time.",
    extensions: administrators,
    fields: (t) => ({
      connection: t.string({
        nullable: false,
        description: "The connection's slug.",
        resolve: ({ connection }) => connection.slug,
      }),
      mostInAnHour: t.exposeInt('mostInAnHour', {
        nullable: false,
        description: 'As many requests as the gateway lets through in an hour now.',
      }),
      points: t.field({ type: [Point], nullable: false, resolve: ({ points }) => [...points] }),
    }),
  })
  builder.queryFields((t) => ({
    quotaOverTime: t.field({
      type: [Quota],
      nullable: false,
      description:
        'Requests to each PSA against its quota, from the oldest hour on, for enabled connections that you look after. A PSA that counts no requests by time is left out. What the gateway counted is told; no PSA is asked.',
      extensions: administrators,
      args: {
        from: t.arg({ type: 'DateTime', required: true, description: 'In the first hour.' }),
        to: t.arg({
          type: 'DateTime',
          required: true,
          description: 'In or at the end of the last hour, at most 400 days later.',
        }),
        points: t.arg.int({
          required: true,
          defaultValue: 24,
          description: 'How many stretches at most, 100 at most: as many hours go into each as that takes.',
        }),
      },
      resolve: async (_, { from, to, points }, context) => [
        ...(await quotaOverTime(context, { from: new Date(from), to: new Date(to) }, points)),
      ],
    }),
    writeQueues: t.field({
      type: [QueueType],
      nullable: false,
      description:
        'What is not settled on the connections that your roles reach, counted by state. States that nothing is in are left out.',
      extensions: people,
      resolve: (_, _args, { services, connections }) =>
        countQueues(services.store.db, [...connections.keys()]),
    }),
    connectionUse: t.field({
      type: [Use],
      nullable: false,
      description: "How much of each PSA's quota is used now, for enabled connections that you look after.",
      extensions: administrators,
      resolve: (_, _args, context) => connectionsInUse(context),
    }),
  }))
}
