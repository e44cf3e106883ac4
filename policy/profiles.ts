import { GatewayError } from '../schema/errors.ts'
import { forbiddenGroups } from './forbidden-groups.ts'
import { CLIENT_FACING_NOTES, type ProfileRow, rowOf, type VendorFamily } from './profile-rows.ts'
import type { AllowedFields, ApprovalRule, ConnectionPolicy, GroupPolicy } from './types.ts'

export const ACCESS_PROFILES = ['READ_ONLY', 'HELPDESK', 'IT_ADMIN', 'FULL_AUTOMATION'] as const
export type AccessProfile = (typeof ACCESS_PROFILES)[number]

/** A new workflow starts with it. */
export const DEFAULT_PROFILE: AccessProfile = 'HELPDESK'

const TICKET_UPDATE = ['status', 'priority', 'type', 'board', 'assignee', 'title'] as const
const TICKET_CREATE = [...TICKET_UPDATE, 'company', 'contact', 'site', 'description'] as const

/** Everything a technician fills in; rate, invoice and agreement decide what the client pays. */
const TIME_ENTRY = [
  'startedAt',
  'endedAt',
  'hours',
  'billableOption',
  'workType',
  'workRole',
  'member',
  'ticket',
  'clientText',
  'internalText',
] as const

const ONE_SIGNATURE: readonly ApprovalRule[] = [{ approvers: 1 }]
const NO_SIGNATURE: readonly ApprovalRule[] = [{ approvers: 0 }]

const off: GroupPolicy = { level: 'DISABLED' }
const read: GroupPolicy = { level: 'READ_ONLY' }

function write(
  approval: readonly ApprovalRule[],
  { CREATE = 'ALL', UPDATE = 'ALL' }: { CREATE?: AllowedFields; UPDATE?: AllowedFields } = {},
): GroupPolicy {
  return { level: 'READ_WRITE', allowedFields: { CREATE, UPDATE }, approval }
}

function writeMergeAndBundle(approval: readonly ApprovalRule[]): GroupPolicy {
  return { ...write(approval), merge: true, bundle: true }
}

/** The table of the access profiles, column by column. Deleting is off in all of them. */
const profiles: Readonly<Record<AccessProfile, Readonly<Record<ProfileRow, GroupPolicy>>>> = {
  READ_ONLY: {
    TICKETS: read,
    NOTES: read,
    TIME: read,
    DESK: read,
    CLIENT: read,
    SETUP: read,
    REST: off,
  },
  HELPDESK: {
    TICKETS: write(ONE_SIGNATURE, { CREATE: TICKET_CREATE, UPDATE: TICKET_UPDATE }),
    NOTES: write(ONE_SIGNATURE),
    TIME: read,
    DESK: read,
    CLIENT: read,
    SETUP: read,
    REST: off,
  },
  IT_ADMIN: {
    TICKETS: writeMergeAndBundle(ONE_SIGNATURE),
    NOTES: write(ONE_SIGNATURE),
    TIME: write(ONE_SIGNATURE),
    DESK: write(ONE_SIGNATURE),
    CLIENT: read,
    SETUP: read,
    REST: off,
  },
  FULL_AUTOMATION: {
    TICKETS: writeMergeAndBundle(NO_SIGNATURE),
    NOTES: write(NO_SIGNATURE),
    TIME: write(NO_SIGNATURE),
    DESK: write(NO_SIGNATURE),
    CLIENT: write(NO_SIGNATURE),
    SETUP: write(NO_SIGNATURE),
    REST: write(NO_SIGNATURE),
  },
}

/** Where one group of a row differs from the rest of it. */
const exceptions: Readonly<Partial<Record<AccessProfile, Readonly<Record<string, GroupPolicy>>>>> = {
  IT_ADMIN: { 'Time Entries': write(ONE_SIGNATURE, { CREATE: TIME_ENTRY, UPDATE: TIME_ENTRY }) },
  FULL_AUTOMATION: { 'Audit Trail': read },
}

/**
 * What a profile sets for each group of a connection, whole and editable from there on. A group without a row is
 * disabled, and so is one that needs a confirmation it did not get.
 * @throws GatewayError BAD_USER_INPUT when a confirmed group is none that asks for it
 */
export function profilePolicy(
  profile: AccessProfile,
  vendor: VendorFamily,
  vendorGroups: readonly string[],
  { confirmedGroups = [] }: { readonly confirmedGroups?: readonly string[] } = {},
): ConnectionPolicy {
  const toConfirm = profileNeedsConfirmation(profile, vendor, vendorGroups)
  const needless = confirmedGroups.find((group) => !toConfirm.includes(group))
  if (needless !== undefined) {
    throw new GatewayError(
      'BAD_USER_INPUT',
      `Expected confirmedGroups to name groups that profile ${profile} asks to confirm, got ${JSON.stringify(needless)}.`,
      { argument: 'confirmedGroups', expected: toConfirm, came: needless },
    )
  }

  const groups = groupsOf(vendorGroups).map((group) => {
    const row = rowOf(vendor, group)
    const closed =
      row === undefined ||
      forbiddenGroups.has(group) ||
      (toConfirm.includes(group) && !confirmedGroups.includes(group))
    return [group, closed ? off : (exceptions[profile]?.[group] ?? profiles[profile][row])] as const
  })
  return { groups: Object.fromEntries(groups), testMode: true, timeOwner: { who: 'REQUESTER' } }
}

/**
 * Groups that a profile opens only after the administrator saw them listed and confirmed each: those of the last
 * row, where a write changes the PSA itself rather than a client's records.
 */
export function profileNeedsConfirmation(
  profile: AccessProfile,
  vendor: VendorFamily,
  vendorGroups: readonly string[],
): readonly string[] {
  if (profiles[profile].REST.level === 'DISABLED') return []
  return groupsOf(vendorGroups).filter(
    (group) => rowOf(vendor, group) === 'REST' && !forbiddenGroups.has(group),
  )
}

function groupsOf(vendorGroups: readonly string[]): readonly string[] {
  return [...new Set([...vendorGroups, CLIENT_FACING_NOTES])].sort()
}
