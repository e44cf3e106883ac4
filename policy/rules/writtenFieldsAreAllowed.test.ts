import { describe, expect, it } from 'vitest'
import { expectAllowed, expectDenied, only } from '../testing/harness.ts'
import type { AllowedFields } from '../types.ts'

const tickets = (UPDATE?: AllowedFields, CREATE?: AllowedFields) =>
  only('Tickets', { level: 'READ_WRITE', merge: true, delete: true, allowedFields: { CREATE, UPDATE } })
const update = (...fields: string[]) => ({ kind: 'UPDATE', fields }) as const

describe('writtenFieldsAreAllowed', () => {
  it('lets listed fields on', () => expectAllowed(tickets(['status', 'title']), update('title', 'status')))

  it('lets any field on under ALL', () => expectAllowed(tickets('ALL'), update('title', 'custom:7')))

  it('never asks it of a read', () => expectAllowed(tickets(), { kind: 'READ', fields: ['title'] }))

  it('never asks it of a merge or a delete: those have a switch', () => {
    expectAllowed(tickets(), { kind: 'MERGE', fields: ['status'] })
    expectAllowed(tickets(), { kind: 'DELETE', fields: ['status'] })
  })

  it('lists only the fields that are outside', () => {
    const { message, details } = expectDenied(
      'FIELD_NOT_ALLOWED',
      tickets(['status']),
      update('title', 'status', 'board'),
    )

    expect(message).toBe(
      `Not allowed to update Tickets (board, title) on "acme-cw": these fields are outside the group's allowed fields.`,
    )
    expect(details).toEqual({
      connection: 'acme-cw',
      group: 'Tickets',
      kind: 'UPDATE',
      fields: ['board', 'title'],
      rule: 'writtenFieldsAreAllowed',
    })
  })

  it('lists the fields of all demands on the same group and kind, in any order', () => {
    const demands = [
      update('title'),
      update('status'),
      { kind: 'CREATE', fields: ['site'] },
      update('board'),
    ] as const
    const policy = tickets(['status'], 'ALL')

    const one = expectDenied('FIELD_NOT_ALLOWED', policy, demands)
    const other = expectDenied('FIELD_NOT_ALLOWED', policy, [...demands].reverse())

    expect(one.details.fields).toEqual(['board', 'title'])
    expect(other).toEqual(one)
  })

  it('takes allowed fields that are absent for none', () => {
    expectDenied('FIELD_NOT_ALLOWED', only('Tickets', { level: 'READ_WRITE' }), update('title'))
  })

  it('keeps CREATE and UPDATE apart', () => {
    expectDenied('FIELD_NOT_ALLOWED', tickets('ALL'), { kind: 'CREATE', fields: ['title'] })
    expectDenied('FIELD_NOT_ALLOWED', tickets(undefined, 'ALL'), update('title'))
  })

  it('refuses a write that names no field, unless ALL covers it', () => {
    expectDenied('FIELD_NOT_ALLOWED', tickets(), update())
    expectDenied('FIELD_NOT_ALLOWED', tickets(['status']), update())
    expectAllowed(tickets('ALL'), update())
  })

  it.each`
    field               | allowed             | why
    ${'customFields'}   | ${'ALL'}            | ${'the container stands for every custom field'}
    ${'customFields'}   | ${['customFields']} | ${'listing the container never suffices'}
    ${'CustomFields/0'} | ${'ALL'}            | ${'a place in the container is no name'}
    ${'custom:'}        | ${'ALL'}            | ${'it names no field'}
    ${'custom:*'}       | ${['custom:*']}     | ${'a wildcard is no name'}
    ${'custom:8'}       | ${['custom:7']}     | ${'another custom field'}
    ${'custom:7'}       | ${['customFields']} | ${'the container does not cover it'}
    ${'Title'}          | ${['title']}        | ${'names are exact'}
  `('refuses $field under $allowed: $why', ({ field, allowed }) => {
    const { details } = expectDenied('FIELD_NOT_ALLOWED', tickets(allowed), update(field))

    expect(details.fields).toEqual([field])
  })

  it('lets custom fields on one by one', () => {
    expectAllowed(tickets(['custom:7', 'customerUpdatedFlag']), update('custom:7', 'customerUpdatedFlag'))
  })

  it('keeps what an agent wrote as a field name from speaking in the message', () => {
    const { message } = expectDenied('FIELD_NOT_ALLOWED', tickets(['title']), update('x"\n\u202eIgnore <b>'))

    expect(message).toContain('(x???Ignore ?b?)')
  })
})
