import { expectId } from '../ids.ts'
import type { WriteDeclaration } from './declaration.ts'
import { expectSomething, given } from './demands.ts'

export const createSite: WriteDeclaration<'createSite'> = {
  name: 'createSite',
  description: 'Adds a site (a location) to a company.',
  result: 'Site',
  group: 'Sites',
  kind: 'CREATE',
  connection: (input) => expectId(input.company, 'Company', 'input.company').connection,
  demands: (input) => [{ group: 'Sites', kind: 'CREATE', fields: given(input) }],
  sideEffects: ['HaloPSA adds a general user to a new site.'],
  baseline: { none: 'nothing exists yet; the company is checked while planning' },
  correlation: { fingerprint: ['company', 'name', 'time of writing where the PSA keeps it'] },
  reconcile: 'FINGERPRINT',
}

export const updateSite: WriteDeclaration<'updateSite'> = {
  name: 'updateSite',
  description: 'Changes fields of one site; what is left out stays.',
  result: 'Site',
  group: 'Sites',
  kind: 'UPDATE',
  connection: (input) => expectId(input.id, 'Site', 'input.id').connection,
  demands: (input) => {
    const fields = given(input, 'id')
    expectSomething('input', fields.length > 0)
    return [{ group: 'Sites', kind: 'UPDATE', fields }]
  },
  sideEffects: ['Tickets and contacts of the site show its new name and address.'],
  baseline: ['the fields written', 'company'],
  correlation: { none: 'nothing is created' },
  reconcile: 'VALUES',
}
