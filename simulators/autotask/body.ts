import { isRec, type Json, type Rec } from '../shared/json.ts'
import { type Field, findField, singular } from './allowlists.ts'
import { invalid, strict } from './errors.ts'
import { hasZone, instant, midnight, stamp } from './instants.ts'
import { member } from './lenient-json.ts'
import { isReadOnly, rulesOf } from './rules.ts'
import type { State } from './state.ts'

export interface Sent {
  id: number | undefined
  /** Fields in the vendor's spelling, read-only ones left out as the vendor does. */
  fields: Rec
  udfs: Rec
}

const unconvertible = (value: Json, field: Field) =>
  invalid(`Error converting value ${JSON.stringify(value)} to type '${field.type}'. Path '${field.name}'.`)

function convert(root: string, field: Field, value: Json): Json {
  if (value === null) return null
  if (typeof value === 'object')
    throw invalid(
      `Unexpected character encountered while parsing value: ${Array.isArray(value) ? '[' : '{'}.`,
    )
  switch (field.type) {
    case 'integer':
    case 'long':
    case 'number': {
      // Contacts keep isActive as a number, and their reader gives up on the first letter of true.
      if (typeof value === 'boolean')
        throw invalid(
          `Unexpected character encountered while parsing value: ${String(value)[0]}. Path '${field.name}'.`,
        )
      const number = Number(value)
      if (String(value).trim() === '' || Number.isNaN(number)) throw unconvertible(value, field)
      if (field.type !== 'number' && !Number.isSafeInteger(number)) throw unconvertible(value, field)
      if (field.type === 'integer' && Math.abs(number) > 2_147_483_647) throw unconvertible(value, field)
      return number
    }
    case 'boolean':
      if (!/^(true|false)$/i.test(String(value))) throw unconvertible(value, field)
      return String(value).toLowerCase() === 'true'
    case 'datetime': {
      const at = typeof value === 'string' ? instant(value) : undefined
      if (at === undefined) throw unconvertible(value, field)
      if (rulesOf(root).dateOnly?.includes(field.name)) return midnight(String(value))
      // Reported: time entries fail with a Z, so they want UTC unmarked.
      if (root === 'TimeEntries' && hasZone(String(value))) throw unconvertible(value, field)
      return stamp(at)
    }
    default:
      if (typeof value !== 'string') throw unconvertible(value, field)
      return value
  }
}

function readUdfs(state: State, root: string, sent: Json): Rec {
  if (!Array.isArray(sent)) throw invalid('userDefinedFields must be a list of name and value')
  const known = state.udfs.get(root) ?? []
  const read: Rec = {}
  for (const entry of sent) {
    if (!isRec(entry)) throw invalid('userDefinedFields must be a list of name and value')
    for (const name of Object.keys(entry)) {
      if (!/^(name|value)$/i.test(name))
        throw strict(`Unknown member '${name}' of a user-defined field.`, `unknown body member ${name}`)
    }
    const wanted = String(member(entry, 'name') ?? '')
    const udf = known.find((candidate) => candidate.name.toLowerCase() === wanted.toLowerCase())
    if (!udf) throw invalid(`Unable to find the User Defined Field ${wanted} in the ${singular(root)} Entity`)
    const value = member(entry, 'value') ?? null
    if (value !== null && typeof value === 'object') throw invalid(`The value of ${udf.name} must be text`)
    const text = value === null ? null : String(value)
    if (text !== null && udf.list && !udf.list.some((item) => item.value === text))
      throw invalid(`Picklist value [${text}] does not exist for ${udf.name}. ; on record number [1].`)
    if (text !== null && udf.type === 'Number' && Number.isNaN(Number(text)))
      throw invalid(`The value [${text}] of ${udf.name} is not a number`)
    if (text !== null && udf.type === 'Date' && instant(text) === undefined)
      throw invalid(`The value [${text}] of ${udf.name} is not a date`)
    read[udf.name] = text
  }
  return read
}

/** Reads a body as the vendor does, save that a name it does not know is refused instead of dropped. */
export function readBody(state: State, root: string, body: Json | undefined): Sent {
  if (!isRec(body)) throw invalid('The request body must be one object.')
  const sent: Sent = { id: undefined, fields: {}, udfs: {} }
  for (const [name, value] of Object.entries(body)) {
    const field = findField(root, name)
    if (!field) throw strict(`Unknown member '${name}' of ${singular(root)}.`, `unknown body member ${name}`)
    if (field.type === 'udfs') {
      if (value !== null && value !== undefined) sent.udfs = readUdfs(state, root, value)
      continue
    }
    const converted = convert(root, field, value ?? null)
    if (field.name === 'id') sent.id = converted === null ? undefined : Number(converted)
    else if (!isReadOnly(root, field.name)) sent.fields[field.name] = converted
  }
  return sent
}
