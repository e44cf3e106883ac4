import { readFileSync } from 'node:fs'

interface Allowlists {
  children: [parent: string, segment: string, root: string][]
  /** Query parameter names by `METHOD /path`, lower-cased, `{*}` for an id. */
  endpoints: Record<string, string>
  entities: Record<string, { model: string; fields: Record<string, FieldType> }>
}
export type FieldType = 'integer' | 'long' | 'number' | 'boolean' | 'datetime' | 'string' | 'base64' | 'udfs'
export interface Field {
  /** In the vendor's spelling. */
  name: string
  type: FieldType
}

const lists = JSON.parse(readFileSync(new URL('./allowlists.json', import.meta.url), 'utf8')) as Allowlists

export const roots: readonly string[] = Object.keys(lists.entities)
export const children = lists.children
export const vendorKnows = (endpoint: string): boolean => endpoint in lists.endpoints
export const queryNames = (endpoint: string): string[] =>
  (lists.endpoints[endpoint] ?? '').split(',').filter(Boolean)

const entity = (root: string) => {
  const found = lists.entities[root]
  if (!found) throw new Error(`No entity ${root} in allowlists.json; add it to the generator`)
  return found
}
export const fieldsOf = (root: string): Record<string, FieldType> => entity(root).fields
/** `Ticket` for `Tickets`: how the vendor's texts name a record. */
export const singular = (root: string): string => entity(root).model.replace(/Model$/, '')

const folded = new Map(
  roots.map((root) => [
    root,
    new Map(Object.entries(fieldsOf(root)).map(([name, type]) => [name.toLowerCase(), { name, type }])),
  ]),
)
/** The service does not mind the case of a property name. */
export const findField = (root: string, name: string): Field | undefined =>
  folded.get(root)?.get(name.toLowerCase())
/** Every endpoint that the vendor describes, played or not. */
export const endpoints: readonly string[] = Object.keys(lists.endpoints)
