import { describe, expect, it } from 'vitest'
import { policyEffects } from './effects.ts'
import { only } from './testing/harness.ts'
import type { GroupPolicy } from './types.ts'

const open: GroupPolicy = {
  level: 'READ_WRITE',
  allowedFields: { UPDATE: ['status', 'title'] },
  approval: [{ approvers: 0 }],
}
const tickets = (over: Partial<GroupPolicy>) => only('Tickets', { ...open, ...over })
const lines = (before: GroupPolicy, after: GroupPolicy | null) =>
  policyEffects(only('Tickets', before), after === null ? null : only('Tickets', after), [
    'Tickets',
  ]).effects.map(({ text }) => text)

describe('effects of saving a policy', () => {
  it('are none where nothing is decided otherwise', () => {
    expect(policyEffects(tickets({}), tickets({ allowedValues: {} }), ['Tickets'])).toMatchObject({
      changed: 0,
      effects: [],
    })
  })

  it('tell what is refused, and what needs a signature, under which circumstances', () => {
    expect(lines(open, { ...open, level: 'READ_ONLY' })).toEqual([
      'UPDATE Tickets (status; title): refused (GROUP_READ_ONLY), was allowed without a signature.',
    ])
    expect(
      lines(open, { ...open, approval: [{ when: { closes: true }, approvers: 2 }, { approvers: 0 }] }),
    ).toEqual([
      'UPDATE Tickets (status; title): needs 2 approvers when it closes the ticket, was allowed without a signature.',
    ])
    expect(lines(open, { ...open, allowedValues: { status: ['New'] } })).toEqual([
      'UPDATE Tickets (status = any other value; status): refused (VALUE_NOT_ALLOWED), was allowed without a signature.',
    ])
    expect(lines({ ...open, approval: [{ approvers: 2 }] }, open)).toEqual([
      'UPDATE Tickets (status; title): allowed without a signature, was needs 2 approvers.',
    ])
  })

  it('tell what is opened, and what a taken connection closes', () => {
    expect(lines({ level: 'READ_ONLY' }, { level: 'READ_WRITE', delete: true })).toEqual([
      'DELETE Tickets: needs 1 approver, was refused (GROUP_READ_ONLY).',
    ])
    expect(lines({ level: 'READ_ONLY' }, null)).toEqual([
      'READ Tickets: refused (CONNECTION_FORBIDDEN), was allowed without a signature.',
    ])
  })
})
