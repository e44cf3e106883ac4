import { openPermit, type PermitClaims, permitMatches } from '../../policy/permit.ts'
import { GatewayError } from '../../schema/errors.ts'
import type { Outgoing } from './exchange.ts'
import type { VendorPorts } from './ports.ts'

/**
 * No permit, no write. The permit must be for exactly these bytes; it is opened before anything is waited
 * for, and again right before sending, since waiting may have outlived it.
 *
 * @throws GatewayError INTERNAL: a write without its permit is a bug of ours, and nothing was sent
 */
export function checkPermit(ports: VendorPorts, permit: string, outgoing: Outgoing): PermitClaims {
  let claims: PermitClaims
  try {
    claims = openPermit(ports.permitKey, permit, Date.now())
  } catch {
    throw new GatewayError('INTERNAL', 'A write was not sent: its permit is missing, expired or not ours.')
  }
  if (!permitMatches(claims, { method: outgoing.method, url: outgoing.url.href, body: outgoing.body })) {
    throw new GatewayError('INTERNAL', 'A write was not sent: its permit is for another request.')
  }
  return claims
}

/** @throws GatewayError INTERNAL when the permit was used before */
export async function spendPermit(ports: VendorPorts, claims: PermitClaims): Promise<void> {
  if (!(await ports.consumeNonce(claims.nonce, claims.expiresAt))) {
    throw new GatewayError('INTERNAL', 'A write was not sent: its permit was used before.')
  }
}
