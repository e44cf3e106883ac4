import { isDeepStrictEqual } from 'node:util'
import { actInWords, conditionsOf, decisionInWords } from './case-in-words.ts'
import {
  type Act,
  type Circumstances,
  circumstancesIn,
  type Domains,
  decideCase,
  regionsOf,
  sizeOf,
} from './cases.ts'
import type { ConnectionPolicy, Decision } from './types.ts'

export type EffectKind = 'ALLOWED' | 'REFUSED' | 'APPROVAL_ADDED' | 'APPROVAL_REMOVED' | 'APPROVAL_CHANGED'

/** One line: acts of one kind in one group whose verdict changes in one way. */
export interface PolicyEffect {
  readonly group: string
  readonly kind: Act['kind']
  readonly effect: EffectKind
  readonly before: string
  readonly after: string
  /** The fields that these writes name, with their values where those count; empty: all of this kind. */
  readonly acts: readonly string[]
  /** Empty: whatever the circumstances. */
  readonly conditions: readonly string[]
  readonly cases: number
  readonly text: string
}

export interface PolicyEffects {
  readonly cases: number
  readonly changed: number
  readonly effects: readonly PolicyEffect[]
}

interface Change {
  readonly act: Act
  readonly before: string
  readonly after: string
  readonly effect: EffectKind
  readonly conditions: readonly string[]
  readonly cases: number
  /** How many acts there are of this kind in this group. */
  readonly siblings: number
}

/**
 * What is decided otherwise under another policy, over every case that either of them can tell apart.
 * @throws GatewayError LIMIT_EXCEEDED
 */
export function policyEffects(
  before: ConnectionPolicy | null,
  after: ConnectionPolicy | null,
  groups: readonly string[],
): PolicyEffects {
  const regions = regionsOf([before, after], groups, { groups: groupsThatDiffer(before, after, groups) })
  const changes = regions.flatMap(({ acts, domains }) => {
    const around = [...circumstancesIn(domains)]
    return acts.flatMap((act) =>
      changesOf(before, after, act, domains, around).map((change) => ({ ...change, siblings: acts.length })),
    )
  })
  const lines = new Map<string, Change[]>()
  for (const change of changes) {
    const { act, before: was, after: is, conditions } = change
    const key = JSON.stringify([act.group, act.kind, was, is, conditions])
    lines.set(key, [...(lines.get(key) ?? []), change])
  }
  return {
    cases: sizeOf(regions),
    changed: changes.reduce((sum, { cases }) => sum + cases, 0),
    effects: [...lines.values()].map(lineOf),
  }
}

/** A verdict comes of its own group's settings and of what concerns all groups: elsewhere nothing can be decided otherwise. */
function groupsThatDiffer(
  before: ConnectionPolicy | null,
  after: ConnectionPolicy | null,
  groups: readonly string[],
): readonly string[] {
  const all = [...groups, ...Object.keys(before?.groups ?? {}), ...Object.keys(after?.groups ?? {})]
  const ofAll = (policy: ConnectionPolicy | null) =>
    policy === null ? null : { across: policy.acrossCompanies === true, scope: policy.recordScope }
  if (!isDeepStrictEqual(ofAll(before), ofAll(after))) return all
  return all.filter((group) => !isDeepStrictEqual(before?.groups[group], after?.groups[group]))
}

function changesOf(
  before: ConnectionPolicy | null,
  after: ConnectionPolicy | null,
  act: Act,
  domains: Domains,
  around: readonly Circumstances[],
): readonly Omit<Change, 'siblings'>[] {
  const ways = new Map<string, { was: Decision; is: Decision; found: Circumstances[] }>()
  for (const circumstances of around) {
    const [was, is] = [before, after].map((policy) => decideCase(policy, { act, circumstances })) as [
      Decision,
      Decision,
    ]
    const words = [decisionInWords(was), decisionInWords(is)]
    // Which rule refuses is no change to whoever is refused.
    if (words[0] === words[1] || (was.verdict === 'DENY' && is.verdict === 'DENY')) continue
    const way = ways.get(words.join('\n'))
    if (way === undefined) ways.set(words.join('\n'), { was, is, found: [circumstances] })
    else way.found.push(circumstances)
  }
  return [...ways.values()].map(({ was, is, found }) => ({
    act,
    before: decisionInWords(was),
    after: decisionInWords(is),
    effect: effectOf(was, is),
    conditions: conditionsOf(found, domains),
    cases: found.length,
  }))
}

function effectOf(was: Decision, is: Decision): EffectKind {
  if (is.verdict === 'DENY') return 'REFUSED'
  if (was.verdict === 'DENY') return 'ALLOWED'
  if (was.verdict === 'ALLOW') return 'APPROVAL_ADDED'
  return is.verdict === 'ALLOW' ? 'APPROVAL_REMOVED' : 'APPROVAL_CHANGED'
}

function lineOf(changes: readonly Change[]): PolicyEffect {
  const { act, before, after, effect, conditions } = changes[0]!
  const { group, kind } = act
  const nothing = actInWords({ group, kind, fields: [], values: {} })
  const acts = changes.map((change) =>
    actInWords(change.act)
      .slice(nothing.length)
      .replace(/^ \(|\)$/g, ''),
  )
  const named =
    changes.length === changes[0]!.siblings ? [] : acts.map((one) => (one === '' ? 'no field' : one))
  const of = named.length === 0 ? '' : ` (${named.join('; ')})`
  const when = conditions.length === 0 ? '' : ` when ${conditions.join(' and ')}`
  return {
    group,
    kind,
    effect,
    before,
    after,
    acts: named,
    conditions,
    cases: changes.reduce((sum, { cases }) => sum + cases, 0),
    text: `${nothing}${of}: ${after}${when}, was ${before}.`,
  }
}
