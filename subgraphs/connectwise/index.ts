import type { VendorSource } from '../../schema/source.ts'
import { connectwiseCapabilities } from './capabilities.ts'
import { connectwiseDialect } from './dialect.ts'
import { findCreated } from './find-created.ts'
import { CONNECTWISE_GROUPS } from './groups.ts'
import { listPage } from './lists/list-page.ts'
import { plan } from './plan/index.ts'
import { passthrough } from './raw/index.ts'
import { readMany, ticketByNumber } from './read-many.ts'
import { sendStep, stepUrl } from './send-step.ts'
import { readTarget } from './target.ts'
import { test } from './test-connection.ts'

export const connectwise: VendorSource = {
  vendor: 'connectwise',
  capabilities: connectwiseCapabilities,
  dialect: connectwiseDialect,
  groups: CONNECTWISE_GROUPS,
  readMany,
  listPage,
  ticketByNumber,
  plan,
  stepUrl,
  sendStep,
  findCreated,
  readTarget,
  passthrough,
  test,
}
