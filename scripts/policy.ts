/**
 * Policies as a YAML file, through the door of a running gateway, so that all its rules hold:
 *
 *     npm run policy -- export [workflow]
 *     npm run policy -- import FILE [--dry-run] [--reason TEXT]
 *
 * COUNTERSIGN_TOKEN holds the token of a policy administrator, COUNTERSIGN_URL the gateway's address.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import {
  type Ask,
  type AskError,
  CommandError,
  exportPolicies,
  importPolicies,
} from '../gateway/cli/policy-command.ts'
import { PolicyFileError } from '../gateway/cli/policy-file.ts'

const USAGE = 'Usage: npm run policy -- export [workflow] | import FILE [--dry-run] [--reason TEXT]'

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { 'dry-run': { type: 'boolean', default: false }, reason: { type: 'string' } },
  })
  const [command, argument, ...rest] = positionals
  if (command === 'export' && rest.length === 0) {
    process.stdout.write(await exportPolicies(ask, argument))
  } else if (command === 'import' && argument !== undefined && rest.length === 0) {
    const lines = await importPolicies(ask, readFileSync(argument, 'utf8'), {
      dryRun: values['dry-run'],
      reason: values.reason ?? `Imported from ${argument}.`,
    })
    for (const line of lines) console.log(line)
    if (values['dry-run']) console.log('Nothing was saved: this was a dry run.')
  } else throw new CommandError(USAGE)
}

const ask: Ask = async (query, variables = {}) => {
  const { COUNTERSIGN_TOKEN: token, COUNTERSIGN_URL: url = 'http://localhost:4000' } = process.env
  if (token === undefined || token === '')
    throw new CommandError(
      'Expected COUNTERSIGN_TOKEN to hold the token of a policy administrator, got nothing.',
    )
  const response = await fetch(new URL('/graphql', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  })
  const { data = null, errors = [] } = (await response.json()) as {
    data?: unknown
    errors?: readonly AskError[]
  }
  return { data, errors: errors.map(({ message, extensions = {} }) => ({ message, extensions })) }
}

try {
  await main()
} catch (error) {
  console.error(error instanceof CommandError || error instanceof PolicyFileError ? error.message : error)
  process.exitCode = 1
}
