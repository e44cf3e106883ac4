import type { FieldChange, TimeInput } from '../../schema/plan.ts'
import type { VendorRecord } from '../../schema/records.ts'
import type { TargetRef } from '../../schema/source.ts'
import { flatChange } from './texts.ts'

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

/** What was given and is not so already. */
export function changedFields<Values extends object, Field extends keyof Values & string>(
  fields: readonly Field[],
  wanted: Readonly<Partial<Record<Field, unknown>>>,
  record: VendorRecord<Values>,
): readonly Field[] {
  return fields.filter((field) => wanted[field] !== undefined && wanted[field] !== record.get(field))
}

/** What is gone with a record, field by field. */
export function deletedFields<Values extends object>(
  target: TargetRef,
  fields: readonly (keyof Values & string)[],
  record: VendorRecord<Values>,
): readonly FieldChange[] {
  return fields.flatMap((field) => {
    const held = record.get(field)
    return held === null ? [] : [flatChange(target, field, held, null)]
  })
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
