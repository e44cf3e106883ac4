import type { Migration } from 'kysely/migration'
import * as first from './0001-first.ts'
import * as vendorSlots from './0002-vendor-slots.ts'
import * as mappingCheck from './0003-mapping-check.ts'
import * as ownEndpoints from './0004-own-endpoints.ts'
import * as policy from './0005-policy.ts'
import * as lifecycle from './0006-lifecycle.ts'
import * as checkpointSink from './0007-checkpoint-sink.ts'
import * as eventHistory from './0008-event-history.ts'
import * as retries from './0009-retries.ts'
import * as people from './0010-people.ts'
import * as limits from './0012-limits.ts'
import * as inbox from './0014-inbox.ts'
import * as putBack from './0015-put-back.ts'
import * as uploads from './0016-uploads.ts'
import * as vendorHours from './0017-vendor-hours.ts'

/** In the order of their names. Listed by hand, so that what runs is what was reviewed. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-first': first,
  '0002-vendor-slots': vendorSlots,
  '0003-mapping-check': mappingCheck,
  '0004-own-endpoints': ownEndpoints,
  '0005-policy': policy,
  '0006-lifecycle': lifecycle,
  '0007-checkpoint-sink': checkpointSink,
  '0008-event-history': eventHistory,
  '0009-retries': retries,
  '0010-people': people,
  '0012-limits': limits,
  '0014-inbox': inbox,
  '0015-put-back': putBack,
  '0016-uploads': uploads,
  '0017-vendor-hours': vendorHours,
}
