import type { Endpoint, EndpointMethod, FoundEndpoint, ParameterType } from '../../schema/passthrough.ts'
import { PARAMETER_TYPES, type Segment, segmentsOf, TYPES } from './segments.ts'

interface Node {
  readonly literals: Map<string, Node>
  /** By type: two endpoints that differ in the name of a place only share the node. */
  readonly places: Partial<Record<ParameterType, Node>>
  readonly leaves: Map<string, Leaf>
}

interface Leaf {
  readonly endpoint: Endpoint
  readonly segments: readonly Segment[]
}

/** Table names by their small letters, in the case that is sent. */
export type Tables = ReadonlyMap<string, string>

export interface EndpointTree {
  find(method: string, path: string): FoundEndpoint | undefined
  /** Whether some endpoint, of whatever method, has this path. */
  knows(path: string): boolean
}

/**
 * One look at a part per level, literals before places and the narrower type before the wider. Where a path fits
 * two templates the more literal one is meant, whatever their methods: a DELETE of `/things/{name}` is not
 * reached through `/things/count`.
 *
 * @throws TypeError for a template that is none, or that is there twice
 */
export function treeOf(endpoints: readonly Endpoint[], tables: Tables): EndpointTree {
  const root = emptyNode()
  for (const endpoint of endpoints) insert(root, endpoint)

  const leavesAt = (path: string) => {
    if (!path.startsWith('/') || path.length > MAX_PATH) return undefined
    const parts = path.slice(1).split('/')
    const values: string[] = []
    const leaves = walk(root, parts, 0, values, tables)
    return leaves === undefined ? undefined : { leaves, values }
  }
  return {
    find(method, path) {
      const found = leavesAt(path)
      const leaf = found?.leaves.get(method.toUpperCase())
      return found === undefined || leaf === undefined ? undefined : build(leaf, found.values)
    },
    knows: (path) => leavesAt(path) !== undefined,
  }
}

const MAX_PATH = 2000

function emptyNode(): Node {
  return { literals: new Map(), places: {}, leaves: new Map() }
}

function insert(root: Node, endpoint: Endpoint): void {
  const segments = segmentsOf(endpoint.template)
  if (segments === undefined) throw new TypeError(`Expected a path template, got "${endpoint.template}"`)
  let node = root
  for (const segment of segments) node = childFor(node, segment, endpoint)
  if (node.leaves.has(endpoint.method))
    throw new TypeError(`Two endpoints answer to ${endpoint.method} ${endpoint.template}`)
  node.leaves.set(endpoint.method, { endpoint, segments })
}

function childFor(node: Node, segment: Segment, { template, parameters }: Endpoint): Node {
  if ('literal' in segment) {
    const key = segment.literal.toLowerCase()
    const child = node.literals.get(key) ?? emptyNode()
    node.literals.set(key, child)
    return child
  }
  const type = parameters[segment.name]
  if (type === undefined) throw new TypeError(`"${segment.name}" of "${template}" has no type`)
  const child = node.places[type] ?? emptyNode()
  node.places[type] = child
  return child
}

function walk(
  node: Node,
  parts: readonly string[],
  at: number,
  values: string[],
  tables: Tables,
): ReadonlyMap<EndpointMethod | string, Leaf> | undefined {
  const part = parts[at]
  if (part === undefined) return node.leaves.size > 0 ? node.leaves : undefined
  const literal = node.literals.get(part.toLowerCase())
  if (literal !== undefined) {
    const found = walk(literal, parts, at + 1, values, tables)
    if (found !== undefined) return found
  }
  for (const type of TYPES) {
    const child = node.places[type]
    if (child === undefined) continue
    const value = fitting(type, part, tables)
    if (value === undefined) continue
    values.push(value)
    const found = walk(child, parts, at + 1, values, tables)
    if (found !== undefined) return found
    values.pop()
  }
  return undefined
}

function fitting(type: ParameterType, part: string, tables: Tables): string | undefined {
  if (!PARAMETER_TYPES[type].test(part)) return undefined
  if (type === 'TABLE') return tables.get(part.toLowerCase())
  return type === 'HEX32' ? part.toLowerCase() : part
}

function build({ endpoint, segments }: Leaf, values: readonly string[]): FoundEndpoint {
  const parameters: Record<string, string> = {}
  let path = ''
  let next = 0
  for (const segment of segments) {
    if ('literal' in segment) path += `/${segment.literal}`
    else {
      const value = values[next++] ?? ''
      parameters[segment.name] = value
      path += `/${value}`
    }
  }
  return { endpoint, parameters, path }
}
