import type { GatewayContext } from '../context.ts'
import type { Services } from '../services.ts'
import { listSteps } from '../store/executions.ts'
import { getRevision } from '../store/requests.ts'
import type { WriteRequestRow, WriteStepRow } from '../store/tables.ts'
import type { Plan } from '../writes/plan.ts'
import { passthroughOf, readOf } from './exchange.ts'
import { type RawAnswer, rawRead } from './read.ts'

/** The one step of a raw write, once it was sent. */
export async function sentStep(
  services: Services,
  { id, revision }: WriteRequestRow,
): Promise<WriteStepRow | undefined> {
  return (await listSteps(services.store.db, id, revision)).at(-1)
}

/**
 * Read again for whoever asks, and not kept from the write's own answer: that holds what nobody has judged, and a
 * replay shows the record as it is by then.
 *
 * @throws GatewayError when the record may not be read
 */
export async function rawResult(
  context: GatewayContext,
  request: WriteRequestRow,
): Promise<RawAnswer | null> {
  const connection = context.connections.get(request.connection)
  if (connection === undefined) return null
  const revision = await getRevision(context.services.store.db, request.id, request.revision)
  const [planned] = (revision?.plan as Plan | undefined)?.steps ?? []
  if (planned === undefined || planned.access.kind === 'DELETE') return null
  const sent = await sentStep(context.services, request)
  const passthrough = passthroughOf(connection)
  const written = (await connection.endpoints()).find(planned.method, planned.path)
  if (written === undefined) return null
  const isNew = planned.method === 'POST' && sent?.vendor_id != null
  const body: unknown = planned.body === null ? undefined : JSON.parse(planned.body)
  const address = isNew
    ? passthrough.pathOfCreated(written, sent.vendor_id ?? '')
    : (passthrough.addressOf?.({ ...written, query: [], body }) ?? planned.path)
  const read = await readOf(connection, address)
  if (read === undefined) return null
  const query = read.query.map(([name, value]) => ({ name, value }))
  return rawRead(context, {
    connection: request.connection,
    method: 'GET',
    path: read.path,
    query,
    body: null,
  })
}
