import { GatewayError } from '../../schema/errors.ts'
import type { Services } from '../services.ts'
import { getRequest } from '../store/requests.ts'
import type { WriteRequestRow } from '../store/tables.ts'

/** How far it has come within the time that a call waits. A store that is lost on the way leaves it under way. */
export async function settled(services: Services, request: WriteRequestRow): Promise<WriteRequestRow> {
  try {
    await services.executor.settle(request.id, services.settings.settleWait * 1000)
    return (await getRequest(services.store.db, request.id)) ?? request
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'STORE_UNAVAILABLE') return request
    throw error
  }
}
