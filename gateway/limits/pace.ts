import type { AgentCaller, Caller } from '../identity/caller.ts'
import type { Settings } from '../settings.ts'
import type { Store } from '../store/index.ts'
import { countOne } from '../store/pace.ts'
import type { AgentPaceRow } from '../store/tables.ts'
import type { RefuseAtLimit } from './reached.ts'

/** How fast an agent may ask, over all gateways of the installation: docs/safety.md (i). */
export interface Pace {
  /** @throws GatewayError RATE_LIMITED with `retryAfterMs` */
  operation(caller: Caller): Promise<void>
  /** @throws GatewayError RATE_LIMITED with `retryAfterMs` */
  write(caller: AgentCaller): Promise<void>
}

const LIMITS = {
  OPERATION: { limit: 'operationsPerMinute', of: 'operations of an AI agent a minute' },
  WRITE: { limit: 'writesPerMinute', of: 'writes of an AI agent a minute' },
} as const

export function openPace(
  store: Store,
  settings: Pick<Settings, 'operationsPerMinute' | 'writesPerMinute'>,
  refuse: RefuseAtLimit,
): Pace {
  /** Until when an agent was refused, by this process's monotonic clock: asking on costs the store nothing. */
  const refusedUntil = new Map<string, number>()

  async function count(what: AgentPaceRow['what'], caller: AgentCaller): Promise<void> {
    const { limit, of } = LIMITS[what]
    const key = `${what} ${caller.id}`
    let waitMs = Math.ceil((refusedUntil.get(key) ?? 0) - performance.now())
    if (waitMs <= 0) {
      waitMs = await countOne(store.db, { agentId: caller.id, what, perMinute: settings[limit] })
      if (waitMs === 0) {
        refusedUntil.delete(key)
        return
      }
      refusedUntil.set(key, performance.now() + waitMs)
    }
    throw refuse({ caller, limit, of, retryAfterMs: waitMs, advice: 'Go on after `retryAfterMs`.' })
  }

  return {
    async operation(caller) {
      if (caller.kind === 'AGENT') await count('OPERATION', caller)
    },
    write: (caller) => count('WRITE', caller),
  }
}
