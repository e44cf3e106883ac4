import { readFileSync } from 'node:fs'
import { customColumns } from './custom-columns.ts'

export interface Column {
  type: string
  reference?: string
  max?: number
  mandatory?: boolean
  readOnly?: boolean
  /** Holds one of the values that `sys_choice` lists. */
  choice?: boolean
  default?: string
}
interface TableDefinition {
  label: string
  extends?: string
  prefix?: string
  columns: Record<string, Column>
}
interface Allowlists {
  parameters: Record<string, string>
  tables: Record<string, TableDefinition>
  choices: Record<string, Record<string, Record<string, string>>>
  unplayed: string
}

const lists = JSON.parse(readFileSync(new URL('./tables.json', import.meta.url), 'utf8')) as Allowlists
const unplayed: ReadonlySet<string> = new Set(lists.unplayed.split(','))

const columns = new Map<string, Record<string, Column>>()
const children = new Map<string, string[]>()
for (const [name, table] of Object.entries(lists.tables)) {
  const inherited = table.extends ? columns.get(table.extends) : {}
  columns.set(name, { ...inherited, ...customColumns[name], ...table.columns })
  if (table.extends) children.set(table.extends, [...(children.get(table.extends) ?? []), name])
}

export const tableNames: readonly string[] = Object.keys(lists.tables)
/** Every endpoint that is played, as the description writes it. */
export const endpoints: readonly string[] = Object.keys(lists.parameters)
export const isTable = (name: string): boolean => columns.has(name)
/** Real on an instance, but not played here. */
export const vendorKnows = (name: string): boolean => unplayed.has(name)
export const definitionOf = (table: string): TableDefinition => lists.tables[table]!
export const columnsOf = (table: string): Record<string, Column> => columns.get(table) ?? {}
/** The columns that a table defines itself, which is where the dictionary lists them. */
export const ownColumnsOf = (table: string): Record<string, Column> => ({
  ...customColumns[table],
  ...lists.tables[table]!.columns,
})
export const shippedChoices = lists.choices

export function columnOf(table: string, name: string): Column | undefined {
  const all = columnsOf(table)
  return Object.hasOwn(all, name) ? all[name] : undefined
}

/** The table and its ancestors, nearest first. */
export function chainOf(table: string): string[] {
  const parent = lists.tables[table]?.extends
  return parent ? [table, ...chainOf(parent)] : [table]
}

/** The table and everything that extends it: what a read of a base class answers. */
export const familyOf = (table: string): string[] => [table, ...(children.get(table) ?? []).flatMap(familyOf)]

export const extendsTable = (table: string, base: string): boolean => chainOf(table).includes(base)

/** Query names of an endpoint in the description, for instance `GET /api/now/table/{tableName}`. */
export function parametersOf(endpoint: string): ReadonlySet<string> {
  const names = lists.parameters[endpoint]
  if (names === undefined) throw new Error(`No endpoint ${endpoint} in tables.json; add it to the generator`)
  return new Set(names.split(',').filter(Boolean))
}

const displayColumns = ['number', 'name', 'file_name', 'label', 'short_description']
/** The column by which a reference to this table is shown. */
export const displayColumnOf = (table: string): string =>
  displayColumns.find((name) => columnOf(table, name)) ?? 'sys_created_on'

const dates = ['glide_date_time', 'due_date']
export const isDateTime = (column: Column): boolean => dates.includes(column.type)
export const isJournal = (column: Column): boolean => column.type.startsWith('journal')
export const isNumber = (column: Column): boolean =>
  ['integer', 'longint', 'decimal', 'float', 'percent_complete', 'number'].includes(column.type)
export const isDuration = (column: Column): boolean => ['glide_duration', 'timer'].includes(column.type)
