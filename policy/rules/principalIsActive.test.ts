import { describe, expect, it } from 'vitest'
import { agentWith, expectAllowed, expectDenied, openTickets } from '../testing/harness.ts'

const agent = agentWith(openTickets)

describe('principalIsActive', () => {
  it('lets an active agent on', () => expectAllowed(agent, { kind: 'READ' }))

  it('refuses a revoked agent whatever its policy says', () => {
    const { message } = expectDenied('UNAUTHENTICATED', { ...agent, active: false }, { kind: 'READ' })

    expect(message).toBe('This agent token or its workflow is revoked, expired or switched off.')
  })

  it('refuses a person whose account is off, even one who asks for nothing', () => {
    expectDenied('UNAUTHENTICATED', { ...agent, kind: 'PERSON', active: false }, [])
  })
})
