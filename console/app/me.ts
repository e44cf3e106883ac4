import { createContext, useCallback, useContext } from 'react'
import { useClient } from 'urql'
import { MeDocument, type MeQuery } from '../../generated/console.ts'

export type Me = MeQuery['viewer']

export const MeContext = createContext<Me | null>(null)

/** Who is signed in, as the gateway sees them. */
export function useMe(): Me {
  const me = useContext(MeContext)
  if (me === null) throw new Error('Expected a page to stand inside the shell')
  return me
}

export function useVendor(): (connection: string) => string | undefined {
  const { connections } = useMe()
  return (slug) => connections.find((one) => one.slug === slug)?.vendor
}

/** Whether a role is held: for one connection, with null for every one, or without one for any. An owner holds every role. */
export function useHolds(): (role: string, connection?: string | null) => boolean {
  const { roles } = useMe()
  return (role, connection) =>
    roles.some(
      (grant) =>
        (grant.role === role || grant.role === 'owner') &&
        (connection === undefined || grant.connection == null || grant.connection === connection),
    )
}

/** After a connection was made or changed its name: the shell's own query gets the answer too. */
export function useReloadMe(): () => Promise<void> {
  const client = useClient()
  return useCallback(async () => {
    await client.query(MeDocument, {}).toPromise()
  }, [client])
}
