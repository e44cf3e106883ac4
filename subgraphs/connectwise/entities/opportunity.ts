import { type EntitySpec, namedValue, plain, reference, time } from '../projection.ts'
import { type OpportunityBody, opportunity as shape } from '../schema.ts'

export const opportunitySpec: EntitySpec<OpportunityBody> = {
  type: 'Opportunity',
  group: 'Opportunities',
  shape,
  keyOf: ({ id }) => String(id),
  fields: {
    name: plain(['name'], ({ name }) => name ?? ''),
    stage: plain(['stage/id', 'stage/name'], ({ stage }) => namedValue(stage)),
    status: plain(['status/id', 'status/name'], ({ status }) => namedValue(status)),
    // Set by the vendor, whatever the tenant calls its statuses.
    closed: plain(['closedDate'], ({ closedDate }) => closedDate !== null),
    // A value of a setup list, whose name holds the number ("60%").
    probability: plain(['probability/id', 'probability/name'], ({ probability }) => {
      const percent = /^\s*(\d{1,3})\s*%?\s*$/.exec(probability?.name ?? '')?.[1]
      return percent === undefined ? null : Number(percent)
    }),
    // The lines of its forecast tell, and no field of it.
    amount: plain([], () => null),
    expectedCloseOn: plain(
      ['expectedCloseDate'],
      ({ expectedCloseDate }) => time(expectedCloseDate)?.slice(0, 10) ?? null,
    ),
    company: reference('company', 'company', 'Company', ({ company }) => company, {
      name: { group: 'Companies', member: 'name', value: ({ name }) => name },
    }),
    contact: reference('contact', 'contact', 'Contact', ({ contact }) => contact, {
      name: { group: 'Contacts', member: 'name', value: ({ name }) => name },
    }),
    owner: reference('owner', 'primarySalesRep', 'Member', ({ primarySalesRep }) => primarySalesRep, {
      name: { group: 'Members', member: 'name', value: ({ name }) => name },
    }),
  },
}
