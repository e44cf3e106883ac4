import { isRec, type Json, type Rec } from '../shared/json.ts'
import { findField, schemaOf } from './allowlists.ts'
import { badRequest, type FieldError, fieldError, invalidObject, wrongType } from './errors.ts'
import { checkValue, convert, unknownMember } from './validate.ts'

const OPERATIONS = new Set(['add', 'replace', 'remove'])

/**
 * Turns the operations into the set of fields they change; null means removed. Nested paths such as
 * `status/id` are answered with 200 and change nothing: a client that trusts the status code is wrong.
 */
export function readPatch(
  schemaName: string,
  resource: string,
  body: Json | undefined,
  rawBody: Buffer,
): Rec {
  if (!Array.isArray(body)) {
    throw badRequest(
      'Cannot deserialize the current JSON object into a list of patch operations; a JSON array is required.',
    )
  }
  const change: Rec = {}
  const errors: FieldError[] = []
  for (const operation of body) {
    if (!isRec(operation)) throw wrongType('Error converting value to type PatchOperation.')
    for (const name of Object.keys(operation)) {
      if (!['op', 'path', 'value'].includes(name)) throw unknownMember(name, 'PatchOperation', rawBody)
    }
    const { op, path: sentPath, value } = operation
    if (typeof op !== 'string' || !OPERATIONS.has(op.toLowerCase())) {
      throw badRequest(`The patch operation '${String(op)}' is not supported.`)
    }
    if (typeof sentPath !== 'string' || sentPath.replace(/^\//, '') === '')
      throw badRequest('A patch path is required.')
    const [name = '', ...nested] = sentPath.replace(/^\//, '').split('/')
    // Unlike everywhere else, case matters here.
    const field = findField(schemaOf(schemaName), name)
    if (!field || field.name !== name) throw unknownMember(name, schemaName, rawBody)
    if (nested.length > 0) continue
    if (op.toLowerCase() === 'remove') change[name] = null
    else {
      if (value === undefined) throw badRequest(`A value is required for the operation on ${name}.`)
      checkValue({ objectType: schemaName, resource, rawBody, errors }, field.type, name, value)
      change[name] = convert(field.type, value)
    }
  }
  if (errors.length > 0) throw invalidObject(resource, errors)
  return change
}

export function requireFields(resource: string, row: Rec, names: readonly string[], given: Rec = row): void {
  const errors = names
    .filter((name) => name in given || given === row)
    .filter((name) => row[name] === undefined || row[name] === null || row[name] === '')
    .map((name) => fieldError('MissingRequiredField', resource, name, `${name} is required.`))
  if (errors.length > 0) throw invalidObject(resource, errors)
}
