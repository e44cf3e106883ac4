import { psa } from '../access.ts'
import { expectId } from '../ids.ts'
import { listRecords } from '../lists.ts'
import type { ScheduleEntryValues } from '../records.ts'
import { field, follow, loadById, type PsaBuilder, relation } from './fields.ts'
import type { defineNode } from './node.ts'
import type { EntityRefs, ListRef } from './types.ts'

export function defineScheduleEntry(
  builder: PsaBuilder,
  { ScheduleEntry, Member, Ticket }: EntityRefs,
  Node: ReturnType<typeof defineNode>,
): void {
  const plain = (name: keyof ScheduleEntryValues & string) => field('Schedule Entries', name)
  const State = builder.enumType('ScheduleState', {
    description: 'How far something that was planned has come.',
    values: {
      PLANNED: { description: 'It is still to be done.' },
      DONE: { description: 'It was done.' },
      CANCELLED: { description: 'It was called off, and takes up no time.' },
    } as const,
  })
  builder.objectType(ScheduleEntry, {
    description:
      'Time planned in calendars of members: a schedule entry (ConnectWise), an appointment or one ticket of a service call (Autotask), an appointment (HaloPSA). ServiceNow has none.',
    interfaces: [Node],
    extensions: psa('Schedule Entries', ''),
    fields: (t) => ({
      title: t.field({
        type: 'UntrustedText',
        description: 'What the calendar shows; null for what HaloPSA marks as private.',
        extensions: plain('title'),
        resolve: (r) => r.get('title'),
      }),
      startsAt: t.field({
        type: 'DateTime',
        description: 'When it begins.',
        extensions: plain('startsAt'),
        resolve: (r) => r.get('startsAt'),
      }),
      endsAt: t.field({
        type: 'DateTime',
        description: 'When it ends; for something to do at no particular time the same as its begin.',
        extensions: plain('endsAt'),
        resolve: (r) => r.get('endsAt'),
      }),
      state: t.field({
        type: State,
        description: 'How far it has come.',
        extensions: plain('state'),
        resolve: (r) => r.get('state'),
      }),
      members: t.field({
        type: [Member],
        nullable: { list: true, items: true },
        description: 'Whose calendars it stands in; one at most on ConnectWise.',
        extensions: relation('Members', 'members', 'Member'),
        resolve: (r, _, context, info) =>
          Promise.all((r.get('members') ?? []).map((one) => follow(one, 'Member', context, info))),
      }),
      ticket: t.field({
        type: Ticket,
        description: 'The ticket that it is for; null for anything else.',
        extensions: relation('Tickets', 'ticket', 'Ticket'),
        resolve: (r, _, context, info) => follow(r.get('ticket'), 'Ticket', context, info),
      }),
    }),
  })
}

export function defineScheduleQueries(
  builder: PsaBuilder,
  { ScheduleEntry }: EntityRefs,
  ScheduleEntryConnection: ListRef<ScheduleEntryValues>,
): void {
  const by = (name: keyof ScheduleEntryValues & string) => psa('Schedule Entries', name)
  const Filter = builder.inputType('ScheduleEntryFilter', {
    description: 'Conditions that a schedule entry must meet, all of them.',
    fields: (t) => ({
      from: t.field({
        type: 'DateTime',
        required: true,
        description: 'What is over by this moment is left out.',
        extensions: by('endsAt'),
      }),
      to: t.field({
        type: 'DateTime',
        required: true,
        description: 'What begins at this moment or later is left out; at most 92 days after `from`.',
        extensions: by('startsAt'),
      }),
      member: t.idList({
        description: 'In the calendar of any of these members.',
        extensions: by('members'),
      }),
      ticket: t.idList({ description: 'For any of these tickets.', extensions: by('ticket') }),
    }),
  })
  builder.queryField('scheduleEntry', (t) =>
    t.field({
      type: ScheduleEntry,
      description: 'One schedule entry by its id.',
      extensions: psa('Schedule Entries', ''),
      args: { id: t.arg.id({ required: true, description: 'Global id.' }) },
      resolve: (_, { id }, context, info) => loadById(id, 'ScheduleEntry', context, info),
    }),
  )
  builder.queryField('scheduleEntries', (t) =>
    t.field({
      type: ScheduleEntryConnection,
      description:
        'What stands in calendars within a span of time, of one or several connections, the earliest first unless ordered otherwise.',
      extensions: psa('Schedule Entries', ''),
      args: {
        connections: t.arg.stringList({
          description: 'Slugs of connections; all that are assigned to you when left out.',
        }),
        filter: t.arg({ type: Filter, required: true, description: 'Conditions, all of them.' }),
        latestFirst: t.arg.boolean({
          required: true,
          defaultValue: false,
          description: 'True: the latest first.',
        }),
        first: t.arg.int({ description: '25 by default, 100 at most.' }),
        after: t.arg.string({ description: "Cursor to go on behind: a page's `endCursor`." }),
      },
      resolve: (_, { latestFirst, filter, ...args }, context, info) => {
        for (const id of filter.member ?? []) expectId(id, 'Member', 'filter.member')
        for (const id of filter.ticket ?? []) expectId(id, 'Ticket', 'filter.ticket')
        const order = { key: 'STARTS_AT', direction: latestFirst ? 'DESC' : 'ASC' } as const
        return listRecords(
          'ScheduleEntry',
          'ScheduleEntry',
          { ...args, filter: { ...filter }, order },
          context,
          info,
        )
      },
    }),
  )
}
