import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { TargetRef, VendorAccess } from '../../../schema/source.ts'
import { CLOSED, groupOfTable, isTicketTable } from './column-groups.ts'
import type { Condition, ParsedQuery } from './parse-query.ts'

/** What the query of a table whose rows belong to other records settles in each of its clauses. */
export interface Anchor {
  /** Demanded besides; they replace nothing. */
  readonly demands: readonly VendorAccess[]
  /** Columns that the answer is checked by. */
  readonly columns: readonly string[]
  /** Column -> values that a row may have. */
  readonly admits: Readonly<Record<string, ReadonlySet<string>>>
  readonly target: TargetRef | null
}

/** The column that names the table, and the one that names the record. */
const NAMES: Readonly<Record<string, readonly [table: string, record: string]>> = {
  sys_journal_field: ['name', 'element_id'],
  sys_attachment: ['table_name', 'table_sys_id'],
  sys_audit: ['tablename', 'documentkey'],
}

/** Where a record has to be named as well: its table alone would bring rows without end (API.md 13, Audit). */
const OF_ONE_RECORD: ReadonlySet<string> = new Set(['sys_journal_field', 'sys_audit'])

const ID = /^[0-9a-f]{32}$/
const GUARD: Condition = { path: 'company.customer', operator: '=', values: ['true'] }

/**
 * Journals, files and the audit of every table stand in one: whose rows are asked for, the query has to say in
 * every clause, or it is refused. Undefined for a table whose rows are its own.
 *
 * @throws GatewayError
 */
export function anchorOf(table: string, query: ParsedQuery | undefined): Anchor | undefined {
  const names = NAMES[table]
  if (names === undefined) return undefined
  const [nameColumn, recordColumn] = names
  const required = [nameColumn, ...(OF_ONE_RECORD.has(table) ? [recordColumn] : [])]
  const missing = () =>
    badInput(
      'sysparm_query',
      `${required.map((column) => `${column}=...`).join(' and ')} in every part that "^NQ" begins, and without "^OR"`,
      'rows of any record',
    )
  const tables = settled(query, nameColumn)
  const records = settled(query, recordColumn)
  if (tables === undefined || (OF_ONE_RECORD.has(table) && records === undefined)) throw missing()
  if (records?.some((id) => !ID.test(id)) === true)
    throw badInput('sysparm_query', 'ids of 32 hexadecimal digits', 'something else')
  const elements = table === 'sys_journal_field' ? settled(query, 'element') : undefined
  const [name] = tables
  const [record] = records ?? []
  const isOne = tables.length === 1 && records?.length === 1 && name !== undefined && record !== undefined
  return {
    demands: [...tables.map(demandOfTable), ...noteDemands(table, elements)],
    columns: [nameColumn, ...(records === undefined ? [] : [recordColumn])],
    admits: {
      [nameColumn]: new Set(tables),
      ...(records !== undefined && { [recordColumn]: new Set(records) }),
    },
    target: isOne && isTicketTable(name) ? { type: 'Ticket', key: `${name}.${record}` } : null,
  }
}

function demandOfTable(table: string): VendorAccess {
  const group = groupOfTable(table)
  if (group === undefined)
    throw new GatewayError('NOT_CATALOGUED', 'The gateway does not know the table that the query names.')
  if (group === CLOSED)
    throw new GatewayError(
      'FORBIDDEN_OPERATION',
      'Nobody may ask for records of the table that the query names.',
    )
  return { group, kind: 'READ', fields: [] }
}

/** An entry's kind is its element; old and new values of the audit hold the same texts (API.md 13, Audit). */
function noteDemands(table: string, elements: readonly string[] | undefined): readonly VendorAccess[] {
  const read = (group: string): VendorAccess => ({ group, kind: 'READ', fields: ['text'] })
  if (table === 'sys_audit') return [read('Client-Facing Notes'), read('Ticket Notes')]
  if (table !== 'sys_journal_field') return []
  const groups = (elements ?? ['comments', 'work_notes']).map((element) => {
    if (element === 'comments') return 'Client-Facing Notes'
    if (element === 'work_notes') return 'Ticket Notes'
    throw badInput('sysparm_query', 'element=comments or element=work_notes', 'another element')
  })
  return [...new Set(groups)].map(read)
}

/** The values that a column can have in any row that the query finds; undefined when it says nothing of them. */
function settled(query: ParsedQuery | undefined, column: string): readonly string[] | undefined {
  if (query === undefined) return undefined
  const found = new Set<string>()
  for (const clause of query.clauses) {
    const condition = clause
      .filter((group) => group.length === 1)
      .flat()
      .find(({ path, operator }) => path === column && (operator === '=' || operator === 'IN'))
    if (condition === undefined) return undefined
    for (const value of condition.values) found.add(value)
  }
  return [...found]
}

/** Only people of customer companies are asked for: contacts, by the product's own rule (`people.ts`). */
export function isOfContacts(query: ParsedQuery | undefined): boolean {
  if (query === undefined) return false
  return query.clauses.every((clause) => clause.some((group) => group.length === 1 && group.every(isGuard)))
}

export function isGuard({ path, operator, values }: Condition): boolean {
  return path === GUARD.path && operator === GUARD.operator && values.join() === GUARD.values.join()
}
