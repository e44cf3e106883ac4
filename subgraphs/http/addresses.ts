import { lookup as resolve } from 'node:dns'
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import { buildConnector } from 'undici'
import type { OriginFacts } from './ports.ts'

/** Ranges an on-premises entry or a simulator may live in. Link-local stays out: cloud metadata answers there. */
const PRIVATE_RANGES: ReadonlySet<string> = new Set(['loopback', 'private', 'uniqueLocal', 'carrierGradeNat'])

export class AddressRefused extends Error {
  readonly code = 'COUNTERSIGN_ADDRESS_REFUSED'
  constructor(range: string) {
    // The address itself stays out of the message: it may tell a caller how the network inside is built.
    super(`The host resolves to an address that is not allowed (${range}).`)
    this.name = 'AddressRefused'
  }
}

/**
 * The range that refuses an address, or undefined when it may be connected to. An IPv4-mapped address is
 * judged as the IPv4 address it is; NAT64, 6to4 and Teredo forms, which hide one, are refused whole.
 */
export function refusedRange(address: string, allowPrivate: boolean): string | undefined {
  if (!ipaddr.isValid(address)) return 'unreadable'
  const range = ipaddr.process(address).range()
  if (range === 'unicast') return undefined
  return allowPrivate && PRIVATE_RANGES.has(range) ? undefined : range
}

/** An address on its own stands for itself. Null: neither an address nor a range. */
export function rangeOf(text: string): string | null {
  if (ipaddr.isValid(text)) return `${text}/${ipaddr.parse(text).kind() === 'ipv4' ? 32 : 128}`
  return /^[^/]+\/\d{1,3}$/.test(text) && ipaddr.isValidCIDR(text) ? text : null
}

function isWithin(address: string, ranges: readonly string[]): boolean {
  const given = ipaddr.process(address)
  return ranges.some((text) => {
    const [network, bits] = ipaddr.parseCIDR(text)
    return network.kind() === given.kind() && given.match(network, bits)
  })
}

export function isLoopback(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'loopback'
}

interface Resolved {
  readonly address: string
  readonly family: number
}

type Lookup = (
  hostname: string,
  options: { readonly all?: boolean | undefined; readonly family?: number | string | undefined },
  callback: (error: Error | null, address: string | Resolved[], family?: number) => void,
) => void

/** The name is resolved once and every answer judged; the socket gets the judged addresses, so DNS can't swap them. */
export function checkedLookup(facts: OriginFacts): Lookup {
  return (hostname, options, callback) => {
    resolve(hostname, { all: true }, (error, addresses) => {
      if (error !== null) return callback(error, [])
      const refused = refusal(addresses, facts)
      if (refused !== undefined) return callback(refused, [])
      const first = addresses[0]
      if (first === undefined) return callback(new AddressRefused('none'), [])
      if (options.all === true) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }
}

function refusal(addresses: readonly Resolved[], facts: OriginFacts): AddressRefused | undefined {
  for (const { address } of addresses) {
    const range = refusedRange(address, facts.allowPrivate)
    if (range !== undefined) return new AddressRefused(range)
    if (facts.addresses !== undefined && !isWithin(address, facts.addresses))
      return new AddressRefused('outside of the addresses named for it')
    // Plain http is for simulators of this machine; an on-premises PSA has to speak TLS too.
    if (facts.origin.startsWith('http:') && !isLoopback(address)) return new AddressRefused('plain http')
  }
  return undefined
}

/** TLS verification stays on: nothing here can turn it off. */
export function checkedConnector(facts: OriginFacts, timeoutMs: number): buildConnector.connector {
  const connect = buildConnector({
    timeout: timeoutMs,
    lookup: checkedLookup(facts),
  } as buildConnector.BuildOptions)
  return (options, callback) => {
    const host = options.hostname.replace(/^\[|\]$/g, '')
    // A literal address never reaches the lookup.
    const refused = isIP(host) === 0 ? undefined : refusal([{ address: host, family: isIP(host) }], facts)
    if (refused !== undefined) callback(refused, null)
    else connect(options, callback)
  }
}
