import type { ExecutionResult } from 'graphql'
import type { GatewayContext } from '../context.ts'
import type { Happening } from './record.ts'
import { refusalsIn } from './refusals.ts'

/** What an answered operation leaves in the trail besides its writes: what an agent read, and what was refused. */
export function happeningsOf(context: GatewayContext, { errors = [] }: ExecutionResult): Happening[] {
  const { caller, operation, known, readings, refusalsOnRecord } = context
  // The set-up code asks for nothing but its own use.
  if (caller.kind === 'SETUP') return []
  const read = caller.kind === 'AGENT' ? readings.happenings() : []
  return [
    ...refusalsIn(errors, refusalsOnRecord),
    ...read.map((one) => ({ ...one, decision: { verdict: 'ALLOW' as const, rules: [] } })),
  ].map((one) => ({
    ...one,
    actor: caller,
    operation,
    policyVersion: one.connection === undefined ? null : (known.policyVersions.get(one.connection) ?? null),
  }))
}
