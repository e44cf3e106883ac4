import { badInput } from '../../../schema/errors.ts'
import type { RawRequest } from '../../../schema/passthrough.ts'
import type { VendorAccess } from '../../../schema/source.ts'
import { columnOf } from '../columns.ts'
import { type Anchor, anchorOf, isGuard, isOfContacts } from './anchors.ts'
import { type Condition, fieldPaths, type ParsedQuery, parseQuery } from './parse-query.ts'
import type { Root, Rows } from './shapes.ts'
import { demandsOfDisplay, demandsOfSteps, expectWalk, merged } from './walk.ts'

/** What of a table a read asks for, judged part by part. */
export interface RowsQuery {
  readonly root: Root
  readonly demands: readonly VendorAccess[]
  /** Paths that the caller named; undefined: all that there is. */
  readonly fields: readonly string[] | undefined
  readonly display: 'false' | 'true' | 'all'
  readonly limit: number
  readonly offset: number
  readonly anchor: Anchor | undefined
  /** People of customers and nobody else. */
  readonly contactsOnly: boolean
  /** Columns by which rows are told apart: those that only the instance knows must be there. */
  readonly told: readonly string[]
}

/** The platform's own default is 10,000 rows (API.md 4). */
const USUAL_LIMIT = 100
const MAX_LIMIT = 1_000
const MAX_OFFSET = 1_000_000

const BY_ID = /^([0-9a-f]{32})?$/
const IDENTITY: ReadonlySet<string> = new Set(['=', '!=', 'IN', 'NOT IN'])
const NO_VALUE: ReadonlySet<string> = new Set(['ISEMPTY', 'ISNOTEMPTY', 'EMPTYSTRING', 'ANYTHING'])

const QUERY = 'sysparm_query'

/** @throws GatewayError BAD_USER_INPUT, FORBIDDEN_OPERATION, NOT_CATALOGUED */
export function readRowsQuery(request: RawRequest, { root: given, shape }: Rows): RowsQuery {
  const said = new Map(request.query)
  const text = said.get(QUERY)
  const parsed = text === undefined ? undefined : parseQuery(QUERY, text)
  const contactsOnly = given.table === 'sys_user' && shape === 'LIST' && isOfContacts(parsed)
  const root = contactsOnly ? { ...given, groups: ['Contacts'] } : given
  const anchor = shape === 'ONE' ? undefined : anchorOf(root.table, parsed)
  const fieldsText = said.get('sysparm_fields')
  const fields = fieldsText === undefined ? undefined : fieldPaths('sysparm_fields', fieldsText)
  const display = oneOf(said, 'sysparm_display_value', ['false', 'true', 'all'])
  if (root.open && display !== 'false')
    throw badInput('sysparm_display_value', '"false": what the columns refer to is not known', display)
  oneOf(said, 'sysparm_exclude_reference_link', ['true'])
  oneOf(said, 'sysparm_no_count', ['false', 'true'])
  oneOf(said, 'sysparm_suppress_pagination_header', ['true', 'false'])
  const conditions = (parsed?.clauses ?? []).flat(2)
  return {
    root,
    demands: merged([
      ...root.groups.map((group): VendorAccess => ({ group, kind: 'READ', fields: [] })),
      ...conditions.flatMap((condition) => demandsOfCondition(root, condition, contactsOnly)),
      ...(parsed?.orders ?? []).flatMap((path) => demandsOfOrder(QUERY, root, path)),
      ...(fields ?? []).flatMap((path) => demandsOfSteps(expectWalk('sysparm_fields', root, path))),
      ...(shape === 'STATS' ? aggregateDemands(said, root) : []),
      ...(anchor?.demands ?? []),
    ]),
    fields,
    display,
    limit: whole(said, 'sysparm_limit', USUAL_LIMIT, 1, MAX_LIMIT),
    offset: whole(said, 'sysparm_offset', 0, 0, MAX_OFFSET),
    anchor,
    contactsOnly,
    told: toldApart(said, parsed, conditions),
  }
}

function demandsOfCondition(
  root: Root,
  condition: Condition,
  contactsOnly: boolean,
): readonly VendorAccess[] {
  // The row filter is the gateway's own rule, and tells of a company no more than that it is a customer.
  if (contactsOnly && isGuard(condition)) return []
  const steps = expectWalk(QUERY, root, condition.path)
  const { other } = condition
  const others = other === undefined ? [] : expectWalk(QUERY, root, other)
  return [
    ...demandsOfSteps(steps),
    ...demandsOfSteps(others),
    ...(comparesAlone(root, condition)
      ? []
      : [steps, others].flatMap((each) => demandsOfDisplay(QUERY, each))),
  ]
}

/** Ids are compared as ids; every other operator sees a reference as people do (API.md 5). */
function comparesAlone(root: Root, { path, operator, values, other }: Condition): boolean {
  if (NO_VALUE.has(operator)) return true
  if (other === undefined && isLookedUp(root, path)) return true
  const isIdentity = IDENTITY.has(operator)
  return (
    isIdentity && ((root.open && onlyInstanceKnows(root, path)) || values.every((value) => BY_ID.test(value)))
  )
}

/** An order, a group or an aggregate goes by what a reference shows. */
function demandsOfOrder(argument: string, root: Root, path: string): readonly VendorAccess[] {
  const steps = expectWalk(argument, root, path)
  return [...demandsOfSteps(steps), ...(isLookedUp(root, path) ? [] : demandsOfDisplay(argument, steps))]
}

const MEASURES = ['avg', 'min', 'max', 'sum'].map((measure) => `sysparm_${measure}_fields`)

/** A count tells of what it is counted by (API.md 10). */
function aggregateDemands(said: ReadonlyMap<string, string>, root: Root): readonly VendorAccess[] {
  oneOf(said, 'sysparm_count', ['false', 'true'])
  return aggregatePaths(said).flatMap(([argument, path]) => demandsOfOrder(argument, root, path))
}

function aggregatePaths(said: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  const listed = ['sysparm_group_by', ...MEASURES].flatMap((name) => {
    const text = said.get(name)
    return text === undefined ? [] : fieldPaths(name, text).map((path) => [name, path] as const)
  })
  const having = said.get('sysparm_having')
  const order = said.get('sysparm_order_by')
  return [
    ...listed,
    ...(having === undefined ? [] : [['sysparm_having', havingPath(having)] as const]),
    ...(order === undefined ? [] : orderPath(order)),
  ]
}

/** `count^priority^>^3`. */
function havingPath(text: string): string {
  const [, path] =
    /^(?:count|avg|min|max|sum)\^([a-z0-9_.]+)\^(?:=|!=|>=|<=|>|<)\^-?\d{1,12}$/i.exec(text) ?? []
  if (path !== undefined) return path
  throw badInput('sysparm_having', 'one comparison such as count^priority^>^3', 'something else')
}

/** `COUNT^DESC`, or a column. */
function orderPath(text: string): readonly (readonly [string, string])[] {
  const [, what] = /^(COUNT|[a-z0-9_.]+)(?:\^(?:ASC|DESC))?$/.exec(text) ?? []
  if (what === undefined) throw badInput('sysparm_order_by', 'COUNT^DESC, or a column', 'something else')
  return what === 'COUNT' ? [] : [['sysparm_order_by', what]]
}

function toldApart(
  said: ReadonlyMap<string, string>,
  parsed: ParsedQuery | undefined,
  conditions: readonly Condition[],
): readonly string[] {
  return [
    ...conditions.flatMap(({ path, other }) => (other === undefined ? [path] : [path, other])),
    ...(parsed?.orders ?? []),
    ...aggregatePaths(said).map(([, path]) => path),
  ]
}

function oneOf<T extends string>(said: ReadonlyMap<string, string>, name: string, values: readonly T[]): T {
  const value = said.get(name)
  const found = values.find((one) => one === value)
  if (value === undefined && values[0] !== undefined) return values[0]
  if (found !== undefined) return found
  throw badInput(name, `one of ${values.join(', ')}`, 'something else')
}

function whole(
  said: ReadonlyMap<string, string>,
  name: string,
  usual: number,
  least: number,
  most: number,
): number {
  const text = said.get(name)
  if (text === undefined) return usual
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (number >= least && number <= most) return number
  throw badInput(name, `a whole number from ${least} to ${most}`, 'something else')
}

/** Of endpoints whose answers are no rows: a page, and nothing that would tell records apart. @throws GatewayError */
export function expectPageOnly({ query }: RawRequest): void {
  for (const [name, value] of query) {
    if (!/^(sysparm_)?(limit|offset|page|pageSize|count|startIndex)$/i.test(name))
      throw badInput('query', 'a page alone: what else is asked here can not be judged', name)
    if (!/^\d{1,9}$/.test(value)) throw badInput(name, 'a whole number', 'something else')
  }
}

function onlyInstanceKnows({ table }: Root, path: string): boolean {
  return !path.includes('.') && columnOf(table, path) === undefined
}

/** Before it is sent, the instance's dictionary is asked whether it is there and refers to nothing: see `send.ts`. */
function isLookedUp(root: Root, path: string): boolean {
  return !root.open && onlyInstanceKnows(root, path)
}
