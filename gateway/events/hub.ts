import type { Caller } from '../identity/caller.ts'
import { type KnownPrincipal, principalOf } from '../identity/principal.ts'
import { reloadCaller } from '../identity/tokens.ts'
import type { Log, Services } from '../services.ts'
import { storeErrors } from '../store/errors.ts'
import type { Store } from '../store/index.ts'
import { type Alive, watchCallers } from './alive.ts'
import type { EventFeed } from './feed.ts'
import { type Shared, shareEvents } from './shared.ts'
import { openTail, type Tail } from './tail.ts'

/** A caller and what they may do, as of an event. */
export interface Rights {
  readonly caller: Caller
  readonly known: KnownPrincipal
  /** Changes of rights up to this event are in it. */
  readonly seq: number
}

/** What all streams of one gateway share. */
export interface EventHub {
  readonly tail: Tail
  readonly alive: Alive
  readonly shared: Shared
  /** One timer for all streams. */
  everySecond(look: () => void): () => void
  /** As of now: read again only after somebody's rights have changed. @throws GatewayError UNAUTHENTICATED */
  rightsOf(caller: Caller): Promise<Rights>
}

export function openHub(store: Store, feed: EventFeed, log: Log, sources: Services['sources']): EventHub {
  const alive = watchCallers(store)
  const tail = openTail(store, feed, log, () => void alive.check())
  const known = new Map<string, { readonly seq: number; readonly rights: Promise<Rights> }>()

  async function read(of: Caller, seq: number): Promise<Rights> {
    const caller = await storeErrors(() => reloadCaller(store.db, of))
    return { caller, known: await principalOf(store.db, caller, sources), seq }
  }

  const looks = new Set<() => void>()
  let timer: NodeJS.Timeout | undefined

  return {
    everySecond(look) {
      looks.add(look)
      timer ??= setInterval(() => {
        for (const one of [...looks]) one()
      }, 1_000).unref()
      return () => {
        looks.delete(look)
        if (looks.size > 0) return
        clearInterval(timer)
        timer = undefined
      }
    },
    tail,
    alive,
    shared: shareEvents(),
    rightsOf(caller) {
      const seq = tail.rightsSeq
      const held = known.get(caller.tokenId)
      if (held?.seq === seq) return held.rights
      // What was known before the change is of no use to anybody.
      for (const [token, one] of known) if (one.seq !== seq) known.delete(token)
      const rights = read(caller, seq)
      known.set(caller.tokenId, { seq, rights })
      rights.catch(() => known.delete(caller.tokenId))
      return rights
    },
  }
}
