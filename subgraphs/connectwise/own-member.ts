import { GatewayError } from '../../schema/errors.ts'
import type { VendorSession } from '../../schema/source.ts'
import { readJson } from './client.ts'
import { myAccount } from './schema.ts'

const CACHE_SECONDS = 3600

/** Login of the member that the keys belong to; null on releases that do not name it (API.md 8). */
export function ownMember(session: VendorSession): Promise<string | null> {
  return session.cached('ownMember', CACHE_SECONDS, async () => {
    const account = myAccount.safeParse(await readAccount(session))
    return account.success ? account.data.identifier : null
  })
}

async function readAccount(session: VendorSession): Promise<unknown> {
  try {
    return await readJson(session, {
      path: '/system/myAccount',
      query: [['fields', 'identifier']],
      access: { group: 'Members', kind: 'READ', fields: [], reference: true },
    })
  } catch (error) {
    // A release or a role that refuses it will go on refusing it; a PSA that is down will not.
    const { status = 500 } = ((error as GatewayError).extensions?.vendor ?? {}) as {
      readonly status?: number
    }
    if (error instanceof GatewayError && status >= 400 && status < 500 && status !== 429) return undefined
    throw error
  }
}
