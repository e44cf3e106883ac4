import type { TenantChoices, VendorSession } from '../../schema/source.ts'
import {
  choicesOf,
  companyTypes,
  noteFields,
  priorities,
  queues,
  statuses,
  ticketTypes,
  userDefinedFields,
  workRoles,
  workTypes,
} from './reference.ts'

/** What the tenant offers now, of all that a mapping or a policy can name. */
export async function tenantChoices(session: VendorSession): Promise<TenantChoices> {
  return {
    statuses: await statuses(session),
    noteTypes: choicesOf(await noteFields(session), 'noteType'),
    roles: await workRoles(session),
    workTypes: await workTypes(session),
    priorities: await priorities(session),
    types: await ticketTypes(session),
    boards: await queues(session),
    companyTypes: await companyTypes(session),
    customFields: (await userDefinedFields(session)).map(({ name, label }) => ({
      key: name,
      name: label ?? name,
      active: true,
    })),
  }
}
