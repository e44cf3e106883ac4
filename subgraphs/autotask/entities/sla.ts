import { type EntitySpec, plain } from '../projection.ts'
import type { Choice } from '../reference.ts'

/** There is no entity of SLAs: they are a picklist of tickets, which tells their names alone (API.md 13, SLA). */
export const slaSpec: Omit<EntitySpec<Choice>, 'shape'> = {
  type: 'Sla',
  entity: '',
  group: 'SLAs',
  keyOf: ({ key }) => key,
  fields: {
    name: plain([], ({ name }) => name),
    responseHours: plain([], () => null),
    planHours: plain([], () => null),
    resolutionHours: plain([], () => null),
  },
}
