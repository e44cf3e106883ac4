import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { CustomFieldInput } from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { unifiedType } from '../custom-fields.ts'
import { time } from '../projection.ts'
import { userDefinedFields } from '../reference.ts'
import type { CustomField, TicketBody, UserDefinedField } from '../schema.ts'
import type { Setting, SettingField } from './settings.ts'

type Value = string | number | boolean | null

/**
 * The array is replaced whole, and a shorter one may clear what it leaves out (API.md 5): what the ticket
 * holds is sent again with the change in it.
 */
export async function customFieldSettings(
  session: VendorSession,
  now: TicketBody | null,
  inputs: readonly CustomFieldInput[],
): Promise<Setting | null> {
  if (inputs.length === 0) return null
  const held = now?.customFields ?? []
  const definitions = await userDefinedFields(session)
  const written = new Map<number, { readonly field: CustomField; readonly shown: SettingField }>()
  for (const input of inputs) {
    const definition = find(input.field, definitions, held, now !== null)
    if (written.has(definition.id)) throw badInput('customFields', 'each field once', input.field)
    const before = held.find(({ id }) => id === definition.id)
    const value = coerce(input, definition)
    if (now !== null && (before?.value ?? null) === value) continue
    written.set(definition.id, {
      field: { ...describe(definition, before), ...(value === null ? {} : { value }) },
      shown: {
        field: `custom:${definition.id}`,
        before: before?.value == null ? null : String(before.value),
        after: value === null ? null : String(value),
        planned: value,
        ...(typeof value === 'string' ? { enumerated: value } : {}),
      },
    })
  }
  if (written.size === 0) return null
  const kept = held.filter(({ id }) => !written.has(id))
  if (kept.some(({ type, value }) => type === 'Password' && value != null && value !== '')) {
    throw new GatewayError(
      'NOT_SUPPORTED',
      'The ticket holds a password in a custom field; writing any custom field would repeat it in the plan.',
      { argument: 'customFields' },
    )
  }
  return {
    member: 'customFields',
    // In the order the ticket has them, so that the bytes of one change are always the same.
    value: [
      ...held.map((field) => stable(written.get(field.id)?.field ?? field)),
      ...[...written]
        .filter(([id]) => !held.some((field) => field.id === id))
        .map(([, { field }]) => stable(field)),
    ],
    fields: [...written.values()].map(({ shown }) => shown),
    unchanged: kept.map(({ id }) => `custom:${id}`),
  }
}

function find(
  wanted: string,
  definitions: readonly UserDefinedField[],
  held: readonly CustomField[],
  exists: boolean,
): UserDefinedField {
  const name = wanted.replace(/^custom:/, '').trim()
  // A ticket lists every custom field that tickets have; other definitions belong to other screens.
  const here = exists ? definitions.filter(({ id }) => held.some((field) => field.id === id)) : definitions
  const found = here.filter(
    ({ id, caption }) => String(id) === name || caption.toLowerCase() === name.toLowerCase(),
  )
  const [definition] = found
  if (definition !== undefined && found.length === 1) return definition
  throw new GatewayError(
    'BAD_USER_INPUT',
    found.length > 1
      ? '"customFields": several custom fields have this name; give the id.'
      : '"customFields": ConnectWise has no such custom field on tickets.',
    { argument: 'customFields', allowed: here.map(({ caption }) => caption) },
  )
}

function coerce({ field, value }: CustomFieldInput, definition: UserDefinedField): Value {
  const type = definition.fieldTypeIdentifier
  const argument = `customFields.${field.slice(0, 50)}`
  if (definition.readOnlyFlag === true) throw badInput(argument, 'a field that can be written', field)
  if (type === 'Password' || type === 'Button')
    throw badInput(argument, 'a field that is no password and no button', field)
  if (value === null || value === '') return null
  switch (unifiedType(type, definition.entryTypeIdentifier)) {
    case 'BOOLEAN':
      if (!/^(true|false)$/i.test(value)) throw badInput(argument, '"true" or "false"', value)
      return value.toLowerCase() === 'true'
    case 'NUMBER':
      if (!/^-?\d{1,15}(\.\d{1,6})?$/.test(value)) throw badInput(argument, 'a number', value)
      return Number(value)
    case 'DATE': {
      const date = /^\d{4}-\d{2}-\d{2}/.test(value) ? time(value) : null
      if (date === null) throw badInput(argument, 'a date like "2026-11-20"', value)
      return date
    }
    case 'CHOICE': {
      const options = (definition.options ?? []).flatMap(({ optionValue, inactiveFlag }) =>
        optionValue === undefined || inactiveFlag === true ? [] : [optionValue],
      )
      const option = options.find((one) => one.toLowerCase() === value.toLowerCase())
      if (options.length === 0) return value
      if (option !== undefined) return option
      throw new GatewayError('BAD_USER_INPUT', '"customFields": not a choice of this field.', {
        argument,
        allowed: options,
      })
    }
    case 'TEXT':
      return value
  }
}

function describe(definition: UserDefinedField, before: CustomField | undefined): CustomField {
  return {
    id: definition.id,
    caption: before?.caption ?? definition.caption,
    type: before?.type ?? definition.fieldTypeIdentifier ?? 'Text',
    entryMethod: before?.entryMethod ?? definition.entryTypeIdentifier ?? 'EntryField',
    numberOfDecimals: before?.numberOfDecimals ?? definition.numberDecimals ?? 0,
  }
}

function stable({ id, caption, type, entryMethod, numberOfDecimals, value }: CustomField): CustomField {
  return { id, caption, type, entryMethod, numberOfDecimals, ...(value == null ? {} : { value }) }
}
