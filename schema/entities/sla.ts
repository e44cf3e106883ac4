import { psa } from '../access.ts'
import type { SlaClock, SlaValues, TicketSla } from '../records.ts'
import { field, follow, type PsaBuilder } from './fields.ts'
import type { defineNode } from './node.ts'
import type { EntityRefs } from './types.ts'

export function defineSla(
  builder: PsaBuilder,
  { Sla }: EntityRefs,
  Node: ReturnType<typeof defineNode>,
): void {
  const plain = (name: keyof SlaValues & string) => field('SLAs', name)
  builder.objectType(Sla, {
    description:
      'A service level agreement: how soon the MSP promises to answer, to have a plan, and to be done. On ServiceNow each of these is a definition of its own.',
    interfaces: [Node],
    extensions: psa('SLAs', ''),
    fields: (t) => {
      const hours = (name: 'responseHours' | 'planHours' | 'resolutionHours', description: string) =>
        t.field({
          type: 'String',
          description: `${description}, as decimal text; null where it is not promised, on Autotask, which does not tell it, and on HaloPSA, where each priority has its own.`,
          extensions: plain(name),
          resolve: (r) => r.get(name),
        })
      return {
        name: t.field({
          type: 'UntrustedText',
          description: 'What people call it.',
          extensions: plain('name'),
          resolve: (r) => r.get('name'),
        }),
        responseHours: hours('responseHours', 'Within how many hours somebody answers'),
        planHours: hours('planHours', 'Within how many hours it is known what will be done'),
        resolutionHours: hours('resolutionHours', 'Within how many hours it is done'),
      }
    },
  })
}

/** What stands on a ticket of its SLA. */
export function defineTicketSla(builder: PsaBuilder, { Sla }: EntityRefs) {
  const Kind = builder.enumType('SlaClockKind', {
    description: 'What an SLA waits for.',
    values: {
      RESPONSE: { description: 'Somebody answers.' },
      PLAN: { description: 'It is known what will be done.' },
      RESOLUTION: { description: 'It is done.' },
    } as const,
  })
  const Clock = builder.objectRef<SlaClock>('SlaClock').implement({
    description: 'One promise of an SLA, as it stands for one ticket.',
    extensions: psa('OPEN', ''),
    fields: (t) => ({
      kind: t.field({
        type: Kind,
        nullable: false,
        description: 'What it waits for.',
        resolve: ({ kind }) => kind,
      }),
      dueAt: t.field({
        type: 'DateTime',
        description: 'By when that is promised; null where no time is set.',
        resolve: ({ dueAt }) => dueAt,
      }),
      metAt: t.field({
        type: 'DateTime',
        description: 'When it was done; null while it is not, and where the PSA does not tell.',
        resolve: ({ metAt }) => metAt,
      }),
      breached: t.field({
        type: 'Boolean',
        description: 'Done too late, or late already; null without a due time.',
        resolve: ({ breached }) => breached,
      }),
      paused: t.field({
        type: 'Boolean',
        description: 'It stands still for now; null where the PSA does not tell (ConnectWise).',
        resolve: ({ paused }) => paused,
      }),
    }),
  })
  return builder.objectRef<TicketSla>('TicketSla').implement({
    description: 'Where a ticket stands under its SLA.',
    extensions: psa('OPEN', ''),
    fields: (t) => ({
      policy: t.field({
        type: Sla,
        description:
          'What is promised; null when the ticket is under no SLA. On ServiceNow the definition of the resolution, where there is one.',
        extensions: { ...psa('SLAs', 'policy'), loads: [], relation: 'Sla' as const, part: true },
        resolve: ({ policy }, _, context, info) => follow(policy, 'Sla', context, info),
      }),
      clocks: t.field({
        type: [Clock],
        nullable: { list: false, items: false },
        description: 'Response, plan and resolution, each where the PSA keeps a time for it.',
        extensions: { ...psa('OPEN', 'clocks'), part: true },
        resolve: ({ clocks }) => [...clocks],
      }),
    }),
  })
}
