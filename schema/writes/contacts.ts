import { expectId } from '../ids.ts'
import type { WriteDeclaration } from './declaration.ts'
import { expectSomething, given } from './demands.ts'

export const createContact: WriteDeclaration<'createContact'> = {
  name: 'createContact',
  description: 'Adds a person to a company.',
  result: 'Contact',
  group: 'Contacts',
  kind: 'CREATE',
  connection: (input) => expectId(input.company, 'Company', 'input.company').connection,
  demands: (input) => [{ group: 'Contacts', kind: 'CREATE', fields: given(input) }],
  sideEffects: { none: 'a contact is a record of its own; portal access is never given' },
  baseline: { none: 'nothing exists yet; the company is checked while planning' },
  correlation: { fingerprint: ['company', 'names', 'email', 'time of writing'] },
  reconcile: 'FINGERPRINT',
}

export const updateContact: WriteDeclaration<'updateContact'> = {
  name: 'updateContact',
  description: 'Changes fields of one contact; what is left out stays.',
  result: 'Contact',
  group: 'Contacts',
  kind: 'UPDATE',
  connection: (input) => expectId(input.id, 'Contact', 'input.id').connection,
  demands: (input) => {
    const fields = given(input, 'id')
    expectSomething('input', fields.length > 0)
    return [{ group: 'Contacts', kind: 'UPDATE', fields }]
  },
  sideEffects: ['Mail to this contact goes to the new address from then on.'],
  baseline: ['the fields written', 'company', 'active'],
  correlation: { none: 'nothing is created' },
  reconcile: 'VALUES',
}
