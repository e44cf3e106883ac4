import { GatewayError } from '../../schema/errors.ts'
import type { VendorSource } from '../../schema/source.ts'
import { groupsOf } from '../catalogue/groups.ts'
import { auditTrail } from './audit-trail.ts'
import { servicenowCapabilities } from './capabilities.ts'
import { servicenowDialect } from './dialect.ts'
import { download } from './download.ts'
import { policyFields } from './field-names.ts'
import { findCreated } from './find-created.ts'
import { guessMapping } from './guess-mapping.ts'
import { servicenowLimits } from './limits.ts'
import { childPages } from './lists/child-pages.ts'
import { listPage } from './lists/list-page.ts'
import { NO_SCHEDULE } from './no-schedule.ts'
import { plan } from './plan/index.ts'
import { passthrough } from './raw/index.ts'
import { readMany } from './read-many.ts'
import { rights } from './rights.ts'
import { sendStep, stepUrl } from './send-step.ts'
import { setup } from './setup.ts'
import { readTarget } from './target.ts'
import { tenantChoices } from './tenant-choices.ts'
import { test } from './test-connection.ts'
import { ticketByNumber } from './ticket-by-number.ts'

export const servicenow: VendorSource = {
  vendor: 'servicenow',
  capabilities: servicenowCapabilities,
  dialect: servicenowDialect,
  get groups() {
    return groupsOf('servicenow')
  },
  policyFields,
  rights,
  limits: servicenowLimits,
  recordKeys: { pattern: /^[0-9a-f]{32}$/, example: '6816f79cc0a8016401c5a33be04be441' },
  readMany,
  listPage,
  childPages,
  setup,
  auditTrail,
  busyTimes: () => Promise.reject(new GatewayError('NOT_SUPPORTED', NO_SCHEDULE)),
  download,
  ticketByNumber,
  plan,
  stepUrl,
  sendStep,
  findCreated,
  readTarget,
  tenantChoices,
  guessMapping,
  passthrough,
  test,
}
