import { hash } from 'node:crypto'

/** A row's id is made from what it tells, so that it is the same on every start. */
export const sysIdOf = (kind: string, key: string | number): string => hash('md5', `${kind}:${key}`)

export const isSysId = (text: string): boolean => /^[0-9a-f]{32}$/.test(text)
