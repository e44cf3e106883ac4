import { isOpen } from '../../policy/calendar.ts'
import type { ConnectionPolicy, Principal } from '../../policy/types.ts'
import type { Vendor, VendorSource } from '../../schema/source.ts'
import { listConnections } from '../store/connections.ts'
import type { Db } from '../store/index.ts'
import { readBusinessCalendar } from '../store/installation.ts'
import type { ConnectionRow } from '../store/tables.ts'
import { currentPolicies, findAgent } from '../store/workflows.ts'
import type { Caller, PersonCaller } from './caller.ts'

/** Who asks, as `decide` sees it, with what the store holds of each of its connections. */
export interface KnownPrincipal {
  readonly principal: Principal
  readonly rows: ReadonlyMap<string, ConnectionRow>
  /** Version of the policy that was read, per connection. */
  readonly policyVersions: ReadonlyMap<string, number>
}

export async function principalOf(
  db: Db,
  caller: Caller,
  sources: ReadonlyMap<Vendor, VendorSource>,
): Promise<KnownPrincipal> {
  const enabled = (await listConnections(db)).filter((row) => row.enabled)
  if (caller.kind === 'SETUP') return known('PERSON', true, [])
  if (caller.kind === 'PERSON') {
    return known(
      'PERSON',
      true,
      enabled.flatMap((row) =>
        mayLook(caller, row.slug) ? [{ row, policy: readAll(sources.get(row.vendor)), version: 0 }] : [],
      ),
    )
  }
  return agentPrincipal(db, caller.id, caller.workflowId, enabled)
}

/** The agent as it stands now: asked again by the executor, long after the call that made the request. */
export async function agentPrincipal(
  db: Db,
  agentId: string,
  workflowId: string,
  enabled?: readonly ConnectionRow[],
): Promise<KnownPrincipal> {
  const agent = await findAgent(db, agentId)
  return workflowPrincipal(db, workflowId, agent !== undefined && agent.revoked_at === null, enabled)
}

/** What every agent of a workflow may do, or one that is not active any more. */
export async function workflowPrincipal(
  db: Db,
  workflowId: string,
  active = true,
  enabled?: readonly ConnectionRow[],
): Promise<KnownPrincipal> {
  const rows = enabled ?? (await listConnections(db)).filter((row) => row.enabled)
  const policies = await currentPolicies(db, workflowId)
  const { calendar, now } = await readBusinessCalendar(db)
  return known(
    'AGENT',
    active,
    rows.flatMap((row) => {
      const current = policies.find(({ connection }) => connection === row.slug)
      return current?.policy == null ? [] : [{ row, policy: current.policy, version: current.version }]
    }),
    calendar === null ? null : isOpen(calendar, now),
  )
}

/** As if another policy were saved for one connection. */
export function withPolicy(
  { principal, rows, policyVersions }: KnownPrincipal,
  row: ConnectionRow,
  policy: ConnectionPolicy,
): KnownPrincipal {
  // One that is switched off stays closed whatever its policy says.
  if (!row.enabled) return { principal, rows, policyVersions }
  return {
    principal: { ...principal, connections: new Map([...principal.connections, [row.slug, policy]]) },
    rows: new Map([...rows, [row.slug, row]]),
    policyVersions,
  }
}

function known(
  kind: Principal['kind'],
  active: boolean,
  connections: readonly { row: ConnectionRow; policy: ConnectionPolicy; version: number }[],
  insideBusinessHours: boolean | null = null,
): KnownPrincipal {
  return {
    principal: {
      kind,
      active,
      insideBusinessHours,
      connections: new Map(connections.map(({ row, policy }) => [row.slug, policy])),
    },
    rows: new Map(connections.map(({ row }) => [row.slug, row])),
    policyVersions: new Map(connections.map(({ row, version }) => [row.slug, version])),
  }
}

/** Any role on a connection lets a person read what the role is about; people write only by approving. */
function mayLook(caller: PersonCaller, connection: string): boolean {
  return caller.roles.some((grant) => grant.connection === null || grant.connection === connection)
}

function readAll(source: VendorSource | undefined): ConnectionPolicy {
  return {
    groups: Object.fromEntries((source?.groups ?? []).map((group) => [group, { level: 'READ_ONLY' }])),
  }
}
