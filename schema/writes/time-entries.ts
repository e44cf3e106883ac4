import { expectId } from '../ids.ts'
import type { WriteDeclaration } from './declaration.ts'
import { expectSomething, given } from './demands.ts'

export const updateTimeEntry: WriteDeclaration<'updateTimeEntry'> = {
  name: 'updateTimeEntry',
  description: 'Corrects a time entry that was not billed yet; what is left out stays.',
  result: 'TimeEntry',
  group: 'Time Entries',
  kind: 'UPDATE',
  connection: (input) => expectId(input.id, 'TimeEntry', 'input.id').connection,
  demands: (input) => {
    const fields = given(input, 'id')
    expectSomething('input', fields.length > 0)
    return [{ group: 'Time Entries', kind: 'UPDATE', fields }]
  },
  sideEffects: ['Billable time reaches an invoice or an agreement.'],
  baseline: ['the fields written', 'ticket', 'member'],
  correlation: { none: 'nothing is created' },
  reconcile: 'VALUES',
}
