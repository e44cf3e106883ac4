import { autotask } from './autotask.ts'
import { connectwise } from './connectwise.ts'
import type { VendorDecisions } from './decision.ts'
import { halo } from './halo.ts'
import { servicenow } from './servicenow.ts'

export const endpointDecisions: ReadonlyMap<string, VendorDecisions> = new Map(
  Object.entries({ connectwise, autotask, halo, servicenow }),
)
