import type { ValuesOf } from '../../schema/records.ts'
import { comparable } from './comparable.ts'

type Deleted = 'Note' | 'TimeEntry' | 'Contact'

/** Every value of such a record. A deletion rests on all of them where no version marker is read (docs/safety.md (b)). */
export const WHOLE: { readonly [T in Deleted]: readonly (keyof ValuesOf[T] & string)[] } = {
  Note: ['text', 'clientVisible'],
  TimeEntry: [
    'startedAt',
    'endedAt',
    'hours',
    'billableOption',
    'workType',
    'workRole',
    'clientText',
    'internalText',
    'ticket',
    'member',
    'company',
  ],
  Contact: ['name', 'firstName', 'lastName', 'email', 'phone', 'title', 'active', 'company'],
}

/** Those values that the vendor has, in the form in which a plan keeps and compares them. */
export function wholeOf(
  record: { has(fields: string[]): boolean; get(field: never): unknown },
  fields: readonly string[],
): Readonly<Record<string, unknown>> {
  const had = fields.filter((field) => record.has([field]))
  return Object.fromEntries(had.map((field) => [field, comparable(record.get(field as never))]))
}
