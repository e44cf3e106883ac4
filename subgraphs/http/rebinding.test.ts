import names from 'node:dns'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { syncBuiltinESMExports } from 'node:module'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { closeReadDispatchers, readDispatcher, writeDispatcher } from './agents.ts'
import { exchange } from './exchange.ts'
import type { OriginFacts } from './ports.ts'

/** What a name server would answer, one lookup after another; the last answer stays. */
const dns = { answers: [] as string[][], asked: 0 }
function lookup(_name: string, _options: unknown, callback: (error: null, addresses: object[]) => void) {
  const answer = dns.answers[Math.min(dns.asked, dns.answers.length - 1)] ?? []
  dns.asked += 1
  process.nextTick(() =>
    callback(
      null,
      answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    ),
  )
}

const nameServer = names.lookup
function resolveBy(given: typeof names.lookup): void {
  names.lookup = given
  // Modules that have imported it get this one, too.
  syncBuiltinESMExports()
}

let server: Server
let port: number
let connections = 0
beforeAll(async () => {
  server = createServer((_request, response) => void response.end('{}')).listen(0, '127.0.0.1')
  server.on('connection', () => {
    connections += 1
  })
  await once(server, 'listening')
  resolveBy(lookup as typeof names.lookup)
  port = (server.address() as AddressInfo).port
})
beforeEach(() => {
  connections = 0
  dns.asked = 0
})
afterAll(async () => {
  resolveBy(nameServer)
  await closeReadDispatchers()
  server.closeAllConnections()
  server.close()
})

/** A name of this machine, as a simulator has one; and a PSA in the cloud. */
const here = (): OriginFacts => ({ origin: `http://psa.example:${port}`, allowPrivate: true })
const cloud = (): OriginFacts => ({ origin: `https://psa.example:${port}`, allowPrivate: false })

function send(facts: OriginFacts, as: 'READ' | 'WRITE') {
  const dispatcher = as === 'READ' ? readDispatcher(facts) : writeDispatcher(facts).dispatcher
  const outgoing = { method: 'GET', url: new URL(facts.origin), headers: {}, body: null }
  return exchange(dispatcher, outgoing, { timeoutMs: 2_000, maxBytes: 1_000 })
}

describe.each(['READ', 'WRITE'] as const)('a name whose answer flips: %s', (as) => {
  it('is connected to at the address that was judged, by one look-up', async () => {
    dns.answers = [['127.0.0.1'], ['169.254.169.254']]
    expect(await send(here(), as)).toMatchObject({ status: 200 })
    expect([dns.asked, connections]).toEqual([1, 1])
    await closeReadDispatchers()
    await expect(send(here(), as), 'the next connection').rejects.toMatchObject({
      code: 'COUNTERSIGN_ADDRESS_REFUSED',
    })
    expect([dns.asked, connections]).toEqual([2, 1])
  })

  it.each<[where: string, resolved: string[], addresses: string[], isReached: boolean]>([
    ['in its range', ['127.0.0.1'], ['10.20.0.0/16', '127.0.0.0/8'], true],
    ['in its range, in IPv6 clothes', ['::ffff:127.0.0.1'], ['127.0.0.0/8'], true],
    ['elsewhere inside', ['127.0.0.1'], ['10.20.0.0/16'], false],
    ['for one of several addresses elsewhere', ['127.0.0.1', '127.1.0.1'], ['127.0.0.1/32'], false],
    ['anywhere, where no range is named', ['127.0.0.1'], [], false],
  ])('of a host of one’s own leads %s', async (_where, resolved, addresses, isReached) => {
    dns.answers = [resolved]
    const sent = send({ ...here(), addresses }, as)
    if (isReached) expect(await sent).toMatchObject({ status: 200 })
    else await expect(sent).rejects.toMatchObject({ code: 'COUNTERSIGN_ADDRESS_REFUSED' })
    expect(connections).toBe(Number(isReached))
    await closeReadDispatchers()
  })

  it.each([
    ['to this machine', ['127.0.0.1']],
    ['to the network inside', ['10.0.0.5']],
    ['to the metadata of a cloud', ['169.254.169.254']],
    ['in IPv6 clothes', ['::ffff:127.0.0.1']],
    ['for one of several addresses', ['20.1.2.3', '127.0.0.1']],
    ['to nothing', []],
  ])('is refused %s, and no socket opens', async (_where, addresses) => {
    dns.answers = [addresses]
    await expect(send(cloud(), as)).rejects.toMatchObject({ code: 'COUNTERSIGN_ADDRESS_REFUSED' })
    expect(connections).toBe(0)
  })
})
