import { expectId } from '../ids.ts'
import type { WriteDeclaration } from './declaration.ts'
import { connectionOf, expectSomething, given } from './demands.ts'

const FOLLOWS = ['The PSA may notify the member, and a calendar that is kept in step follows.']

export const createScheduleEntry: WriteDeclaration<'createScheduleEntry'> = {
  name: 'createScheduleEntry',
  description:
    'Plans a member for a ticket. The plan warns of what already stands in the calendar then; left out, the title is that of the ticket.',
  result: 'ScheduleEntry',
  group: 'Schedule Entries',
  kind: 'CREATE',
  connection: (input) => {
    const connection = connectionOf(input.ticket, 'input.ticket')
    expectId(input.member, 'Member', 'input.member')
    return connection
  },
  demands: (input) => [
    { group: 'Schedule Entries', kind: 'CREATE', fields: given(input) },
    { group: 'Members', kind: 'READ', fields: ['active', 'name'] },
  ],
  sideEffects: FOLLOWS,
  baseline: ['status', 'company', 'mergedInto'],
  correlation: { fingerprint: ['ticket', 'member', 'startsAt', 'endsAt', 'time of writing'] },
  reconcile: 'FINGERPRINT',
}

export const updateScheduleEntry: WriteDeclaration<'updateScheduleEntry'> = {
  name: 'updateScheduleEntry',
  description: 'Moves what is planned to another time, or gives it another title; what is left out stays.',
  result: 'ScheduleEntry',
  group: 'Schedule Entries',
  kind: 'UPDATE',
  connection: (input) => expectId(input.id, 'ScheduleEntry', 'input.id').connection,
  demands: (input) => {
    const fields = given(input, 'id')
    expectSomething('input', fields.length > 0)
    return [{ group: 'Schedule Entries', kind: 'UPDATE', fields }]
  },
  sideEffects: FOLLOWS,
  baseline: ['the fields written', 'startsAt', 'endsAt', 'state', 'members', 'ticket'],
  correlation: { none: 'nothing is created' },
  reconcile: 'VALUES',
}
