import { describe, expect, it } from 'vitest'
import { decide } from './decide.ts'
import { freeRule } from './free-rule.ts'
import { agentWith, CONNECTION, demand, facts, only } from './testing/harness.ts'
import type { ApprovalRule, ConnectionPolicy, Demand, PlanFacts } from './types.ts'

const tickets = (approval?: readonly ApprovalRule[]): ConnectionPolicy =>
  only('Tickets', {
    level: 'READ_WRITE',
    delete: true,
    allowedFields: { CREATE: 'ALL', UPDATE: 'ALL' },
    ...(approval && { approval }),
  })
const update = (part: Partial<Demand> = {}) => demand({ kind: 'UPDATE', fields: ['priority'], ...part })
const priority = (value: string) => facts({ values: { priority: [value] } })

function freed(policy: ConnectionPolicy, demands: readonly Demand[], of: PlanFacts) {
  const result = freeRule(agentWith(policy), CONNECTION, demands, of)
  if ('why' in result) throw new Error(result.why)
  return (asked: readonly Demand[], told: PlanFacts) => decide(agentWith(result.policy), asked, told)
}

describe('a rule that asks nobody for writes like one', () => {
  it('frees the same fields with the same values on the same board, and nothing else', () => {
    const judge = freed(tickets(), [update({ fields: ['priority', 'title'] })], priority('High'))
    const free = (asked: Partial<Demand>, told: PlanFacts) => judge([update(asked)], told).verdict === 'ALLOW'
    expect(free({ fields: ['priority', 'title'] }, priority('High'))).toBe(true)
    expect(free({}, priority('High'))).toBe(true)
    expect(free({ fields: ['title'] }, facts())).toBe(true)

    expect(free({}, priority('Low'))).toBe(false)
    expect(free({ fields: ['priority', 'status'] }, priority('High'))).toBe(false)
    expect(free({ kind: 'CREATE' }, priority('High'))).toBe(false)
    expect(free({ kind: 'DELETE' }, priority('High'))).toBe(false)
    for (const other of [
      { board: 'Security', reaches: [{ company: 'Acme', board: 'Security' }] },
      { clientMail: 'MAY' },
      { closes: true },
      { reopens: true },
    ] as const)
      expect(free({}, { ...priority('High'), ...other }), JSON.stringify(other)).toBe(false)
  })

  it('leaves what is stricter before it as it was', () => {
    const urgent: ApprovalRule = { when: { priorityAtLeast: 1 }, approvers: 2 }
    const judge = freed(tickets([urgent, { approvers: 1 }]), [update()], priority('High'))
    expect(judge([update()], priority('High')).verdict).toBe('ALLOW')
    expect(judge([update()], { ...priority('High'), priorityRank: 1 })).toMatchObject({
      verdict: 'HOLD',
      approvers: 2,
    })
  })

  it.each<[string, ConnectionPolicy, Partial<Demand>, Partial<PlanFacts>]>([
    ['The policy refuses it.', only('Tickets', { level: 'READ_ONLY' }), {}, {}],
    ['Nobody is asked for it any more.', tickets([{ approvers: 0 }]), {}, {}],
    ['Merging, bundling and deleting always ask.', tickets(), { kind: 'DELETE' }, {}],
    ['It mails the client, or may.', tickets(), {}, { clientMail: 'MAY' }],
    ['It closes or reopens a ticket.', tickets(), {}, { closes: true }],
    ['It bills time or moves money.', tickets(), {}, { billableHours: 0.5 }],
    ['It bills time or moves money.', tickets(), {}, { amount: 0 }],
    ['What it writes has no name that a rule could hold.', tickets(), { fields: [] }, {}],
    [
      'Several approval rules ask for it: change them by hand.',
      tickets([{ when: { priorityAtLeast: 2 }, approvers: 2 }, { approvers: 1 }]),
      {},
      { priorityRank: null },
    ],
  ])('is not proposed: %s', (why, policy, asked, told) => {
    expect(freeRule(agentWith(policy), CONNECTION, [update(asked)], facts(told))).toEqual({ why })
  })
})
