import type { Settings } from '../settings.ts'

/** Seconds until an unclear outcome may be looked for: until then its bytes may still be on their way. */
export function reconcileIn({ sendWithin, vendorWrite }: Settings): number {
  return sendWithin + vendorWrite
}

/** Seconds that whoever executed a write has for reading it back; after that any gateway does. */
export function readBackIn({ lease, vendorRead }: Settings): number {
  return lease + vendorRead
}
