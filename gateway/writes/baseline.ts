import { isDeepStrictEqual } from 'node:util'
import type { OpenConnection } from '../../schema/context.ts'
import type { Plan } from './plan.ts'

export interface Drift {
  readonly target: string
  readonly field: string
  readonly planned: unknown
  readonly now: unknown
}

/**
 * What has changed since the plan, of all that the plan rests on. UPDATE, MERGE and a create under a parent
 * compare fields; a deletion, its version marker. A target that is gone has drifted.
 */
export async function driftOf(plan: Plan, connection: OpenConnection): Promise<readonly Drift[]> {
  const drifts: Drift[] = []
  for (const { target, fields, version, kind } of plan.baseline) {
    const name = `${target.type} ${target.key}`
    const now = await connection.source.readTarget(connection.session, target, Object.keys(fields))
    if (!now.exists) {
      drifts.push({ target: name, field: 'exists', planned: true, now: false })
      continue
    }
    if (kind === 'DELETE' && now.version !== version) {
      drifts.push({ target: name, field: 'version', planned: version, now: now.version })
    }
    for (const [field, planned] of Object.entries(fields)) {
      // Both sides as JSON gives them back: the planned one comes from the store.
      const current: unknown = JSON.parse(JSON.stringify(now.fields[field] ?? null))
      if (!isDeepStrictEqual(planned ?? null, current)) drifts.push({ target: name, field, planned, now: current })
    }
  }
  return drifts
}
