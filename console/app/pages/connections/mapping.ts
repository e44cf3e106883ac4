import type { TenantChoicesQuery, TenantList } from '../../../../generated/console.ts'

export type Choice = NonNullable<TenantChoicesQuery['tenantChoices']>[number]

type ByKey = Readonly<Record<string, string>>

/** A tenant mapping as it is edited; members that have no form are copied as they came. */
export interface MappingDraft {
  readonly statusCategories?: ByKey
  readonly silentStatuses?: readonly string[]
  readonly resolvedStatus?: ByKey
  readonly reopenStatus?: ByKey
  readonly outcomes?: Readonly<Record<string, ByKey>>
  readonly noteTypes?: ByKey
  readonly timeRoles?: ByKey
  readonly closeCode?: string
  readonly defaultWorkType?: string
  readonly dispatch?: string
  readonly emulateMerge?: boolean
}

export function listOf(choices: readonly Choice[], list: TenantList): readonly Choice[] {
  return choices.filter((one) => one.list === list)
}

/** A key without a value is left out: the gateway then says that it is not configured. */
export function withKey(of: ByKey | undefined, key: string, value: string): ByKey {
  const { [key]: _before, ...others } = of ?? {}
  return value === '' ? others : { ...others, [key]: value }
}

/** Places that have statuses of their own: boards, or HaloPSA's ticket types; `*` where they are all one. */
export function places(
  choices: readonly Choice[],
): readonly { readonly key: string; readonly name: string }[] {
  const keys = new Set(listOf(choices, 'STATUS').flatMap(({ within }) => within ?? []))
  if (keys.size === 0) return [{ key: '*', name: 'Every ticket' }]
  const named = [...listOf(choices, 'BOARD'), ...listOf(choices, 'TYPE')]
  // Outcomes belong to ticket types; where there are some, so do statuses.
  const types = listOf(choices, 'OUTCOME').length > 0
  return [...keys].map((key) => {
    const found = named.find((one) => one.key === key && (one.list === 'TYPE') === types)
    return { key, name: found?.name ?? key }
  })
}

export function belongs({ within }: Choice, place: string): boolean {
  return within == null || place === '*' || within.includes(place)
}
