import type { GraphQLResolveInfo } from 'graphql'
import { psa } from '../access.ts'
import type { ReadContext } from '../context.ts'
import { GatewayError } from '../errors.ts'
import type { UnifiedGroup } from '../groups.ts'
import { expectId } from '../ids.ts'
import { listRecords } from '../lists.ts'
import type {
  AgreementValues,
  ArticleValues,
  BoardValues,
  CompanyValues,
  ConfigurationItemValues,
  ContactValues,
  EntityType,
  MemberValues,
  OpportunityValues,
  ProductValues,
  ProjectTaskValues,
  ProjectValues,
  SiteValues,
  SlaValues,
  TicketTemplateValues,
  TicketValues,
  TimeEntryValues,
  ValuesOf,
  VendorRecord,
} from '../records.ts'
import { Selections } from '../selection.ts'
import type { ListName } from '../source.ts'
import { type EntityRef, loadById, type PsaBuilder } from './fields.ts'
import type { EntityRefs, ListRef } from './types.ts'
import type { defineValues } from './values.ts'

/** Filter members and order values of a list belong to the group of the list's own records. */
export function defineTicketQueries(
  builder: PsaBuilder,
  { Ticket }: EntityRefs,
  values: ReturnType<typeof defineValues>,
  TicketConnection: ListRef<TicketValues>,
  TimeEntryConnection: ListRef<TimeEntryValues>,
): void {
  const by = (name: string) => psa('Tickets', name)
  const TimeRange = builder.inputType('TimeRange', {
    description: 'A span of time; either end may stay open.',
    // Carries nothing of its own: the filter member that holds it is judged.
    extensions: psa('OPEN', ''),
    fields: (t) => ({
      after: t.field({ type: 'DateTime', description: 'At or after this moment.' }),
      before: t.field({ type: 'DateTime', description: 'Before this moment.' }),
    }),
  })
  const TicketFilter = builder.inputType('TicketFilter', {
    description:
      'Conditions that a ticket must meet, all of them. One that a PSA cannot judge is refused, never ignored.',
    fields: (t) => ({
      text: t.string({
        description: 'Words that the title contains, as one piece of text.',
        extensions: by('title'),
      }),
      numbers: t.stringList({ description: 'Any of these ticket numbers.', extensions: by('number') }),
      open: t.boolean({ description: 'True: not closed; false: closed.', extensions: by('closed') }),
      status: t.stringList({
        description: 'Any of these statuses, by name or key.',
        extensions: by('status'),
      }),
      statusCategory: t.field({
        type: [values.StatusCategory],
        description: 'Any of these categories.',
        extensions: by('status'),
      }),
      priority: t.stringList({
        description: 'Any of these priorities, by name or key.',
        extensions: by('priority'),
      }),
      board: t.idList({ description: 'On any of these boards.', extensions: by('board') }),
      company: t.idList({ description: 'For any of these companies.', extensions: by('company') }),
      contact: t.idList({ description: 'From any of these contacts.', extensions: by('contact') }),
      configurationItem: t.id({
        description: 'About this configuration item.',
        extensions: psa('Configurations', 'tickets'),
      }),
      assignee: t.idList({ description: 'Owned by any of these members.', extensions: by('assignee') }),
      unassigned: t.boolean({
        description: 'True: nobody owns it; false: somebody does.',
        extensions: by('assignee'),
      }),
      clientReplied: t.boolean({
        description: 'True: the client wrote last.',
        extensions: by('clientReplied'),
      }),
      createdAt: t.field({
        type: TimeRange,
        description: 'When it was opened.',
        extensions: by('createdAt'),
      }),
      updatedAt: t.field({
        type: TimeRange,
        description: 'When it last changed.',
        extensions: by('updatedAt'),
      }),
      slaDueAt: t.field({
        type: TimeRange,
        description: 'When it must be resolved under its SLA.',
        extensions: psa('SLAs', 'sla'),
      }),
      waitingSince: t.field({
        type: TimeRange,
        description:
          'Open, and last touched in this span: `before` an hour ago finds what waits for over an hour.',
        extensions: by('waitingSince'),
      }),
    }),
  })
  const Order = orderOf(
    builder,
    'Ticket',
    'Tickets',
    {
      CREATED_AT: 'When it was opened; newest means by creation.',
      UPDATED_AT: 'When it last changed.',
      WAITING_SINCE:
        'Open tickets by their last touch; ascending shows first what has waited longest. Closed ones come last.',
      DUE_AT: 'By the date required; those without one come last in both directions.',
      SLA_DUE_AT:
        'By when it must be resolved under its SLA; those without such a time come last in both directions.',
      PRIORITY: 'By urgency; one connection only.',
      NUMBER: 'By number; one connection only.',
    },
    { SLA_DUE_AT: psa('SLAs', 'sla') },
  )
  builder.queryField('tickets', (t) =>
    t.field({
      type: TicketConnection,
      description: 'Tickets of one or several connections, newest first unless ordered otherwise.',
      extensions: psa('Tickets', ''),
      args: {
        connections: t.arg.stringList({
          description: 'Slugs of connections; all that are assigned to you when left out.',
        }),
        filter: t.arg({ type: TicketFilter, description: 'Conditions, all of them.' }),
        order: t.arg({ type: Order, description: 'Newest first by default.' }),
        first: t.arg.int({ description: '25 by default, 100 at most.' }),
        after: t.arg.string({ description: "Cursor to go on behind: a page's `endCursor`." }),
      },
      resolve: (_, { order, ...args }, context, info) =>
        listRecords(
          'Ticket',
          'Ticket',
          {
            ...args,
            filter: withIds(present(args.filter)),
            order: order ?? { key: 'CREATED_AT', direction: 'DESC' },
          },
          context,
          info,
        ),
    }),
  )
  builder.queryField('ticketByNumber', (t) =>
    t.field({
      type: Ticket,
      description: 'The ticket that people call by this number; null when there is none.',
      extensions: psa('Tickets', 'number'),
      args: {
        connection: t.arg.string({ required: true, description: "The connection's slug." }),
        number: t.arg.string({ required: true, description: 'As people say it, such as "48213".' }),
      },
      resolve: async (_, { connection, number }, context, info) => {
        const open = context.connections.get(connection)
        if (open === undefined) throw notAssigned(connection)
        const record = await open.source.ticketByNumber(
          open.session,
          number,
          Selections.of(info).wanted(open.source, 'Ticket'),
        )
        return record as VendorRecord<TicketValues> | null
      },
    }),
  )
  const logged = (name: string) => psa('Time Entries', name)
  const TimeEntryFilter = builder.inputType('TimeEntryFilter', {
    description: 'Conditions that a time entry must meet, all of them.',
    fields: (t) => ({
      ticket: t.idList({ description: 'On any of these tickets.', extensions: logged('ticket') }),
      company: t.idList({ description: 'For any of these companies.', extensions: logged('company') }),
      member: t.idList({ description: 'Of any of these members.', extensions: logged('member') }),
      startedAt: t.field({
        type: TimeRange,
        description: 'When the work began.',
        extensions: logged('startedAt'),
      }),
    }),
  })
  builder.queryField('timeEntries', (t) =>
    t.field({
      type: TimeEntryConnection,
      description: 'Time entries of one or several connections, the latest work first.',
      extensions: psa('Time Entries', ''),
      args: {
        connections: t.arg.stringList({
          description: 'Slugs of connections; all that are assigned to you when left out.',
        }),
        filter: t.arg({ type: TimeEntryFilter, description: 'Conditions, all of them.' }),
        first: t.arg.int({ description: '25 by default, 100 at most.' }),
        after: t.arg.string({ description: "Cursor to go on behind: a page's `endCursor`." }),
      },
      resolve: (_, args, context, info) =>
        listRecords(
          'TimeEntry',
          'TimeEntry',
          { ...args, filter: present(args.filter), order: { key: 'STARTED_AT', direction: 'DESC' } },
          context,
          info,
        ),
    }),
  )
  one(builder, 'ticket', Ticket, 'Ticket', 'Tickets', 'One ticket by its id.')
}

function one<T extends EntityType>(
  builder: PsaBuilder,
  name: string,
  ref: EntityRef<ValuesOf[T]>,
  type: T,
  group: UnifiedGroup,
  description: string,
): void {
  builder.queryField(name, (t) =>
    t.field({
      type: ref,
      description,
      extensions: psa(group, ''),
      args: { id: t.arg.id({ required: true, description: 'Global id.' }) },
      resolve: (_, { id }, context, info) => loadById(id, type, context, info) as never,
    }),
  )
}

/** Contacts, companies, sites, configuration items, agreements, products, members and boards: a list each, with a filter and an order of its own. */
export function defineOtherQueries(
  builder: PsaBuilder,
  refs: EntityRefs,
  lists: {
    readonly Contact: ListRef<ContactValues>
    readonly Company: ListRef<CompanyValues>
    readonly Site: ListRef<SiteValues>
    readonly ConfigurationItem: ListRef<ConfigurationItemValues>
    readonly Agreement: ListRef<AgreementValues>
    readonly Sla: ListRef<SlaValues>
    readonly Project: ListRef<ProjectValues>
    readonly ProjectTask: ListRef<ProjectTaskValues>
    readonly Opportunity: ListRef<OpportunityValues>
    readonly TicketTemplate: ListRef<TicketTemplateValues>
    readonly Product: ListRef<ProductValues>
    readonly Article: ListRef<ArticleValues>
    readonly Member: ListRef<MemberValues>
    readonly Board: ListRef<BoardValues>
  },
): void {
  one(builder, 'contact', refs.Contact, 'Contact', 'Contacts', 'One contact by its id.')
  one(builder, 'company', refs.Company, 'Company', 'Companies', 'One company by its id.')
  one(builder, 'site', refs.Site, 'Site', 'Sites', 'One site by its id.')
  one(
    builder,
    'configurationItem',
    refs.ConfigurationItem,
    'ConfigurationItem',
    'Configurations',
    'One configuration item by its id.',
  )
  one(builder, 'agreement', refs.Agreement, 'Agreement', 'Agreements', 'One agreement by its id.')
  one(builder, 'sla', refs.Sla, 'Sla', 'SLAs', 'One SLA by its id.')
  one(builder, 'project', refs.Project, 'Project', 'Projects', 'One project by its id.')
  one(builder, 'projectTask', refs.ProjectTask, 'ProjectTask', 'Projects', 'One task of a project by its id.')
  one(builder, 'opportunity', refs.Opportunity, 'Opportunity', 'Opportunities', 'One opportunity by its id.')
  one(
    builder,
    'ticketTemplate',
    refs.TicketTemplate,
    'TicketTemplate',
    'Boards & Ticket Setup',
    'One ticket template by its id.',
  )
  one(builder, 'product', refs.Product, 'Product', 'Products', 'One product of the catalogue by its id.')
  one(
    builder,
    'article',
    refs.Article,
    'Article',
    'Knowledge Base',
    'One article of the knowledge base by its id.',
  )
  one(
    builder,
    'ticketLineItem',
    refs.TicketLineItem,
    'TicketLineItem',
    'Products',
    'One line of what was sold with a ticket, by its id.',
  )
  one(builder, 'ticketTask', refs.TicketTask, 'TicketTask', 'Ticket Tasks', 'One task of a ticket by its id.')
  one(builder, 'attachment', refs.Attachment, 'Attachment', 'Attachments', 'One file on a ticket by its id.')
  one(builder, 'member', refs.Member, 'Member', 'Members', 'One member by its id.')
  one(builder, 'board', refs.Board, 'Board', 'Boards & Ticket Setup', 'One board by its id.')

  const by = (group: UnifiedGroup, name: string) => psa(group, name)
  const ContactFilter = builder.inputType('ContactFilter', {
    description: 'Conditions that a contact must meet, all of them.',
    fields: (t) => ({
      text: t.string({ description: 'Part of the first or last name.', extensions: by('Contacts', 'name') }),
      email: t.string({ description: 'Exactly this mail address.', extensions: by('Contacts', 'email') }),
      company: t.idList({ description: 'Of any of these companies.', extensions: by('Contacts', 'company') }),
      active: t.boolean({ description: 'True: still there.', extensions: by('Contacts', 'active') }),
    }),
  })
  const CompanyFilter = builder.inputType('CompanyFilter', {
    description: 'Conditions that a company must meet, all of them.',
    fields: (t) => ({
      text: t.string({ description: 'Part of the name.', extensions: by('Companies', 'name') }),
      identifier: t.string({
        description: 'Exactly this short text.',
        extensions: by('Companies', 'identifier'),
      }),
      active: t.boolean({ description: 'True: still served.', extensions: by('Companies', 'active') }),
    }),
  })
  const SiteFilter = builder.inputType('SiteFilter', {
    description:
      'Conditions that a site must meet, all of them. ConnectWise keeps sites below their company: there, name exactly one.',
    fields: (t) => ({
      text: t.string({ description: 'Part of the name.', extensions: by('Sites', 'name') }),
      company: t.idList({ description: 'Of any of these companies.', extensions: by('Sites', 'company') }),
      active: t.boolean({ description: 'True: in use.', extensions: by('Sites', 'active') }),
    }),
  })
  const item = (name: keyof ConfigurationItemValues & string) => psa('Configurations', name)
  const ConfigurationItemFilter = builder.inputType('ConfigurationItemFilter', {
    description:
      'Conditions that a configuration item must meet, all of them. What a PSA can not be asked for is refused by name.',
    fields: (t) => ({
      text: t.string({ description: 'Part of the name.', extensions: item('name') }),
      company: t.idList({ description: 'Of any of these companies.', extensions: item('company') }),
      site: t.idList({ description: 'At any of these sites.', extensions: item('site') }),
      contact: t.idList({ description: 'Used by any of these contacts.', extensions: item('contact') }),
      type: t.stringList({
        description: 'Of any of these types, by key; ConnectWise, Autotask and HaloPSA also take the name.',
        extensions: item('type'),
      }),
      serialNumber: t.string({
        description: 'Exactly this serial number.',
        extensions: item('serialNumber'),
      }),
      active: t.boolean({ description: 'True: in use.', extensions: item('active') }),
    }),
  })
  const agreed = (name: keyof AgreementValues & string) => psa('Agreements', name)
  const AgreementFilter = builder.inputType('AgreementFilter', {
    description: 'Conditions that an agreement must meet, all of them.',
    fields: (t) => ({
      text: t.string({ description: 'Part of the name.', extensions: agreed('name') }),
      company: t.idList({ description: 'Of any of these companies.', extensions: agreed('company') }),
      active: t.boolean({ description: 'True: in force.', extensions: agreed('active') }),
    }),
  })
  const SlaFilter = builder.inputType('SlaFilter', {
    description: 'Conditions that an SLA must meet, all of them.',
    fields: (t) => ({
      text: t.string({ description: 'Part of the name.', extensions: psa('SLAs', 'name') }),
    }),
  })
  const planned = (name: string) => psa('Projects', name)
  const ProjectFilter = builder.inputType('ProjectFilter', {
    description: 'Conditions that a project must meet, all of them.',
    fields: (t) => ({
      text: t.string({ description: 'Part of the name.', extensions: planned('name') }),
      company: t.idList({ description: 'For any of these companies.', extensions: planned('company') }),
      open: t.boolean({ description: 'True: not over; false: over.', extensions: planned('closed') }),
    }),
  })
  const ProjectTaskFilter = builder.inputType('ProjectTaskFilter', {
    description:
      'Conditions that a task of a project must meet, all of them. HaloPSA keeps tasks below their project: there, name projects.',
    fields: (t) => ({
      text: t.string({ description: 'Part of the name.', extensions: planned('name') }),
      project: t.idList({ description: 'Of any of these projects.', extensions: planned('project') }),
      open: t.boolean({ description: 'True: not done; false: done.', extensions: planned('closed') }),
    }),
  })
  const sold = (name: keyof OpportunityValues & string) => psa('Opportunities', name)
  const OpportunityFilter = builder.inputType('OpportunityFilter', {
    description: 'Conditions that an opportunity must meet, all of them.',
    fields: (t) => ({
      text: t.string({ description: 'Part of the name.', extensions: sold('name') }),
      company: t.idList({ description: 'Of any of these companies.', extensions: sold('company') }),
      open: t.boolean({ description: 'True: not decided; false: decided.', extensions: sold('closed') }),
    }),
  })
  const TicketTemplateFilter = builder.inputType('TicketTemplateFilter', {
    description: 'Conditions that a ticket template must meet, all of them.',
    fields: (t) => ({
      text: t.string({ description: 'Part of the name.', extensions: by('Boards & Ticket Setup', 'name') }),
    }),
  })
  const product = (name: keyof ProductValues & string) => psa('Products', name)
  const ProductFilter = builder.inputType('ProductFilter', {
    description:
      'Conditions that a product must meet, all of them. What a PSA can not be asked for is refused by name.',
    fields: (t) => ({
      text: t.string({
        description: 'Part of the name, or of the identifier where the PSA has one.',
        extensions: product('name'),
      }),
      identifier: t.string({
        description: 'Exactly this part number or SKU.',
        extensions: product('identifier'),
      }),
      active: t.boolean({ description: 'True: for sale.', extensions: product('active') }),
    }),
  })
  const written = (name: keyof ArticleValues & string) => psa('Knowledge Base', name)
  const ArticleFilter = builder.inputType('ArticleFilter', {
    description:
      'Conditions that an article must meet, all of them. What a PSA can not be asked for is refused by name.',
    fields: (t) => ({
      text: t.string({
        description:
          'Words that all stand in it: in title or text on ConnectWise and ServiceNow, in title or problem on HaloPSA, in title or keywords on Autotask.',
        extensions: written('text'),
      }),
      active: t.boolean({ description: 'True: in use.', extensions: written('active') }),
    }),
  })
  const MemberFilter = builder.inputType('MemberFilter', {
    description: 'Conditions that a member must meet, all of them.',
    fields: (t) => ({
      text: t.string({ description: 'Part of the first or last name.', extensions: by('Members', 'name') }),
      identifier: t.string({ description: 'Exactly this login.', extensions: by('Members', 'identifier') }),
      active: t.boolean({ description: 'True: still employed.', extensions: by('Members', 'active') }),
    }),
  })
  const BoardFilter = builder.inputType('BoardFilter', {
    description: 'Conditions that a board must meet, all of them.',
    fields: (t) => ({
      text: t.string({ description: 'Part of the name.', extensions: by('Boards & Ticket Setup', 'name') }),
      active: t.boolean({ description: 'True: in use.', extensions: by('Boards & Ticket Setup', 'active') }),
    }),
  })
  list(builder, 'contacts', 'Contact', 'Contacts', lists.Contact, ContactFilter, 'Contacts, by name.')
  list(builder, 'companies', 'Company', 'Companies', lists.Company, CompanyFilter, 'Companies, by name.')
  list(builder, 'sites', 'Site', 'Sites', lists.Site, SiteFilter, 'Sites, by name.')
  list(
    builder,
    'configurationItems',
    'ConfigurationItem',
    'Configurations',
    lists.ConfigurationItem,
    ConfigurationItemFilter,
    'Configuration items, by name.',
  )
  list(
    builder,
    'agreements',
    'Agreement',
    'Agreements',
    lists.Agreement,
    AgreementFilter,
    'Agreements, by name.',
  )
  list(builder, 'slas', 'Sla', 'SLAs', lists.Sla, SlaFilter, 'Service level agreements, by name.')
  list(builder, 'projects', 'Project', 'Projects', lists.Project, ProjectFilter, 'Projects, by name.')
  list(
    builder,
    'projectTasks',
    'ProjectTask',
    'Projects',
    lists.ProjectTask,
    ProjectTaskFilter,
    'Tasks of projects, by name.',
  )
  list(
    builder,
    'opportunities',
    'Opportunity',
    'Opportunities',
    lists.Opportunity,
    OpportunityFilter,
    'Opportunities, by name.',
  )
  list(
    builder,
    'ticketTemplates',
    'TicketTemplate',
    'Boards & Ticket Setup',
    lists.TicketTemplate,
    TicketTemplateFilter,
    'Ticket templates, by name; NOT_SUPPORTED on Autotask and ServiceNow.',
  )
  list(
    builder,
    'products',
    'Product',
    'Products',
    lists.Product,
    ProductFilter,
    'Products of the catalogue, by name.',
  )
  list(
    builder,
    'articles',
    'Article',
    'Knowledge Base',
    lists.Article,
    ArticleFilter,
    'Articles of the knowledge base, by title.',
  )
  list(builder, 'members', 'Member', 'Members', lists.Member, MemberFilter, 'Members, by name.')
  list(builder, 'boards', 'Board', 'Boards & Ticket Setup', lists.Board, BoardFilter, 'Boards, by name.')
}

function list<
  T extends
    | 'Contact'
    | 'Company'
    | 'Site'
    | 'ConfigurationItem'
    | 'Agreement'
    | 'Sla'
    | 'Project'
    | 'ProjectTask'
    | 'Opportunity'
    | 'TicketTemplate'
    | 'Product'
    | 'Article'
    | 'Member'
    | 'Board',
>(
  builder: PsaBuilder,
  name: string,
  type: T,
  group: UnifiedGroup,
  ref: ListRef<ValuesOf[T]>,
  filter: ReturnType<PsaBuilder['inputType']>,
  description: string,
): void {
  builder.queryField(name, (t) =>
    t.field({
      type: ref,
      description: `${description} Several connections answer one after the other, in the order of their slugs.`,
      extensions: psa(group, ''),
      args: {
        connections: t.arg.stringList({
          description: 'Slugs of connections; all that are assigned to you when left out.',
        }),
        filter: t.arg({ type: filter, description: 'Conditions, all of them.' }),
        first: t.arg.int({ description: '25 by default, 100 at most.' }),
        after: t.arg.string({ description: "Cursor to go on behind: a page's `endCursor`." }),
      },
      resolve: (_: object, args: ListArgs, context: ReadContext, info: GraphQLResolveInfo) =>
        listRecords(
          type as ListName & T,
          type,
          { ...args, filter: withIds(present(args.filter)), order: { key: 'NAME', direction: 'ASC' } },
          context,
          info,
        ) as never,
    }),
  )
}

interface ListArgs {
  connections?: string[] | null
  filter?: unknown
  first?: number | null
  after?: string | null
}
function orderOf(
  builder: PsaBuilder,
  type: string,
  group: UnifiedGroup,
  keys: Record<string, string>,
  /** Of the keys that are information of another group. */
  others: Record<string, ReturnType<typeof psa>> = {},
) {
  const Key = builder.enumType(`${type}OrderKey`, {
    description: `What a list of ${type} records is ordered by.`,
    values: Object.fromEntries(
      Object.entries(keys).map(([name, description]) => [
        name,
        { description, extensions: others[name] ?? psa(group, name) },
      ]),
    ),
  })
  return builder.inputType(`${type}Order`, {
    description: 'Order of a list.',
    // What is ordered by stands on the values of the key.
    extensions: psa('OPEN', ''),
    fields: (t) => ({
      key: t.field({ type: Key, required: true, description: 'What to order by.' }),
      direction: t.field({
        type: direction(builder),
        required: true,
        defaultValue: 'DESC',
        description: 'DESC: the largest or newest first.',
      }),
    }),
  })
}

const directions = new WeakMap<PsaBuilder, ReturnType<typeof defineDirection>>()
const defineDirection = (builder: PsaBuilder) =>
  builder.enumType('OrderDirection', {
    description: 'Ascending or descending.',
    values: {
      ASC: { description: 'Smallest or oldest first.' },
      DESC: { description: 'Largest or newest first.' },
    } as const,
  })
function direction(builder: PsaBuilder) {
  const known = directions.get(builder) ?? defineDirection(builder)
  directions.set(builder, known)
  return known
}

/** The filter's members that the caller gave; an explicit null is kept, so that it is refused by name. */
function present(filter: unknown): Record<string, unknown> {
  return { ...(filter as Record<string, unknown> | null | undefined) }
}

/** Filter members that hold global ids, the same in every filter. */
const REFERENCES: Readonly<Record<string, EntityType>> = {
  board: 'Board',
  company: 'Company',
  contact: 'Contact',
  site: 'Site',
  project: 'Project',
  assignee: 'Member',
}

/** A bare id of a vendor means another record on each connection, and a name belongs to another group's information. */
function withIds(filter: Record<string, unknown>): Record<string, unknown> {
  for (const [member, type] of Object.entries(REFERENCES)) {
    const ids = filter[member]
    if (Array.isArray(ids)) for (const id of ids) expectId(String(id), type, `filter.${member}`)
  }
  return filter
}

function notAssigned(connection: string): GatewayError {
  return new GatewayError('CONNECTION_FORBIDDEN', 'This connection is not assigned to you.', {
    connection: connection.slice(0, 60),
  })
}
