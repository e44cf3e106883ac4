import type { RawReading } from '../../../schema/passthrough.ts'
import type { NoteKind } from '../../../schema/records.ts'
import type { VendorAccess } from '../../../schema/source.ts'
import { BILLABLE } from '../entities/time-entry.ts'
import type { Body } from '../field-names.ts'
import { PUBLISH_INTERNAL } from '../note-groups.ts'
import { type Members, settingsOf } from './settings.ts'

/** Members that are nothing without another one of the same policy name, or that `kind` and `billableOption` fold. */
const FOLDED: ReadonlySet<string> = new Set([
  'assignedresourceroleid',
  'publish',
  'notetype',
  'isnonbillable',
  'showoninvoice',
])

/** What a policy may restrict the values of, by the key that the body gives; `complete` finds the names. */
export function valuesOf(
  shape: Body,
  demands: readonly VendorAccess[],
  members: Members,
): RawReading['values'] {
  const values: Record<string, readonly string[]> = {}
  for (const { member, field, value } of settingsOf(shape, members)) {
    if (FOLDED.has(member) && shape !== 'OTHER') continue
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      values[field] = [...(values[field] ?? []), String(value)]
  }
  const kinds = kindsOf(shape, demands, members)
  if (kinds.length > 0) values.kind = kinds
  if (shape === 'TIME_ENTRY') {
    const option = optionOf(members)
    if (option !== undefined) values.billableOption = [option]
  }
  return values
}

/** The schema's words for what becomes visible, or stays internal. */
function kindsOf(shape: Body, demands: readonly VendorAccess[], members: Members): readonly NoteKind[] {
  if (shape === 'TICKET')
    return [
      ...(members.has('description') ? (['DESCRIPTION'] as const) : []),
      ...(members.has('resolution') ? (['RESOLUTION'] as const) : []),
    ]
  if (shape === 'NOTE' && (members.has('publish') || demands[0]?.kind === 'CREATE'))
    return [String(members.get('publish')) === String(PUBLISH_INTERNAL) ? 'INTERNAL' : 'CLIENT_FACING']
  return shape === 'OTHER' && demands.some(({ group }) => group === 'Client-Facing Notes')
    ? ['CLIENT_FACING']
    : []
}

/** Undefined where the body gives one of the two flags alone: what the other one is, only the record tells. */
function optionOf(members: Members): string | undefined {
  const [nonBillable, shown] = [members.get('isnonbillable'), members.get('showoninvoice')]
  return Object.entries(BILLABLE).find(
    ([, { isNonBillable, showOnInvoice }]) => isNonBillable === nonBillable && showOnInvoice === shown,
  )?.[0]
}

/** The span between the two times, else the hours given; what does not tell counts as a day. */
export function billableHours(members: Members): number {
  if (members.get('isnonbillable') === true) return 0
  const touches = ['startdatetime', 'enddatetime', 'hoursworked', 'isnonbillable', 'offsethours'].some(
    (name) => members.has(name),
  )
  if (!touches) return 0
  const time = (name: string) => {
    const value = members.get(name)
    return typeof value === 'string' ? Date.parse(value) : Number.NaN
  }
  const span = (time('enddatetime') - time('startdatetime')) / 3_600_000
  const hours = Number.isFinite(span) ? span : Number(members.get('hoursworked') ?? Number.NaN)
  return Number.isFinite(hours) && hours >= 0 ? hours : 24
}
