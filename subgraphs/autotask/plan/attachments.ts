import { attachPlans } from '../../planning/attach-plans.ts'
import { type Attached, itemKeys } from '../../planning/attached-items.ts'
import { readMany } from '../read-many.ts'
import { attachedToOne } from '../ticket-items.ts'
import { step, ticketRef } from './steps.ts'
import { keyOf } from './ticket-now.ts'

export const attachments = attachPlans<readonly Attached[]>({
  readMany,
  keyOf,
  namesFirst: true,
  now: attachedToOne,
  itemsIn: itemKeys,
  sameCompany: true,
  // Of two that were both planned as the first, the second would take the first one's place.
  restsOnAll: true,
  // The first is a field of the ticket, and the service refuses it among the others.
  attach: (_session, { ticket, item, now, summary, reconcile }) => [
    now.some(({ row }) => row === null)
      ? step({
          method: 'POST',
          path: `/Tickets/${ticket}/AdditionalConfigurationItems`,
          body: { configurationItemID: Number(item) },
          except: [],
          attaches: true,
          target: ticketRef(ticket),
          creates: null,
          summary,
          reconcile,
        })
      : named(ticket, Number(item), { summary, reconcile }),
  ],
  detach: (_session, { ticket, item, now, summary, reconcile }) =>
    now.flatMap((one) => {
      if (one.item !== item) return []
      if (one.row === null) return [named(ticket, null, { summary, reconcile })]
      return [
        step({
          method: 'DELETE',
          path: `/Tickets/${ticket}/AdditionalConfigurationItems/${one.row}`,
          body: null,
          except: [],
          attaches: true,
          target: ticketRef(ticket),
          creates: null,
          summary,
          reconcile,
        }),
      ]
    }),
})

function named(
  ticket: string,
  configurationItemID: number | null,
  { summary, reconcile }: Pick<Parameters<typeof step>[0], 'summary' | 'reconcile'>,
) {
  return step({
    method: 'PATCH',
    path: '/Tickets',
    body: { id: Number(ticket), configurationItemID },
    except: [],
    target: ticketRef(ticket),
    creates: null,
    summary,
    reconcile,
  })
}
