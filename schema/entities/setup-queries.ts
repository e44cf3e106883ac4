import type { ObjectRef } from '@pothos/core'
import { psa } from '../access.ts'
import { GatewayError } from '../errors.ts'
import type { UnifiedGroup } from '../groups.ts'
import type { NamedValue, PriorityValue } from '../records.ts'
import type { SetupList } from '../source.ts'
import type { PsaBuilder, SchemaTypes } from './fields.ts'
import type { defineValues } from './values.ts'

/** What a tenant sets up for itself and writes name: one connection each, since no two tenants share it. */
export function defineSetupQueries(builder: PsaBuilder, values: ReturnType<typeof defineValues>): void {
  listed(
    builder,
    'priorities',
    'PRIORITIES',
    values.TicketPriority,
    'Boards & Ticket Setup',
    'Priorities that a ticket can have, the most urgent first.',
  )
  listed(
    builder,
    'workTypes',
    'WORK_TYPES',
    values.WorkType,
    'Time Setup',
    'Work types that time can be logged as.',
  )
  listed(
    builder,
    'workRoles',
    'WORK_ROLES',
    values.WorkRole,
    'Time Setup',
    'Work roles that time can be logged in; NOT_SUPPORTED where the PSA has none.',
  )
}

function listed<Value extends NamedValue | PriorityValue>(
  builder: PsaBuilder,
  name: string,
  list: SetupList,
  ref: ObjectRef<SchemaTypes, Value, Value>,
  group: UnifiedGroup,
  description: string,
): void {
  builder.queryField(name, (t) =>
    t.field({
      type: [ref],
      description,
      extensions: psa(group, name),
      args: { connection: t.arg.string({ required: true, description: "The connection's slug." }) },
      resolve: async (_, { connection }, context) => {
        const open = context.connections.get(connection)
        if (open === undefined)
          throw new GatewayError('CONNECTION_FORBIDDEN', 'This connection is not assigned to you.', {
            connection: connection.slice(0, 60),
          })
        return (await open.source.setup(open.session, list)) as never // a list holds values of its own kind
      },
    }),
  )
}
