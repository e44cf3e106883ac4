import { describe, expect, it } from 'vitest'
import { expectAllowed, expectDenied, openTickets } from '../testing/harness.ts'

describe('connectionIsAssigned', () => {
  it('lets an assigned connection on', () => expectAllowed(openTickets, { kind: 'READ' }))

  it('refuses another connection and names it', () => {
    const { message, details } = expectDenied('CONNECTION_FORBIDDEN', openTickets, {
      connection: 'other-halo',
    })

    expect(message).toBe(
      'Not allowed to read Tickets on "other-halo": this connection is switched off or not assigned to you.',
    )
    expect(details).toMatchObject({ connection: 'other-halo', group: 'Tickets', kind: 'READ' })
  })

  it('refuses when one of two connections is not assigned', () => {
    expectDenied('CONNECTION_FORBIDDEN', openTickets, [{}, { connection: 'other-halo' }])
  })
})
