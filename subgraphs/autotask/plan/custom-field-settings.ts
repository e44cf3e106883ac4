import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { CustomFieldInput } from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { textOf } from '../../planning/texts.ts'
import { unifiedType, unifiedValue } from '../custom-fields.ts'
import { time } from '../projection.ts'
import { userDefinedFields } from '../reference.ts'
import type { FieldInfo } from '../schema.ts'
import type { Setting, SettingField } from './settings.ts'
import { MAX_NOTE } from './steps.ts'
import type { TicketNow } from './ticket-now.ts'

/** "PATCH changes only the listed UDFs" (API.md 6): those that differ, by name, and no other. */
export async function customFieldSettings(
  session: VendorSession,
  now: TicketNow | null,
  inputs: readonly CustomFieldInput[],
): Promise<Setting | null> {
  if (inputs.length === 0) return null
  const definitions = await userDefinedFields(session)
  const written = new Map<string, { readonly value: string | null; readonly shown: SettingField }>()
  for (const input of inputs) {
    const definition = find(input.field, definitions)
    const { name } = definition
    if (written.has(name)) throw badInput('customFields', 'each field once', input.field)
    const held = now?.userDefinedFields?.find((one) => one.name === name)?.value ?? null
    const value = wireValue(input, definition)
    const type = unifiedType(definition)
    const before = unifiedValue(held, type, definition)
    const after = unifiedValue(value, type, definition)
    if (now !== null && before === after) continue
    written.set(name, {
      value,
      shown: {
        field: `custom:${name}`,
        before: before === null ? null : String(before),
        after: after === null ? null : String(after),
        planned: after,
        ...(typeof after === 'string' ? { enumerated: after } : {}),
      },
    })
  }
  if (written.size === 0) return null
  return {
    members: { userDefinedFields: [...written].map(([name, { value }]) => ({ name, value })) },
    fields: [...written.values()].map(({ shown }) => shown),
  }
}

function find(wanted: string, definitions: readonly FieldInfo[]): FieldInfo {
  const name = wanted.replace(/^custom:/, '').trim()
  const exact = definitions.find((one) => one.name === name)
  const folded = name.toLowerCase()
  const alike = definitions.filter(
    (one) => one.name.toLowerCase() === folded || (one.label ?? '').toLowerCase() === folded,
  )
  const found = exact ?? (alike.length === 1 ? alike[0] : undefined)
  if (found !== undefined) return found
  throw new GatewayError(
    'BAD_USER_INPUT',
    alike.length > 1
      ? '"customFields": several custom fields have this label; give the name.'
      : '"customFields": Autotask has no such custom field on tickets.',
    { argument: 'customFields', allowed: definitions.map((one) => one.name) },
  )
}

/** Values are texts on the wire, and a list takes the key of its item (API.md 6). */
function wireValue({ field, value }: CustomFieldInput, definition: FieldInfo): string | null {
  const argument = `customFields.${field.slice(0, 50)}`
  if (definition.isReadOnly === true) throw badInput(argument, 'a field that can be written', field)
  if (value === null || value === '') {
    if (definition.isRequired === true) throw badInput(argument, 'a value: the field is required', value)
    return null
  }
  switch (unifiedType(definition)) {
    case 'BOOLEAN':
      if (!/^(true|false)$/i.test(value)) throw badInput(argument, '"true" or "false"', value)
      return value.toLowerCase()
    case 'NUMBER':
      if (!/^-?\d{1,15}(\.\d{1,6})?$/.test(value)) throw badInput(argument, 'a number', value)
      return value
    case 'DATE': {
      const date = /^\d{4}-\d{2}-\d{2}/.test(value) ? time(value) : null
      if (date === null) throw badInput(argument, 'a date like "2026-11-20"', value)
      // Without the `Z`, as the service writes it itself (API.md 7).
      return `${date.slice(0, 19)}.000`
    }
    case 'CHOICE': {
      const items = (definition.picklistValues ?? []).filter(({ isActive }) => isActive !== false)
      const wanted = value.toLowerCase()
      const item =
        items.find((one) => one.value === value) ?? items.find((one) => one.label?.toLowerCase() === wanted)
      if (item !== undefined) return item.value
      throw new GatewayError('BAD_USER_INPUT', '"customFields": not a choice of this field.', {
        argument,
        allowed: items.map((one) => one.label ?? one.value),
      })
    }
    case 'TEXT': {
      const { length } = definition
      return textOf(value, argument, length !== null && length > 0 ? length : MAX_NOTE)
    }
  }
}
