import { readFileSync } from 'node:fs'

/** By field: `integer`, `number`, `boolean`, `date`, `string`, `any`, `object`, `ref:Schema`, `list:Schema`. */
export type Schema = Record<string, string>

interface Allowlists {
  endpoints: Record<string, { query?: string; body?: string }>
  schemas: Record<string, Schema>
}

const lists = JSON.parse(readFileSync(new URL('./allowlists.json', import.meta.url), 'utf8')) as Allowlists

export function schemaOf(name: string): Schema {
  const schema = lists.schemas[name]
  if (!schema) throw new Error(`No schema ${name} in allowlists.json; add its endpoint to the generator`)
  return schema
}
export const hasSchema = (name: string): boolean => name in lists.schemas

/** Types of an endpoint's query parameters by lower-cased name. */
export function queryTypes(endpoint: string): ReadonlyMap<string, string> {
  const pairs = (lists.endpoints[endpoint]?.query ?? '').split(',').filter(Boolean)
  return new Map(pairs.map((pair) => pair.toLowerCase().split(':') as [string, string]))
}
export const vendorKnows = (endpoint: string): boolean => endpoint in lists.endpoints

/** The vendor's JSON binder reads names without regard to case; this gives its own spelling. */
export function findField(schema: Schema, name: string): { name: string; type: string } | undefined {
  const exact = schema[name]
  if (exact) return { name, type: exact }
  const lower = name.toLowerCase()
  const found = Object.entries(schema).find(([field]) => field.toLowerCase() === lower)
  return found && { name: found[0], type: found[1] }
}
/** Every endpoint that the vendor describes, played or not. */
export const endpoints: readonly string[] = Object.keys(lists.endpoints)
