import { roots } from './allowlists.ts'
import { ok, type Route } from './call.ts'
import { entityInfo } from './metadata.ts'

export interface TenantOptions {
  used: () => number
  threshold: number
}

const MODULES = ['CRM', 'ServiceDesk', 'Contracts', 'Projects', 'Timesheets', 'Inventory']

/** What is true of the whole database. */
export const tenantRoutes = ({ used, threshold }: TenantOptions): Route[] => [
  {
    method: 'GET',
    template: 'ThresholdInformation',
    handler: () =>
      ok({
        externalRequestThreshold: threshold,
        requestThresholdTimeframe: 60,
        currentTimeframeRequestCount: used(),
      }),
  },
  {
    method: 'GET',
    template: 'Version',
    handler: () =>
      ok({ majorVersion: '2026', minorVersion: '3', build: '2026.3.0.118', customerType: 'Live' }),
  },
  {
    method: 'GET',
    template: 'Modules',
    handler: () => ok({ modules: MODULES.map((key) => ({ key, value: true })) }),
  },
  {
    method: 'GET',
    template: 'EntityInformation',
    handler: ({ state }) =>
      ok({ entityDescriptions: roots.map((root) => ({ info: entityInfo(state, root) })) }),
  },
]
