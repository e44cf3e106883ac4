import type { FieldChange, TimeInput } from '../../schema/plan.ts'
import type { TargetRef } from '../../schema/source.ts'

interface Applied {
  readonly fields: readonly Pick<FieldChange, 'field' | 'before' | 'after'>[]
}

/** What is set on the target; null for a record that the plan creates. */
export function settingChanges(
  target: TargetRef | null,
  settings: readonly Applied[],
): readonly FieldChange[] {
  return settings.flatMap(({ fields }) =>
    fields.map(({ field, before, after }) => ({ target, field, before, after })),
  )
}

/** Time entries as changes of their ticket; `shown` is what the vendor keeps of them, in the order of the plan. */
export function timeChanges(
  target: TargetRef,
  time: readonly TimeInput[],
  shown: readonly Exclude<keyof TimeInput, 'hours'>[],
): readonly FieldChange[] {
  return time.flatMap((entry) =>
    (['hours', ...shown] as const).flatMap((field) =>
      entry[field] === undefined
        ? []
        : [
            {
              target,
              field: `timeEntries.${field}`,
              before: null,
              after: field === 'hours' ? String(entry.hours) : entry[field],
            },
          ],
    ),
  )
}
