import { eventsAfter, readHead } from '../audit/read.ts'
import type { Log } from '../services.ts'
import type { Store } from '../store/index.ts'
import type { AuditEventRow } from '../store/tables.ts'
import type { EventFeed } from './feed.ts'

/** The end of the trail as one gateway has read it: once for all of its streams. */
export interface Tail {
  /** Everything up to here has been read. */
  readonly seq: number
  /** The last event that changed what somebody may do: what was known before it is out of date. */
  readonly rightsSeq: number
  /** Told whenever more was read. The first listener starts the reading, the last one ends it. */
  listen(onMore: () => void): Promise<() => void>
  /** In order and without a gap; undefined when they are no longer held, and the store must be asked. */
  after(seq: number): readonly AuditEventRow[] | undefined
}

const PAGE = 50
/** Rows held for streams that are a little behind. */
const HELD = 500

/**
 * Every change of rights is an event in the transaction that makes it, and events are read in the order of their
 * commits: who has read up to an event has seen every change of rights before it.
 */
const CHANGES_RIGHTS = /^(TOKEN|AGENT|PERSON|ROLE|WORKFLOW|POLICY|CONNECTION|INSTALLATION)_/

export function openTail(store: Store, feed: EventFeed, log: Log, onRightsChanged: () => void): Tail {
  const listeners = new Set<() => void>()
  let held: AuditEventRow[] = []
  let seq = 0
  let rightsSeq = 0
  let stopWaking: (() => void) | undefined
  let isReading = false
  let again = false
  let starting: Promise<void> | undefined

  function wake(): void {
    again = true
    if (!isReading) void read()
  }

  async function read(): Promise<void> {
    isReading = true
    try {
      while (again && listeners.size > 0) {
        again = false
        const rows = await eventsAfter(store.db, seq, PAGE)
        if (rows.length > 0) take(rows)
        // A full page: more may be there already.
        if (rows.length === PAGE) again = true
      }
    } catch (error) {
      log('warn', 'reading events failed; the next wake-up tries again', { error: String(error) })
    } finally {
      isReading = false
    }
  }

  function take(rows: readonly AuditEventRow[]): void {
    held = [...held, ...rows].slice(-HELD)
    seq = rows.at(-1)!.seq
    const changed = rows.findLast(({ type }) => CHANGES_RIGHTS.test(type))
    if (changed !== undefined) {
      rightsSeq = changed.seq
      onRightsChanged()
    }
    for (const listener of [...listeners]) listener()
  }

  async function start(): Promise<void> {
    const head = await readHead(store.db)
    seq = head.seq
    rightsSeq = head.seq
    held = []
    stopWaking = feed.onWake(wake)
    // What came between the look at the head and the first wake-up.
    wake()
  }

  return {
    get seq() {
      return seq
    },
    get rightsSeq() {
      return rightsSeq
    },
    async listen(onMore) {
      starting ??= start().catch((error) => {
        starting = undefined
        throw error
      })
      listeners.add(onMore)
      const stop = () => {
        if (!listeners.delete(onMore) || listeners.size > 0) return
        stopWaking?.()
        stopWaking = undefined
        starting = undefined
      }
      try {
        await starting
      } catch (error) {
        stop()
        throw error
      }
      wake()
      return stop
    },
    after(from) {
      if (from >= seq) return []
      const first = held[0]?.seq
      return first === undefined || from + 1 < first ? undefined : held.slice(from + 1 - first)
    },
  }
}
