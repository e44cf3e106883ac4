import type { RawReading, RawSetting } from '../../../schema/passthrough.ts'
import type { NoteKind } from '../../../schema/records.ts'
import { hasId, isTimed, type Members } from '../body-fields.ts'
import { type Body, policyName } from '../field-names.ts'
import { ACTION_REACH } from '../reach.ts'
import type { Shape } from './shapes.ts'
import { memberOf, valueForm } from './values.ts'

/** Orders to the server: no record tells them afterwards. */
const NOT_KEPT: ReadonlySet<string> = new Set([
  'domerge',
  'sendack',
  'createacknowledgement',
  'sendemail',
  'emailto',
  'emailcc',
  'sendwelcomeemail',
  'private_note',
  'closure_note',
  'closure_note_html',
  'closure_time',
])

/** What the members are once they are written. */
export function settingsOf(shape: Shape, members: Members): readonly RawSetting[] {
  return [...members].flatMap(([member, value]): readonly RawSetting[] => {
    if (member === 'id') return []
    if (member === 'customfields') return customFieldSettings(value)
    const field = fieldOf(shape, member, members)
    const isKept =
      !NOT_KEPT.has(member) && !(shape === 'ACTION' && /^new_/.test(member)) && !Array.isArray(value)
    return [{ member, field, value: isKept ? valueForm(value) : undefined }]
  })
}

function fieldOf(shape: Shape, member: string, members: Members): string {
  if (shape !== 'ACTION') return policyName(shape, member)
  const reach = ACTION_REACH.get(member)
  const body: Body =
    reach === undefined
      ? isTimed(members) && OF_BOTH.has(member)
        ? 'TIME_ENTRY'
        : 'NOTE'
      : bodyOf(reach.group)
  return policyName(body, member)
}

const OF_BOTH: ReadonlySet<string> = new Set(['outcome', 'outcome_id'])

function bodyOf(group: string): Body {
  return group === 'Time Entries' ? 'TIME_ENTRY' : group === 'Communications' ? 'NOTE' : 'ON_TICKET'
}

function customFieldSettings(value: unknown): readonly RawSetting[] {
  if (!Array.isArray(value)) return []
  return (value as readonly unknown[]).map((one) => {
    const field = `custom:${memberOf(one, 'id')}`
    return { member: field, field, value: valueForm(memberOf(one, 'value')) }
  })
}

/** What a policy may restrict the values of, as the body gives it: `complete` puts names in the place of ids. */
export function valuesOf(shape: Shape, members: Members): RawReading['values'] {
  const values: Record<string, readonly string[]> = {}
  for (const { field, value } of customFieldSettings(members.get('customfields')))
    if (value !== null) values[field] = [String(value)]
  for (const [member, value] of members) {
    if (member === 'id' || value === null || typeof value === 'object') continue
    const field = fieldOf(shape, member, members)
    values[field] = [...(values[field] ?? []), String(value)]
  }
  if (shape !== 'ACTION' || members.size === 0) return values
  const option = billableOption(members)
  const isNew = !hasId(members)
  return {
    ...values,
    // One that exists stays what it is, unless the body says otherwise.
    ...((isNew || members.has('hiddenfromuser')) && { kind: kindsOf(members) }),
    ...(option !== undefined && { billableOption: [option] }),
  }
}

/** A visible note is a resolution where it ends the ticket; whether it does, its outcome and status tell. */
function kindsOf(members: Members): readonly NoteKind[] {
  return members.get('hiddenfromuser') === true ? ['INTERNAL'] : ['CLIENT_FACING', 'RESOLUTION']
}

function billableOption(members: Members): string | undefined {
  const billable = members.get('actisbillable')
  if (billable === undefined) return undefined
  return billable === false ? (members.get('chargerate') === 0 ? 'NO_CHARGE' : 'DO_NOT_BILL') : 'BILLABLE'
}
