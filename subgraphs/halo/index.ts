import type { VendorSource } from '../../schema/source.ts'
import { groupsOf } from '../catalogue/groups.ts'
import { auditTrail } from './audit-trail.ts'
import { busyTimes } from './busy-times.ts'
import { haloCapabilities } from './capabilities.ts'
import { haloDialect } from './dialect.ts'
import { download } from './download.ts'
import { policyFields } from './field-names.ts'
import { findCreated } from './find-created.ts'
import { haloLimits } from './limits.ts'
import { childPages } from './lists/child-pages.ts'
import { listPage } from './lists/list-page.ts'
import { guessMapping } from './mapping.ts'
import { plan } from './plan/index.ts'
import { passthrough } from './raw/index.ts'
import { readMany, ticketByNumber } from './read-many.ts'
import { rights } from './rights.ts'
import { sendStep, stepUrl } from './send-step.ts'
import { setup } from './setup.ts'
import { readTarget } from './target.ts'
import { tenantChoices } from './tenant-choices.ts'
import { test } from './test-connection.ts'

/** Actions are read ticket by ticket, and no parameter names several: there is nothing to batch children by. */
export const halo: VendorSource = {
  vendor: 'halo',
  capabilities: haloCapabilities,
  dialect: haloDialect,
  get groups() {
    return groupsOf('halo')
  },
  policyFields,
  rights,
  limits: haloLimits,
  recordKeys: { pattern: /^[1-9]\d{0,9}$/, example: '250' },
  readMany,
  listPage,
  childPages,
  setup,
  auditTrail,
  busyTimes,
  download,
  ticketByNumber,
  plan,
  stepUrl,
  sendStep,
  findCreated,
  readTarget,
  tenantChoices,
  guessMapping,
  test,
  passthrough,
}
