import { randomUUID } from 'node:crypto'
import type { Caller } from '../identity/caller.ts'
import type { Log } from '../services.ts'
import type { Settings } from '../settings.ts'
import type { Store } from '../store/index.ts'
import { giveBackStreamPlaces, keepStreamPlaces, takeStreamPlace } from '../store/streams.ts'
import type { RefuseAtLimit } from './reached.ts'

/** How many streams a caller holds open at all gateways of the installation: docs/safety.md (i). */
export interface StreamPlaces {
  /** @returns what gives the place back; it never throws @throws GatewayError RATE_LIMITED with `retryAfterMs` */
  take(caller: Caller): Promise<() => void>
  close(): Promise<void>
}

/** A gateway that died holds its places for so long. */
const LEASE_MS = 60_000
const KEEP_EVERY_MS = 20_000
/** Places that come free together go back in one statement. */
const GIVE_BACK_AFTER_MS = 20
/** Streams last: whoever asks on sooner asks in vain. */
const RETRY_MS = 10_000

export interface StreamPlaceOptions {
  readonly store: Store
  readonly settings: Pick<Settings, 'streamsPerCaller'>
  readonly log: Log
  readonly refuse: RefuseAtLimit
}

export function openStreamPlaces({ store, settings, log, refuse }: StreamPlaceOptions): StreamPlaces {
  const holder = randomUUID()
  let open = 0
  let leaving: string[] = []
  let leaveTimer: NodeJS.Timeout | undefined

  async function attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      log('warn', what, { error: String(error) })
    }
  }

  async function giveBack(): Promise<void> {
    clearTimeout(leaveTimer)
    leaveTimer = undefined
    const ids = leaving
    leaving = []
    if (ids.length === 0) return
    await attempt('places of streams stay taken until they expire', () => giveBackStreamPlaces(store.db, ids))
  }

  const keeping = setInterval(() => {
    if (open === 0) return
    void attempt('places of streams could not be kept', () => keepStreamPlaces(store.db, holder, LEASE_MS))
  }, KEEP_EVERY_MS)
  keeping.unref()

  return {
    async take(caller) {
      // What ended here a moment ago is free for whoever asks here.
      await giveBack()
      const most = settings.streamsPerCaller
      const place = await takeStreamPlace(store.db, {
        callerId: caller.id,
        holder,
        most,
        leaseMs: LEASE_MS,
      })
      if (place === null) {
        throw refuse({
          caller,
          limit: 'streamsPerCaller',
          of: 'streams at a time',
          retryAfterMs: RETRY_MS,
          advice: 'End one of them, at whatever gateway it is open.',
        })
      }
      open += 1
      return () => {
        open -= 1
        leaving.push(place)
        leaveTimer ??= setTimeout(() => void giveBack(), GIVE_BACK_AFTER_MS)
      }
    },
    async close() {
      clearInterval(keeping)
      await giveBack()
    },
  }
}
