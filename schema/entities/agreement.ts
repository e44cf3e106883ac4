import { psa } from '../access.ts'
import type { AgreementValues } from '../records.ts'
import { field, follow, type PsaBuilder, relation } from './fields.ts'
import type { defineNode } from './node.ts'
import type { EntityRefs } from './types.ts'
import type { defineValues } from './values.ts'

export function defineAgreement(
  builder: PsaBuilder,
  { Agreement, Company }: EntityRefs,
  values: ReturnType<typeof defineValues>,
  Node: ReturnType<typeof defineNode>,
): void {
  const plain = (name: keyof AgreementValues & string) => field('Agreements', name)
  const Coverage = builder.enumType('AgreementCoverage', {
    description: 'What an agreement pays for.',
    values: {
      TIME: { description: 'Time logged.' },
      PRODUCTS: { description: 'Products sold.' },
      EXPENSES: { description: 'Expenses.' },
    } as const,
  })
  builder.objectType(Agreement, {
    description:
      'What a client pays the MSP for by contract (agreement, contract or client contract in the PSA): managed services, a block of hours, a backup.',
    interfaces: [Node],
    extensions: psa('Agreements', ''),
    fields: (t) => {
      const day = (name: 'startsOn' | 'endsOn', description: string) =>
        t.field({ type: 'String', description, extensions: plain(name), resolve: (r) => r.get(name) })
      const hours = (name: 'hoursIncluded' | 'hoursRemaining', description: string) =>
        t.field({ type: 'String', description, extensions: plain(name), resolve: (r) => r.get(name) })
      return {
        name: t.field({
          type: 'UntrustedText',
          description: 'What people call it; on HaloPSA its reference.',
          extensions: plain('name'),
          resolve: (r) => r.get('name'),
        }),
        type: t.field({
          type: values.AgreementType,
          description: "What kind of agreement it is, by the tenant's own list; null on ServiceNow.",
          extensions: plain('type'),
          resolve: (r) => r.get('type'),
        }),
        active: t.field({
          type: 'Boolean',
          description: 'It is in force.',
          extensions: plain('active'),
          resolve: (r) => r.get('active'),
        }),
        startsOn: day('startsOn', 'The first day of it, as YYYY-MM-DD.'),
        endsOn: day('endsOn', 'The last day of it, as YYYY-MM-DD; null for one without an end.'),
        coverage: t.field({
          type: [Coverage],
          description:
            'What it pays for, so that it is not billed apart; null where only its own rules tell: elsewhere than on ConnectWise.',
          extensions: plain('coverage'),
          resolve: (r) => r.get('coverage'),
        }),
        hoursIncluded: hours(
          'hoursIncluded',
          'Hours that it holds, as decimal text: of its blocks, or of each period; null for one that does not count hours.',
        ),
        hoursRemaining: hours(
          'hoursRemaining',
          'Hours that are left of those, as decimal text; null where the PSA does not count them. HaloPSA tells hours only record by record.',
        ),
        company: t.field({
          type: Company,
          description: 'The client who has it.',
          extensions: relation('Companies', 'company', 'Company'),
          resolve: (r, _, context, info) => follow(r.get('company'), 'Company', context, info),
        }),
      }
    },
  })
}
