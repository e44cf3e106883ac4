import { GatewayError } from '../../schema/errors.ts'
import type { NamedValue } from '../../schema/records.ts'
import type { VendorAccess, VendorSession } from '../../schema/source.ts'
import { chunks } from '../reading/chunks.ts'
import { MAX_RECORDS, query } from './client.ts'
import { fieldName, integer, isIn } from './conditions.ts'
import { queues } from './reference.ts'
import { roleQueue } from './schema.ts'

const ACCESS: VendorAccess = { group: 'Members', kind: 'READ', fields: ['teams'] }

/** One read holds 500 rows: twenty queues and roles of each. */
const RESOURCES_PER_READ = 25

async function rowsOf(session: VendorSession, resources: readonly number[]): Promise<readonly unknown[]> {
  const { rows, cut } = await query(session, {
    entity: 'ResourceRoleQueues',
    filter: [
      isIn(
        fieldName('resourceID'),
        resources.map((id) => integer('member', String(id))),
      ),
    ],
    fields: ['id', 'resourceID', 'queueID'],
    max: MAX_RECORDS,
    access: ACCESS,
  })
  if (cut)
    throw new GatewayError('LIMIT_EXCEEDED', 'These members work on more queues than are read at once.')
  return rows
}

/** The queues that each of these resources works on; a resource may do so in several roles. */
export async function queuesOf(
  session: VendorSession,
  resources: readonly number[],
): Promise<ReadonlyMap<number, readonly NamedValue[]>> {
  const [known, ...pages] = await Promise.all([
    queues(session),
    ...chunks(resources, RESOURCES_PER_READ).map((party) => rowsOf(session, party)),
  ])
  const names = new Map(known.map(({ key, name }) => [key, name]))
  const found = new Map<number, Map<string, NamedValue>>()
  for (const row of pages.flat()) {
    const { data } = roleQueue.safeParse(row)
    const key = String(data?.queueID)
    const name = names.get(key)
    if (data === undefined || name === undefined) continue
    const own = found.get(data.resourceID) ?? new Map<string, NamedValue>()
    found.set(data.resourceID, own.set(key, { key, name }))
  }
  return new Map([...found].map(([resource, own]) => [resource, [...own.values()]]))
}
