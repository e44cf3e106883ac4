import { isDeepStrictEqual } from 'node:util'
import { ruleInWords } from './rule-in-words.ts'
import type { AllowedFields, ApprovalRule, ConnectionPolicy, GroupPolicy, RecordScope } from './types.ts'

/** LOOSENS: more is allowed, or with fewer signatures. EITHER: some of it, or not to be told without asking case by case. */
export type Effect = 'LOOSENS' | 'TIGHTENS' | 'EITHER'

export interface PolicyChange {
  /** A permission group, or `Policy` for what concerns all of them. */
  readonly where: string
  /** In words, what was and what is. */
  readonly change: string
  readonly effect: Effect
}

const LEVELS = ['DISABLED', 'READ_ONLY', 'READ_WRITE'] as const
const SWITCHES = ['delete', 'merge', 'bundle'] as const
const OFF: GroupPolicy = { level: 'DISABLED' }
const ALL_GROUPS = 'Policy'
/** What a group without rules comes to. */
const ONE_APPROVER: readonly ApprovalRule[] = [{ approvers: 1 }]
/** What a policy without a word on it comes to. */
const REQUESTER: NonNullable<ConnectionPolicy['timeOwner']> = { who: 'REQUESTER' }

/** What changes from one policy to another, group by group; null: the connection is not assigned. */
export function policyDifference(
  before: ConnectionPolicy | null,
  after: ConnectionPolicy | null,
): readonly PolicyChange[] {
  if (before === null && after === null) return []
  const assigned: PolicyChange[] =
    before === null
      ? [{ where: ALL_GROUPS, change: 'the connection is assigned to the workflow', effect: 'LOOSENS' }]
      : after === null
        ? [{ where: ALL_GROUPS, change: 'the connection is taken from the workflow', effect: 'TIGHTENS' }]
        : []
  const [from, to] = [before ?? { groups: {} }, after ?? { groups: {} }]
  const groups = [...new Set([...Object.keys(from.groups), ...Object.keys(to.groups)])].sort()
  return [
    ...assigned,
    ...wholeChanges(from, to),
    ...groups.flatMap((group) =>
      groupChanges(own(from.groups, group) ?? OFF, own(to.groups, group) ?? OFF).map((change) => ({
        where: group,
        ...change,
      })),
    ),
  ]
}

type Change = Omit<PolicyChange, 'where'>

function wholeChanges(from: ConnectionPolicy, to: ConnectionPolicy): readonly PolicyChange[] {
  const changes = [
    // Absent means on.
    ...flag('test mode', from.testMode !== false, to.testMode !== false, 'TIGHTENS'),
    ...flag(
      'merging and bundling across companies',
      from.acrossCompanies === true,
      to.acrossCompanies === true,
      'LOOSENS',
    ),
    ...flag(
      'an idempotency key for every write',
      from.requireIdempotencyKey === true,
      to.requireIdempotencyKey === true,
      'TIGHTENS',
    ),
    ...scopeChanges(from.recordScope ?? {}, to.recordScope ?? {}),
  ]
  const [owner, next] = [from.timeOwner ?? REQUESTER, to.timeOwner ?? REQUESTER]
  if (!isDeepStrictEqual(owner, next)) {
    changes.push({
      change: `time is logged as ${ownerText(next)}, was ${ownerText(owner)}`,
      effect: 'EITHER',
    })
  }
  return changes.map((change) => ({ where: ALL_GROUPS, ...change }))
}

function groupChanges(from: GroupPolicy, to: GroupPolicy): readonly Change[] {
  const changes: Change[] = []
  if (from.level !== to.level) {
    const effect = LEVELS.indexOf(to.level) > LEVELS.indexOf(from.level) ? 'LOOSENS' : 'TIGHTENS'
    changes.push({ change: `level ${to.level}, was ${from.level}`, effect })
  }
  for (const name of SWITCHES) changes.push(...flag(name, from[name] === true, to[name] === true, 'LOOSENS'))
  for (const kind of ['CREATE', 'UPDATE'] as const) {
    changes.push(
      ...fieldChanges(
        kind === 'CREATE' ? 'fields of a new record' : 'fields of a change',
        from.allowedFields?.[kind],
        to.allowedFields?.[kind],
      ),
    )
  }
  changes.push(...valueChanges(from.allowedValues ?? {}, to.allowedValues ?? {}))
  if (!isDeepStrictEqual(from.approval ?? ONE_APPROVER, to.approval ?? ONE_APPROVER)) {
    changes.push({
      change: `approval: ${rulesText(to.approval)}, was: ${rulesText(from.approval)}`,
      effect: approvalEffect(from.approval, to.approval),
    })
  }
  return changes
}

function flag(name: string, from: boolean, to: boolean, on: 'LOOSENS' | 'TIGHTENS'): readonly Change[] {
  if (from === to) return []
  const off = on === 'LOOSENS' ? 'TIGHTENS' : 'LOOSENS'
  return [{ change: `${name} ${to ? 'on' : 'off'}`, effect: to ? on : off }]
}

function fieldChanges(
  what: string,
  from: AllowedFields | undefined,
  to: AllowedFields | undefined,
): readonly Change[] {
  const [was, is] = [from ?? [], to ?? []]
  if (is === 'ALL')
    return was === 'ALL' ? [] : [{ change: `${what}: all, was ${listText(was)}`, effect: 'LOOSENS' }]
  if (was === 'ALL') return [{ change: `${what}: ${listText(is)}, was all`, effect: 'TIGHTENS' }]
  return listChanges(what, was, is, 'LOOSENS')
}

function valueChanges(
  from: NonNullable<GroupPolicy['allowedValues']>,
  to: NonNullable<GroupPolicy['allowedValues']>,
): readonly Change[] {
  return [...new Set([...Object.keys(from), ...Object.keys(to)])]
    .sort()
    .flatMap((field): readonly Change[] => {
      const [was, is] = [own(from, field), own(to, field)]
      const what = `values of ${field}`
      if (was === undefined)
        return [{ change: `${what}: ${listText(is ?? [])}, was any`, effect: 'TIGHTENS' }]
      if (is === undefined) return [{ change: `${what}: any, was ${listText(was)}`, effect: 'LOOSENS' }]
      return listChanges(what, was, is, 'LOOSENS')
    })
}

const DIMENSIONS = { companies: 'companies', companyTypes: 'types of companies', boards: 'boards' } as const

function scopeChanges(from: RecordScope, to: RecordScope): readonly Change[] {
  return (['include', 'exclude'] as const).flatMap((side) =>
    (Object.keys(DIMENSIONS) as (keyof typeof DIMENSIONS)[]).flatMap((name): readonly Change[] => {
      const [was, is] = [from[side]?.[name], to[side]?.[name]]
      if (side === 'exclude')
        return listChanges(`record scope without ${DIMENSIONS[name]}`, was ?? [], is ?? [], 'TIGHTENS')
      const what = `record scope of ${DIMENSIONS[name]}`
      if (was === undefined && is === undefined) return []
      if (was === undefined)
        return [{ change: `${what}: only ${listText(is ?? [])}, was any`, effect: 'TIGHTENS' }]
      if (is === undefined) return [{ change: `${what}: any, was only ${listText(was)}`, effect: 'LOOSENS' }]
      return listChanges(what, was, is, 'LOOSENS')
    }),
  )
}

/** Sets, whatever their order. */
function listChanges(
  what: string,
  from: readonly string[],
  to: readonly string[],
  more: 'LOOSENS' | 'TIGHTENS',
): readonly Change[] {
  const added = to.filter((item) => !from.includes(item))
  const gone = from.filter((item) => !to.includes(item))
  const fewer = more === 'LOOSENS' ? 'TIGHTENS' : 'LOOSENS'
  return [
    ...(added.length > 0 ? [{ change: `${what}: also ${added.join(', ')}`, effect: more }] : []),
    ...(gone.length > 0 ? [{ change: `${what}: no longer ${gone.join(', ')}`, effect: fewer }] : []),
  ] as readonly Change[]
}

/** Only plain switches compare; what lists of rules come to depends on the write. */
function approvalEffect(
  from: readonly ApprovalRule[] | undefined,
  to: readonly ApprovalRule[] | undefined,
): Effect {
  const [was, is] = [plain(from), plain(to)]
  if (was === undefined || is === undefined) return 'EITHER'
  const steps = [
    Math.sign(is.approvers - was.approvers),
    Number(is.notRequester === true) - Number(was.notRequester === true),
    Number(is.fourEyes === true) - Number(was.fourEyes === true),
  ]
  if (steps.every((step) => step >= 0)) return 'TIGHTENS'
  return steps.every((step) => step <= 0) ? 'LOOSENS' : 'EITHER'
}

/** The rule of a list that decides by its first alone. */
function plain(rules: readonly ApprovalRule[] = ONE_APPROVER): ApprovalRule | undefined {
  return rules[0]?.when === undefined ? rules[0] : undefined
}

function rulesText(rules: readonly ApprovalRule[] = ONE_APPROVER): string {
  return rules.map(ruleInWords).join('; else ')
}

function ownerText(owner: NonNullable<ConnectionPolicy['timeOwner']>): string {
  return owner.who === 'MEMBER' ? `member ${owner.member}` : owner.who
}

function listText(items: readonly string[]): string {
  return items.length === 0 ? 'none' : items.join(', ')
}

function own<T>(of: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(of, name) ? of[name] : undefined
}
