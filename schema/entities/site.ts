import { psa } from '../access.ts'
import type { SiteValues } from '../records.ts'
import { field, follow, type PsaBuilder, relation } from './fields.ts'
import type { defineNode } from './node.ts'
import type { EntityRefs } from './types.ts'

export function defineSite(
  builder: PsaBuilder,
  { Site, Company }: EntityRefs,
  Node: ReturnType<typeof defineNode>,
): void {
  builder.objectType(Site, {
    description: 'A place of a client company (site or location in the PSA), with its address.',
    interfaces: [Node],
    extensions: psa('Sites', ''),
    fields: (t) => {
      const text = (
        name: keyof Omit<SiteValues, 'primary' | 'active' | 'company'> & string,
        description: string,
      ) =>
        t.field({
          type: 'UntrustedText',
          description,
          extensions: field('Sites', name),
          resolve: (r) => r.get(name),
        })
      const flag = (name: 'primary' | 'active', description: string) =>
        t.field({
          type: 'Boolean',
          description,
          extensions: field('Sites', name),
          resolve: (r) => r.get(name),
        })
      return {
        name: text('name', 'What people call the place.'),
        phone: text('phone', 'Phone number of the place.'),
        street: text('street', 'Lines of the address above the city, separated by line breaks.'),
        city: text('city', 'City.'),
        state: text('state', 'State, province or region, as the PSA writes it.'),
        postalCode: text('postalCode', 'Postal or ZIP code.'),
        primary: flag(
          'primary',
          'The one that stands for the company where none is named; null where the PSA does not tell.',
        ),
        active: flag(
          'active',
          'False for a place no longer in use; null on ServiceNow, which does not keep it.',
        ),
        company: t.field({
          type: Company,
          description: 'The company whose place it is.',
          extensions: relation('Companies', 'company', 'Company'),
          resolve: (r, _, context, info) => follow(r.get('company'), 'Company', context, info),
        }),
      }
    },
  })
}
