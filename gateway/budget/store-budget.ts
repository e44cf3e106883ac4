import { randomUUID } from 'node:crypto'
import type { VendorLimits } from '../../schema/source.ts'
import { type Budget, laneOf } from '../../subgraphs/http/budget.ts'
import type { LineLimits } from '../../subgraphs/http/line.ts'
import type { Metrics } from '../metrics.ts'
import type { Log } from '../services.ts'
import {
  BUDGET_CHANNEL,
  type BudgetNews,
  giveBackPlaces,
  giveBackUnits,
  leasePlaces,
  pausePlaces,
  tell,
} from '../store/budgets.ts'
import type { Store } from '../store/index.ts'
import { Share, type ShareStore } from './share.ts'

/** A PSA that names a longer wait is asked again after this: the longest window that any of them counts in. */
const LONGEST_PAUSE_MS = 3_600_000

export interface StoreBudgetOptions {
  readonly store: Store
  readonly line: LineLimits
  readonly metrics: Metrics
  readonly log: Log
}

export interface StoreBudget extends Budget {
  close(): Promise<void>
}

/** One budget for each connection, held by all gateways of the installation together. Without the store nothing is sent. */
export function storeBudget({ store, line, metrics, log }: StoreBudgetOptions): StoreBudget {
  const holder = randomUUID()
  const shares = new Map<string, Share>()

  /** For what may fail: a place expires, a wake-up is covered by a poll. */
  async function attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      log('warn', what, { error: String(error) })
    }
  }

  function storeOf(connection: string): ShareStore {
    return {
      lease: (asked) => leasePlaces(store.db, { ...asked, connection, holder }),
      giveBackPlaces: (lane, slots) =>
        attempt('places in a vendor budget stay taken until they expire', () =>
          giveBackPlaces(store.db, { connection, lane, holder, slots }),
        ),
      giveBackUnits: (countedIn, units) =>
        attempt('requests in a vendor budget stay counted that were not sent', () =>
          giveBackUnits(store.db, { connection, countedIn, units }),
        ),
      want: (lane) =>
        void attempt('other gateways could not be asked for a place', () =>
          tell(store.db, { what: 'WANT', connection, lane, by: holder }),
        ),
      onWait: () =>
        metrics.count('countersign_vendor_waits_total', 'Requests that waited for a place in a budget.', {
          connection,
        }),
    }
  }

  function shareOf(connection: string, limits: VendorLimits): Share {
    const known = shares.get(connection)
    if (known !== undefined) {
      known.setLimits(limits)
      return known
    }
    const share = new Share(connection, limits, line, storeOf(connection))
    shares.set(connection, share)
    return share
  }

  const listener = store.listen(BUDGET_CHANNEL, (payload) => {
    if (payload === undefined) {
      // What was told while nobody listened is lost.
      for (const share of shares.values()) {
        share.refresh(null)
        share.wake()
      }
      return
    }
    const { what, connection, lane, by } = JSON.parse(payload) as BudgetNews
    if (by === holder) return
    const share = shares.get(connection)
    if (what === 'FREE') share?.wake()
    else if (what === 'WANT') share?.yieldOne(lane)
    else share?.refresh(lane)
  })

  return {
    async acquire({ connection, limits, path, forMs }) {
      const asked = performance.now()
      try {
        return await shareOf(connection, limits).acquire({
          lane: laneOf({ connection, limits, path }),
          forMs,
        })
      } catch (error) {
        metrics.count('countersign_vendor_backpressure_total', 'Requests that got no place in a budget.', {
          connection,
        })
        throw error
      } finally {
        metrics.count(
          'countersign_vendor_wait_ms_total',
          'Milliseconds until requests had a place in a budget.',
          { connection },
          Math.round(performance.now() - asked),
        )
      }
    },
    async pause(want, { waitMs, pauses }) {
      const { connection, limits } = want
      const lane = pauses === 'LANE' ? laneOf(want) : ''
      metrics.count('countersign_vendor_pauses_total', 'Answers by which a PSA asked to slow down.', {
        connection,
      })
      shareOf(connection, limits).refresh(lane === '' ? null : lane)
      await attempt('a pause that a PSA asked for is known to this gateway only', () =>
        pausePlaces(store.db, { connection, lane, holder, waitMs: Math.min(waitMs, LONGEST_PAUSE_MS) }),
      )
    },
    async close() {
      await Promise.all([...shares.values()].map((share) => share.close()))
      await listener.close()
    },
  }
}
