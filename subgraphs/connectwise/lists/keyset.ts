import { badInput } from '../../../schema/errors.ts'
import {
  all,
  any,
  type Comparison,
  type Condition,
  compare,
  datetime,
  decimal,
  type FieldPath,
  fieldPath,
  integer,
  type Literal,
  text,
} from '../conditions.ts'

/** One way to order a list. */
export interface OrderSpec {
  readonly field: FieldPath
  readonly type: 'time' | 'number' | 'id' | 'text'
  /** What `fields=` must hold so that `read` finds the value. */
  readonly paths: readonly string[]
  /** The value of one raw record, as the vendor wrote it. */
  read(row: Readonly<Record<string, unknown>>): string | number | null
  /**
   * For a key that can be empty: which records have a value, and which do not. Where the vendor sorts empty
   * ones is not documented, so they are never sorted: a list first goes through the records with a value,
   * then, by id, through those without. Null comes last in both directions.
   */
  readonly split?: { readonly valued: Condition; readonly empty: Condition }
}

/** Where a page ended: plain JSON. `k` is null among the records without a value. */
export interface Position {
  readonly k: string | number | null
  readonly id: number
}

export type Direction = 'ASC' | 'DESC'

const ID = fieldPath('id')

/** @throws GatewayError BAD_USER_INPUT for a position that this source did not give */
export function readPosition(after: unknown): Position | undefined {
  if (after === null || after === undefined) return undefined
  const { k, id } = after as Record<string, unknown>
  if (
    (k === null || typeof k === 'string' || typeof k === 'number') &&
    typeof id === 'number' &&
    Number.isInteger(id)
  ) {
    return { k, id }
  }
  throw badInput('after', 'a position given by this list', after)
}

/** Behind a position: `key > v or (key = v and id > n)`, so that records of one key are told apart by id. */
export function behind(order: OrderSpec, direction: Direction, position: Position): Condition {
  const beyond: Comparison = direction === 'ASC' ? '>' : '<'
  const byId = compare(ID, beyond, integer('after', position.id))
  if (order.type === 'id' || position.k === null) return byId
  const value = literal(order, position.k)
  const tied = all([compare(order.field, '=', value), byId]) as Condition
  return any([compare(order.field, beyond, value), tied]) as Condition
}

export function orderBy(order: OrderSpec, direction: Direction, empty: boolean): string {
  const word = direction === 'ASC' ? 'asc' : 'desc'
  return order.type === 'id' || empty ? `id ${word}` : `${order.field} ${word},id ${word}`
}

function literal({ type }: OrderSpec, value: string | number): Literal {
  switch (type) {
    case 'time':
      return datetime('after', String(value))
    case 'text':
      return text('after', String(value))
    case 'id':
      return integer('after', value)
    case 'number':
      return decimal('after', Number(value))
  }
}
