import { testModeSetBy } from '../../policy/test-mode.ts'
import type { GatewayContext } from '../context.ts'
import type { AgentCaller } from '../identity/caller.ts'
import type { KnownPrincipal } from '../identity/principal.ts'
import type { Db } from '../store/index.ts'
import { readInstallation } from '../store/installation.ts'
import type { WriteRequestRow } from '../store/tables.ts'
import { findWorkflow } from '../store/workflows.ts'

/** Where test mode is on for a call of this agent. */
export async function testModeOf(
  { services, known }: Pick<GatewayContext, 'services' | 'known'>,
  caller: Pick<AgentCaller, 'workflowTestMode'>,
  slug: string,
  call: boolean,
) {
  const installation = await readInstallation(services.store.db)
  const policy = known.principal.connections.get(slug)
  return testModeSetBy({
    installation: installation.test_mode,
    connection: known.rows.get(slug)?.test_mode,
    workflow: caller.workflowTestMode || policy?.testMode !== false,
    call,
  })
}

/** Where test mode is on now for a request that was made before. */
export async function testModeNow(
  db: Db,
  { principal, rows }: KnownPrincipal,
  { workflow_id, connection }: Pick<WriteRequestRow, 'workflow_id' | 'connection'>,
) {
  const [installation, workflow] = await Promise.all([readInstallation(db), findWorkflow(db, workflow_id)])
  return testModeSetBy({
    installation: installation.test_mode,
    connection: rows.get(connection)?.test_mode,
    workflow: workflow?.test_mode !== false || principal.connections.get(connection)?.testMode !== false,
  })
}
