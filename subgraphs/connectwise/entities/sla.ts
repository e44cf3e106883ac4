import { decimal } from '../../../schema/decimals.ts'
import { type EntitySpec, plain } from '../projection.ts'
import { type SlaBody, sla as shape } from '../schema.ts'

export const slaSpec: EntitySpec<SlaBody> = {
  type: 'Sla',
  group: 'SLAs',
  shape,
  keyOf: ({ id }) => String(id),
  fields: {
    name: plain(['name'], ({ name }) => name ?? ''),
    responseHours: plain(['respondHours'], ({ respondHours }) => decimal(respondHours)),
    planHours: plain(['planWithin'], ({ planWithin }) => decimal(planWithin)),
    resolutionHours: plain(['resolutionHours'], ({ resolutionHours }) => decimal(resolutionHours)),
  },
}
