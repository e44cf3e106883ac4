import { isDeepStrictEqual } from 'node:util'
import type { Act, Circumstances, Domains, Place } from './cases.ts'
import type { Decision } from './types.ts'

type Name = keyof Circumstances

/** One for each circumstance, so that none is left out of what is told. */
const WORDS: { readonly [N in Name]: (value: Circumstances[N]) => string } = {
  closes: (closes) => (closes ? 'it closes the ticket' : 'it closes nothing'),
  reopens: (reopens) => (reopens ? 'it reopens the ticket' : 'it reopens nothing'),
  clientMail: (mail) =>
    ({ YES: 'it mails the client', MAY: 'it may mail the client', NO: 'it mails nobody' })[mail],
  priorityRank: (rank) => (rank === null ? 'the priority is not known' : `the priority is ${rank}`),
  billableHours: (hours) => `it bills ${hours} hours`,
  amount: (amount) =>
    amount === null ? 'the money that it moves is not known' : `it moves ${amount} in money`,
  company: (place) => placeInWords('company', place),
  companyType: (place) => placeInWords('type of the company', place),
  board: (place) => placeInWords('board', place),
  acrossCompanies: (across) => (across ? 'records of two companies meet' : 'all records are of one company'),
  insideBusinessHours: (inside) =>
    inside === null
      ? 'nobody has set business hours'
      : `it is ${inside ? 'inside' : 'outside'} business hours`,
}

function placeInWords(what: string, place: Place): string {
  if (place === 'NONE') return `there is no ${what}`
  return place === 'UNKNOWN' ? `the ${what} is not known` : `the ${what} is ${place.name}`
}

function inWords<N extends Name>(name: N, value: Circumstances[N]): string {
  return WORDS[name](value)
}

/** What can differ here, as it is in this case. */
export function circumstancesInWords(around: Circumstances, domains: Domains): readonly string[] {
  return differing(domains).map((name) => inWords(name, around[name]))
}

function differing(domains: Domains): readonly Name[] {
  return (Object.keys(domains) as Name[]).filter((name) => domains[name].length > 1)
}

/**
 * What these cases of one domain have in common and others do not. Empty when they are all of them. Where no list of
 * conditions says it exactly, the first case is given as an example, and said to be one.
 */
export function conditionsOf(cases: readonly Circumstances[], domains: Domains): readonly string[] {
  const names = differing(domains)
  const seen = names.map((name) => once(cases.map((around) => around[name])))
  const exact = seen.reduce((product, values) => product * values.length, 1) === cases.length
  const first = cases[0]
  if (!exact && first !== undefined) {
    return [`for example ${circumstancesInWords(first, domains).join(' and ')}`]
  }
  return names.flatMap((name, index) => {
    const values = seen[index]!
    return values.length === domains[name].length
      ? []
      : values.map((value) => WORDS[name](value as never)).join(' or ')
  })
}

function once(values: readonly unknown[]): readonly unknown[] {
  return values.filter(
    (value, index) => values.findIndex((other) => isDeepStrictEqual(other, value)) === index,
  )
}

/** As in: UPDATE Tickets (status = Closed, title) */
export function actInWords({ group, kind, fields, values }: Act): string {
  const written = fields.map((field) => {
    const value = Object.hasOwn(values, field) ? values[field] : undefined
    if (value === undefined) return field
    return `${field} = ${value.value}${value.key === undefined ? '' : ` (key ${value.key})`}`
  })
  return `${kind} ${group}${written.length === 0 ? '' : ` (${written.join(', ')})`}`
}

/** As in: allowed; needs 2 approvers; refused (GROUP_DISABLED) */
export function decisionInWords(decision: Decision): string {
  if (decision.verdict === 'ALLOW') return 'allowed without a signature'
  if (decision.verdict === 'DENY') return `refused (${decision.code})`
  const { approvers, notRequester, fourEyes } = decision
  const who = approvers === 1 ? 'needs 1 approver' : `needs ${approvers} approvers`
  return [
    who,
    ...(notRequester ? ['not the requester'] : []),
    ...(fourEyes ? ["not the token's owner"] : []),
  ].join(', ')
}
