import { idOf, isRec, type Json, type Rec } from '../shared/json.ts'
import { hasSchema, schemaOf } from './allowlists.ts'
import type { State, TableName } from './state.ts'

interface Target {
  table: TableName
  /** Stem of the `_href` member. */
  key: string
}

/** Which table a reference schema points into. What is missing here is kept as it was sent. */
const targets: Record<string, Target> = {
  AgreementReference: { table: 'agreements', key: 'agreement' },
  AgreementTypeReference: { table: 'agreementTypes', key: 'type' },
  BillingUnitReference: { table: 'departments', key: 'department' },
  BoardReference: { table: 'boards', key: 'board' },
  CatalogItemReference: { table: 'catalog', key: 'catalog' },
  CommunicationTypeReference: { table: 'communicationTypes', key: 'type' },
  CompanyReference: { table: 'companies', key: 'company' },
  CompanyStatusReference: { table: 'companyStatuses', key: 'status' },
  CompanyTypeReference: { table: 'companyTypes', key: 'type' },
  ConfigurationReference: { table: 'configurations', key: 'configuration' },
  ConfigurationStatusReference: { table: 'configurationStatuses', key: 'status' },
  ConfigurationTypeReference: { table: 'configurationTypes', key: 'type' },
  ContactReference: { table: 'contacts', key: 'contact' },
  ContactTypeReference: { table: 'contactTypes', key: 'type' },
  DocumentReference: { table: 'documents', key: 'document' },
  MemberReference: { table: 'members', key: 'member' },
  OwnerLevelReference: { table: 'locations', key: 'location' },
  PriorityReference: { table: 'priorities', key: 'priority' },
  ProductReference: { table: 'products', key: 'product' },
  OpportunityReference: { table: 'opportunities', key: 'opportunity' },
  ProjectBoardReference: { table: 'boards', key: 'board' },
  ProjectPhaseReference: { table: 'phases', key: 'phase' },
  ProjectReference: { table: 'projects', key: 'project' },
  SLAReference: { table: 'slas', key: 'sla' },
  ScheduleEntryReference: { table: 'scheduleEntries', key: 'scheduleentry' },
  ScheduleStatusReference: { table: 'scheduleStatuses', key: 'status' },
  ScheduleTypeReference: { table: 'scheduleTypes', key: 'type' },
  ServiceItemReference: { table: 'items', key: 'item' },
  ServiceLocationReference: { table: 'serviceLocations', key: 'location' },
  ServiceSourceReference: { table: 'sources', key: 'source' },
  ServiceStatusReference: { table: 'statuses', key: 'status' },
  ServiceSubTypeReference: { table: 'subTypes', key: 'subType' },
  ServiceTeamReference: { table: 'teams', key: 'team' },
  ServiceTypeReference: { table: 'types', key: 'type' },
  SiteReference: { table: 'sites', key: 'site' },
  StateReference: { table: 'states', key: 'state' },
  SystemDepartmentReference: { table: 'departments', key: 'department' },
  SystemLocationReference: { table: 'locations', key: 'location' },
  TicketReference: { table: 'tickets', key: 'ticket' },
  TimeEntryReference: { table: 'timeEntries', key: 'timeentry' },
  WorkRoleReference: { table: 'workRoles', key: 'workRole' },
  WorkTypeReference: { table: 'workTypes', key: 'workType' },
}
export const targetOf = (refSchema: string): Target | undefined => targets[refSchema]

export function displayName(row: Rec): string {
  if (typeof row.name === 'string') return row.name
  if (typeof row.firstName === 'string') return `${row.firstName} ${row.lastName ?? ''}`.trim()
  return String(row.description ?? row.summary ?? row.title ?? '')
}

/** What a reference shows of the record it names. */
export function makeReference(refSchema: string, row: Rec): Rec {
  const shown: Rec = {}
  for (const field of Object.keys(schemaOf(refSchema).fields)) {
    if (field === '_info') continue
    if (field === 'name') shown.name = displayName(row)
    else if (field === 'sort') shown.sort = row.sortOrder
    else if (field === 'type') shown.type = isRec(row.type) ? row.type.name : row.type
    else if (row[field] !== undefined && !isRec(row[field])) shown[field] = row[field]
  }
  return shown
}

/** `where` narrows a text key: a status name means nothing before its board is known. */
export function findReferenced(
  state: State,
  refSchema: string,
  value: Rec,
  where: (row: Rec) => boolean = () => true,
): Rec | undefined {
  const target = targetOf(refSchema)
  if (!target) return undefined
  const table = state.tables[target.table]
  if (value.id !== undefined && value.id !== null) {
    const row = table.rows.get(Number(value.id))
    return row && where(row) ? row : undefined
  }
  for (const key of ['identifier', 'deviceIdentifier', 'name'] as const) {
    const wanted = value[key]
    if (typeof wanted !== 'string') continue
    const lower = wanted.toLowerCase()
    const matches = (row: Rec) =>
      (key === 'name' ? displayName(row) : String(row[key] ?? '')).toLowerCase() === lower
    return table.all().find((row) => matches(row) && where(row))
  }
  return undefined
}

/** The reference as answered: names are read afresh, so that a renamed client is renamed everywhere. */
export function showReference(state: State, refSchema: string, value: Json, base: string): Json {
  if (!isRec(value) || !hasSchema(refSchema)) return value
  const target = targetOf(refSchema)
  const id = idOf(value)
  const row = target && id !== undefined ? state.tables[target.table].rows.get(id) : undefined
  if (!target || !row) return value
  const href = `${base}${state.tables[target.table].path(row)}`
  return { ...value, ...makeReference(refSchema, row), _info: { [`${target.key}_href`]: href } }
}
