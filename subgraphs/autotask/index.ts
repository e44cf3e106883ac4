import type { VendorSource } from '../../schema/source.ts'
import { groupsOf } from '../catalogue/groups.ts'
import { auditTrail } from './audit-trail.ts'
import { busyTimes } from './busy-times.ts'
import { autotaskCapabilities } from './capabilities.ts'
import { companyTypes } from './company-types.ts'
import { autotaskDialect } from './dialect.ts'
import { download } from './download.ts'
import { policyFields } from './field-names.ts'
import { findCreated } from './find-created.ts'
import { guessMapping } from './guess-mapping.ts'
import { autotaskLimits } from './limits.ts'
import { childPages } from './lists/children.ts'
import { listPage } from './lists/list-page.ts'
import { locate } from './locate.ts'
import { plan } from './plan/index.ts'
import { passthrough } from './raw/index.ts'
import { readMany, ticketByNumber } from './read-many.ts'
import { rights } from './rights.ts'
import { sendStep, stepUrl } from './send-step.ts'
import { setup } from './setup.ts'
import { readTarget } from './target.ts'
import { tenantChoices } from './tenant-choices.ts'
import { test } from './test-connection.ts'

export const autotask: VendorSource = {
  vendor: 'autotask',
  capabilities: autotaskCapabilities,
  dialect: autotaskDialect,
  get groups() {
    return groupsOf('autotask')
  },
  policyFields,
  rights,
  limits: autotaskLimits,
  recordKeys: { pattern: /^(0|[1-9]\d{0,11})$/, example: '250' },
  readMany,
  listPage,
  childPages: (session, request) => childPages(session, request),
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
  tenantChoices,
  locate,
  guessMapping,
  passthrough,
  test,
}
