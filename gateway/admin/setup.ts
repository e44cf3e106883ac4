import { forbiddenGroups } from '../../policy/forbidden-groups.ts'
import { CLIENT_FACING_NOTES } from '../../policy/profile-rows.ts'
import { type AccessProfile, profileNeedsConfirmation, profilePolicy } from '../../policy/profiles.ts'
import type { ConnectionPolicy } from '../../policy/types.ts'
import { GROUPS_WITH_MERGE_AND_BUNDLE } from '../../policy/validate.ts'
import { GatewayError } from '../../schema/errors.ts'
import type { TenantChoice, TenantChoices } from '../../schema/source.ts'
import type { GatewayContext } from '../context.ts'
import { holdsRole } from '../identity/caller.ts'
import { expectConnection } from './existing.ts'
import { openForAdministration } from './probe.ts'
import { expectRoleFor } from './scope.ts'
import { expectPolicyReader, knownGroups } from './workflows.ts'

/** What a policy can say about one permission group. */
export interface PolicyGroup {
  readonly name: string
  readonly fields: readonly string[]
  readonly mergesAndBundles: boolean
  readonly needsConfirmation: boolean
  /** Why no policy opens it, or null. */
  readonly forbidden: string | null
}

/** @throws GatewayError NOT_FOUND, ROLE_REQUIRED */
export async function policyGroups(context: GatewayContext, slug: string): Promise<readonly PolicyGroup[]> {
  expectPolicyReader(context, slug)
  const row = await expectConnection(context.services.store.db, slug)
  const names = [...new Set([...(await knownGroups(context, row)), CLIENT_FACING_NOTES])].sort()
  const { policyFields = {} } = context.services.sources.get(row.vendor) ?? {}
  const toConfirm = profileNeedsConfirmation('FULL_AUTOMATION', row.vendor, names)
  return names.map((name) => ({
    name,
    fields: [...(policyFields[name] ?? [])].sort(),
    mergesAndBundles: GROUPS_WITH_MERGE_AND_BUNDLE.has(name),
    needsConfirmation: toConfirm.includes(name),
    forbidden: forbiddenGroups.get(name) ?? null,
  }))
}

/** What a profile would set, for whoever looks at it before it is saved. @throws GatewayError BAD_USER_INPUT, NOT_FOUND, ROLE_REQUIRED */
export async function policyOfProfile(
  context: GatewayContext,
  slug: string,
  profile: AccessProfile,
  confirmedGroups: readonly string[],
): Promise<ConnectionPolicy> {
  expectPolicyReader(context, slug)
  const row = await expectConnection(context.services.store.db, slug)
  const { groups = [] } = context.services.sources.get(row.vendor) ?? {}
  return profilePolicy(profile, row.vendor, groups, { confirmedGroups })
}

export interface ListedChoice extends TenantChoice {
  readonly list: keyof TenantChoices
}

/**
 * What the PSA offers now, for whoever fills in a mapping or a policy.
 * @throws GatewayError NOT_FOUND, ROLE_REQUIRED, VENDOR_UNAVAILABLE
 */
export async function tenantChoices(context: GatewayContext, slug: string): Promise<readonly ListedChoice[]> {
  const { caller, services } = context
  if (caller.kind !== 'PERSON' || !holdsRole(caller, 'connectionAdmin', slug))
    expectRoleFor(context, 'policyAdmin', slug)
  const open = openForAdministration(services, await expectConnection(services.store.db, slug))
  if (open?.source.tenantChoices === undefined)
    throw new GatewayError('NOT_SUPPORTED', 'This PSA does not tell what it offers.', { connection: slug })
  const offered = await open.source.tenantChoices(open.session)
  return (Object.keys(offered) as (keyof TenantChoices)[]).flatMap((list) =>
    (offered[list] ?? []).map((choice) => ({ ...choice, list })),
  )
}
