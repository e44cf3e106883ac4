import type { Decision, Demand } from '../../policy/types.ts'
import { GatewayError } from '../../schema/errors.ts'
import { record } from '../audit/record.ts'
import { refusalKey } from '../audit/refusals.ts'
import type { GatewayContext } from '../context.ts'
import type { Caller } from '../identity/caller.ts'
import type { KnownPrincipal } from '../identity/principal.ts'
import type { SubmittedName } from './submission.ts'

/** A refusal is on record before it is answered. @throws GatewayError the refusal */
export async function refuse(
  context: GatewayContext,
  caller: Caller,
  connection: string,
  field: SubmittedName,
  demands: readonly Demand[],
  decision: Extract<Decision, { verdict: 'DENY' }>,
  known: KnownPrincipal = context.known,
): Promise<never> {
  await context.services.store.transaction((trx) =>
    record(trx, context.services, {
      type: 'DECISION',
      actor: caller,
      operation: context.operation,
      connection,
      write: field,
      demands,
      decision: { verdict: 'DENY', code: decision.code, rules: [decision.rule] },
      policyVersion: known.policyVersions.get(connection) ?? null,
    }),
  )
  const error = new GatewayError(decision.code, decision.message, decision.details)
  context.refusalsOnRecord.add(refusalKey(error.extensions))
  throw error
}
