import { GatewayError } from '../../schema/errors.ts'
import type { AuditBuffer } from '../audit/buffer.ts'
import type { Caller } from '../identity/caller.ts'
import type { Settings } from '../settings.ts'

export interface LimitReached {
  readonly caller: Caller
  readonly limit:
    | 'operationsPerMinute'
    | 'writesPerMinute'
    | 'openRequestsPerAgent'
    | 'streamsPerCaller'
    | 'uploadBytesPerAgent'
  /** What it bounds, in a few words. */
  readonly of: string
  readonly retryAfterMs: number
  /** What to do besides waiting. */
  readonly advice: string
}

/** The refusal for a caller who has reached a limit of their own, which goes on record. */
export type RefuseAtLimit = (reached: LimitReached) => GatewayError

/** So often one caller's limit goes on record, however often the caller runs into it. */
const TELL_EVERY_MS = 60_000

export function refuseAtLimit(settings: Settings, auditBuffer: Pick<AuditBuffer, 'add'>): RefuseAtLimit {
  const told = new Map<string, number>()
  return ({ caller, limit, of, retryAfterMs, advice }) => {
    const allowed = settings[limit]
    const now = performance.now()
    const key = `${limit} ${caller.id}`
    if (now - (told.get(key) ?? Number.NEGATIVE_INFINITY) >= TELL_EVERY_MS) {
      for (const [old, at] of told) if (now - at >= TELL_EVERY_MS) told.delete(old)
      told.set(key, now)
      const subject = { kind: 'LIMIT', id: limit, name: `${allowed} ${of}` }
      auditBuffer.add({ type: 'LIMIT_REACHED', actor: caller, subject })
    }
    return new GatewayError('RATE_LIMITED', `At most ${allowed} ${of}. ${advice}`, {
      limit,
      allowed,
      retryAfterMs,
    })
  }
}
