// Cuts the vendor's tables and endpoints down to what the ServiceNow simulator plays: the columns of each
// table with their types, the choice lists, and the query parameters that each endpoint knows.

import {
  type Allowlists,
  type Correction,
  corrected,
  type Description,
  queryOf,
  readDocument,
  textOf,
} from './description.ts'

interface Field {
  type: string
  reference?: string
  max_length?: number
  mandatory?: boolean
  read_only?: boolean
  choice?: boolean
  default?: string | boolean | number
  choices?: Record<string, string>
}
interface Table {
  label?: string
  extends?: string
  number_prefix?: string
  fields?: Record<string, Field>
  choice_values?: Record<string, Record<string, string>>
}
/** Parents come before their children, so that a reader can build the columns in one pass. */
const simulated: readonly string[] = [
  'task',
  'incident',
  'incident_task',
  'problem',
  'change_request',
  'sc_request',
  'sc_req_item',
  'sc_task',
  'planned_task',
  'pm_project',
  'pm_project_task',
  'task_ci',
  'task_rel_task',
  'task_time_worked',
  'time_card',
  'time_sheet',
  'core_company',
  'cmn_location',
  'sys_user',
  'sys_user_group',
  'sys_user_grmember',
  'sys_user_role',
  'sys_user_has_role',
  'cmdb_ci',
  'cmdb_ci_computer',
  'cmdb_ci_server',
  'cmdb_model',
  'ast_contract',
  'contract_sla',
  'task_sla',
  'sc_cat_item',
  'kb_knowledge',
  'sys_journal_field',
  'sys_attachment',
  'sys_audit',
  'sys_choice',
  'sys_dictionary',
  'sys_db_object',
]
const endpoints: readonly string[] = [
  'GET /api/now/table/{tableName}',
  'POST /api/now/table/{tableName}',
  'GET /api/now/table/{tableName}/{sys_id}',
  'PATCH /api/now/table/{tableName}/{sys_id}',
  'PUT /api/now/table/{tableName}/{sys_id}',
  'DELETE /api/now/table/{tableName}/{sys_id}',
  'GET /api/now/stats/{tableName}',
  'GET /api/now/attachment',
  'GET /api/now/attachment/{sys_id}',
  'DELETE /api/now/attachment/{sys_id}',
  'GET /api/now/attachment/{sys_id}/file',
  'POST /api/now/attachment/file',
  'POST /api/now/batch',
]
const SYSTEM: Record<string, Field> = {
  sys_id: { type: 'GUID' },
  sys_created_on: { type: 'glide_date_time' },
  sys_created_by: { type: 'string', max_length: 40 },
  sys_updated_on: { type: 'glide_date_time' },
  sys_updated_by: { type: 'string', max_length: 40 },
  sys_mod_count: { type: 'integer' },
}

/** The one class of a chain that the reference does not hold. */
const ABOVE: Readonly<Record<string, string>> = { cmdb_ci_computer: 'cmdb_ci' }

const corrections: readonly Correction[] = [
  {
    where: /^GET \/api\/now\/stats\//,
    adds: ['sysparm_avg_fields', 'sysparm_min_fields', 'sysparm_max_fields', 'sysparm_sum_fields'],
    why: 'The reference names these in its text only.',
  },
  {
    where: /^read only columns$/,
    removes: ['resolution_code', 'fix_notes', 'cause_notes'],
    why: 'Read only on the form; the text says that resolving a problem writes them.',
  },
]

const compact = (name: string, field: Field) => ({
  type: field.type,
  ...(field.reference && { reference: field.reference }),
  ...(field.max_length && { max: field.max_length }),
  ...(field.mandatory && { mandatory: true }),
  ...(field.read_only &&
    corrected(corrections, 'read only columns', [name]).length > 0 && { readOnly: true }),
  ...(field.choice && { choice: true }),
  // Scripts are what the simulator's own rules are for.
  ...(field.default !== undefined && field.default !== '<script>' && { default: String(field.default) }),
})

function make(folder: string) {
  const { tables } = readDocument<{ tables: Record<string, Table> }>(folder, 'tables.json')
  const description: Description = readDocument(folder)

  /** The nearest simulated ancestor; whatever lies between gives its columns to the child. */
  function lineage(name: string): { parent?: string; fields: Record<string, Field> } {
    const table = tables[name]
    const own = table?.fields ?? {}
    const above = ABOVE[name] ?? table?.extends
    if (!above) return { fields: { ...SYSTEM, ...own } }
    if (simulated.includes(above)) return { parent: above, fields: own }
    const further = lineage(above)
    return { parent: further.parent, fields: { ...further.fields, ...own } }
  }

  const played: Record<string, unknown> = {}
  const choices: Record<string, unknown> = {}
  for (const name of simulated) {
    const table = tables[name]
    if (!table) throw new Error(`No table ${name} in tables.json`)
    const { parent, fields } = lineage(name)
    const inherited = parent ? Object.keys(SYSTEM) : []
    const columns = Object.entries(fields).filter(([field]) => !inherited.includes(field))
    played[name] = {
      label: table.label ?? name,
      ...(parent && { extends: parent }),
      ...(table.number_prefix && { prefix: table.number_prefix }),
      columns: Object.fromEntries(columns.map(([field, told]) => [field, compact(field, told)])),
    }
    const inline = Object.entries(table.fields ?? {}).filter(
      ([, field]) => Object.keys(field.choices ?? {}).length > 0,
    )
    const lists = {
      ...Object.fromEntries(inline.map(([field, told]) => [field, told.choices])),
      ...table.choice_values,
    }
    if (Object.keys(lists).length > 0) choices[name] = lists
  }

  const parameters: Record<string, string> = {}
  for (const endpoint of endpoints) {
    const [method = '', path = ''] = endpoint.split(' ')
    const operation = description.paths[path]?.[method.toLowerCase()]
    if (!operation) throw new Error(`No operation ${endpoint} in openapi.json`)
    const names = queryOf(operation).map(({ name }) => name)
    parameters[endpoint] = corrected(corrections, endpoint, names).join(',')
  }
  const unplayed = Object.keys(tables)
    .filter((name) => !simulated.includes(name))
    .join(',')
  return { text: textOf({ parameters, tables: played, choices, unplayed }), missing: [] }
}

export const servicenowAllowlists: Allowlists = {
  vendor: 'servicenow',
  file: 'simulators/servicenow/tables.json',
  make,
}
