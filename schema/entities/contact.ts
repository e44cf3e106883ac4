import { psa } from '../access.ts'
import type { ContactValues } from '../records.ts'
import { field, follow, type PsaBuilder, relation } from './fields.ts'
import type { defineNode } from './node.ts'
import type { EntityRefs } from './types.ts'

export function defineContact(
  builder: PsaBuilder,
  { Contact, Company, Site }: EntityRefs,
  Node: ReturnType<typeof defineNode>,
): void {
  const plain = (name: keyof ContactValues & string) => field('Contacts', name)
  builder.objectType(Contact, {
    description: 'A person at a client company.',
    interfaces: [Node],
    extensions: psa('Contacts', ''),
    fields: (t) => ({
      name: t.field({
        type: 'UntrustedText',
        description: 'First and last name.',
        extensions: plain('name'),
        resolve: (r) => r.get('name'),
      }),
      firstName: t.field({
        type: 'UntrustedText',
        description: 'First name.',
        extensions: plain('firstName'),
        resolve: (r) => r.get('firstName'),
      }),
      lastName: t.field({
        type: 'UntrustedText',
        description: 'Last name.',
        extensions: plain('lastName'),
        resolve: (r) => r.get('lastName'),
      }),
      email: t.field({
        type: 'UntrustedText',
        description: 'Default mail address.',
        extensions: plain('email'),
        resolve: (r) => r.get('email'),
      }),
      phone: t.field({
        type: 'UntrustedText',
        description: 'Default phone number.',
        extensions: plain('phone'),
        resolve: (r) => r.get('phone'),
      }),
      title: t.field({
        type: 'UntrustedText',
        description: 'Job title.',
        extensions: plain('title'),
        resolve: (r) => r.get('title'),
      }),
      active: t.field({
        type: 'Boolean',
        description: 'False for a contact who left.',
        extensions: plain('active'),
        resolve: (r) => r.get('active'),
      }),
      company: t.field({
        type: Company,
        description: 'The company that the contact works for.',
        extensions: relation('Companies', 'company', 'Company'),
        resolve: (r, _, context, info) => follow(r.get('company'), 'Company', context, info),
      }),
      site: t.field({
        type: Site,
        description: 'The place where the contact works; null when none is set.',
        extensions: relation('Sites', 'site', 'Site'),
        resolve: (r, _, context, info) => follow(r.get('site'), 'Site', context, info),
      }),
    }),
  })
}
