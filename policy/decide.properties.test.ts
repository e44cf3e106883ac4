import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide } from './decide.ts'
import { agentWith, CONNECTION } from './testing/harness.ts'
import type { ConnectionPolicy, Decision, Demand, GroupPolicy, PlanFacts } from './types.ts'

const GROUPS = ['Tickets', 'Contacts', 'Member Security', 'constructor']
const FIELDS = ['title', 'status', 'custom:7', 'customFields']
const COMPANIES = ['Acme', 'Globex']

const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined })
const someOf = <T>(items: T[]) => fc.subarray(items, { minLength: 1 })
const kind = fc.constantFrom('READ', 'CREATE', 'UPDATE', 'MERGE', 'BUNDLE', 'DELETE')
const allowedFields = maybe(fc.oneof(fc.constant('ALL' as const), someOf(FIELDS)))

const demand: fc.Arbitrary<Demand> = fc.record({
  connection: fc.oneof(
    { weight: 9, arbitrary: fc.constant(CONNECTION) },
    { weight: 1, arbitrary: fc.constant('no') },
  ),
  group: fc.constantFrom(...GROUPS, 'Tickets', 'Tickets', undefined),
  kind,
  fields: fc.subarray(FIELDS),
  values: maybe(fc.record({ status: fc.subarray(['New', 'Closed']) })),
  forbidden: fc.constantFrom(undefined, undefined, undefined, 'batch'),
  scope: maybe(
    fc.array(fc.record({ company: fc.constantFrom(...COMPANIES, null, undefined) }), { maxLength: 2 }),
  ),
  unscopable: fc.constantFrom(undefined, undefined, true),
  companies: maybe(fc.subarray(COMPANIES)),
})

const approval = maybe(
  fc.array(
    fc.record({
      when: maybe(
        fc.record({
          kinds: maybe(someOf(['CREATE', 'UPDATE', 'MERGE'])),
          fields: maybe(someOf(FIELDS)),
          values: maybe(fc.record({ status: someOf(['New', 'Closed']) })),
          companies: maybe(someOf(COMPANIES)),
          closes: maybe(fc.boolean()),
        }),
      ),
      approvers: fc.nat({ max: 3 }),
      notRequester: fc.boolean(),
      fourEyes: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
)

const group = fc.record({
  level: fc.constantFrom('DISABLED', 'READ_ONLY', 'READ_WRITE', 'READ_WRITE', 'READ_WRITE'),
  delete: fc.boolean(),
  merge: fc.boolean(),
  bundle: fc.boolean(),
  allowedFields: maybe(fc.record({ CREATE: allowedFields, UPDATE: allowedFields })),
  allowedValues: maybe(fc.record({ status: someOf(['New', 'Closed']) })),
  approval,
}) as fc.Arbitrary<GroupPolicy>

const policy: fc.Arbitrary<ConnectionPolicy> = fc.record({
  groups: fc.record({ Tickets: group, Contacts: group, 'Member Security': group }),
  acrossCompanies: fc.boolean(),
  recordScope: fc.constantFrom(undefined, undefined, { include: { companies: ['Acme'] } }),
})

const facts: fc.Arbitrary<PlanFacts | undefined> = maybe(
  fc.record({
    company: fc.constantFrom('Acme', null),
    companies: fc.subarray(COMPANIES),
    board: fc.constantFrom('Help Desk', null),
    reaches: fc.constantFrom([], [{ company: 'Acme', board: 'Help Desk' }]),
    priorityRank: fc.constantFrom(1, 3, null),
    closes: fc.boolean(),
    reopens: fc.boolean(),
    clientMail: fc.constantFrom('NO', 'YES', 'MAY'),
    billableHours: fc.nat({ max: 8 }),
    values: fc.constant({}),
  }),
)

/** A plan reaches something, so one demand at least. */
const demands = fc.array(demand, { minLength: 1, maxLength: 5 })

/** How much somebody has to agree: nobody, so many people, or no way at all. */
function strictness(decision: Decision): number {
  if (decision.verdict === 'DENY') return Number.POSITIVE_INFINITY
  return decision.verdict === 'HOLD' ? decision.approvers : 0
}

const runs = { numRuns: 1_000 }

describe('decide, whatever it is asked', () => {
  it('meets all three verdicts here, so that the properties below say something', () => {
    const seen = fc
      .sample(fc.tuple(policy, demands, facts), { numRuns: 3_000, seed: 1 })
      .map(([one, asked, known]) => decide(agentWith(one), asked, known))

    expect(new Set(seen.map(({ verdict }) => verdict))).toEqual(new Set(['ALLOW', 'HOLD', 'DENY']))
    expect(seen.filter((one) => one.verdict === 'DENY' && one.code === 'INTERNAL')).toEqual([])
  })

  it('answers the same in any order of the demands, to the letter', () => {
    const shuffled = demands.chain((one) =>
      fc.tuple(fc.constant(one), fc.shuffledSubarray(one, { minLength: one.length, maxLength: one.length })),
    )
    fc.assert(
      fc.property(policy, shuffled, facts, (one, [asked, otherwise], known) => {
        expect(decide(agentWith(one), otherwise, known)).toEqual(decide(agentWith(one), asked, known))
      }),
      runs,
    )
  })

  it('never grows milder by one more demand', () => {
    fc.assert(
      fc.property(policy, demands, demand, facts, (one, asked, more, known) => {
        const before = strictness(decide(agentWith(one), asked, known))
        const after = strictness(decide(agentWith(one), [...asked, more], known))
        expect(after).toBeGreaterThanOrEqual(before)
      }),
      runs,
    )
  })

  it('asks for no less than the strictest field would on its own: none hides behind another', () => {
    fc.assert(
      fc.property(policy, demand, facts, (one, asked, known) => {
        const whole = strictness(decide(agentWith(one), [asked], known))
        for (const field of asked.fields) {
          const values = field === 'status' ? asked.values : undefined
          const alone = decide(agentWith(one), [{ ...asked, fields: [field], values }], known)
          expect(whole).toBeGreaterThanOrEqual(strictness(alone))
        }
      }),
      runs,
    )
  })

  it('never allows more when a group is taken out of the policy', () => {
    fc.assert(
      fc.property(policy, fc.constantFrom(...GROUPS), demands, facts, (one, removed, asked, known) => {
        const { [removed]: _, ...groups } = { ...one.groups }
        const before = strictness(decide(agentWith(one), asked, known))
        expect(strictness(decide(agentWith({ ...one, groups }), asked, known))).toBeGreaterThanOrEqual(before)
      }),
      runs,
    )
  })

  it('never allows more when a record scope is set', () => {
    fc.assert(
      fc.property(policy, demands, facts, (one, asked, known) => {
        const { recordScope: _, ...open } = one
        const before = strictness(decide(agentWith(open), asked, known))
        const scoped = { ...open, recordScope: { include: { companies: ['Acme'] } } }
        expect(strictness(decide(agentWith(scoped), asked, known))).toBeGreaterThanOrEqual(before)
      }),
      runs,
    )
  })
})
