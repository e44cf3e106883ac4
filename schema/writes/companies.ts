import { expectId } from '../ids.ts'
import type { CompanyFields } from '../plan.ts'
import type { WriteDeclaration } from './declaration.ts'
import { expectSomething, given } from './demands.ts'

export const createCompany: WriteDeclaration<'createCompany'> = {
  name: 'createCompany',
  description: 'Adds a client of the MSP. No contact is made and nobody is mailed.',
  result: 'Company',
  group: 'Companies',
  kind: 'CREATE',
  connection: (input) => input.connection,
  demands: (input) => [
    { group: 'Companies', kind: 'CREATE', fields: given(input, 'connection'), ...statusOf(input) },
  ],
  sideEffects: ['HaloPSA makes a first site with a general user for it.'],
  baseline: { none: 'nothing exists yet' },
  correlation: { field: 'the short text on ConnectWise, else the name with the time of writing' },
  reconcile: 'CORRELATION',
}

export const updateCompany: WriteDeclaration<'updateCompany'> = {
  name: 'updateCompany',
  description: 'Changes fields of one company; what is left out stays.',
  result: 'Company',
  group: 'Companies',
  kind: 'UPDATE',
  connection: (input) => expectId(input.id, 'Company', 'input.id').connection,
  demands: (input) => {
    const fields = given(input, 'id')
    expectSomething('input', fields.length > 0)
    return [{ group: 'Companies', kind: 'UPDATE', fields, ...statusOf(input) }]
  },
  sideEffects: ['A status may keep new tickets from being opened for the company, by rules of the PSA.'],
  baseline: ['the fields written'],
  correlation: { none: 'nothing is created' },
  reconcile: 'VALUES',
}

/** One by its key is judged by the plan, which knows its name. */
function statusOf({ status }: CompanyFields) {
  return status == null || /^\d+$/.test(status) ? {} : { values: { status: [status] } }
}
