/**
 * Prints the API schema and the supergraph into `generated/`, where reviewers see what a change does to them.
 * `--check` writes nothing and fails when they differ from the code.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { lexicographicSortSchema, printSchema } from 'graphql'
import { composeMounted } from '../gateway/mounted.ts'

const folder = fileURLToPath(new URL('../generated', import.meta.url))
const { apiSchema, supergraphSdl } = composeMounted()
const files = {
  'schema.graphql': `${printSchema(lexicographicSortSchema(apiSchema))}\n`,
  'supergraph.graphql': `${supergraphSdl.trim()}\n`,
}

if (process.argv.includes('--check')) {
  const stale = Object.entries(files).filter(([name, text]) => read(join(folder, name)) !== text)
  if (stale.length > 0) {
    console.error(
      `generated/${stale.map(([name]) => name).join(', ')} differ from the code. Run: npm run generate`,
    )
    process.exitCode = 1
  } else console.log(`${Object.keys(files).join(' and ')} match the code`)
} else {
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
