import {
  type Document,
  isCollection,
  isPair,
  isScalar,
  LineCounter,
  parseAllDocuments,
  stringify,
  visit,
} from 'yaml'
import type { ConnectionPolicy } from '../../policy/types.ts'

export interface WorkflowPolicies {
  /** Name or id. */
  readonly workflow: string
  readonly connections: Readonly<Record<string, unknown>>
}

/** One document of a file, with the way back from a setting to its line. */
export interface PolicyDocument extends WorkflowPolicies {
  /** Line of a setting as the gateway names it (`groups.Tickets`), below a connection's policy. */
  lineOf(connection: string, path: string, key?: string): number
}

/** What is wrong with a file, by line. Nothing of the file is used. */
export class PolicyFileError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.name = 'PolicyFileError'
    this.problems = problems
  }
}

const HEAD = ` What the AI agents of a workflow may do, connection by connection.
 Made by "npm run policy -- export". What "npm run policy -- import FILE --dry-run" would change, it tells in words.
 A permission group that is not named is DISABLED, a field that is not named is not written, and test mode that is
 not named is on.`

/** From what concerns everything to single groups, and within a group from wide to narrow. */
const ORDER = [
  ...['workflow', 'connections', 'testMode', 'requireIdempotencyKey', 'acrossCompanies', 'timeOwner'],
  ...['recordScope', 'include', 'exclude', 'groups', 'level', 'delete', 'merge', 'bundle', 'allowedFields'],
  ...['allowedValues', 'approval', 'when', 'approvers', 'notRequester', 'fourEyes'],
]

export function printPolicies(
  workflows: readonly {
    readonly workflow: string
    readonly connections: Readonly<Record<string, ConnectionPolicy>>
  }[],
): string {
  const texts = workflows.map((one) =>
    stringify(inOrder(one), { lineWidth: 0, aliasDuplicateObjects: false }),
  )
  const head = HEAD.split('\n')
    .map((line) => `#${line}`)
    .join('\n')
  return `${head}\n${texts.join('---\n')}`
}

/** The same policy is the same text, whoever saved it. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null) return value
  const place = (key: string) => (ORDER.includes(key) ? ORDER.indexOf(key) : ORDER.length)
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => place(a) - place(b) || (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, item]) => [key, inOrder(item)]),
  )
}

/** @throws PolicyFileError naming every line that is wrong */
export function parsePolicyFile(text: string): readonly PolicyDocument[] {
  const lines = new LineCounter()
  const parsed = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: true, strict: true, merge: false })
  const documents = 'empty' in parsed ? [] : parsed
  const at = (offset: number | undefined) => lines.linePos(offset ?? 0).line
  const problems = documents.flatMap((document) => problemsOf(document, at))
  if (documents.length === 0)
    problems.push('line 1: expected "workflow" and "connections", got an empty file')
  if (problems.length > 0) throw new PolicyFileError(problems)
  return documents.map((document) => {
    const { workflow, connections } = document.toJS() as WorkflowPolicies
    return {
      workflow,
      connections,
      lineOf: (connection, path, key) =>
        lineOf(document, ['connections', connection, ...steps(path)], key, at),
    }
  })
}

type LineAt = (offset: number | undefined) => number

function problemsOf(document: Document.Parsed, at: LineAt): string[] {
  const problems = [...document.errors, ...document.warnings].map(
    ({ message, pos }) => `line ${at(pos[0])}: ${message.split('\n')[0]?.replace(/ at line \d.*/, '')}`,
  )
  visit(document, {
    Alias: (_key, node) => {
      problems.push(
        `line ${at(node.range?.[0])}: expected a value, got the alias *${node.source}; write it out`,
      )
    },
    Value: (_key, node) => {
      if (node.anchor !== undefined)
        problems.push(
          `line ${at(node.range?.[0])}: expected a plain value, got the anchor &${node.anchor}; write it out`,
        )
      if (node.tag !== undefined)
        problems.push(`line ${at(node.range?.[0])}: expected a plain value, got the tag ${node.tag}`)
    },
  })
  if (problems.length > 0) return problems
  const content = document.contents
  const value: unknown = document.toJS()
  if (!isCollection(content) || typeof value !== 'object' || value === null || Array.isArray(value))
    return [`line ${at(content?.range?.[0])}: expected "workflow" and "connections"`]
  const keys = Object.keys(value).filter((key) => key !== 'workflow' && key !== 'connections')
  for (const key of keys)
    problems.push(
      `line ${lineOf(document, [], key, at)}: expected "workflow" and "connections", got "${key}"`,
    )
  const { workflow, connections } = value as Partial<WorkflowPolicies>
  if (typeof workflow !== 'string' || workflow.trim() === '')
    problems.push(`line ${lineOf(document, [], 'workflow', at)}: expected the name or id of a workflow`)
  if (typeof connections !== 'object' || connections === null || Array.isArray(connections))
    problems.push(
      `line ${lineOf(document, [], 'connections', at)}: expected a policy for each connection, by its slug`,
    )
  return problems
}

/** Of the key where one is given, else of the value. */
function lineOf(
  document: Document,
  path: readonly (string | number)[],
  key: string | undefined,
  at: LineAt,
): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true)
    if (!isCollection(node) && !isScalar(node)) continue
    const pair =
      key === undefined || !isCollection(node)
        ? undefined
        : node.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === key)
    const found = isPair(pair) && isScalar(pair.key) ? pair.key : node
    return at(found.range?.[0])
  }
  return 1
}

/** `groups["Ticket Notes"].approval[0]` as its steps; what is no such path is the policy itself. */
function steps(path: string): readonly (string | number)[] {
  if (!/^[A-Za-z]\w*([.[]|$)/.test(path)) return []
  return [...path.matchAll(/([A-Za-z]\w*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/g)].map(
    ([, name, index, quoted]) =>
      name !== undefined
        ? name
        : index !== undefined
          ? Number(index)
          : (JSON.parse(quoted ?? '""') as string),
  )
}
