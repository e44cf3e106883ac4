import type { Dataset } from '../dataset/index.ts'
import type { Mail } from '../shared/answer.ts'
import { idOf, type Rec } from '../shared/json.ts'

export interface Table {
  schema: string
  /** How error bodies name the record: `Ticket 1 not found`, `ticket object is invalid`. */
  resource: string
  rows: Map<number, Rec>
  /** The records in the order of their making. */
  all(): Rec[]
  nextId: number
  /** Path below /apis/3.0 of a record. */
  path(row: Rec): string
}

const definitions = {
  agreements: ['Agreement', 'Agreement', 'finance/agreements'],
  agreementTypes: ['AgreementType', 'AgreementType', 'finance/agreements/types'],
  boards: ['Board', 'Board', 'service/boards'],
  catalog: ['CatalogItem', 'CatalogItem', 'procurement/catalog'],
  communicationTypes: ['CommunicationType', 'CommunicationType', 'company/communicationTypes'],
  companies: ['Company', 'Company', 'company/companies'],
  companyStatuses: ['CompanyStatus', 'CompanyStatus', 'company/companies/statuses'],
  companyTypes: ['CompanyType', 'CompanyType', 'company/companies/types'],
  configurations: ['CompanyConfiguration', 'Configuration', 'company/configurations'],
  configurationStatuses: ['ConfigurationStatus', 'ConfigurationStatus', 'company/configurations/statuses'],
  configurationTypes: ['ConfigurationType', 'ConfigurationType', 'company/configurations/types'],
  contacts: ['Contact', 'Contact', 'company/contacts'],
  contactTypes: ['ContactType', 'ContactType', 'company/contacts/types'],
  customFields: ['UserDefinedField', 'UserDefinedField', 'system/userDefinedFields'],
  departments: ['Department', 'Department', 'system/departments'],
  documents: ['DocumentInfo', 'Document', 'system/documents'],
  impacts: ['Impact', 'Impact', 'service/impacts'],
  knowledgeArticles: ['KnowledgeBaseArticle', 'KnowledgeBaseArticle', 'service/knowledgeBaseArticles'],
  items: ['BoardItem', 'BoardItem', 'service/boards/{board}/items'],
  locations: ['Location', 'Location', 'system/locations'],
  members: ['Member', 'Member', 'system/members'],
  notes: ['ServiceNote', 'ServiceNote', 'service/tickets/{ticket}/notes'],
  opportunities: ['Opportunity', 'Opportunity', 'sales/opportunities'],
  phases: ['ProjectPhase', 'ProjectPhase', 'project/projects/{project}/phases'],
  priorities: ['Priority', 'Priority', 'service/priorities'],
  products: ['ProductItem', 'ProductItem', 'procurement/products'],
  projects: ['Project', 'Project', 'project/projects'],
  scheduleEntries: ['ScheduleEntry', 'ScheduleEntry', 'schedule/entries'],
  scheduleStatuses: ['ScheduleStatus', 'ScheduleStatus', 'schedule/statuses'],
  scheduleTypes: ['ScheduleType', 'ScheduleType', 'schedule/types'],
  serviceLocations: ['ServiceLocation', 'ServiceLocation', 'service/locations'],
  serviceTeams: ['ServiceTeam', 'ServiceTeam', 'service/teams'],
  severities: ['Severity', 'Severity', 'service/severities'],
  sites: ['CompanySite', 'Site', 'company/companies/{company}/sites'],
  slas: ['SLA', 'SLA', 'service/SLAs'],
  sources: ['Source', 'Source', 'service/sources'],
  states: ['State', 'State', 'company/states'],
  statuses: ['BoardStatus', 'BoardStatus', 'service/boards/{board}/statuses'],
  subTypes: ['BoardSubType', 'BoardSubType', 'service/boards/{board}/subtypes'],
  tasks: ['ServiceTask', 'ServiceTask', 'service/tickets/{ticket}/tasks'],
  teams: ['BoardTeam', 'BoardTeam', 'service/boards/{board}/teams'],
  tickets: ['Ticket', 'Ticket', 'service/tickets'],
  templates: ['ServiceTemplate', 'ServiceTemplate', 'service/templates'],
  timeEntries: ['TimeEntry', 'TimeEntry', 'time/entries'],
  triples: [
    'BoardTypeSubTypeItemAssociation',
    'TypeSubTypeItemAssociation',
    'service/boards/{board}/typeSubTypeItemAssociations',
  ],
  types: ['BoardType', 'BoardType', 'service/boards/{board}/types'],
  workRoles: ['WorkRole', 'WorkRole', 'time/workRoles'],
  workTypes: ['WorkType', 'WorkType', 'time/workTypes'],
} as const satisfies Record<string, readonly [schema: string, resource: string, path: string]>

export type TableName = keyof typeof definitions

export interface AuditEntry {
  type: string
  id: number
  text: string
  enteredDate: string
  enteredBy: string
  auditType: string
  auditSubType: string
  auditSource: string
}
export interface State {
  dataset: Dataset
  tables: Record<TableName, Table>
  audit: AuditEntry[]
  outbox: Mail[]
  /** Bytes of the attachments by document id. */
  files: Map<number, Buffer>
  /** Records of an add-on, by id. */
  addOn: Map<number, Rec>
}

/** The record a child hangs on; a board's children keep it apart because not all of them answer it. */
export const parentId = (row: Rec): number | undefined =>
  (row.$parent as number | undefined) ??
  idOf(row.board) ??
  (row.ticketId as number | undefined) ??
  idOf(row.company)

function createTable([schema, resource, template]: readonly [string, string, string]): Table {
  const path = (row: Rec) => {
    const collection = template.includes('{') ? template.replace(/\{\w+\}/, String(parentId(row))) : template
    return `/${collection}/${row.id}`
  }
  const rows = new Map<number, Rec>()
  return { schema, resource, rows, all: () => [...rows.values()], nextId: 1, path }
}

export function createState(dataset: Dataset): State {
  const entries = Object.entries(definitions).map(([name, definition]) => [name, createTable(definition)])
  const tables = Object.fromEntries(entries) as Record<TableName, Table>
  return {
    dataset,
    tables,
    audit: [],
    outbox: [],
    files: new Map(),
    addOn: new Map([[5, { id: 5, name: 'Crimper', shelf: 'B2' }]]),
  }
}

export function insert(table: Table, row: Rec): Rec {
  const id = typeof row.id === 'number' ? row.id : table.nextId
  row.id = id
  table.rows.set(id, row)
  table.nextId = Math.max(table.nextId, id + 1)
  return row
}
