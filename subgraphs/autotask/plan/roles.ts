import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { serviceDeskRoles } from '../reference.ts'
import type { ResourceRole } from '../schema.ts'

/**
 * The role in which a member takes a ticket or logs time: Autotask wants both, and takes only pairs that it
 * lists (API.md 12.4). What a person mapped comes first, then what can only be meant.
 */
export async function roleOf(session: VendorSession, resource: string, argument: string): Promise<number> {
  const held = (await serviceDeskRoles(session)).filter(
    ({ resourceID, roleID, isActive }) =>
      String(resourceID) === resource && roleID !== null && isActive !== false,
  )
  if (held.length === 0) throw badInput(argument, 'a member who has a service desk role', resource)
  const { timeRoles = {} } = session.connection.mapping
  // A mapped role that this member does not have would be refused. The one for all members need not be everyone's.
  const own = timeRoles[resource]
  const mapped = held.find(({ roleID }) => String(roleID) === (own ?? timeRoles['*']))
  const found = mapped ?? (own === undefined ? guessRole(held) : undefined)
  if (found?.roleID != null) return found.roleID
  throw new GatewayError(
    'NOT_CONFIGURED',
    own === undefined
      ? 'The member has several roles and none of them is the default.'
      : 'The role that is mapped is none of this member, or not in use any more; map another.',
    {
      missing: `timeRoles.${resource}`,
      allowed: held.map(({ roleID }) => String(roleID)),
    },
  )
}

export function guessRole(held: readonly ResourceRole[]): ResourceRole | undefined {
  const defaults = held.filter(({ isDefault }) => isDefault === true)
  for (const candidates of [held, defaults]) if (candidates.length === 1) return candidates[0]
  return undefined
}
