import { GatewayError } from '../../schema/errors.ts'
import type { GatewayContext } from '../context.ts'
import type { Submission } from '../writes/submission.ts'
import { planRaw } from './plan.ts'
import type { RawCall } from './request.ts'
import { understand } from './understand.ts'

/** A raw write for the path that every write takes. @throws GatewayError */
export async function rawSubmission(context: GatewayContext, call: RawCall): Promise<Submission> {
  const { demands, understood } = await understand(context, call, 'MUTATION')
  return {
    name: 'psaRequest',
    connection: call.connection,
    demands,
    // As it is understood, so that another spelling of the same call is the same call to an idempotency key.
    input() {
      const { request } = expected(understood)
      const { endpoint, path, query, body } = request
      return { connection: call.connection, method: endpoint.method, path, query, body: body ?? null }
    },
    plan: (connection) => planRaw(connection, expected(understood).request),
  }
}

/** Without it the demands are refused before anybody asks for more. */
function expected<T>(understood: T | undefined): T {
  if (understood !== undefined) return understood
  throw new GatewayError('NOT_CATALOGUED', 'The gateway does not know this endpoint.')
}
