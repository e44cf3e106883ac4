import { randomBytes } from 'node:crypto'

/** `wr_` and the like, then time and chance: ids made later sort later, and none can be guessed. */
export function newId(prefix: string): string {
  const time = Date.now().toString(16).padStart(12, '0')
  return `${prefix}_${time}${randomBytes(10).toString('hex')}`
}
