import type { VendorSession } from '../../schema/source.ts'
import { type Condition, compare, fieldName, integer } from './conditions.ts'

/**
 * `publish`: 1 all Autotask users, which is the client portal, 2 internal, 4 internal and co-managed (API.md
 * 13). Co-managed users are the client's own staff, so only 2 is internal; a value that a tenant added counts
 * as seen by the client.
 */
export const PUBLISH_ALL = 1
export const PUBLISH_INTERNAL = 2

const PUBLISH = fieldName('publish')
const internalValue = integer('publish', PUBLISH_INTERNAL)

/** The split of `isClientVisible` as conditions, so that nothing falls between. */
export const INTERNAL_NOTES: Condition = compare(PUBLISH, 'eq', internalValue)
export const CLIENT_NOTES: Condition = compare(PUBLISH, 'noteq', internalValue)

export function isClientVisible({ publish }: { readonly publish: number | null }): boolean {
  return publish !== PUBLISH_INTERNAL
}

export interface NoteReach {
  readonly group: 'Ticket Notes' | 'Client-Facing Notes'
  readonly internal: boolean
  readonly client: boolean
}

/** Notes are two groups behind one endpoint: a caller who may read one of them is shown that one only. */
export function noteReach(session: VendorSession): NoteReach {
  const internal = session.mayRead('Ticket Notes', 'text')
  const client = session.mayRead('Client-Facing Notes', 'text')
  if (client && !internal) return { group: 'Client-Facing Notes', internal: false, client: true }
  if (internal && !client) return { group: 'Ticket Notes', internal: true, client: false }
  return { group: 'Ticket Notes', internal: true, client: true }
}

export function reachCondition({ internal, client }: NoteReach): Condition | undefined {
  if (internal && client) return undefined
  return internal ? INTERNAL_NOTES : CLIENT_NOTES
}
