import { psa } from '../access.ts'
import { listRecords } from '../lists.ts'
import type { ConfigurationItemValues, TicketValues } from '../records.ts'
import { field, follow, type PsaBuilder, relation } from './fields.ts'
import type { defineNode } from './node.ts'
import type { EntityRefs, ListRef } from './types.ts'
import type { defineValues } from './values.ts'

export function defineConfigurationItem(
  builder: PsaBuilder,
  { ConfigurationItem, Company, Site, Contact }: EntityRefs,
  values: ReturnType<typeof defineValues>,
  TicketConnection: ListRef<TicketValues>,
  Node: ReturnType<typeof defineNode>,
): void {
  const plain = (name: keyof ConfigurationItemValues & string) => field('Configurations', name)
  builder.objectType(ConfigurationItem, {
    description:
      'A device or another thing that the MSP looks after for a client (configuration, configuration item or asset in the PSA).',
    interfaces: [Node],
    extensions: psa('Configurations', ''),
    fields: (t) => ({
      name: t.field({
        type: 'UntrustedText',
        description: 'What people call it, often its host name; on HaloPSA the first key field of its type.',
        extensions: plain('name'),
        resolve: (r) => r.get('name'),
      }),
      type: t.field({
        type: values.ConfigurationItemType,
        description: 'What kind of thing it is.',
        extensions: plain('type'),
        resolve: (r) => r.get('type'),
      }),
      serialNumber: t.field({
        type: 'UntrustedText',
        description:
          "The maker's serial number; null on HaloPSA, which keeps it among fields that each type defines for itself.",
        extensions: plain('serialNumber'),
        resolve: (r) => r.get('serialNumber'),
      }),
      tag: t.field({
        type: 'UntrustedText',
        description: 'The number on its label, by which the MSP counts its things.',
        extensions: plain('tag'),
        resolve: (r) => r.get('tag'),
      }),
      warrantyEndsOn: t.field({
        type: 'String',
        description: 'The last day of its warranty, as YYYY-MM-DD; null when none is set.',
        extensions: plain('warrantyEndsOn'),
        resolve: (r) => r.get('warrantyEndsOn'),
      }),
      active: t.field({
        type: 'Boolean',
        description: 'False for a thing no longer in use.',
        extensions: plain('active'),
        resolve: (r) => r.get('active'),
      }),
      company: t.field({
        type: Company,
        description: 'The client whose thing it is.',
        extensions: relation('Companies', 'company', 'Company'),
        resolve: (r, _, context, info) => follow(r.get('company'), 'Company', context, info),
      }),
      site: t.field({
        type: Site,
        description: 'The place where it stands; null when none is set.',
        extensions: relation('Sites', 'site', 'Site'),
        resolve: (r, _, context, info) => follow(r.get('site'), 'Site', context, info),
      }),
      contact: t.field({
        type: Contact,
        description:
          'The person who uses it, the first where there are several; null when nobody is named. HaloPSA tells it only record by record.',
        extensions: relation('Contacts', 'contact', 'Contact'),
        resolve: (r, _, context, info) => follow(r.get('contact'), 'Contact', context, info),
      }),
      tickets: t.field({
        type: TicketConnection,
        description:
          'Tickets about it, newest first. Each item costs a request of its own or two: for its open ones alone, ask `tickets` with a filter.',
        extensions: { ...psa('Tickets', 'configurationItems'), loads: [] },
        args: {
          first: t.arg.int({ description: '25 by default, 100 at most.' }),
          after: t.arg.string({ description: "Cursor to go on behind: a page's `endCursor`." }),
        },
        resolve: (r, page, context, info) =>
          listRecords(
            'Ticket',
            'Ticket',
            {
              ...page,
              connections: [r.connection],
              filter: { configurationItem: r.id },
              order: { key: 'CREATED_AT', direction: 'DESC' },
            },
            context,
            info,
          ),
      }),
    }),
  })
}
