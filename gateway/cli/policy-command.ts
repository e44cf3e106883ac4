import type { PolicyChange } from '../../policy/difference.ts'
import type { ConnectionPolicy } from '../../policy/types.ts'
import { type PolicyDocument, PolicyFileError, parsePolicyFile, printPolicies } from './policy-file.ts'

/** One operation through the door of a running gateway, as the person whose token it is. */
export type Ask = (
  query: string,
  variables?: Readonly<Record<string, unknown>>,
) => Promise<{ readonly data: unknown; readonly errors: readonly AskError[] }>

export interface AskError {
  readonly message: string
  readonly extensions: Readonly<Record<string, unknown>>
}

/** The gateway said no. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}

interface Workflow {
  readonly id: string
  readonly name: string
  readonly policies: readonly { readonly connection: string; readonly policy: ConnectionPolicy | null }[]
}

/** All workflows that the caller's roles reach, or the one of this name or id. */
export async function exportPolicies(ask: Ask, wanted?: string): Promise<string> {
  const all = await workflowsOf(ask)
  const chosen = wanted === undefined ? all : [workflowCalled(all, wanted)]
  return printPolicies(
    chosen
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, policies }) => ({
        workflow: name,
        connections: Object.fromEntries(
          policies
            .toSorted((a, b) => (a.connection < b.connection ? -1 : 1))
            .flatMap(({ connection, policy }) => (policy === null ? [] : [[connection, policy]])),
        ),
      })),
  )
}

interface Planned {
  readonly workflow: Workflow
  readonly connection: string
  readonly policy: unknown
  readonly version: number
  readonly changes: readonly PolicyChange[]
}

/**
 * Every policy of the file is validated and compared before the first is saved; one that is wrong saves none.
 * Gives the lines to print.
 */
export async function importPolicies(
  ask: Ask,
  text: string,
  { dryRun, reason }: { readonly dryRun: boolean; readonly reason: string },
): Promise<readonly string[]> {
  const documents = parsePolicyFile(text)
  const all = await workflowsOf(ask)
  const planned: Planned[] = []
  const problems: string[] = []
  for (const document of documents) {
    const workflow = workflowCalled(all, document.workflow)
    for (const [connection, policy] of Object.entries(document.connections)) {
      const answer = await ask(DIFFERENCE, {
        workflow: workflow.id,
        connection,
        policy: JSON.stringify(policy ?? {}),
      })
      problems.push(...answer.errors.flatMap((error) => problemsOf(error, document, connection)))
      const found = (answer.data as { policyDifference?: Pick<Planned, 'version' | 'changes'> } | null)
        ?.policyDifference
      if (found) planned.push({ workflow, connection, policy, ...found })
    }
  }
  if (problems.length > 0) throw new PolicyFileError(problems)

  const lines: string[] = []
  for (const one of planned) {
    lines.push(...differenceInWords(one))
    if (dryRun || one.changes.length === 0) continue
    const { data, errors } = await ask(SAVE, {
      workflow: one.workflow.id,
      connection: one.connection,
      policy: one.policy,
      version: one.version,
      reason,
    })
    const saved = (data as { saveWorkflowPolicy?: { version: number } } | null)?.saveWorkflowPolicy
    if (!saved) throw new CommandError([...lines, ...errors.map(({ message }) => message)].join('\n'))
    lines.push(`  saved as version ${saved.version}`)
  }
  return lines
}

const SIGNS = { LOOSENS: 'looser ', TIGHTENS: 'tighter', EITHER: 'changed' } as const

function differenceInWords({ workflow, connection, version, changes }: Planned): readonly string[] {
  const head = `${workflow.name}, ${connection}:`
  if (changes.length === 0) return [`${head} nothing changes, version ${version} stays`]
  const groups = [...new Set(changes.map(({ where }) => where))]
  return [
    head,
    ...groups.flatMap((group) => [
      `  ${group}`,
      ...changes
        .filter(({ where }) => where === group)
        .map(({ change, effect }) => `    ${SIGNS[effect]}  ${change}`),
    ]),
  ]
}

function problemsOf(
  { message, extensions }: AskError,
  document: PolicyDocument,
  connection: string,
): readonly string[] {
  const problems = extensions.problems as
    | readonly { readonly path: string; readonly came: string; readonly message: string }[]
    | undefined
  if (problems === undefined) return [`line ${document.lineOf(connection, '')}: ${connection}: ${message}`]
  return problems.map(
    (problem) =>
      `line ${document.lineOf(connection, problem.path, keyIn(problem.came))}: ${connection}: ${problem.message}`,
  )
}

/** A key that is not known is what came, as JSON. */
function keyIn(came: string): string | undefined {
  try {
    const value: unknown = JSON.parse(came)
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}

async function workflowsOf(ask: Ask): Promise<readonly Workflow[]> {
  const { data, errors } = await ask('{ workflows { id name policies { connection policy } } }')
  const workflows = (data as { workflows?: readonly Workflow[] } | null)?.workflows
  if (!workflows) throw new CommandError(errors.map(({ message }) => message).join('\n'))
  return workflows
}

function workflowCalled(all: readonly Workflow[], wanted: string): Workflow {
  const found = all.find(({ id, name }) => id === wanted || name === wanted)
  if (found !== undefined) return found
  const known = all.map(({ name }) => name).join(', ')
  throw new CommandError(
    `Expected the name or id of a workflow (${known || 'none is open to you'}), got "${wanted}".`,
  )
}

const DIFFERENCE = `query ($workflow: ID!, $connection: String!, $policy: String!) {
  policyDifference(workflow: $workflow, connection: $connection, policy: $policy) { version changes { where change effect } } }`

const SAVE = `mutation ($workflow: ID!, $connection: String!, $policy: JSON!, $version: Int, $reason: String) {
  saveWorkflowPolicy(workflow: $workflow, connection: $connection, policy: $policy, version: $version, reason: $reason) { version } }`
