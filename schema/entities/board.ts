import { psa } from '../access.ts'
import { field, type PsaBuilder } from './fields.ts'
import type { defineNode } from './node.ts'
import type { EntityRefs } from './types.ts'
import type { defineValues } from './values.ts'

const GROUP = 'Boards & Ticket Setup'

export function defineBoard(
  builder: PsaBuilder,
  { Board }: EntityRefs,
  values: ReturnType<typeof defineValues>,
  Node: ReturnType<typeof defineNode>,
): void {
  builder.objectType(Board, {
    description:
      'Where tickets of one kind are worked: a board or queue, with statuses and types of its own.',
    interfaces: [Node],
    extensions: psa(GROUP, ''),
    fields: (t) => ({
      name: t.field({
        type: 'UntrustedText',
        description: 'The name that technicians see.',
        extensions: field(GROUP, 'name'),
        resolve: (r) => r.get('name'),
      }),
      active: t.field({
        type: 'Boolean',
        description: 'False for a board that is no longer used.',
        extensions: field(GROUP, 'active'),
        resolve: (r) => r.get('active'),
      }),
      statuses: t.field({
        type: [values.TicketStatus],
        description: 'Statuses that a ticket on this board can take.',
        extensions: field(GROUP, 'statuses'),
        resolve: (r) => r.get('statuses'),
      }),
      types: t.field({
        type: [values.TicketType],
        description: 'Types that a ticket on this board can have.',
        extensions: field(GROUP, 'types'),
        resolve: (r) => r.get('types'),
      }),
    }),
  })
}
