import { psa } from '../access.ts'
import type { OpportunityValues } from '../records.ts'
import { field, follow, type PsaBuilder, relation } from './fields.ts'
import type { defineNode } from './node.ts'
import type { EntityRefs } from './types.ts'
import type { defineValues } from './values.ts'

export function defineOpportunity(
  builder: PsaBuilder,
  { Opportunity, Company, Contact, Member }: EntityRefs,
  values: ReturnType<typeof defineValues>,
  Node: ReturnType<typeof defineNode>,
): void {
  const plain = (name: keyof OpportunityValues & string) => field('Opportunities', name)
  builder.objectType(Opportunity, {
    description: 'What a client may buy and somebody sells: from the first talk until it is won or lost.',
    interfaces: [Node],
    extensions: psa('Opportunities', ''),
    fields: (t) => ({
      name: t.field({
        type: 'UntrustedText',
        description: 'What people call it.',
        extensions: plain('name'),
        resolve: (r) => r.get('name'),
      }),
      stage: t.field({
        type: values.OpportunityStage,
        description: "How far it came, by the tenant's own list.",
        extensions: plain('stage'),
        resolve: (r) => r.get('stage'),
      }),
      status: t.field({
        type: values.OpportunityStatus,
        description: 'Whether it is open, won or lost, in the words of the tenant.',
        extensions: plain('status'),
        resolve: (r) => r.get('status'),
      }),
      closed: t.field({
        type: 'Boolean',
        description: 'Won, lost or given up.',
        extensions: plain('closed'),
        resolve: (r) => r.get('closed'),
      }),
      probability: t.field({
        type: 'Float',
        description: 'How likely it is to be won, 0 to 100.',
        extensions: plain('probability'),
        resolve: (r) => r.get('probability'),
      }),
      amount: t.field({
        type: 'String',
        description:
          'What it is worth, as decimal text; null on ConnectWise, where its forecast tells. HaloPSA tells it only record by record.',
        extensions: plain('amount'),
        resolve: (r) => r.get('amount'),
      }),
      expectedCloseOn: t.field({
        type: 'String',
        description: 'When it is expected to be decided, as YYYY-MM-DD.',
        extensions: plain('expectedCloseOn'),
        resolve: (r) => r.get('expectedCloseOn'),
      }),
      company: t.field({
        type: Company,
        description: 'The client, or who may become one.',
        extensions: relation('Companies', 'company', 'Company'),
        resolve: (r, _, context, info) => follow(r.get('company'), 'Company', context, info),
      }),
      contact: t.field({
        type: Contact,
        description: 'The person there; null when nobody is named.',
        extensions: relation('Contacts', 'contact', 'Contact'),
        resolve: (r, _, context, info) => follow(r.get('contact'), 'Contact', context, info),
      }),
      owner: t.field({
        type: Member,
        description: 'The member who sells it.',
        extensions: relation('Members', 'owner', 'Member'),
        resolve: (r, _, context, info) => follow(r.get('owner'), 'Member', context, info),
      }),
    }),
  })
}
