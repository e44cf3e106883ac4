import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GatewayError } from '../schema/errors.ts'
import { sources } from '../subgraphs/index.ts'
import { type Asked, demandOf, factsOf, MOST_CASES } from './cases.ts'
import { decide } from './decide.ts'
import { ACCESS_PROFILES, profileNeedsConfirmation, profilePolicy } from './profiles.ts'
import { answerQuestion, isPermitted, type PolicyQuestion } from './question.ts'
import { agentWith, CONNECTION, only } from './testing/harness.ts'
import type { ConnectionPolicy, Demand, GroupPolicy, PlanFacts } from './types.ts'

const GROUPS = ['Tickets', 'Contacts', 'Member Security']

const ask = (policy: ConnectionPolicy, question: PolicyQuestion, groups = GROUPS) =>
  answerQuestion(policy, groups, question)

describe('a question over a policy', () => {
  const p1Held = only('Tickets', {
    level: 'READ_WRITE',
    allowedFields: { UPDATE: ['status'] },
    approval: [{ when: { closes: true, priorityAtLeast: 1 }, approvers: 2 }, { approvers: 0 }],
  })

  it('finds the one circumstance under which a signature is needed', () => {
    expect(ask(p1Held, { closes: true, priorityAtMost: 1, withoutSignature: true }).answer).toBe('NO')
    expect(ask(p1Held, { closes: true, priorityAtMost: 2, withoutSignature: true })).toMatchObject({
      answer: 'ONLY_UNDER_CONDITIONS',
      witnesses: [{ act: { kind: 'UPDATE', fields: ['status'] }, conditions: ['the priority is 2'] }],
    })
    expect(ask(p1Held, { closes: false, withoutSignature: true, kinds: ['UPDATE'] }).answer).toBe('YES')
    expect(ask(p1Held, { closes: true, priorityAtMost: 1 }).witnesses).toMatchObject([
      {
        decision: { verdict: 'HOLD', approvers: 2 },
        decidedBy: [
          'approval Tickets 0: 2 approvers when it closes the ticket and the priority is 1 or more urgent',
        ],
        text: 'UPDATE Tickets (status): needs 2 approvers.',
      },
    ])
  })

  it('knows that two fields together may meet a rule that neither meets alone', () => {
    const policy = only('Tickets', {
      level: 'READ_WRITE',
      allowedFields: { UPDATE: 'ALL' },
      approval: [
        { when: { fields: ['board'], values: { status: ['Closed'] } }, approvers: 0 },
        { approvers: 1 },
      ],
    })
    // Each of the two is asked for alone as well, and there a signature is needed.
    expect(ask(policy, { kinds: ['UPDATE'], withoutSignature: true }).answer).toBe('NO')
    const strict = only('Tickets', {
      level: 'READ_WRITE',
      allowedFields: { UPDATE: 'ALL' },
      approval: [
        { when: { fields: ['board'], values: { status: ['Closed'] } }, approvers: 3 },
        { approvers: 0 },
      ],
    })
    const both = ask(strict, { kinds: ['UPDATE'], fields: ['board'], values: { status: ['Closed'] } })
    expect(both.witnesses[0]).toMatchObject({
      act: { fields: ['board', 'status'] },
      decision: { approvers: 3 },
    })
  })

  it('tells the group and the kind that a no is about, and the rule', () => {
    const none = ask({ groups: {} }, { groups: ['Tickets'], kinds: ['UPDATE'] })
    expect(none).toMatchObject({
      answer: 'NO',
      permitted: 0,
      witnesses: [{ decision: { code: 'GROUP_DISABLED' }, decidedBy: ['groupIsEnabled'] }],
    })
    expect(none.text).toBe(`No, in none of the ${none.cases} cases that the policy can tell apart.`)
  })

  it('refuses what it can not count out, instead of taking some of it', () => {
    const names = (what: string) => Array.from({ length: 60 }, (_, index) => `${what} ${index}`)
    const policy = only('Tickets', {
      level: 'READ_WRITE',
      approval: [{ when: { boards: names('b'), companies: names('c') }, approvers: 1 }, { approvers: 0 }],
    })
    expect(() => ask(policy, {})).toThrow(
      expect.objectContaining({
        extensions: expect.objectContaining({ code: 'LIMIT_EXCEEDED', allowed: MOST_CASES }),
      }),
    )
  })
})

describe.each([...sources.values()])('the profiles on $vendor', ({ vendor, groups }) => {
  const all = [...groups, 'Client-Facing Notes']
  const of = Object.fromEntries(
    ACCESS_PROFILES.map((profile) => [
      profile,
      profilePolicy(profile, vendor, groups, {
        confirmedGroups: profileNeedsConfirmation(profile, vendor, groups),
      }),
    ]),
  ) as Record<(typeof ACCESS_PROFILES)[number], ConnectionPolicy>

  it.each([
    ['READ_ONLY', 'NO', 'NO', 'NO'],
    ['HELPDESK', 'NO', 'YES', 'NO'],
    ['IT_ADMIN', 'NO', 'YES', 'NO'],
    ['FULL_AUTOMATION', 'YES', 'YES', 'YES'],
  ] as const)(
    '%s: mails a client without a signature %s, closes a P1 %s, and unsigned %s',
    (profile, mail, p1, alone) => {
      const policy = of[profile]
      expect(ask(policy, { clientMail: true, withoutSignature: true }, all).answer).toBe(mail)
      expect(ask(policy, { closes: true, priorityAtMost: 1 }, all).answer).toBe(p1)
      expect(ask(policy, { closes: true, priorityAtMost: 1, withoutSignature: true }, all).answer).toBe(alone)
      expect(ask(policy, { kinds: ['DELETE'] }, all).answer).toBe('NO')
    },
  )
})

const FIELDS = ['title', 'status', 'type', 'custom:7', 'never named']
const COMPANIES = ['Acme', 'Globex', 'Nobody']
const BOARDS = ['Help Desk', 'Security', 'Nowhere']
const VALUES = ['New', 'closed', 'Elsewhere', '5']
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined })
const someOf = <T>(items: readonly T[]) => fc.subarray([...items], { minLength: 1 })
const WRITES = ['CREATE', 'UPDATE', 'MERGE', 'BUNDLE', 'DELETE'] as const

const conditions = {
  kinds: someOf(WRITES),
  fields: someOf(FIELDS.slice(0, 4)),
  values: fc.constantFrom({ status: ['New'] }, { status: ['Closed'], type: ['5'] }, { type: ['New'] }),
  closes: fc.boolean(),
  clientMail: fc.boolean(),
  boards: someOf(BOARDS.slice(0, 2)),
  companies: someOf(COMPANIES.slice(0, 2)),
  priorityAtLeast: fc.integer({ min: 1, max: 3 }),
  billableHoursOver: fc.integer({ min: 0, max: 3 }),
  amountOver: fc.constantFrom(0, 100),
  insideBusinessHours: fc.boolean(),
}
/** Two conditions at most, so that a thousand policies are counted out in seconds. */
const when = fc
  .subarray(Object.keys(conditions) as (keyof typeof conditions)[], { maxLength: 2 })
  .chain((names) =>
    fc.record(Object.fromEntries(names.map((name) => [name, conditions[name] as fc.Arbitrary<unknown>]))),
  )
const rule = fc.record({ when, approvers: fc.nat({ max: 2 }) })
const allowedFields = maybe(fc.oneof(fc.constant('ALL' as const), someOf(FIELDS.slice(0, 4))))
const group = fc.record({
  level: fc.constantFrom('READ_ONLY', 'READ_WRITE', 'READ_WRITE', 'READ_WRITE'),
  delete: fc.boolean(),
  merge: fc.boolean(),
  bundle: fc.boolean(),
  allowedFields: maybe(fc.record({ CREATE: allowedFields, UPDATE: allowedFields })),
  allowedValues: maybe(fc.constantFrom({ status: ['New', 'Closed'] }, { status: ['5'] }, { type: ['New'] })),
  approval: maybe(fc.array(rule, { minLength: 1, maxLength: 2 })),
}) as fc.Arbitrary<GroupPolicy>
const policies = fc.record({
  groups: fc.record({ Tickets: group, Contacts: group, 'Member Security': group }),
  acrossCompanies: fc.boolean(),
  recordScope: fc.constantFrom(
    undefined,
    undefined,
    { include: { companies: ['Acme'] } },
    {
      include: { boards: ['Help Desk'] },
      exclude: { companies: ['Globex'] },
    },
  ),
}) as fc.Arbitrary<ConnectionPolicy>

/** A write of any number of fields, with the facts of its plan, and the hour. */
const writes = fc
  .record({
    group: fc.constantFrom(...GROUPS, 'Tickets', 'Tickets'),
    kind: fc.constantFrom(...WRITES, 'UPDATE', 'UPDATE'),
    fields: fc.subarray(FIELDS),
    status: maybe(someOf(VALUES)),
    type: maybe(someOf(VALUES)),
    keyed: fc.constantFrom<Record<string, string>>({}, { New: '5' }, { Elsewhere: '5', closed: '5' }),
    company: fc.constantFrom(...COMPANIES, undefined),
    board: fc.constantFrom(...BOARDS, 'NONE', undefined),
    closes: fc.boolean(),
    reopens: fc.boolean(),
    clientMail: fc.constantFrom('NO', 'YES', 'MAY'),
    priorityRank: fc.constantFrom(1, 2, 3, 4, 9, null),
    billableHours: fc.integer({ min: 0, max: 6 }),
    amount: fc.constantFrom(0, 50, 100, 101, null),
    inside: fc.constantFrom(true, false, null),
  })
  .map(({ group: name, kind, fields, status, type, keyed, company, board, inside, ...told }) => {
    const values = Object.fromEntries(
      Object.entries({ status, type }).filter(
        ([field, value]) => value !== undefined && fields.includes(field),
      ),
    ) as Record<string, string[]>
    const record = {
      ...(company !== undefined && { company }),
      ...(board === 'NONE' ? { notApplicable: ['board'] as const } : board !== undefined && { board }),
    }
    const companies = company === undefined ? [] : [company]
    const demand: Demand = {
      connection: CONNECTION,
      group: name,
      kind,
      fields,
      values,
      scope: [record],
      companies,
    }
    const facts: PlanFacts = {
      ...(told as Pick<
        PlanFacts,
        'closes' | 'reopens' | 'clientMail' | 'priorityRank' | 'billableHours' | 'amount'
      >),
      company: company ?? null,
      companies,
      board: board === 'NONE' || board === undefined ? null : board,
      reaches: [record],
      values,
      valueKeys: { status: keyed, type: keyed },
    }
    return { demand, facts, inside }
  })

/** A class that this write is in: some of what is true of it. */
const asked = writes.chain((write) => {
  const { demand, facts, inside } = write
  const { group: name, kind, fields, values = {} } = demand
  const ofTicket =
    name === 'Tickets' && (fields.includes('status') || (kind !== 'CREATE' && kind !== 'UPDATE'))
  const told = Object.entries(values)[0]
  const { priorityRank: rank, company, board } = facts
  return fc
    .record({
      groups: maybe(fc.constant([name!])),
      kinds: maybe(fc.constant([kind])),
      fields: fields.length > 0 ? maybe(fc.constant([fields[0]!])) : fc.constant(undefined),
      values: told !== undefined ? maybe(fc.constant({ [told[0]]: told[1] })) : fc.constant(undefined),
      closes: ofTicket || !facts.closes ? maybe(fc.constant(facts.closes)) : fc.constant(undefined),
      clientMail: maybe(fc.constant(facts.clientMail !== 'NO')),
      priorityAtMost: rank === null ? fc.constant(undefined) : maybe(fc.constant(rank)),
      companies: company === null ? fc.constant(undefined) : maybe(fc.constant([company])),
      boards: board === null ? fc.constant(undefined) : maybe(fc.constant([board])),
      insideBusinessHours: inside === null ? fc.constant(undefined) : maybe(fc.constant(inside)),
      withoutSignature: fc.boolean(),
    })
    .map((question) => ({ write, question: withoutHoles(question) as PolicyQuestion }))
})

function withoutHoles(of: object): Asked {
  return Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined))
}

/** Undefined when there are more cases than are counted out: a policy of many facts with a question about all of them. */
function answeredWithin(policy: ConnectionPolicy, question: PolicyQuestion) {
  try {
    return answerQuestion(policy, GROUPS, question)
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'LIMIT_EXCEEDED') return undefined
    throw error
  }
}

describe('an answer, whatever the policy', () => {
  it('is no only where no write of what was asked is decided otherwise', () => {
    let no = 0
    fc.assert(
      fc.property(policies, asked, (policy, { write: { demand, facts, inside }, question }) => {
        if (answeredWithin(policy, question)?.answer !== 'NO') return
        no += 1
        const principal = agentWith(policy, { insideBusinessHours: inside })
        const decision = decide(principal, [demand], facts)
        expect(isPermitted(decision, question), JSON.stringify({ question, demand, facts })).toBe(false)
      }),
      { numRuns: 500 },
    )
    expect(no).toBeGreaterThan(100)
  })

  it('is yes with witnesses that `decide` confirms, each within what was asked', () => {
    let yes = 0
    fc.assert(
      fc.property(policies, asked, (policy, { question }) => {
        const counted = answeredWithin(policy, question)
        if (counted === undefined) return
        const { answer, witnesses, permitted, cases } = counted
        expect(permitted).toBeLessThanOrEqual(cases)
        expect(permitted > 0).toBe(answer !== 'NO')
        if (answer === 'NO') return
        yes += 1
        expect(witnesses.length).toBeGreaterThan(0)
        for (const { act, circumstances } of witnesses) {
          const principal = agentWith(policy, { insideBusinessHours: circumstances.insideBusinessHours })
          const facts = factsOf([act], circumstances)
          const planned = act.kind === 'READ' ? undefined : facts
          const decision = decide(principal, [demandOf(CONNECTION, act, circumstances)], planned)
          expect(isPermitted(decision, question)).toBe(true)
          if (question.groups !== undefined) expect(question.groups).toContain(act.group)
          if (question.kinds !== undefined) expect(question.kinds).toContain(act.kind)
          if (question.closes !== undefined) expect(facts.closes).toBe(question.closes)
        }
      }),
      { numRuns: 300 },
    )
    expect(yes).toBeGreaterThan(30)
  })
})
