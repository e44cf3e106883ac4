import { type EntitySpec, plain } from '../projection.ts'
import { type SlaBody, sla as shape } from '../schema.ts'

export const slaSpec: EntitySpec<SlaBody> = {
  type: 'Sla',
  group: 'SLAs',
  shape,
  keyOf: ({ id }) => String(id),
  fields: {
    name: plain(({ name }) => name),
    // Each priority of an SLA has times of its own (API.md 12.9).
    responseHours: plain(() => null),
    planHours: plain(() => null),
    resolutionHours: plain(() => null),
  },
}
