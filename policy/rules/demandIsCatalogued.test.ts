import { describe, it } from 'vitest'
import type { AccessKind } from '../../schema/groups.ts'
import { expectAllowed, expectDenied, openTickets } from '../testing/harness.ts'

describe('demandIsCatalogued', () => {
  it('lets a catalogued demand on', () => expectAllowed(openTickets, { group: 'Tickets' }))

  it('refuses what has no group', () =>
    void expectDenied('NOT_CATALOGUED', openTickets, { group: undefined }))

  it('refuses an empty group', () => void expectDenied('NOT_CATALOGUED', openTickets, { group: '' }))

  it('refuses a kind that no rule knows, to which none would object', () => {
    expectDenied('NOT_CATALOGUED', openTickets, { kind: 'EXECUTE' as AccessKind })
  })
})
