import { control } from '../../schema/access.ts'
import { findVisible } from '../approvals/visible.ts'
import type { GatewayContext } from '../context.ts'
import { type Look, listLooks, lookAt, lookAway } from '../store/looks.ts'
import type { Control } from './builder.ts'
import type { RequestTypes } from './request-types.ts'

const people = control({ roles: 'ANY' })

/** Who has a request open. It is told to others, forgotten within seconds, and decides nothing. */
export function defineLooks({ builder }: Control, { Named }: RequestTypes): void {
  const LookType = builder.objectRef<Look>('RequestLook').implement({
    description: 'Somebody has a request open.',
    extensions: people,
    fields: (t) => ({
      request: t.exposeID('request', { nullable: false, description: 'The request.' }),
      person: t.field({
        type: Named,
        nullable: false,
        description: 'Who looks at it.',
        resolve: ({ person }) => person,
      }),
    }),
  })
  const others = (looks: readonly Look[], { caller }: GatewayContext) =>
    looks.filter(({ person }) => person.id !== caller.id)
  builder.queryField('requestLooks', (t) =>
    t.field({
      type: [LookType],
      nullable: false,
      description:
        'Who else has which request open at this moment, on the connections that your roles reach.',
      extensions: people,
      resolve: async (_, _args, context) =>
        others(
          await listLooks(context.services.store.db, { connections: [...context.connections.keys()] }),
          context,
        ),
    }),
  )
  builder.mutationFields((t) => ({
    lookAtRequest: t.field({
      type: [LookType],
      description:
        'Tells others that you have this request open, and answers who else has. It holds for 20 seconds: repeat it while the page stays open. Nobody is kept from deciding by it.',
      extensions: people,
      args: { id: t.arg.id({ required: true, description: 'The request.' }) },
      resolve: async (_, { id }, context) => {
        const { db } = context.services.store
        const { id: request } = await findVisible(context, id)
        await lookAt(db, request, context.caller.id)
        return others(await listLooks(db, { requests: [request] }), context)
      },
    }),
    lookAwayFromRequest: t.field({
      type: 'Boolean',
      description: 'You have this request open no longer. Always true.',
      extensions: people,
      args: { id: t.arg.id({ required: true, description: 'The request.' }) },
      resolve: async (_, { id }, { services, caller }) => {
        await lookAway(services.store.db, id, caller.id)
        return true
      },
    }),
  }))
}
