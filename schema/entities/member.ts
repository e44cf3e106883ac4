import { psa } from '../access.ts'
import type { MemberValues } from '../records.ts'
import { field, type PsaBuilder } from './fields.ts'
import type { defineNode } from './node.ts'
import type { EntityRefs } from './types.ts'
import type { defineValues } from './values.ts'

export function defineMember(
  builder: PsaBuilder,
  { Member }: EntityRefs,
  values: ReturnType<typeof defineValues>,
  Node: ReturnType<typeof defineNode>,
): void {
  const plain = (name: keyof MemberValues & string) => field('Members', name)
  builder.objectType(Member, {
    description: 'A technician or other employee of the MSP (member, resource, agent or user in the PSA).',
    interfaces: [Node],
    extensions: psa('Members', ''),
    fields: (t) => ({
      name: t.field({
        type: 'UntrustedText',
        description: 'First and last name.',
        extensions: plain('name'),
        resolve: (r) => r.get('name'),
      }),
      identifier: t.field({
        type: 'String',
        description: 'Login or short name.',
        extensions: plain('identifier'),
        resolve: (r) => r.get('identifier'),
      }),
      email: t.field({
        type: 'UntrustedText',
        description: 'Work mail address.',
        extensions: plain('email'),
        resolve: (r) => r.get('email'),
      }),
      active: t.field({
        type: 'Boolean',
        description: 'False for one who left.',
        extensions: plain('active'),
        resolve: (r) => r.get('active'),
      }),
      teams: t.field({
        type: [values.Team],
        description:
          'Teams of boards (ConnectWise), queues (Autotask), teams (HaloPSA) or groups (ServiceNow) that the member is in, by name; empty for one who is in none.',
        extensions: field('Boards & Ticket Setup', 'teams'),
        resolve: (r) => r.get('teams'),
      }),
    }),
  })
}
