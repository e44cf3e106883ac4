import { psa } from '../access.ts'
import { BILLABLE_OPTION } from '../enums.ts'
import type { TimeEntryValues } from '../records.ts'
import { field, follow, type PsaBuilder, relation } from './fields.ts'
import type { defineNode } from './node.ts'
import type { EntityRefs } from './types.ts'
import type { defineValues } from './values.ts'

export function defineBillableOption(builder: PsaBuilder) {
  return builder.enumType('BillableOption', BILLABLE_OPTION)
}

export function defineTimeEntry(
  builder: PsaBuilder,
  { TimeEntry, Member, Ticket, Company }: EntityRefs,
  values: ReturnType<typeof defineValues>,
  BillableOption: ReturnType<typeof defineBillableOption>,
  Node: ReturnType<typeof defineNode>,
): void {
  const plain = (name: keyof TimeEntryValues & string) => field('Time Entries', name)
  builder.objectType(TimeEntry, {
    description: 'Time that a member spent, on a ticket or elsewhere.',
    interfaces: [Node],
    extensions: psa('Time Entries', ''),
    fields: (t) => ({
      startedAt: t.field({
        type: 'DateTime',
        description: 'When the work began.',
        extensions: plain('startedAt'),
        resolve: (r) => r.get('startedAt'),
      }),
      endedAt: t.field({
        type: 'DateTime',
        description: 'When it ended.',
        extensions: plain('endedAt'),
        resolve: (r) => r.get('endedAt'),
      }),
      hours: t.field({
        type: 'Float',
        description: 'Actual hours.',
        extensions: plain('hours'),
        resolve: (r) => r.get('hours'),
      }),
      billableOption: t.field({
        type: BillableOption,
        description: 'How it is billed.',
        extensions: plain('billableOption'),
        resolve: (r) => r.get('billableOption'),
      }),
      clientText: t.field({
        type: 'UntrustedText',
        description: 'What the client may read, on an invoice or in the portal.',
        extensions: plain('clientText'),
        resolve: (r) => r.get('clientText'),
      }),
      internalText: t.field({
        type: 'UntrustedText',
        description: 'Technicians only.',
        extensions: plain('internalText'),
        resolve: (r) => r.get('internalText'),
      }),
      workType: t.field({
        type: values.WorkType,
        description: 'Kind of work.',
        extensions: plain('workType'),
        resolve: (r) => r.get('workType'),
      }),
      workRole: t.field({
        type: values.WorkRole,
        description: 'Role of the member.',
        extensions: plain('workRole'),
        resolve: (r) => r.get('workRole'),
      }),
      member: t.field({
        type: Member,
        description: 'Whose time it is.',
        extensions: relation('Members', 'member', 'Member'),
        resolve: (r, _, context, info) => follow(r.get('member'), 'Member', context, info),
      }),
      ticket: t.field({
        type: Ticket,
        description: 'The ticket worked on; null for time spent elsewhere.',
        extensions: relation('Tickets', 'ticket', 'Ticket'),
        resolve: (r, _, context, info) => follow(r.get('ticket'), 'Ticket', context, info),
      }),
      company: t.field({
        type: Company,
        description: 'The company worked for.',
        extensions: relation('Companies', 'company', 'Company'),
        resolve: (r, _, context, info) => follow(r.get('company'), 'Company', context, info),
      }),
    }),
  })
}
