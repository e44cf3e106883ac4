import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { VendorAccess } from '../../../schema/source.ts'
import { columnOf, isCustom } from '../columns.ts'
import { policyName } from '../field-names.ts'
import { CLOSED, type Closed, groupsOfColumn, groupsOfReference, isClosed } from './column-groups.ts'
import { bodyOfTable, type Root } from './shapes.ts'

/** One name of a dotted path, where it was found. */
export interface Step {
  readonly table: string
  readonly column: string
  /** Groups of the record that holds it. */
  readonly groups: readonly string[]
}

/** Follows `caller_id.company.name` from table to table, each step known. Undefined where one is not. */
export function walk(root: Root, path: string): readonly Step[] | Closed | undefined {
  const steps: Step[] = []
  let { table, groups } = root
  const names = path.split('.')
  for (const [index, column] of names.entries()) {
    const found = columnOf(table, column)
    const isLast = index === names.length - 1
    const isOwn = index === 0 && isLast
    if (found === undefined && !(isOwn && (root.open || isCustom(column)))) return undefined
    if (isClosed(table, column)) return CLOSED
    steps.push({ table, column, groups })
    if (isLast) break
    const next = groupsOfReference(table, column)
    if (next === undefined || found?.reference === undefined || found.type !== 'reference') return undefined
    if (next === CLOSED) return CLOSED
    table = found.reference
    groups = next
  }
  return steps
}

/** The last step of a path that may be asked for. @throws GatewayError BAD_USER_INPUT, FORBIDDEN_OPERATION */
export function expectWalk(argument: string, root: Root, path: string): readonly Step[] {
  const steps = walk(root, path)
  if (steps === undefined) throw badInput(argument, `columns of ${root.table} that the gateway knows`, path)
  if (steps === CLOSED)
    throw new GatewayError('FORBIDDEN_OPERATION', `Nobody may ask for "${path}" of ${root.table}.`)
  return steps
}

/** All that reading these columns demands: each step belongs to the record that holds it. */
export function demandsOfSteps(steps: readonly Step[]): readonly VendorAccess[] {
  return steps.flatMap(({ table, column, groups }) =>
    [...groups, ...groupsOfColumn(table, column)].map(
      (group): VendorAccess => ({
        group,
        kind: 'READ',
        fields: [policyName(bodyOfTable(table), column)],
      }),
    ),
  )
}

/** What is shown in the place of a reference is the other record's. @throws GatewayError FORBIDDEN_OPERATION */
export function demandsOfDisplay(argument: string, steps: readonly Step[]): readonly VendorAccess[] {
  const last = steps.at(-1)
  const groups = last === undefined ? undefined : groupsOfReference(last.table, last.column)
  if (groups === undefined) return []
  if (groups === CLOSED)
    throw new GatewayError(
      'FORBIDDEN_OPERATION',
      `Whose name "${last?.column}" shows can not be told, so nobody may search or order by it.`,
      { argument },
    )
  return groups.map((group): VendorAccess => ({ group, kind: 'READ', fields: ['name'] }))
}

export function merged(demands: readonly VendorAccess[]): readonly VendorAccess[] {
  const found = new Map<string, VendorAccess>()
  for (const demand of demands) {
    const key = `${demand.group} ${demand.kind}`
    const fields = new Set([...(found.get(key)?.fields ?? []), ...demand.fields])
    found.set(key, { ...demand, fields: [...fields].toSorted() })
  }
  return [...found.values()]
}
