import { describe, expect, it } from 'vitest'
import { forbiddenGroups } from '../forbidden-groups.ts'
import { expectAllowed, expectDenied, only, openTickets } from '../testing/harness.ts'

describe('nothingForbidden', () => {
  it('lets on what nobody forbids', () => expectAllowed(openTickets, { kind: 'UPDATE', fields: ['title'] }))

  it('refuses what the catalogue forbids, and says why', () => {
    const { message } = expectDenied('FORBIDDEN_OPERATION', openTickets, {
      forbidden: 'runs SQL over every table',
    })

    expect(message).toContain('never allowed, whatever the policy says; runs SQL over every table')
  })

  it.each([...forbiddenGroups.keys()])('refuses to read or write %s though the policy opens it', (group) => {
    const policy = only(group, {
      level: 'READ_WRITE',
      delete: true,
      allowedFields: { CREATE: 'ALL', UPDATE: 'ALL' },
      approval: [{ approvers: 0 }],
    })

    expectDenied('FORBIDDEN_OPERATION', policy, { group, kind: 'READ' })
    expectDenied('FORBIDDEN_OPERATION', policy, { group, kind: 'UPDATE', fields: ['name'] })
    expectDenied('FORBIDDEN_OPERATION', policy, { group, kind: 'DELETE' })
  })
})
