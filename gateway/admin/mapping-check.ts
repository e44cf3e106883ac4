import { GatewayError } from '../../schema/errors.ts'
import { record } from '../audit/record.ts'
import type { Services } from '../services.ts'
import { listConnections } from '../store/connections.ts'
import { claimMappingCheck, finishMappingCheck, releaseMappingCheck } from '../store/mapping-checks.ts'
import type { ConnectionRow } from '../store/tables.ts'
import { mappingProblems } from './mapping-problems.ts'
import { openForAdministration } from './probe.ts'

/** How often a gateway looks whether a check is due; the store says who makes it. */
const LOOK_MS = 600_000

export function startMappingChecks(services: Services): { stop(): void } {
  const look = () =>
    checkDueMappings(services).catch((error) =>
      services.log('warn', 'looking at tenant mappings failed', { error: String(error) }),
    )
  const timer = setInterval(look, LOOK_MS)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}

/** Compares each mapping that was not looked at for a day with the PSA's metadata. */
export async function checkDueMappings(services: Services): Promise<void> {
  for (const row of await listConnections(services.store.db)) {
    if (row.enabled) await checkMapping(services, row)
  }
}

async function checkMapping(services: Services, row: ConnectionRow): Promise<void> {
  const { db } = services.store
  const claimed = await claimMappingCheck(db, row.slug, services.settings.mappingCheck)
  const open = claimed === undefined ? undefined : openForAdministration(services, row)
  if (claimed === undefined || open?.source.tenantChoices === undefined) return
  try {
    const offered = await open.source.tenantChoices(open.session)
    const { problems, names } = mappingProblems(row.mapping, offered, claimed.names)
    await services.store.transaction(async (trx) => {
      await finishMappingCheck(trx, row.slug, { problems, names })
      await record(trx, services, {
        type: 'CONNECTION_CHECKED',
        connection: row.slug,
        subject: { kind: 'CONNECTION', id: row.slug, name: row.name },
        payload: { problems },
      })
    })
    if (problems.length > 0)
      services.log('warn', 'a tenant mapping does not fit the PSA any more', {
        connection: row.slug,
        members: problems.map(({ member }) => member).join(', '),
      })
  } catch (error) {
    // A PSA that does not answer says nothing about its setup: the finding before stands, and the next look asks again.
    await releaseMappingCheck(db, row.slug)
    if (!(error instanceof GatewayError)) throw error
    services.log('warn', 'a tenant mapping could not be checked', { connection: row.slug, code: error.code })
  }
}
