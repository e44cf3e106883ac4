import { describe, expect, it } from 'vitest'
import { expectAllowed, expectDenied, only } from '../testing/harness.ts'
import type { AccessLevel } from '../types.ts'

describe('groupIsEnabled', () => {
  it('lets READ_ONLY be read', () => expectAllowed(only('Tickets', { level: 'READ_ONLY' }), {}))

  it('refuses to read a disabled group', () => {
    const { message, details } = expectDenied('GROUP_DISABLED', only('Contacts', { level: 'DISABLED' }), {
      group: 'Contacts',
      fields: ['name', 'email'],
    })

    expect(message).toBe(
      'Not allowed to read Contacts (email, name) on "acme-cw": the group is disabled and this needs READ_ONLY.',
    )
    expect(details).toEqual({
      connection: 'acme-cw',
      group: 'Contacts',
      kind: 'READ',
      levelNeeded: 'READ_ONLY',
      rule: 'groupIsEnabled',
    })
  })

  it('says that a write needs READ_WRITE', () => {
    const { details } = expectDenied('GROUP_DISABLED', { groups: {} }, { kind: 'CREATE', fields: ['title'] })

    expect(details).toMatchObject({ levelNeeded: 'READ_WRITE' })
  })

  it('refuses a group that the policy does not name', () => {
    expectDenied('GROUP_DISABLED', only('Tickets', { level: 'READ_ONLY' }), { group: 'Contacts' })
  })

  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
    'finds nothing under a group called %s',
    (group) => void expectDenied('GROUP_DISABLED', { groups: {} }, { group }),
  )

  it('takes a level that is none for disabled', () => {
    expectDenied('GROUP_DISABLED', only('Tickets', { level: 'ADMIN' as AccessLevel }), {})
  })
})
