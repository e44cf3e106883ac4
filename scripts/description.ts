// What the makers of the simulators' allowlists share: how a vendor's OpenAPI document is read, how what it
// gets wrong is put right, and how the committed file is written.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Schema {
  $ref?: string
  type?: string
  format?: string
  maxLength?: number
  enum?: string[]
  items?: Schema
  required?: string[]
  properties?: Record<string, Schema>
  allOf?: Schema[]
}

interface Content {
  content?: Record<string, { schema: Schema }>
}

export interface Operation {
  parameters?: { name?: string; in?: string; schema?: Schema }[]
  requestBody?: Content
  responses: Record<string, Content & { schema?: Schema }>
}

export interface Description {
  paths: Record<string, Record<string, Operation>>
  /** OpenAPI 2 and 3 keep their schemas in different places. */
  definitions?: Record<string, Schema>
  components?: { schemas: Record<string, Schema> }
}

/** One vendor's allowlists: where they are committed and how their text comes out of the vendor's folder. */
export interface Allowlists {
  readonly vendor: string
  readonly file: string
  make(folder: string): Made
}

export interface Made {
  readonly text: string
  /** Paths that we name and the document does not have. */
  readonly missing: readonly string[]
}

/** Where a document is wrong or silent, what holds instead, and how we know. */
export interface Correction {
  /** `METHOD /path` of an endpoint, or the name of a schema or table. */
  readonly where: RegExp
  readonly adds?: readonly string[]
  readonly removes?: readonly string[]
  readonly why: string
}

/** Names as the document has them, put right by every correction that fits. */
export function corrected(
  corrections: readonly Correction[],
  where: string,
  names: readonly string[],
): string[] {
  const fitting = corrections.filter((correction) => correction.where.test(where))
  const removed = new Set(fitting.flatMap(({ removes = [] }) => removes))
  const all = [...names, ...fitting.flatMap(({ adds = [] }) => adds)]
  return [...new Set(all)].filter((name) => !removed.has(name))
}

export const readDocument = <Document = Description>(folder: string, name = 'openapi.json'): Document =>
  JSON.parse(readFileSync(join(folder, name), 'utf8')) as Document

/** Templates differ in case, in what they call an id, and in a slash at their end. */
export const plain = (path: string): string =>
  path
    .toLowerCase()
    .replaceAll(/\{[^}]*\}/g, '{*}')
    .replaceAll(/^\/|\/$/g, '')

export const endpointOf = (method: string, path: string): string => `${method.toUpperCase()} /${plain(path)}`

export const queryOf = (operation: Operation) =>
  (operation.parameters ?? []).flatMap(({ name, in: place, schema }) =>
    place === 'query' && name !== undefined ? [{ name, type: schema?.type }] : [],
  )

export const schemaIn = (content: Content | undefined): Schema | undefined =>
  Object.values(content?.content ?? {})[0]?.schema

export const lastOfRef = (schema: Schema | undefined): string | undefined => schema?.$ref?.split('/').pop()

/** One line a member, so that a change of the vendor's document is a readable change of the file. */
export function textOf(sections: Readonly<Record<string, unknown>>): string {
  const written = Object.entries(sections).map(([name, section]) => {
    if (typeof section !== 'object' || section === null || Array.isArray(section))
      return `  ${JSON.stringify(name)}: ${JSON.stringify(section)}`
    const lines = Object.entries(section).map(
      ([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`,
    )
    return `  ${JSON.stringify(name)}: {\n${lines.join(',\n')}\n  }`
  })
  return `{\n${written.join(',\n')}\n}\n`
}
