import { describe, expect, it } from 'vitest'
import { GatewayError } from '../schema/errors.ts'
import { agentWith } from './testing/harness.ts'
import type { ConnectionPolicy } from './types.ts'
import { parsePolicy } from './validate.ts'

const GROUPS = ['Tickets', 'Ticket Notes', 'Contacts']

const whole: ConnectionPolicy = {
  groups: {
    Tickets: {
      level: 'READ_WRITE',
      delete: false,
      merge: true,
      bundle: true,
      allowedFields: { CREATE: 'ALL', UPDATE: ['title', 'custom:7'] },
      allowedValues: { status: ['New', 'In Progress'] },
      approval: [
        {
          when: {
            kinds: ['UPDATE', 'MERGE'],
            fields: ['status'],
            values: { status: ['Closed'] },
            closes: true,
            reopens: false,
            boards: ['VIP'],
            companies: ['Acme'],
            clientMail: true,
            priorityAtLeast: 1,
            billableHoursOver: 0.5,
          },
          approvers: 2,
          notRequester: true,
          fourEyes: true,
          bulk: true,
        },
        { approvers: 0 },
      ],
    },
    'Client-Facing Notes': { level: 'DISABLED' },
  },
  acrossCompanies: false,
  recordScope: { include: { companies: ['Acme'], companyTypes: ['Client'] }, exclude: { boards: ['HR'] } },
  testMode: false,
  timeOwner: { who: 'MEMBER', member: 'jdoe' },
  requireIdempotencyKey: true,
}

function refusal(input: unknown): string {
  try {
    parsePolicy(input, GROUPS)
  } catch (error) {
    expect(error).toBeInstanceOf(GatewayError)
    expect((error as GatewayError).code).toBe('BAD_USER_INPUT')
    return (error as GatewayError).message
  }
  throw new Error('expected the policy to be refused')
}

const tickets = (more: object) => ({ groups: { Tickets: { level: 'READ_WRITE', ...more } } })

describe('parsePolicy', () => {
  it('gives back a whole policy as it came', () => expect(parsePolicy(whole, GROUPS)).toEqual(whole))

  it('takes a policy that opens nothing', () =>
    expect(parsePolicy({ groups: {} }, GROUPS)).toEqual({ groups: {} }))

  it.each`
    input                                                                            | message
    ${null}                                                                          | ${'Expected the policy to be an object, got null.'}
    ${{}}                                                                            | ${'Expected groups to be an object, got nothing.'}
    ${{ groups: {}, testmode: false }}                                               | ${'Expected the policy to have no keys but groups, acrossCompanies, recordScope, testMode, timeOwner, requireIdempotencyKey, got "testmode".'}
    ${{ groups: { Rockets: { level: 'READ_ONLY' } } }}                               | ${'Expected groups to name groups of this vendor only, got "Rockets".'}
    ${{ groups: { Tickets: {} } }}                                                   | ${'Expected groups.Tickets.level to be one of DISABLED, READ_ONLY, READ_WRITE, got nothing.'}
    ${{ groups: { 'Ticket Notes': { level: 'full' } } }}                             | ${'Expected groups["Ticket Notes"].level to be one of DISABLED, READ_ONLY, READ_WRITE, got "full".'}
    ${tickets({ delete: 'yes' })}                                                    | ${'Expected groups.Tickets.delete to be true or false, got "yes".'}
    ${tickets({ allowedFields: [] })}                                                | ${'Expected groups.Tickets.allowedFields to be an object, got [].'}
    ${tickets({ allowedFields: { UPDATE: [] } })}                                    | ${'Expected groups.Tickets.allowedFields.UPDATE to be ALL or name a field, got []; left out means none.'}
    ${tickets({ allowedFields: { UPDATE: 'all' } })}                                 | ${'Expected groups.Tickets.allowedFields.UPDATE to be ALL or name a field, got "all".'}
    ${tickets({ allowedFields: { UPDATE: null } })}                                  | ${'Expected groups.Tickets.allowedFields.UPDATE to be ALL or name a field, got null.'}
    ${tickets({ allowedFields: { UPDATE: ['title', 7] } })}                          | ${'Expected groups.Tickets.allowedFields.UPDATE to be ALL or name a field, got ["title",7].'}
    ${tickets({ allowedFields: { UPDATE: ['ALL', 'title'] } })}                      | ${'Expected groups.Tickets.allowedFields.UPDATE to be either ALL or a list of fields, not both, got ["ALL","title"].'}
    ${tickets({ allowedFields: { CREATE: ['a', 'b', 'a'] } })}                       | ${'Expected groups.Tickets.allowedFields.CREATE to name each field once, got ["a","b","a"].'}
    ${tickets({ allowedFields: { CREATE: ['customFields'] } })}                      | ${'Expected groups.Tickets.allowedFields.CREATE to name custom fields one by one, as custom:<id>, got ["customFields"].'}
    ${tickets({ allowedFields: { DELETE: 'ALL' } })}                                 | ${'Expected groups.Tickets.allowedFields to have no keys but CREATE, UPDATE, got "DELETE".'}
    ${tickets({ allowedValues: { status: [] } })}                                    | ${'Expected groups.Tickets.allowedValues.status to name values, got []; a field that is left out takes any value.'}
    ${tickets({ allowedValues: { status: ['New', 'new'] } })}                        | ${'Expected groups.Tickets.allowedValues.status to name each of its values once, got ["New","new"].'}
    ${tickets({ approval: [] })}                                                     | ${'Expected groups.Tickets.approval to hold a rule, got []; left out means one approver for every write.'}
    ${tickets({ approval: [{ approvers: -1 }] })}                                    | ${'Expected groups.Tickets.approval[0].approvers to be a whole number from 0 to 9, got -1.'}
    ${tickets({ approval: [{ approvers: 0.5 }] })}                                   | ${'Expected groups.Tickets.approval[0].approvers to be a whole number from 0 to 9, got 0.5.'}
    ${tickets({ approval: [{ when: {} }] })}                                         | ${'Expected groups.Tickets.approval[0].approvers to be a whole number from 0 to 9, got nothing.'}
    ${tickets({ approval: [{ approvers: 1, wen: {} }] })}                            | ${'Expected groups.Tickets.approval[0] to have no keys but when, approvers, notRequester, fourEyes, bulk, got "wen".'}
    ${tickets({ approval: [{ approvers: 1, when: { kinds: ['READ'] } }] })}          | ${'Expected groups.Tickets.approval[0].when.kinds[0] to be one of CREATE, UPDATE, MERGE, BUNDLE, DELETE, got "READ".'}
    ${tickets({ approval: [{ approvers: 1, when: { boards: [] } }] })}               | ${'Expected groups.Tickets.approval[0].when.boards to name boards, got []; left out means any.'}
    ${tickets({ approval: [{ approvers: 2, when: { fields: ['customFields'] } }] })} | ${'Expected groups.Tickets.approval[0].when.fields[0] to name custom fields one by one, as custom:<id>, got "customFields".'}
    ${tickets({ allowedValues: { customFields: ['x'] } })}                           | ${'Expected groups.Tickets.allowedValues.customFields to name custom fields one by one, as custom:<id>, got ["x"].'}
    ${{ groups: {}, recordScope: {} }}                                               | ${'Expected recordScope to include or exclude something, got {}.'}
    ${{ groups: {}, recordScope: { include: {} } }}                                  | ${'Expected recordScope.include to name companies, companyTypes or boards, got {}.'}
    ${{ groups: {}, recordScope: { include: { boards: [] } } }}                      | ${'Expected recordScope.include.boards to name boards, got []; left out means any.'}
    ${{ groups: {}, testMode: 'off' }}                                               | ${'Expected testMode to be true or false, got "off".'}
    ${{ groups: {}, timeOwner: { who: 'AGENT' } }}                                   | ${'Expected timeOwner.who to say who: REQUESTER, TICKET_OWNER, APPROVER, or MEMBER with a member, got "AGENT".'}
    ${{ groups: {}, timeOwner: { who: 'MEMBER' } }}                                  | ${'Expected timeOwner.member to be a text, got nothing.'}
    ${{ groups: {}, timeOwner: { who: 'REQUESTER', member: 'x' } }}                  | ${'Expected timeOwner to have no keys but who, got "member".'}
  `('$message', ({ input, message }) => expect(refusal(input)).toBe(message))

  it.each(['merge', 'bundle'])('refuses the switch %s on a group that has none', (name) => {
    expect(refusal({ groups: { Contacts: { level: 'READ_WRITE', [name]: true } } })).toBe(
      `Expected groups.Contacts to have no keys but level, delete, allowedFields, allowedValues, approval, got "${name}".`,
    )
  })

  it('refuses a key that would reach a prototype', () => {
    expect(refusal(JSON.parse('{"groups": {"__proto__": {"level": "READ_WRITE"}}}'))).toContain(
      'got "__proto__"',
    )
  })

  it('counts what else is wrong', () => {
    expect(refusal({ groups: { Tickets: { level: 'x' } }, testMode: 1, oops: 1 })).toMatch(
      / \(and 2 more\)\.$/,
    )
  })

  it('never hands over part of a policy', () => {
    expect(() => agentWith(parsePolicy({ ...whole, surprise: 1 }, GROUPS))).toThrow(GatewayError)
  })
})
