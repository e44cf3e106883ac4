import { describe, expect, it } from 'vitest'
import { agentWith, expectAllowed, expectDenied, expectHeld, facts, only } from './testing/harness.ts'
import type { ApprovalRule, GroupPolicy } from './types.ts'

const open: GroupPolicy = {
  level: 'READ_WRITE',
  delete: true,
  merge: true,
  bundle: true,
  allowedFields: { CREATE: 'ALL', UPDATE: 'ALL' },
}
const tickets = (...approval: ApprovalRule[]) => only('Tickets', { ...open, approval })
const update = (...fields: string[]) => ({ kind: 'UPDATE', fields }) as const
const title = update('title')

describe('how many have to sign', () => {
  it('one, when the policy does not say', () => {
    expectHeld(1, only('Tickets', open), title)
    expectHeld(1, only('Tickets', open), { kind: 'DELETE' })
  })

  it('none, when a rule says so', () => expectAllowed(tickets({ approvers: 0 }), title, facts()))

  it('one, when no rule holds', () => {
    expectHeld(1, tickets({ when: { kinds: ['CREATE'] }, approvers: 0 }), title)
  })

  it('the first rule that holds wins over those below it', () => {
    expectAllowed(tickets({ when: { kinds: ['UPDATE'] }, approvers: 0 }, { approvers: 3 }), title, facts())
    expectHeld(3, tickets({ approvers: 3 }, { when: { kinds: ['UPDATE'] }, approvers: 0 }), title)
  })

  it('the most of all groups and kinds', () => {
    const policy = {
      groups: {
        Tickets: {
          ...open,
          approval: [{ when: { kinds: ['MERGE' as const] }, approvers: 3 }, { approvers: 1 }],
        },
        'Ticket Notes': { ...open, approval: [{ approvers: 2 }] },
        'Time Entries': { ...open, approval: [{ approvers: 0 }] },
      },
    }
    const note = { group: 'Ticket Notes', kind: 'CREATE', fields: ['text'] } as const
    const time = { group: 'Time Entries', kind: 'CREATE', fields: ['hours'] } as const

    expectAllowed(policy, time, facts())
    expectHeld(1, policy, [title, time])
    expectHeld(2, policy, [title, note, time])
    expectHeld(3, policy, [title, note, { kind: 'MERGE', companies: ['Acme'] }])
  })

  it('names the groups of all writes, signed or not, and of no read', () => {
    const policy = {
      groups: {
        Tickets: open,
        'Time Entries': { ...open, approval: [{ approvers: 0 }] },
        Contacts: { level: 'READ_ONLY' as const },
      },
    }
    const asked = [{ group: 'Contacts' }, { ...title, group: 'Time Entries' }, title]

    expect(expectHeld(1, policy, asked)).toMatchObject({ groups: ['Tickets', 'Time Entries'] })
  })

  it('keeps out requester and owner when any matching rule does', () => {
    const policy = {
      groups: {
        Tickets: { ...open, approval: [{ approvers: 2, notRequester: true }] },
        'Ticket Notes': { ...open, approval: [{ approvers: 1, fourEyes: true }] },
      },
    }
    const note = { group: 'Ticket Notes', kind: 'CREATE', fields: ['text'] } as const

    expect(expectHeld(2, policy, title)).toMatchObject({ notRequester: true, fourEyes: false })
    expect(expectHeld(2, policy, [title, note])).toMatchObject({ notRequester: true, fourEyes: true })
  })

  it('lets mail, merges and deletes into a bulk approval only when every rule that held says so', () => {
    const two = (bulk: boolean) => ({
      groups: {
        Tickets: { ...open, approval: [{ approvers: 1, bulk: true }] },
        'Ticket Notes': { ...open, approval: [{ approvers: 1, ...(bulk && { bulk }) }] },
      },
    })
    const note = { group: 'Ticket Notes', kind: 'CREATE', fields: ['text'] } as const
    expect(expectHeld(1, two(false), title)).toMatchObject({ bulk: true })
    expect(expectHeld(1, two(false), [title, note])).toMatchObject({ bulk: false })
    expect(expectHeld(1, two(true), [title, note])).toMatchObject({ bulk: true })
    expect(expectHeld(1, only('Tickets', open), title)).toMatchObject({ bulk: false })
  })

  it('lets no harmless value carry a strict one that is written beside it', () => {
    const policy = tickets(
      { when: { values: { status: ['Waiting'] } }, approvers: 0 },
      { when: { values: { status: ['Closed'] } }, approvers: 2 },
      { approvers: 1 },
    )
    const values = { status: ['Waiting', 'Closed'] }

    expectHeld(2, policy, { kind: 'UPDATE', fields: ['status'], values }, facts({ values }))
  })

  it('tells which rules held', () => {
    const decision = expectHeld(2, tickets({ when: { closes: true }, approvers: 3 }, { approvers: 2 }), title)

    expect(decision).toHaveProperty('rules', expect.arrayContaining(['approval Tickets 1']))
    expect(expectHeld(1, only('Tickets', open), title)).toHaveProperty(
      'rules',
      expect.arrayContaining(['approval Tickets default']),
    )
  })
})

describe('conditions of a rule', () => {
  it.each`
    when                                  | holds                                                                 | doesNot
    ${{ closes: true }}                   | ${{ closes: true }}                                                   | ${{ closes: false }}
    ${{ closes: false }}                  | ${{ closes: false }}                                                  | ${{ closes: true }}
    ${{ reopens: true }}                  | ${{ reopens: true }}                                                  | ${{ reopens: false }}
    ${{ boards: ['VIP'] }}                | ${{ board: 'vip' }}                                                   | ${{ board: 'Help Desk' }}
    ${{ boards: ['VIP'] }}                | ${{ board: 'VIP' }}                                                   | ${{ board: null }}
    ${{ companies: ['Globex'] }}          | ${{ company: 'globex', companies: [] }}                               | ${{ company: 'Acme' }}
    ${{ companies: ['Globex'] }}          | ${{ companies: ['Acme', 'Globex'] }}                                  | ${{ company: null, companies: [] }}
    ${{ clientMail: true }}               | ${{ clientMail: 'YES' }}                                              | ${{ clientMail: 'NO' }}
    ${{ clientMail: true }}               | ${{ clientMail: 'MAY' }}                                              | ${{ clientMail: 'NO' }}
    ${{ clientMail: false }}              | ${{ clientMail: 'NO' }}                                               | ${{ clientMail: 'YES' }}
    ${{ priorityAtLeast: 2 }}             | ${{ priorityRank: 2 }}                                                | ${{ priorityRank: 3 }}
    ${{ priorityAtLeast: 2 }}             | ${{ priorityRank: 1 }}                                                | ${{ priorityRank: 4 }}
    ${{ amountOver: 500 }}                | ${{ amount: 500.01 }}                                                 | ${{ amount: 500 }}
    ${{ companyTypes: ['Client'] }}       | ${{ reaches: [{ companyType: 'client' }] }}                           | ${{ reaches: [{ companyType: 'Owner' }] }}
    ${{ companyTypes: ['Client'] }}       | ${{ reaches: [{ companyType: 'Owner' }, { companyType: 'Client' }] }} | ${{ reaches: [{ companyType: null }] }}
    ${{ billableHoursOver: 2 }}           | ${{ billableHours: 2.5 }}                                             | ${{ billableHours: 2 }}
    ${{ values: { status: ['Closed'] } }} | ${{ values: { status: ['closed'] } }}                                 | ${{ values: { status: ['New'] } }}
    ${{ values: { status: ['Closed'] } }} | ${{ values: { status: ['Closed'] } }}                                 | ${{ values: {} }}
    ${{ closes: true, boards: ['VIP'] }}  | ${{ closes: true, board: 'VIP' }}                                     | ${{ closes: true }}
  `('$when holds for $holds and not for $doesNot', ({ when, holds, doesNot }) => {
    const policy = tickets({ when, approvers: 4 })

    expectHeld(4, policy, title, facts(holds))
    expectHeld(1, policy, title, facts(doesNot))
  })

  it('a written field, any of those named', () => {
    const policy = tickets({ when: { fields: ['board', 'company'] }, approvers: 4 }, { approvers: 0 })

    expectHeld(4, policy, update('title', 'company'))
    expectAllowed(policy, title, facts())
  })

  it('a written value of the demand itself', () => {
    const policy = tickets({ when: { values: { status: ['Closed'] } }, approvers: 4 }, { approvers: 0 })

    expectHeld(4, policy, { ...update('status'), values: { status: ['closed'] } })
    expectAllowed(policy, { ...update('status'), values: { status: ['New'] } }, facts())
  })
})

describe('business hours', () => {
  const policy = tickets(
    { when: { insideBusinessHours: true }, approvers: 1 },
    { when: { insideBusinessHours: false }, approvers: 3 },
    { approvers: 0 },
  )

  it.each([
    [true, 1],
    [false, 3],
  ])('inside of them: %s, %s have to sign', (insideBusinessHours, approvers) => {
    expectHeld(approvers, agentWith(policy, { insideBusinessHours }), title)
  })

  it.each([null, undefined])('that nobody set (%s) are both, and the stricter rule holds', (unset) => {
    const agent = agentWith(policy, unset === undefined ? {} : { insideBusinessHours: unset })

    expectHeld(3, agent, title)
    expectHeld(2, tickets({ when: { insideBusinessHours: true }, approvers: 0 }, { approvers: 2 }), title)
  })
})

describe('what is not known of a plan', () => {
  const unknown = [
    ['the priority', { priorityAtLeast: 2 }, { priorityRank: null }],
    ['an amount that is null', { amountOver: 500 }, { amount: null }],
    ['an amount that nobody told', { amountOver: 500 }, {}],
    ['the type of the company', { companyTypes: ['Client'] }, { reaches: [{ company: 'Acme' }] }],
    ['the board', { boards: ['VIP'] }, { board: null, reaches: [{ company: 'Acme' }] }],
    ['the board of one record of two', { boards: ['VIP'] }, { reaches: [{ board: 'Help Desk' }, {}] }],
    ['the company', { companies: ['Globex'] }, { company: null, companies: [], reaches: [{}] }],
    ['whether the client is mailed', { clientMail: true }, { clientMail: 'MAY' }],
    ['whether the client is not mailed', { clientMail: false }, { clientMail: 'MAY' }],
  ] as const

  it.each(unknown)('never frees from a signature: %s', (_what, when, part) => {
    expectHeld(2, tickets({ when, approvers: 0 }, { approvers: 2 }), title, facts(part))
  })

  it.each(unknown)('never passes by a rule that asks for more: %s', (_what, when, part) => {
    expectHeld(3, tickets({ when, approvers: 3 }, { approvers: 0 }), title, facts(part))
  })

  it.each(unknown)(
    'keeps requester and owner out when a rule that may hold does: %s',
    (_what, when, part) => {
      const policy = tickets({ when, approvers: 0, notRequester: true, fourEyes: true }, { approvers: 1 })

      expect(expectHeld(1, policy, title, facts(part))).toMatchObject({ notRequester: true, fourEyes: true })
    },
  )

  it('a value that nobody told is any value', () => {
    const policy = tickets({ when: { values: { status: ['Closed'] } }, approvers: 3 }, { approvers: 0 })

    expectHeld(3, policy, update('status'), facts())
  })

  it('what a rule never asks of a record is no doubt: a contact has no board', () => {
    const contact = { company: 'Acme', notApplicable: ['board', 'companyType'] } as const
    const policy = tickets({ when: { boards: ['VIP'] }, approvers: 3 }, { approvers: 0 })

    expectAllowed(policy, title, facts({ board: null, reaches: [contact] }))
  })

  it('goes no further than the first rule that holds for certain', () => {
    const policy = tickets(
      { when: { amountOver: 500 }, approvers: 2 },
      { when: { kinds: ['UPDATE'] }, approvers: 1 },
      { approvers: 9 },
    )

    expectHeld(2, policy, title, facts())
    expectHeld(1, policy, title, facts({ amount: 100 }))
  })
})

describe('nothing hides behind a harmless change', () => {
  it.each`
    rule                                                               | alone
    ${{ when: { fields: ['title'] }, approvers: 0 }}                   | ${title}
    ${{ when: { values: { status: ['In Progress'] } }, approvers: 0 }} | ${{ ...update('status'), values: { status: ['In Progress'] } }}
  `('$rule frees its own field only', ({ rule, alone }) => {
    const policy = tickets(rule, { approvers: 2 })

    expectAllowed(policy, alone, facts())
    expectHeld(2, policy, { ...alone, fields: [...alone.fields, 'company'] })
  })

  it('a rule for one company does not free a plan that reaches another', () => {
    const policy = tickets({ when: { companies: ['Internal'] }, approvers: 0 }, { approvers: 2 })

    expectAllowed(policy, title, facts({ company: 'Internal', companies: ['Internal'] }))
    expectHeld(2, policy, title, facts({ company: 'Internal', companies: ['Internal', 'Acme'] }))
  })

  it('a rule for one company on one board frees no other company there', () => {
    const policy = tickets(
      { when: { companies: ['A'], boards: ['X'] }, approvers: 0 },
      { when: { boards: ['X'] }, approvers: 2 },
      { approvers: 0 },
    )
    const both = {
      company: 'A',
      companies: ['A', 'B'],
      board: 'Y',
      reaches: [
        { company: 'A', board: 'Y' },
        { company: 'B', board: 'X' },
      ],
    }
    expectHeld(2, policy, title, facts(both))
  })

  it('a count of approvers that is none refuses', () => {
    expectDenied('INTERNAL', tickets({ approvers: -1 }), title, facts())
  })
})
