import type { BillableOption } from '../../../schema/records.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { MAX_RECORDS, objectOf, query } from '../client.ts'
import { fieldName, integer, isIn } from '../conditions.ts'
import { type EntitySpec, type Extras, named, plain, reference, time } from '../projection.ts'
import { workRoles, workTypes } from '../reference.ts'
import { timeEntry as shape, type TimeEntryBody } from '../schema.ts'

/** "Billable / non-billable shown / non-billable hidden" is how two flags make three (API.md 13). */
export const BILLABLE: Readonly<
  Record<
    Exclude<BillableOption, 'NO_DEFAULT'>,
    { readonly isNonBillable: boolean; readonly showOnInvoice: boolean }
  >
> = {
  BILLABLE: { isNonBillable: false, showOnInvoice: true },
  NO_CHARGE: { isNonBillable: true, showOnInvoice: true },
  DO_NOT_BILL: { isNonBillable: true, showOnInvoice: false },
}

export const timeEntrySpec: EntitySpec<TimeEntryBody> = {
  type: 'TimeEntry',
  entity: 'TimeEntries',
  group: 'Time Entries',
  shape,
  keyOf: ({ id }) => String(id),
  extras: readExtras,
  fields: {
    startedAt: plain(['startDateTime'], ({ startDateTime }) => time(startDateTime)),
    endedAt: plain(['endDateTime'], ({ endDateTime }) => time(endDateTime)),
    hours: plain(['hoursWorked'], ({ hoursWorked }) => hoursWorked ?? 0),
    billableOption: plain(['isNonBillable', 'showOnInvoice'], billableOption),
    clientText: plain(['summaryNotes'], ({ summaryNotes }) => summaryNotes),
    internalText: plain(['internalNotes'], ({ internalNotes }) => internalNotes),
    workType: plain(['billingCodeID'], ({ billingCodeID }, extras) => named(billingCodeID, extras.workTypes)),
    workRole: plain(['roleID'], ({ roleID }, extras) => named(roleID, extras.workRoles)),
    member: reference('resourceID', 'Member', ({ resourceID }) => resourceID),
    ticket: reference('ticketID', 'Ticket', ({ ticketID }) => ticketID),
    // An entry does not hold its company: the ticket does.
    company: reference('ticketID', 'Company', ({ ticketID }, { companies }) =>
      ticketID === null ? null : (companies?.get(ticketID) ?? null),
    ),
  },
}

/** What is billed is on the invoice whatever the other flag says. */
export function billableOption({ isNonBillable, showOnInvoice }: TimeEntryBody): BillableOption {
  if (isNonBillable !== true) return 'BILLABLE'
  return showOnInvoice === true ? 'NO_CHARGE' : 'DO_NOT_BILL'
}

async function readExtras(
  session: VendorSession,
  bodies: readonly TimeEntryBody[],
  wanted: ReadonlySet<string>,
): Promise<Partial<Extras>> {
  return {
    ...(wanted.has('workType') ? { workTypes: await workTypes(session) } : {}),
    ...(wanted.has('workRole') ? { workRoles: await workRoles(session) } : {}),
    ...(wanted.has('company') ? { companies: await companiesOf(session, bodies) } : {}),
  }
}

async function companiesOf(
  session: VendorSession,
  bodies: readonly TimeEntryBody[],
): Promise<ReadonlyMap<number, number>> {
  const found = new Map<number, number>()
  const tickets = [...new Set(bodies.flatMap(({ ticketID }) => (ticketID === null ? [] : [ticketID])))]
  if (!session.mayRead('Tickets', 'company')) return found
  for (let start = 0; start < tickets.length; start += MAX_RECORDS) {
    const ids = tickets.slice(start, start + MAX_RECORDS).map((id) => integer('id', id))
    const { rows } = await query(session, {
      entity: 'Tickets',
      filter: [isIn(fieldName('id'), ids)],
      fields: ['id', 'companyID'],
      max: MAX_RECORDS,
      access: { group: 'Tickets', kind: 'READ', fields: ['company'] },
    })
    for (const row of rows) {
      const { id, companyID } = objectOf(row)
      if (typeof id === 'number' && typeof companyID === 'number') found.set(id, companyID)
    }
  }
  return found
}
