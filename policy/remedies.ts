import { isCustomFieldContainer } from './custom-fields.ts'
import { decide } from './decide.ts'
import { groupPolicyOf, listed, sortedOnce } from './rules/rule.ts'
import type { AllowedFields, ConnectionPolicy, Decision, Demand, GroupPolicy, Principal } from './types.ts'

export type Setting =
  | 'CONNECTION'
  | 'LEVEL'
  | 'SWITCH'
  | 'ALLOWED_FIELDS'
  | 'ALLOWED_VALUES'
  | 'RECORD_SCOPE'
  | 'ACROSS_COMPANIES'

/** One thing that a policy would have to say otherwise. */
export interface Remedy {
  readonly setting: Setting
  readonly connection: string
  readonly group: string | null
  /** The level, the switch, the kind of write that the fields are for, or the field that the values are for. */
  readonly name: string | null
  /** Fields or values to be allowed; empty for all of them. */
  readonly add: readonly string[]
  readonly text: string
}

export interface Remedies {
  readonly remedies: readonly Remedy[]
  /** False: whatever the policy says, this stays refused. */
  readonly suffices: boolean
}

type Denial = Extract<Decision, { verdict: 'DENY' }>

/** Each round clears the reason of the one before; more than these many differ in no policy. */
const MOST_ROUNDS = 100

/**
 * What would have to change for these demands to pass their first judgement: each refusal is cleared in a copy of the
 * policy and `decide` is asked again, so that what is named suffices.
 */
export function remediesFor(principal: Principal, demands: readonly Demand[]): Remedies {
  const remedies: Remedy[] = []
  let asked = principal
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const decision = decide(asked, demands)
    if (decision.verdict !== 'DENY') return { remedies, suffices: true }
    const step = remedyOf(asked, decision, demands)
    if (step === undefined) break
    remedies.push(step.remedy)
    asked = { ...asked, connections: new Map([...asked.connections, [step.remedy.connection, step.policy]]) }
  }
  return { remedies, suffices: false }
}

interface Step {
  readonly remedy: Remedy
  readonly policy: ConnectionPolicy
}

/** Undefined: no setting opens it. */
function remedyOf(
  principal: Principal,
  { code, details }: Denial,
  demands: readonly Demand[],
): Step | undefined {
  const connection = textOf(details.connection)
  if (connection === undefined) return undefined
  const policy = principal.connections.get(connection)
  if (policy === undefined) {
    return code === 'CONNECTION_FORBIDDEN'
      ? {
          remedy: remedy('CONNECTION', connection, {}, 'Assign this connection to the workflow.'),
          policy: { groups: {} },
        }
      : undefined
  }
  if (code === 'RECORD_OUT_OF_SCOPE') {
    const { recordScope: _, ...open } = policy
    return {
      remedy: remedy(
        'RECORD_SCOPE',
        connection,
        {},
        'Widen the record scope of the policy, or take it away.',
      ),
      policy: open,
    }
  }
  if (code === 'FORBIDDEN_OPERATION' && details.switch === 'acrossCompanies') {
    return {
      remedy: remedy('ACROSS_COMPANIES', connection, {}, 'Switch "acrossCompanies" on.'),
      policy: { ...policy, acrossCompanies: true },
    }
  }
  const name = textOf(details.group)
  if (name === undefined) return undefined
  const group = groupPolicyOf(policy, name)
  const change = changeOf(code, details, group, name, demands)
  if (change === undefined) return undefined
  const { setting, about, text, to } = change
  return {
    remedy: remedy(setting, connection, { group: name, ...about }, text),
    policy: { ...policy, groups: { ...policy.groups, [name]: { ...group, ...to } } },
  }
}

interface GroupChange {
  readonly setting: Setting
  readonly about: { readonly name: string; readonly add?: readonly string[] }
  readonly text: string
  readonly to: Partial<GroupPolicy>
}

function changeOf(
  code: Denial['code'],
  details: Denial['details'],
  group: GroupPolicy,
  name: string,
  demands: readonly Demand[],
): GroupChange | undefined {
  switch (code) {
    case 'GROUP_DISABLED':
    case 'GROUP_READ_ONLY': {
      const level = needsWriting(demands, name) ? 'READ_WRITE' : 'READ_ONLY'
      return { setting: 'LEVEL', about: { name: level }, text: `${name} at ${level}.`, to: { level } }
    }
    case 'ACTION_DISABLED': {
      const needed = details.switch as 'delete' | 'merge' | 'bundle'
      return {
        setting: 'SWITCH',
        about: { name: needed },
        text: `Switch "${needed}" of ${name} on.`,
        to: { [needed]: true },
      }
    }
    case 'FIELD_NOT_ALLOWED': {
      const kind = details.kind as 'CREATE' | 'UPDATE'
      const fields = details.fields as readonly string[]
      if (fields.some(isCustomFieldContainer)) return undefined
      const allowed: AllowedFields | undefined = group.allowedFields?.[kind]
      const now =
        fields.length === 0 || allowed === 'ALL' ? 'ALL' : sortedOnce([...(allowed ?? []), ...fields])
      return {
        setting: 'ALLOWED_FIELDS',
        about: { name: kind, add: fields },
        text:
          fields.length === 0
            ? `Allow all fields of ${name} for ${kind}: this write names none.`
            : `Allow the fields ${listed(fields)} of ${name} for ${kind}.`,
        to: { allowedFields: { ...group.allowedFields, [kind]: now } },
      }
    }
    case 'VALUE_NOT_ALLOWED': {
      const [field = ''] = details.fields as readonly string[]
      const add = details.values as readonly string[]
      const { [field]: allowed = [], ...others } = group.allowedValues ?? {}
      // What is cleared, or not told, is no value that a list could hold.
      const lists = add.length === 0 ? others : { ...others, [field]: [...allowed, ...add] }
      return {
        setting: 'ALLOWED_VALUES',
        about: { name: field, add },
        text:
          add.length === 0
            ? `Take the list of allowed values away from ${listed([field])} of ${name}.`
            : `Allow ${listed(add)} as values of ${listed([field])} of ${name}.`,
        to: { allowedValues: lists },
      }
    }
    default:
      return undefined
  }
}

function needsWriting(demands: readonly Demand[], group: string): boolean {
  return demands.some((demand) => demand.group === group && demand.kind !== 'READ')
}

function remedy(
  setting: Setting,
  connection: string,
  {
    group = null,
    name = null,
    add = [],
  }: { group?: string | null; name?: string | null; add?: readonly string[] },
  text: string,
): Remedy {
  return { setting, connection, group, name, add, text }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
