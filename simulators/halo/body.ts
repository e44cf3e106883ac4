import { isRec, type Json, type Rec } from '../shared/json.ts'
import { findField, hasSchema, type Schema, schemaOf } from './allowlists.ts'
import { instantOf, stamp } from './dates.ts'
import { strict, unbindable } from './errors.ts'

export interface Writable {
  /** The vendor's name of the schema. */
  schema: string
  /** Members with an effect, separated by blanks. */
  plays: string
  /** Members that the vendor computes: they may come along, as in a record read and sent back. */
  computed?: string
}

const words = (text = '') => new Set(text.split(/\s+/).filter(Boolean))

/** The vendor's binder takes "5" for 5 and "true" for true, and gives up on the rest. */
function bind(type: string, value: Json, path: string, minutesWest: number): Json {
  const fail = (to: string) =>
    unbindable({
      [`$${path}`]: [`Could not convert ${typeof value} to ${to}: ${JSON.stringify(value)}. Path '${path}'.`],
    })
  const [kind = '', detail = ''] = type.split(':')
  const structured = typeof value === 'object' && value !== null
  switch (kind) {
    case 'string':
      if (structured) throw fail('string')
      return value === null ? '' : String(value)
    case 'integer':
      if (!/^-?\d{1,10}(\.0+)?$/.test(String(value))) throw fail('integer')
      return Number(value)
    case 'number':
      if (structured || value === '' || typeof value === 'boolean' || Number.isNaN(Number(value)))
        throw fail('double')
      return Number(value)
    case 'boolean':
      if (!/^(true|false)$/i.test(String(value))) throw fail('boolean')
      return String(value).toLowerCase() === 'true'
    case 'date': {
      if (value === null || value === '') return null
      const instant = typeof value === 'string' ? instantOf(value, minutesWest) : undefined
      if (instant === undefined) throw fail('DateTime')
      return stamp(instant)
    }
    case 'object':
      if (!structured) throw fail('object')
      return value
    case 'ref':
      if (!isRec(value)) throw fail(detail)
      return bindMembers(schemaOf(detail), value, path, minutesWest)
    case 'list':
      if (!Array.isArray(value)) throw fail('List')
      return value.map((item, index) => {
        const inner = hasSchema(detail) ? `ref:${detail}` : detail
        return bind(inner, item, `${path}[${index}]`, minutesWest)
      })
  }
  return value
}

function bindMembers(schema: Schema, sent: Rec, path: string, minutesWest: number): Rec {
  const bound: Rec = {}
  for (const [name, value] of Object.entries(sent)) {
    const field = findField(schema, name)
    if (!field) throw strict(`unknown body member ${name}`)
    // No value for a number or a switch leaves it alone, for a text or a date it clears it.
    if (value === undefined || (value === null && !/^(string|date)$/.test(field.type))) continue
    bound[field.name] = bind(field.type, value, `${path}.${field.name}`, minutesWest)
  }
  return bound
}

/** Every element of a write, in the vendor's spelling and with computed members dropped. */
export function readElements(body: Json | undefined, writable: Writable): Rec[] {
  if (!Array.isArray(body)) {
    const type = `System.Collections.Generic.List\`1[${writable.schema}]`
    throw unbindable({
      '': [
        `Cannot deserialize the current JSON object (e.g. {"name":"value"}) into type '${type}' because the type requires a JSON array (e.g. [1,2,3]) to deserialize correctly.`,
      ],
    })
  }
  return body.map((element, index) => readElement(element, writable, `[${index}]`))
}

export function readElement(element: Json | undefined, writable: Writable, path = ''): Rec {
  const played = words(writable.plays)
  const computed = words(writable.computed)
  if (!isRec(element)) throw unbindable({ [`$${path}`]: [`Error converting value to ${writable.schema}.`] })
  const offset = Object.entries(element).find(([name]) => name.toLowerCase() === 'utcoffset')?.[1]
  const bound = bindMembers(schemaOf(writable.schema), element, path, Number(offset ?? 0))
  for (const name of Object.keys(bound)) {
    if (computed.has(name)) delete bound[name]
    else if (!played.has(name) && name !== 'id' && name !== 'utcoffset')
      throw strict(`the simulator does not play body member ${name}`)
  }
  delete bound.utcoffset
  return bound
}
