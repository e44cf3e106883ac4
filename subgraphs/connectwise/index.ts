import { GatewayError } from '../../schema/errors.ts'
import type { VendorSource } from '../../schema/source.ts'
import { connectwiseCapabilities } from './capabilities.ts'
import { connectwiseDialect } from './dialect.ts'
import { CONNECTWISE_GROUPS } from './groups.ts'
import { listPage } from './lists/list-page.ts'
import { readMany, ticketByNumber } from './read-many.ts'
import { test } from './test-connection.ts'

function soon(): never {
  throw new GatewayError('NOT_SUPPORTED', 'Writes are being built.')
}

export const connectwise: VendorSource = {
  vendor: 'connectwise',
  capabilities: connectwiseCapabilities,
  dialect: connectwiseDialect,
  groups: CONNECTWISE_GROUPS,
  readMany,
  listPage,
  ticketByNumber,
  test,
  plan: soon,
  sendStep: soon,
  readTarget: soon,
}
