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
  const pointer = (name: 'Ticket' | 'Note' | 'TimeEntry' | 'Contact') =>
    builder.objectRef<Pointer>(name).implement({
      extensions: psa('OPEN', ''),
      fields: (t) => ({ id: t.id({ nullable: false, resolve: ({ id }) => id }) }),
    })
  return {
    builder,
    Ticket: pointer('Ticket'),
    Note: pointer('Note'),
    TimeEntry: pointer('TimeEntry'),
    Contact: pointer('Contact'),
  }
}

export type Control = ReturnType<typeof startControl>
