import type { TenantChoices, VendorSession } from '../../schema/source.ts'
import { describeOutcome } from './plan/outcomes.ts'
import {
  fieldInfos,
  outcomes,
  priorities,
  statuses,
  statusesOfType,
  teams,
  ticketTypes,
  workTypes,
} from './reference.ts'

/** What the tenant offers now, of all that a mapping or a policy can name. */
export async function tenantChoices(session: VendorSession): Promise<TenantChoices> {
  const types = await ticketTypes(session)
  const perType = await Promise.all(
    types.map(async ({ id }) => ({
      type: String(id),
      outcomes: await outcomes(session, id),
      statuses: await statusesOfType(session, id),
    })),
  )
  const known = new Map(perType.flatMap((one) => one.outcomes).map((row) => [row.id, row]))
  const within = (list: 'outcomes' | 'statuses', id: number) =>
    perType.flatMap((one) => (one[list].some((row) => row.id === id) ? [one.type] : []))
  return {
    statuses: (await statuses(session)).map(({ id, key, name }) => ({
      key,
      name,
      active: true,
      within: within('statuses', id),
    })),
    outcomes: [...known.values()].map((row) => ({
      key: String(row.id),
      name: describeOutcome(row).name,
      active: row.hidden !== true,
      within: within('outcomes', row.id),
    })),
    workTypes: (await workTypes(session)).map(({ id, name, inactive }) => ({
      key: String(id),
      name,
      active: inactive !== true,
    })),
    priorities: (await priorities(session)).map(({ key, name }) => ({ key, name, active: true })),
    types: types.map(({ id, name }) => ({ key: String(id), name, active: true })),
    boards: (await teams(session)).map(({ id, name }) => ({ key: String(id), name, active: true })),
    customFields: (await fieldInfos(session))
      .filter(({ usage }) => usage === null || usage === TICKETS)
      .map(({ id, label, name }) => ({ key: String(id), name: label ?? name ?? String(id), active: true })),
  }
}

/** Where a custom field is used, by Halo's own number. */
const TICKETS = 1
