import { GatewayError } from '../../schema/errors.ts'
import { record } from '../audit/record.ts'
import type { GatewayContext } from '../context.ts'
import { holdsRole } from '../identity/caller.ts'
import { listConnections, saveConnection } from '../store/connections.ts'
import { readInstallation, saveInstallation } from '../store/installation.ts'
import { listWorkflows } from '../store/workflows.ts'
import { setTestMode } from './workflows.ts'

/** Sets it at one place and tells every place where it is on now. */
export async function setTestModeAt(
  context: GatewayContext,
  on: boolean,
  workflow: string | null,
  connection: string | null,
): Promise<{ readonly on: readonly string[] }> {
  if (workflow !== null) {
    expectRole(context, 'policyAdmin')
    await setTestMode(context, on, workflow)
  } else if (connection !== null) {
    expectRole(context, 'connectionAdmin', connection)
    await ofConnection(context, on, connection)
  } else {
    expectRole(context, 'owner')
    await ofInstallation(context, on)
  }
  const { db } = context.services.store
  const [installation, connections, workflows] = await Promise.all([readInstallation(db), listConnections(db), listWorkflows(db)])
  return {
    on: [
      ...(installation.test_mode ? ['installation'] : []),
      ...connections.filter(({ test_mode }) => test_mode).map(({ slug }) => `connection:${slug}`),
      ...workflows.filter(({ test_mode }) => test_mode).map(({ id }) => `workflow:${id}`),
    ],
  }
}

function expectRole({ caller }: GatewayContext, role: 'policyAdmin' | 'connectionAdmin' | 'owner', connection?: string): void {
  if (caller.kind === 'PERSON' && holdsRole(caller, role, connection)) return
  throw new GatewayError('ROLE_REQUIRED', `This needs the role: ${role}.`, { roles: [role] })
}

function ofConnection(context: GatewayContext, on: boolean, slug: string): Promise<void> {
  const { services } = context
  return services.store.transaction(async (trx) => {
    const row = await saveConnection(trx, slug, { test_mode: on })
    if (row === undefined) throw new GatewayError('NOT_FOUND', 'There is no connection with this slug.', { connection: slug.slice(0, 60) })
    await record(trx, services, {
      type: 'CONNECTION_CHANGED',
      actor: context.caller,
      operation: context.operation,
      connection: slug,
      payload: { testMode: on },
    })
  })
}

function ofInstallation(context: GatewayContext, on: boolean): Promise<void> {
  const { services } = context
  return services.store.transaction(async (trx) => {
    await saveInstallation(trx, { test_mode: on })
    await record(trx, services, {
      type: 'INSTALLATION_CHANGED',
      actor: context.caller,
      operation: context.operation,
      payload: { testMode: on },
    })
  })
}
