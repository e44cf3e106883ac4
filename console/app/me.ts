import { createContext, useContext } from 'react'
import type { MeQuery } from '../../generated/console.ts'

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

/** Where the person holds a role; an owner holds every role. */
export function useRole(role: string): { readonly somewhere: boolean; readonly everywhere: boolean } {
  const grants = useMe().roles.filter((one) => one.role === role || one.role === 'owner')
  return { somewhere: grants.length > 0, everywhere: grants.some(({ connection }) => connection === null) }
}
