import type { VendorSource } from '../../schema/source.ts'
import { autotaskCapabilities } from './capabilities.ts'
import { autotaskDialect } from './dialect.ts'
import { findCreated } from './find-created.ts'
import { AUTOTASK_GROUPS } from './groups.ts'
import { guessMapping } from './guess-mapping.ts'
import { childPages } from './lists/children.ts'
import { listPage } from './lists/list-page.ts'
import { locate } from './locate.ts'
import { plan } from './plan/index.ts'
import { passthrough } from './raw/index.ts'
import { readMany, ticketByNumber } from './read-many.ts'
import { sendStep, stepUrl } from './send-step.ts'
import { readTarget } from './target.ts'
import { test } from './test-connection.ts'

export const autotask: VendorSource = {
  vendor: 'autotask',
  capabilities: autotaskCapabilities,
  dialect: autotaskDialect,
  groups: AUTOTASK_GROUPS,
  readMany,
  listPage,
  childPages: (session, request) => childPages(session, request),
  ticketByNumber,
  plan,
  stepUrl,
  sendStep,
  findCreated,
  readTarget,
  locate,
  guessMapping,
  passthrough,
  test,
}
