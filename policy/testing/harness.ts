import { expect } from 'vitest'
import type { ErrorCode } from '../../schema/errors.ts'
import { decide } from '../decide.ts'
import type { ConnectionPolicy, Decision, Demand, GroupPolicy, PlanFacts, Principal } from '../types.ts'

export const CONNECTION = 'acme-cw'

export function agentWith(policy: ConnectionPolicy, rest: Partial<Principal> = {}): Principal {
  return { kind: 'AGENT', active: true, connections: new Map([[CONNECTION, policy]]), ...rest }
}

/** A policy with one group set and nothing else. */
export function only(
  group: string,
  settings: GroupPolicy,
  rest: Partial<ConnectionPolicy> = {},
): ConnectionPolicy {
  return { groups: { [group]: settings }, ...rest }
}

/** Tickets open for everything, signed by nobody. */
export const openTickets: ConnectionPolicy = only('Tickets', {
  level: 'READ_WRITE',
  delete: true,
  merge: true,
  bundle: true,
  allowedFields: { CREATE: 'ALL', UPDATE: 'ALL' },
  approval: [{ approvers: 0 }],
})

export function demand(part: Partial<Demand> = {}): Demand {
  return { connection: CONNECTION, group: 'Tickets', kind: 'READ', fields: [], ...part }
}

export function facts(part: Partial<PlanFacts> = {}): PlanFacts {
  return {
    company: 'Acme',
    companies: ['Acme'],
    board: 'Help Desk',
    reaches: [{ company: 'Acme', board: 'Help Desk' }],
    priorityRank: 3,
    closes: false,
    reopens: false,
    clientMail: 'NO',
    billableHours: 0,
    values: {},
    ...part,
  }
}

type Who = Principal | ConnectionPolicy
type What = Partial<Demand> | readonly Partial<Demand>[]

export function judge(who: Who, what: What, planFacts?: PlanFacts): Decision {
  const principal = 'connections' in who ? who : agentWith(who)
  const demands = (isList(what) ? what : [what]).map(demand)
  return decide(principal, demands, planFacts)
}

export function expectAllowed(who: Who, what: What, planFacts?: PlanFacts): void {
  expect(judge(who, what, planFacts)).toMatchObject({ verdict: 'ALLOW' })
}

type Denial = Extract<Decision, { verdict: 'DENY' }>

export function expectDenied(code: ErrorCode, who: Who, what: What, planFacts?: PlanFacts): Denial {
  const decision = judge(who, what, planFacts)
  expect(decision).toMatchObject({ verdict: 'DENY', code })
  return decision as Denial
}

/** Held for so many signatures; the facts of a plain plan unless some are given. */
export function expectHeld(approvers: number, who: Who, what: What, planFacts = facts()): Decision {
  const decision = judge(who, what, planFacts)
  expect(decision).toMatchObject({ verdict: 'HOLD', approvers })
  return decision
}

function isList(what: What): what is readonly Partial<Demand>[] {
  return Array.isArray(what)
}
