import { describe, expect, it } from 'vitest'
import { policyDifference } from './difference.ts'
import { ACCESS_PROFILES, profilePolicy } from './profiles.ts'
import { ruleInWords } from './rule-in-words.ts'
import { only } from './testing/harness.ts'
import type { ConnectionPolicy, GroupPolicy } from './types.ts'

const open: GroupPolicy = { level: 'READ_WRITE', allowedFields: { UPDATE: ['title', 'status'] } }
const tickets = (change: Partial<GroupPolicy> = {}) => only('Tickets', { ...open, ...change })
const whole = (change: Partial<ConnectionPolicy>): ConnectionPolicy => ({ groups: {}, ...change })
const told = (before: ConnectionPolicy | null, after: ConnectionPolicy | null) =>
  policyDifference(before, after).map(({ where, change, effect }) => `${where}: ${change} (${effect})`)

describe('what changes between two policies', () => {
  it.each`
    before                                                       | after                                                                                  | words
    ${tickets({ level: 'READ_ONLY' })}                           | ${tickets()}                                                                           | ${'Tickets: level READ_WRITE, was READ_ONLY (LOOSENS)'}
    ${only('Tickets', { level: 'READ_ONLY' })}                   | ${whole({})}                                                                           | ${'Tickets: level DISABLED, was READ_ONLY (TIGHTENS)'}
    ${tickets()}                                                 | ${tickets({ merge: true })}                                                            | ${'Tickets: merge on (LOOSENS)'}
    ${tickets({ delete: true })}                                 | ${tickets()}                                                                           | ${'Tickets: delete off (TIGHTENS)'}
    ${tickets()}                                                 | ${tickets({ allowedFields: { UPDATE: 'ALL' } })}                                       | ${'Tickets: fields of a change: all, was title, status (LOOSENS)'}
    ${tickets()}                                                 | ${tickets({ allowedFields: { UPDATE: ['title'] } })}                                   | ${'Tickets: fields of a change: no longer status (TIGHTENS)'}
    ${tickets()}                                                 | ${tickets({ allowedValues: { status: ['New'] } })}                                     | ${'Tickets: values of status: New, was any (TIGHTENS)'}
    ${tickets({ allowedValues: { status: ['New'] } })}           | ${tickets({ allowedValues: { status: ['New', 'Open'] } })}                             | ${'Tickets: values of status: also Open (LOOSENS)'}
    ${tickets()}                                                 | ${tickets({ approval: [{ approvers: 0 }] })}                                           | ${'Tickets: approval: no approver, was: 1 approver (LOOSENS)'}
    ${tickets()}                                                 | ${tickets({ approval: [{ approvers: 2, fourEyes: true }] })}                           | ${"Tickets: approval: 2 approvers, not the token's owner, was: 1 approver (TIGHTENS)"}
    ${tickets()}                                                 | ${tickets({ approval: [{ when: { closes: true }, approvers: 2 }, { approvers: 1 }] })} | ${'Tickets: approval: 2 approvers when it closes the ticket; else 1 approver, was: 1 approver (EITHER)'}
    ${whole({})}                                                 | ${whole({ testMode: false })}                                                          | ${'Policy: test mode off (LOOSENS)'}
    ${whole({ testMode: true })}                                 | ${whole({})}                                                                           | ${undefined}
    ${whole({})}                                                 | ${whole({ acrossCompanies: true })}                                                    | ${'Policy: merging and bundling across companies on (LOOSENS)'}
    ${whole({})}                                                 | ${whole({ requireIdempotencyKey: true })}                                              | ${'Policy: an idempotency key for every write on (TIGHTENS)'}
    ${whole({})}                                                 | ${whole({ timeOwner: { who: 'MEMBER', member: 'jdoe' } })}                             | ${'Policy: time is logged as member jdoe, was REQUESTER (EITHER)'}
    ${whole({})}                                                 | ${whole({ recordScope: { include: { boards: ['1'] } } })}                              | ${'Policy: record scope of boards: only 1, was any (TIGHTENS)'}
    ${whole({ recordScope: { exclude: { companies: ['7'] } } })} | ${whole({})}                                                                           | ${'Policy: record scope without companies: no longer 7 (LOOSENS)'}
    ${null}                                                      | ${whole({ testMode: true })}                                                           | ${'Policy: the connection is assigned to the workflow (LOOSENS)'}
    ${whole({})}                                                 | ${null}                                                                                | ${'Policy: the connection is taken from the workflow (TIGHTENS)'}
  `('$words', ({ before, after, words }) => {
    expect(told(before, after)).toEqual(words === undefined ? [] : [words])
  })

  it('is nothing between two that say the same in another order', () => {
    const policy = profilePolicy('HELPDESK', 'connectwise', ['Tickets', 'Contacts'])
    const turned = { ...policy, groups: Object.fromEntries(Object.entries(policy.groups).reverse()) }

    expect(policyDifference(policy, turned)).toEqual([])
  })

  it('loosens from each profile to the next', () => {
    const groups = ['Tickets', 'Ticket Notes', 'Time Entries', 'Contacts', 'Companies', 'Members']
    const [readOnly, ...more] = ACCESS_PROFILES.map((profile) =>
      profilePolicy(profile, 'connectwise', groups),
    )
    let before = readOnly!
    for (const after of more) {
      const effects = policyDifference(before, after).map(({ effect }) => effect)
      expect(effects.length).toBeGreaterThan(0)
      expect(new Set(effects)).toEqual(new Set(['LOOSENS']))
      before = after
    }
  })
})

it('a rule is told whole', () => {
  expect(
    ruleInWords({
      approvers: 2,
      notRequester: true,
      when: {
        kinds: ['CREATE', 'UPDATE'],
        values: { status: ['Closed'] },
        priorityAtLeast: 1,
        insideBusinessHours: false,
        amountOver: 500,
        companyTypes: ['VIP'],
      },
    }),
  ).toBe(
    '2 approvers, not the requester when it is a CREATE or UPDATE and status becomes Closed and the priority is 1 or more urgent and it is outside business hours and it moves more than 500 in money and the company is a VIP',
  )
})
