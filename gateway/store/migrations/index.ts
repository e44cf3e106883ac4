import type { Migration } from 'kysely/migration'
import * as first from './0001-first.ts'
import * as policy from './0005-policy.ts'
import * as lifecycle from './0006-lifecycle.ts'

/** In the order of their names. Listed by hand, so that what runs is what was reviewed. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-first': first,
  '0005-policy': policy,
  '0006-lifecycle': lifecycle,
}
