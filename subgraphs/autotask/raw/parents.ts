import { GatewayError } from '../../../schema/errors.ts'
import type { FoundEndpoint } from '../../../schema/passthrough.ts'
import { parentMember } from '../body-fields.ts'
import { memberOf } from './values.ts'

/**
 * Whether a record hangs on another parent than the path names. What is judged is the parent in the path, and
 * whether the service insists on it is documented nowhere.
 */
export function isOfAnotherParent({ path }: FoundEndpoint, record: unknown): boolean {
  const [, parent = '', id, child] = path.split('/')
  if (child === undefined) return false
  const named = memberOf(record, parentMember(parent).toLowerCase())
  return typeof named === 'number' && String(named) !== id
}

/** @throws GatewayError NOT_FOUND */
export function expectParent(request: FoundEndpoint, record: unknown): void {
  if (isOfAnotherParent(request, record))
    throw new GatewayError('NOT_FOUND', 'No such record.', { argument: 'path' })
}
