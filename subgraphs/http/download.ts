import type { VendorFile } from '../../schema/source.ts'
import { readDispatcher } from './agents.ts'
import { backpressure, unavailable, whyFailed } from './errors.ts'
import { exchangeFile } from './exchange.ts'
import type { ReadTrip } from './read.ts'

/** A file is asked for once: what has begun to be passed on cannot begin again. */
export async function sendDownload(trip: ReadTrip): Promise<VendorFile> {
  const { connection, limits, budget, settings, facts, outgoing } = trip
  const want = { connection, limits, path: outgoing.url.pathname, forMs: settings.fileTimeoutMs }
  const asked = performance.now()
  const release = await budget.acquire(want)
  const started = performance.now()
  const waitedMs = Math.round(started - asked)
  let file: VendorFile
  try {
    file = await exchangeFile(
      readDispatcher(facts),
      outgoing,
      {
        timeoutMs: settings.fileTimeoutMs,
        maxBytes: settings.maxFileBytes,
        ...(trip.signal === undefined ? {} : { signal: trip.signal }),
      },
      release,
    )
  } catch (error) {
    trip.log(null, Math.round(performance.now() - started), null, waitedMs)
    throw unavailable(connection, whyFailed(error))
  }
  trip.log(file.status, file.durationMs, file, waitedMs)
  const throttle = limits.throttleOf(file)
  if (throttle !== null) {
    await budget.pause(want, throttle)
    throw backpressure(connection, throttle.waitMs, `The PSA of "${connection}" asks to slow down.`, {
      vendor: { status: file.status, message: '' },
    })
  }
  if (file.status >= 300 && file.status < 400) {
    throw unavailable(connection, 'answered with a redirect, which is never followed', {
      vendor: { status: file.status, message: '' },
    })
  }
  return file
}
