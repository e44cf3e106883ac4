import { remembered } from '../shared/instants.ts'

/** UTC without a Z: how every answer writes an instant. */
export const stamp = remembered((at) => new Date(at).toISOString().slice(0, 23))

/** Fields that hold a date keep midnight, whatever the zone it was sent in. */
export const midnight = (text: string): string => `${text.slice(0, 10)}T00:00:00.000`

const INSTANT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,7})?)?)?(Z|[+-]\d\d:?\d\d)?$/i
export const hasZone = (text: string): boolean => /T.*(Z|[+-]\d\d:?\d\d)$/i.test(text)

/** Epoch milliseconds; a time without a zone is UTC. Undefined when it is no instant. */
export function instant(text: string): number | undefined {
  if (!INSTANT.test(text)) return undefined
  const full = text.length === 10 ? `${text}T00:00:00` : text
  const at = Date.parse(hasZone(full) ? full : `${full}Z`)
  return Number.isNaN(at) ? undefined : at
}
