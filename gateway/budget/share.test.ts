import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { VendorLimits } from '../../schema/source.ts'
import type { Leased } from '../store/budgets.ts'
import { Share, type ShareStore } from './share.ts'

const LIMITS: VendorLimits = {
  concurrency: { most: 2, why: 'two at once' },
  throttleOf: () => null,
}
const NEED = { lane: 'tickets', forMs: 1_000 }

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A store with one place left: another gateway holds the other. */
function onePlace(): ShareStore {
  let free = true
  return {
    async lease({ places }): Promise<Leased> {
      const given = places > 0 && free
      if (given) free = false
      const short = places > 0 && !given ? 'LANE' : null
      return { slots: given ? ['place'] : [], granted: 0, counted_in: null, granted_ms: 0, short, wait_ms: 0 }
    },
    async giveBackPlaces() {
      free = true
    },
    async giveBackUnits() {},
    want() {},
    onWait() {},
  }
}

it('serves whoever comes after a wait that was over before its time', async () => {
  const share = new Share('acme-at', LIMITS, { maxQueue: 10, maxWaitMs: 15_000 }, onePlace())
  const release = await share.acquire(NEED)
  const second = share.acquire(NEED)
  await vi.advanceTimersByTimeAsync(100) // the store has no room for it and is asked again a second later
  release() // the place is served here before that
  ;(await second)()
  await vi.advanceTimersByTimeAsync(5_000) // that second is over, nobody waits, and the place is given back

  const third = share.acquire(NEED)
  await vi.advanceTimersByTimeAsync(100)
  await expect(Promise.race([third, Promise.resolve('still waits')])).resolves.toBeTypeOf('function')
})
