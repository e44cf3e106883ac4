import type { GatewayError } from './errors.ts'
import type { EntityType, Reference } from './records.ts'

/** How a reference is answered: with what came embedded, only after the record itself was judged, or as if there were none. */
export type Following = 'AS_IT_IS' | 'LOAD' | 'NOWHERE'

/**
 * How a policy's record scope binds the reads of one connection. What its `source` answers is narrowed already; this
 * is what resolvers must know beside it.
 */
export interface ReadLimits {
  /** Differs from scope to scope: a cursor that was made under another one is refused. */
  readonly key: string
  /** A refusal where the scope cannot tell records of this type apart: none is read by id or in a list of its own. */
  refuseAlone(type: EntityType): GatewayError | null
  follow(reference: Reference): Following
}
