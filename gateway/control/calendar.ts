import { type BusinessCalendar, isOpen, WEEKDAYS, type WorkingHours } from '../../policy/calendar.ts'
import { control } from '../../schema/access.ts'
import {
  type CalendarEffects,
  effectsOfCalendar,
  type RuleOnHours,
  saveBusinessCalendar,
} from '../admin/calendar.ts'
import { readBusinessCalendar } from '../store/installation.ts'
import type { Control } from './builder.ts'
import type { RequestTypes } from './request-types.ts'

const anyone = control({ roles: 'ANY' })
const owners = control({ roles: ['owner'] })

/** When people work: deadlines of approvals follow it, and approval rules can look at it. */
export function defineCalendar({ builder }: Control, { Named }: RequestTypes): void {
  const Weekday = builder.enumType('Weekday', { description: 'A day of the week.', values: WEEKDAYS })
  const Hours = builder.objectRef<WorkingHours>('WorkingHours').implement({
    description: 'A span of work on every such day.',
    extensions: anyone,
    fields: (t) => ({
      day: t.field({ type: Weekday, nullable: false, resolve: ({ day }) => day }),
      opens: t.exposeString('opens', { nullable: false, description: 'As "08:00".' }),
      closes: t.exposeString('closes', { nullable: false, description: 'As "18:00"; "24:00" is midnight.' }),
    }),
  })
  const Calendar = builder
    .objectRef<{ calendar: BusinessCalendar; now: Date }>('BusinessCalendar')
    .implement({
      description: 'When the people of this installation work.',
      extensions: anyone,
      fields: (t) => ({
        timeZone: t.string({
          nullable: false,
          description: 'As the IANA database names it, such as "Europe/Berlin".',
          resolve: ({ calendar }) => calendar.timeZone,
        }),
        hours: t.field({
          type: [Hours],
          nullable: false,
          description: 'A day without hours is no business day.',
          resolve: ({ calendar }) => [...calendar.hours],
        }),
        holidays: t.stringList({
          nullable: false,
          description: 'Days off, as "2026-12-25".',
          resolve: ({ calendar }) => [...calendar.holidays],
        }),
        open: t.boolean({
          nullable: false,
          description: "True during business hours, by the store's clock.",
          resolve: ({ calendar, now }) => isOpen(calendar, now),
        }),
      }),
    })
  const HoursInput = builder.inputType('WorkingHoursInput', {
    description: 'A span of work on every such day; a day may have several.',
    extensions: owners,
    fields: (t) => ({
      day: t.field({ type: Weekday, required: true, description: 'Which day.' }),
      opens: t.string({ required: true, description: 'As "08:00", by the clock on the wall.' }),
      closes: t.string({ required: true, description: 'Later than `opens`; "24:00" is midnight.' }),
    }),
  })
  const CalendarInput = builder.inputType('BusinessCalendarInput', {
    description: 'When people work. It replaces the calendar that was.',
    extensions: owners,
    fields: (t) => ({
      timeZone: t.string({ required: true, description: 'Such as "Europe/Berlin"; no offset.' }),
      hours: t.field({ type: [HoursInput], required: true, description: 'One span at least.' }),
      holidays: t.stringList({ description: 'Days off, as "2026-12-25".' }),
    }),
  })
  const Rule = builder.objectRef<RuleOnHours>('BusinessHoursRule').implement({
    description: 'An approval rule that looks at the hour.',
    extensions: owners,
    fields: (t) => ({
      workflow: t.field({ type: Named, nullable: false, resolve: ({ workflow }) => workflow }),
      connection: t.exposeString('connection', { nullable: false, description: "The connection's slug." }),
      group: t.exposeString('group', { nullable: false, description: 'The permission group.' }),
      rule: t.exposeString('rule', { nullable: false, description: 'The rule in words.' }),
    }),
  })
  const Effects = builder.objectRef<CalendarEffects>('BusinessCalendarEffects').implement({
    description: 'What another calendar would change.',
    extensions: owners,
    fields: (t) => ({
      changes: t.stringList({
        nullable: false,
        description: 'What is, and what was, in words; empty: nothing.',
        resolve: ({ changes }) => [...changes],
      }),
      open: t.exposeBoolean('open', {
        nullable: false,
        description: 'It would be business hours at this moment.',
      }),
      wasOpen: t.exposeBoolean('wasOpen', {
        description: 'It is business hours at this moment as it stands; null: nobody has set any.',
      }),
      endsAt: t.field({
        type: 'DateTime',
        description:
          'When a request that is made at this moment would end undecided. Null: deadlines of this installation follow no calendar.',
        resolve: ({ endsAt }) => endsAt,
      }),
      endedAt: t.field({
        type: 'DateTime',
        description: 'When it ends as it stands. Requests that wait already keep their deadlines.',
        resolve: ({ endedAt }) => endedAt,
      }),
      rules: t.field({
        type: [Rule],
        nullable: false,
        description: 'Approval rules that decide by it from the next call on, of every workflow.',
        resolve: ({ rules }) => [...rules],
      }),
    }),
  })
  builder.queryField('businessCalendarEffects', (t) =>
    t.field({
      type: Effects,
      description: 'What would change if this calendar were saved; nothing is. Owners only.',
      extensions: owners,
      args: { input: t.arg({ type: CalendarInput, required: true }) },
      resolve: (_, { input: { holidays, ...input } }, context) =>
        effectsOfCalendar(context, { ...input, holidays: holidays ?? [] }),
    }),
  )
  builder.queryField('businessCalendar', (t) =>
    t.field({
      type: Calendar,
      description:
        'When people work; null until an owner set it: approval rules on business hours then take the stricter side.',
      extensions: anyone,
      resolve: async (_, _args, { services }) => {
        const { calendar, now } = await readBusinessCalendar(services.store.db)
        return calendar === null ? null : { calendar, now }
      },
    }),
  )
  builder.mutationField('saveBusinessCalendar', (t) =>
    t.field({
      type: Calendar,
      description: 'Sets when people work, whole. Owners only.',
      extensions: owners,
      args: { input: t.arg({ type: CalendarInput, required: true }) },
      resolve: async (_, { input: { holidays, ...input } }, context) => {
        const calendar = await saveBusinessCalendar(context, { ...input, holidays: holidays ?? [] })
        return { calendar, now: (await readBusinessCalendar(context.services.store.db)).now }
      },
    }),
  )
}
