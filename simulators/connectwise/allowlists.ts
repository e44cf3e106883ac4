import { readFileSync } from 'node:fs'

export interface Schema {
  required?: string[]
  /** `integer`, `number`, `boolean`, `date`, `object`, `string[:max]`, `enum:A|B`, `ref:Schema`, `list:Schema`. */
  fields: Record<string, string>
}
interface Allowlists {
  commonQuery: string
  endpoints: Record<string, { query?: string; body?: string; answer?: string }>
  schemas: Record<string, Schema>
}

const lists = JSON.parse(readFileSync(new URL('./allowlists.json', import.meta.url), 'utf8')) as Allowlists

export const schemaOf = (name: string): Schema => {
  const schema = lists.schemas[name]
  if (!schema) throw new Error(`No schema ${name} in allowlists.json; add its endpoint to the generator`)
  return schema
}
export const hasSchema = (name: string): boolean => name in lists.schemas

/** Lower-cased query names of an endpoint, or undefined when the vendor has no such endpoint. */
export function queryNames(endpoint: string): ReadonlySet<string> | undefined {
  const entry = lists.endpoints[endpoint]
  if (!entry) return undefined
  const names = entry.query === 'common' ? lists.commonQuery : (entry.query ?? '')
  return new Set(names.toLowerCase().split(',').filter(Boolean))
}
export const vendorKnows = (endpoint: string): boolean => endpoint in lists.endpoints

/** Finds a field without regard to case and gives the vendor's spelling. */
export function findField(schema: Schema, name: string): { name: string; type: string } | undefined {
  const exact = schema.fields[name]
  if (exact) return { name, type: exact }
  const lower = name.toLowerCase()
  const found = Object.entries(schema.fields).find(([field]) => field.toLowerCase() === lower)
  return found && { name: found[0], type: found[1] }
}
/** Every endpoint that the vendor describes, played or not. */
export const endpoints: readonly string[] = Object.keys(lists.endpoints)
