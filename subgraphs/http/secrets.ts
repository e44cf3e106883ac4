import { createHash } from 'node:crypto'
import type { CredentialField } from '../../schema/source.ts'

type Credentials = Readonly<Record<string, string>>

/**
 * Takes credential values out of a text before it leaves the door: a vendor that echoes what it was sent
 * must not carry a key into an error, a plan or the log.
 */
export function scrubber(
  fields: readonly CredentialField[],
  credentials: Credentials,
  authorization: Readonly<Record<string, string>>,
): (text: string) => string {
  const secrets = new Set<string>()
  for (const { name, secret } of fields) {
    const value = credentials[name]
    if (secret && value !== undefined) secrets.add(value)
  }
  for (const value of Object.values(authorization)) secrets.add(value.replace(/^(Basic|Bearer) /i, ''))
  // Short values would tear harmless text apart; no vendor issues a key that short.
  const found = [...secrets].filter((secret) => secret.length >= 6)
  return (text) => found.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text)
}

/** Names a set of credentials in cache keys without holding them. */
export function credentialFingerprint(credentials: Credentials): string {
  const sorted = Object.entries(credentials).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(sorted)).digest('base64url').slice(0, 16)
}
