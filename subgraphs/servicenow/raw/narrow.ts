import type { RawRequest, Removed } from '../../../schema/passthrough.ts'
import { columnOf } from '../columns.ts'
import { policyName } from '../field-names.ts'
import {
  CLOSED,
  groupOfTable,
  groupsOfColumn,
  groupsOfReference,
  isClosed,
  UNKNOWN_GROUP,
} from './column-groups.ts'
import { type RowsQuery, readRowsQuery } from './query.ts'
import { columnsToCheck } from './send.ts'
import { bodyOfTable, type Root, rowsOf } from './shapes.ts'
import { isObject, valueForm } from './values.ts'
import { walk } from './walk.ts'

type MayRead = (group: string, field: string) => boolean
type Drop = (path: string, group: string) => void

/** Takes out what belongs to groups that can't be read, by the same map that a query is judged by. */
export function narrow(
  request: RawRequest,
  answer: unknown,
  mayRead: MayRead,
  isScoped = false,
): { readonly answer: unknown; readonly removed: readonly Removed[] } {
  const removed = new Map<string, Removed>()
  const drop: Drop = (path, group) => {
    removed.set(`${path} ${group}`, { path, group })
  }
  const narrowed = narrowedBy(request, answer, mayRead, drop)
  const inScope = isScoped ? withoutOthers(request, narrowed, drop) : narrowed
  return { answer: inScope, removed: [...removed.values()] }
}

/** A name behind a dot tells of another record, which may be of another company: all but the ticket's own company. */
function withoutOthers(request: RawRequest, answer: unknown, drop: Drop): unknown {
  const rows = rowsOf(request)
  if (rows === undefined || !isObject(answer)) return answer
  const { root } = readRowsQuery(request, rows)
  const own = (row: unknown, path: string) => {
    if (!isObject(row)) return row
    const kept = Object.entries(row).filter(([name]) => {
      if (!name.includes('.') || /^company\.[^.]+$/.test(name)) return true
      const steps = walk(root, name)
      drop(`${path}.${name}`, (Array.isArray(steps) ? steps.at(-1)?.groups[0] : undefined) ?? UNKNOWN_GROUP)
      return false
    })
    return Object.fromEntries(kept)
  }
  const { result } = answer
  const list = Array.isArray(result) ? (result as readonly unknown[]) : undefined
  return { ...answer, result: list?.map((row) => own(row, 'result[]')) ?? own(result, 'result') }
}

function narrowedBy(request: RawRequest, answer: unknown, mayRead: MayRead, drop: Drop): unknown {
  const rows = rowsOf(request)
  if (rows === undefined) return ofUnknown(answer, '', mayRead, drop)
  // Every column that an aggregate tells of was demanded.
  if (rows.shape === 'STATS') return isObject(answer) ? { result: answer.result } : undefined
  if (!isObject(answer)) return undefined
  const read = readRowsQuery(request, rows)
  const { result } = answer
  if (Array.isArray(result)) {
    const kept = (result as readonly unknown[]).flatMap((row) => ofRow(row, 'result[]', read, mayRead, drop))
    return { result: kept }
  }
  const [row] = ofRow(result, 'result', read, mayRead, drop)
  return { result: row }
}

/** Empty for a row that was not asked for, or is of a group that is closed. */
function ofRow(
  row: unknown,
  path: string,
  read: RowsQuery,
  mayRead: MayRead,
  drop: Drop,
): readonly Readonly<Record<string, unknown>>[] {
  if (!isObject(row)) return []
  if (!isAsked(row, read)) {
    drop(path, UNKNOWN_GROUP)
    return []
  }
  const closed = groupsOfRow(row, read.root).find((group) => !mayRead(group, 'text'))
  if (closed !== undefined) {
    drop(path, closed)
    return []
  }
  const kept: Record<string, unknown> = {}
  const named = new Set(read.fields ?? [])
  const checks = columnsToCheck(read)
  for (const [name, value] of Object.entries(row)) {
    // Asked for by the gateway alone.
    if (read.fields !== undefined && !named.has(name) && (checks.includes(name) || name === 'sys_id'))
      continue
    if (read.fields === undefined && name.includes('.')) continue
    const narrowed = ofColumn(name, value, `${path}.${name}`, read, mayRead, drop)
    if (narrowed !== undefined) kept[name] = narrowed
  }
  return [kept]
}

/** A condition that the platform dropped would bring rows of other records (API.md 5, hazard 3). */
function isAsked(row: Readonly<Record<string, unknown>>, { anchor, contactsOnly }: RowsQuery): boolean {
  const admitted = Object.entries(anchor?.admits ?? {}).every(([column, values]) =>
    values.has(String(valueForm(row[column]))),
  )
  return admitted && (!contactsOnly || valueForm(row['company.customer']) === 'true')
}

const NOTE_GROUPS: Readonly<Record<string, readonly string[]>> = {
  comments: ['Client-Facing Notes'],
  work_notes: ['Ticket Notes'],
  comments_and_work_notes: ['Client-Facing Notes', 'Ticket Notes'],
}

/** Entries of a journal, and their texts in the audit, are of the groups of their elements. */
function groupsOfRow(row: Readonly<Record<string, unknown>>, { table }: Root): readonly string[] {
  if (table === 'sys_journal_field')
    return NOTE_GROUPS[String(valueForm(row.element))] ?? ['Client-Facing Notes', 'Ticket Notes']
  return table === 'sys_audit' ? (NOTE_GROUPS[String(valueForm(row.fieldname))] ?? []) : []
}

function ofColumn(
  name: string,
  value: unknown,
  path: string,
  { root, display }: RowsQuery,
  mayRead: MayRead,
  drop: Drop,
): unknown {
  const steps = walk(root, name)
  const last = Array.isArray(steps) ? steps.at(-1) : undefined
  if (!Array.isArray(steps) || last === undefined) {
    drop(path, UNKNOWN_GROUP)
    return undefined
  }
  for (const { table, column, groups } of steps) {
    const field = policyName(bodyOfTable(table), column)
    const closed = [...groups, ...groupsOfColumn(table, column)].find((group) => !mayRead(group, field))
    if (closed !== undefined) {
      drop(path, closed)
      return undefined
    }
  }
  const shown = hiddenName(last.table, last.column, mayRead)
  if (shown === undefined || display === 'false') return withoutLink(value, shown, path, drop)
  if (isObject(value)) return withoutLink(value, shown, path, drop)
  // Nothing but the name of the other record.
  if (valueForm(value) === null) return value
  drop(path, shown)
  return undefined
}

/** The group that keeps the name of what a column refers to; undefined where it may be read, or there is none. */
function hiddenName(table: string, column: string, mayRead: MayRead): string | undefined {
  const groups = groupsOfReference(table, column)
  if (groups === undefined) return undefined
  if (groups === CLOSED) return UNKNOWN_GROUP
  return groups.find((group) => !mayRead(group, 'name'))
}

function withoutLink(value: unknown, hidden: string | undefined, path: string, drop: Drop): unknown {
  if (!isObject(value)) return value
  const kept: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(value)) {
    if (name === 'value' || (name === 'display_value' && (hidden === undefined || member === '')))
      kept[name] = member
    else if (name === 'display_value') drop(`${path}.${name}`, hidden ?? UNKNOWN_GROUP)
  }
  return kept
}

/** A value that is an address and nothing else; addresses within a text belong to the text. */
const ADDRESS = /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/
const LINK = /\/api\/now\/(?:v\d+\/)?table\/([a-z0-9_]+)\//i

/**
 * Answers that are no rows have no shape that is told: members go by the names that columns of tasks and people
 * have, a reference by the table that its link leads to.
 */
function ofUnknown(value: unknown, path: string, mayRead: MayRead, drop: Drop): unknown {
  if (Array.isArray(value))
    return (value as readonly unknown[]).map((one) => ofUnknown(one, `${path}[]`, mayRead, drop))
  if (!isObject(value)) return value
  const kept: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(value)) {
    const at = path === '' ? name : `${path}.${name}`
    const closed = groupsOfMember(name, member, value).find(
      (group) => group === CLOSED || !mayRead(group, name),
    )
    if (closed !== undefined) drop(at, closed === CLOSED ? UNKNOWN_GROUP : closed)
    else if (name !== 'link') kept[name] = ofUnknown(member, at, mayRead, drop)
  }
  return kept
}

const TABLES = ['incident', 'sn_customerservice_case', 'change_request', 'sys_user', 'core_company'] as const

function groupsOfMember(
  name: string,
  member: unknown,
  within: Readonly<Record<string, unknown>>,
): readonly string[] {
  const [first = '', ...rest] = name.split('.')
  const own = TABLES.flatMap((table) => [
    ...(isClosed(table, first) ? [CLOSED] : []),
    ...groupsOfColumn(table, first),
    ...(rest.length === 0
      ? []
      : columnOf(table, first) === undefined
        ? []
        : listed(groupsOfReference(table, first))),
  ])
  const isAddress = typeof member === 'string' && ADDRESS.test(member)
  const table = typeof within.link === 'string' ? LINK.exec(within.link)?.[1] : undefined
  const linked =
    name !== 'display_value' || table === undefined
      ? []
      : table === 'sys_user'
        ? ['Contacts', 'Members']
        : [groupOfTable(table) ?? CLOSED]
  return [...new Set([...own, ...linked, ...(isAddress ? ['Contacts'] : [])])]
}

function listed(groups: readonly string[] | typeof CLOSED | undefined): readonly string[] {
  return groups === undefined ? [] : groups === CLOSED ? [CLOSED] : groups
}
