import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'

/**
 * What an approver signs: hex SHA-256 of the plan as RFC 8785 JSON, so that a plan read back from the store,
 * with its keys in another order, hashes the same.
 * @throws TypeError for what has no JSON form
 */
export function planHash(plan: unknown): string {
  const text = canonicalize(plan)
  if (text === undefined) throw new TypeError('Expected a plan, got something without a JSON form')
  return createHash('sha256').update(text, 'utf8').digest('hex')
}
