import type { TenantChoice, TenantChoices, VendorSession } from '../../schema/source.ts'
import { ifLetThrough } from '../reading/rights.ts'
import { isReadable } from './custom-fields.ts'
import {
  boards,
  companyTypes,
  prioritiesOf,
  statusesOf,
  typesOf,
  userDefinedFields,
  workTypes,
} from './reference.ts'
import type { BoardBody, SetupValue } from './schema.ts'

/** What the tenant offers now, of all that a mapping or a policy can name. */
export async function tenantChoices(session: VendorSession): Promise<TenantChoices> {
  const used = (await boards(session)).filter(({ inactiveFlag }) => inactiveFlag !== true)
  const statuses = await Promise.all(
    used.map(async ({ id }) =>
      (await statusesOf(session, String(id))).map((status) => ({ ...status, within: [String(id)] })),
    ),
  )
  const types = await Promise.all(
    used.map(async ({ id }) =>
      (await typesOf(session, String(id))).map((type) => ({ ...named(type), within: [String(id)] })),
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
    workTypes: (await workTypes(session)).map(named),
    priorities: (await prioritiesOf(session)).all.map(({ key, name }) => ({ key, name, active: true })),
    types: types.flat(),
    boards: used.map(named),
    // Policies alone name these, so that a member without the right for companies still has a mapping.
    companyTypes: (await ifLetThrough(companyTypes(session)))?.map(named),
    customFields: (await userDefinedFields(session))
      .filter(({ fieldTypeIdentifier }) => isReadable({ type: fieldTypeIdentifier ?? undefined }))
      .map(({ id, caption }) => ({ key: String(id), name: caption, active: true })),
  }
}

function named({ id, name, inactiveFlag }: SetupValue | BoardBody): TenantChoice {
  return { key: String(id), name: name ?? String(id), active: inactiveFlag !== true }
}
