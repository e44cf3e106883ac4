import type {
  AccessProfile,
  PolicyGroupsQuery,
  TenantChoicesQuery,
  TenantList,
  WorkflowQuery,
} from '../../../../generated/console.ts'

export type OpenWorkflow = NonNullable<WorkflowQuery['workflows']>[number]
export type OpenPolicy = OpenWorkflow['policies'][number]
export type KnownGroup = NonNullable<PolicyGroupsQuery['policyGroups']>[number]
export type Choice = NonNullable<TenantChoicesQuery['tenantChoices']>[number]

export type AccessLevel = 'DISABLED' | 'READ_ONLY' | 'READ_WRITE'
export type Fields = 'ALL' | readonly string[]

/** Companies and boards by their keys at the PSA, types of companies by name. */
export interface Lists {
  readonly companies?: readonly string[]
  readonly companyTypes?: readonly string[]
  readonly boards?: readonly string[]
}

export interface RecordScope {
  readonly include?: Lists
  readonly exclude?: Lists
}

/** The facts that a rule looks at; it fits when all of them hold. */
export interface When extends Lists {
  readonly kinds?: readonly string[]
  readonly fields?: readonly string[]
  readonly values?: Readonly<Record<string, readonly string[]>>
  readonly closes?: boolean
  readonly reopens?: boolean
  readonly clientMail?: boolean
  readonly priorityAtLeast?: number
  readonly billableHoursOver?: number
  readonly amountOver?: number
  readonly insideBusinessHours?: boolean
}

export interface Rule {
  readonly when?: When
  readonly approvers: number
  readonly notRequester?: boolean
  readonly fourEyes?: boolean
  readonly bulk?: boolean
}

export interface GroupDraft {
  readonly level: AccessLevel
  readonly delete?: boolean
  readonly merge?: boolean
  readonly bundle?: boolean
  readonly allowedFields?: { readonly CREATE?: Fields; readonly UPDATE?: Fields }
  readonly allowedValues?: Readonly<Record<string, readonly string[]>>
  readonly approval?: readonly Rule[]
}

/**
 * A policy as it is edited. The form knows these members and copies every other one as it came, so that saving loses
 * nothing; the gateway judges the whole.
 */
export interface Draft {
  readonly groups: Readonly<Record<string, GroupDraft>>
  readonly testMode?: boolean
  readonly acrossCompanies?: boolean
  readonly requireIdempotencyKey?: boolean
  readonly timeOwner?: { readonly who: string; readonly member?: string }
  readonly recordScope?: RecordScope
}

const OFF: GroupDraft = { level: 'DISABLED' }

/** A group that is not named is disabled. */
export function groupOf(draft: Draft, name: string): GroupDraft {
  return draft.groups[name] ?? OFF
}

export const LEVELS: Readonly<Record<AccessLevel, string>> = {
  DISABLED: 'Disabled',
  READ_ONLY: 'Read Only',
  READ_WRITE: 'Read-Write',
}

/** What a write does to a record. */
export const KIND_WORDS = {
  CREATE: 'Create',
  UPDATE: 'Update',
  MERGE: 'Merge',
  BUNDLE: 'Bundle',
  DELETE: 'Delete',
} as const

const PLAIN: Readonly<Record<string, string>> = { ...LEVELS, READ: 'Read', ...KIND_WORDS }

/** The gateway's sentences about policies, with levels and kinds as this page calls them. */
export function plain(text: string): string {
  return text.replace(/\b[A-Z]+(?:_[A-Z]+)*\b/g, (word) => PLAIN[word] ?? word)
}

export const PROFILES: Readonly<Record<AccessProfile, { readonly name: string; readonly text: string }>> = {
  READ_ONLY: { name: 'Read Only', text: 'Reads tickets and what belongs to them. Writes nothing.' },
  HELPDESK: {
    name: 'Helpdesk',
    text: 'Opens and updates tickets and writes notes. A person signs each write.',
  },
  IT_ADMIN: {
    name: 'IT Admin',
    text: 'Also time, contacts, configurations, schedules and products; merges and bundles. A person signs each write.',
  },
  FULL_AUTOMATION: {
    name: 'Full Automation',
    text: 'Writes everywhere the PSA allows, and nobody signs. For workflows that have proved themselves.',
  },
}

export function profileName(profile: string | null | undefined): string {
  return profile == null ? 'Custom' : (PROFILES[profile as AccessProfile]?.name ?? profile)
}

/** The rule of a list that decides by itself; undefined where conditions decide. */
function plainRule(group: GroupDraft): Rule | undefined {
  const rules = group.approval ?? [{ approvers: 1 }]
  return rules.length === 1 && rules[0]?.when === undefined ? rules[0] : undefined
}

/** How many people sign each write; null: rules decide. */
export function signatures(group: GroupDraft): number | null {
  return plainRule(group)?.approvers ?? null
}

export function withSignatures(group: GroupDraft, approvers: number): GroupDraft {
  return { ...group, approval: [{ ...plainRule(group), approvers }] }
}

export function rulesWord(group: GroupDraft): string {
  const count = group.approval?.length ?? 1
  return count === 1 ? 'By a rule' : `By ${count} rules`
}

export function fieldsWord(fields: Fields | undefined): string {
  if (fields === undefined) return 'none'
  if (fields === 'ALL') return 'all'
  return fields.length === 1 ? '1 field' : `${fields.length} fields`
}

/** Nothing stands for "none": an empty list would be refused. */
export function withFields(
  group: GroupDraft,
  kind: 'CREATE' | 'UPDATE',
  fields: Fields | undefined,
): GroupDraft {
  const { [kind]: _before, ...others } = group.allowedFields ?? {}
  const given = fields === undefined || fields.length === 0 ? others : { ...others, [kind]: fields }
  const { allowedFields: _fields, ...rest } = group
  return Object.keys(given).length === 0 ? rest : { ...rest, allowedFields: given }
}

/** A field without a list takes any value. */
export function withValues(group: GroupDraft, field: string, values: readonly string[]): GroupDraft {
  const { [field]: _before, ...others } = group.allowedValues ?? {}
  const given = values.length === 0 ? others : { ...others, [field]: values }
  const { allowedValues: _values, ...rest } = group
  return Object.keys(given).length === 0 ? rest : { ...rest, allowedValues: given }
}

/** For people: the groups by name, as in the form. */
export function textOf(draft: Draft): string {
  const groups = Object.entries(draft.groups).sort(([a], [b]) => a.localeCompare(b))
  return JSON.stringify({ ...draft, groups: Object.fromEntries(groups) }, null, 2)
}

/** The text of a policy read back. @throws Error in words */
export function parseDraft(text: string): Draft {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new Error(`This is not JSON yet: ${error instanceof Error ? error.message : String(error)}`)
  }
  const groups = (value as { groups?: unknown } | null)?.groups
  if (typeof groups !== 'object' || groups === null || Array.isArray(groups))
    throw new Error('A policy holds "groups", with a setting for each permission group.')
  return value as Draft
}

/** Fields of a ticket that take one of a list, and where the PSA's own list of it is. */
export const VALUED: readonly (readonly [field: string, list: TenantList])[] = [
  ['status', 'STATUS'],
  ['priority', 'PRIORITY'],
  ['type', 'TYPE'],
]

/** By name, since one name stands on several boards; what is chosen and not offered any more stays to be seen. */
export function namesOf(choices: readonly Choice[], list: TenantList, chosen: readonly string[]): string[] {
  const offered = choices.filter((one) => one.list === list && one.active).map(({ name }) => name)
  const seen = new Map([...offered, ...chosen].map((name) => [name.toLowerCase(), name]))
  for (const name of chosen) seen.set(name.toLowerCase(), name)
  return [...seen.values()].sort((a, b) => a.localeCompare(b))
}

/** An empty list would be refused: left out, it limits nothing. */
export function withScope(draft: Draft, side: 'include' | 'exclude', lists: Lists): Draft {
  const { recordScope = {}, ...rest } = draft
  const { [side]: _before, ...other } = recordScope
  const filled = Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)) as Lists
  const scope: RecordScope = Object.keys(filled).length === 0 ? other : { ...other, [side]: filled }
  return Object.keys(scope).length === 0 ? rest : { ...rest, recordScope: scope }
}
