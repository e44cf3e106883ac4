import { readFileSync } from 'node:fs'

/** What is known of a column; a type is told only where it decides something. */
export interface Column {
  readonly type?: string
  /** The table that its value is an id of. */
  readonly reference?: string
}

export type Columns = ReadonlyMap<string, Column>

interface TableLine {
  readonly above: string
  readonly own: Columns
}

/** Every row has them, also rows of tables whose columns the documents do not list (API.md 1). */
const SYSTEM: Columns = new Map(
  ['sys_id', 'sys_created_on', 'sys_created_by', 'sys_updated_on', 'sys_updated_by', 'sys_mod_count'].map(
    (name) => [name, {}],
  ),
)

/** `columns.tsv` as `scripts/servicenow-columns.ts` makes it; a test keeps the two in step, so its shape is trusted. */
function load(): ReadonlyMap<string, TableLine> {
  const lines = readFileSync(new URL('./columns.tsv', import.meta.url), 'utf8').split('\n')
  return new Map(
    lines
      .filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('table\t'))
      .map((line) => {
        const [table = '', above = '', columns = ''] = line.split('\t')
        const own = columns.split(' ').filter((one) => one !== '')
        return [table, { above, own: new Map(own.map(columnOfText)) }]
      }),
  )
}

function columnOfText(text: string): readonly [string, Column] {
  const [name = '', said] = text.split(':')
  if (said === undefined) return [name, {}]
  const [type = '', reference] = said.split('=')
  return [name, { type, ...(reference !== undefined && { reference }) }]
}

let lines: ReadonlyMap<string, TableLine> | undefined
const whole = new Map<string, Columns>()

/** The table and those above it, nearest first. */
export function lineageOf(table: string): readonly string[] {
  lines ??= load()
  const above = lines.get(table)?.above ?? ''
  return above === '' ? [table] : [table, ...lineageOf(above)]
}

/** All columns of a table, inherited ones included; of a table that nothing is known of, those that all have. */
export function columnsOf(table: string): Columns {
  const known = whole.get(table)
  if (known !== undefined) return known
  lines ??= load()
  const { above = '', own = new Map<string, Column>() } = lines.get(table) ?? {}
  const all: Columns = new Map([...(above === '' ? SYSTEM : columnsOf(above)), ...own])
  whole.set(table, all)
  return all
}

export function columnOf(table: string, name: string): Column | undefined {
  return columnsOf(table).get(name)
}

/** Rows of the task family: their journals, parents and duplicates work alike (API.md 13). */
export function isTask(table: string): boolean {
  return lineageOf(table).includes('task')
}

/** Takes text and gives none back but as a history (API.md 13, Ticket notes). */
export function isJournal(table: string, name: string): boolean {
  return columnOf(table, name)?.type?.startsWith('journal') === true
}

/** A column that the tenant or an application added: what it holds, only the instance's own dictionary tells. */
export function isCustom(name: string): boolean {
  return /^[ux]_[a-z0-9_]{1,78}$/.test(name)
}
