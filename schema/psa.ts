import type { GraphQLSchema } from 'graphql'
import { createBuilder } from './builder.ts'
import type { ReadContext } from './context.ts'
import { defineAgreement } from './entities/agreement.ts'
import { defineArticle } from './entities/article.ts'
import { defineAttachment } from './entities/attachment.ts'
import { defineAuditTrail } from './entities/audit-trail.ts'
import { defineAvailability } from './entities/availability.ts'
import { defineBoard } from './entities/board.ts'
import { defineCompany } from './entities/company.ts'
import { defineConfigurationItem } from './entities/configuration-item.ts'
import { defineContact } from './entities/contact.ts'
import { defineEnvelopes } from './entities/envelopes.ts'
import { loadById } from './entities/fields.ts'
import { defineMember } from './entities/member.ts'
import { defineNode, defineNodeQueries } from './entities/node.ts'
import { defineNote, defineNoteKind } from './entities/note.ts'
import { defineOpportunity } from './entities/opportunity.ts'
import { defineProduct } from './entities/product.ts'
import { defineProject, defineProjectTask } from './entities/project.ts'
import { defineOtherQueries, defineTicketQueries } from './entities/queries.ts'
import { defineScheduleEntry, defineScheduleQueries } from './entities/schedule-entry.ts'
import { defineSearch } from './entities/search.ts'
import { defineSetupQueries } from './entities/setup-queries.ts'
import { defineSimilarTickets } from './entities/similar-tickets.ts'
import { defineSite } from './entities/site.ts'
import { defineSla, defineTicketSla } from './entities/sla.ts'
import { defineTicket } from './entities/ticket.ts'
import { defineTicketLineItem } from './entities/ticket-line-item.ts'
import { defineTicketTask } from './entities/ticket-task.ts'
import { defineTicketTemplate } from './entities/ticket-template.ts'
import { defineBillableOption, defineTimeEntry } from './entities/time-entry.ts'
import { entityRefs } from './entities/types.ts'
import { defineValues } from './entities/values.ts'
import { defineVendorRecord } from './entities/vendor-record.ts'
import { asSubgraph } from './federation.ts'
import { ENTITY_TYPES } from './records.ts'

/**
 * The `psa` subgraph: queries and entities over whatever connections the request's context holds. With the
 * connections of one vendor it is that vendor's subgraph, with all of them it is what the gateway mounts.
 */
export function psaSubgraph(): GraphQLSchema {
  const builder = createBuilder<ReadContext>('psa')
  const Node = defineNode(builder)
  defineVendorRecord(builder, Node)
  const refs = entityRefs(builder)
  const values = defineValues(builder)
  const NoteKind = defineNoteKind(builder)
  const envelopeOf = defineEnvelopes(builder)
  const SiteConnection = envelopeOf('Site', refs.Site)
  const ConfigurationItemConnection = envelopeOf('ConfigurationItem', refs.ConfigurationItem)
  const AgreementConnection = envelopeOf('Agreement', refs.Agreement)
  const ProjectConnection = envelopeOf('Project', refs.Project)
  const OpportunityConnection = envelopeOf('Opportunity', refs.Opportunity)
  defineCompany(
    builder,
    refs,
    values,
    {
      SiteConnection,
      ConfigurationItemConnection,
      AgreementConnection,
      ProjectConnection,
      OpportunityConnection,
    },
    Node,
  )
  defineAgreement(builder, refs, values, Node)
  defineSla(builder, refs, Node)
  const ProjectTaskConnection = envelopeOf('ProjectTask', refs.ProjectTask)
  defineProject(builder, refs, values, ProjectTaskConnection, Node)
  defineProjectTask(builder, refs, values, Node)
  defineOpportunity(builder, refs, values, Node)
  defineTicketTemplate(builder, refs, values, Node)
  defineSite(builder, refs, Node)
  const TicketConnection = envelopeOf('Ticket', refs.Ticket)
  defineConfigurationItem(builder, refs, values, TicketConnection, Node)
  defineProduct(builder, refs, Node)
  defineArticle(builder, refs, Node)
  defineContact(builder, refs, Node)
  defineMember(builder, refs, values, Node)
  defineBoard(builder, refs, values, Node)
  defineNote(builder, refs, NoteKind, Node)
  const BillableOption = defineBillableOption(builder)
  defineTimeEntry(builder, refs, values, BillableOption, Node)
  defineTicketLineItem(builder, refs, BillableOption, Node)
  defineTicketTask(builder, refs, Node)
  defineAttachment(builder, refs, Node)
  defineScheduleEntry(builder, refs, Node)
  const ScheduleEntryConnection = envelopeOf('ScheduleEntry', refs.ScheduleEntry)
  const TimeEntryConnection = envelopeOf('TimeEntry', refs.TimeEntry)
  defineTicket(
    builder,
    refs,
    values,
    {
      NoteKind,
      NoteConnection: envelopeOf('Note', refs.Note),
      TimeEntryConnection,
      ConfigurationItemConnection,
      LineItemConnection: envelopeOf('TicketLineItem', refs.TicketLineItem),
      TaskConnection: envelopeOf('TicketTask', refs.TicketTask),
      AttachmentConnection: envelopeOf('Attachment', refs.Attachment),
      AuditTrail: defineAuditTrail(builder),
      ScheduleEntryConnection,
    },
    defineTicketSla(builder, refs),
    Node,
  )
  defineTicketQueries(builder, refs, values, TicketConnection, TimeEntryConnection)
  defineOtherQueries(builder, refs, {
    Contact: envelopeOf('Contact', refs.Contact),
    Company: envelopeOf('Company', refs.Company),
    Site: SiteConnection,
    ConfigurationItem: ConfigurationItemConnection,
    Agreement: AgreementConnection,
    Sla: envelopeOf('Sla', refs.Sla),
    Project: ProjectConnection,
    ProjectTask: ProjectTaskConnection,
    Opportunity: OpportunityConnection,
    TicketTemplate: envelopeOf('TicketTemplate', refs.TicketTemplate),
    Product: envelopeOf('Product', refs.Product),
    Article: envelopeOf('Article', refs.Article),
    Member: envelopeOf('Member', refs.Member),
    Board: envelopeOf('Board', refs.Board),
  })
  defineScheduleQueries(builder, refs, ScheduleEntryConnection)
  defineAvailability(builder, refs)
  defineSetupQueries(builder, values)
  defineNodeQueries(builder, Node)
  defineSearch(builder, Node)
  defineSimilarTickets(builder, refs.Ticket)
  return asSubgraph(
    builder.toSchema(),
    Object.fromEntries(
      ENTITY_TYPES.map((type) => [
        type,
        {
          key: 'id' as const,
          resolveReference: ({ id }, context, info) => loadById(id, type, context as ReadContext, info),
        },
      ]),
    ),
  )
}
