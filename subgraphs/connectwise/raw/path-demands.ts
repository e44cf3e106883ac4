import type { VendorAccess } from '../../../schema/source.ts'
import { groupOfLink, groupOfReference, groupOfValue } from './member-groups.ts'

/**
 * What a field path of a query demands: each record that it walks through, and the field at its end. A filter or
 * an order tells as much of a field as the field itself. A bare id belongs to the record that refers.
 */
export function pathDemands(base: string, path: string): readonly VendorAccess[] {
  const [first = '', ...rest] = path.split('/')
  if (rest.length === 0) return [read(groupOfValue(first, base), first)]
  if (first.toLowerCase() === '_info') return [read(infoGroup(rest[0] ?? '', base), path)]
  if (rest.length === 1 && rest[0]?.toLowerCase() === 'id') return [read(base, first)]
  const group = groupOfReference(first, base)
  return [read(group, rest.join('/')), ...pathDemands(group, rest.join('/'))]
}

export function infoGroup(member: string, base: string): string {
  if (/_href$/i.test(member)) return groupOfLink(member, base)
  return groupOfValue(member, base)
}

function read(group: string, field: string): VendorAccess {
  return { group, kind: 'READ', fields: [field] }
}

/** One demand a group. */
export function merged(demands: readonly VendorAccess[]): readonly VendorAccess[] {
  const fields = new Map<string, Set<string>>()
  for (const demand of demands) {
    const known = fields.get(demand.group) ?? new Set()
    for (const field of demand.fields) known.add(field)
    fields.set(demand.group, known)
  }
  return [...fields].map(([group, names]) => ({ group, kind: 'READ', fields: [...names].toSorted() }))
}
