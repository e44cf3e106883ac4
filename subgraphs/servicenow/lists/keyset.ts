import { badInput } from '../../../schema/errors.ts'
import {
  any,
  type Clause,
  type Comparison,
  compare,
  integer,
  isEmpty,
  isNotEmpty,
  type Literal,
  moment,
  sysId,
  text,
  unsafe,
} from '../encoded-query.ts'
import { isSysId, type Row, valueAt } from '../rows.ts'

/** One way to order a list. */
export interface OrderSpec {
  readonly field: string
  readonly type: 'time' | 'number' | 'text'
  /** Columns besides the field that `read` looks at. */
  readonly paths?: readonly string[]
  /** The value of one row as the platform wrote it, when it is not simply the field's. */
  read?(row: Row): string | null
  /**
   * For a key that can be empty: which records have a value, and which do not. Where the platform sorts empty
   * ones is not documented, so they are never sorted: a list first goes through the records with a value,
   * then, by id, through those without. Null comes last in both directions.
   */
  readonly split?: { readonly valued: Clause; readonly empty: Clause }
}

/**
 * Where a page ended: plain JSON. `k` is null among the records without a value. `skip` counts the records
 * behind (k, id) that were passed already and whose own key no query can hold.
 */
export interface Position {
  readonly k: string | null
  readonly id: string
  readonly skip?: number
}

export type Direction = 'ASC' | 'DESC'

/** @throws GatewayError BAD_USER_INPUT for a position that this source did not give */
export function readPosition(after: unknown): Position | undefined {
  if (after === null || after === undefined) return undefined
  const { k, id, skip = 0 } = after as Record<string, unknown>
  if (
    (k === null || typeof k === 'string') &&
    typeof id === 'string' &&
    (isSysId(id) || id === '') &&
    Number.isInteger(skip) &&
    (skip as number) >= 0
  ) {
    return { k, id, ...(skip === 0 ? {} : { skip: skip as number }) }
  }
  throw badInput('after', 'a position given by this list', after)
}

export function split(field: string): NonNullable<OrderSpec['split']> {
  return { valued: isNotEmpty(field), empty: isEmpty(field) }
}

export function keyIn(order: OrderSpec, row: Row): string | null {
  return order.read === undefined ? valueAt(row, order.field) : order.read(row)
}

/** Whether a query can go on behind this key. */
export function holds(order: OrderSpec, key: string | null): boolean {
  return key === null || order.type !== 'text' || (unsafe(key) === undefined && key.length <= 200)
}

/**
 * Behind a position: `key > v or (key = v and id > n)`, so that records of one key are told apart by id. As a
 * conjunction of disjunctions, the only shape there is: `key >= v` and (`key > v` or `id > n`).
 */
export function behind(order: OrderSpec, direction: Direction, { k, id }: Position): readonly Clause[] {
  // The start of the list, from where records are skipped.
  if (id === '') return []
  const [beyond, from]: readonly [Comparison, Comparison] = direction === 'ASC' ? ['>', '>='] : ['<', '<=']
  const byId = compare('sys_id', beyond, sysId('after', id))
  if (k === null) return [byId]
  const value = literal(order, k)
  return [compare(order.field, from, value), any([compare(order.field, beyond, value), byId])]
}

export function ordering(order: OrderSpec, direction: Direction, empty: boolean) {
  const descending = direction === 'DESC'
  const byId = { field: 'sys_id', descending }
  return empty ? [byId] : [{ field: order.field, descending }, byId]
}

function literal({ type }: OrderSpec, value: string): Literal {
  switch (type) {
    case 'time':
      return moment('after', value)
    case 'number':
      return integer('after', value)
    case 'text':
      return text('after', value)
  }
}

/** How the platform orders two records, for putting together lists of several tables. */
export function compareKeys(
  order: OrderSpec,
  direction: Direction,
  a: { readonly k: string | null; readonly id: string },
  b: { readonly k: string | null; readonly id: string },
): number {
  if ((a.k === null) !== (b.k === null)) return a.k === null ? 1 : -1
  const sign = direction === 'ASC' ? 1 : -1
  const key =
    a.k === null || b.k === null ? 0 : order.type === 'number' ? Number(a.k) - Number(b.k) : byText(a.k, b.k)
  return sign * (key || byText(a.id, b.id))
}

function byText(a: string, b: string): number {
  const [left, right] = [a.toUpperCase(), b.toUpperCase()]
  return left < right ? -1 : left > right ? 1 : 0
}
