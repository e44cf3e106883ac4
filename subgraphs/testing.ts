import { bodyHash, freshNonce, mintPermit } from '../policy/permit.ts'
import type { GatewayError } from '../schema/errors.ts'
import type { TenantMapping, VendorAccess, VendorSession, VendorSource } from '../schema/source.ts'
import {
  type Caller,
  localBudget,
  openSession,
  type RequestLogEntry,
  referenceCache,
  type VendorPorts,
} from './http/index.ts'

/** Wiring for tests of this room: a session on a server of this machine, with everything allowed unless told. */
export interface TestSetup {
  readonly source: VendorSource
  readonly baseUrl: string
  readonly credentials: Readonly<Record<string, string>>
  readonly settings?: Readonly<Record<string, string>>
  readonly mapping?: TenantMapping
  readonly mayRead?: (group: string, field: string) => boolean
  readonly judge?: (access: VendorAccess) => GatewayError | null
  readonly ports?: Partial<VendorPorts>
}

export interface TestBench {
  readonly ports: VendorPorts
  readonly log: RequestLogEntry[]
  readonly permitKey: Uint8Array
  session(over?: Partial<TestSetup>): VendorSession
  permit(method: string, url: string, body: string | null, expiresInMs?: number): string
}

export function testBench(setup: TestSetup): TestBench {
  const log: RequestLogEntry[] = []
  const permitKey = new Uint8Array(32).fill(7)
  const spent = new Set<string>()
  const ports: VendorPorts = {
    credentials: async () => setup.credentials,
    permitKey,
    consumeNonce(nonce) {
      if (spent.has(nonce)) return false
      spent.add(nonce)
      return true
    },
    budget: localBudget(),
    references: referenceCache(),
    allowedOrigin: () => ({ origin: new URL(setup.baseUrl).origin, allowPrivate: true }),
    logRequest: (entry) => log.push(entry),
    ...setup.ports,
  }
  return {
    ports,
    log,
    permitKey,
    session(over = {}) {
      const {
        source,
        baseUrl,
        settings = {},
        mapping = {},
        mayRead = () => true,
        judge = () => null,
      } = { ...setup, ...over }
      const caller: Caller = { judge, mayRead }
      return openSession(
        ports,
        source,
        { slug: 'acme-cw', vendor: source.vendor, settings, mapping, baseUrl },
        caller,
      )
    },
    permit(method, url, body, expiresInMs = 5_000) {
      return mintPermit(permitKey, {
        requestId: 'request',
        attemptId: 'attempt',
        step: 0,
        method,
        url,
        bodyHash: bodyHash(body),
        nonce: freshNonce(),
        expiresAt: Date.now() + expiresInMs,
      })
    },
  }
}
