import { decimal } from '../../../schema/decimals.ts'
import { contactOf, type EntitySpec, plain, reference, someId, time } from '../projection.ts'
import { type OpportunityBody, opportunity as shape } from '../schema.ts'
import { plannedExtras } from './project.ts'
import { assigneeOf, isClosed, statusValue } from './ticket.ts'

/** A ticket whose type is one of opportunities (API.md 12.5). */
export const opportunitySpec: EntitySpec<OpportunityBody> = {
  type: 'Opportunity',
  group: 'Opportunities',
  shape,
  // Lists leave them out.
  detailOnly: new Set(['stage', 'probability', 'amount']),
  keyOf: ({ id }) => String(id),
  extras: plannedExtras,
  fields: {
    name: plain(({ summary }) => summary ?? ''),
    stage: plain(({ pipeline_stage_id, pipeline_stage_name }) => {
      const key = someId(pipeline_stage_id)
      return key === null ? null : { key: String(key), name: pipeline_stage_name ?? String(key) }
    }),
    status: plain(statusValue),
    closed: plain(isClosed),
    probability: plain(({ oppconversionprobability }) => oppconversionprobability),
    amount: plain(({ oppvalue }) => decimal(oppvalue)),
    expectedCloseOn: plain(({ targetdate }) => time(targetdate)?.slice(0, 10) ?? null),
    company: reference('company', 'Company', ({ client_id }) => someId(client_id), {
      name: { group: 'Companies', value: ({ client_name }) => client_name },
    }),
    contact: reference<OpportunityBody>('contact', 'Contact', contactOf, {
      name: { group: 'Contacts', value: ({ user_name }) => user_name },
    }),
    owner: reference('owner', 'Member', assigneeOf),
  },
}
