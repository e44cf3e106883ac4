import type { WriteName } from '../../schema/plan.ts'
import type { ListName, Vendor } from '../../schema/source.ts'

type Reasons = Readonly<Record<string, string>>

export interface Missing {
  /** Fields of a ticket that this vendor has no value for. */
  readonly ticketFields: Reasons
  readonly filters: Partial<Readonly<Record<ListName, Reasons>>>
  readonly orders: Partial<Readonly<Record<ListName, Reasons>>>
  /** Fields of a company that this vendor has no value for. */
  readonly companyFields: Reasons
  /** Fields of a time entry that this vendor has no value for. */
  readonly timeEntryFields: Reasons
  /** Fields of a site that this vendor has no value for. */
  readonly siteFields: Reasons
  /** Fields of a configuration item that this vendor has no value for. */
  readonly itemFields: Reasons
  /** Fields of a configuration item that can not be written, word for word. */
  readonly itemRefuses: Reasons
  /** Fields of a configuration item that can be written and not be cleared, word for word. */
  readonly itemKeeps: Reasons
  /** Why one that was planned beside another is planned again once that is on the ticket. */
  readonly itemsAtOnce?: string
  /** Why an item of another company can not be on a ticket. */
  readonly itemsOfOthers?: string
  /** Fields of a project, of a task of one and of an opportunity that this vendor has no value for. */
  readonly projectFields: Reasons
  readonly projectTaskFields: Reasons
  readonly opportunityFields: Reasons
  /** Fields of a ticket template that this vendor has no value for. */
  readonly templateFields: Reasons
  /** Fields of an SLA that this vendor has no value for. */
  readonly slaFields: Reasons
  /** Fields of an agreement that this vendor has no value for. */
  readonly agreementFields: Reasons
  /** Lists that this vendor has nothing for, word for word what a caller is told. */
  readonly lists: Partial<Readonly<Record<ListName, string>>>
  /** Fields of a line item that this vendor has no value for. */
  readonly lineItemFields: Reasons
  /** Fields of a ticket's task, and of a file on one, that this vendor has no value for. */
  readonly taskFields: Reasons
  readonly attachmentFields: Reasons
  /** Fields of a product that this vendor has no value for. */
  readonly productFields: Reasons
  /** Fields of an article that this vendor has no value for. */
  readonly articleFields: Reasons
  /** In the words of the refusal, where sites can only be listed company by company. */
  readonly allSites?: string
  /** In the words of the refusal, where tasks can only be listed project by project. */
  readonly allTasks?: string
  /** Word for word what the capabilities say, and what a caller is told. */
  readonly writes: Partial<Readonly<Record<WriteName, string>>>
  /** Declared, and refused by the plan until an administrator turns `emulateMerge` on. */
  readonly onlyEmulated: Partial<Readonly<Record<WriteName, string>>>
  /** Declared, and refused by the PSA itself as it ships: the request ends FAILED with the PSA's own words. */
  readonly refusedByVendor: Partial<Readonly<Record<WriteName, string>>>
  /** Creations that no reading settles, when their answer is lost. */
  readonly notReconciled: Partial<Readonly<Record<WriteName, string>>>
  /** In the words of the refusal, where a ticket can not go to a contact who left. */
  readonly inactiveContact?: string
  /** Fields of a contact that can not be cleared, with the words of the refusal. */
  readonly contactKeeps: Readonly<
    Record<string, { readonly code: 'BAD_USER_INPUT' | 'NOT_SUPPORTED'; readonly words: string }>
  >
  /** Fields of a company that can not be written, word for word. */
  readonly companyRefuses: Reasons
  /** What a due date can not be, in the words of the refusal. */
  readonly dueAt: { readonly timeOfDay?: string; readonly cleared?: string }
  /** Kinds of notes that are written and are not among the notes that are read. */
  readonly noteKindsNotRead: Reasons
  /** Kinds of notes by which the PSA's own rules mail the client, and the plan says so. */
  readonly noteKindsThatMail: Reasons
}

const NO_LINE_ITEMS =
  'Tickets of ServiceNow have no line items: what is sold there is ordered from its catalogue, as a request of its own.'

const NO_SCHEDULE =
  'ServiceNow plans no visits for tickets: its Field Service plugin does, as work orders of its own, and not every instance has it.'
const NO_OPPORTUNITIES =
  "Opportunities of ServiceNow need its product for sales, which an MSP's instance rarely has: its tables are not read."

const NO_TEMPLATES = {
  autotask: "Autotask's API has no templates of tickets, and none of recurring ones.",
  servicenow: 'Templates of ServiceNow are configuration: what they fill in is not documented.',
}

/** What a vendor cannot do, and why. The suite compares it with `capabilities`, both ways. */
export const NOT_SUPPORTED: Readonly<Record<Vendor, Missing>> = {
  connectwise: {
    companyFields: {},
    timeEntryFields: {},
    projectFields: { percentComplete: 'Whether 1 is one percent or all of it is not documented.' },
    projectTaskFields: {},
    opportunityFields: { amount: 'The lines of its forecast tell, and no field of it.' },
    templateFields: { nextAt: 'It is kept with schedules, which are not documented.' },
    slaFields: {},
    agreementFields: {},
    lists: {},
    lineItemFields: {},
    taskFields: {},
    attachmentFields: { contentType: 'A document has a kind of its own, and no media type.' },
    productFields: {},
    articleFields: { active: 'An article has no state of its being published.' },
    ticketFields: {},
    itemFields: {},
    itemRefuses: { product: 'ConnectWise keeps no product of its catalogue on a configuration.' },
    itemKeeps: {},
    siteFields: {},
    allSites: 'ConnectWise keeps sites below theirs',
    filters: {
      Ticket: { slaDueAt: 'Goals are worked out with each answer, and no condition reaches them.' },
      Article: { active: 'An article has no state of its being published.' },
    },
    orders: { Ticket: { SLA_DUE_AT: 'Goals are worked out with each answer, and no order reaches them.' } },
    writes: {},
    onlyEmulated: {},
    refusedByVendor: {},
    notReconciled: {},
    contactKeeps: {},
    companyRefuses: {
      active: 'ConnectWise has no such flag but the one of a deleted company: give a status.',
      accountManager: 'ConnectWise keeps the people who look after a company in its team, not on it.',
    },
    dueAt: { timeOfDay: 'ConnectWise keeps the day' },
    noteKindsNotRead: {},
    noteKindsThatMail: {},
  },
  autotask: {
    companyFields: {},
    timeEntryFields: {},
    projectFields: {},
    projectTaskFields: {},
    opportunityFields: {},
    templateFields: {},
    slaFields: {
      responseHours: 'A picklist tells names alone.',
      planHours: 'A picklist tells names alone.',
      resolutionHours: 'A picklist tells names alone.',
    },
    agreementFields: { coverage: 'Exclusions and billing rules of each contract tell, and no field of it.' },
    lists: { TicketTemplate: NO_TEMPLATES.autotask },
    lineItemFields: {},
    taskFields: { assignee: 'An item tells who completed it, and nobody who is to.' },
    attachmentFields: {},
    articleFields: {},
    productFields: {},
    ticketFields: {
      mergedInto: 'A merge is done in the interface alone and leaves a system note, no field.',
    },
    itemFields: { tag: 'A configuration item has a reference number, which the data set leaves empty.' },
    itemRefuses: {},
    itemKeeps: {},
    itemsAtOnce: 'The first stands on the ticket itself, and only one can.',
    itemsOfOthers: 'The service refuses an item of a company that the ticket is not for.',
    siteFields: {},
    filters: { TimeEntry: { company: 'An entry holds its ticket, and only the ticket its company.' } },
    orders: {
      Ticket: { NUMBER: 'Numbers are texts by day; the API sorts by id alone.' },
      Contact: { UPDATED_AT: 'The API sorts by id alone.' },
      Company: { UPDATED_AT: 'The API sorts by id alone.' },
    },
    writes: {
      createTicketFromTemplate: NO_TEMPLATES.autotask,
      deleteTicket: 'Autotask has no way to delete a ticket by its API; set a status instead.',
      deleteTicketNote: 'Autotask has no way to delete a ticket note by its API; correct it in Autotask.',
      deleteConfigurationItem:
        'Autotask has no way to delete a configuration item by its API; set it inactive instead.',
    },
    onlyEmulated: { mergeTickets: 'The API has no merge.' },
    refusedByVendor: {},
    notReconciled: {
      createScheduleEntry: 'A service call is written in three parts.',
      createSite: 'A location holds no time of its making: one of the same name may be another.',
    },
    inactiveContact: 'Autotask takes no other',
    contactKeeps: { lastName: { code: 'BAD_USER_INPUT', words: 'Autotask requires one' } },
    companyRefuses: {},
    dueAt: {},
    noteKindsNotRead: {},
    noteKindsThatMail: {},
  },
  halo: {
    companyFields: { identifier: 'Clients have no short text that people type.' },
    timeEntryFields: { workRole: 'Its charge rates are the work types, and there is nothing beside them.' },
    projectFields: {},
    projectTaskFields: { phase: 'A row of the list does not tell it.' },
    opportunityFields: {},
    allTasks: 'HaloPSA keeps tasks below theirs',
    templateFields: { company: 'A template of HaloPSA is for any client.' },
    slaFields: {
      responseHours: 'Each priority has times of its own.',
      planHours: 'HaloPSA promises no plan.',
      resolutionHours: 'Each priority has times of its own.',
    },
    agreementFields: { coverage: 'Billing plans of each contract tell, and no field of it.' },
    lists: {},
    lineItemFields: {
      description: 'A row has a note, which the data set leaves empty.',
      billableOption: 'A row does not say whether it is billed.',
      billed: 'A row does not say whether it was billed.',
    },
    taskFields: { assignee: 'A to-do tells who did it, and nobody who is to.' },
    attachmentFields: { contentType: 'A row of the list may leave it out, as the simulator does.' },
    articleFields: {},
    productFields: {
      active: 'An item has a number as its status, and what the numbers mean is not documented.',
    },
    ticketFields: { clientReplied: 'No field says who wrote last.' },
    itemFields: {
      serialNumber: 'Each asset type defines its own fields, and none of all types is a serial number.',
    },
    itemRefuses: {
      serialNumber: 'HaloPSA keeps serial numbers among fields that each asset type defines for itself.',
      product: 'An asset of HaloPSA is of a type, and needs no item of the catalogue.',
    },
    itemKeeps: {
      tag: 'HaloPSA requires an asset tag.',
      site: 'HaloPSA requires a site.',
      warrantyEndsOn: 'How HaloPSA clears a date is not documented.',
    },
    itemsAtOnce: 'What is sent is taken as the whole list.',
    siteFields: { primary: 'The client names its main site, and no site says so of itself.' },
    filters: {
      Ticket: {
        clientReplied: 'No field says who wrote last.',
        slaDueAt: 'By which name dates of an SLA can be searched is not documented.',
      },
      Company: { identifier: 'No parameter finds a client by its reference.' },
      ConfigurationItem: {
        contact: 'A row of the list does not tell who uses it.',
        serialNumber: 'Each asset type defines its own fields.',
      },
      Product: { active: 'A row of the list does not tell it.' },
    },
    orders: {
      Ticket: {
        DUE_AT: 'Where Halo sorts tickets without a due date is not documented.',
        SLA_DUE_AT: 'Where Halo sorts tickets without such a date is not documented.',
      },
      Contact: { UPDATED_AT: 'Contacts hold no time of their last change.' },
      Company: { UPDATED_AT: 'Clients hold no time of their last change.' },
    },
    writes: {
      deleteTicketLineItem: 'How HaloPSA takes an item off a ticket is not documented: take it off there.',
      deleteTicketTask:
        'How HaloPSA takes a to-do off a ticket is not documented: check it off, or take it off there.',
    },
    onlyEmulated: { mergeTickets: 'The API has no merge.' },
    refusedByVendor: {},
    notReconciled: {},
    contactKeeps: {},
    companyRefuses: {
      identifier: 'Clients of HaloPSA have no short text that people type.',
      phone: 'The phone number of a client of HaloPSA is that of its main site: write it there.',
      website: 'How HaloPSA takes a web address is not documented.',
      status: 'Being inactive is all the status that a client of HaloPSA has: write "active".',
    },
    dueAt: { cleared: 'how HaloPSA clears a due date is not documented' },
    noteKindsNotRead: {
      DESCRIPTION:
        'Among the notes the description is the first action, with the text of the beginning. What is written later stands in the field "details", which lists of tickets may leave out: showing it would cost a request a ticket.',
    },
    noteKindsThatMail: { RESOLUTION: 'The outcome sets a status, and a rule of the tenant mails about it.' },
  },
  servicenow: {
    companyFields: {
      identifier: 'Companies have no short text.',
      status: 'Companies have no such column.',
      active: 'Companies have no such column.',
    },
    timeEntryFields: {
      endedAt: 'A day and a length are kept.',
      billableOption: 'No column tells.',
      clientText: 'The comment is for the staff.',
      workRole: 'No column tells.',
    },
    projectFields: {
      budgetHours: 'No column of a project is documented for it.',
      actualHours: 'No column of a project is documented for it.',
      phases: 'Tasks stand below tasks, and there are no phases.',
    },
    projectTaskFields: { phase: 'Tasks stand below tasks, and there are no phases.' },
    opportunityFields: {},
    templateFields: {},
    slaFields: { planHours: 'A definition is about a response or a resolution.' },
    agreementFields: {
      type: 'A contract has a model, which a tenant need not set.',
      coverage: 'Entitlements tell, which not every instance has.',
      hoursIncluded: 'A contract counts no hours.',
      hoursRemaining: 'A contract counts no hours.',
    },
    lists: {
      'Ticket.lineItems': NO_LINE_ITEMS,
      ScheduleEntry: NO_SCHEDULE,
      'Ticket.scheduleEntries': NO_SCHEDULE,
      Opportunity: NO_OPPORTUNITIES,
      TicketTemplate: NO_TEMPLATES.servicenow,
    },
    lineItemFields: {},
    taskFields: {},
    attachmentFields: {
      title: 'A file has a name and no title.',
      clientVisible: 'Whoever may read the record may read its files.',
    },
    articleFields: {},
    productFields: { identifier: 'What stands in a catalogue of services has no part number.' },
    ticketFields: { clientReplied: 'No column says who wrote last.' },
    itemFields: {},
    itemRefuses: {
      product: 'ServiceNow keeps models of its own, and no product of the catalogue, on an item.',
    },
    itemKeeps: {},
    itemsAtOnce: 'The first stands on the ticket itself, and only one can.',
    siteFields: {
      primary: 'Locations have no such column.',
      active: 'Locations have no such column.',
    },
    filters: {
      Ticket: {
        clientReplied: 'No column says who wrote last.',
        slaDueAt: 'Clocks stand in rows of their own, and several belong to one ticket.',
      },
      Company: {
        identifier: 'Companies have no short text.',
        active: 'Companies have no such column.',
      },
      Site: { active: 'Locations have no such column.' },
      ConfigurationItem: { active: 'Whether an item is in use is one of many states.' },
      Product: { identifier: 'What stands in a catalogue of services has no part number.' },
    },
    orders: {
      Ticket: { SLA_DUE_AT: 'Clocks stand in rows of their own, and several belong to one ticket.' },
      Contact: { NUMBER: 'Records have no number but a random sys_id.' },
      Company: { NUMBER: 'Records have no number but a random sys_id.' },
      Member: { NUMBER: 'Records have no number but a random sys_id.' },
      Board: { NUMBER: 'Records have no number but a random sys_id.' },
    },
    writes: {
      createTicketFromTemplate: NO_TEMPLATES.servicenow,
      addTicketLineItem: NO_LINE_ITEMS,
      updateTicketLineItem: NO_LINE_ITEMS,
      deleteTicketLineItem: NO_LINE_ITEMS,
      deleteTicketTask: 'ServiceNow lets administrators delete tasks only; check it off instead.',
      createScheduleEntry: NO_SCHEDULE,
      updateScheduleEntry: NO_SCHEDULE,
      deleteScheduleEntry: NO_SCHEDULE,
      deleteTicketNote: 'ServiceNow has no way to take a note back: its journal is history.',
      deleteContact:
        'Contacts of ServiceNow are rows of its user table, logins included; set the contact inactive instead.',
      deleteSite:
        'Tickets, people and devices of ServiceNow refer to a location and lose it without a word; rename it instead, or delete it there.',
      deleteConfigurationItem:
        'Tickets of ServiceNow refer to a configuration item and lose it without a word; set it inactive instead, or delete it there.',
    },
    onlyEmulated: { mergeTickets: 'Incidents have no merge.' },
    refusedByVendor: { deleteTicket: 'Only an administrator of the instance may delete an incident.' },
    notReconciled: {},
    contactKeeps: { title: { code: 'NOT_SUPPORTED', words: 'ServiceNow cannot clear a job title' } },
    companyRefuses: {
      identifier: 'Companies of ServiceNow have no short text.',
      status: 'Companies of ServiceNow have no status.',
      active: 'Companies of ServiceNow have no such column.',
      accountManager: 'Companies of ServiceNow name nobody of the MSP.',
    },
    dueAt: {},
    noteKindsNotRead: {},
    noteKindsThatMail: { CLIENT_FACING: "The platform's notification mails the caller about every comment." },
  },
}
