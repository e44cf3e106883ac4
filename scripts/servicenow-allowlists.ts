// Cuts the vendor's tables and endpoints down to what the ServiceNow simulator plays: the columns of each
// table with their types, the choice lists, and the query parameters that each endpoint knows.
//
//   npx node scripts/servicenow-allowlists.ts path/to/tables.json path/to/openapi.json

import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

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
interface Operation {
  parameters?: { name?: string; in?: string }[]
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
/** The reference names these in its text only. */
const aggregates = ['sysparm_avg_fields', 'sysparm_min_fields', 'sysparm_max_fields', 'sysparm_sum_fields']

const SYSTEM: Record<string, Field> = {
  sys_id: { type: 'GUID' },
  sys_created_on: { type: 'glide_date_time' },
  sys_created_by: { type: 'string', max_length: 40 },
  sys_updated_on: { type: 'glide_date_time' },
  sys_updated_by: { type: 'string', max_length: 40 },
  sys_mod_count: { type: 'integer' },
}

const [tablesFile, descriptionFile] = process.argv.slice(2)
if (!tablesFile || !descriptionFile) {
  throw new TypeError('Expected the paths of tables.json and openapi.json as arguments')
}
const { tables } = JSON.parse(readFileSync(tablesFile, 'utf8')) as { tables: Record<string, Table> }
const description = JSON.parse(readFileSync(descriptionFile, 'utf8')) as {
  paths: Record<string, Record<string, Operation>>
}

/** The nearest simulated ancestor; whatever lies between gives its columns to the child. */
function lineage(name: string): { parent?: string; fields: Record<string, Field> } {
  const table = tables[name]
  const own = table?.fields ?? {}
  // The one class of the chain that the reference does not hold.
  const above = name === 'cmdb_ci_computer' ? 'cmdb_ci' : table?.extends
  if (!above) return { fields: { ...SYSTEM, ...own } }
  if (simulated.includes(above)) return { parent: above, fields: own }
  const further = lineage(above)
  return { parent: further.parent, fields: { ...further.fields, ...own } }
}

/** Read only on the form; the text says that resolving a problem writes them. */
const WRITTEN: readonly string[] = ['resolution_code', 'fix_notes', 'cause_notes']

const compact = (name: string, field: Field) => ({
  type: field.type,
  ...(field.reference && { reference: field.reference }),
  ...(field.max_length && { max: field.max_length }),
  ...(field.mandatory && { mandatory: true }),
  ...(field.read_only && !WRITTEN.includes(name) && { readOnly: true }),
  ...(field.choice && { choice: true }),
  // Scripts are what the simulator's own rules are for.
  ...(field.default !== undefined && field.default !== '<script>' && { default: String(field.default) }),
})

const played: Record<string, unknown> = {}
const choices: Record<string, unknown> = {}
for (const name of simulated) {
  const table = tables[name]
  if (!table) throw new Error(`No table ${name} in ${tablesFile}`)
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
  if (!operation) throw new Error(`No operation ${endpoint} in ${descriptionFile}`)
  const names = (operation.parameters ?? []).filter((part) => part.in === 'query').map((part) => part.name)
  parameters[endpoint] = [...names, ...(path.includes('/stats/') ? aggregates : [])].join(',')
}

const lines = (record: Record<string, unknown>) =>
  Object.entries(record)
    .map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`)
    .join(',\n')
const known = Object.keys(tables).filter((name) => !simulated.includes(name))
writeFileSync(
  fileURLToPath(new URL('../simulators/servicenow/tables.json', import.meta.url)),
  `{\n  "parameters": {\n${lines(parameters)}\n  },\n  "tables": {\n${lines(played)}\n  },\n  "choices": {\n${lines(choices)}\n  },\n  "unplayed": ${JSON.stringify(known.join(','))}\n}\n`,
)
