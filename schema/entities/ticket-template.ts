import { psa } from '../access.ts'
import type { TicketTemplateValues } from '../records.ts'
import { field, follow, type PsaBuilder, relation } from './fields.ts'
import type { defineNode } from './node.ts'
import type { EntityRefs } from './types.ts'
import type { defineValues } from './values.ts'

const SETUP = 'Boards & Ticket Setup'

export function defineTicketTemplate(
  builder: PsaBuilder,
  { TicketTemplate, Company, Board }: EntityRefs,
  values: ReturnType<typeof defineValues>,
  Node: ReturnType<typeof defineNode>,
): void {
  const plain = (name: keyof TicketTemplateValues & string) => field(SETUP, name)
  builder.objectType(TicketTemplate, {
    description:
      'What new tickets of a kind are filled in from, by hand or by the PSA itself at set times. HaloPSA tells all but its name only record by record; ConnectWise has a permission group for them, Service Templates, which is needed besides.',
    interfaces: [Node],
    extensions: psa(SETUP, ''),
    fields: (t) => {
      const text = (name: 'name' | 'title' | 'description', description: string) =>
        t.field({
          type: 'UntrustedText',
          description,
          extensions: plain(name),
          resolve: (r) => r.get(name),
        })
      return {
        name: text('name', 'What people call it.'),
        title: text('title', 'The title that a ticket of it gets.'),
        description: text('description', 'The description that a ticket of it gets.'),
        type: t.field({
          type: values.TicketType,
          description: 'The type that a ticket of it gets; null when none is set.',
          extensions: plain('type'),
          resolve: (r) => r.get('type'),
        }),
        priority: t.field({
          type: values.TicketPriority,
          description: 'The priority that a ticket of it gets; null when none is set.',
          extensions: plain('priority'),
          resolve: (r) => r.get('priority'),
        }),
        board: t.field({
          type: Board,
          description: 'The board or queue that a ticket of it is put on; null when none is set.',
          extensions: relation(SETUP, 'board', 'Board'),
          resolve: (r, _, context, info) => follow(r.get('board'), 'Board', context, info),
        }),
        company: t.field({
          type: Company,
          description:
            'The client that tickets of it are for; null when it is for any, as always on HaloPSA.',
          extensions: relation('Companies', 'company', 'Company'),
          resolve: (r, _, context, info) => follow(r.get('company'), 'Company', context, info),
        }),
        nextAt: t.field({
          type: 'DateTime',
          description:
            'When the PSA makes the next ticket of it by itself; null when it does not, and on ConnectWise, which does not tell.',
          extensions: plain('nextAt'),
          resolve: (r) => r.get('nextAt'),
        }),
      }
    },
  })
}
