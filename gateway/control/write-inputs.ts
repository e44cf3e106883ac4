import type { InputFieldBuilder } from '@pothos/core'
import { BILLABLE_OPTION, NOTE_KIND } from '../../schema/enums.ts'
import type { ControlBuilder } from './builder.ts'

type Types = ControlBuilder extends PothosSchemaTypes.SchemaBuilder<infer T> ? T : never
export type Inputs = InputFieldBuilder<Types, 'InputObject'>

/** Every input says why, may carry a key, and may answer a request; none is a field of the record. */
export function writeCall(t: Inputs) {
  return {
    reason: t.string({ description: 'Why, in your own words; the person who approves reads it.' }),
    idempotencyKey: t.string({
      description:
        '8 to 128 characters of A-Z a-z 0-9 _ . : -. The same call again with the same key never writes twice.',
    }),
    request: t.id({
      description:
        'A request of yours that a person returned or that went stale: this input is planned as its next revision.',
    }),
  }
}

export function defineWriteInputs(builder: ControlBuilder) {
  const CustomField = builder.inputType('CustomFieldInput', {
    description: 'A custom field to write.',
    fields: (t) => ({
      field: t.string({ required: true, description: 'Its id or its caption.' }),
      value: t.string({
        description: 'Text, decimal number, true/false or ISO date by its type; null clears it.',
      }),
    }),
  })
  const NoteKind = builder.enumType('NoteKind', NOTE_KIND)
  const BillableOption = builder.enumType('BillableOption', BILLABLE_OPTION)
  const change = (t: Inputs) => ({
    title: t.string({ description: 'The one-line summary that the client sees.' }),
    status: t.string({ description: "Name or key of a status of the ticket's board." }),
    priority: t.string({ description: 'Name or key of a priority.' }),
    type: t.string({ description: "Name or key of a type of the ticket's board; null clears it." }),
    board: t.id({ description: 'The board to move it to; give a status of that board with it.' }),
    assignee: t.id({ description: 'The member who owns it; null leaves it unassigned.' }),
    company: t.id({ description: 'The company that it is for.' }),
    contact: t.id({ description: 'The person who asked; null for nobody.' }),
    dueAt: t.field({
      type: 'DateTime',
      description:
        'By when it is to be done; null clears it. Where the PSA keeps a day only, give midnight in UTC.',
    }),
    customFields: t.field({ type: [CustomField], description: 'Custom fields, each by id or caption.' }),
  })
  const note = (t: Inputs) => ({
    kind: t.field({ type: NoteKind, required: true, description: 'For whom it is.' }),
    text: t.string({ required: true, description: 'The text.' }),
    mailClient: t.boolean({
      description: 'CLIENT_FACING only: have the PSA mail it to the contact. Nothing is mailed otherwise.',
    }),
  })
  const time = (t: Inputs) => ({
    startedAt: t.field({
      type: 'DateTime',
      description: 'When the work began; left out, it ended just now.',
    }),
    hours: t.float({ required: true, description: 'Actual hours.' }),
    billableOption: t.field({ type: BillableOption, description: "Left out, the PSA's own default." }),
    workType: t.string({ description: 'Name or key of a work type.' }),
    workRole: t.string({ description: 'Name or key of a work role.' }),
    clientText: t.string({ description: 'What the client may read, on an invoice or in the portal.' }),
    internalText: t.string({ description: 'Technicians only.' }),
  })
  const contact = (t: Inputs) => ({
    firstName: t.string({ description: 'First name.' }),
    lastName: t.string({ description: 'Last name; null clears it.' }),
    email: t.string({ description: 'Default mail address; null clears it.' }),
    phone: t.string({ description: 'Default phone number; null clears it.' }),
    title: t.string({ description: 'Job title; null clears it.' }),
    active: t.boolean({ description: 'False for a contact who left.' }),
  })
  const company = (t: Inputs) => ({
    name: t.string({ description: 'Full name.' }),
    identifier: t.string({
      description: 'The short unique text that technicians type, where the PSA has one; null clears it.',
    }),
    phone: t.string({ description: 'Main phone number; null clears it.' }),
    website: t.string({ description: 'Web address; null clears it.' }),
    status: t.string({ description: 'Name or key of a standing that the PSA lists.' }),
    active: t.boolean({ description: 'False for a company that is no longer served.' }),
  })
  const site = (t: Inputs) => ({
    name: t.string({ description: 'What people call the place.' }),
    phone: t.string({ description: 'Phone number; null clears it.' }),
    street: t.string({
      description: 'Lines of the address above the city, separated by line breaks; null clears them.',
    }),
    city: t.string({ description: 'City; null clears it.' }),
    state: t.string({ description: 'State, province or region; null clears it.' }),
    postalCode: t.string({ description: 'Postal or ZIP code; null clears it.' }),
    active: t.boolean({ description: 'False for a place no longer in use.' }),
  })
  const item = (t: Inputs) => ({
    name: t.string({ description: 'What people call it, often its host name.' }),
    serialNumber: t.string({ description: "The maker's serial number; null clears it." }),
    tag: t.string({ description: 'The number on its label; null clears it.' }),
    warrantyEndsOn: t.string({
      description: 'The last day of its warranty, as YYYY-MM-DD; null clears it.',
    }),
    active: t.boolean({ description: 'False for a thing no longer in use.' }),
    site: t.id({ description: 'Where it stands, a site of the same company; null clears it.' }),
    contact: t.id({ description: 'Who uses it, a person of the same company; null clears it.' }),
  })
  const attachment = (name: string, description: string) =>
    builder.inputType(name, {
      description,
      fields: (t) => ({
        ticket: t.id({ required: true, description: 'The ticket.' }),
        item: t.id({ required: true, description: 'The configuration item.' }),
        ...writeCall(t),
      }),
    })
  const lineItem = (t: Inputs) => ({
    quantity: t.string({
      description: 'How many, as decimal text: at most 6 digits and 4 behind the point.',
    }),
    price: t.string({
      description:
        "What one costs the client, as decimal text in the PSA's own currency: at most 9 digits and 4 behind the point.",
    }),
    cost: t.string({ description: 'What one costs the MSP, in the same form.' }),
    description: t.string({
      description: "What the line says beside the product's name; the client may read it on an invoice.",
    }),
    billableOption: t.field({
      type: BillableOption,
      description: 'Whether it is billed. A new line is BILLABLE where nothing else is given.',
    }),
  })
  const task = (t: Inputs) => ({
    text: t.string({ description: 'What is to be done, as one line.' }),
    done: t.boolean({ description: 'True checks it off, false takes that back.' }),
    position: t.int({ description: 'Where it stands among the tasks of its ticket, from 1 to 9999.' }),
  })
  const deletion = (name: string, what: string) =>
    builder.inputType(name, {
      description: 'A record to delete for good.',
      fields: (t) => ({ id: t.id({ required: true, description: what }), ...writeCall(t) }),
    })
  const TicketChange = builder.inputType('TicketChange', {
    description: 'Fields of a ticket to change; what is left out stays.',
    fields: change,
  })
  const NoteInput = builder.inputType('NoteInput', { description: 'A note to add.', fields: note })
  const TimeInput = builder.inputType('TimeInput', { description: 'Time to log.', fields: time })

  return {
    createTicket: builder.inputType('CreateTicketInput', {
      description: 'A new ticket.',
      fields: (t) => ({
        connection: t.string({ required: true, description: "The connection's slug." }),
        ...change(t),
        title: t.string({ required: true, description: 'The one-line summary that the client sees.' }),
        company: t.id({ required: true, description: 'The company that it is for.' }),
        description: t.string({ description: 'What it is about; the client can read it.' }),
        configurationItem: t.id({
          description: 'The configuration item that it is about; attachConfigurationItem adds others.',
        }),
        ...writeCall(t),
      }),
    }),
    createTicketFromTemplate: builder.inputType('CreateTicketFromTemplateInput', {
      description:
        'A new ticket, filled in from a template; what is given here goes before what the template says.',
      fields: (t) => ({
        template: t.id({ required: true, description: 'The ticket template.' }),
        ...change(t),
        description: t.string({ description: 'What it is about; the client can read it.' }),
        ...writeCall(t),
      }),
    }),
    updateTicket: builder.inputType('UpdateTicketInput', {
      description: 'Changes to one ticket; what is left out stays.',
      fields: (t) => ({
        id: t.id({ required: true, description: 'The ticket.' }),
        ...change(t),
        ...writeCall(t),
      }),
    }),
    addTicketNote: builder.inputType('AddTicketNoteInput', {
      description: 'A note on one ticket.',
      fields: (t) => ({
        ticket: t.id({ required: true, description: 'The ticket.' }),
        ...note(t),
        ...writeCall(t),
      }),
    }),
    logTime: builder.inputType('LogTimeInput', {
      description: 'Time on one ticket.',
      fields: (t) => ({
        ticket: t.id({ required: true, description: 'The ticket.' }),
        ...time(t),
        ...writeCall(t),
      }),
    }),
    resolveTicket: builder.inputType('ResolveTicketInput', {
      description: 'How a ticket was solved.',
      fields: (t) => ({
        id: t.id({ required: true, description: 'The ticket.' }),
        resolution: t.string({ required: true, description: 'How it was solved; the client can read it.' }),
        status: t.string({
          description: "Name or key of the status to set; left out, the board's resolved status.",
        }),
        time: t.field({ type: TimeInput, description: 'Time to log with it.' }),
        ...writeCall(t),
      }),
    }),
    workTicket: builder.inputType('WorkTicketInput', {
      description: 'Everything done on one ticket in one go.',
      fields: (t) => ({
        id: t.id({ required: true, description: 'The ticket.' }),
        update: t.field({ type: TicketChange, description: 'Fields to change.' }),
        notes: t.field({ type: [NoteInput], description: 'Notes to add, in order.' }),
        time: t.field({ type: [TimeInput], description: 'Time to log.' }),
        ...writeCall(t),
      }),
    }),
    bundleTickets: builder.inputType('BundleTicketsInput', {
      description: 'Tickets to put under a parent.',
      fields: (t) => ({
        parent: t.id({ required: true, description: 'The parent.' }),
        tickets: t.idList({ required: true, description: 'The tickets that go under it.' }),
        ...writeCall(t),
      }),
    }),
    reopenTicket: builder.inputType('ReopenTicketInput', {
      description: 'A ticket to open again.',
      fields: (t) => ({
        id: t.id({ required: true, description: 'The ticket.' }),
        status: t.string({ description: "Name or key of an open status; left out, the board's own." }),
        note: t.string({ description: 'Why, as an internal note.' }),
        ...writeCall(t),
      }),
    }),
    createContact: builder.inputType('CreateContactInput', {
      description: 'A new person at a company.',
      fields: (t) => ({
        company: t.id({ required: true, description: 'Where the person works.' }),
        ...contact(t),
        firstName: t.string({ required: true, description: 'First name.' }),
        ...writeCall(t),
      }),
    }),
    updateContact: builder.inputType('UpdateContactInput', {
      description: 'Changes to one contact; what is left out stays.',
      fields: (t) => ({
        id: t.id({ required: true, description: 'The contact.' }),
        ...contact(t),
        ...writeCall(t),
      }),
    }),
    createCompany: builder.inputType('CreateCompanyInput', {
      description: 'A new company.',
      fields: (t) => ({
        connection: t.string({ required: true, description: "The connection's slug." }),
        ...company(t),
        name: t.string({ required: true, description: 'Full name.' }),
        accountManager: t.id({
          description: 'The member who looks after it, where the PSA keeps one; Autotask requires it.',
        }),
        ...writeCall(t),
      }),
    }),
    updateCompany: builder.inputType('UpdateCompanyInput', {
      description: 'Changes to one company; what is left out stays.',
      fields: (t) => ({
        id: t.id({ required: true, description: 'The company.' }),
        ...company(t),
        ...writeCall(t),
      }),
    }),
    createSite: builder.inputType('CreateSiteInput', {
      description: 'A new place of a company.',
      fields: (t) => ({
        company: t.id({ required: true, description: 'Whose place it is.' }),
        ...site(t),
        name: t.string({ required: true, description: 'What people call the place.' }),
        ...writeCall(t),
      }),
    }),
    updateSite: builder.inputType('UpdateSiteInput', {
      description: 'Changes to one site; what is left out stays.',
      fields: (t) => ({
        id: t.id({ required: true, description: 'The site.' }),
        ...site(t),
        ...writeCall(t),
      }),
    }),
    createConfigurationItem: builder.inputType('CreateConfigurationItemInput', {
      description: 'A new configuration item of a company.',
      fields: (t) => ({
        company: t.id({ required: true, description: 'Whose thing it is.' }),
        ...item(t),
        name: t.string({ required: true, description: 'What people call it, often its host name.' }),
        type: t.string({
          description:
            'Name or key of what kind of thing it is; ConnectWise and HaloPSA require one, and it stays.',
        }),
        product: t.string({
          description:
            "Name or key of the product that it is, by the PSA's catalogue: Autotask requires one, the others take none.",
        }),
        ...writeCall(t),
      }),
    }),
    addTicketLineItem: builder.inputType('AddTicketLineItemInput', {
      description: 'A product to sell with a ticket.',
      fields: (t) => ({
        ticket: t.id({ required: true, description: 'The ticket.' }),
        product: t.id({ required: true, description: 'A product of the catalogue.' }),
        ...lineItem(t),
        quantity: t.string({
          required: true,
          description: 'How many, as decimal text: at most 6 digits and 4 behind the point.',
        }),
        ...writeCall(t),
      }),
    }),
    updateConfigurationItem: builder.inputType('UpdateConfigurationItemInput', {
      description: 'Changes to one configuration item; what is left out stays.',
      fields: (t) => ({
        id: t.id({ required: true, description: 'The configuration item.' }),
        ...item(t),
        ...writeCall(t),
      }),
    }),
    attachConfigurationItem: attachment(
      'AttachConfigurationItemInput',
      'A configuration item to put on a ticket.',
    ),
    detachConfigurationItem: attachment(
      'DetachConfigurationItemInput',
      'A configuration item to take off a ticket.',
    ),
    updateTicketLineItem: builder.inputType('UpdateTicketLineItemInput', {
      description: 'Changes to one line of a ticket; what is left out stays.',
      fields: (t) => ({
        id: t.id({ required: true, description: 'The line.' }),
        ...lineItem(t),
        ...writeCall(t),
      }),
    }),
    addTicketTask: builder.inputType('AddTicketTaskInput', {
      description: 'A task to add to a ticket.',
      fields: (t) => ({
        ticket: t.id({ required: true, description: 'The ticket.' }),
        ...task(t),
        text: t.string({ required: true, description: 'What is to be done, as one line.' }),
        ...writeCall(t),
      }),
    }),
    updateTicketTask: builder.inputType('UpdateTicketTaskInput', {
      description: 'Changes to one task of a ticket; what is left out stays.',
      fields: (t) => ({
        id: t.id({ required: true, description: 'The task.' }),
        ...task(t),
        ...writeCall(t),
      }),
    }),
    uploadAttachment: builder.inputType('UploadAttachmentInput', {
      description: 'A file to put onto a ticket.',
      fields: (t) => ({
        ticket: t.id({ required: true, description: 'The ticket.' }),
        upload: t.id({
          required: true,
          description: 'What POST /attachments of the gateway answered as the id of the bytes.',
        }),
        fileName: t.string({
          required: true,
          description: 'Its name, with an ending that fits its media type, such as "log.txt".',
        }),
        title: t.string({
          description:
            'What people call it; the name of the file where it is left out. ServiceNow keeps no title.',
        }),
        clientVisible: t.boolean({
          description:
            'True lets the client see it in the portal, false is the default. On ServiceNow leave it out: there whoever may read the ticket may read its files.',
        }),
        ...writeCall(t),
      }),
    }),
    createScheduleEntry: builder.inputType('CreateScheduleEntryInput', {
      description: 'Time to plan in a calendar.',
      fields: (t) => ({
        ticket: t.id({ required: true, description: 'The ticket that it is for.' }),
        member: t.id({
          required: true,
          description: 'Whose calendar; Autotask takes nobody who is not on the ticket already.',
        }),
        startsAt: t.field({
          type: 'DateTime',
          required: true,
          description: 'When it begins, by whole seconds.',
        }),
        endsAt: t.field({ type: 'DateTime', required: true, description: 'When it ends.' }),
        title: t.string({ description: "What the calendar shows; the ticket's title when left out." }),
        ...writeCall(t),
      }),
    }),
    updateScheduleEntry: builder.inputType('UpdateScheduleEntryInput', {
      description: 'Changes to what is planned; what is left out stays.',
      fields: (t) => ({
        id: t.id({ required: true, description: 'The schedule entry.' }),
        startsAt: t.field({ type: 'DateTime', description: 'When it begins, by whole seconds.' }),
        endsAt: t.field({ type: 'DateTime', description: 'When it ends.' }),
        title: t.string({ description: 'What the calendar shows.' }),
        ...writeCall(t),
      }),
    }),
    updateTimeEntry: builder.inputType('UpdateTimeEntryInput', {
      description: 'Corrections to one time entry; what is left out stays.',
      fields: (t) => ({
        id: t.id({ required: true, description: 'The time entry.' }),
        ...time(t),
        hours: t.float({ description: 'Actual hours.' }),
        ...writeCall(t),
      }),
    }),
    deleteTicket: deletion('DeleteTicketInput', 'The ticket.'),
    deleteTicketNote: deletion('DeleteTicketNoteInput', 'The note.'),
    deleteTimeEntry: deletion('DeleteTimeEntryInput', 'The time entry.'),
    deleteContact: deletion('DeleteContactInput', 'The contact.'),
    deleteScheduleEntry: deletion('DeleteScheduleEntryInput', 'The schedule entry.'),
    deleteTicketLineItem: deletion('DeleteTicketLineItemInput', 'The line.'),
    deleteTicketTask: deletion('DeleteTicketTaskInput', 'The task.'),
    deleteTicketAttachment: deletion('DeleteTicketAttachmentInput', 'The file.'),
    deleteSite: deletion('DeleteSiteInput', 'The site.'),
    deleteConfigurationItem: deletion('DeleteConfigurationItemInput', 'The configuration item.'),
    mergeTickets: builder.inputType('MergeTicketsInput', {
      description: 'Tickets that become one.',
      fields: (t) => ({
        into: t.id({ required: true, description: 'The ticket that survives.' }),
        tickets: t.idList({ required: true, description: 'The tickets that it absorbs.' }),
        ...writeCall(t),
      }),
    }),
  }
}
