import type { VendorResponse, WriteAnswer } from '../../schema/source.ts'
import { writeDispatcher } from './agents.ts'
import { whyFailed } from './errors.ts'
import { exchange, type Outgoing } from './exchange.ts'
import type { DoorSettings, OriginFacts } from './ports.ts'

export interface WriteTrip {
  readonly outgoing: Outgoing
  readonly facts: OriginFacts
  readonly settings: DoorSettings
  log(status: number | null, durationMs: number, response: VendorResponse | null): void
}

/** The write client: one socket, one request, whatever comes back. There is nothing here that could send twice. */
export async function sendWrite(trip: WriteTrip): Promise<WriteAnswer> {
  const { dispatcher, connected } = writeDispatcher(trip.facts)
  const started = performance.now()
  try {
    const response = await exchange(dispatcher, trip.outgoing, {
      timeoutMs: trip.settings.writeTimeoutMs,
      maxBytes: trip.settings.maxResponseBytes,
    })
    trip.log(response.status, response.durationMs, response)
    return { sent: true, response }
  } catch (error) {
    trip.log(null, Math.round(performance.now() - started), null)
    const reason = `The PSA ${whyFailed(error)}.`
    return connected() ? { sent: true, response: null, reason } : { sent: false, reason }
  } finally {
    await dispatcher.destroy().catch(() => undefined)
  }
}
