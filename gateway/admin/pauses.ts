import { badInput } from '../../schema/errors.ts'
import { parseId } from '../../schema/ids.ts'
import type { AuditType } from '../audit/event.ts'
import { record } from '../audit/record.ts'
import type { GatewayContext } from '../context.ts'
import { holdsRole } from '../identity/caller.ts'
import { listConnections, saveConnection } from '../store/connections.ts'
import type { Trx } from '../store/index.ts'
import { readInstallation, saveInstallation } from '../store/installation.ts'
import { listPausedCompanies, pauseCompany, releaseHeld, resumeCompany } from '../store/pauses.ts'
import { listWorkflows, saveWorkflow } from '../store/workflows.ts'
import { expectConnection } from './existing.ts'
import { expectRoleEverywhere, expectRoleFor, expectRoleForWorkflow, reachesWorkflow } from './scope.ts'
import { expectWorkflow } from './workflows.ts'

/** At most one; none of them is the whole installation. */
export interface PausePlace {
  readonly workflow?: string | null
  readonly connection?: string | null
  /** Global id. */
  readonly company?: string | null
}

interface Change {
  readonly type: AuditType
  readonly connection?: string
  readonly subject?: { readonly kind: string; readonly id: string }
  save(trx: Trx): Promise<unknown>
}

/**
 * Writes are held and reads go on; nothing is cancelled. At the end of a pause what it held is sent, if everything
 * that allowed it still does.
 * @throws GatewayError
 */
export async function setPaused(
  context: GatewayContext,
  paused: boolean,
  place: PausePlace,
  reason: string | null,
): Promise<{ readonly paused: readonly string[] }> {
  const { services } = context
  const { type, connection, subject, save } = await changeAt(context, paused, place)
  await services.store.transaction(async (trx) => {
    await save(trx)
    if (!paused) await releaseHeld(trx, services.settings.approvedFor)
    await record(trx, services, {
      type,
      actor: context.caller,
      operation: context.operation,
      ...(connection !== undefined && { connection }),
      ...(subject && { subject }),
      payload: { paused, ...(reason !== null && { reason: reason.slice(0, 2_000) }) },
    })
  })
  if (!paused) services.executor.wake()
  return { paused: await pausedPlaces(context) }
}

async function changeAt(context: GatewayContext, paused: boolean, place: PausePlace): Promise<Change> {
  const { workflow, connection, company } = place
  const { db } = context.services.store
  const named = [workflow, connection, company].filter((one) => one != null)
  if (named.length > 1)
    throw badInput('workflow', 'a workflow, a connection, a company or none of them', named.join(', '))
  if (workflow != null) {
    await expectWorkflow(db, workflow)
    await expectRoleForWorkflow(context, db, 'policyAdmin', workflow)
    return {
      type: 'WORKFLOW_CHANGED',
      subject: { kind: 'WORKFLOW', id: workflow },
      save: (trx) => saveWorkflow(trx, workflow, { paused }),
    }
  }
  if (connection != null) {
    expectRoleFor(context, 'connectionAdmin', connection)
    await expectConnection(db, connection)
    return {
      type: 'CONNECTION_CHANGED',
      connection,
      save: (trx) => saveConnection(trx, connection, { paused }),
    }
  }
  if (company != null) {
    const id = parseId(company)
    if (id?.type !== 'Company') throw badInput('company', 'the id of a company', company)
    expectRoleFor(context, 'connectionAdmin', id.connection)
    await expectConnection(db, id.connection)
    const place = { connection: id.connection, company: id.key }
    return {
      type: 'CONNECTION_CHANGED',
      connection: id.connection,
      subject: { kind: 'COMPANY', id: company },
      save: (trx) =>
        paused ? pauseCompany(trx, { ...place, pausedBy: context.caller.id }) : resumeCompany(trx, place),
    }
  }
  expectRoleEverywhere(context, 'owner')
  return { type: 'INSTALLATION_CHANGED', save: (trx) => saveInstallation(trx, { paused }) }
}

/** Every pause that the caller's roles reach. */
export async function pausedPlaces(context: GatewayContext): Promise<readonly string[]> {
  const { caller } = context
  const { db } = context.services.store
  const [installation, connections, workflows, companies] = await Promise.all([
    readInstallation(db),
    listConnections(db),
    listWorkflows(db),
    listPausedCompanies(db),
  ])
  const reached = await Promise.all(
    workflows.map(({ id }) => reachesWorkflow(context, db, 'policyAdmin', id)),
  )
  const administers = (slug: string) =>
    caller.kind === 'PERSON' &&
    (holdsRole(caller, 'connectionAdmin', slug) || holdsRole(caller, 'policyAdmin', slug))
  return [
    ...(installation.paused ? ['installation'] : []),
    ...connections
      .filter(({ slug, paused }) => paused && administers(slug))
      .map(({ slug }) => `connection:${slug}`),
    ...workflows.filter(({ paused }, index) => paused && reached[index]).map(({ id }) => `workflow:${id}`),
    ...companies
      .filter(({ connection }) => administers(connection))
      .map(({ connection, company }) => `company:${connection}:Company:${company}`),
  ]
}
