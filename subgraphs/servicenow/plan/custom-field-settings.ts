import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { CustomFieldInput } from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { fold } from '../../reading/fold.ts'
import { type CustomField, customFields, customValue } from '../custom-fields.ts'
import { valueAt } from '../rows.ts'
import type { TicketTable } from '../ticket-tables.ts'
import { instant, rawDate, rawTime } from '../times.ts'
import type { Setting } from './settings.ts'
import type { TicketNow } from './ticket-now.ts'

/** One column each: what is not named is not touched. */
export async function customFieldSettings(
  session: VendorSession,
  table: TicketTable,
  now: TicketNow | null,
  inputs: readonly CustomFieldInput[],
): Promise<readonly Setting[]> {
  if (inputs.length === 0) return []
  const known = now === null ? await customFields(session, table) : now.customFields
  const seen = new Set<string>()
  return inputs.flatMap((input): Setting[] => {
    const field = find(input.field, known)
    if (seen.has(field.key)) throw badInput('customFields', 'each field once', input.field)
    seen.add(field.key)
    const raw = rawValue(input, field)
    const before = now === null ? null : valueAt(now.row, field.key)
    if (now !== null && before === raw) return []
    const words = (value: string | null) => {
      const unified = customValue(field, value)
      return unified === null ? null : String(unified)
    }
    const after = words(raw)
    return [
      {
        columns: { [field.key]: raw ?? '' },
        fields: [
          {
            field: `custom:${field.key}`,
            before: words(before),
            after,
            planned: raw,
            ...(after === null || field.type === 'NUMBER' || field.type === 'DATE'
              ? {}
              : { enumerated: after }),
          },
        ],
      },
    ]
  })
}

function find(wanted: string, known: readonly CustomField[]): CustomField {
  const name = wanted.replace(/^custom:/, '').trim()
  const found = known.filter((field) => field.key === name || fold(field.name) === fold(name))
  const [field] = found
  if (field !== undefined && found.length === 1) return field
  throw new GatewayError(
    'BAD_USER_INPUT',
    found.length > 1
      ? '"customFields": several custom fields have this name; give the column.'
      : '"customFields": ServiceNow has no such custom field on these tickets.',
    { argument: 'customFields', allowed: known.map((one) => one.name) },
  )
}

/** As the platform stores it: a value outside a choice list would be stored too, and is refused here (API.md 12). */
function rawValue({ field: named, value }: CustomFieldInput, field: CustomField): string | null {
  const argument = `customFields.${named.slice(0, 50)}`
  if (field.readOnly) throw badInput(argument, 'a field that can be written', named)
  if (value === null || value === '') return null
  switch (field.type) {
    case 'BOOLEAN':
      if (!/^(true|false)$/i.test(value)) throw badInput(argument, '"true" or "false"', value)
      return value.toLowerCase()
    case 'NUMBER':
      if (!/^-?\d{1,15}(\.\d{1,6})?$/.test(value)) throw badInput(argument, 'a number', value)
      if (/int/.test(field.internalType) && value.includes('.'))
        throw badInput(argument, 'a whole number', value)
      return value
    case 'DATE': {
      const time = /^\d{4}-\d{2}-\d{2}$/.test(value)
        ? Date.parse(`${value}T00:00:00Z`)
        : instant(argument, value)
      if (Number.isNaN(time)) throw badInput(argument, 'a date like "2026-11-20"', value)
      return field.internalType.includes('time') || field.internalType === 'due_date'
        ? rawTime(time)
        : rawDate(time)
    }
    case 'CHOICE': {
      const choice = field.choices.find(
        (one) => !one.inactive && (one.value === value || fold(one.name) === fold(value)),
      )
      if (choice !== undefined) return choice.value
      throw new GatewayError('BAD_USER_INPUT', `"${argument}": no such choice.`, {
        argument,
        allowed: field.choices.filter(({ inactive }) => !inactive).map(({ name }) => name),
      })
    }
    case 'TEXT': {
      if (field.internalType === 'reference' || field.internalType === 'glide_list')
        throw badInput(argument, 'a field that refers to no other record', named)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused here
      if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(value) || value.length > (field.maxLength ?? 4000))
        throw badInput(argument, `a text of at most ${field.maxLength ?? 4000} characters`, value)
      return value
    }
  }
}
