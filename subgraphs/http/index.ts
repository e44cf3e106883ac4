/** The door's public face: what the gateway fills and opens. */

export { rangeOf } from './addresses.ts'
export { closeReadDispatchers } from './agents.ts'
export { type Budget, localBudget } from './budget.ts'
export { vendorClocks } from './clocks.ts'
export { type ConnectionAddress, openSession } from './door.ts'
export type {
  Caller,
  DoorSettings,
  OriginFacts,
  RequestLogEntry,
  VendorPorts,
} from './ports.ts'
export { type ReferenceCache, referenceCache } from './reference-cache.ts'
