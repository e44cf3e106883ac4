import { GatewayError } from '../../schema/errors.ts'
import type { Caller } from '../identity/caller.ts'
import type { Store } from '../store/index.ts'
import { liveTokens } from '../store/tokens.ts'

/** Streams outlive the look at their token: all tokens of open streams are looked at again, in one statement. */
export interface Alive {
  /** `onGone` is told once, with UNAUTHENTICATED, or with why nobody can tell. */
  watch(caller: Caller, onGone: (error: unknown) => void): () => void
  /** Looks now: somebody's rights have changed. */
  check(): Promise<void>
}

/** A revoked token's stream ends within 2 s (docs/safety.md (h)), even when its wake-up was lost. */
const EVERY_MS = 1_000

export function watchCallers(store: Store): Alive {
  const watched = new Map<string, Set<(error: unknown) => void>>()
  let timer: NodeJS.Timeout | undefined
  let checking: Promise<void> | undefined
  let again = false

  async function look(): Promise<void> {
    do {
      again = false
      try {
        // Only those asked about: a stream that opens meanwhile is judged the next time.
        const asked = [...watched.keys()]
        const live = await liveTokens(store.db, asked)
        for (const token of asked) {
          if (!live.has(token))
            end(token, new GatewayError('UNAUTHENTICATED', 'The token is expired or revoked.'))
        }
      } catch (error) {
        // Fail closed: a stream goes on only while its token is known to be good.
        for (const token of [...watched.keys()]) end(token, error)
      }
    } while (again)
  }

  function end(token: string, error: unknown): void {
    for (const onGone of [...(watched.get(token) ?? [])]) onGone(error)
    watched.delete(token)
  }

  function check(): Promise<void> {
    again = true
    checking ??= look().finally(() => {
      checking = undefined
    })
    return checking
  }

  return {
    check,
    watch({ tokenId }, onGone) {
      const those = watched.get(tokenId) ?? new Set()
      watched.set(tokenId, those.add(onGone))
      timer ??= setInterval(() => void check(), EVERY_MS)
      timer.unref()
      return () => {
        those.delete(onGone)
        if (those.size === 0 && watched.get(tokenId) === those) watched.delete(tokenId)
        if (watched.size > 0) return
        clearInterval(timer)
        timer = undefined
      }
    },
  }
}
