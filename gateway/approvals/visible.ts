import { GatewayError } from '../../schema/errors.ts'
import type { GatewayContext } from '../context.ts'
import type { RequestFilter } from '../store/request-lists.ts'
import { getRequest } from '../store/requests.ts'
import type { WriteRequestRow } from '../store/tables.ts'

/** An agent sees its own requests; a person those of the connections that a role of theirs reaches. */
export function visibleTo({ caller, connections }: GatewayContext): RequestFilter {
  return caller.kind === 'AGENT' ? { agentId: caller.id } : { connections: [...connections.keys()] }
}

export function isVisible({ caller, connections }: GatewayContext, request: WriteRequestRow): boolean {
  return caller.kind === 'AGENT' ? request.agent_id === caller.id : connections.has(request.connection)
}

/** @throws GatewayError NOT_FOUND, also for a request that exists and is not the caller's to see */
export async function findVisible(context: GatewayContext, id: string): Promise<WriteRequestRow> {
  const request = await getRequest(context.services.store.db, id)
  if (request === undefined || !isVisible(context, request)) {
    throw new GatewayError('NOT_FOUND', 'No write request with this id is visible to you.', {
      id: id.slice(0, 100),
    })
  }
  return request
}
