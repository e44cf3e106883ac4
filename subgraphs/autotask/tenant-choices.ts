import type { TenantChoices, VendorSession } from '../../schema/source.ts'
import { ifLetThrough } from '../reading/rights.ts'
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
    // Policies alone name these, so that an API user without the right for companies still has a mapping.
    companyTypes: await ifLetThrough(companyTypes(session)),
    customFields: (await userDefinedFields(session)).map(({ name, label }) => ({
      key: name,
      name: label ?? name,
      active: true,
    })),
  }
}
