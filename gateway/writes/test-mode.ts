import { testModeSetBy } from '../../policy/test-mode.ts'
import type { KnownPrincipal } from '../identity/principal.ts'
import type { Db } from '../store/index.ts'
import { readInstallation } from '../store/installation.ts'
import type { WriteRequestRow } from '../store/tables.ts'
import { findWorkflow } from '../store/workflows.ts'

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
