import type { Log } from '../services.ts'
import type { Store } from '../store/index.ts'

/** Wakes whoever waits for the next event. The rows are the events; a lost wake-up costs one poll. */
export interface EventFeed {
  /** Resolves at the next wake-up, at the poll, or when the signal ends. */
  next(signal: AbortSignal): Promise<void>
  onWake(listener: () => void): () => void
  close(): Promise<void>
}

export const EVENT_CHANNEL = 'countersign_events'

export function openFeed(store: Store, pollSeconds: number, log: Log): EventFeed {
  const waiting = new Set<() => void>()
  const wake = () => {
    for (const listener of [...waiting]) listener()
  }
  const listener = store.listen(EVENT_CHANNEL, wake)
  const poll = setInterval(wake, pollSeconds * 1000)
  poll.unref()
  log('info', 'listening for events')
  return {
    next: (signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve()
        const done = () => {
          waiting.delete(done)
          signal.removeEventListener('abort', done)
          resolve()
        }
        waiting.add(done)
        signal.addEventListener('abort', done)
      }),
    onWake(callback) {
      waiting.add(callback)
      return () => waiting.delete(callback)
    },
    async close() {
      clearInterval(poll)
      await listener.close()
      wake()
    },
  }
}
