import type { ConnectionPolicy } from '../../policy/types.ts'

/** ConnectWise has a permission group of its own for ticket templates, off in every profile but one. */
export const TEMPLATE_GROUP = 'Service Templates'

/** The policy with that group to be read, where the vendor has it. */
export function templatesOpen(policy: ConnectionPolicy): ConnectionPolicy {
  const group = policy.groups[TEMPLATE_GROUP]
  return group === undefined
    ? policy
    : { ...policy, groups: { ...policy.groups, [TEMPLATE_GROUP]: { ...group, level: 'READ_ONLY' } } }
}
