import type { GraphQLResolveInfo } from 'graphql'
import { psa } from '../access.ts'
import type { ReadContext } from '../context.ts'
import { parseId } from '../ids.ts'
import { listChildren, listRecords } from '../lists.ts'
import type {
  AgreementValues,
  CompanyValues,
  ConfigurationItemValues,
  OpportunityValues,
  ProjectValues,
  SiteValues,
  VendorRecord,
} from '../records.ts'
import { field, type PsaBuilder } from './fields.ts'
import type { defineNode } from './node.ts'
import type { EntityRefs, ListRef } from './types.ts'
import type { defineValues } from './values.ts'

export function defineCompany(
  builder: PsaBuilder,
  { Company }: EntityRefs,
  values: ReturnType<typeof defineValues>,
  lists: {
    readonly SiteConnection: ListRef<SiteValues>
    readonly ConfigurationItemConnection: ListRef<ConfigurationItemValues>
    readonly AgreementConnection: ListRef<AgreementValues>
    readonly ProjectConnection: ListRef<ProjectValues>
    readonly OpportunityConnection: ListRef<OpportunityValues>
  },
  Node: ReturnType<typeof defineNode>,
): void {
  const plain = (name: keyof CompanyValues & string) => field('Companies', name)
  builder.objectType(Company, {
    description: 'A client of the MSP (company, client, account or customer in the PSA).',
    interfaces: [Node],
    extensions: psa('Companies', ''),
    fields: (t) => ({
      name: t.field({
        type: 'UntrustedText',
        description: 'Full name.',
        extensions: plain('name'),
        resolve: (r) => r.get('name'),
      }),
      identifier: t.field({
        type: 'String',
        description: 'The short unique text that technicians type, where the PSA has one.',
        extensions: plain('identifier'),
        resolve: (r) => r.get('identifier'),
      }),
      phone: t.field({
        type: 'UntrustedText',
        description: 'Main phone number.',
        extensions: plain('phone'),
        resolve: (r) => r.get('phone'),
      }),
      website: t.field({
        type: 'UntrustedText',
        description: 'Web address as entered.',
        extensions: plain('website'),
        resolve: (r) => r.get('website'),
      }),
      status: t.field({
        type: values.CompanyStatus,
        description: 'Standing of the company.',
        extensions: plain('status'),
        resolve: (r) => r.get('status'),
      }),
      active: t.field({
        type: 'Boolean',
        description: 'False for a company that is no longer served.',
        extensions: plain('active'),
        resolve: (r) => r.get('active'),
      }),
      sites: t.field({
        type: lists.SiteConnection,
        description: 'Its places, by name.',
        extensions: { ...psa('Sites', 'sites'), loads: [] },
        args: {
          first: t.arg.int({ description: '25 by default, 100 at most.' }),
          after: t.arg.string({ description: "Cursor to go on behind: a page's `endCursor`." }),
        },
        resolve: (r, page, context, info) =>
          listChildren(
            'Company.sites',
            'Site',
            { connection: r.connection, key: parseId(r.id)?.key ?? '' },
            page,
            context,
            info,
          ),
      }),
      configurationItems: t.field({
        type: lists.ConfigurationItemConnection,
        description:
          'Its configuration items, by name. Each company costs a request of its own: for many companies, ask `configurationItems` with a filter.',
        extensions: { ...psa('Configurations', 'company'), loads: [] },
        args: {
          first: t.arg.int({ description: '25 by default, 100 at most.' }),
          after: t.arg.string({ description: "Cursor to go on behind: a page's `endCursor`." }),
        },
        resolve: (r, page, context, info) => ofCompany('ConfigurationItem', r, page, context, info),
      }),
      agreements: t.field({
        type: lists.AgreementConnection,
        description:
          'Its agreements, by name. Each company costs a request of its own: for many companies, ask `agreements` with a filter.',
        extensions: { ...psa('Agreements', 'company'), loads: [] },
        args: {
          first: t.arg.int({ description: '25 by default, 100 at most.' }),
          after: t.arg.string({ description: "Cursor to go on behind: a page's `endCursor`." }),
        },
        resolve: (r, page, context, info) => ofCompany('Agreement', r, page, context, info),
      }),
      projects: t.field({
        type: lists.ProjectConnection,
        description:
          'Its projects, by name. Each company costs a request of its own: for many companies, ask `projects` with a filter.',
        extensions: { ...psa('Projects', 'company'), loads: [] },
        args: {
          first: t.arg.int({ description: '25 by default, 100 at most.' }),
          after: t.arg.string({ description: "Cursor to go on behind: a page's `endCursor`." }),
        },
        resolve: (r, page, context, info) => ofCompany('Project', r, page, context, info),
      }),
      opportunities: t.field({
        type: lists.OpportunityConnection,
        description:
          'What it may buy, by name. Each company costs a request of its own: for many companies, ask `opportunities` with a filter.',
        extensions: { ...psa('Opportunities', 'company'), loads: [] },
        args: {
          first: t.arg.int({ description: '25 by default, 100 at most.' }),
          after: t.arg.string({ description: "Cursor to go on behind: a page's `endCursor`." }),
        },
        resolve: (r, page, context, info) => ofCompany('Opportunity', r, page, context, info),
      }),
    }),
  })
}

/** A list of its own at the vendor, narrowed to one company. */
function ofCompany<T extends 'ConfigurationItem' | 'Agreement' | 'Project' | 'Opportunity'>(
  type: T,
  { connection, id }: VendorRecord<CompanyValues>,
  page: { first?: number | null; after?: string | null },
  context: ReadContext,
  info: GraphQLResolveInfo,
) {
  const order = { key: 'NAME', direction: 'ASC' } as const
  const args = { ...page, connections: [connection], filter: { company: [id] }, order }
  return listRecords(type, type, args, context, info)
}
