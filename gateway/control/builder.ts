import { psa } from '../../schema/access.ts'
import { type Builder, createBuilder } from '../../schema/builder.ts'
import type { GatewayContext } from '../context.ts'

export type ControlBuilder = Builder<GatewayContext>

/** An entity that the `psa` subgraph serves; here only its id is known. */
export interface Pointer {
  readonly id: string
}

export function startControl() {
  const builder = createBuilder<GatewayContext>('control')
  builder.scalarType('JSON', {
    description: 'A JSON value.',
    serialize: (value) => value,
    parseValue: (value) => value,
  })
  builder.mutationType({ description: 'Writes, approvals and administration.' })
  builder.subscriptionType({ description: 'Live events.' })
  const ClientReach = builder.enumType('ClientReach', {
    description: 'How a text that the client may read gets to the client.',
    values: {
      MAILED: { description: 'The PSA is told to mail it.' },
      PORTAL_ONLY: { description: 'It stands in the portal and nothing mails it.' },
      UNKNOWN: {
        description: "It stands in the portal; whether it is mailed is decided by the PSA's own rules.",
      },
    } as const,
  })
  const pointer = (
    name:
      | 'Ticket'
      | 'Note'
      | 'TimeEntry'
      | 'Contact'
      | 'Company'
      | 'Site'
      | 'ConfigurationItem'
      | 'TicketLineItem'
      | 'ScheduleEntry'
      | 'Board'
      | 'Member'
      | 'TicketTask'
      | 'Attachment',
  ) =>
    builder.objectRef<Pointer>(name).implement({
      extensions: psa('OPEN', ''),
      fields: (t) => ({ id: t.id({ nullable: false, resolve: ({ id }) => id }) }),
    })
  return {
    builder,
    ClientReach,
    Ticket: pointer('Ticket'),
    Note: pointer('Note'),
    TimeEntry: pointer('TimeEntry'),
    Contact: pointer('Contact'),
    Company: pointer('Company'),
    Site: pointer('Site'),
    ConfigurationItem: pointer('ConfigurationItem'),
    TicketLineItem: pointer('TicketLineItem'),
    ScheduleEntry: pointer('ScheduleEntry'),
    Board: pointer('Board'),
    Member: pointer('Member'),
    TicketTask: pointer('TicketTask'),
    Attachment: pointer('Attachment'),
  }
}

export type Control = ReturnType<typeof startControl>
