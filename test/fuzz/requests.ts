import { type ChannelListener, subscribe, unsubscribe } from 'node:diagnostics_channel'
import { setImmediate } from 'node:timers/promises'

/**
 * Requests that this process has under way. An operation that fails answers at once, while what it asked for beside the
 * failure is still to arrive: without waiting, a request would be judged by the policy of the next one.
 */
export function watchRequests() {
  const open = new Set<unknown>()
  const created: ChannelListener = (message) => open.add((message as { request: unknown }).request)
  const ended: ChannelListener = (message) => open.delete((message as { request: unknown }).request)
  const listeners: Readonly<Record<string, ChannelListener>> = {
    'undici:request:create': created,
    'undici:request:trailers': ended,
    'undici:request:error': ended,
  }
  for (const [channel, listener] of Object.entries(listeners)) subscribe(channel, listener)
  return {
    /** Until none is open, nor begun by the end of the last. */
    async atRest(): Promise<void> {
      for (let quiet = 0; quiet < 3; quiet = open.size === 0 ? quiet + 1 : 0) await setImmediate()
    },
    close() {
      for (const [channel, listener] of Object.entries(listeners)) unsubscribe(channel, listener)
    },
  }
}
