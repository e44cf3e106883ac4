import { GatewayError } from '../schema/errors.ts'
import type { AccessKind } from '../schema/groups.ts'
import type { ScopeFacts } from '../schema/plan.ts'
import { decide } from './decide.ts'
import { groupPolicyOf, sortedOnce } from './rules/rule.ts'
import type { ConnectionPolicy, Decision, Demand, GroupPolicy, PlanFacts } from './types.ts'
import { includesWithoutCase } from './without-case.ts'

// What a policy can tell apart is finite: what it names, and one more that stands for everything it does not name.
// So its verdicts can be counted out, case by case, and an answer about "every write" needs no guessing.

/** A new value; `key` is the PSA's own key of it, where that one is on a list by which it is allowed. */
export interface WrittenValue {
  readonly value: string
  readonly key?: string
}

/** What an agent chooses: one write, or a read, of one group. */
export interface Act {
  readonly group: string
  readonly kind: AccessKind
  readonly fields: readonly string[]
  /** By field. A field without one has a value that nobody told. */
  readonly values: Readonly<Record<string, WrittenValue>>
}

/** NONE: such a record never has one (a contact has no board). UNKNOWN: nobody told. */
export type Place = { readonly is: 'NAMED' | 'OTHER'; readonly name: string } | 'NONE' | 'UNKNOWN'

/** What an agent does not choose: the facts of the plan, the record that it reaches, and the hour. */
export interface Circumstances {
  readonly closes: boolean
  readonly reopens: boolean
  readonly clientMail: PlanFacts['clientMail']
  readonly priorityRank: number | null
  readonly billableHours: number
  readonly amount: number | null
  readonly company: Place
  readonly companyType: Place
  readonly board: Place
  /** A second record, of another company that no policy names. */
  readonly acrossCompanies: boolean
  readonly insideBusinessHours: boolean | null
}

export interface Case {
  readonly act: Act
  readonly circumstances: Circumstances
}

/** The values that each circumstance takes; where nothing looks at one, a single value stands for all. */
export type Domains = { readonly [Name in keyof Circumstances]: readonly Circumstances[Name][] }

/** A class of writes and reads; what is left out is not restricted. */
export interface Asked {
  readonly groups?: readonly string[]
  readonly kinds?: readonly AccessKind[]
  /** At least one of these is written. */
  readonly fields?: readonly string[]
  /** Each of these fields gets one of its values. */
  readonly values?: Readonly<Record<string, readonly string[]>>
  readonly closes?: boolean
  readonly reopens?: boolean
  /** True: the client is mailed, or may be. */
  readonly clientMail?: boolean
  /** 1 is the most urgent: only what is known to be as urgent as that. */
  readonly priorityAtMost?: number
  readonly boards?: readonly string[]
  readonly companies?: readonly string[]
  readonly companyTypes?: readonly string[]
  readonly insideBusinessHours?: boolean
}

/** Acts that share their domains. */
export interface Region {
  readonly acts: readonly Act[]
  readonly domains: Domains
}

/** A policy for each side that is compared; null: not assigned. */
export type Policies = readonly (ConnectionPolicy | null)[]

const KINDS = [
  'READ',
  'CREATE',
  'UPDATE',
  'MERGE',
  'BUNDLE',
  'DELETE',
] as const satisfies readonly AccessKind[]
const NOBODY: ConnectionPolicy = { groups: {} }
/** About a second of one processor: some 40 microseconds each where the rules look at six facts. */
export const MOST_CASES = 25_000
const TICKETS = 'Tickets'
const STATUS = 'status'

/**
 * Every case that these policies can tell apart within what is asked, as regions to be counted out.
 * @throws GatewayError LIMIT_EXCEEDED when they are too many to count: never are only some of them taken
 */
export function regionsOf(
  policies: Policies,
  groups: readonly string[],
  asked: Asked = {},
): readonly Region[] {
  const known = policies.map((policy) => policy ?? NOBODY)
  const all = sortedOnce([...groups, ...known.flatMap((policy) => Object.keys(policy.groups))])
  const regions = all
    .filter((group) => asked.groups === undefined || asked.groups.includes(group))
    .flatMap((group) =>
      KINDS.filter((kind) => isAsked(asked, group, kind)).map((kind): Region => {
        const own = known.map((policy) => groupPolicyOf(policy, group))
        return {
          acts: actsOf(group, kind, own, asked),
          domains: domainsOf(known, own, kind, asked),
        }
      }),
    )
  const cases = sizeOf(regions)
  if (cases > MOST_CASES) {
    throw new GatewayError(
      'LIMIT_EXCEEDED',
      `This question has ${cases} cases to be counted out: ${MOST_CASES} allowed. Ask about fewer groups, kinds or facts.`,
      { limit: 'cases', allowed: MOST_CASES, came: cases },
    )
  }
  return regions
}

/** Every case that one demand can turn into: what its input leaves open, and whatever its plan may find. */
export function regionOf(policy: ConnectionPolicy, { group, kind, fields, values = {} }: Demand): Region {
  const own = [groupPolicyOf(policy, group)]
  const acts = valuesFor(fields, own, { values }).map((told) => ({
    group: group ?? '',
    kind,
    fields,
    values: told,
  }))
  return { acts, domains: domainsOf([policy], own, kind, {}) }
}

export function sizeOf(regions: readonly Region[]): number {
  return regions.reduce((sum, { acts, domains }) => sum + acts.length * choicesIn(domains), 0)
}

function choicesIn(domains: Domains): number {
  return Object.values(domains).reduce((product, values) => product * values.length, 1)
}

/** Every combination, the last circumstance changing fastest. */
export function* circumstancesIn(domains: Domains): Generator<Circumstances> {
  const names = Object.keys(domains) as (keyof Domains)[]
  const chosen: Record<string, unknown> = {}
  function* choose(index: number): Generator<Circumstances> {
    const name = names[index]
    if (name === undefined) {
      yield { ...chosen } as unknown as Circumstances
      return
    }
    for (const value of domains[name]) {
      chosen[name] = value
      yield* choose(index + 1)
    }
  }
  yield* choose(0)
}

/** By `decide` alone, as an agent that is active; a read is judged without a plan, a write with the facts of one. */
export function decideCase(policy: ConnectionPolicy | null, { act, circumstances }: Case): Decision {
  const { insideBusinessHours } = circumstances
  const connection = 'asked'
  const connections = new Map(policy === null ? [] : [[connection, policy]])
  const demand = demandOf(connection, act, circumstances)
  const principal = { kind: 'AGENT', active: true, insideBusinessHours, connections } as const
  return decide(principal, [demand], act.kind === 'READ' ? undefined : factsOf([act], circumstances))
}

export function demandOf(
  connection: string,
  { group, kind, fields, values }: Act,
  around: Circumstances,
): Demand {
  return {
    connection,
    group,
    kind,
    fields,
    values: written(values),
    scope: reachedIn(around),
    companies: companiesIn(around),
  }
}

export function factsOf(acts: readonly Act[], around: Circumstances): PlanFacts {
  const values = Object.assign({}, ...acts.map((act) => act.values)) as Act['values']
  const keyed = Object.entries(values).filter(([, { key }]) => key !== undefined)
  const { closes, reopens, clientMail, priorityRank, billableHours, amount, company, board } = around
  return {
    closes,
    reopens,
    clientMail,
    priorityRank,
    billableHours,
    amount,
    company: nameOf(company),
    companies: companiesIn(around),
    board: nameOf(board),
    reaches: reachedIn(around),
    values: written(values),
    valueKeys: Object.fromEntries(keyed.map(([field, { value, key }]) => [field, { [value]: key! }])),
  }
}

function written(values: Act['values']): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(Object.entries(values).map(([field, { value }]) => [field, [value]]))
}

function nameOf(place: Place): string | null {
  return typeof place === 'string' ? null : place.name
}

const SECOND_COMPANY = 'a second company'

function companiesIn({ company, acrossCompanies }: Circumstances): readonly string[] {
  const name = nameOf(company)
  return [...(name === null ? [] : [name]), ...(acrossCompanies ? [SECOND_COMPANY] : [])]
}

function reachedIn(around: Circumstances): readonly ScopeFacts[] {
  const facts = ['company', 'companyType', 'board'] as const
  const named = facts.flatMap((fact) => {
    const name = nameOf(around[fact])
    return name === null ? [] : [[fact, name]]
  })
  const notApplicable = facts.filter((fact) => around[fact] === 'NONE')
  const record = { ...Object.fromEntries(named), notApplicable } as ScopeFacts
  return around.acrossCompanies ? [record, { ...record, company: SECOND_COMPANY }] : [record]
}

/** Nothing but a write closes, reopens or mails; what closes or reopens is a ticket. */
function isAsked(
  { kinds, groups, closes, reopens, clientMail }: Asked,
  group: string,
  kind: AccessKind,
): boolean {
  if (kinds !== undefined && !kinds.includes(kind)) return false
  if (kind === 'READ' && (closes || reopens || clientMail)) return false
  return groups !== undefined || !(closes || reopens) || group === TICKETS
}

function actsOf(
  group: string,
  kind: AccessKind,
  policies: readonly GroupPolicy[],
  asked: Asked,
): readonly Act[] {
  // Nothing judges a read by its fields.
  if (kind === 'READ') return asked.values === undefined ? [{ group, kind, fields: [], values: {} }] : []
  const named = namedFields(policies, asked)
  const sets = [
    [],
    ...[...named, otherThan(named, 'field')].map((field) => [field]),
    ...together(policies, asked),
  ]
  return sets
    .filter((fields) => writesAsked(fields, kind, asked))
    .flatMap((fields) =>
      valuesFor(fields, policies, asked).map((values) => ({ group, kind, fields, values })),
    )
}

function namedFields(
  policies: readonly GroupPolicy[],
  { fields = [], values = {}, closes, reopens }: Asked,
): readonly string[] {
  const ofPolicies = policies.flatMap(({ allowedFields = {}, allowedValues = {}, approval = [] }) => [
    ...[allowedFields.CREATE, allowedFields.UPDATE].flatMap((list) => (list === 'ALL' ? [] : (list ?? []))),
    ...Object.keys(allowedValues),
    ...approval.flatMap(({ when }) => [...(when?.fields ?? []), ...Object.keys(when?.values ?? {})]),
  ])
  const ofTickets = closes || reopens ? [STATUS] : []
  return sortedOnce([...ofPolicies, ...fields, ...Object.keys(values), ...ofTickets])
}

/**
 * Fields that one approval rule looks at together: written on their own, none of them would meet it. Of any other
 * set of fields the strictest counts, and each of them stands alone above.
 */
function together(
  policies: readonly GroupPolicy[],
  { fields = [], values = {}, closes, reopens }: Asked,
): readonly (readonly string[])[] {
  const rules = policies.flatMap(({ approval = [] }) => approval.flatMap(({ when }) => when ?? []))
  const ofRules = rules.flatMap(({ fields: any, values: each = {} }) =>
    (any === undefined ? [[]] : any.map((field) => [field])).map((first) =>
      sortedOnce([...first, ...Object.keys(each)]),
    ),
  )
  const wanted = [...Object.keys(values), ...(closes || reopens ? [STATUS] : [])]
  // What is asked for together is asked beside every rule's own fields.
  const beside = (fields.length === 0 ? [[]] : fields.map((field) => [field])).map((first) => [
    ...first,
    ...wanted,
  ])
  const sets = [...ofRules, ...beside, ...ofRules.flatMap((set) => beside.map((more) => [...set, ...more]))]
    .map(sortedOnce)
    .filter((set) => set.length > 1)
  return [...new Map(sets.map((set) => [JSON.stringify(set), set])).values()]
}

function writesAsked(
  fields: readonly string[],
  kind: AccessKind,
  { fields: any, values = {}, closes, reopens }: Asked,
): boolean {
  if (any !== undefined && !any.some((field) => fields.includes(field))) return false
  if (!Object.keys(values).every((field) => fields.includes(field))) return false
  // A ticket is closed or opened again by its status; a merge and a delete do it without.
  return !(closes || reopens) || fields.includes(STATUS) || (kind !== 'CREATE' && kind !== 'UPDATE')
}

/** Every combination of what its fields may become. */
function valuesFor(
  fields: readonly string[],
  policies: readonly GroupPolicy[],
  { values: asked = {} }: Asked,
): readonly Act['values'][] {
  return fields.reduce<readonly Act['values'][]>(
    (found, field) =>
      found.flatMap((values) =>
        choicesOf(field, policies, own(asked, field)).map((choice) =>
          choice === undefined ? values : { ...values, [field]: choice },
        ),
      ),
    [{}],
  )
}

function choicesOf(
  field: string,
  policies: readonly GroupPolicy[],
  asked: readonly string[] | undefined,
): readonly (WrittenValue | undefined)[] {
  const allowed = policies.flatMap(({ allowedValues = {} }) => own(allowedValues, field) ?? [])
  const ruled = policies.flatMap(({ approval = [] }) =>
    approval.flatMap(({ when }) => own(when?.values ?? {}, field) ?? []),
  )
  const named = onceWithoutCase([...allowed, ...ruled, ...(asked ?? [])])
  // A value that no list names is one like any other, told or not.
  if (named.length === 0) return [undefined]
  const values = asked ?? [...named, otherThan(named, 'value')]
  // A list may hold the PSA's keys of its values instead of their names, and each policy its own.
  const keys = allowed.filter((value) => /^\d+$/.test(value))
  const told = values.flatMap((value) => [{ value }, ...onceWithoutCase(keys).map((key) => ({ value, key }))])
  return asked === undefined ? [...told, undefined] : told
}

function domainsOf(
  policies: readonly ConnectionPolicy[],
  own: readonly GroupPolicy[],
  kind: AccessKind,
  asked: Asked,
): Domains {
  const isRead = kind === 'READ'
  const rules = isRead ? [] : own.flatMap(({ approval = [] }) => approval.flatMap(({ when }) => when ?? []))
  const scopes = policies.flatMap(({ recordScope }) => [
    recordScope?.include ?? {},
    recordScope?.exclude ?? {},
  ])
  const names = (list: 'companies' | 'companyTypes' | 'boards') =>
    onceWithoutCase([...rules, ...scopes].flatMap((one) => one[list] ?? []))
  const looksAt = (name: keyof (typeof rules)[number]) => rules.some((rule) => rule[name] !== undefined)
  const bounds = (name: 'priorityAtLeast' | 'billableHoursOver' | 'amountOver') =>
    rules.flatMap((rule) => rule[name] ?? [])
  return {
    closes: asked.closes !== undefined ? [asked.closes] : looksAt('closes') ? [true, false] : [false],
    reopens: asked.reopens !== undefined ? [asked.reopens] : looksAt('reopens') ? [true, false] : [false],
    clientMail: mails(asked.clientMail, looksAt('clientMail')),
    priorityRank: ranks(bounds('priorityAtLeast'), asked.priorityAtMost),
    // "Over": the bound itself is below it.
    billableHours: around(bounds('billableHoursOver'), 0),
    amount: looksAt('amountOver') ? [...around(bounds('amountOver'), 0), null] : [null],
    company: places(names('companies'), asked.companies, 'company'),
    companyType: places(names('companyTypes'), asked.companyTypes, 'company type'),
    board: places(names('boards'), asked.boards, 'board'),
    acrossCompanies: kind === 'MERGE' || kind === 'BUNDLE' ? [false, true] : [false],
    insideBusinessHours:
      asked.insideBusinessHours !== undefined
        ? [asked.insideBusinessHours]
        : looksAt('insideBusinessHours')
          ? [true, false, null]
          : [null],
  }
}

function mails(asked: boolean | undefined, isRuled: boolean): readonly PlanFacts['clientMail'][] {
  if (asked === false) return ['NO']
  if (asked === true) return ['YES', 'MAY']
  return isRuled ? ['NO', 'YES', 'MAY'] : ['NO']
}

/** Each bound is the last rank on its side. */
function ranks(bounds: readonly number[], atMost: number | undefined): readonly (number | null)[] {
  const sides = [...new Set(bounds.flatMap((bound) => [bound, bound + 1]))].sort((a, b) => a - b)
  if (atMost === undefined) return sides.length === 0 ? [null] : [...sides, null]
  return [...new Set([...sides.filter((rank) => rank <= atMost), atMost])]
}

function around(bounds: readonly number[], least: number): readonly number[] {
  if (bounds.length === 0) return [least]
  const sorted = [...new Set(bounds)].sort((a, b) => a - b)
  return [...sorted, sorted.at(-1)! + 1]
}

function places(
  named: readonly string[],
  asked: readonly string[] | undefined,
  what: string,
): readonly Place[] {
  if (asked !== undefined) return onceWithoutCase(asked).map((name) => ({ is: 'NAMED', name }))
  const other = { is: 'OTHER', name: otherThan(named, what) } as const
  return named.length === 0
    ? [other]
    : [...named.map((name) => ({ is: 'NAMED', name }) as const), other, 'NONE', 'UNKNOWN']
}

/** Named so that no list names it. */
function otherThan(named: readonly string[], what: string): string {
  let name = `any other ${what}`
  while (includesWithoutCase(named, name)) name += ' still'
  return name
}

function onceWithoutCase(names: readonly string[]): readonly string[] {
  return [...new Map(names.map((name) => [name.toLowerCase(), name])).values()]
}

function own<T>(of: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(of, name) ? of[name] : undefined
}
