import { psa } from '../access.ts'
import { NOTE_KIND } from '../enums.ts'
import { parseId } from '../ids.ts'
import { listChildren, newestChild } from '../lists.ts'
import type {
  AttachmentValues,
  ConfigurationItemValues,
  NoteKind,
  NoteValues,
  ScheduleEntryValues,
  TicketLineItemValues,
  TicketTaskValues,
  TicketValues,
  TimeEntryValues,
  VendorRecord,
} from '../records.ts'
import { type defineAuditTrail, trailOf } from './audit-trail.ts'
import { field, follow, type PsaBuilder, relation } from './fields.ts'
import type { defineNode } from './node.ts'
import { ANY_NOTES, type defineNoteKind } from './note.ts'
import type { defineTicketSla } from './sla.ts'
import type { EntityRefs, ListRef } from './types.ts'
import type { defineValues } from './values.ts'

const parentOf = (ticket: VendorRecord<TicketValues>) => ({
  connection: ticket.connection,
  key: parseId(ticket.id)?.key ?? '',
})

/** With what stands on the ticket itself of such a list, where the source loaded it with the ticket. */
const parentOfList = (ticket: VendorRecord<TicketValues>, list: 'notes' | 'configurationItems') => ({
  ...parentOf(ticket),
  ...(ticket.has([list]) && { brought: ticket.get(list) }),
})

export function defineTicket(
  builder: PsaBuilder,
  { Ticket, Company, Contact, Site, Agreement, Member, Board }: EntityRefs,
  values: ReturnType<typeof defineValues>,
  lists: {
    readonly NoteKind: ReturnType<typeof defineNoteKind>
    readonly NoteConnection: ListRef<NoteValues>
    readonly TimeEntryConnection: ListRef<TimeEntryValues>
    readonly ConfigurationItemConnection: ListRef<ConfigurationItemValues>
    readonly LineItemConnection: ListRef<TicketLineItemValues>
    readonly TaskConnection: ListRef<TicketTaskValues>
    readonly AttachmentConnection: ListRef<AttachmentValues>
    readonly AuditTrail: ReturnType<typeof defineAuditTrail>
    readonly ScheduleEntryConnection: ListRef<ScheduleEntryValues>
  },
  TicketSla: ReturnType<typeof defineTicketSla>,
  Node: ReturnType<typeof defineNode>,
): void {
  const plain = (name: keyof TicketValues & string) => field('Tickets', name)
  builder.objectType(Ticket, {
    description: 'A request for work on a board or queue.',
    interfaces: [Node],
    extensions: psa('Tickets', ''),
    fields: (t) => {
      const time = (
        name: 'createdAt' | 'updatedAt' | 'closedAt' | 'dueAt' | 'waitingSince',
        description: string,
      ) => t.field({ type: 'DateTime', description, extensions: plain(name), resolve: (r) => r.get(name) })
      const flag = (name: 'clientReplied' | 'closed', description: string) =>
        t.field({ type: 'Boolean', description, extensions: plain(name), resolve: (r) => r.get(name) })
      return {
        number: t.field({
          type: 'String',
          description: 'The number that people call it by.',
          extensions: plain('number'),
          resolve: (r) => r.get('number'),
        }),
        url: t.field({
          type: 'String',
          description: 'Opens the ticket in the PSA.',
          extensions: plain('url'),
          resolve: (r) => r.get('url'),
        }),
        title: t.field({
          type: 'UntrustedText',
          description: 'The one-line summary that the client sees.',
          extensions: plain('title'),
          resolve: (r) => r.get('title'),
        }),
        createdAt: time('createdAt', 'When it was opened.'),
        updatedAt: time('updatedAt', 'When anything on it last changed.'),
        closedAt: time('closedAt', 'When it was closed; null while it is open.'),
        dueAt: time('dueAt', 'By when it is required; null when no date is set.'),
        waitingSince: time(
          'waitingSince',
          'The last touch of an open ticket: since then it waits. Null once it is closed.',
        ),
        clientReplied: flag('clientReplied', 'The client wrote last and nobody has answered yet.'),
        closed: flag('closed', 'The PSA counts it as closed.'),
        status: t.field({
          type: values.TicketStatus,
          description: 'Where it stands on its board.',
          extensions: plain('status'),
          resolve: (r) => r.get('status'),
        }),
        priority: t.field({
          type: values.TicketPriority,
          description: 'How urgent it is.',
          extensions: plain('priority'),
          resolve: (r) => r.get('priority'),
        }),
        type: t.field({
          type: values.TicketType,
          description: 'What kind of work it asks for.',
          extensions: plain('type'),
          resolve: (r) => r.get('type'),
        }),
        board: t.field({
          type: Board,
          description: 'The board or queue that it is on.',
          extensions: relation('Boards & Ticket Setup', 'board', 'Board'),
          resolve: (r, _, context, info) => follow(r.get('board'), 'Board', context, info),
        }),
        company: t.field({
          type: Company,
          description: 'The client that it is for.',
          extensions: relation('Companies', 'company', 'Company'),
          resolve: (r, _, context, info) => follow(r.get('company'), 'Company', context, info),
        }),
        contact: t.field({
          type: Contact,
          description: 'The person who asked; null when nobody is named.',
          extensions: relation('Contacts', 'contact', 'Contact'),
          resolve: (r, _, context, info) => follow(r.get('contact'), 'Contact', context, info),
        }),
        site: t.field({
          type: Site,
          description: 'The place of the company that it is about; null when none is set.',
          extensions: relation('Sites', 'site', 'Site'),
          resolve: (r, _, context, info) => follow(r.get('site'), 'Site', context, info),
        }),
        agreement: t.field({
          type: Agreement,
          description:
            'The agreement that its work counts against; null when none is set. HaloPSA tells it only record by record.',
          extensions: relation('Agreements', 'agreement', 'Agreement'),
          resolve: (r, _, context, info) => follow(r.get('agreement'), 'Agreement', context, info),
        }),
        sla: t.field({
          type: TicketSla,
          description:
            'Where it stands under its SLA: what is promised, and by when. On ConnectWise and ServiceNow the clocks of a page of tickets cost one request more.',
          extensions: field('SLAs', 'sla'),
          resolve: (r) => r.get('sla'),
        }),
        assignee: t.field({
          type: Member,
          description: 'The member who owns it; null when it is unassigned.',
          extensions: relation('Members', 'assignee', 'Member'),
          resolve: (r, _, context, info) => follow(r.get('assignee'), 'Member', context, info),
        }),
        mergedInto: t.field({
          type: Ticket,
          description: 'The ticket that absorbed this one, if one did.',
          extensions: relation('Tickets', 'mergedInto', 'Ticket'),
          resolve: (r, _, context, info) => follow(r.get('mergedInto'), 'Ticket', context, info),
        }),
        parent: t.field({
          type: Ticket,
          description: 'The ticket that this one is bundled under, if any.',
          extensions: relation('Tickets', 'parent', 'Ticket'),
          resolve: (r, _, context, info) => follow(r.get('parent'), 'Ticket', context, info),
        }),
        customFields: t.field({
          type: [values.CustomField],
          description: 'Fields that this PSA defines for itself, with their values on this ticket.',
          extensions: plain('customFields'),
          resolve: (r) => r.get('customFields'),
        }),
        notes: t.field({
          type: lists.NoteConnection,
          description:
            'Notes in the order in which they were written: `first` from the oldest, `last` the newest ones. `pageInfo.incomplete` tells of kinds that you may not read and that are left out.',
          extensions: { ...psa('Ticket Notes', 'notes', ANY_NOTES), loads: [], embedded: ['notes'] },
          args: {
            first: t.arg.int({ description: 'From the oldest on, 25 when neither is given, 100 at most.' }),
            after: t.arg.string({ description: 'Cursor to go on behind, with `first`.' }),
            last: t.arg.int({ description: 'The newest ones, 100 at most.' }),
            before: t.arg.string({ description: 'Cursor to go back from, with `last`.' }),
            kinds: t.arg({ type: [lists.NoteKind], description: 'Only notes of these kinds.' }),
          },
          resolve: async (r, { kinds, ...page }, context, info) => {
            const closed = (Object.keys(NOTE_KIND.values) as NoteKind[]).flatMap((kind) => {
              const refusal = context.judge(NOTE_KIND.values[kind].extensions.access, r.connection)
              return refusal === null ? [] : [{ kind, refusal }]
            })
            // Left out without a word, what was asked for by its kind would look as if there were none.
            const asked = closed.find(({ kind }) => kinds?.includes(kind))
            if (asked !== undefined) throw asked.refusal
            const filter = kinds == null ? {} : { kinds }
            const args = { ...page, filter }
            const list = await listChildren(
              'Ticket.notes',
              'Note',
              parentOfList(r, 'notes'),
              args,
              context,
              info,
            )
            const [first] = closed
            if (kinds != null || first === undefined) return list
            const left = closed.map(({ kind }) => kind).join(', ')
            const incomplete = {
              connection: r.connection,
              code: first.refusal.code,
              message: `Notes of the kinds ${left} are left out: ${first.refusal.message}`,
            }
            return { ...list, incomplete: [...list.incomplete, incomplete] }
          },
        }),
        lastNote: t.field({
          type: 'UntrustedText',
          description:
            'What was said or logged last of what you may read, as text alone: on HaloPSA it costs nothing more than the ticket, and an automatic acknowledgement counts. Null when nothing was.',
          extensions: {
            ...psa('Ticket Notes', 'lastNote', ANY_NOTES),
            loads: [],
            embedded: ['lastNote', 'notes'],
          },
          resolve: async (r, _, context, info) => {
            const shown = r.has(['lastNote']) ? r.get('lastNote') : null
            if (shown !== null) return shown
            const parent = parentOfList(r, 'notes')
            const note = await newestChild<NoteValues>('Ticket.notes', parent, ['text'], context, info)
            return note?.get('text') ?? null
          },
        }),
        configurationItems: t.field({
          type: lists.ConfigurationItemConnection,
          description: 'The devices and other things that it is about, by name.',
          extensions: { ...psa('Configurations', 'tickets'), loads: [], embedded: ['configurationItems'] },
          args: {
            first: t.arg.int({ description: '25 by default, 100 at most.' }),
            after: t.arg.string({ description: "Cursor to go on behind: a page's `endCursor`." }),
          },
          resolve: (r, page, context, info) =>
            listChildren(
              'Ticket.configurationItems',
              'ConfigurationItem',
              parentOfList(r, 'configurationItems'),
              page,
              context,
              info,
            ),
        }),
        timeEntries: t.field({
          type: lists.TimeEntryConnection,
          description: 'Time spent on it, in the order in which it was entered.',
          extensions: { ...psa('Time Entries', 'timeEntries'), loads: [] },
          args: {
            first: t.arg.int({ description: 'From the oldest on, 25 when neither is given, 100 at most.' }),
            after: t.arg.string({ description: 'Cursor to go on behind, with `first`.' }),
            last: t.arg.int({ description: 'The newest ones, 100 at most.' }),
            before: t.arg.string({ description: 'Cursor to go back from, with `last`.' }),
          },
          resolve: (r, page, context, info) =>
            listChildren('Ticket.timeEntries', 'TimeEntry', parentOf(r), page, context, info),
        }),
        lineItems: t.field({
          type: lists.LineItemConnection,
          description:
            'What of the catalogue was sold with it, in the order in which it was added. On HaloPSA each ticket costs a request of its own; ServiceNow has none.',
          extensions: { ...psa('Products', 'lineItems'), loads: [] },
          args: {
            first: t.arg.int({ description: '25 by default, 100 at most.' }),
            after: t.arg.string({ description: "Cursor to go on behind: a page's `endCursor`." }),
          },
          resolve: (r, page, context, info) =>
            listChildren('Ticket.lineItems', 'TicketLineItem', parentOf(r), page, context, info),
        }),
        tasks: t.field({
          type: lists.TaskConnection,
          description:
            'Its tasks or checklist, in order. On ConnectWise and HaloPSA each ticket costs a request of its own.',
          extensions: { ...psa('Ticket Tasks', 'tasks'), loads: [] },
          args: {
            first: t.arg.int({ description: '25 by default, 100 at most.' }),
            after: t.arg.string({ description: "Cursor to go on behind: a page's `endCursor`." }),
          },
          resolve: (r, page, context, info) =>
            listChildren('Ticket.tasks', 'TicketTask', parentOf(r), page, context, info),
        }),
        scheduleEntries: t.field({
          type: lists.ScheduleEntryConnection,
          description:
            'When somebody is to work on it, the earliest first. On HaloPSA each ticket costs a request of its own; ServiceNow plans no tickets.',
          extensions: { ...psa('Schedule Entries', 'ticket'), loads: [] },
          args: {
            first: t.arg.int({ description: '25 by default, 100 at most.' }),
            after: t.arg.string({ description: "Cursor to go on behind: a page's `endCursor`." }),
          },
          resolve: (r, page, context, info) =>
            listChildren('Ticket.scheduleEntries', 'ScheduleEntry', parentOf(r), page, context, info),
        }),
        auditTrail: t.field({
          type: lists.AuditTrail,
          description:
            'What the PSA recorded of its changes. It tells values of many groups, and is refused to who may not read them all. One request for each ticket.',
          extensions: { ...psa('Audit Trail', 'auditTrail'), loads: [] },
          args: { last: t.arg.int({ description: 'The newest so many, 25 by default, 100 at most.' }) },
          resolve: (r, { last }, context) => trailOf(r, last, context),
        }),
        attachments: t.field({
          type: lists.AttachmentConnection,
          description:
            'Files on it, in the order in which they were added; `downloadPath` leads to their bytes. On ConnectWise and HaloPSA each ticket costs a request of its own.',
          extensions: { ...psa('Attachments', 'attachments'), loads: [] },
          args: {
            first: t.arg.int({ description: '25 by default, 100 at most.' }),
            after: t.arg.string({ description: "Cursor to go on behind: a page's `endCursor`." }),
          },
          resolve: (r, page, context, info) =>
            listChildren('Ticket.attachments', 'Attachment', parentOf(r), page, context, info),
        }),
      }
    },
  })
}
