// Cuts the vendor's 3 MB description down to what the Autotask simulator needs to be strict: which verbs and
// query parameters each simulated endpoint knows and which members, of which types, each entity has.
//
//   npx node scripts/autotask-allowlists.ts path/to/openapi.json

import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

interface Schema {
  $ref?: string
  type?: string
  format?: string
  items?: Schema
  properties?: Record<string, Schema>
}
interface Operation {
  parameters?: { name: string; in: string; schema?: Schema }[]
  responses: Record<string, { schema?: Schema }>
}
interface Description {
  paths: Record<string, Record<string, Operation>>
  definitions: Record<string, Schema>
}

const roots: readonly string[] = [
  'Appointments',
  'AttachmentInfo',
  'BillingCodes',
  'ChangeRequestLinks',
  'Companies',
  'CompanyLocations',
  'ConfigurationItemCategories',
  'ConfigurationItems',
  'ConfigurationItemTypes',
  'Contacts',
  'ContractBlocks',
  'Contracts',
  'Departments',
  'NotificationHistory',
  'Phases',
  'Products',
  'Projects',
  'ResourceRoleDepartments',
  'ResourceRoleQueues',
  'ResourceRoles',
  'Resources',
  'ResourceServiceDeskRoles',
  'Roles',
  'ServiceCalls',
  'ServiceCallTicketResources',
  'ServiceCallTickets',
  'ServiceLevelAgreementResults',
  'TaskNotes',
  'Tasks',
  'TicketAdditionalConfigurationItems',
  'TicketAdditionalContacts',
  'TicketAttachments',
  'TicketCategories',
  'TicketCharges',
  'TicketChecklistItems',
  'TicketHistory',
  'TicketNotes',
  'Tickets',
  'TicketSecondaryResources',
  'TimeEntries',
]
/** Parent and segment of the simulated child collections, and the root name under which their rows are queried. */
const children: readonly [parent: string, segment: string, root: string][] = [
  ['Companies', 'Contacts', 'Contacts'],
  ['Companies', 'Locations', 'CompanyLocations'],
  ['Contracts', 'Blocks', 'ContractBlocks'],
  ['Projects', 'Phases', 'Phases'],
  ['Projects', 'Tasks', 'Tasks'],
  ['Resources', 'RoleDepartments', 'ResourceRoleDepartments'],
  ['Resources', 'RoleQueues', 'ResourceRoleQueues'],
  ['Resources', 'Roles', 'ResourceRoles'],
  ['Resources', 'ServiceDeskRoles', 'ResourceServiceDeskRoles'],
  ['ServiceCalls', 'Tickets', 'ServiceCallTickets'],
  ['ServiceCallTickets', 'Resources', 'ServiceCallTicketResources'],
  ['Tasks', 'Notes', 'TaskNotes'],
  ['Tickets', 'AdditionalConfigurationItems', 'TicketAdditionalConfigurationItems'],
  ['Tickets', 'AdditionalContacts', 'TicketAdditionalContacts'],
  ['Tickets', 'Attachments', 'TicketAttachments'],
  ['Tickets', 'Charges', 'TicketCharges'],
  ['Tickets', 'ChecklistItems', 'TicketChecklistItems'],
  ['Tickets', 'Notes', 'TicketNotes'],
  ['Tickets', 'SecondaryResources', 'TicketSecondaryResources'],
]
const global = ['EntityInformation', 'Modules', 'ThresholdInformation', 'Version', 'ZoneInformation']

const source = process.argv[2]
if (!source) throw new TypeError('Expected the path of openapi.json as the first argument')
const description = JSON.parse(readFileSync(source, 'utf8')) as Description

function typeOf(name: string, schema: Schema): string {
  if (name === 'userDefinedFields') return 'udfs'
  if (schema.format === 'date-time') return 'datetime'
  if (schema.format === 'byte') return 'base64'
  if (schema.format === 'int64') return 'long'
  return schema.type ?? 'object'
}

/** `QueryActionResult[TicketModel,Ticket]` and `ItemQueryResultModel[TicketModel,Ticket]` both name the model. */
const modelIn = (schema: Schema | undefined) =>
  /(?:\[|\/)(\w+Model)(?:,|$)/.exec(schema?.$ref ?? '')?.[1] ?? undefined

const plain = (path: string) => path.replace(/^\/V1\.0\//i, '').replaceAll(/\{[^}]*\}/g, '{*}')
const paths = new Map(
  Object.entries(description.paths).map(([path, operations]) => [plain(path), operations]),
)

const endpoints: Record<string, string> = {}
function take(path: string, required: boolean): void {
  const operations = paths.get(path)
  if (!operations) {
    if (required) process.stderr.write(`not in the description: ${path}\n`)
    return
  }
  for (const [method, operation] of Object.entries(operations)) {
    const query = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query')
    endpoints[`${method.toUpperCase()} /${path.toLowerCase()}`] = query.map(({ name }) => name).join(',')
  }
}

const entities: Record<string, { model: string; fields: Record<string, string> }> = {}
for (const root of roots) {
  const model = modelIn(paths.get(`${root}/{*}`)?.get?.responses['200']?.schema)
  const properties = model === undefined ? undefined : description.definitions[model]?.properties
  if (!model || !properties) throw new Error(`No model of ${root}`)
  const fields: Record<string, string> = {}
  for (const [name, schema] of Object.entries(properties)) {
    // An artefact of the SOAP layer below that no record has.
    if (name !== 'soapParentPropertyId') fields[name] = typeOf(name, schema)
  }
  entities[root] = { model, fields }
  for (const rest of ['', '/{*}', '/query', '/query/count']) take(`${root}${rest}`, rest !== '')
  for (const rest of ['', '/fields', '/userDefinedFields']) take(`${root}/entityInformation${rest}`, false)
}
for (const [parent, segment] of children) {
  for (const rest of ['', '/{*}']) take(`${parent}/{*}/${segment}${rest}`, true)
  for (const rest of ['', '/fields', '/userDefinedFields'])
    take(`${parent}/{*}/${segment}/entityInformation${rest}`, false)
}
for (const path of global) take(path, true)

const lines = (record: Record<string, unknown>) =>
  Object.entries(record)
    .map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`)
    .join(',\n')
writeFileSync(
  fileURLToPath(new URL('../simulators/autotask/allowlists.json', import.meta.url)),
  `{\n  "children": ${JSON.stringify(children)},\n  "endpoints": {\n${lines(endpoints)}\n  },\n  "entities": {\n${lines(entities)}\n  }\n}\n`,
)
