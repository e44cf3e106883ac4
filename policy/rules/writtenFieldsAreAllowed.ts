import { isCustomFieldContainer } from '../custom-fields.ts'
import type { AllowedFields, Demand } from '../types.ts'
import { groupPolicyOf, type Objection, objectTo, policyOf, type Question, sortedOnce } from './rule.ts'

/**
 * For CREATE and UPDATE; the other kinds have a switch instead. A write that names no field (an action such as
 * "convert") passes only under ALL: a list allows these fields, and such a write is none of them.
 */
export function writtenFieldsAreAllowed({ principal, demands }: Question): Objection | undefined {
  for (const demand of demands) {
    const outside = fieldsOutside(demand, allowedFor(demand))
    if (outside === undefined) continue
    // One answer names every field to drop, not only those of the demand that happened to come first.
    const all = demands
      .filter((other) => sameGroupAndKind(demand, other))
      .flatMap((other) => fieldsOutside(other, allowedFor(other)) ?? [])
    const fields = sortedOnce(all)
    return objectTo('FIELD_NOT_ALLOWED', { ...demand, fields }, reason(fields, allowedFor(demand)), {
      fields,
    })
  }
  return undefined

  function allowedFor(demand: Demand): AllowedFields | undefined {
    const { allowedFields } = groupPolicyOf(policyOf(principal, demand), demand.group)
    return demand.kind === 'CREATE' || demand.kind === 'UPDATE' ? allowedFields?.[demand.kind] : undefined
  }
}

/** Undefined when all is well; an empty list refuses a write that names no field. */
function fieldsOutside(demand: Demand, allowed: AllowedFields | undefined): readonly string[] | undefined {
  if (demand.kind !== 'CREATE' && demand.kind !== 'UPDATE') return undefined
  if (demand.fields.length === 0) return allowed === 'ALL' ? undefined : []
  const outside = demand.fields.filter(
    (field) => isCustomFieldContainer(field) || (allowed !== 'ALL' && !allowed?.includes(field)),
  )
  return outside.length === 0 ? undefined : outside
}

function sameGroupAndKind(one: Demand, other: Demand): boolean {
  return one.connection === other.connection && one.group === other.group && one.kind === other.kind
}

function reason(fields: readonly string[], allowed: AllowedFields | undefined): string {
  if (fields.some(isCustomFieldContainer)) return 'custom fields must be named one by one, as custom:<id>'
  if (fields.length === 0) return 'it names no field, and only the allowed fields "ALL" cover that'
  return allowed === undefined
    ? 'the policy allows no field of this group to be written this way'
    : "these fields are outside the group's allowed fields"
}
