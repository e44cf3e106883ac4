import type { RawRequest } from '../../../schema/passthrough.ts'
import type { VendorAccess, VendorRequest, VendorSession } from '../../../schema/source.ts'
import { ACCEPT, type Query, RAW } from '../client.ts'
import { columnsOf, isJournal } from '../columns.ts'
import { policyName } from '../field-names.ts'
import { JOURNAL_COLUMNS } from '../plan/steps.ts'
import { groupsOfColumn, isClosed } from './column-groups.ts'
import { customColumns, expectCustomColumns } from './custom-columns.ts'
import { type RowsQuery, readRowsQuery } from './query.ts'
import { membersOf } from './settings.ts'
import { bodyOfTable, type Rows, rowsOf } from './shapes.ts'

const JSON_BODY = { 'content-type': 'application/json' } as const

export function headers(hasBody: boolean): Readonly<Record<string, string>> {
  return hasBody ? { ...ACCEPT, ...JSON_BODY } : ACCEPT
}

/**
 * A read as the door sends it. The columns are always named, so that what may not be read is not even asked for;
 * a caller who names none is given all that there is for them.
 */
export async function request(
  session: VendorSession,
  asked: RawRequest,
  access: VendorAccess,
): Promise<VendorRequest> {
  const rows = rowsOf(asked)
  return {
    method: asked.endpoint.method,
    path: asked.path,
    query: rows === undefined ? asked.query : await queryOf(session, asked, rows),
    headers: headers(asked.body !== undefined),
    body: asked.body === undefined ? null : JSON.stringify(asked.body),
    access,
  }
}

async function queryOf(session: VendorSession, asked: RawRequest, rows: Rows): Promise<Query> {
  const read = readRowsQuery(asked, rows)
  const { table, open } = rows.root
  const kept = ['sysparm_query', 'sysparm_no_count'].flatMap((name) =>
    asked.query.filter(([one]) => one === name),
  )
  if (!open) await expectCustomColumns(session, table, 'sysparm_query', read.told)
  if (rows.shape === 'STATS') return asked.query
  const page: Query =
    rows.shape === 'LIST'
      ? [
          ['sysparm_limit', String(read.limit)],
          ['sysparm_offset', String(read.offset)],
        ]
      : []
  if (!rows.selects) {
    const others = asked.query.filter(([name]) => !/^sysparm_(query|no_count|limit|offset)$/.test(name))
    return [...kept, ...others, ...page.filter(([name]) => asked.endpoint.query.includes(name))]
  }
  return [
    ...kept,
    ['sysparm_fields', (await columnsAskedFor(session, read)).join(',')],
    ['sysparm_display_value', read.display],
    // A link tells no more than the id beside it, and leads around the gateway (API.md 15).
    ['sysparm_exclude_reference_link', 'true'],
    ...(rows.shape === 'LIST' ? [['sysparm_suppress_pagination_header', 'true'] as const] : []),
    ...page,
  ]
}

async function columnsAskedFor(session: VendorSession, read: RowsQuery): Promise<readonly string[]> {
  const named = read.fields ?? (await readableColumns(session, read))
  return [...new Set(['sys_id', ...named, ...columnsToCheck(read)])]
}

/** What the answer is checked by, row for row. */
export function columnsToCheck({ anchor, contactsOnly, root }: RowsQuery): readonly string[] {
  return [
    ...(anchor?.columns ?? []),
    ...(contactsOnly ? ['company.customer'] : []),
    // An entry's group is its element.
    ...(root.table === 'sys_journal_field' ? ['element'] : []),
    ...(root.table === 'sys_audit' ? ['fieldname'] : []),
  ]
}

async function readableColumns(
  session: VendorSession,
  { root, display }: RowsQuery,
): Promise<readonly string[]> {
  const { table, groups } = root
  const mayRead = (column: string) =>
    [...groups, ...groupsOfColumn(table, column)].every((group) =>
      session.mayRead(group, policyName(bodyOfTable(table), column)),
    )
  const known = [...columnsOf(table).keys()].filter(
    // A journal tells nothing but its history, and that only as it is shown (API.md 13).
    (column) => !isClosed(table, column) && (display !== 'false' || !isJournal(table, column)),
  )
  const custom = await customColumns(session, table)
  return [...known, ...custom.map(({ key }) => key)].filter(mayRead)
}

/**
 * The answer to a write is asked for what was sent, and told by it alone whether it was kept: a column that the
 * user may not write is left out without a word (API.md 6).
 */
export function writeQuery(asked: RawRequest): Query {
  const rows = rowsOf(asked)
  if (rows === undefined || !rows.selects || asked.endpoint.method === 'DELETE') return asked.query
  const sent = [...membersOf(asked).keys()]
  const journal = sent.some((column) => JOURNAL_COLUMNS.some((known) => known === column))
  return [
    ['sysparm_fields', [...new Set(['sys_id', 'sys_mod_count', ...sent])].join(',')],
    ...(journal
      ? RAW.map(([name, value]) => [name, name === 'sysparm_display_value' ? 'all' : value] as const)
      : RAW),
  ]
}
