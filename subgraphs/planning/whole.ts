import type { ValuesOf } from '../../schema/records.ts'

/** What stands on a time entry itself; whom and what it is for are references. */
export const TIME_FIELDS = [
  'startedAt',
  'endedAt',
  'hours',
  'billableOption',
  'workType',
  'workRole',
  'clientText',
  'internalText',
] as const

type Deleted = 'Note' | 'TimeEntry' | 'Contact'

/** Every value of such a record. A deletion rests on all of them where no version marker is read (docs/safety.md (b)). */
export const WHOLE: { readonly [T in Deleted]: readonly (keyof ValuesOf[T] & string)[] } = {
  Note: ['text', 'clientVisible'],
  TimeEntry: [...TIME_FIELDS, 'ticket', 'member', 'company'],
  Contact: ['name', 'firstName', 'lastName', 'email', 'phone', 'title', 'active', 'company'],
}
