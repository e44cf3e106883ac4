import { isDeepStrictEqual } from 'node:util'
import type { OpenConnection } from '../../schema/context.ts'
import type { AccessKind } from '../../schema/groups.ts'
import type { Db } from '../store/index.ts'
import { plansExecutedSince } from '../store/requests.ts'
import type { WriteRequestRow } from '../store/tables.ts'
import { asStored } from './as-stored.ts'
import type { Plan } from './plan.ts'
import { readTarget } from './read-target.ts'

export interface Drift {
  readonly target: string
  readonly kind: AccessKind
  readonly field: string
  readonly planned: unknown
  readonly now: unknown
}

/** What the policy's decision and the approvers rest on: a change of these counts, whoever made it. */
const DECIDES: ReadonlySet<string> = new Set(['company', 'board', 'closed', 'mergedInto', 'parent', 'exists'])

/**
 * Drift that counts. A change that another request of ours made meanwhile does not (docs/safety.md (b)), as when one
 * call asked for a status and for a note: it was seen and signed on its own. It does count where this plan writes
 * the same field, or was decided by it.
 */
export async function foreignDrift(
  db: Db,
  request: WriteRequestRow,
  plan: Plan,
  connection: OpenConnection,
): Promise<readonly Drift[]> {
  const drifts = await driftOf(plan, connection)
  if (drifts.length === 0) return []
  const written = valuesOf(plan)
  const ours = ((await plansExecutedSince(db, request)) as readonly Plan[]).flatMap(valuesOf)
  const same = (one: Written, drift: Drift) => one.target === drift.target && one.field === drift.field
  return drifts.filter(
    (drift) =>
      drift.kind === 'MERGE' ||
      drift.kind === 'DELETE' ||
      DECIDES.has(drift.field) ||
      written.some((one) => same(one, drift)) ||
      !ours.some((one) => same(one, drift) && isDeepStrictEqual(one.value ?? null, drift.now)),
  )
}

/**
 * Whether what an update rests on and does not write holds something else after it: somebody changed it between E2
 * and E4. A note or time beside it may move a status by the PSA's own rules, so that of such a plan's status nothing
 * is told.
 */
export async function changedBeside(
  db: Db,
  request: WriteRequestRow,
  plan: Plan,
  { target, fields, kind }: Plan['baseline'][number],
  now: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  if (kind !== 'UPDATE') return false
  const name = `${target.type} ${target.key}`
  const own = new Set(valuesOf(plan).flatMap((one) => (one.target === name ? [one.field] : [])))
  for (const { field } of plan.changes) own.add(field)
  if (plan.steps.some(({ access }) => access.kind !== 'UPDATE')) own.add('status')
  if (own.has('status')) own.add('closed')
  const changed = Object.entries(fields).filter(
    ([field, before]) => !own.has(field) && !isDeepStrictEqual(before ?? null, asStored(now[field])),
  )
  if (changed.length === 0) return false
  const ours = ((await plansExecutedSince(db, request)) as readonly Plan[]).flatMap(valuesOf)
  return changed.some(
    ([field]) =>
      !ours.some(
        (one) =>
          one.target === name &&
          one.field === field &&
          isDeepStrictEqual(one.value ?? null, asStored(now[field])),
      ),
  )
}

interface Written {
  readonly target: string
  readonly field: string
  readonly value: unknown
}

function valuesOf(plan: Plan): readonly Written[] {
  return plan.steps.flatMap(({ reconcile }) =>
    reconcile.by === 'VALUES'
      ? Object.entries(reconcile.planned).map(([field, value]) => ({
          target: `${reconcile.target.type} ${reconcile.target.key}`,
          field,
          value,
        }))
      : [],
  )
}

/**
 * What has changed since the plan, of all that the plan rests on. UPDATE, MERGE and a create under a parent
 * compare fields; a deletion, its version marker. A target that is gone has drifted.
 */
async function driftOf(plan: Plan, connection: OpenConnection): Promise<readonly Drift[]> {
  const drifts: Drift[] = []
  for (const { target, fields, version, kind } of plan.baseline) {
    const name = `${target.type} ${target.key}`
    const now = await readTarget(connection, target, Object.keys(fields))
    if (!now.exists) {
      drifts.push({ target: name, kind, field: 'exists', planned: true, now: false })
      continue
    }
    if (kind === 'DELETE' && now.version !== version) {
      drifts.push({ target: name, kind, field: 'version', planned: version, now: now.version })
    }
    for (const [field, planned] of Object.entries(fields)) {
      // Both sides as JSON gives them back: the planned one comes from the store.
      const current = asStored(now.fields[field])
      if (!isDeepStrictEqual(planned ?? null, current))
        drifts.push({ target: name, kind, field, planned, now: current })
    }
  }
  return drifts
}
