import { createHash } from 'node:crypto'

/** A row's id is made from what it tells, so that it is the same on every start. */
export const sysIdOf = (kind: string, key: string | number): string =>
  createHash('md5').update(`${kind}:${key}`).digest('hex')

export const isSysId = (text: string): boolean => /^[0-9a-f]{32}$/.test(text)
