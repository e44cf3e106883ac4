import { decimal } from '../../../schema/decimals.ts'
import { type EntitySpec, named, plain, reference, time } from '../projection.ts'
import { opportunityStages, opportunityStatuses } from '../reference.ts'
import { type OpportunityBody, opportunity as shape } from '../schema.ts'

export const opportunitySpec: EntitySpec<OpportunityBody> = {
  type: 'Opportunity',
  entity: 'Opportunities',
  group: 'Opportunities',
  shape,
  keyOf: ({ id }) => String(id),
  extras: async (session, _bodies, wanted) => ({
    ...(wanted.has('stage') ? { types: await opportunityStages(session) } : {}),
    ...(wanted.has('status') ? { standings: await opportunityStatuses(session) } : {}),
  }),
  fields: {
    name: plain(['title'], ({ title }) => title ?? ''),
    stage: plain(['stage'], ({ stage }, { types }) => named(stage, types)),
    status: plain(['status'], ({ status }, { standings }) => named(status, standings)),
    // Set and cleared with the status (API.md 13).
    closed: plain(
      ['closedDate', 'lostDate'],
      ({ closedDate, lostDate }) => closedDate !== null || lostDate !== null,
    ),
    probability: plain(['probability'], ({ probability }) => probability),
    amount: plain(['amount'], ({ amount }) => decimal(amount)),
    expectedCloseOn: plain(
      ['projectedCloseDate'],
      ({ projectedCloseDate }) => time(projectedCloseDate)?.slice(0, 10) ?? null,
    ),
    company: reference('companyID', 'Company', ({ companyID }) => companyID),
    contact: reference('contactID', 'Contact', ({ contactID }) => contactID),
    owner: reference('ownerResourceID', 'Member', ({ ownerResourceID }) => ownerResourceID),
  },
}
