import type { ObjectRef } from '@pothos/core'
import type { RecordList } from '../lists.ts'
import type {
  AgreementValues,
  ArticleValues,
  AttachmentValues,
  BoardValues,
  CompanyValues,
  ConfigurationItemValues,
  ContactValues,
  MemberValues,
  NoteValues,
  OpportunityValues,
  ProductValues,
  ProjectTaskValues,
  ProjectValues,
  ScheduleEntryValues,
  SiteValues,
  SlaValues,
  TicketLineItemValues,
  TicketTaskValues,
  TicketTemplateValues,
  TicketValues,
  TimeEntryValues,
  VendorRecord,
} from '../records.ts'
import type { PsaBuilder, SchemaTypes } from './fields.ts'

/** References first, so that entities can name each other in any order. */
export function entityRefs(builder: PsaBuilder) {
  return {
    Ticket: builder.objectRef<VendorRecord<TicketValues>>('Ticket'),
    Note: builder.objectRef<VendorRecord<NoteValues>>('Note'),
    TimeEntry: builder.objectRef<VendorRecord<TimeEntryValues>>('TimeEntry'),
    Contact: builder.objectRef<VendorRecord<ContactValues>>('Contact'),
    Company: builder.objectRef<VendorRecord<CompanyValues>>('Company'),
    Site: builder.objectRef<VendorRecord<SiteValues>>('Site'),
    ConfigurationItem: builder.objectRef<VendorRecord<ConfigurationItemValues>>('ConfigurationItem'),
    Agreement: builder.objectRef<VendorRecord<AgreementValues>>('Agreement'),
    Sla: builder.objectRef<VendorRecord<SlaValues>>('Sla'),
    Article: builder.objectRef<VendorRecord<ArticleValues>>('Article'),
    Project: builder.objectRef<VendorRecord<ProjectValues>>('Project'),
    ProjectTask: builder.objectRef<VendorRecord<ProjectTaskValues>>('ProjectTask'),
    Opportunity: builder.objectRef<VendorRecord<OpportunityValues>>('Opportunity'),
    TicketTemplate: builder.objectRef<VendorRecord<TicketTemplateValues>>('TicketTemplate'),
    Product: builder.objectRef<VendorRecord<ProductValues>>('Product'),
    TicketLineItem: builder.objectRef<VendorRecord<TicketLineItemValues>>('TicketLineItem'),
    TicketTask: builder.objectRef<VendorRecord<TicketTaskValues>>('TicketTask'),
    Attachment: builder.objectRef<VendorRecord<AttachmentValues>>('Attachment'),
    ScheduleEntry: builder.objectRef<VendorRecord<ScheduleEntryValues>>('ScheduleEntry'),
    Member: builder.objectRef<VendorRecord<MemberValues>>('Member'),
    Board: builder.objectRef<VendorRecord<BoardValues>>('Board'),
  }
}

export type EntityRefs = ReturnType<typeof entityRefs>
export type ListRef<Values extends object> = ObjectRef<SchemaTypes, RecordList<Values>, RecordList<Values>>
