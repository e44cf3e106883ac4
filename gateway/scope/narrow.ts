import { includesWithoutCase } from '../../policy/without-case.ts'
import { formatId, parseId } from '../../schema/ids.ts'
import type { EntityType } from '../../schema/records.ts'
import type { Filter, ListName, VendorCapabilities } from '../../schema/source.ts'
import type { Dimension, Limits } from './limits.ts'

const MEMBERS = [
  { member: 'company', type: 'Company', list: 'companies' },
  { member: 'board', type: 'Board', list: 'boards' },
] as const satisfies readonly { member: Dimension; type: EntityType; list: string }[]

/** Longer lists would not fit into a request; they are judged record by record all the same. */
const MOST_IDS = 100

export interface Narrowed {
  readonly filter: Filter
  /** Nothing that the vendor answers to this filter is outside, as far as it filters rightly. */
  readonly whole: boolean
  /** Members that the scope put there, and not the caller. */
  readonly added: readonly string[]
}

/** What the scope includes as members of the vendor's own filter; null when the caller asked for nothing inside. */
export function narrow(
  limits: Limits,
  list: ListName,
  type: EntityType,
  filter: Filter,
  slug: string,
  { filters }: VendorCapabilities,
): Narrowed | null {
  const { include, exclude } = limits.scope
  const narrowed: Record<string, unknown> = { ...filter }
  const added: string[] = []
  let whole = exclude === undefined
  for (const dimension of limits.dimensionsOf(type)) {
    const known = MEMBERS.find((one) => one.member === dimension)
    if (known === undefined) {
      whole = false
      continue
    }
    const { member, type: target, list: name } = known
    const included = include?.[name]
    const given = filter[member]
    if (Array.isArray(given)) {
      const inside = given.filter((id) => {
        const key = parseId(String(id))?.key ?? ''
        return (
          (included === undefined || includesWithoutCase(included, key)) &&
          !includesWithoutCase(exclude?.[name] ?? [], key)
        )
      })
      if (inside.length === 0) return null
      narrowed[member] = inside
    } else if (included !== undefined && included.length <= MOST_IDS && filters[list].includes(member)) {
      narrowed[member] = included.map((key) => formatId(slug, target, key))
      added.push(member)
    } else if (included !== undefined) {
      whole = false
    }
  }
  return { filter: narrowed, whole, added }
}
