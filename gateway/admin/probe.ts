import type { OpenConnection } from '../../schema/context.ts'
import { GatewayError } from '../../schema/errors.ts'
import type { Services } from '../services.ts'
import { listConnections } from '../store/connections.ts'
import type { ConnectionRow } from '../store/tables.ts'
import { openConnections } from '../vendors.ts'

export interface ConnectionTest {
  readonly ok: boolean
  readonly version: string | null
  readonly member: string | null
  readonly code: string | null
  readonly message: string | null
  readonly vendorMessage: string | null
  /** Of the answer that told it. */
  readonly vendorStatus: number | null
  readonly missing: readonly MissingRight[]
}

export interface MissingRight {
  readonly what: string
  /** Where the PSA grants it. */
  readonly permission: string
}

/** For questions of an administrator: reads of every group of the vendor and of the groups named, and no write. */
export function openForAdministration(
  services: Services,
  row: ConnectionRow,
  ownGroups: readonly string[] = [],
): OpenConnection | undefined {
  const { slug } = row
  const source = services.sources.get(row.vendor)
  const groups = Object.fromEntries(
    [...(source?.groups ?? []), ...ownGroups].map((group) => [group, { level: 'READ_ONLY' as const }]),
  )
  return openConnections(services, {
    principal: { kind: 'PERSON', active: true, connections: new Map([[slug, { groups }]]) },
    rows: new Map([[slug, row]]),
    policyVersions: new Map(),
  }).get(slug)
}

/** Reads the PSA's version with the stored credentials; what is wrong is an answer, not an error. */
export async function probe(services: Services, row: ConnectionRow): Promise<ConnectionTest> {
  const open = openForAdministration(services, row)
  try {
    if (open === undefined) throw new GatewayError('NOT_SUPPORTED', 'No subgraph serves this vendor.')
    const { version, member } = await open.source.test(open.session)
    return {
      ok: true,
      version,
      member,
      code: null,
      message: null,
      vendorMessage: null,
      vendorStatus: null,
      missing: [],
    }
  } catch (error) {
    return failed(error)
  }
}

/** The same, and whether every record that the gateway cannot do without may be read. */
export async function probeRights(services: Services, row: ConnectionRow): Promise<ConnectionTest> {
  const found = await probe(services, row)
  const open = openForAdministration(services, row)
  // Credentials that are refused have no rights to look at; those that are let in and refused a record do.
  if (open === undefined || (!found.ok && found.vendorStatus !== 403)) return found
  try {
    const held = await Promise.all(open.source.rights.map((right) => right.held(open.session)))
    const missing = open.source.rights.filter((_right, index) => held[index] === false)
    if (missing.length === 0) return found
    // Who may read nothing at all was not let in, whatever the PSA answers.
    if (!found.ok && missing.length === held.length) return found
    const what = missing.map((right) => right.what).join(', ')
    return {
      ...found,
      ok: false,
      code: 'NOT_CONFIGURED',
      message: `The PSA of "${row.slug}" does not let the gateway's user ${what}.`,
      missing,
    }
  } catch (error) {
    return failed(error)
  }
}

function failed(error: unknown): ConnectionTest {
  if (!(error instanceof GatewayError)) throw error
  const vendor = error.extensions.vendor as { message?: string; status?: number } | undefined
  return {
    ok: false,
    version: null,
    member: null,
    code: error.code,
    message: error.message,
    vendorMessage: vendor?.message ?? null,
    vendorStatus: vendor?.status ?? null,
    missing: [],
  }
}

/** At the start: the log says which PSA does not answer, and the first agent does not wait for discovery. */
export async function probeConnections(services: Services): Promise<void> {
  const rows = (await listConnections(services.store.db)).filter(({ enabled }) => enabled)
  await Promise.all(
    rows.map(async (row) => {
      const { ok, code } = await probe(services, row)
      if (!ok) services.log('warn', 'a PSA does not answer as it should', { connection: row.slug, code })
    }),
  )
}
