import { Agent, Client, type Dispatcher } from 'undici'
import { checkedConnector } from './addresses.ts'
import type { OriginFacts } from './ports.ts'

const CONNECT_TIMEOUT_MS = 10_000

const pools = new Map<string, Agent>()

/** Kept-alive sockets for reads, one pool per pinned origin. */
export function readDispatcher(facts: OriginFacts): Dispatcher {
  const key = JSON.stringify(facts)
  let pool = pools.get(key)
  if (pool === undefined) {
    pool = new Agent({ connect: checkedConnector(facts, CONNECT_TIMEOUT_MS), connections: 16, pipelining: 1 })
    pools.set(key, pool)
  }
  return pool
}

export async function closeReadDispatchers(): Promise<void> {
  const open = [...pools.values()]
  pools.clear()
  await Promise.all(open.map((pool) => pool.close()))
}

/**
 * A socket of its own for each write, opened at most once. While it is not open, no byte of the request can
 * have left: that is the proof behind "not sent". A kept-alive socket could not give it, and a client that
 * reconnects might send twice.
 */
export function writeDispatcher(facts: OriginFacts): { dispatcher: Client; connected(): boolean } {
  const connect = checkedConnector(facts, CONNECT_TIMEOUT_MS)
  let attempts = 0
  let open = false
  const dispatcher = new Client(facts.origin, {
    pipelining: 1,
    connect: (options, callback) => {
      attempts += 1
      if (attempts > 1) return callback(new Error('A write never connects twice.'), null)
      connect(options, (...answer) => {
        if (answer[0] === null) open = true
        callback(...answer)
      })
    },
  })
  return { dispatcher, connected: () => open }
}
