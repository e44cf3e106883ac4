import { GatewayError } from '../../schema/errors.ts'
import type { Log } from '../services.ts'
import type { Settings } from '../settings.ts'
import type { Store } from '../store/index.ts'
import { appendReady, type ReadyEvent, readyEvent } from './append.ts'
import { eventOf, type Happening } from './record.ts'

/** A place in the buffer, taken before anything is read. */
export interface Place {
  /** What is to go on record; with nothing the place is free again. */
  fill(happenings: readonly Happening[]): void
}

/**
 * Events that nothing waits for: reads, refusals and failed sign-ins. They go to the chain in batches, some
 * moments later; a process that is killed loses what it held. None is ever dropped while the process lives: when
 * the trail can't be written and the buffer is full, nothing more is read.
 */
export interface AuditBuffer {
  /** @throws GatewayError AUDIT_UNAVAILABLE when all places are taken */
  reserve(): Place
  /** For what nobody can be refused for; whoever calls it bounds how often. */
  add(happening: Happening): void
  /** Resolves when all that was held is in the chain, or could not be written. */
  flush(): Promise<void>
  close(): Promise<void>
}

/** Operations whose events one transaction appends; nothing else can append meanwhile. */
const BATCH = 50
const RETRY_MS = 1_000

export interface BufferOptions {
  readonly store: Store
  readonly instance: string
  readonly settings: Pick<Settings, 'auditBuffer' | 'auditFlush'>
  readonly log: Log
}

export function openBuffer({ store, instance, settings, log }: BufferOptions): AuditBuffer {
  /** One entry per operation. */
  const waiting: ReadyEvent[][] = []
  let reserved = 0
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> | undefined
  /** The batch that failed last: its commit may have come through although its reply did not. */
  let unsure: readonly ReadyEvent[] | undefined
  let closed = false

  function push(happenings: readonly Happening[]): void {
    if (happenings.length === 0) return
    waiting.push(happenings.map((happening) => readyEvent(eventOf(instance, happening))))
    if (waiting.length >= BATCH && unsure === undefined) void flush()
    else schedule(settings.auditFlush * 1000)
  }

  function schedule(afterMs: number): void {
    if (closed || timer !== undefined || writing !== undefined) return
    timer = setTimeout(() => void flush(), afterMs)
    timer.unref()
  }

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    writing ??= write()
      .catch((error) =>
        log('error', 'the audit trail can not be written; reads wait for it', {
          operations: waiting.length,
          error: String(error),
        }),
      )
      .finally(() => {
        writing = undefined
        if (waiting.length > 0) schedule(unsure === undefined ? settings.auditFlush * 1000 : RETRY_MS)
      })
    return writing
  }

  async function write(): Promise<void> {
    while (waiting.length > 0) {
      // The same batch again after a failure, so that one look tells whether it is in.
      const batch: readonly ReadyEvent[] = unsure ?? waiting.slice(0, BATCH).flat()
      if (unsure === undefined || !(await isWritten(unsure))) {
        unsure = batch
        await store.transaction((trx) => appendReady(trx, batch))
      }
      unsure = undefined
      let events = batch.length
      while (events > 0) events -= waiting.shift()!.length
    }
  }

  async function isWritten([first]: readonly ReadyEvent[]): Promise<boolean> {
    const row = await store.db
      .selectFrom('audit_event')
      .select('seq')
      .where('id', '=', first!.id)
      .executeTakeFirst()
    return row !== undefined
  }

  return {
    reserve() {
      if (waiting.length + reserved >= settings.auditBuffer) {
        throw new GatewayError(
          'AUDIT_UNAVAILABLE',
          'What was read last is not on record yet, so nothing more is read. Try again in a moment.',
        )
      }
      reserved += 1
      let open = true
      return {
        fill(happenings) {
          if (!open) return
          open = false
          reserved -= 1
          push(happenings)
        },
      }
    },
    add: (happening) => push([happening]),
    flush,
    async close() {
      closed = true
      // One that runs has taken what it found; what came since needs another.
      await writing
      await flush()
      if (waiting.length > 0) log('error', 'audit events are lost', { operations: waiting.length })
    },
  }
}
