import { badInput } from '../../../schema/errors.ts'

/** Where a page ended: plain JSON. `k` is null among the records without a value. */
export interface Position {
  readonly k: string | number | null
  readonly id: number
}

/** @throws GatewayError BAD_USER_INPUT for a position that this source did not give */
export function readPosition(after: unknown): Position | undefined {
  if (after === null || after === undefined) return undefined
  const { k, id } = after as Record<string, unknown>
  if (
    (k === null || typeof k === 'string' || (typeof k === 'number' && Number.isFinite(k))) &&
    typeof id === 'number' &&
    Number.isInteger(id)
  ) {
    return { k, id }
  }
  throw badInput('after', 'a position given by this list', after)
}
