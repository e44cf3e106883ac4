import type { TenantChoices, VendorSession } from '../../schema/source.ts'
import { choicesOf, noteFields, statuses, workRoles, workTypes } from './reference.ts'

/** What the tenant offers now, of all that a mapping can name. */
export async function tenantChoices(session: VendorSession): Promise<TenantChoices> {
  return {
    statuses: await statuses(session),
    noteTypes: choicesOf(await noteFields(session), 'noteType'),
    roles: await workRoles(session),
    workTypes: await workTypes(session),
  }
}
