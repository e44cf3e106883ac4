import { describe, expect, it } from 'vitest'
import { expectAllowed, expectDenied, only, openTickets } from '../testing/harness.ts'

const readOnly = only('Tickets', { ...openTickets.groups.Tickets, level: 'READ_ONLY' })

describe('writesNeedReadWrite', () => {
  it('lets READ_ONLY be read', () => expectAllowed(readOnly, { kind: 'READ' }))

  it('lets READ_WRITE be read and written', () => {
    expectAllowed(openTickets, [{ kind: 'READ' }, { kind: 'UPDATE', fields: ['title'] }])
  })

  it.each(['CREATE', 'UPDATE', 'MERGE', 'BUNDLE', 'DELETE'] as const)(
    'refuses %s under READ_ONLY, with fields and switches open',
    (kind) => {
      const { details } = expectDenied('GROUP_READ_ONLY', readOnly, { kind, fields: ['title'] })

      expect(details).toMatchObject({ levelNeeded: 'READ_WRITE', kind })
    },
  )
})
