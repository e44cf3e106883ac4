import type { VendorSource } from '../../schema/source.ts'
import { groupsOf } from '../catalogue/groups.ts'
import { auditTrail } from './audit-trail.ts'
import { busyTimes } from './busy-times.ts'
import { connectwiseCapabilities } from './capabilities.ts'
import { companyTypes } from './company-types.ts'
import { connectwiseDialect } from './dialect.ts'
import { download } from './download.ts'
import { policyFields } from './field-names.ts'
import { findCreated } from './find-created.ts'
import { guessMapping } from './guess-mapping.ts'
import { connectwiseLimits } from './limits.ts'
import { childPages } from './lists/child-pages.ts'
import { listPage } from './lists/list-page.ts'
import { plan } from './plan/index.ts'
import { passthrough } from './raw/index.ts'
import { readMany, ticketByNumber } from './read-many.ts'
import { rights } from './rights.ts'
import { sendStep, stepUrl } from './send-step.ts'
import { setup } from './setup.ts'
import { readTarget } from './target.ts'
import { tenantChoices } from './tenant-choices.ts'
import { test } from './test-connection.ts'

export const connectwise: VendorSource = {
  vendor: 'connectwise',
  capabilities: connectwiseCapabilities,
  dialect: connectwiseDialect,
  get groups() {
    return groupsOf('connectwise')
  },
  policyFields,
  rights,
  limits: connectwiseLimits,
  recordKeys: { pattern: /^[1-9]\d{0,9}$/, example: '250' },
  readMany,
  listPage,
  childPages,
  companyTypes,
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
  guessMapping,
  tenantChoices,
  passthrough,
  test,
}
