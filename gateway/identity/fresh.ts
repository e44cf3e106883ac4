import { GatewayError } from '../../schema/errors.ts'
import type { GatewayContext } from '../context.ts'
import type { Db } from '../store/index.ts'
import { storeNow } from '../store/now.ts'

/**
 * For a change that opens something: a policy loosened, a credential set, a person or a token made. Whoever finds an
 * unlocked screen or an old token can't make it. The set-up code, which works once, is as fresh as can be.
 * @throws GatewayError FRESH_SIGN_IN_REQUIRED
 */
export async function expectFresh(
  { services, caller }: GatewayContext,
  db: Db = services.store.db,
): Promise<void> {
  if (caller.kind === 'SETUP') return
  const { freshFor } = services.settings
  if (caller.kind === 'PERSON') {
    if (caller.signIn.sandbox) return
    const now = await storeNow(db)
    if (now.getTime() - caller.signIn.at.getTime() < freshFor * 1000) return
  }
  throw new GatewayError(
    'FRESH_SIGN_IN_REQUIRED',
    `This needs a sign-in of the last ${Math.ceil(freshFor / 60)} minutes: sign in again, or send your password to /auth/confirm with this token.`,
    { freshForSeconds: freshFor, confirmAt: '/auth/confirm' },
  )
}
