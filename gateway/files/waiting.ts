import { GatewayError } from '../../schema/errors.ts'
import { isVisible } from '../approvals/visible.ts'
import type { GatewayContext } from '../context.ts'
import { requestsHolding } from '../store/uploads.ts'
import type { FileAnswer } from './download.ts'
import { keptFile } from './kept.ts'

/**
 * A file that waits to be sent, for whoever sees a request that would send it: what somebody signs, they may look at.
 * @throws GatewayError NOT_FOUND
 */
export async function openWaiting(context: GatewayContext, id: string): Promise<FileAnswer> {
  const { services } = context
  const holding = await requestsHolding(services.store.db, id)
  const request = holding.find((one) => isVisible(context, one))
  if (request === undefined) {
    throw new GatewayError('NOT_FOUND', 'No file with this id waits in a request that is visible to you.', {
      id: id.slice(0, 100),
    })
  }
  const owner = { agentId: request.agent_id, connection: request.connection }
  const { bytes } = await keptFile(services, owner, id)
  return { name: String(request.input.fileName), bytes: [bytes] }
}
