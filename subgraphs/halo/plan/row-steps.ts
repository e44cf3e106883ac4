import type { PlannedStep } from '../../../schema/plan.ts'
import type { EntityType } from '../../../schema/records.ts'
import type { DemandOptions } from '../body-fields.ts'
import type { BelowTicket } from '../read-below-ticket.ts'
import { step, ticketRef } from './steps.ts'

type Rows = NonNullable<DemandOptions['rows']>
type Row = Readonly<Record<string, unknown>>

/** One that goes by without a number is added to the ticket's own rows (API.md, TicketLineItem). */
export function addRow(
  rows: Rows,
  creates: EntityType,
  ticket: string,
  row: Row,
  now: BelowTicket<{ readonly id: number }> | null,
  { except = [], summary }: { readonly except?: readonly string[]; readonly summary: string },
): PlannedStep {
  const parent = ticketRef(ticket)
  return step({
    path: '/Tickets',
    element: { id: Number(ticket), [rows]: [row] },
    demands: { rows },
    except,
    target: parent,
    creates,
    summary,
    // A row tells neither when it was made nor by whom: it is told by not having been there.
    reconcile: {
      by: 'FINGERPRINT',
      parent,
      content: { ...row, known: (now?.bodies ?? []).map(({ id }) => id) },
    },
  })
}

/** One with a number is changed. */
export function changeRow(
  rows: Rows,
  type: EntityType,
  { key, ticket }: { readonly key: string; readonly ticket: { readonly key: string } },
  members: Row,
  planned: Row,
  summary: string,
): PlannedStep {
  const target = { type, key }
  const [, row = ''] = key.split('.')
  return step({
    path: '/Tickets',
    element: { id: Number(ticket.key), [rows]: [{ id: Number(row), ...members }] },
    demands: { rows },
    except: [],
    target,
    creates: null,
    summary,
    reconcile: { by: 'VALUES', target, planned },
  })
}
