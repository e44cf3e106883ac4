import { describe, expect, it } from 'vitest'
import { expectAllowed, expectDenied, expectHeld, facts, only } from '../testing/harness.ts'

const policy = only('Tickets', {
  level: 'READ_WRITE',
  merge: true,
  allowedFields: { CREATE: 'ALL', UPDATE: 'ALL' },
  allowedValues: { status: ['New', 'In Progress'], constructor: ['x'] },
})
const status = (...values: string[]) =>
  ({ kind: 'UPDATE', fields: ['status'], values: { status: values } }) as const

describe('writtenValuesAreAllowed', () => {
  it('lets an allowed value on, in any case', () => {
    expectAllowed(policy, status('New'))
    expectAllowed(policy, status('IN PROGRESS'))
  })

  it('lets a field without an entry take any value', () => {
    expectAllowed(policy, { kind: 'UPDATE', fields: ['board'], values: { board: ['Escalations'] } })
  })

  it('refuses a value outside, and names the allowed ones but not the one that came', () => {
    const { message, details } = expectDenied('VALUE_NOT_ALLOWED', policy, status('New', 'Closed'))

    expect(message).toBe(
      'Not allowed to update Tickets (status) on "acme-cw": allowed values of status are In Progress, New.',
    )
    expect(details).toMatchObject({ fields: ['status'], values: ['Closed'], allowed: ['New', 'In Progress'] })
  })

  it('refuses a plan that does not tell the value: it could be any', () => {
    expectDenied('VALUE_NOT_ALLOWED', policy, { kind: 'UPDATE', fields: ['status'] }, facts())
  })

  it('lets a write be planned before its value is known', () => {
    expectAllowed(policy, { kind: 'UPDATE', fields: ['status'] })
  })

  it('sees the values of the plan where the demand names none', () => {
    const unnamed = { kind: 'UPDATE', fields: ['status'] } as const

    expectDenied('VALUE_NOT_ALLOWED', policy, unnamed, facts({ values: { status: ['Closed'] } }))
    expectHeld(1, policy, unnamed, facts({ values: { status: ['new'] } }))
  })

  it('refuses to clear the field', () => void expectDenied('VALUE_NOT_ALLOWED', policy, status()))

  it('judges the status that a merge leaves behind', () => {
    expectDenied('VALUE_NOT_ALLOWED', policy, { kind: 'MERGE', values: { status: ['Closed'] } })
  })

  it('never asks it of a read', () => expectAllowed(policy, { kind: 'READ', fields: ['status'] }))

  it('takes a key of the PSA for its name, once the plan tells it', () => {
    const byKey = only('Tickets', {
      level: 'READ_WRITE',
      allowedFields: { UPDATE: 'ALL' },
      allowedValues: { status: ['561', 'New'] },
    })
    const valueKeys = { status: { Closed: '561', Done: '562', New: '1' } }

    expectAllowed(byKey, status('Closed'))
    expectHeld(1, byKey, status('Closed'), facts({ valueKeys }))
    expectHeld(1, byKey, status('NEW'), facts({ valueKeys }))
    expectDenied('VALUE_NOT_ALLOWED', byKey, status('Done'), facts({ valueKeys }))
    expectDenied('VALUE_NOT_ALLOWED', byKey, status('Closed', 'Done'), facts({ valueKeys }))
    expectDenied('VALUE_NOT_ALLOWED', byKey, status('Closed'), facts())
    expectDenied('VALUE_NOT_ALLOWED', byKey, status('constructor'), facts({ valueKeys }))
  })
})
