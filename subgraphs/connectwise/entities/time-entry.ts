import type { BillableOption } from '../../../schema/records.ts'
import { type EntitySpec, namedValue, plain, reference, time } from '../projection.ts'
import { timeEntry as shape, type TimeEntryBody } from '../schema.ts'

/** Unified name -> the vendor's. */
export const BILLABLE: Readonly<Record<BillableOption, string>> = {
  BILLABLE: 'Billable',
  DO_NOT_BILL: 'DoNotBill',
  NO_CHARGE: 'NoCharge',
  NO_DEFAULT: 'NoDefault',
}

export const timeEntrySpec: EntitySpec<TimeEntryBody> = {
  type: 'TimeEntry',
  group: 'Time Entries',
  shape,
  keyOf: ({ id }) => String(id),
  fields: {
    startedAt: plain(['timeStart'], ({ timeStart }) => time(timeStart)),
    endedAt: plain(['timeEnd'], ({ timeEnd }) => time(timeEnd)),
    hours: plain(['actualHours'], ({ actualHours }) => actualHours ?? 0),
    billableOption: plain(['billableOption'], billableOption),
    clientText: plain(['notes'], ({ notes }) => notes),
    internalText: plain(['internalNotes'], ({ internalNotes }) => internalNotes),
    workType: plain(['workType/id', 'workType/name'], ({ workType }) => namedValue(workType)),
    workRole: plain(['workRole/id', 'workRole/name'], ({ workRole }) => namedValue(workRole)),
    member: reference('member', 'member', 'Member', ({ member }) => member, {
      name: { group: 'Members', member: 'name', value: ({ name }) => name },
      identifier: { group: 'Members', member: 'identifier', value: ({ identifier }) => identifier },
    }),
    // What time is charged to is the one certain word; `ticket` is a convenience of newer releases, so its
    // summary is never relied on: a ticket's title is read with the ticket.
    ticket: {
      ...reference<TimeEntryBody, { id: number }>('ticket', 'ticket', 'Ticket', ticketOf, {
        number: { group: 'Tickets', value: ({ id }) => String(id) },
      }),
      paths: ['chargeToId', 'chargeToType'],
    },
    company: reference('company', 'company', 'Company', ({ company }) => company, {
      name: { group: 'Companies', member: 'name', value: ({ name }) => name },
      identifier: { group: 'Companies', member: 'identifier', value: ({ identifier }) => identifier },
    }),
  },
}

/** The unified name of the vendor's. */
export function billableOption({ billableOption: told }: { readonly billableOption: string | null }) {
  const found = Object.entries(BILLABLE).find(([, vendor]) => vendor === told)
  return found === undefined ? null : found[0]
}

function ticketOf({ chargeToId, chargeToType }: TimeEntryBody) {
  if (chargeToType !== 'ServiceTicket' || chargeToId === null) return null
  return { id: chargeToId }
}
