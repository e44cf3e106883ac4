import type { ApprovalRule } from './types.ts'

type When = NonNullable<ApprovalRule['when']>

/** One for each condition, so that none is left out of what an administrator reads. */
const WORDS: Readonly<{ [Name in keyof When]-?: (value: NonNullable<When[Name]>) => string }> = {
  kinds: (kinds) => `it is a ${kinds.join(' or ')}`,
  fields: (fields) => `it writes ${fields.join(' or ')}`,
  values: (values) =>
    Object.entries(values)
      .map(([field, wanted]) => `${field} becomes ${wanted.join(' or ')}`)
      .join(' and '),
  closes: (closes) => (closes ? 'it closes the ticket' : 'it closes nothing'),
  reopens: (reopens) => (reopens ? 'it reopens the ticket' : 'it reopens nothing'),
  boards: (boards) => `the board is ${boards.join(' or ')}`,
  companies: (companies) => `the company is ${companies.join(' or ')}`,
  companyTypes: (types) => `the company is a ${types.join(' or ')}`,
  clientMail: (mail) => (mail ? 'it may mail the client' : 'it mails nobody'),
  priorityAtLeast: (rank) => `the priority is ${rank} or more urgent`,
  billableHoursOver: (hours) => `it bills more than ${hours} hours`,
  amountOver: (amount) => `it moves more than ${amount} in money`,
  insideBusinessHours: (inside) => `it is ${inside ? 'inside' : 'outside'} business hours`,
}

/** As in: 2 approvers, not the requester, when it closes the ticket and the board is 3 */
export function ruleInWords({ approvers, notRequester, fourEyes, when }: ApprovalRule): string {
  const who = approvers === 0 ? 'no approver' : approvers === 1 ? '1 approver' : `${approvers} approvers`
  const limits = [
    ...(notRequester === true ? ['not the requester'] : []),
    ...(fourEyes === true ? ["not the token's owner"] : []),
  ]
  const conditions = Object.entries(when ?? {}).map(([name, value]) =>
    (WORDS[name as keyof When] as (value: unknown) => string)(value),
  )
  const ifAny = conditions.length === 0 ? '' : ` when ${conditions.join(' and ')}`
  return [who, ...limits].join(', ') + ifAny
}
