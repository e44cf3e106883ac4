import { describe, expect, it } from 'vitest'
import { decide } from './decide.ts'
import { rules } from './rules/index.ts'
import { isTestMode } from './test-mode.ts'
import {
  agentWith,
  demand,
  expectAllowed,
  expectDenied,
  expectHeld,
  facts,
  judge,
  only,
  openTickets,
} from './testing/harness.ts'
import type { AccessLevel, Demand } from './types.ts'

const update: Partial<Demand> = { kind: 'UPDATE', fields: ['title'] }

/** What becomes of a call, by the words of the table in docs/safety.md (a). */
function outcome(row: {
  level?: AccessLevel
  demands: readonly Partial<Demand>[]
  on?: boolean
  testMode?: boolean
  approvers?: number
}): string {
  const { level, demands, on = false, testMode = false, approvers = 0 } = row
  const group = {
    level: level ?? 'DISABLED',
    delete: on,
    merge: on,
    bundle: on,
    allowedFields: { CREATE: ['title'], UPDATE: ['title'] },
    approval: [{ approvers }],
  }
  const decision = judge(level === undefined ? { groups: {} } : only('Tickets', group), demands, facts())
  if (decision.verdict === 'DENY') return decision.code
  if (demands.every(({ kind }) => kind === 'READ')) return 'read'
  if (isTestMode({ installation: false, connection: false, workflow: testMode })) {
    return decision.verdict === 'HOLD' ? 'plan, would require approval' : 'plan'
  }
  return decision.verdict === 'HOLD' ? 'PENDING' : 'executes'
}

const READ = { kind: 'READ', fields: ['title'] } as const
const CREATE = { kind: 'CREATE', fields: ['title'] } as const
const UPDATE = { kind: 'UPDATE', fields: ['title'] } as const
const MERGE = { kind: 'MERGE', companies: ['Acme'] } as const
const BUNDLE = { kind: 'BUNDLE', companies: ['Acme'] } as const
const DELETE = { kind: 'DELETE' } as const
const WRITES = [CREATE, UPDATE, MERGE, BUNDLE, DELETE]

describe('the decision table', () => {
  it.each([READ, ...WRITES])('disabled or unset: $kind is refused', (one) => {
    expect(outcome({ level: 'DISABLED', on: true, demands: [one] })).toBe('GROUP_DISABLED')
    expect(outcome({ on: true, demands: [one] })).toBe('GROUP_DISABLED')
  })

  it('read only: READ reads', () => expect(outcome({ level: 'READ_ONLY', demands: [READ] })).toBe('read'))

  it.each(WRITES)('read only: $kind is refused whatever the switches say', (one) => {
    expect(outcome({ level: 'READ_ONLY', on: true, demands: [one] })).toBe('GROUP_READ_ONLY')
  })

  it('read-write: READ reads', () => expect(outcome({ level: 'READ_WRITE', demands: [READ] })).toBe('read'))

  it.each([CREATE, UPDATE])('read-write: $kind with one field outside is refused', (one) => {
    const outside = { ...one, fields: ['title', 'board'] }

    expect(outcome({ level: 'READ_WRITE', demands: [outside] })).toBe('FIELD_NOT_ALLOWED')
  })

  it.each([MERGE, BUNDLE, DELETE])('read-write: $kind with its switch off is refused', (one) => {
    expect(outcome({ level: 'READ_WRITE', demands: [one] })).toBe('ACTION_DISABLED')
  })

  it.each`
    testMode | approvers | result
    ${true}  | ${1}      | ${'plan, would require approval'}
    ${true}  | ${0}      | ${'plan'}
    ${false} | ${1}      | ${'PENDING'}
    ${false} | ${0}      | ${'executes'}
  `('read-write: every write, test mode $testMode, approvers $approvers: $result', (row) => {
    for (const one of WRITES) {
      expect(outcome({ ...row, level: 'READ_WRITE', on: true, demands: [one] })).toBe(row.result)
    }
  })

  it.each([READ, ...WRITES])('any level: $kind is refused when a forbid rule matches', (one) => {
    for (const level of ['DISABLED', 'READ_ONLY', 'READ_WRITE'] as const) {
      const demands = [{ ...one, forbidden: 'batch' }]
      expect(outcome({ level, on: true, demands })).toBe('FORBIDDEN_OPERATION')
    }
  })

  it('mixed demands: the strictest wins', () => {
    expect(outcome({ level: 'READ_WRITE', demands: [READ, UPDATE, DELETE] })).toBe('ACTION_DISABLED')
    expect(outcome({ level: 'READ_WRITE', demands: [READ, UPDATE], approvers: 2 })).toBe('PENDING')
    expect(outcome({ level: 'READ_WRITE', demands: [UPDATE, { ...READ, group: 'Finance' }] })).toBe(
      'GROUP_DISABLED',
    )
  })
})

describe('decide', () => {
  it('names every rule that it passed', () => {
    expect(judge(openTickets, {})).toEqual({ verdict: 'ALLOW', rules: rules.map((rule) => rule.name) })
  })

  it('gives the code of the first failing rule over all demands, not of the first failing demand', () => {
    const demands = [{ ...update, group: 'Contacts' }, { group: undefined }]

    expectDenied('NOT_CATALOGUED', openTickets, demands)
    expectDenied('NOT_CATALOGUED', openTickets, [...demands].reverse())
  })

  it('holds nothing without the facts of a plan', () => {
    const policy = only('Tickets', { level: 'READ_WRITE', allowedFields: { UPDATE: 'ALL' } })

    expectAllowed(policy, update)
    expectHeld(1, policy, update)
  })

  it('holds no read', () => expectAllowed(only('Tickets', { level: 'READ_ONLY' }), { kind: 'READ' }, facts()))

  it('allows what asks for nothing, and refuses a plan that reaches nothing', () => {
    expectAllowed(openTickets, [])
    expectDenied('INTERNAL', openTickets, [], facts())
  })

  it('names the rule in the details', () => {
    const { rule, details } = expectDenied('GROUP_DISABLED', { groups: {} }, {})

    expect([rule, details.rule]).toEqual(['groupIsEnabled', 'groupIsEnabled'])
  })

  it.each`
    broken                   | principal                 | demands
    ${'no principal'}        | ${undefined}              | ${[demand()]}
    ${'no demands'}          | ${agentWith(openTickets)} | ${undefined}
    ${'a demand of nothing'} | ${agentWith(openTickets)} | ${[undefined]}
    ${'a policy of nothing'} | ${agentWith({} as never)} | ${[demand()]}
    ${'no fields'}           | ${agentWith(openTickets)} | ${[{ ...demand(update), fields: undefined }]}
  `('turns its own failure into a denial: $broken', ({ principal, demands }) => {
    const decision = decide(principal, demands)

    expect(decision).toMatchObject({
      verdict: 'DENY',
      code: 'INTERNAL',
      message: 'This could not be decided, so it is refused.',
    })
  })

  it('turns a failure among the approval rules into a denial', () => {
    const policy = only('Tickets', {
      ...openTickets.groups.Tickets!,
      approval: [{ approvers: Number.NaN }],
    })

    expectDenied('INTERNAL', policy, update, facts())
  })
})
