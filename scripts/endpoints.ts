// Makes the product's endpoint catalogue, `subgraphs/<vendor>/endpoints.tsv`, out of the vendors' documents
// (`groups.tsv`, `openapi.json`) and of what was decided by hand (`scripts/endpoint-decisions`).
//
//   npx node scripts/endpoints.ts [--check] [vendor ...]
//
// `--check` compares with the committed files and writes nothing.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { AccessKind } from '../schema/groups.ts'
import {
  type Decision,
  type GroupsRow,
  matches,
  type VendorDecisions,
} from './endpoint-decisions/decision.ts'
import { endpointDecisions } from './endpoint-decisions/index.ts'

interface Parameter {
  name?: string
  in?: string
  $ref?: string
  schema?: { type?: string; format?: string }
}
interface Description {
  paths: Record<string, Record<string, { parameters?: Parameter[] }> & { parameters?: Parameter[] }>
  components?: { parameters?: Record<string, Parameter> }
}

const root = new URL('..', import.meta.url)
const KINDS: Readonly<Record<string, AccessKind>> = {
  read: 'READ',
  create: 'CREATE',
  update: 'UPDATE',
  merge: 'MERGE',
  bundle: 'BUNDLE',
  delete: 'DELETE',
}
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
/** Lists of query names that so many endpoints have are named once. */
const SHARED_FROM = 4

export function documentsOf(vendor: string): URL {
  return new URL(`../shared/vendors/${vendor}/`, root)
}

export function readGroups(vendor: string): readonly GroupsRow[] {
  const [, ...lines] = readFileSync(new URL('groups.tsv', documentsOf(vendor)), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
  return lines.map((line) => {
    const [method = '', path = '', group = '', action = '', notes = ''] = line.split('\t')
    return { method, path, group, action, notes }
  })
}

export interface Judged {
  readonly group: string
  readonly kind: AccessKind
  readonly denied?: string
  readonly omitted?: string
  readonly generic: boolean
  readonly sideEffects: boolean
}

/** @throws Error for a row that nobody has decided on: its notes say bypass, or it is an `execute` of no kind */
export function judge(row: GroupsRow, { decisions }: VendorDecisions): Judged {
  const verdicts = decisions.filter((decision) => matches(decision, row)).map(({ verdict }) => verdict)
  const first = <K extends string>(key: K) => {
    const found = verdicts.find(
      (verdict): verdict is Extract<typeof verdict, Record<K, unknown>> => key in verdict,
    )
    return found?.[key as unknown as keyof typeof found] as string | undefined
  }
  const denied = first('deny')
  const omitted = first('omit')
  // What is denied has the kind that is hardest to get, should anything ever look at it alone.
  const kind = KINDS[row.action] ?? (first('kind') as AccessKind | undefined)
  if (kind === undefined && denied === undefined && omitted === undefined)
    throw new Error(`No kind decided for ${row.method} ${row.path} (${row.action})`)
  if (/bypass/i.test(row.notes) && verdicts.length === 0)
    throw new Error(`Nothing decided for ${row.method} ${row.path}: ${row.notes}`)
  return {
    group: first('group') ?? row.group,
    kind: kind ?? 'UPDATE',
    ...(denied !== undefined && { denied }),
    ...(omitted !== undefined && { omitted }),
    generic: first('generic') !== undefined,
    sideEffects: first('sideEffects') !== undefined,
  }
}

/** The documents' path as the product has it: below the connection's address, and with no slash at its end. */
export function templateOf(path: string, { base }: VendorDecisions): string {
  const below = base !== undefined && path.startsWith(`${base}/`) ? path.slice(base.length) : path
  return below.replace(/\/$/, '')
}

/** Rows of one endpoint: those that speak of members of its body say what else it reaches. */
export function mainRow(rows: readonly GroupsRow[]): GroupsRow {
  const [first] = rows
  if (first === undefined) throw new Error('Expected at least one row')
  return rows.find(({ notes }) => !/^when body has/.test(notes)) ?? first
}

function byEndpoint(rows: readonly GroupsRow[], decisions: VendorDecisions): Map<string, GroupsRow[]> {
  const found = new Map<string, GroupsRow[]>()
  for (const row of rows)
    for (const method of row.method === '*' ? METHODS : [row.method]) {
      const key = `${method}\t${templateOf(row.path, decisions)}`
      found.set(key, [...(found.get(key) ?? []), row])
    }
  return found
}

export function make(vendor: string): string {
  const decisions = decisionsOf(vendor)
  const description = JSON.parse(
    readFileSync(new URL('openapi.json', documentsOf(vendor)), 'utf8'),
  ) as Description
  const rows = readGroups(vendor)
  expectUsed(decisions.decisions, rows)
  const drafts: { line: string[]; query: string }[] = []
  for (const [key, same] of byEndpoint(rows, decisions)) {
    const row = mainRow(same)
    const judged = judge(row, decisions)
    if (judged.omitted !== undefined) continue
    const [method = '', template = ''] = key.split('\t')
    const parameters = parametersOf(description, row)
    const flags = [
      ...(judged.generic ? ['generic'] : []),
      ...(judged.sideEffects || same.length > 1 ? ['sideEffects'] : []),
    ]
    const types = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => {
      const path = parameters.find((one) => one.in === 'path' && one.name === name)
      return `${name}:${typeOf(name, path, row, decisions)}`
    })
    const query = [
      ...parameters.filter((one) => one.in === 'query').map(({ name = '' }) => name),
      ...(decisions.furtherQuery?.(method, row.path) ?? []),
    ].filter((name) => !decisions.withheld.some(({ names }) => names.test(name)))
    drafts.push({
      line: [
        method,
        template,
        judged.group,
        judged.kind,
        types.join(','),
        '',
        flags.join(','),
        judged.denied ?? '',
      ],
      // Nobody sends what nobody may call.
      query: judged.denied === undefined ? [...new Set(query)].toSorted().join(',') : '',
    })
  }
  return print(drafts, decisions)
}

function print(drafts: readonly { line: string[]; query: string }[], decisions: VendorDecisions): string {
  const uses = new Map<string, number>()
  for (const { query } of drafts) uses.set(query, (uses.get(query) ?? 0) + 1)
  const shared = [...uses]
    .filter(([query, count]) => query.includes(',') && count >= SHARED_FROM)
    .toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .map(([query], index) => [query, `q${index + 1}`] as const)
  const names = new Map(shared)
  const lines = drafts.map(({ line, query }) =>
    line.map((cell, index) => (index === 5 ? (names.has(query) ? `$${names.get(query)}` : query) : cell)),
  )
  const key = ([method, template]: readonly string[]) => `${template?.toLowerCase()} ${method}`
  const sorted = lines.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
  return `${[
    '# Made by scripts/endpoints.ts from the vendor documents and scripts/endpoint-decisions.',
    ...shared.map(([query, name]) => `@query\t${name}\t${query}`),
    ...Object.entries(decisions.reasons).map(([name, text]) => `@reason\t${name}\t${text}`),
    ...decisions.never.map(({ path, reason }) => `@never\t${path.source}\t${reason}`),
    'method\ttemplate\tgroup\tkind\tparameters\tquery\tflags\tdenied',
    ...sorted.map((line) => line.join('\t')),
  ].join('\n')}\n`
}

function parametersOf(description: Description, { method, path }: GroupsRow): readonly Parameter[] {
  // ServiceNow's rows name tables where its description has one path for all of them.
  const concrete = /^\/api\/now\/(table|stats)\/\w+(\/\{id\})?$/.exec(path)
  const described =
    description.paths[path] ??
    (concrete === null
      ? undefined
      : description.paths[
          `/api/now/${concrete[1]}/{tableName}${concrete[2] === undefined ? '' : '/{sys_id}'}`
        ])
  const all = [...(described?.[method.toLowerCase()]?.parameters ?? []), ...(described?.parameters ?? [])]
  return all.map((one) => {
    const name = one.$ref?.split('/').pop()
    return name === undefined ? one : (description.components?.parameters?.[name] ?? one)
  })
}

function typeOf(
  name: string,
  described: Parameter | undefined,
  { path }: GroupsRow,
  { parameters }: VendorDecisions,
): string {
  if (described?.schema?.type === 'integer') return 'INTEGER'
  if (described?.schema?.format === 'uuid') return 'GUID'
  const decided = parameters.find(
    (rule) => rule.names.test(name) && (rule.path === undefined || rule.path.test(path)),
  )
  return decided?.type ?? 'NAME'
}

/** A decision about nothing is one about something that has moved. */
function expectUsed(decisions: readonly Decision[], rows: readonly GroupsRow[]): void {
  for (const decision of decisions)
    if (!rows.some((row) => matches(decision, row)))
      throw new Error(
        `A decision about no row: ${decision.rows} ${decision.notes ?? ''} ${decision.group ?? ''}`,
      )
}

export function decisionsOf(vendor: string): VendorDecisions {
  const decisions = endpointDecisions.get(vendor)
  if (decisions !== undefined) return decisions
  throw new TypeError(`Expected one of ${[...endpointDecisions.keys()].join(', ')}, got "${vendor}"`)
}

if (import.meta.main) {
  const check = process.argv.includes('--check')
  const named = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
  for (const vendor of named.length > 0 ? named : endpointDecisions.keys()) {
    const documents = fileURLToPath(documentsOf(vendor))
    if (!existsSync(documents)) {
      process.stderr.write(`${vendor}: not looked at, the vendor documents are not here (${documents})\n`)
      process.exitCode = check ? 0 : 1
      continue
    }
    const file = new URL(`subgraphs/${vendor}/endpoints.tsv`, root)
    const made = make(vendor)
    if (!check) writeFileSync(file, made)
    const same = existsSync(file) && readFileSync(file, 'utf8') === made
    process.stdout.write(
      `${vendor}: ${same ? 'as made from the documents' : 'differs: run scripts/endpoints.ts'}\n`,
    )
    if (!same) process.exitCode = 1
  }
}
