import { control } from '../../schema/access.ts'
import { endAbsence, setAbsence } from '../admin/absences.ts'
import { listAbsences } from '../store/absences.ts'
import { findPerson, listSigners } from '../store/people.ts'
import type { AbsenceRow } from '../store/tables.ts'
import type { Control } from './builder.ts'
import type { RequestTypes } from './request-types.ts'

const people = control({ roles: 'ANY' })

/** Absences with their deputies. */
export function defineAbsences({ builder }: Control, { Named }: RequestTypes): void {
  const Absence = builder.objectRef<AbsenceRow>('Absence').implement({
    description: 'While a person is away, what waits for them waits for the deputy, too.',
    extensions: people,
    fields: (t) => ({
      id: t.exposeID('id', { nullable: false }),
      person: t.field({
        type: Named,
        resolve: async ({ person_id }, _, { services }) =>
          (await findPerson(services.store.db, person_id)) ?? null,
      }),
      deputy: t.field({
        type: Named,
        resolve: async ({ deputy_id }, _, { services }) =>
          (await findPerson(services.store.db, deputy_id)) ?? null,
      }),
      from: t.field({ type: 'DateTime', nullable: false, resolve: ({ from_at }) => from_at }),
      until: t.field({ type: 'DateTime', nullable: false, resolve: ({ until_at }) => until_at }),
    }),
  })
  const AbsenceInput = builder.inputType('AbsenceInput', {
    description: 'Who is away, from when until when, and who stands in.',
    fields: (t) => ({
      person: t.id({ description: 'Left out: you. Owners set it for anybody.' }),
      deputy: t.id({ required: true, description: 'An approver; signs by rights of their own.' }),
      from: t.field({ type: 'DateTime', required: true, description: 'When it begins.' }),
      until: t.field({ type: 'DateTime', required: true, description: 'When it ends.' }),
    }),
  })
  builder.queryField('absences', (t) =>
    t.field({
      type: [Absence],
      nullable: false,
      description: 'Absences that last or are to come.',
      extensions: people,
      resolve: (_, _args, { services }) => listAbsences(services.store.db),
    }),
  )
  builder.queryField('possibleDeputies', (t) =>
    t.field({
      type: [Named],
      nullable: false,
      description: 'Who may stand in while you are away: everybody else who approves anything.',
      extensions: people,
      resolve: async (_, _args, { services, caller }) =>
        (await listSigners(services.store.db)).flatMap(({ person }) =>
          person.id === caller.id ? [] : person,
        ),
    }),
  )
  builder.mutationFields((t) => ({
    setAbsence: t.field({
      type: Absence,
      description: 'Names a deputy for the time that somebody is away.',
      extensions: people,
      args: { input: t.arg({ type: AbsenceInput, required: true }) },
      resolve: (_, { input: { from, until, ...who } }, context) =>
        setAbsence(context, { ...who, from: new Date(from), until: new Date(until) }),
    }),
    endAbsence: t.field({
      type: Absence,
      description: 'Takes an absence back.',
      extensions: people,
      args: { id: t.arg.id({ required: true, description: 'The absence.' }) },
      resolve: (_, { id }, context) => endAbsence(context, id),
    }),
  }))
}
