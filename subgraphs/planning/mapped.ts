import { GatewayError } from '../../schema/errors.ts'

/**
 * What a person mapped, as the PSA has it now: one that is gone is not replaced by a guess.
 * @throws GatewayError NOT_CONFIGURED naming the member
 */
export function expectMapped<T extends { readonly name: string | null }>(
  member: string,
  usable: readonly T[],
  isIt: (one: T) => boolean,
): T {
  const found = usable.find(isIt)
  if (found !== undefined) return found
  throw new GatewayError(
    'NOT_CONFIGURED',
    `What the tenant mapping names as "${member}" is gone or not in use any more; map another.`,
    { missing: member, allowed: usable.map(({ name }) => name) },
  )
}
