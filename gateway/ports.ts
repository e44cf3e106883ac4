import { GatewayError } from '../schema/errors.ts'
import { type Budget, referenceCache, type VendorPorts, vendorClocks } from '../subgraphs/http/index.ts'
import type { OriginFacts, RequestLogEntry } from '../subgraphs/http/ports.ts'
import { loadCredentials } from './secrets/credentials.ts'
import type { Keys } from './secrets/keys.ts'
import type { Settings } from './settings.ts'
import type { Store } from './store/index.ts'
import type { ConnectionRow } from './store/tables.ts'

export interface PortOptions {
  readonly store: Store
  readonly keys: Keys
  readonly budget: Budget
  readonly sandboxOrigins: ReadonlySet<string>
  readonly logRequest: (entry: RequestLogEntry) => void
  readonly settings: Pick<Settings, 'vendorRead' | 'vendorWrite'>
}

/** Fills what the door to vendors asks of a gateway: credentials, pinned origins, single use of permits. */
export function openPorts({ store, keys, budget, sandboxOrigins, logRequest, settings }: PortOptions): {
  readonly ports: VendorPorts
  pin(row: ConnectionRow): void
} {
  const origins = new Map<string, OriginFacts>()
  const spent = new Map<string, number>()
  return {
    pin(row) {
      const { origin } = new URL(row.base_url)
      // Private addresses: an on-premises entry of an administrator, or a simulator that this process started.
      const entry = sandboxOrigins.has(origin) ? null : row.on_premises
      origins.set(row.slug, {
        origin,
        allowPrivate: sandboxOrigins.has(origin) || entry !== null,
        ...(entry !== null && { addresses: entry.addresses }),
      })
    },
    ports: {
      async credentials(connection) {
        const secrets = await loadCredentials(store.db, keys, connection)
        return Object.fromEntries(Object.entries(secrets).map(([name, secret]) => [name, secret.reveal()]))
      },
      permitKey: keys.permit.bytes(),
      consumeNonce(nonce, expiresAt) {
        const now = Date.now()
        for (const [old, end] of spent) if (end < now) spent.delete(old)
        if (spent.has(nonce)) return false
        spent.set(nonce, expiresAt)
        return true
      },
      budget,
      references: referenceCache(),
      clocks: vendorClocks(),
      allowedOrigin(connection) {
        const facts = origins.get(connection)
        if (facts === undefined) {
          throw new GatewayError(
            'NOT_CONFIGURED',
            `The address of connection "${connection}" is not known.`,
            { connection },
          )
        }
        return facts
      },
      logRequest,
      settings: { readTimeoutMs: settings.vendorRead * 1000, writeTimeoutMs: settings.vendorWrite * 1000 },
    },
  }
}
