import { isRec, type Json, type Rec } from '../shared/json.ts'
import { findField, schemaOf } from './allowlists.ts'
import { badRequest, type FieldError, fieldError, invalidObject, wrongType } from './errors.ts'

const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

/** Names in the vendor's spelling when told apart only by case; undefined when there is no such member. */
const memberOf = (schemaName: string, name: string) => findField(schemaOf(schemaName), name)

export function unknownMember(name: string, objectType: string, rawBody: Buffer) {
  const at = rawBody.toString('utf8').indexOf(JSON.stringify(name))
  const position = at < 0 ? 0 : at + JSON.stringify(name).length + 1
  return badRequest(
    `Could not find member '${name}' on object of type '${objectType}'. Path '${name}', line 1, position ${position}.` +
      'Check your accept header to make sure you are using the correct version.',
    `unknown body member ${name}`,
  )
}

interface Context {
  objectType: string
  resource: string
  rawBody: Buffer
  errors: FieldError[]
}

const shown = (value: Json) => (isRec(value) ? '{' : Array.isArray(value) ? '[' : String(value))

/** Checks one value against the type of its field; hard failures throw, soft ones are collected. */
export function checkValue(context: Context, type: string, path: string, value: Json): void {
  if (value === null) return
  const [kind = '', detail = ''] = type.split(':')
  const structured = typeof value === 'object'
  const unexpected = () =>
    wrongType(
      `Unexpected character encountered while parsing value: ${shown(value)}. Path '${path}', line 1.`,
    )
  const inconvertible = (to: string) =>
    wrongType(`Could not convert ${typeof value} to ${to}: ${value}. Path '${path}', line 1.`)
  switch (kind) {
    case 'string':
      if (structured) throw unexpected()
      if (detail && String(value).length > Number(detail)) {
        const message = `The field ${path} exceeds the maximum length of ${detail}.`
        context.errors.push(fieldError('MaxLength', context.resource, path, message))
      }
      return
    case 'integer':
      if (structured) throw unexpected()
      if (!/^-?\d+$/.test(String(value)) || typeof value === 'boolean') throw inconvertible('integer')
      return
    case 'number':
      if (structured) throw unexpected()
      if (typeof value === 'boolean' || String(value).trim() === '' || Number.isNaN(Number(value)))
        throw inconvertible('double')
      return
    case 'boolean':
      if (structured) throw unexpected()
      if (!/^(true|false)$/i.test(String(value))) throw inconvertible('boolean')
      return
    case 'date':
      if (structured) throw unexpected()
      if (typeof value !== 'string' || !DATE.test(value) || Number.isNaN(Date.parse(value))) {
        throw badRequest(`Unsupported format applied to ${path}`)
      }
      return
    case 'enum': {
      if (structured) throw unexpected()
      const known = detail.split('|').some((option) => option.toLowerCase() === String(value).toLowerCase())
      if (!known)
        throw badRequest(
          `Error converting value "${value}" to type for '${path}'. Enum value supplied was invalid`,
        )
      return
    }
    case 'ref':
      if (!isRec(value))
        throw wrongType(`Error converting value ${shown(value)} to type '${detail}'. Path '${path}', line 1.`)
      checkMembers({ ...context, objectType: detail }, detail, value, path)
      return
    case 'list':
      if (!Array.isArray(value)) throw unexpected()
      for (const [index, item] of value.entries()) {
        const itemPath = `${path}[${index}]`
        if (isSimple(detail)) checkValue(context, detail, itemPath, item)
        else if (detail !== 'object') checkValue(context, `ref:${detail}`, itemPath, item)
      }
      return
  }
}

const isSimple = (type: string) => ['string', 'integer', 'number', 'boolean'].includes(type)

function checkMembers(context: Context, schemaName: string, body: Rec, prefix = ''): void {
  for (const [name, value] of Object.entries(body)) {
    const field = memberOf(schemaName, name)
    if (!field) throw unknownMember(name, context.objectType, context.rawBody)
    if (value !== undefined)
      checkValue(context, field.type, prefix ? `${prefix}.${field.name}` : field.name, value)
  }
}

/** Takes a whole body; answers it in the vendor's spelling. */
export function checkBody(
  schemaName: string,
  resource: string,
  body: Json | undefined,
  rawBody: Buffer,
): Rec {
  if (!isRec(body))
    throw wrongType(
      `Unexpected character encountered while parsing value: ${body === undefined ? '' : shown(body)}. Path '', line 1.`,
    )
  const context: Context = { objectType: schemaName, resource, rawBody, errors: [] }
  checkMembers(context, schemaName, body)
  if (context.errors.length > 0) throw invalidObject(resource, context.errors)
  const spelled: Rec = {}
  for (const [name, value] of Object.entries(body)) {
    const field = memberOf(schemaName, name)!
    spelled[field.name] = convert(field.type, value)
  }
  return spelled
}

/** The vendor's reader turns "5" into 5 and "true" into true where the type says so. */
export function convert(type: string, value: Json | undefined): Json | undefined {
  if (value === null || value === undefined || typeof value === 'object') return value
  const kind = type.split(':')[0]
  if (kind === 'integer' || kind === 'number') return Number(value)
  if (kind === 'boolean') return String(value).toLowerCase() === 'true'
  if (kind === 'string') return String(value)
  if (kind === 'enum')
    return type
      .slice(5)
      .split('|')
      .find((option) => option.toLowerCase() === String(value).toLowerCase())
  return value
}
