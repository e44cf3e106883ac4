import type { OpenConnection } from '../../schema/context.ts'
import { GatewayError } from '../../schema/errors.ts'
import type { PlanTarget } from '../../schema/plan.ts'
import type { TargetState } from '../../schema/source.ts'
import { passthroughOf, readOf, recordAt } from '../passthrough/exchange.ts'

const GONE: TargetState = { exists: false, fields: {}, version: null }

/** What a plan's target holds now: typed by the source, raw by the path that was planned. @throws GatewayError */
export async function readTarget(
  connection: OpenConnection,
  target: PlanTarget,
  fields: readonly string[],
): Promise<TargetState> {
  if (target.type !== 'Raw') return connection.source.readTarget(connection.session, target, fields)
  const passthrough = passthroughOf(connection)
  const request = await readOf(connection, target.key)
  // Unknown is not gone: a deletion would count as done.
  if (request === undefined)
    throw new GatewayError('NOT_CATALOGUED', 'The catalogue has no read of what this plan writes any more.')
  const record = await recordAt(connection, request)
  if (record === undefined) return GONE
  return {
    exists: true,
    fields: Object.fromEntries(fields.map((member) => [member, passthrough.memberValue(record, member)])),
    version: passthrough.versionOf(record),
  }
}
