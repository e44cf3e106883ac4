import { control } from '../../schema/access.ts'
import { parseId } from '../../schema/ids.ts'
import type { EntityType } from '../../schema/records.ts'
import type { WriteResult } from '../../schema/writes/declaration.ts'
import { rawResult, sentStep } from '../passthrough/result.ts'
import type { WriteRequestRow } from '../store/tables.ts'
import { clientReachOf } from '../writes/client-reach.ts'
import type { WriteOutcome } from '../writes/outcome.ts'
import type { Control, Pointer } from './builder.ts'
import type { definePlan } from './plan-types.ts'
import type { defineRawAnswer } from './raw.ts'
import type { RequestTypes } from './request-types.ts'

const everybody = control({ agents: true, roles: 'ANY' })
type Settled = Extract<WriteOutcome, { request: object }>
type Dry = Extract<WriteOutcome, { is: 'DryRunPlan' }>

/** What a write answers: always one of these, or an error with a stable code. */
export function defineOutcomes(
  {
    builder,
    ClientReach,
    Ticket,
    Contact,
    Company,
    Site,
    ConfigurationItem,
    TimeEntry,
    TicketLineItem,
    TicketTask,
    Attachment,
    ScheduleEntry,
  }: Control,
  { WriteRequest }: RequestTypes,
  PlanType: ReturnType<typeof definePlan>,
  RawAnswer: ReturnType<typeof defineRawAnswer>,
) {
  const Outcome = builder.interfaceRef<WriteOutcome>('WriteOutcome').implement({
    description: 'The answer to a write.',
    extensions: everybody,
    resolveType: ({ is }) => is,
    fields: (t) => ({
      request: t.field({
        type: WriteRequest,
        description: 'The request on record; null for a dry run, which stores nothing.',
        extensions: everybody,
        resolve: ({ request }) => request,
      }),
      replayed: t.boolean({
        nullable: false,
        description: 'The idempotency key was seen before: this is that request as it stands now.',
        extensions: everybody,
        resolve: ({ replayed }) => replayed,
      }),
    }),
  })
  const of = (name: Settled['is'], description: string) =>
    builder
      .objectRef<Settled>(name)
      .implement({ description, extensions: everybody, interfaces: [Outcome], fields: () => ({}) })
  const TicketWritten = builder.objectRef<Settled>('TicketWritten').implement({
    description: 'The write was applied.',
    extensions: everybody,
    interfaces: [Outcome],
    fields: (t) => ({
      ticket: t.field({
        type: Ticket,
        description: 'The ticket as the PSA holds it after the write; null once it is deleted.',
        resolve: ({ request }) =>
          request.ticket_id === null || request.write === 'deleteTicket' ? null : { id: request.ticket_id },
      }),
      clientReach: t.field({
        type: ClientReach,
        description:
          'How the text that it wrote for the client gets to the client; null when it wrote none that the client may read.',
        resolve: ({ request }, _, { services }) => clientReachOf(services.store.db, request),
      }),
    }),
  })
  const ContactWritten = builder.objectRef<Settled>('ContactWritten').implement({
    description: 'The write was applied.',
    extensions: everybody,
    interfaces: [Outcome],
    fields: (t) => ({
      contact: t.field({
        type: Contact,
        description: 'The contact as the PSA holds it after the write; null once it is deleted.',
        resolve: ({ request }) => writtenRecord(request, 'Contact'),
      }),
    }),
  })
  const CompanyWritten = builder.objectRef<Settled>('CompanyWritten').implement({
    description: 'The write was applied.',
    extensions: everybody,
    interfaces: [Outcome],
    fields: (t) => ({
      company: t.field({
        type: Company,
        description: 'The company as the PSA holds it after the write.',
        resolve: ({ request }) => writtenRecord(request, 'Company'),
      }),
    }),
  })
  const SiteWritten = builder.objectRef<Settled>('SiteWritten').implement({
    description: 'The write was applied.',
    extensions: everybody,
    interfaces: [Outcome],
    fields: (t) => ({
      site: t.field({
        type: Site,
        description: 'The site as the PSA holds it after the write; null once it is deleted.',
        resolve: ({ request }) => writtenRecord(request, 'Site'),
      }),
    }),
  })
  const ConfigurationItemWritten = builder.objectRef<Settled>('ConfigurationItemWritten').implement({
    description: 'The write was applied.',
    extensions: everybody,
    interfaces: [Outcome],
    fields: (t) => ({
      configurationItem: t.field({
        type: ConfigurationItem,
        description: 'The item as the PSA holds it after the write; null once it is deleted.',
        resolve: ({ request }) => writtenRecord(request, 'ConfigurationItem'),
      }),
    }),
  })
  const TicketLineItemWritten = builder.objectRef<Settled>('TicketLineItemWritten').implement({
    description: 'The write was applied.',
    extensions: everybody,
    interfaces: [Outcome],
    fields: (t) => ({
      lineItem: t.field({
        type: TicketLineItem,
        description: 'The line as the PSA holds it after the write; null once it is deleted.',
        resolve: ({ request }) => writtenRecord(request, 'TicketLineItem'),
      }),
    }),
  })
  const TicketTaskWritten = builder.objectRef<Settled>('TicketTaskWritten').implement({
    description: 'The write was applied.',
    extensions: everybody,
    interfaces: [Outcome],
    fields: (t) => ({
      task: t.field({
        type: TicketTask,
        description: 'The task as the PSA holds it after the write; null once it is deleted.',
        resolve: ({ request }) => writtenRecord(request, 'TicketTask'),
      }),
    }),
  })
  const AttachmentWritten = builder.objectRef<Settled>('AttachmentWritten').implement({
    description: 'The write was applied.',
    extensions: everybody,
    interfaces: [Outcome],
    fields: (t) => ({
      attachment: t.field({
        type: Attachment,
        description: 'The file as the PSA holds it after the write; null once it is deleted.',
        resolve: ({ request }) => writtenRecord(request, 'Attachment'),
      }),
    }),
  })
  const ScheduleEntryWritten = builder.objectRef<Settled>('ScheduleEntryWritten').implement({
    description: 'The write was applied.',
    extensions: everybody,
    interfaces: [Outcome],
    fields: (t) => ({
      scheduleEntry: t.field({
        type: ScheduleEntry,
        description: 'The entry as the PSA holds it after the write; null once it is cancelled.',
        resolve: ({ request }) => writtenRecord(request, 'ScheduleEntry'),
      }),
    }),
  })
  const TimeEntryWritten = builder.objectRef<Settled>('TimeEntryWritten').implement({
    description: 'The write was applied.',
    extensions: everybody,
    interfaces: [Outcome],
    fields: (t) => ({
      timeEntry: t.field({
        type: TimeEntry,
        description: 'The time entry as the PSA holds it after the write; null once it is deleted.',
        resolve: ({ request }) => writtenRecord(request, 'TimeEntry'),
      }),
    }),
  })
  const RawWritten = builder.objectRef<Settled>('RawWritten').implement({
    description: 'The raw write was applied.',
    extensions: everybody,
    interfaces: [Outcome],
    fields: (t) => ({
      status: t.int({
        description: "HTTP status of the PSA's answer to the write.",
        resolve: async ({ request }, _, { services }) => (await sentStep(services, request))?.status ?? null,
      }),
      key: t.id({
        description: "The PSA's own id of the record, where its answer told one.",
        resolve: async ({ request }, _, { services }) =>
          (await sentStep(services, request))?.vendor_id ?? null,
      }),
      answer: t.field({
        type: RawAnswer,
        description:
          'The record as the PSA holds it after the write and as you may read it; null when it is gone or has no read of its own.',
        resolve: ({ request }, _, context) => rawResult(context, request),
      }),
    }),
  })
  const DryRunPlan = builder.objectRef<Dry>('DryRunPlan').implement({
    description: 'What would have been sent. Nothing was.',
    extensions: everybody,
    interfaces: [Outcome],
    fields: (t) => ({
      plan: t.field({
        type: PlanType,
        nullable: false,
        description: 'The plan.',
        resolve: ({ plan, hash }) => ({ plan, hash }),
      }),
      wouldRequireApproval: t.boolean({
        nullable: false,
        description: 'A person would have to approve it.',
        resolve: ({ decision }) => decision.verdict === 'HOLD',
      }),
      testMode: t.stringList({
        nullable: false,
        description:
          'Where test mode is on (installation, connection, workflow); empty when the call asked for a dry run.',
        resolve: ({ testMode }) => [...testMode],
      }),
    }),
  })
  const ApprovalPending = of(
    'ApprovalPending',
    'A person must approve it first. Follow the request; do not ask again.',
  )
  const WriteInProgress = of(
    'WriteInProgress',
    'It is being applied, or its outcome is still being found out. Follow the request.',
  )
  const WriteClosed = of(
    'WriteClosed',
    'A request with this idempotency key ended without being applied; it says why.',
  )
  const result = (name: string, description: string, written: typeof TicketWritten) =>
    builder.unionType(name, {
      description,
      types: [written, ApprovalPending, DryRunPlan, WriteInProgress, WriteClosed],
      resolveType: ({ is }) => is,
    })
  return {
    Outcome,
    Ticket: result('TicketWriteResult', 'What a write on a ticket answers.', TicketWritten),
    Contact: result('ContactWriteResult', 'What a write on a contact answers.', ContactWritten),
    Company: result('CompanyWriteResult', 'What a write on a company answers.', CompanyWritten),
    Site: result('SiteWriteResult', 'What a write on a site answers.', SiteWritten),
    ConfigurationItem: result(
      'ConfigurationItemWriteResult',
      'What a write on a configuration item answers.',
      ConfigurationItemWritten,
    ),
    ScheduleEntry: result(
      'ScheduleEntryWriteResult',
      'What a write on a schedule entry answers.',
      ScheduleEntryWritten,
    ),
    TicketLineItem: result(
      'TicketLineItemWriteResult',
      'What a write on a line of a ticket answers.',
      TicketLineItemWritten,
    ),
    TicketTask: result(
      'TicketTaskWriteResult',
      'What a write on a task of a ticket answers.',
      TicketTaskWritten,
    ),
    Attachment: result(
      'AttachmentWriteResult',
      'What a write on a file of a ticket answers.',
      AttachmentWritten,
    ),
    TimeEntry: result('TimeEntryWriteResult', 'What a write on a time entry answers.', TimeEntryWritten),
    Raw: result('RawWriteResult', 'What a raw write answers.', RawWritten),
  } satisfies Record<WriteResult | 'Raw' | 'Outcome', unknown>
}

/** The record that a write made, else the one that it changed; none after a deletion. */
function writtenRecord(request: WriteRequestRow, type: EntityType): Pointer | null {
  if (request.write.startsWith('delete')) return null
  const created = (request.result?.created as readonly string[] | undefined) ?? []
  const id = [...created, ...request.target].find((one) => parseId(one)?.type === type)
  return id === undefined ? null : { id }
}
