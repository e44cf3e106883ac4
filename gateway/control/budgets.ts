import { control } from '../../schema/access.ts'
import type { VendorLimit } from '../../schema/source.ts'
import { type ConnectionBudget, connectionBudget, setConnectionBudget } from '../admin/budgets.ts'
import type { Control } from './builder.ts'

const connectionAdmins = control({ roles: ['connectionAdmin'] })

interface OneLimit {
  readonly now: VendorLimit
  readonly byDefault: VendorLimit & { readonly seconds?: number }
}

/** How much of a PSA's quota the gateways of an installation use. */
export function defineBudgets({ builder }: Control): void {
  const Limit = builder.objectRef<OneLimit>('ConnectionLimit').implement({
    description: 'A number that all gateways together keep to.',
    extensions: connectionAdmins,
    fields: (t) => ({
      most: t.int({ nullable: false, resolve: ({ now }) => now.most }),
      byDefault: t.int({
        nullable: false,
        description: 'The number when nobody sets another one.',
        resolve: ({ byDefault }) => byDefault.most,
      }),
      upTo: t.int({
        nullable: false,
        description: 'The highest number that can be set.',
        resolve: ({ byDefault }) => byDefault.upTo ?? byDefault.most,
      }),
      seconds: t.int({
        description: 'In any stretch of so many seconds; null for requests under way at once.',
        resolve: ({ byDefault }) => byDefault.seconds ?? null,
      }),
      why: t.string({
        nullable: false,
        description: 'Where the number comes from.',
        resolve: ({ now }) => now.why,
      }),
    }),
  })
  const Budget = builder.objectRef<ConnectionBudget>('ConnectionBudget').implement({
    description: 'How many requests go to the PSA of a connection.',
    extensions: connectionAdmins,
    fields: (t) => ({
      requests: t.field({
        type: Limit,
        description: 'Null where the PSA counts no requests by time.',
        resolve: ({ now, byDefault }) =>
          now.requests === undefined || byDefault.requests === undefined
            ? null
            : { now: now.requests, byDefault: byDefault.requests },
      }),
      used: t.exposeInt('used', {
        description: 'Requests of the last stretch of that time. Null where the PSA counts none by time.',
      }),
      concurrency: t.field({
        type: Limit,
        nullable: false,
        description: 'Requests under way at once.',
        resolve: ({ now, byDefault }) => ({ now: now.concurrency, byDefault: byDefault.concurrency }),
      }),
    }),
  })
  builder.queryField('connectionBudget', (t) =>
    t.field({
      type: Budget,
      description: "How much of a PSA's quota the gateway uses.",
      extensions: connectionAdmins,
      args: { connection: t.arg.string({ required: true }) },
      resolve: (_, { connection }, context) => connectionBudget(context, connection),
    }),
  )
  builder.mutationField('setConnectionBudget', (t) =>
    t.field({
      type: Budget,
      description:
        "Sets how much of a PSA's quota the gateway uses, for example because other tools need less of it. What is left out is as by default again.",
      extensions: connectionAdmins,
      args: {
        connection: t.arg.string({ required: true }),
        requests: t.arg.int({ description: 'In the time that `connectionBudget` tells.' }),
        concurrency: t.arg.int({ description: 'Requests under way at once.' }),
      },
      resolve: (_, { connection, ...change }, context) => setConnectionBudget(context, connection, change),
    }),
  )
}
