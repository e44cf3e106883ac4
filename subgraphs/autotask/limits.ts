import type { VendorLimits } from '../../schema/source.ts'
import { on429 } from '../http/errors.ts'
import { isThreadLimit, vendorMessage } from './client.ts'

/** `Retry-After` may be absent: clients wait a minute for the hourly limit (API.md 8). */
export const HOURLY_FALLBACK_MS = 60_000
/** A thread is free again as soon as another call has ended, which others of this integration may make. */
export const THREAD_PAUSE_MS = 1_000

const ENTITY = /^\/atservicesrest\/v1\.0\/([^/?]+)/i

export const autotaskLimits: VendorLimits = {
  concurrency: {
    most: 6,
    upTo: 12,
    why: 'Our choice, since Autotask counts requests at once by entity only (docs/vendors/autotask/API.md 8).',
  },
  lane: {
    most: 3,
    why: 'Autotask refuses a fourth request at once to one entity, metadata calls included (docs/vendors/autotask/API.md 8).',
    /** The root entity of the address: `/Tickets/5/Notes` is `tickets`. Zone discovery is exempt. */
    of(path) {
      const entity = ENTITY.exec(path)?.[1]?.toLowerCase()
      return entity === undefined || entity === 'zoneinformation' ? null : entity
    },
  },
  requests: {
    most: 5_000,
    upTo: 10_000,
    seconds: 3_600,
    why: 'Autotask takes 10,000 requests an hour of all tools of a database together and answers slower past half of it, so this is the half (docs/vendors/autotask/API.md 8).',
  },
  throttleOf(response) {
    // The words may stand in a record as well, so the body is parsed to tell; but only where they stand at all.
    const message = isThreadLimit(response.body) ? vendorMessage(response.body) : undefined
    return message !== undefined && isThreadLimit(message)
      ? { waitMs: THREAD_PAUSE_MS, pauses: 'LANE' }
      : throttleByHour(response)
  },
}

const throttleByHour = on429(HOURLY_FALLBACK_MS)
