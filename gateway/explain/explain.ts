import { decide } from '../../policy/decide.ts'
import { type Outlook, outlookOf } from '../../policy/outlook.ts'
import { type Remedy, remediesFor } from '../../policy/remedies.ts'
import type { Demand } from '../../policy/types.ts'
import type { ErrorCode } from '../../schema/errors.ts'
import { testModeOf } from '../writes/test-mode.ts'
import type { Asker } from './asker.ts'
import type { Found, FoundDemand, FoundPart } from './demands.ts'

/**
 * PARTLY: what is refused comes as null with an error, the rest is answered. PLAN_DECIDES: whether somebody has to
 * sign depends on what planning finds.
 */
export type Verdict = 'ALLOWED' | 'PARTLY' | 'NEEDS_APPROVAL' | 'PLAN_DECIDES' | 'REFUSED'

export interface Explained {
  readonly verdict: Verdict
  readonly code: ErrorCode | null
  readonly message: string | null
  /** The rule that refused, or the approval rules that decide, in words. */
  readonly rules: readonly string[]
  readonly approvers: { readonly atLeast: number; readonly atMost: number | null } | null
  /** For a write: why its plan may be refused all the same. */
  readonly mayBeRefused: readonly ErrorCode[]
}

export interface ExplainedDemand extends FoundDemand {
  readonly part: string
  readonly decision: Explained
  readonly remedies: readonly Remedy[]
}

export interface Explanation {
  readonly decision: Explained
  readonly demands: readonly ExplainedDemand[]
  readonly remedies: readonly Remedy[]
  /** False: it stays refused whatever a policy says. */
  readonly canBeAllowed: boolean
  /** Where test mode is on for a connection that is written to. */
  readonly testMode: readonly string[]
  readonly text: string
}

type JudgedPart = FoundPart & { readonly judged: readonly ExplainedDemand[]; readonly whole: Explained }

/** Judges by `decide` what was found, as it would be judged if it were asked. Nothing is sent. */
export async function explain(asker: Asker, { parts, refusal }: Found): Promise<Explanation> {
  const { principal } = asker.context.known
  const judged = parts.map((part) => judgePart(asker, part))
  const all = judged.flatMap((part) => part.judged)
  const testMode = await testModes(asker, judged)
  const refused = refusal ?? undefined
  const decision =
    refused === undefined
      ? strictest(judged.map(({ whole }) => whole))
      : {
          ...plain('REFUSED'),
          code: refused.code,
          message: refused.message,
          rules: ruleIn(refused.extensions),
        }
  // What is read on several connections is refused only where it is refused on all of them.
  const demands = all.filter(({ perRecord }) => !perRecord).map(({ demand }) => demand)
  const { remedies, suffices } = remediesFor(principal, demands)
  // A part of the gateway that is for people, or that no catalogue knows, is opened by no policy.
  const isPolicys =
    refusal === null || refusal.extensions.kind !== undefined || refusal.code === 'CONNECTION_FORBIDDEN'
  const canBeAllowed = decision.verdict !== 'REFUSED' || (isPolicys && suffices && remedies.length > 0)
  return {
    decision,
    demands: all,
    remedies,
    canBeAllowed,
    testMode,
    text: textOf(decision, remedies, testMode, judged),
  }
}

function judgePart({ context }: Asker, part: FoundPart): JudgedPart {
  const { principal } = context.known
  const judged = part.demands.map((found): ExplainedDemand => {
    const { demand } = found
    return {
      ...found,
      part: part.name,
      decision: judgeTogether(context.known.principal, [demand]),
      remedies: remediesFor(principal, [demand]).remedies,
    }
  })
  // Reads are judged one by one, each on its connection; the demands of a write stand or fall together.
  const whole = part.isWrite
    ? judgeTogether(
        principal,
        part.demands.map(({ demand }) => demand),
      )
    : ofReads(
        judged.filter(({ perRecord }) => !perRecord).map(({ decision }) => decision),
        part,
      )
  return { ...part, judged, whole }
}

function judgeTogether(principal: Parameters<typeof decide>[0], demands: readonly Demand[]): Explained {
  const decision = decide(principal, demands)
  if (decision.verdict === 'DENY') {
    const { code, message, rule } = decision
    return { ...plain('REFUSED'), code, message, rules: [rule] }
  }
  const outlooks = demands.filter(({ kind }) => kind !== 'READ').map((demand) => outlookOf(principal, demand))
  return outlooks.length === 0 ? plain('ALLOWED') : ofOutlooks(outlooks)
}

/** The strictest of a plan's demands counts. */
function ofOutlooks(outlooks: readonly (Outlook | undefined)[]): Explained {
  const known = outlooks.flatMap((outlook) => outlook ?? [])
  const atLeast = Math.max(0, ...known.map((outlook) => outlook.atLeast))
  const atMost =
    known.length < outlooks.length ? null : Math.max(0, ...known.map((outlook) => outlook.atMost))
  const verdict = atMost === 0 ? 'ALLOWED' : atLeast > 0 ? 'NEEDS_APPROVAL' : 'PLAN_DECIDES'
  return {
    ...plain(verdict),
    approvers: { atLeast, atMost },
    rules: [...new Set(known.flatMap(({ rules }) => rules))],
    mayBeRefused: [...new Set(known.flatMap(({ refusals }) => refusals))].sort(),
  }
}

/** A raw read is one request; of an operation the guard has said already when nothing of it is left. */
function ofReads(decisions: readonly Explained[], { name }: FoundPart): Explained {
  const refused = decisions.find(({ verdict }) => verdict === 'REFUSED')
  if (refused === undefined) return plain('ALLOWED')
  return name === 'read' ? { ...refused, verdict: 'PARTLY' } : refused
}

const STRICTNESS: readonly Verdict[] = ['ALLOWED', 'PARTLY', 'PLAN_DECIDES', 'NEEDS_APPROVAL', 'REFUSED']

function strictest(all: readonly Explained[]): Explained {
  return all.reduce(
    (one, other) => (STRICTNESS.indexOf(other.verdict) > STRICTNESS.indexOf(one.verdict) ? other : one),
    plain('ALLOWED'),
  )
}

function plain(verdict: Verdict): Explained {
  return { verdict, code: null, message: null, rules: [], approvers: null, mayBeRefused: [] }
}

function ruleIn({ rule }: Readonly<Record<string, unknown>>): readonly string[] {
  return typeof rule === 'string' ? [rule] : []
}

async function testModes(
  { context, caller }: Asker,
  parts: readonly FoundPart[],
): Promise<readonly string[]> {
  const written = parts.filter(({ isWrite }) => isWrite).flatMap(({ demands }) => demands)
  const slugs = [...new Set(written.map(({ demand }) => demand.connection))].filter((slug) =>
    context.connections.has(slug),
  )
  const set = await Promise.all(slugs.map((slug) => testModeOf(context, caller, slug, false)))
  return [...new Set(set.flat())]
}

const SENTENCES: Readonly<Record<Verdict, string>> = {
  ALLOWED: 'Allowed.',
  PARTLY: 'Answered in part: what is refused comes as null with an error.',
  NEEDS_APPROVAL: 'Allowed, and waits for approval.',
  PLAN_DECIDES: 'Allowed; whether somebody has to sign is known when it is planned.',
  REFUSED: 'Refused.',
}

function textOf(
  { verdict, message }: Explained,
  remedies: readonly Remedy[],
  testMode: readonly string[],
  parts: readonly FoundPart[],
): string {
  const isWrite = parts.some((part) => part.isWrite)
  return [
    SENTENCES[verdict],
    ...(message === null ? [] : [message]),
    ...(remedies.length === 0
      ? []
      : [`What would have to change: ${remedies.map(({ text }) => text).join(' ')}`]),
    ...(testMode.length === 0
      ? []
      : [
          `Test mode is on (${testMode.join(', ')}): a write is planned and shown, and nothing is sent until it is off.`,
        ]),
    ...(isWrite
      ? [
          'A write is judged once more by its plan, which may demand more than its input; dryRun shows that one.',
        ]
      : []),
  ].join(' ')
}
