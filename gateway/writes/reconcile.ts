import { isDeepStrictEqual } from 'node:util'
import type { OpenConnection } from '../../schema/context.ts'
import { GatewayError } from '../../schema/errors.ts'
import type { PlannedStep } from '../../schema/plan.ts'
import { openForAdministration } from '../admin/probe.ts'
import { record } from '../audit/record.ts'
import { ownGroups } from '../passthrough/catalogue.ts'
import type { Services } from '../services.ts'
import { findConnection } from '../store/connections.ts'
import { listSteps, resolveUnknown } from '../store/executions.ts'
import { storeNow } from '../store/now.ts'
import {
  claimReading,
  madeByOthers,
  nextReading,
  resolveStep,
  unclearBeside,
} from '../store/reconciliation.ts'
import { getRevision } from '../store/requests.ts'
import type { WriteRequestRow, WriteStepRow } from '../store/tables.ts'
import { asStored } from './as-stored.ts'
import { readBack } from './execute.ts'
import type { Plan } from './plan.ts'
import { readTarget } from './read-target.ts'
import { readBackIn } from './reconcile-in.ts'
import { type Found, resolutionOf, unclearStep } from './resolution.ts'

/** docs/safety.md (b): up to five reads over the settle window; "not applied" is concluded after the last one only. */
const READS = 5

/** Another read may find something else, save where there is no way to read at all. */
type Look = Found | { readonly outcome: 'UNDECIDED' | 'NO_METHOD'; readonly why: string }

/** One read of one unclear outcome, in any gateway of the installation. Nothing here can send. */
export async function reconcileRequest(services: Services, id: string): Promise<void> {
  const { db } = services.store
  const request = await claimReading(db, { id, holdSeconds: services.settings.lease })
  if (request === undefined) return
  const plan = (await getRevision(db, id, request.revision))?.plan as Plan | undefined
  const steps = await listSteps(db, id, request.revision)
  const step = unclearStep(steps)
  const planned = step === undefined ? undefined : plan?.steps[step.step - 1]
  const answered = steps.at(-1)
  if (plan !== undefined && step === undefined && answered !== undefined) {
    // Whoever it was taken over from lived on, and has put the answer on record since.
    const { outcome, vendor_id } = answered
    const found: Found = outcome === 'DONE' ? { outcome: 'DONE', key: vendor_id } : { outcome: 'NOT_APPLIED' }
    await settleFound(services, request, plan, steps, answered, found)
    return
  }
  if (plan === undefined || step === undefined || planned === undefined) {
    return leaveToPerson(services, request, 'The step that is unclear is not on record.')
  }
  const gap = services.settings.settleWindow / (READS - 1)
  let connection: OpenConnection | undefined
  let look: Look
  try {
    connection = await openFor(services, request)
    look = await lookFor(services, connection, request, plan, steps, step, planned)
  } catch (error) {
    // A read that was not answered is none of the five: it tells nothing about the write.
    services.log('warn', 'an unclear outcome could not be looked for', {
      requestId: id,
      connection: request.connection,
      error: error instanceof GatewayError ? error.code : String(error),
    })
    await nextReading(db, request, { inSeconds: gap, counts: false })
    return
  }
  const last = request.reconcile_reads + 1 >= READS
  if (look.outcome === 'DONE' || (look.outcome === 'NOT_APPLIED' && last)) {
    await services.crashPoint?.('before reconciling', id)
    const row = await settleFound(services, request, plan, steps, step, look)
    await services.crashPoint?.('after reconciling', id)
    if (row?.state === 'EXECUTED') {
      await readBack({ services, request: row, plan, connection }, row.result ?? {})
    }
    return
  }
  if (look.outcome === 'NO_METHOD' || (look.outcome === 'UNDECIDED' && last)) {
    return leaveToPerson(services, request, look.why)
  }
  await nextReading(db, request, { inSeconds: gap, counts: true })
}

/** By the gateway's own right to read: what was sent must be found out whatever the agent may do by now. */
export async function openFor(services: Services, request: WriteRequestRow): Promise<OpenConnection> {
  const row = await findConnection(services.store.db, request.connection)
  const open = row?.enabled
    ? openForAdministration(services, row, await ownGroups(services.store.db, row.slug))
    : undefined
  if (open === undefined) throw new GatewayError('CONNECTION_FORBIDDEN', 'The connection is not enabled.')
  return open
}

function settleFound(
  services: Services,
  request: WriteRequestRow,
  plan: Plan,
  steps: readonly WriteStepRow[],
  { step, revision }: WriteStepRow,
  found: Found,
): Promise<WriteRequestRow | undefined> {
  const { state, settlement } = resolutionOf(request, plan, steps, step, found)
  const readAgain = state === 'EXECUTED' ? { reconcileIn: readBackIn(services.settings) } : {}
  return services.store.transaction(async (trx) => {
    const row = await resolveUnknown(trx, request.id, state, {
      ...settlement,
      ...readAgain,
      reconciled: true,
    })
    if (row === undefined) return undefined
    const vendorId = found.outcome === 'DONE' ? found.key : null
    await resolveStep(trx, { id: request.id, revision, step }, { outcome: found.outcome, vendorId })
    await record(trx, services, {
      type: 'RECONCILED',
      request: row,
      step,
      ...(row.error !== null && { error: row.error }),
    })
    return row
  })
}

/** Reading can't tell: it stays unknown, and people hear that it is theirs now. */
async function leaveToPerson(services: Services, request: WriteRequestRow, why: string): Promise<void> {
  await services.store.transaction(async (trx) => {
    const row = await nextReading(trx, request, { inSeconds: null, counts: true })
    if (row === undefined) return
    const error = {
      code: 'OUTCOME_UNKNOWN',
      message: 'Reading did not tell whether the PSA applied this write. A person has to look.',
      details: { why },
    }
    await record(trx, services, { type: 'RECONCILED', request: row, error, payload: { why } })
  })
}

async function lookFor(
  services: Services,
  connection: OpenConnection,
  request: WriteRequestRow,
  plan: Plan,
  steps: readonly WriteStepRow[],
  step: WriteStepRow,
  planned: PlannedStep,
): Promise<Look> {
  const { reconcile } = planned
  if (reconcile.by === 'PERSON') return { outcome: 'NO_METHOD', why: reconcile.reason }
  if (reconcile.by === 'VALUES') return byValues(connection, plan, steps, planned)
  return byCreation(services, connection, request, step, planned)
}

/** UPDATE, MERGE and BUNDLE: the values that it writes. DELETE: whether the record is still there. */
async function byValues(
  connection: OpenConnection,
  plan: Plan,
  steps: readonly WriteStepRow[],
  { reconcile, access }: PlannedStep,
): Promise<Look> {
  if (reconcile.by !== 'VALUES') throw new Error('not by values')
  const { target, planned } = reconcile
  const fields = Object.keys(planned)
  const now = await readTarget(connection, target, fields)
  if (access.kind === 'DELETE') {
    return now.exists ? { outcome: 'NOT_APPLIED' } : { outcome: 'DONE', key: null }
  }
  if (!now.exists) return { outcome: 'UNDECIDED', why: 'The record is gone.' }
  if (fields.length === 0) return { outcome: 'NO_METHOD', why: 'It writes no value that can be read.' }
  const before = valuesBefore(plan, steps, target)
  const every = (values: Readonly<Record<string, unknown>>) =>
    fields.every(
      (field) =>
        Object.hasOwn(values, field) && isDeepStrictEqual(values[field] ?? null, asStored(now.fields[field])),
    )
  if (every(planned)) return { outcome: 'DONE', key: null }
  if (every(before)) return { outcome: 'NOT_APPLIED' }
  return {
    outcome: 'UNDECIDED',
    why: 'The record holds neither all that was written nor all that was before.',
  }
}

/** The baseline, and what the steps before this one have put in its place. */
function valuesBefore(
  plan: Plan,
  steps: readonly WriteStepRow[],
  target: { readonly type: string; readonly key: string },
): Readonly<Record<string, unknown>> {
  const isTarget = (one: { readonly type: string; readonly key: string }) =>
    one.type === target.type && one.key === target.key
  const values = Object.assign(
    {},
    ...plan.baseline.filter((one) => isTarget(one.target)).map(({ fields }) => fields),
  )
  for (const { step, outcome } of steps) {
    const reconcile = plan.steps[step - 1]?.reconcile
    if (outcome === 'DONE' && reconcile?.by === 'VALUES' && isTarget(reconcile.target))
      Object.assign(values, reconcile.planned)
  }
  return values
}

/** CREATE: by the value planted in the record, else by what it says and when it was made. */
async function byCreation(
  services: Services,
  connection: OpenConnection,
  request: WriteRequestRow,
  step: WriteStepRow,
  planned: PlannedStep,
): Promise<Look> {
  const { source, session } = connection
  const { db } = services.store
  if (source.findCreated === undefined) {
    return { outcome: 'NO_METHOD', why: 'This PSA can not be asked for what was just made.' }
  }
  const { reconcile } = planned
  const twins = ((await unclearBeside(db, request)) as readonly Plan[]).flatMap(({ steps }) => steps)
  if (reconcile.by === 'FINGERPRINT' && twins.some((twin) => isDeepStrictEqual(twin.reconcile, reconcile))) {
    return { outcome: 'UNDECIDED', why: 'Another request that says the same is unclear, too.' }
  }
  const { ours, untold } = await source.findCreated(
    session,
    planned,
    await sendWindow(services, connection, step),
  )
  const taken = await madeByOthers(db, request, [...ours, ...untold])
  const fitting = [...ours, ...untold].filter((key) => !taken.has(key))
  const [key] = fitting
  if (key === undefined) return { outcome: 'NOT_APPLIED' }
  if (fitting.length > 1) return { outcome: 'UNDECIDED', why: `${fitting.length} records fit.` }
  if (untold.includes(key))
    return { outcome: 'UNDECIDED', why: 'A record fits, and the PSA does not tell who wrote it.' }
  return { outcome: 'DONE', key }
}

/**
 * From the intent until now, by the vendor's clock: a vendor may apply a write long after it broke its answer.
 * Its clock is told by an answer; where this process has heard none yet, it asks for one.
 */
async function sendWindow(
  { store, ports }: Services,
  { slug, source, session }: OpenConnection,
  { send_started_at }: WriteStepRow,
): Promise<{ after: string; before: string }> {
  if (ports.clocks.skewOf(slug) === undefined) await source.test(session)
  const now = await storeNow(store.db)
  const vendorLessStore = (ports.clocks.skewOf(slug) ?? 0) + Date.now() - now.getTime()
  const iso = (date: Date) => new Date(date.getTime() + vendorLessStore).toISOString()
  return { after: iso(send_started_at ?? now), before: iso(now) }
}
