import { badInput } from '../../schema/errors.ts'
import type { VendorRecord } from '../../schema/records.ts'
import type { ChildrenRequest, ListPage } from '../../schema/source.ts'

/** One record below a parent, as it was read, with what it is placed by. */
export interface Below<T> {
  readonly parent: string
  /** Or another thing that it is placed by: a number, a time; what has none comes last. */
  readonly name: string | number | null
  readonly id: string | number
  readonly item: T
}

/** A page for each parent of records that were read together: sorted here, since collations differ and one request has one order. */
export async function pagesByName<T>(
  below: readonly Below<T>[],
  { parents, first, order }: Pick<ChildrenRequest, 'parents' | 'first' | 'order'>,
  after: unknown,
  toRecords: (items: readonly T[]) => Promise<readonly VendorRecord[]>,
): Promise<readonly ListPage[]> {
  const sign = order.direction === 'ASC' ? 1 : -1
  const from = positionOf(after)
  const byParent = Map.groupBy(below, ({ parent }) => parent)
  return Promise.all(
    parents.map(async (parent) => {
      const sorted = (byParent.get(parent) ?? []).toSorted((a, b) => compare(a, b) * sign)
      const behind = from === undefined ? sorted : sorted.filter((one) => compare(one, from) * sign > 0)
      const shown = behind.slice(0, first)
      return {
        records: await toRecords(shown.map(({ item }) => item)),
        positions: shown.map(({ name, id }) => ({ k: name, id })),
        sortValues: shown.map(({ name }) => name),
        hasNext: behind.length > shown.length,
      }
    }),
  )
}

type Place = Pick<Below<unknown>, 'name' | 'id'>

function compare(a: Place, b: Place): number {
  return (
    compareNames(a.name, b.name) ||
    (typeof a.id === 'number' && typeof b.id === 'number'
      ? a.id - b.id
      : a.id < b.id
        ? -1
        : a.id > b.id
          ? 1
          : 0)
  )
}

function compareNames(a: Place['name'], b: Place['name']): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return String(a).localeCompare(String(b), 'en', { sensitivity: 'base' })
}

function positionOf(after: unknown): Place | undefined {
  if (after === null || after === undefined) return undefined
  const { k, id } = after as Record<string, unknown>
  const isName = k === null || typeof k === 'string' || typeof k === 'number'
  if (isName && (typeof id === 'string' || typeof id === 'number')) return { name: k, id }
  throw badInput('after', 'a position given by this list', after)
}
