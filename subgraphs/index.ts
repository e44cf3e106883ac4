import type { Vendor, VendorSource } from '../schema/source.ts'
import { autotask } from './autotask/index.ts'
import { connectwise } from './connectwise/index.ts'
import { halo } from './halo/index.ts'
import { servicenow } from './servicenow/index.ts'

/** One line a vendor; a test compares these with the folders. */
export const sources: ReadonlyMap<Vendor, VendorSource> = new Map([
  [autotask.vendor, autotask],
  [connectwise.vendor, connectwise],
  [halo.vendor, halo],
  [servicenow.vendor, servicenow],
])
