import { psa } from '../access.ts'
import type { CustomFieldValue, NamedValue, PriorityValue, TicketStatusValue } from '../records.ts'
import type { PsaBuilder } from './fields.ts'

/** Plain values that stand on a record; they belong to the group of the record that holds them. */
export function defineValues(builder: PsaBuilder) {
  const StatusCategory = builder.enumType('TicketStatusCategory', {
    description: 'What a status means, the same on every PSA.',
    values: {
      NEW: { description: 'Nobody works on it yet.' },
      ACTIVE: { description: 'Somebody works on it.' },
      WAITING_CLIENT: { description: 'Waits for the client.' },
      WAITING_OTHER: { description: 'Waits for a vendor, a part or a date.' },
      RESOLVED: { description: 'Done, not closed yet.' },
      CLOSED: { description: 'Closed.' },
    } as const,
  })
  const TicketStatus = builder.objectRef<TicketStatusValue>('TicketStatus').implement({
    description: 'A status of a board. The same name on two boards is two statuses.',
    extensions: psa('OPEN', 'status'),
    fields: (t) => ({
      key: t.exposeID('key', { nullable: false, description: "The PSA's own id of the status." }),
      name: t.exposeString('name', { nullable: false, description: 'The name that technicians see.' }),
      category: t.field({
        type: StatusCategory,
        nullable: false,
        description: 'What the status means, the same on every PSA.',
        extensions: { ...psa('OPEN', 'status'), part: true },
        resolve: (status) => status.category,
      }),
    }),
  })
  const TicketPriority = builder.objectRef<PriorityValue>('TicketPriority').implement({
    description: 'How urgent a ticket is.',
    extensions: psa('OPEN', 'priority'),
    fields: (t) => ({
      key: t.exposeID('key', { nullable: false, description: "The PSA's own id of the priority." }),
      name: t.exposeString('name', { nullable: false, description: 'The name that technicians see.' }),
      rank: t.field({
        type: 'Int',
        description: '1 is the most urgent.',
        extensions: { ...psa('OPEN', 'priority'), part: true },
        resolve: (priority) => priority.rank,
      }),
    }),
  })
  const named = (name: string, description: string) =>
    builder.objectRef<NamedValue>(name).implement({
      description,
      extensions: psa('OPEN', ''),
      fields: (t) => ({
        key: t.exposeID('key', { nullable: false, description: "The PSA's own id." }),
        name: t.exposeString('name', { nullable: false, description: 'The name that technicians see.' }),
      }),
    })
  const CustomFieldType = builder.enumType('CustomFieldType', {
    description: 'What a custom field holds.',
    values: ['TEXT', 'NUMBER', 'BOOLEAN', 'DATE', 'CHOICE'] as const,
  })
  const CustomField = builder.objectRef<CustomFieldValue>('CustomField').implement({
    description: 'A field that this PSA defines for itself, with its value on this record.',
    extensions: psa('OPEN', ''),
    fields: (t) => ({
      key: t.exposeID('key', {
        nullable: false,
        description: "The PSA's id of the field; `custom:<key>` in a policy.",
      }),
      name: t.exposeString('name', { nullable: false, description: 'The caption.' }),
      type: t.field({
        type: CustomFieldType,
        nullable: false,
        description: 'What it holds.',
        resolve: (field) => field.type,
      }),
      value: t.field({
        type: 'UntrustedText',
        description: 'The value as text (true/false, decimal number, ISO date); null when empty.',
        resolve: (field) => (field.value === null ? null : String(field.value)),
      }),
    }),
  })
  return {
    StatusCategory,
    TicketStatus,
    TicketPriority,
    TicketType: named('TicketType', 'The kind of work that a ticket asks for, as its board lists it.'),
    WorkType: named('WorkType', 'What kind of work time was spent on, such as "Remote".'),
    WorkRole: named('WorkRole', 'In which role time was spent, such as "Engineer".'),
    ConfigurationItemType: named(
      'ConfigurationItemType',
      'What kind of thing a configuration item is, such as "Server"; on ServiceNow its class, by the name of its table.',
    ),
    ProjectStatus: named('ProjectStatus', 'Where a project or a task of one stands.'),
    ProjectPhase: named('ProjectPhase', 'A part of a project that tasks are sorted into.'),
    OpportunityStage: named('OpportunityStage', 'How far an opportunity came, such as "Proposal".'),
    OpportunityStatus: named('OpportunityStatus', 'Whether an opportunity is open, won or lost.'),
    Team: named('Team', 'Who work together: a team, or a queue or group of people where the PSA has those.'),
    AgreementType: named('AgreementType', 'What kind of agreement it is, such as "Block Hours".'),
    CompanyStatus: named('CompanyStatus', 'A company\'s standing, such as "Active".'),
    CustomField,
  }
}
