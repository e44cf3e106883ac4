import { recordRejudged, rejudgeWaiting } from '../approvals/rejudge.ts'
import { record } from '../audit/record.ts'
import type { GatewayContext } from '../context.ts'
import { holdsRole } from '../identity/caller.ts'
import { expectFresh } from '../identity/fresh.ts'
import { listConnections, saveConnection } from '../store/connections.ts'
import { readInstallation, saveInstallation } from '../store/installation.ts'
import { listWorkflows } from '../store/workflows.ts'
import { noConnection } from './existing.ts'
import { expectRoleEverywhere, expectRoleFor, expectRoleForWorkflow, reachesWorkflow } from './scope.ts'
import { setTestMode } from './workflows.ts'

/** Sets it at one place and tells every place where it is on now. */
export async function setTestModeAt(
  context: GatewayContext,
  on: boolean,
  workflow: string | null,
  connection: string | null,
): Promise<{ readonly on: readonly string[] }> {
  // What it held back would be sent.
  if (!on) await expectFresh(context)
  if (workflow !== null) {
    await expectRoleForWorkflow(context, context.services.store.db, 'policyAdmin', workflow)
    await setTestMode(context, on, workflow)
  } else if (connection !== null) {
    expectRoleFor(context, 'connectionAdmin', connection)
    await ofConnection(context, on, connection)
  } else {
    expectRoleEverywhere(context, 'owner')
    await ofInstallation(context, on)
  }
  const { db } = context.services.store
  const [installation, connections, workflows] = await Promise.all([
    readInstallation(db),
    listConnections(db),
    listWorkflows(db),
  ])
  // What holds back the writes of others is not theirs to see.
  const reached = await Promise.all(
    workflows.map(({ id }) => reachesWorkflow(context, db, 'policyAdmin', id)),
  )
  const { caller } = context
  const administers = (slug: string) =>
    caller.kind === 'PERSON' &&
    (holdsRole(caller, 'connectionAdmin', slug) || holdsRole(caller, 'policyAdmin', slug))
  return {
    on: [
      ...(installation.test_mode ? ['installation'] : []),
      ...connections
        .filter(({ slug, test_mode }) => test_mode && administers(slug))
        .map(({ slug }) => `connection:${slug}`),
      ...workflows
        .filter(({ test_mode }, index) => test_mode && reached[index])
        .map(({ id }) => `workflow:${id}`),
    ],
  }
}

function ofConnection(context: GatewayContext, on: boolean, slug: string): Promise<void> {
  const { services } = context
  return services.store.transaction(async (trx) => {
    if ((await saveConnection(trx, slug, { test_mode: on })) === undefined) noConnection(slug)
    const judged = await rejudgeWaiting(trx, services, { connection: slug })
    await record(trx, services, {
      type: 'CONNECTION_CHANGED',
      actor: context.caller,
      operation: context.operation,
      connection: slug,
      payload: { testMode: on },
    })
    await recordRejudged(trx, context, judged)
  })
}

function ofInstallation(context: GatewayContext, on: boolean): Promise<void> {
  const { services } = context
  return services.store.transaction(async (trx) => {
    await saveInstallation(trx, { test_mode: on })
    const judged = await rejudgeWaiting(trx, services, {})
    await record(trx, services, {
      type: 'INSTALLATION_CHANGED',
      actor: context.caller,
      operation: context.operation,
      payload: { testMode: on },
    })
    await recordRejudged(trx, context, judged)
  })
}
