import { psa } from '../access.ts'
import type { TicketTaskValues } from '../records.ts'
import { field, follow, type PsaBuilder, relation } from './fields.ts'
import type { defineNode } from './node.ts'
import type { EntityRefs } from './types.ts'

export function defineTicketTask(
  builder: PsaBuilder,
  { TicketTask, Member, Ticket }: EntityRefs,
  Node: ReturnType<typeof defineNode>,
): void {
  const plain = (name: keyof TicketTaskValues & string) => field('Ticket Tasks', name)
  builder.objectType(TicketTask, {
    description:
      'A step of the work on a ticket: a task (ConnectWise, ServiceNow), checklist item (Autotask) or to-do (HaloPSA).',
    interfaces: [Node],
    extensions: psa('Ticket Tasks', ''),
    fields: (t) => ({
      text: t.field({
        type: 'UntrustedText',
        description: 'What is to be done.',
        extensions: plain('text'),
        resolve: (r) => r.get('text'),
      }),
      done: t.field({
        type: 'Boolean',
        description: 'It is checked off.',
        extensions: plain('done'),
        resolve: (r) => r.get('done'),
      }),
      position: t.field({
        type: 'Int',
        description: 'Where it stands among the tasks of its ticket; null when no order is set.',
        extensions: plain('position'),
        resolve: (r) => r.get('position'),
      }),
      assignee: t.field({
        type: Member,
        description:
          'The member who is to do it; null when nobody is named, and on Autotask and HaloPSA, where nobody can be.',
        extensions: relation('Members', 'assignee', 'Member'),
        resolve: (r, _, context, info) => follow(r.get('assignee'), 'Member', context, info),
      }),
      ticket: t.field({
        type: Ticket,
        description: 'The ticket that it belongs to.',
        extensions: relation('Tickets', 'ticket', 'Ticket'),
        resolve: (r, _, context, info) => follow(r.get('ticket'), 'Ticket', context, info),
      }),
    }),
  })
}
