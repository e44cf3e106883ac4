import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { CustomFieldInput } from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { fieldValue, unifiedType } from '../custom-fields.ts'
import { time } from '../projection.ts'
import { fieldInfos } from '../reference.ts'
import type { CustomField, FieldInfoBody, TicketBody } from '../schema.ts'
import type { Setting, SettingField } from './settings.ts'

/** The array merges by element (API.md 5): only what changes is sent. */
export async function customFieldSettings(
  session: VendorSession,
  now: TicketBody | null,
  inputs: readonly CustomFieldInput[],
): Promise<Setting | null> {
  const held = now?.customfields ?? []
  const definitions = await fieldInfos(session)
  const written = new Map<number, { readonly value: unknown; readonly shown: SettingField }>()
  for (const input of inputs) {
    const definition = find(input.field, definitions, held)
    if (written.has(definition.id)) throw badInput('customFields', 'each field once', input.field)
    const before = held.find(({ id }) => id === definition.id)
    const { value, planned } = coerce(input, definition, before)
    const present = before === undefined ? null : fieldValue(before)
    if (now !== null && present === planned) continue
    written.set(definition.id, {
      value,
      shown: {
        field: `custom:${definition.id}`,
        before: present === null ? null : String(present),
        after: planned === null ? null : String(planned),
        planned,
        ...(typeof planned === 'string' ? { enumerated: planned } : {}),
      },
    })
  }
  if (written.size === 0) return null
  return {
    members: { customfields: [...written].map(([id, { value }]) => ({ id, value })) },
    fields: [...written.values()].map(({ shown }) => shown),
  }
}

function find(
  wanted: string,
  definitions: readonly FieldInfoBody[],
  held: readonly CustomField[],
): FieldInfoBody {
  const name = wanted
    .replace(/^custom:/, '')
    .trim()
    .toLowerCase()
  const is = (field: { readonly id: number; readonly name: string | null; readonly label: string | null }) =>
    String(field.id) === name || field.name?.toLowerCase() === name || field.label?.toLowerCase() === name
  const here = held.filter(is)
  const ids = new Set(here.length > 0 ? here.map(({ id }) => id) : definitions.filter(is).map(({ id }) => id))
  const [id] = ids
  const definition = definitions.find((one) => one.id === id)
  if (ids.size === 1 && definition !== undefined) {
    if (definition.readonly === true) throw badInput('customFields', 'a field that can be written', wanted)
    return definition
  }
  throw new GatewayError(
    'BAD_USER_INPUT',
    ids.size > 1
      ? '"customFields": several custom fields have this name; give the id.'
      : '"customFields": HaloPSA has no such custom field.',
    { argument: 'customFields', allowed: definitions.map((one) => one.label ?? one.name ?? String(one.id)) },
  )
}

function coerce(
  { field, value }: CustomFieldInput,
  definition: FieldInfoBody,
  before: CustomField | undefined,
): { readonly value: unknown; readonly planned: string | number | boolean | null } {
  const argument = `customFields.${field.slice(0, 50)}`
  // A null is a member left out to Halo, and changes nothing: an empty text clears.
  if (value === null || value === '') return { value: '', planned: null }
  const same = <T extends string | number | boolean>(one: T) => ({ value: one, planned: one })
  switch (unifiedType({ type: definition.type, value: before?.value })) {
    case 'BOOLEAN':
      if (!/^(true|false)$/i.test(value)) throw badInput(argument, '"true" or "false"', value)
      return same(value.toLowerCase() === 'true')
    case 'NUMBER':
      if (!/^-?\d{1,15}(\.\d{1,6})?$/.test(value)) throw badInput(argument, 'a number', value)
      return same(Number(value))
    case 'DATE': {
      const date = /^\d{4}-\d{2}-\d{2}/.test(value) ? time(value) : null
      if (date === null) throw badInput(argument, 'a date like "2026-11-20"', value)
      return same(date)
    }
    case 'CHOICE': {
      const options = (definition.values ?? []).flatMap(({ id, name }) =>
        id == null || name == null ? [] : [{ id, name }],
      )
      if (options.length === 0) return same(value)
      const found = options.find(
        (one) => String(one.id) === value || one.name.toLowerCase() === value.toLowerCase(),
      )
      if (found !== undefined) return { value: found.id, planned: found.name }
      throw new GatewayError('BAD_USER_INPUT', '"customFields": not a choice of this field.', {
        argument,
        allowed: options.map(({ name }) => name),
      })
    }
    case 'TEXT':
      // An input type of 1 takes whole numbers, and gives them back as such.
      if (definition.inputtype !== 1) return same(value)
      if (!/^-?\d{1,15}$/.test(value)) throw badInput(argument, 'a whole number', value)
      return same(Number(value))
  }
}
