import type { TenantChoices, VendorSession } from '../../schema/source.ts'
import { boards, statusesOf, workTypes } from './reference.ts'

/** What the tenant offers now, of all that a mapping can name. */
export async function tenantChoices(session: VendorSession): Promise<TenantChoices> {
  const used = (await boards(session)).filter(({ inactiveFlag }) => inactiveFlag !== true)
  const statuses = await Promise.all(
    used.map(async ({ id }) =>
      (await statusesOf(session, String(id))).map((status) => ({ ...status, within: [String(id)] })),
    ),
  )
  return {
    statuses: statuses.flat().map(({ key, name, inactive, emailTemplate, within }) => ({
      key,
      name,
      active: inactive !== true,
      mails: emailTemplate != null,
      within,
    })),
    workTypes: (await workTypes(session)).map(({ id, name, inactiveFlag }) => ({
      key: String(id),
      name,
      active: inactiveFlag !== true,
    })),
  }
}
