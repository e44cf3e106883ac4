import { expectId } from '../ids.ts'
import type { AttachConfigurationItemInput, ConfigurationItemFields } from '../plan.ts'
import type { InputDemand, WriteDeclaration } from './declaration.ts'
import { expectItem, expectSomething, given, READS_ITEM } from './demands.ts'

/** Where it stands and who uses it are read, since both must belong to the company whose item it is. */
function readBeside({ site, contact }: ConfigurationItemFields): readonly InputDemand[] {
  const read = (group: 'Sites' | 'Contacts'): InputDemand => ({
    group,
    kind: 'READ',
    fields: ['company', 'name'],
  })
  return [...(site == null ? [] : [read('Sites')]), ...(contact == null ? [] : [read('Contacts')])]
}

export const createConfigurationItem: WriteDeclaration<'createConfigurationItem'> = {
  name: 'createConfigurationItem',
  description: 'Adds a device or another thing that is looked after for a company.',
  result: 'ConfigurationItem',
  group: 'Configurations',
  kind: 'CREATE',
  connection: (input) => expectId(input.company, 'Company', 'input.company').connection,
  demands: (input) => [
    { group: 'Configurations', kind: 'CREATE', fields: given(input) },
    ...readBeside(input),
  ],
  sideEffects: { none: 'nothing else follows from a new item' },
  baseline: { none: 'nothing exists yet; company, site and contact are checked while planning' },
  correlation: { fingerprint: ['company', 'name', 'serialNumber', 'tag', 'time of writing'] },
  reconcile: 'FINGERPRINT',
}

export const updateConfigurationItem: WriteDeclaration<'updateConfigurationItem'> = {
  name: 'updateConfigurationItem',
  description: 'Changes fields of one configuration item; what is left out stays.',
  result: 'ConfigurationItem',
  group: 'Configurations',
  kind: 'UPDATE',
  connection: (input) => expectId(input.id, 'ConfigurationItem', 'input.id').connection,
  demands: (input) => {
    const fields = given(input, 'id')
    expectSomething('input', fields.length > 0)
    return [{ group: 'Configurations', kind: 'UPDATE', fields }, ...readBeside(input)]
  },
  sideEffects: ['Tickets with the item show its new name.'],
  baseline: ['the fields written', 'company'],
  correlation: { none: 'nothing is created' },
  reconcile: 'VALUES',
}

function attachDemands({ ticket, item }: AttachConfigurationItemInput): readonly InputDemand[] {
  const { connection } = expectId(ticket, 'Ticket', 'input.ticket')
  expectItem(item, connection, 'input.item')
  return [{ group: 'Tickets', kind: 'UPDATE', fields: ['configurationItems'] }, READS_ITEM]
}

function attachment<W extends 'attachConfigurationItem' | 'detachConfigurationItem'>(
  name: W,
  description: string,
): WriteDeclaration<W> {
  return {
    name,
    description,
    result: 'Ticket',
    group: 'Tickets',
    kind: 'UPDATE',
    connection: (input) => expectId(input.ticket, 'Ticket', 'input.ticket').connection,
    demands: attachDemands,
    sideEffects: { none: 'the item itself stays as it is' },
    baseline: ['whether the item is on it', 'status', 'company', 'mergedInto'],
    correlation: { none: 'nothing is created' },
    reconcile: 'VALUES',
  }
}

export const attachConfigurationItem = attachment(
  'attachConfigurationItem',
  'Puts a configuration item on a ticket, beside those that are on it.',
)
export const detachConfigurationItem = attachment(
  'detachConfigurationItem',
  'Takes a configuration item off a ticket; the item itself stays.',
)
