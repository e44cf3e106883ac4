// Cuts the vendor's 3 MB description down to what the Autotask simulator needs to be strict: which verbs and
// query parameters each simulated endpoint knows and which members, of which types, each entity has.

import {
  type Allowlists,
  type Correction,
  corrected,
  type Description,
  endpointOf,
  plain,
  queryOf,
  readDocument,
  type Schema,
  textOf,
} from './description.ts'

const roots: readonly string[] = [
  'Appointments',
  'ArticlePlainTextContent',
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
  'KnowledgeBaseArticles',
  'NotificationHistory',
  'Opportunities',
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
  'TimeOffRequests',
]
/** Parent and segment of the simulated child collections, and the root name under which their rows are queried. */
const children: readonly [parent: string, segment: string, root: string][] = [
  ['Companies', 'Contacts', 'Contacts'],
  ['Companies', 'Locations', 'CompanyLocations'],
  ['Contracts', 'Blocks', 'ContractBlocks'],
  ['KnowledgeBaseArticles', 'PlainTextContent', 'ArticlePlainTextContent'],
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

const corrections: readonly Correction[] = [
  {
    where: /Model$/,
    removes: ['soapParentPropertyId'],
    why: 'An artefact of the SOAP layer below that no record has.',
  },
]

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

function make(folder: string) {
  const description: Description = readDocument(folder)
  const paths = new Map(
    Object.entries(description.paths).map(([path, operations]) => [
      plain(path).replace(/^v1\.0\//, ''),
      operations,
    ]),
  )
  const missing: string[] = []
  const endpoints: Record<string, string> = {}
  const take = (path: string, required: boolean) => {
    const operations = paths.get(plain(path))
    if (!operations && required) missing.push(path)
    for (const [method, operation] of Object.entries(operations ?? {})) {
      const endpoint = endpointOf(method, path)
      const names = queryOf(operation).map(({ name }) => name)
      endpoints[endpoint] = corrected(corrections, endpoint, names).join(',')
    }
  }

  const entities: Record<string, { model: string; fields: Record<string, string> }> = {}
  for (const root of roots) {
    const model = modelIn(paths.get(plain(`${root}/{*}`))?.get?.responses['200']?.schema)
    const properties = model === undefined ? undefined : description.definitions?.[model]?.properties
    if (!model || !properties) throw new Error(`No model of ${root}`)
    const names = corrected(corrections, model, Object.keys(properties))
    entities[root] = {
      model,
      fields: Object.fromEntries(names.map((name) => [name, typeOf(name, properties[name] ?? {})])),
    }
    for (const rest of ['', '/{*}', '/query', '/query/count']) take(`${root}${rest}`, rest !== '')
    for (const rest of ['', '/fields', '/userDefinedFields']) take(`${root}/entityInformation${rest}`, false)
  }
  for (const [parent, segment] of children) {
    for (const rest of ['', '/{*}']) take(`${parent}/{*}/${segment}${rest}`, true)
    for (const rest of ['', '/fields', '/userDefinedFields'])
      take(`${parent}/{*}/${segment}/entityInformation${rest}`, false)
  }
  for (const path of global) take(path, true)
  return { text: textOf({ children, endpoints, entities }), missing }
}

export const autotaskAllowlists: Allowlists = {
  vendor: 'autotask',
  file: 'simulators/autotask/allowlists.json',
  make,
}
