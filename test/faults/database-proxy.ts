import type { AddressInfo } from 'node:net'
import { connect, createServer, type Socket } from 'node:net'

/** How node-postgres sends the end of a transaction: a simple query. */
const COMMIT = Buffer.from('commit\0')

/** A wire between one gateway and PostgreSQL that can be cut. */
export interface DatabaseProxy {
  readonly port: number
  /** Every connection breaks, and none is taken for so long. */
  cut(forMs: number): void
  /** The next COMMIT reaches the store, and its reply is lost with the connection. */
  loseNextReply(): Promise<void>
  /** The connection breaks in front of the next COMMIT: the store takes the transaction back. */
  loseNextCommit(): Promise<void>
  close(): void
}

export async function startDatabaseProxy(target: { host: string; port: number }): Promise<DatabaseProxy> {
  const pairs = new Set<readonly [Socket, Socket]>()
  let refusingUntil = 0
  const waiting: { readonly lose: 'REPLY' | 'COMMIT'; readonly done: () => void }[] = []

  const server = createServer((client) => {
    client.on('error', () => {})
    if (Date.now() < refusingUntil) return void client.destroy()
    const upstream = connect(target)
    const pair = [client, upstream] as const
    pairs.add(pair)
    let losing = false
    const end = () => {
      pairs.delete(pair)
      client.destroy()
      upstream.destroy()
    }
    upstream.on('error', end)
    for (const socket of pair) socket.on('close', end)
    client.setNoDelay(true)
    upstream.setNoDelay(true)
    client.on('data', (bytes) => {
      if (waiting.length > 0 && bytes.includes(COMMIT)) {
        const { lose, done } = waiting.shift() as (typeof waiting)[number]
        done()
        if (lose === 'COMMIT') return end()
        losing = true
      }
      upstream.write(bytes)
    })
    upstream.on('data', (bytes) => {
      if (losing) return end()
      client.write(bytes)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const lose = (what: 'REPLY' | 'COMMIT') =>
    new Promise<void>((done) => {
      waiting.push({ lose: what, done })
    })
  return {
    port: (server.address() as AddressInfo).port,
    cut(forMs) {
      refusingUntil = Date.now() + forMs
      for (const [client, upstream] of [...pairs]) {
        client.destroy()
        upstream.destroy()
      }
    },
    loseNextReply: () => lose('REPLY'),
    loseNextCommit: () => lose('COMMIT'),
    close() {
      server.close()
      for (const [client, upstream] of pairs) {
        client.destroy()
        upstream.destroy()
      }
    },
  }
}
