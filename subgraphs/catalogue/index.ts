import { readFileSync } from 'node:fs'
import type { Endpoint, EndpointCatalogue } from '../../schema/passthrough.ts'
import type { Vendor } from '../../schema/source.ts'
import { type ParsedCatalogue, parseCatalogue } from './parse.ts'
import { type EndpointTree, treeOf } from './tree.ts'

export interface VendorCatalogue extends EndpointCatalogue {
  /** Distinct groups, sorted. */
  readonly groups: readonly string[]
  readonly never: ParsedCatalogue['never']
  /** Whether the vendor's own part has this path, under whatever method. */
  knows(path: string): boolean
}

const loaded = new Map<Vendor, VendorCatalogue>()

/** The vendor's part of the catalogue, read from its file when it is first asked for. */
export function catalogueOf(vendor: Vendor): VendorCatalogue {
  const known = loaded.get(vendor)
  if (known !== undefined) return known
  const parsed = parseCatalogue(readFileSync(new URL(`../${vendor}/endpoints.tsv`, import.meta.url), 'utf8'))
  let tree: EndpointTree | undefined
  // Most processes only ask for the groups; the tree is made for the first raw call.
  const theTree = () => {
    tree ??= treeOf(parsed.endpoints, tablesOf(parsed.endpoints))
    return tree
  }
  const made: VendorCatalogue = {
    endpoints: parsed.endpoints,
    groups: [...new Set(parsed.endpoints.map(({ group }) => group))].toSorted(),
    never: parsed.never,
    find: (method, path) => theTree().find(method, path),
    knows: (path) => theTree().knows(path),
  }
  loaded.set(vendor, made)
  return made
}

const TABLE_PATH = /^\/api\/now\/(?:v\d+\/)?table\/([a-z][a-z0-9_]*)(?:\/|$)/i

/** The tables that endpoints name, for places that hold a table; in the case that is sent. */
export function tablesOf(endpoints: readonly Endpoint[]): ReadonlyMap<string, string> {
  const tables = new Map<string, string>()
  for (const { template } of endpoints) {
    const table = TABLE_PATH.exec(template)?.[1]
    if (table !== undefined) tables.set(table.toLowerCase(), table)
  }
  return tables
}
