import { type SiteChange, sitePlans, streetLines } from '../../planning/site-plans.ts'
import { referred } from './people.ts'
import { recordNow } from './record-now.ts'
import { deletionStep, step } from './steps.ts'
import { keyOf } from './ticket-now.ts'

/** Locations are read at the root and written below their company (API.md 13). */
export const sites = sitePlans({
  vendor: 'Autotask',
  // Nothing documents the lengths; these are what the metadata of a tenant gives.
  max: { name: 100, phone: 25, street: 128, city: 30, state: 25, postalCode: 20 },
  keepsActive: true,
  streetLines: 2,
  recordNow,
  companyKey: (session, id) => keyOf(session, id, 'Company', 'company'),
  companyShown: async (session, key) => (await referred(session, 'Company', key, 'company')).after.shown,
  create(_session, company, change, summary) {
    return step({
      method: 'POST',
      path: `/Companies/${company}/Locations`,
      // Said, since what is left out is not documented to be in use.
      body: { isActive: true, ...membersOf(change) },
      except: change.active === undefined ? ['active'] : [],
      target: { type: 'Company', key: company },
      creates: 'Site',
      summary,
      reconcile: {
        by: 'PERSON',
        reason: 'Autotask does not keep when a location was made: it is not told from one of the same name.',
      },
    })
  },
  update(_session, { key, company }, change, summary) {
    const target = { type: 'Site', key } as const
    return step({
      method: 'PATCH',
      path: `/Companies/${company}/Locations`,
      body: { id: Number(key), ...membersOf(change) },
      except: [],
      target,
      creates: null,
      summary,
      reconcile: { by: 'VALUES', target, planned: change },
    })
  },
  remove: (_session, { key, company }, summary) =>
    deletionStep(`/Companies/${company}/Locations/${key}`, { type: 'Site', key }, summary),
})

function membersOf(change: SiteChange): Readonly<Record<string, unknown>> {
  const { street, active, ...plain } = change
  const [address1, address2] = streetLines(street ?? null)
  return {
    ...plain,
    ...(street === undefined ? {} : { address1, address2 }),
    ...(active === undefined ? {} : { isActive: active }),
  }
}
